"""A community's theme: six numbers. It chooses hues and chromas, the system owns lightness, so contrast holds.

Lightness and chroma factors repeat those of `frontend/src/styles/tokens.css`; a test compares the two.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol


class Themed(Protocol):
    """Anything that carries the six numbers, a community for one."""

    brand_hue: float
    brand_chroma: float
    accent_hue: float
    accent_chroma: float
    ground_hue: float
    corner: float


RANGES: dict[str, tuple[float, float]] = {
    "brand_hue": (0, 360),
    "brand_chroma": (0, 0.17),
    "accent_hue": (0, 360),
    "accent_chroma": (0, 0.18),
    "ground_hue": (0, 360),
    "corner": (0, 1.5),
}
VARIABLES = {
    "brand_hue": "--brand-h",
    "brand_chroma": "--brand-c",
    "accent_hue": "--accent-h",
    "accent_chroma": "--accent-c",
    "ground_hue": "--ground-h",
    "corner": "--corner",
}


@dataclass(frozen=True, slots=True)
class Theme:
    """Six numbers inside their ranges, else `ValueError`. The defaults are the product's own."""

    brand_hue: float = 192
    brand_chroma: float = 0.095
    accent_hue: float = 88
    accent_chroma: float = 0.165
    ground_hue: float = 200
    corner: float = 1

    def __post_init__(self) -> None:
        for name, (least, most) in RANGES.items():
            value = float(getattr(self, name))
            if not (math.isfinite(value) and least <= value <= most):
                raise ValueError(f"{name} must be between {least} and {most}, not {value}")


def theme_of(source: Themed) -> Theme:
    return Theme(**{name: getattr(source, name) for name in RANGES})


def css(theme: Theme) -> str:
    """The six variables, for a style sheet of its own: the content security policy allows no inline style."""
    return f":root{{{_values(theme)}}}\n"


def preview_css(theme: Theme) -> str:
    """The same for what is marked as a preview, inside a page that keeps its own theme."""
    return f'[data-community="preview"]{{{_values(theme)}}}\n'


def _values(theme: Theme) -> str:
    return "".join(f"{variable}:{_number(getattr(theme, name))};" for name, variable in VARIABLES.items())


def theme_css(source: Themed) -> str:
    return css(theme_of(source))


def _number(value: float) -> str:
    return f"{value:.4f}".rstrip("0").rstrip(".")


# Contrast ---------------------------------------------------------------------

TEXT, EDGE = 4.5, 3.0


@dataclass(frozen=True, slots=True)
class Verdict:
    ink: str
    paper: str
    dark: bool
    ratio: float
    required: float

    @property
    def passes(self) -> bool:
        return self.ratio >= self.required


#: Token: (lightness, chroma, hue) for the light theme, then for the dark one. A chroma is a number, or a part of the
#: brand's or the accent's; a hue is a number of degrees, or the name of one of the theme's hues.
Chroma = float | tuple[float, str]
Colour = tuple[float, Chroma, float | str]
B, A = "brand_chroma", "accent_chroma"
BRAND, ACCENT, GROUND = "brand_hue", "accent_hue", "ground_hue"


def _both(colour: Colour) -> tuple[Colour, Colour]:
    return colour, colour


