"""Templates: strict about names, escaping by default, compiled once for each language."""

import re
from collections.abc import Callable
from functools import lru_cache
from typing import Any

from django.conf import settings
from django.template import engines
from django.template.backends.jinja2 import Jinja2
from django.utils import timezone, translation
from jinja2 import Environment, StrictUndefined, nodes
from jinja2.visitor import NodeTransformer
from markupsafe import Markup, escape

from vigie.core.addresses import address
from vigie.shell import assets, formats, pavillons


def flag(seed: str | pavillons.Flag, size: str = "", *, wave: bool = False) -> Markup:
    """A person's flag, from the seed or from an already chosen recipe. `size`: xs, s, l, xl."""
    chosen = pavillons.recipe(seed) if isinstance(seed, str) else seed
    return drawn_flag(pavillons.draw(chosen), size, wave=wave)


@lru_cache(maxsize=2048)
def drawn_flag(drawing: str, size: str = "", *, wave: bool = False) -> Markup:
    """The same from what `pavillons.draw` gave. Never from what somebody typed: it is not escaped."""
    classes = " ".join(["avatar", *([f"avatar--{size}"] if size else []), *(["avatar--wave"] if wave else [])])
    inside = Markup(drawing)  # noqa: S704
    return Markup('<span class="{}"><svg viewBox="0 0 36 29" aria-hidden="true">{}</svg></span>').format(
        classes, inside
    )


def lantern(initial: str, size: str = "", kind: str = "") -> Markup:
    """The round mark of the team and of the brand. `kind`: "", "brand", "back"; `size`: xs, s, l."""
    classes = " ".join(["lantern", *(f"lantern--{word}" for word in (size, kind) if word)])
    return Markup('<span class="{}" aria-hidden="true">{}</span>').format(classes, initial[:1].upper())


def prose(typed: str) -> Markup:
    """What somebody typed, with the ends of its lines."""
    return Markup("<br>").join(typed.splitlines())


def fragment(name: str, **values: str) -> Markup:
    """A template that depends on the reader's language and these words alone, rendered once for all its readers."""
    # Markup and plain words are equal to one another: only their types say which of them is escaped.
    told = tuple(sorted((key, value, isinstance(value, Markup)) for key, value in values.items()))
    return _fragment(name, formats.language(), assets.asset("icons.svg"), told)


@lru_cache(maxsize=512)
def _fragment(name: str, language: str, sprite: str, values: tuple[tuple[str, str, bool], ...]) -> Markup:
    made: Environment = engines["jinja2"].env  # type: ignore[attr-defined]
    return Markup(made.get_template(name).render({key: value for key, value, _ in values}))  # noqa: S704 (escaped by it)


def stamping(name: str) -> Callable[..., Markup]:
    """What fills a template for a row that a page repeats a hundred times: `stamp(ours, typed, *flags)`.

    The template is rendered once for each language, each set of `flags` and each set of values that are not empty. In
    it a value may be placed, and asked whether it is there: it says nothing else of itself, nor bears a filter.
    `typed` is escaped; `ours` is markup, numbers and codes, and is not.
    """
    language, sprite = formats.language(), assets.asset("icons.svg")

    def stamp(ours: dict[str, str], typed: dict[str, str], *flags: str) -> Markup:
        values = {key: value for key, value in ours.items() if value}
        for key, value in typed.items():
            if value:
                values[key] = escape(value)
        pattern = _stamp(name, language, sprite, (*ours, *typed), tuple(values), flags)
        return Markup(pattern % values)  # noqa: S704 (each value is escaped)

    return stamp


@lru_cache(maxsize=512)
def _stamp(
    name: str, language: str, sprite: str, values: tuple[str, ...], there: tuple[str, ...], flags: tuple[str, ...]
) -> str:
    blanks = {value: Markup(f"\ue000{value}\ue001") if value in there else "" for value in values}  # noqa: S704
    made: Environment = engines["jinja2"].env  # type: ignore[attr-defined]
    text = made.get_template(name).render({**blanks, "flags": flags})
    return re.sub("\ue000([a-z_]+)\ue001", r"%(\1)s", text.replace("%", "%%"))


