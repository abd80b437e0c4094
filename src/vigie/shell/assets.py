"""The built front end: plain names in templates, hashed names in pages."""

import json
from functools import lru_cache
from pathlib import Path
from time import monotonic
from typing import Any

from django.core.exceptions import ImproperlyConfigured
from markupsafe import Markup

ADDRESS = "/static/"
MANIFEST = Path(__file__).resolve().parents[1] / "static" / "dist" / "manifest.json"
#: The two drawings of letters that every page shows first.
FIRST_FONTS = ("sansita-latin-800-normal", "atkinson-hyperlegible-next-latin-wght-normal")


#: A page names dozens of assets: the file is looked at again after this time, in seconds.
LOOK_AGAIN = 1.0
#: What was read, from where, when it was changed, and when it is looked at again.
_held: tuple[dict[str, dict[str, Any]], Path, int, float] = ({}, Path(), 0, 0.0)


def manifest() -> dict[str, dict[str, Any]]:
    global _held
    found, path, changed, until = _held
    if path is MANIFEST and monotonic() < until:
        return found
    try:
        now_changed = MANIFEST.stat().st_mtime_ns
        if path is not MANIFEST or changed != now_changed:
            found = json.loads(MANIFEST.read_text())
            _tags.cache_clear()
            _font_tags.cache_clear()
        _held = (found, MANIFEST, now_changed, monotonic() + LOOK_AGAIN)
        return found
    except FileNotFoundError:
        raise ImproperlyConfigured(
            "the front end is not built: run `make demo`, or `npm ci && npm run build` in frontend/"
        ) from None


def _entry(name: str) -> dict[str, Any]:
    found = manifest()
    for key in (name, f"src/{name}.ts"):
        if key in found:
            return found[key]
    raise LookupError(f"the front end has no {name}: it is in none of its entries")


def asset(name: str) -> str:
    """Address of an entry (`page`) or of a file of the manifest (`icons.svg`)."""
    return f"{ADDRESS}{_entry(name)['file']}"


def asset_tags(*names: str) -> Markup:
    """Style sheets, then scripts, of entries and of what they import. Nothing is named twice."""
    manifest()
    return _tags(names)


@lru_cache(maxsize=64)
def _tags(names: tuple[str, ...]) -> Markup:
    sheets: dict[str, None] = {}
    chunks: dict[str, None] = {}
    scripts: dict[str, None] = {}
    for name in names:
        entry = _entry(name)
        for part in _with_imports(entry):
            sheets.update(dict.fromkeys(part.get("css", ())))
            if part is not entry:
                chunks[part["file"]] = None
        scripts[entry["file"]] = None
    return Markup("\n").join(
        [
            *(Markup('<link rel="stylesheet" href="{}{}">').format(ADDRESS, file) for file in sheets),
            *(Markup('<link rel="modulepreload" href="{}{}">').format(ADDRESS, file) for file in chunks),
            *(Markup('<script type="module" src="{}{}"></script>').format(ADDRESS, file) for file in scripts),
        ]
    )


def _with_imports(entry: dict[str, Any]) -> list[dict[str, Any]]:
    parts = [part for name in entry.get("imports", ()) for part in _with_imports(manifest()[name])]
    return [*parts, entry]


def font_tags() -> Markup:
    manifest()
    return _font_tags()


@lru_cache(maxsize=1)
def _font_tags() -> Markup:
    files = (entry["file"] for key, entry in manifest().items() if Path(key).stem in FIRST_FONTS)
    return Markup("\n").join(
        Markup('<link rel="preload" as="font" type="font/woff2" href="{}{}" crossorigin>').format(ADDRESS, file)
        for file in files
    )


def icon(name: str, size: str = "", title: str | None = None, **attributes: str) -> Markup:
    """An icon of the sprite. Silent beside a word; with a `title` it speaks alone. `size`: "s" or "l"."""
    return _icon(asset("icons.svg"), name, size, title, tuple(attributes.items()))


@lru_cache(maxsize=2048)
def _icon(sprite: str, name: str, size: str, title: str | None, attributes: tuple[tuple[str, str], ...]) -> Markup:
    more = Markup("").join(Markup(' {}="{}"').format(key.replace("_", "-"), value) for key, value in attributes)
    return Markup('<svg class="i{}"{}{}><use href="{}#i-{}"/></svg>').format(
        f" i--{size}" if size else "",
        Markup(' role="img" aria-label="{}"').format(title) if title else Markup(' aria-hidden="true"'),
        more,
        sprite,
        name,
    )
