"""The dials of a theme."""

from typing import TYPE_CHECKING, Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from vigie.shell.themes import RANGES, VARIABLES, Theme

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise as Words


def _dial(name: str, label: "Words", scale: int, step: int = 1) -> forms.IntegerField:
    least, most = (round(bound * scale) for bound in RANGES[name])
    widget = forms.NumberInput(attrs={"step": step, "data-variable": VARIABLES[name], "data-over": scale})
    widget.input_type = "range"
    return forms.IntegerField(label=label, min_value=least, max_value=most, widget=widget)


class ThemeForm(forms.Form):
    """Six dials in whole numbers, as a range control gives them. `SCALES`: how many of them make one."""

    SCALES = {
        "brand_hue": 1,
        "brand_chroma": 1000,
        "accent_hue": 1,
        "accent_chroma": 1000,
        "ground_hue": 1,
        "corner": 10,
    }
    brand_hue = _dial("brand_hue", _("Hue of the brand"), 1)
    brand_chroma = _dial("brand_chroma", _("Strength of the brand"), 1000, 5)
    accent_hue = _dial("accent_hue", _("Hue of the accent"), 1)
    accent_chroma = _dial("accent_chroma", _("Strength of the accent"), 1000, 5)
    ground_hue = _dial("ground_hue", _("Hue of the page"), 1)
    corner = _dial("corner", _("Corners"), 10)

    def __init__(self, data: Any, *, theme: Theme) -> None:
        super().__init__(data, initial=self._whole(theme))

    def theme(self) -> Theme:
        return Theme(**{name: self.cleaned_data[name] / scale for name, scale in self.SCALES.items()})

    @classmethod
    def _whole(cls, theme: Theme) -> dict[str, int]:
        return {name: round(getattr(theme, name) * scale) for name, scale in cls.SCALES.items()}

    @classmethod
    def asked(cls, theme: Theme) -> QueryDict:
        """These dials as an address asks for them."""
        made = QueryDict(mutable=True)
        made.update({name: str(value) for name, value in cls._whole(theme).items()})
        return made