def languages() -> list[tuple[str, str]]:
    """Codes, and each name in its own language."""
    return [(code, translation.get_language_info(code)["name_local"].capitalize()) for code, _ in settings.LANGUAGES]


FILTERS = {
    "prose": prose,
    "hour": formats.hour,
    "clock": formats.clock,
    "day": formats.day,
    "short_day": formats.short_day,
    "full_date": formats.full_date,
    "weekday": formats.weekday,
    "month": formats.month,
    "short_month": formats.short_month,
    "is_other_year": formats.is_other_year,
    "moment": formats.moment,
    "local": formats.local,
    "ago": formats.ago,
    "minutes": formats.minutes,
    "iso": formats.iso,
    "number": formats.number,
    "percent": formats.percent,
    "city": formats.city,
}
GLOBALS: dict[str, Any] = {
    "url": address,
    "asset": assets.asset,
    "asset_tags": assets.asset_tags,
    "font_tags": assets.font_tags,
    "icon": assets.icon,
    "flag": flag,
    "drawn_flag": drawn_flag,
    "lantern": lantern,
    "cloths": Markup("").join(
        Markup('<clipPath id="cloth-{}"><path d="{}"/></clipPath>').format(name, path)
        for name, path in pavillons.CLOTHS.items()
    ),
    "fragment": fragment,
    "language_code": formats.language,
    "languages": languages,
    "now": timezone.now,
}


#: What templates call to speak: with constant words, the answer is known when they are compiled.
SAYING: dict[str, Any] = {"gettext": translation.gettext, "_": translation.gettext, "pgettext": translation.pgettext}


class Said(NodeTransformer):
    """Puts the sentences that need no value in a template's own text, in the language of the moment."""

    def visit_Call(self, node: nodes.Call) -> nodes.Node:  # noqa: N802 (named by the visitor)
        found: nodes.Node = self.generic_visit(node)
        say = SAYING.get(node.node.name) if isinstance(node.node, nodes.Name) else None
        words = [one.value for one in node.args if isinstance(one, nodes.Const)]
        if say is None or len(words) != len(node.args) or node.kwargs or node.dyn_args or node.dyn_kwargs:
            return found
        return nodes.MarkSafe(nodes.Const(say(*words) % {}), lineno=node.lineno)


class VigieEnvironment(Environment):
    #: The language of what is compiled here; "" where sentences wait for the reader's.
    language = ""

    def _generate(self, source: nodes.Template, *args: Any, **kwargs: Any) -> str:
        if not self.language:
            return super()._generate(source, *args, **kwargs)
        with translation.override(self.language):
            return super()._generate(Said().visit(source), *args, **kwargs)


class Templates(Jinja2):
    """Django's engine, with one environment for each language: static sentences cost nothing to say."""

    app_dirname = "jinja2"

    @property
    def env(self) -> Environment:
        return self._spoken.get(formats.language(), self._any)

    @env.setter
    def env(self, made: Environment) -> None:
        self._any = made
        self._spoken = {code: made.overlay() for code, _ in settings.LANGUAGES}
        for code, one in self._spoken.items():
            one.language = code  # type: ignore[attr-defined]


def environment(**options: Any) -> Environment:
    options |= {
        "undefined": StrictUndefined,
        "trim_blocks": True,
        "lstrip_blocks": True,
        "extensions": [*options.get("extensions", ()), "jinja2.ext.i18n"],
    }
    made = VigieEnvironment(**{"autoescape": True, **options})
    made.policies["ext.i18n.trimmed"] = True
    made.install_gettext_callables(  # type: ignore[attr-defined]
        gettext=translation.gettext,
        ngettext=translation.ngettext,
        pgettext=translation.pgettext,
        npgettext=translation.npgettext,
        newstyle=True,
    )
    made.globals.update(GLOBALS)
    made.filters.update(FILTERS)
    return made
