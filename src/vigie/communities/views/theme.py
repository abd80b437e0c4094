"""Six dials, two previews, and what the eye can read of them."""

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from vigie.communities.access import Actor, Can, right
from vigie.communities.actions.themes import set_theme
from vigie.communities.branding import CARDS
from vigie.communities.forms.theme import ThemeForm
from vigie.core.errors import Refused
from vigie.shell.themes import Theme, Verdict, preview_css, theme_of, verdicts

#: The pairs that are shown painted, with their words; all the others stand in a table.
SAMPLES: dict[tuple[str, str], tuple[str, Promise]] = {
    ("ink", "ground"): ("v-ink", gettext_lazy("Text on the page")),
    ("brand", "surface"): ("v-brand", gettext_lazy("Link on a card")),
    ("on-brand", "brand"): ("v-main", gettext_lazy("Main button")),
    ("on-panel", "panel"): ("v-panel", gettext_lazy("Text on a dark panel")),
    ("on-accent", "accent"): ("v-accent", gettext_lazy("Text on the accent")),
    ("ink-2", "accent-soft"): ("v-warm", gettext_lazy("Text on a warm card")),
}


@dataclass(frozen=True)
class Pair:
    """Two colours that meet, by day and by night."""

    day: Verdict
    night: Verdict

    @property
    def passes(self) -> bool:
        return self.day.passes and self.night.passes


@right(Can.EDIT_SETTINGS)
@require_http_methods(["GET", "HEAD", "POST"])
def theme_page(request: HttpRequest, slug: str) -> HttpResponse:
    """Asked with dials in its address, it shows them without keeping them: a plain button does it, or a script."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    form, theme = _read(actor, request.POST if request.method == "POST" else request.GET)
    status = 422 if form.is_bound and not form.is_valid() else 200
    if request.method == "POST" and form.is_valid():
        try:
            set_theme(actor, theme)
        except Refused as refused:
            form.add_error(None, str(refused.message))
            status = 422
        else:
            messages.success(request, _("The theme is kept. Members see it from their next page on."))
            return redirect("theme", slug=slug)
    return render(request, "communities/theme.html", _context(form, theme), status=status)


@right(Can.EDIT_SETTINGS)
@require_safe
def preview(request: HttpRequest, slug: str) -> HttpResponse:
    """The dials of the address as a style sheet for the previews alone."""
    _form, theme = _read(request.actor, request.GET)  # type: ignore[attr-defined]
    return HttpResponse(preview_css(theme), content_type="text/css; charset=utf-8")


def _read(actor: Actor, asked: QueryDict) -> tuple[ThemeForm, Theme]:
    """The dials asked for, where they are ones; else those of the community."""
    own = theme_of(actor.community)
    form = ThemeForm(asked if ThemeForm.base_fields.keys() & asked.keys() else None, theme=own)
    return form, form.theme() if form.is_bound and form.is_valid() else own


def _context(form: ThemeForm, theme: Theme) -> dict[str, Any]:
    found = list(verdicts(theme))
    half = len(found) // 2
    pairs = [Pair(day, night) for day, night in zip(found[:half], found[half:], strict=True)]
    return {
        "form": form,
        "dials": ThemeForm.asked(theme).urlencode(),
        "pairs": pairs,
        "samples": [(*SAMPLES[one.day.ink, one.day.paper], one) for one in pairs if _is_sample(one)],
        "passed": sum(one.passes for one in found),
        "all": half * 2,
        "cards": CARDS,
    }


def _is_sample(pair: Pair) -> bool:
    return (pair.day.ink, pair.day.paper) in SAMPLES
