from typing import TYPE_CHECKING

from django import forms
from django.utils.translation import gettext_lazy as _

from vigie.panel.rules import LONGEST_REASON, ReasonKind

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise as Words

REASONS: dict[str, "Words"] = {
    ReasonKind.CALL: _("To call them about a session"),
    ReasonKind.DOUBT: _("A doubt about the person"),
    ReasonKind.REWARD: _("To hand over a reward"),
    ReasonKind.REQUEST: _("They asked for something"),
    ReasonKind.OTHER: _("Something else"),
}


class ReasonForm(forms.Form):
    kind = forms.ChoiceField(
        label=_("Your reason"),
        choices=list(REASONS.items()),
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose a reason.")},
    )
    reason = forms.CharField(
        label=_("In a few words"),
        max_length=LONGEST_REASON,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        help_text=_("Ten letters at least. They will read these words, with your pseudonym and the day."),
        error_messages={"required": _("Say why in a few words.")},
    )