COLOURS: dict[str, tuple[Colour, Colour]] = {
    "ground": ((0.955, 0.018, GROUND), (0.212, 0.026, GROUND)),
    "surface": ((0.994, 0.004, GROUND), (0.262, 0.028, GROUND)),
    "sunken": ((0.932, 0.026, GROUND), (0.182, 0.024, GROUND)),
    "raised": ((1, 0, 0), (0.3, 0.03, GROUND)),
    "line": ((0.868, 0.03, GROUND), (0.365, 0.032, GROUND)),
    "line-strong": ((0.56, 0.045, GROUND), (0.64, 0.04, GROUND)),
    "ink": ((0.255, 0.05, BRAND), (0.955, 0.012, GROUND)),
    "ink-2": ((0.4, 0.04, BRAND), (0.83, 0.02, GROUND)),
    "ink-3": ((0.475, 0.035, BRAND), (0.745, 0.025, GROUND)),
    "brand": ((0.425, (1, B), BRAND), (0.82, (0.95, B), BRAND)),
    "on-brand": ((0.99, 0.008, BRAND), (0.2, 0.05, BRAND)),
    "brand-deep": ((0.33, (0.85, B), BRAND), (0.7, (1, B), BRAND)),
    "brand-soft": ((0.925, (0.4, B), BRAND), (0.325, (0.55, B), BRAND)),
    "panel": ((0.365, (0.9, B), BRAND), (0.315, (0.75, B), BRAND)),
    "panel-2": ((0.43, (1, B), BRAND), (0.375, (0.8, B), BRAND)),
    "on-panel": _both((0.985, 0.012, BRAND)),
    "on-panel-2": _both((0.89, 0.03, BRAND)),
    "accent": ((0.862, (1, A), ACCENT), (0.842, (1, A), ACCENT)),
    "accent-soft": ((0.957, (0.38, A), ACCENT), (0.305, (0.24, A), ACCENT)),
    "accent-line": ((0.8, (1, A), ACCENT), (0.62, (0.8, A), ACCENT)),
    "on-accent": _both((0.25, 0.05, BRAND)),
    "live": ((0.535, 0.19, 31), (0.74, 0.15, 33)),
    "on-live": ((0.995, 0.005, 31), (0.2, 0.06, 31)),
    "live-soft": ((0.935, 0.04, 33), (0.32, 0.07, 31)),
    "ok": ((0.44, 0.105, 152), (0.83, 0.14, 152)),
    "ok-soft": ((0.935, 0.055, 152), (0.315, 0.06, 155)),
    "warn": ((0.455, 0.1, 62), (0.85, 0.13, 75)),
    "warn-soft": ((0.94, 0.06, 78), (0.33, 0.06, 68)),
    "bad": ((0.47, 0.165, 25), (0.81, 0.115, 25)),
    "bad-soft": ((0.935, 0.035, 22), (0.32, 0.075, 25)),
    "back": _both((0.262, 0.066, 350)),
    "back-2": _both((0.325, 0.08, 350)),
    "back-3": _both((0.215, 0.055, 350)),
    "back-line": _both((0.62, 0.14, 355)),
    "back-ink": _both((0.965, 0.014, 350)),
    "back-ink-2": _both((0.86, 0.04, 350)),
    "back-glow": _both((0.8, 0.125, 15)),
    "focus": ((0.36, 0.16, 262), (0.9, 0.15, 95)),
}

PAIRS: tuple[tuple[str, str, float], ...] = (
    *(
        (ink, paper, TEXT)
        for ink in ("ink", "ink-2")
        for paper in ("ground", "surface", "sunken", "raised", "brand-soft", "accent-soft", "warn-soft")
    ),
    *(("ink-3", paper, TEXT) for paper in ("ground", "surface", "sunken")),
    *(("brand", paper, TEXT) for paper in ("ground", "surface", "sunken", "brand-soft", "accent-soft")),
    ("on-brand", "brand", TEXT),
    ("on-panel", "panel", TEXT),
    ("on-panel-2", "panel", TEXT),
    ("on-panel", "panel-2", TEXT),
    ("on-accent", "accent", TEXT),
    ("on-live", "live", TEXT),
    ("live", "surface", TEXT),
    ("live", "accent-soft", TEXT),
    ("ok", "ok-soft", TEXT),
    ("warn", "warn-soft", TEXT),
    ("bad", "bad-soft", TEXT),
    ("ok", "surface", TEXT),
    ("warn", "surface", TEXT),
    ("bad", "surface", TEXT),
    ("surface", "ok", TEXT),
    ("back-ink", "back", TEXT),
    ("back-ink-2", "back", TEXT),
    ("back-ink-2", "back-3", TEXT),
    ("back-glow", "back", TEXT),
    ("back-ink", "back-2", TEXT),
    ("line-strong", "surface", EDGE),
    ("line-strong", "ground", EDGE),
    ("back-line", "back", EDGE),
    ("focus", "surface", EDGE),
    ("focus", "ground", EDGE),
)


def verdicts(theme: Theme) -> Iterator[Verdict]:
    """Every pair of colours that meet on a page, in both themes."""
    for dark in (False, True):
        for ink, paper, required in PAIRS:
            one, two = (_luminance(COLOURS[name][dark], theme) for name in (ink, paper))
            ratio = (max(one, two) + 0.05) / (min(one, two) + 0.05)
            yield Verdict(ink, paper, dark, ratio, required)


def _luminance(colour: Colour, theme: Theme) -> float:
    lightness, chroma, hue = colour
    if isinstance(chroma, tuple):
        part, of = chroma
        chroma = part * float(getattr(theme, of))
    angle = math.radians(float(getattr(theme, hue)) if isinstance(hue, str) else hue)
    a, b = chroma * math.cos(angle), chroma * math.sin(angle)
    long, medium, short = (
        (lightness + x * a + y * b) ** 3
        for x, y in (
            (0.3963377774, 0.2158037573),
            (-0.1055613458, -0.0638541728),
            (-0.0894841775, -1.291485548),
        )
    )
    red = 4.0767416621 * long - 3.3077115913 * medium + 0.2309699292 * short
    green = -1.2684380046 * long + 2.6097574011 * medium - 0.3413193965 * short
    blue = -0.0041960863 * long - 0.7034186147 * medium + 1.707614701 * short
    red, green, blue = (min(1.0, max(0.0, value)) for value in (red, green, blue))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
