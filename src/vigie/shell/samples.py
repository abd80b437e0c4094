"""What the style guide shows: invented people, three invented communities, one form."""

import re
from collections.abc import Iterator

from django import forms

from vigie.shell.assets import MANIFEST, manifest
from vigie.shell.pavillons import Flag, recipe
from vigie.shell.themes import Theme, Verdict, verdicts

THEMES = {
    "tramontane": Theme(285, 0.14, 150, 0.17, 295, 0.5),
    "fournil": Theme(20, 0.135, 62, 0.13, 40, 1.4),
    "mairie": Theme(255, 0.13, 12, 0.09, 240, 0.9),
}


class SampleForm(forms.Form):
    email = forms.EmailField(label="Your e-mail address", help_text="Other members never see it.")
    subject = forms.ChoiceField(label="Subject", choices=[("bulk", "Buying in bulk"), ("other", "Something else")])
    words = forms.CharField(label="In a sentence", widget=forms.Textarea, required=False)
    often = forms.ChoiceField(
        label="How often",
        widget=forms.RadioSelect,
        choices=[("week", "Every week"), ("month", "Every month"), ("never", "Never")],
    )
    agreed = forms.BooleanField(label="I have read the four rules")


def flags(count: int) -> Iterator[Flag]:
    taken: set[tuple[str, ...]] = set()
    for seed in range(count):
        flag = recipe(f"sample {seed}", taken)
        taken.add(flag[:4])
        yield flag


def communities() -> list[tuple[str, Verdict]]:
    """Names of the sample themes, each with its tightest pair of colours."""
    return [
        (name, min(verdicts(theme), key=lambda verdict: verdict.ratio / verdict.required))
        for name, theme in THEMES.items()
    ]


def drawn_icons() -> list[str]:
    """Names of the sprite's icons."""
    sprite = (MANIFEST.parent / manifest()["icons.svg"]["file"]).read_text()
    return re.findall(r'id="i-([a-z-]+)"', sprite)
