"""What is asked of who comes in, and of the manager about members: the shape and the words."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from vigie.accounts.queries import zone_choices
from vigie.communities.access import Role
from vigie.communities.actions.invitations import INVITED_ROLES
from vigie.communities.actions.memberships import GIVEN_ROLES
from vigie.communities.models import Membership
from vigie.communities.rules import REQUIRED, Agreement

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise as Words

INVITED_WORDS: dict[Role, "Words"] = {
    Role.MEMBER: _("Member: takes part"),
    Role.EXPERT: _("Expert member: takes part, and answers the others"),
    Role.MODERATOR: _("Moderator: leads sessions"),
    Role.OBSERVER: _("Observer: reads, suggests, unseen"),
}
STATUS_WORDS: dict[str, "Words"] = {
    Membership.Status.ACTIVE: _("active"),
    Membership.Status.WAITING: _("waiting for a seat"),
    Membership.Status.SUSPENDED: _("suspended"),
    Membership.Status.LEFT: _("left"),
    Membership.Status.REMOVED: _("removed"),
}
#: What each agreement is called, and what it means.
AGREEMENTS: dict[Agreement, tuple["Words", "Words"]] = {
    Agreement.PARTICIPATION: (
        _("What I say here is read and used as the privacy notice tells"),
        _("Under your pseudonym, for this community alone. To withdraw it is to leave."),
    ),
    Agreement.EMAIL: (
        _("You may write to me by mail about sessions and news"),
        _("What concerns your own sessions and your account is mailed in any case."),
    ),
    Agreement.PHONE: (_("You may call me"), _("For a session that you accepted, or to check who you are.")),
    Agreement.PROFILE: (
        _("You may keep a profile of my habits"),
        _("To invite you to what concerns you. You read it, and correct it."),
    ),
    Agreement.SENSITIVE: (
        _("You may ask me about health, beliefs or family"),
        _("Each time you may also pass without saying why."),
    ),
    Agreement.IMAGE: (
        _("You may use photographs and recordings in which I appear"),
        _("Inside the community, and each other use is asked for again."),
    ),
}


class InviteForm(forms.Form):
    """A pasted list, and what they will be."""

    addresses = forms.CharField(
        label=_("Addresses"),
        max_length=60_000,
        widget=forms.Textarea(attrs={"rows": 5, "autocomplete": "off", "spellcheck": "false"}),
        help_text=_("One a line, or with commas between them; two hundred at most."),
        error_messages={"required": _("Type an address, or several.")},
    )
    role = forms.ChoiceField(
        label=_("They come as"), choices=[(one.value, INVITED_WORDS[one]) for one in INVITED_ROLES]
    )
    language = forms.ChoiceField(label=_("Language of the mail"), choices=settings.LANGUAGES)


class PeopleFilter(forms.Form):
    """What the list is asked for, in its address."""

    q = forms.CharField(label=_("Pseudonym"), max_length=80, required=False, strip=True)
    role = forms.ChoiceField(label=_("Role"), required=False)
    status = forms.ChoiceField(label=_("State"), required=False)

    def __init__(self, *args: Any, roles: Mapping[Role, Any], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["role"].choices = [("", _("every role")), *((one.value, word) for one, word in roles.items())]  # type: ignore[attr-defined]
        self.fields["status"].choices = [("", _("every state")), *STATUS_WORDS.items()]  # type: ignore[attr-defined]


class RoleForm(forms.Form):
    role = forms.ChoiceField(label=_("Role"))

    def __init__(self, *args: Any, roles: Mapping[Role, Any], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["role"].choices = [(one.value, roles[one]) for one in GIVEN_ROLES]  # type: ignore[attr-defined]


class PseudonymForm(forms.Form):
    pseudonym = forms.CharField(
        label=_("Pseudonym"),
        max_length=60,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
        help_text=_("3 to 24 characters. Neither a name, nor an address, nor a number."),
        error_messages={"required": _("Choose a pseudonym.")},
    )


class JoinForm(PseudonymForm):
    """What is asked of whoever comes in; the agreements and the charter of those alone who live by it."""

    name = forms.CharField(
        label=_("Your name"),
        max_length=120,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
        help_text=_("Under seal: the keepers of the community ask for it one person at a time, and you read why."),
        error_messages={"required": _("Type your name: the others never see it.")},
    )
    language = forms.ChoiceField(label=_("Language"), choices=settings.LANGUAGES)
    time_zone = forms.ChoiceField(label=_("Time zone"), choices=zone_choices)
    field_order = ["name", "pseudonym", "language", "time_zone"]

    def __init__(self, *args: Any, reads_charter: bool, charter: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.reads_charter = reads_charter
        if not reads_charter:
            self.fields["pseudonym"].label = _("What members call you")
            self.fields["pseudonym"].help_text = _("A first name will do: members answer a person.")
            return
        if charter:
            self.fields["charter"] = forms.IntegerField(widget=forms.HiddenInput, initial=charter)
            self.fields["accepts"] = forms.BooleanField(
                label=_("I accept this charter"),
                error_messages={"required": _("Without the charter there is no coming in.")},
            )
        for kind, (label, help_text) in AGREEMENTS.items():
            self.fields[kind.value] = forms.BooleanField(
                label=label,
                help_text=help_text,
                required=kind in REQUIRED,
                error_messages={"required": _("Without this, there is nothing to take part in.")},
            )

    @property
    def required_agreements(self) -> list[Any]:
        return [self[one.value] for one in AGREEMENTS if one in REQUIRED] if self.reads_charter else []

    @property
    def free_agreements(self) -> list[Any]:
        return [self[one.value] for one in AGREEMENTS if one not in REQUIRED] if self.reads_charter else []

    def agreed(self) -> dict[Agreement, bool]:
        return {one: bool(self.cleaned_data.get(one.value)) for one in Agreement}
