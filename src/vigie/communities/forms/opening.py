"""What the opening asks. Rules are in `actions`; here, the shape and the words."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from django import forms
from django.conf import settings
from django.forms.utils import ErrorDict
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from vigie.accounts.queries import zone_choices
from vigie.communities.access import Actor, Role
from vigie.communities.actions.opening import TEAM_ROLES, Aim, Wanted
from vigie.communities.models import Community, Objective, Preparation, Teammate
from vigie.communities.rules import DEFAULT_CAP, Independence, ObjectiveKind, stages

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise as Words

KINDS = [
    (Community.Kind.BRAND.value, _("a brand, or several")),
    (Community.Kind.PUBLIC_SERVICE.value, _("a public service")),
]
WORDINGS = [(Community.Wording.CUSTOMERS.value, _("customers")), (Community.Wording.USERS.value, _("users"))]
INDEPENDENCE: dict[str, "Words"] = {
    Independence.BRAND_LED: _("The brand leads: it asks, members answer, and it says what it did with the answers"),
    Independence.CO_LED: _("Led together: members also choose subjects, and decide with the brand"),
    Independence.MEMBER_LED: _("Members lead: they choose the subjects, the brand pays and answers"),
}
OBJECTIVES: dict[ObjectiveKind, tuple["Words", str, "Words", "Words"]] = {
    ObjectiveKind.CREATE: (
        _("Create with customers"),
        "lightbulb",
        _("Ideas put into practice, with proof"),
        _("Ideas, tests before launch: what is decided here must end on a shelf or at a counter."),
    ),
    ObjectiveKind.UNDERSTAND: (
        _("Understand how they live"),
        "magnifying-glass",
        _("Decisions that rest on a session"),
        _("Sessions and surveys, to decide with what people do rather than with what we suppose."),
    ),
    ObjectiveKind.HELP: (
        _("Help one another"),
        "lifebuoy",
        _("Questions answered by another member"),
        _("Answers between members. To choose when the helpdesk receives too many questions about everyday use."),
    ),
    ObjectiveKind.SPREAD: (
        _("Make known"),
        "megaphone",
        _("Members who came to a preview"),
        _("Previews and ambassadors. What people say in studies will never be used for it: both are kept apart."),
    ),
}
ROLE_WORDS: dict[Role, "Words"] = {
    Role.MODERATOR: _("Moderator: leads sessions"),
    Role.OBSERVER: _("Observer: reads, suggests, unseen"),
    Role.MANAGER: _("Manager: keeps the charter and the settings"),
}
DAY = {"type": "date"}


def _day(label: "Words", **more: Any) -> forms.DateField:
    return forms.DateField(label=label, widget=forms.DateInput(attrs=DAY, format="%Y-%m-%d"), **more)


def _text(label: "Words", limit: int, rows: int = 4) -> forms.CharField:
    widget = forms.Textarea(attrs={"rows": rows})
    return forms.CharField(label=label, max_length=limit, required=False, widget=widget)


class NameForm(forms.Form):
    """Step 1."""

    name = forms.CharField(label=_("Name of the community"), max_length=80)
    brand = forms.CharField(
        label=_("Brand, brands or public service"),
        max_length=60,
        help_text=_("As members call it. Several: “Mariette and Le Fournil”."),
    )
    kind = forms.ChoiceField(label=_("It is run for"), choices=KINDS, initial=Community.Kind.BRAND.value)
    wording = forms.ChoiceField(
        label=_("It speaks to its"), choices=WORDINGS, initial=Community.Wording.CUSTOMERS.value
    )
    language = forms.ChoiceField(label=_("Language"), choices=settings.LANGUAGES)
    time_zone = forms.ChoiceField(label=_("Time zone"), choices=zone_choices)


class FoundingForm(NameForm):
    """Step 1 of a community that does not exist yet."""

    slug = forms.RegexField(
        r"^[a-z0-9][a-z0-9-]*\Z",
        label=_("Address"),
        max_length=40,
        help_text=_("The word of its pages: /c/mariette/. Small letters, figures, dashes; it will not change."),
        error_messages={"invalid": _("Small letters without accents, figures and dashes; a letter or a figure first.")},
    )
    field_order = ["name", "slug"]

    def clean_slug(self) -> str:
        slug: str = self.cleaned_data["slug"]
        if Community.objects.filter(slug=slug).exists():
            raise forms.ValidationError(_("Another community has this address."))
        return slug


class AimForm(forms.Form):
    """One kind of objective, chosen or not."""

    on = forms.BooleanField(required=False)
    indicator = forms.CharField(label=_("Indicator"), max_length=120, required=False)
    baseline = forms.IntegerField(
        label=_("Today"), min_value=0, max_value=1_000_000, required=False, widget=forms.NumberInput(attrs={"min": 0})
    )
    target = forms.IntegerField(label=_("Goal"), min_value=1, max_value=1_000_000, required=False)
    due = _day(_("By"), required=False)

    def __init__(self, data: Any, *, kind: ObjectiveKind, initial: dict[str, Any]) -> None:
        super().__init__(data, prefix=kind.value, initial=initial)
        self.kind = kind
        label, self.icon, self.suggestion, self.words = OBJECTIVES[kind]
        self.fields["on"].label = label

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        if not values.get("on"):
            self._errors = ErrorDict()  # what is not chosen is not judged
            return values
        for name, sentence in (
            ("indicator", _("Say what will be counted.")),
            ("target", _("A figure is missing.")),
            ("due", _("A date is missing. Twelve months are often enough.")),
        ):
            if not values.get(name) and name not in self.errors:
                self.add_error(name, sentence)
        return values


class ObjectivesForm:
    """Step 2: the four kinds on one page."""

    def __init__(self, data: Mapping[str, Any] | None, objectives: list[Objective]) -> None:
        known = {one.kind: one for one in objectives}
        self.is_bound = data is not None
        self.problem: str = ""
        self.kinds = [AimForm(data, kind=kind, initial=_aim(known.get(kind), kind)) for kind in ObjectiveKind]

    def is_valid(self) -> bool:
        # Each is asked, so that every error shows at once.
        return self.is_bound and not [one for one in self.kinds if not one.is_valid()]

    def aims(self) -> list[Aim]:
        return [
            Aim(
                one.kind,
                one.cleaned_data["indicator"],
                one.cleaned_data["target"],
                one.cleaned_data["due"],
                one.cleaned_data["baseline"] or 0,
            )
            for one in self.kinds
            if one.cleaned_data["on"]
        ]


def _aim(known: Objective | None, kind: ObjectiveKind) -> dict[str, Any]:
    if known is None:
        return {"indicator": OBJECTIVES[kind][2], "baseline": 0}
    return {
        "on": True,
        "indicator": known.indicator,
        "baseline": known.baseline,
        "target": known.target,
        "due": known.due,
    }


class CharterForm(forms.Form):
    """Step 3. Anything may wait; the doors wait with it."""

    sponsor = forms.CharField(label=_("Who pays, and answers for it"), max_length=200, required=False)
    readers = _text(_("Who reads"), 2000)
    data_use = _text(_("What becomes of what is said"), 4000)
    members_get = _text(_("What members get"), 2000, 3)
    brand_conventions = _text(_("What we promise"), 4000)
    member_conventions = _text(_("What we ask of members"), 4000)
    independence = forms.ChoiceField(
        label=_("Who leads"), choices=list(INDEPENDENCE.items()), widget=forms.RadioSelect, required=False
    )
    privacy_notice = _text(_("Privacy notice"), 20000, 10)
    contact_email = forms.EmailField(label=_("Contact address"), required=False)
    contact_phone = forms.CharField(label=_("Contact telephone"), max_length=30, required=False)

    def clean_independence(self) -> str:
        return str(self.cleaned_data["independence"] or Independence.BRAND_LED)


class SizeForm(forms.Form):
    """Step 4."""

    target = forms.IntegerField(label=_("Members wanted"), min_value=1, max_value=100_000)
    cap = forms.IntegerField(label=_("Members at most"), min_value=1, max_value=100_000, initial=DEFAULT_CAP)
    regular = forms.IntegerField(label=_("Who take part regularly, per cent"), min_value=1, max_value=100)
    ramp_up = forms.CharField(label=_("Growing in stages"), max_length=120, required=False)
    reason = forms.CharField(
        label=_("Why more than 400"), max_length=2000, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )

    def clean_ramp_up(self) -> str:
        typed: str = self.cleaned_data["ramp_up"]
        try:
            return ", ".join(str(one) for one in stages(typed))
        except ValueError:
            raise forms.ValidationError(_("Whole numbers with commas between them: 25, 50, 100.")) from None


class TermForm(forms.Form):
    """Step 5."""

    starts_on = _day(_("Start"))
    ends_on = _day(_("End"))
    renews_on = _day(_("Whether to go on is decided by"))


class TeammateForm(forms.Form):
    """One line of step 6; a line without an address is nobody."""

    email = forms.EmailField(label=_("E-mail address"), required=False)
    role = forms.ChoiceField(label=_("Role"), required=False)
    title = forms.CharField(label=_("Function"), max_length=60, required=False)

    def __init__(self, *args: Any, roles: list[Role], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["role"].choices = [(one.value, ROLE_WORDS[one]) for one in roles]  # type: ignore[attr-defined]


class TeamForm:
    """Step 6: those already named, and empty lines for others."""

    SPARE, MOST = 3, 30

    def __init__(self, data: Mapping[str, Any] | None, actor: Actor, team: list[Teammate]) -> None:
        roles = [role for role in ROLE_WORDS if role in TEAM_ROLES or actor.is_administrator]
        #: A manager whom the platform wanted is read, not edited, by another manager.
        self.fixed = [one for one in team if Role(one.role) not in roles]
        editable = [one for one in team if Role(one.role) in roles]
        self.is_bound = data is not None
        self.problem: str = ""
        known = [{"email": one.email, "role": one.role, "title": one.title} for one in editable]
        count = min(self.MOST, len(known) + self.SPARE)
        if data is not None:
            count = next((n for n in range(self.MOST) if f"{n}-email" not in data), self.MOST)
        self.lines = [
            TeammateForm(data, prefix=str(number), roles=roles, initial=known[number] if number < len(known) else {})
            for number in range(count)
        ]

    def is_valid(self) -> bool:
        return self.is_bound and not [one for one in self.lines if not one.is_valid()]

    def team(self) -> list[Wanted]:
        return [
            Wanted(
                one.cleaned_data["email"],
                Role(one.cleaned_data["role"] or Role.OBSERVER),
                one.cleaned_data["title"],
            )
            for one in self.lines
            if one.cleaned_data["email"]
        ]


def privacy_model(community: Community) -> str:
    """A notice to start from, in the reader's language."""
    return gettext(
        "%(brand)s asks you questions to improve what it offers, with your agreement, which you may withdraw at any "
        "time. Your answers are read under your pseudonym; your name, address and telephone are kept apart and shown "
        "to nobody but the keepers of the community, one person at a time, for a reason that you can read.\n\n"
        "Your answers are never used to sell you anything, nor handed to anybody else. They are kept for 24 months "
        "after you leave, then erased or made anonymous.\n\n"
        "You may read, correct, take away or erase what concerns you from your account page, or by writing to the "
        "contact address. You may also turn to the data protection authority of your country."
    ) % {"brand": community.brand}


def charter_initial(community: Community, preparation: Preparation) -> dict[str, Any]:
    values = {name: getattr(preparation, name) for name in CharterForm.base_fields if hasattr(preparation, name)}
    values |= {"contact_email": community.contact_email, "contact_phone": community.contact_phone}
    values["privacy_notice"] = values["privacy_notice"] or privacy_model(community)
    return values
