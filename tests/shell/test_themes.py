import re
from pathlib import Path

import pytest

from vigie.shell.themes import COLOURS, RANGES, Chroma, Colour, Theme, css, theme_css, verdicts

TOKENS = Path(__file__).parents[2] / "frontend" / "src" / "styles"


def test_the_defaults_are_those_of_the_style_sheet() -> None:
    written = dict(re.findall(r"^ +(--[a-z-]+): ([\d.]+);", (TOKENS / "tokens.css").read_text(), re.MULTILINE))
    assert written == dict(re.findall(r"(--[a-z-]+):([\d.]+);", css(Theme())))


@pytest.mark.parametrize("name", RANGES)
def test_each_number_keeps_to_its_range(name: str) -> None:
    least, most = RANGES[name]
    assert getattr(Theme(**{name: least}), name) == least
    assert getattr(Theme(**{name: most}), name) == most
    for wrong in (least - 0.001, most + 0.001, float("nan"), float("inf")):
        with pytest.raises(ValueError, match=name):
            Theme(**{name: wrong})


def test_a_theme_is_six_variables_and_nothing_that_somebody_typed() -> None:
    theme = Theme(285, 0.14, 150.5, 0.17, 295, 0.5)
    assert css(theme) == (
        ":root{--brand-h:285;--brand-c:0.14;--accent-h:150.5;--accent-c:0.17;--ground-h:295;--corner:0.5;}\n"
    )
    assert theme_css(theme) == css(theme)
    with pytest.raises(ValueError, match="could not convert"):
        Theme(brand_hue="0;}body{display:none")  # type: ignore[arg-type]


def _token(colour: Colour) -> str:
    lightness, chroma, hue = colour
    angle = hue if isinstance(hue, str) else f"{hue:g}"
    angle = {"brand_hue": "var(--brand-h)", "accent_hue": "var(--accent-h)", "ground_hue": "var(--ground-h)"}.get(
        angle, angle
    )
    return f"oklch({lightness:g} {_chroma(chroma)} {angle})"


def _chroma(chroma: Chroma) -> str:
    if not isinstance(chroma, tuple):
        return f"{chroma:g}"
    part, of = chroma
    variable = {"brand_chroma": "var(--brand-c)", "accent_chroma": "var(--accent-c)"}[of]
    return variable if part == 1 else f"calc({variable} * {part:g})"


def test_the_measured_colours_are_those_of_the_style_sheets() -> None:
    sheets = (TOKENS / "tokens.css").read_text() + (TOKENS / "components" / "back-tokens.css").read_text()
    written = {
        name: re.sub(r"(?<=[ (])(\d+\.\d*?)0+(?=[ )])", r"\1", re.sub(r"\s+", " ", value))
        for name, value in re.findall(r"--([a-z0-9-]+): *((?:light-dark|oklch)\(.*\));", sheets)
    }
    for name, (light, dark) in COLOURS.items():
        expected = _token(light) if light == dark else f"light-dark({_token(light)}, {_token(dark)})"
        assert written[name] == expected, name


@pytest.mark.parametrize("hue", range(0, 360, 20))
@pytest.mark.parametrize("chroma", [0, 0.095, 0.17])
def test_no_choice_of_hue_and_chroma_makes_a_page_hard_to_read(hue: int, chroma: float) -> None:
    for accent, ground in ((hue, hue), ((hue + 180) % 360, (hue + 120) % 360)):
        theme = Theme(hue, chroma, accent, min(0.18, chroma + 0.04), ground)
        poor = [verdict for verdict in verdicts(theme) if not verdict.passes]
        assert poor == []


def test_a_verdict_tells_the_pair_and_its_ratio() -> None:
    found = {(one.ink, one.paper, one.dark): one for one in verdicts(Theme())}
    assert len(found) == 94
    assert found["ink", "surface", False].ratio > 12
    assert found["line-strong", "ground", True].required == 3.0
