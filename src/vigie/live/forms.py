"""What pages ask about a session. Rules are in `actions`; here, the shape and the words."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from vigie.communities.access import Actor
from vigie.core import clock
from vigie.live.models import Session, TranscriptFile
from vigie.live.protocol.state import Duty, ItemKind
from vigie.live.queries.plans import Candidate
from vigie.live.queries.transcripts import identities
from vigie.shell.formats import city

#: Zones offered first; any other IANA name that a session or a reader already has is added.
ZONES = (
    "Europe/Paris",
    "America/Guadeloupe",
    "America/Martinique",
    "America/Cayenne",
    "America/Miquelon",
    "Indian/Reunion",
    "Indian/Mayotte",
    "Pacific/Noumea",
    "Pacific/Tahiti",
    "Pacific/Wallis",
    "Europe/Brussels",
    "Europe/Luxembourg",
    "Europe/Zurich",
    "Europe/Monaco",
    "Europe/London",
    "Europe/Dublin",
    "Europe/Lisbon",
    "Europe/Madrid",
    "Europe/Rome",
    "Europe/Berlin",
    "Europe/Vienna",
    "Europe/Amsterdam",
    "Europe/Copenhagen",
    "Europe/Stockholm",
    "Europe/Warsaw",
    "Europe/Prague",
    "Europe/Athens",
    "Europe/Bucharest",
    "Europe/Helsinki",
    "Africa/Casablanca",
    "Africa/Algiers",
    "Africa/Tunis",
    "Africa/Dakar",
    "Africa/Abidjan",
    "America/Montreal",
    "America/New_York",
    "America/Chicago",
    "America/Los_Angeles",
    "UTC",
)


@dataclass(frozen=True, slots=True)
class Instant:
    """A local time as a moment. `twice`: clocks go back over it that night, and this is its first time."""

    at: datetime
    twice: bool


class NoSuchTime(ValueError):
    """Clocks go forward over this local time: it does not exist that night."""


def instant(day: date, hour: time, zone: str) -> Instant:
    """Raises `NoSuchTime`."""
    wall = datetime.combine(day, hour.replace(tzinfo=None))
    first = wall.replace(tzinfo=ZoneInfo(zone), fold=0).astimezone(UTC)
    second = wall.replace(tzinfo=ZoneInfo(zone), fold=1).astimezone(UTC)
    if first.astimezone(ZoneInfo(zone)).replace(tzinfo=None) != wall:
        raise NoSuchTime(wall.isoformat())
    return Instant(first, first != second)


NO_SUCH_TIME = _("Clocks go forward that night: this time does not exist. Choose another.")
TWICE = _("Clocks go back that night: this time comes twice. The session starts the first time.")
PASSED = _("This moment has passed.")


def zone_choices(names: Iterable[str]) -> list[tuple[str, str]]:
    """Each zone by its city; by its technical name too where two zones share one."""
    cities = {name: city(name) for name in names}
    times = Counter(cities.values())
    return [(name, here if times[here] == 1 else f"{here} ({name})") for name, here in cities.items()]


class SessionForm(forms.Form):
    """`change()` gives what `plan_session` and `change_session` take; `notes` what the reader should know."""

    title = forms.CharField(label=_("Title"), max_length=80)
    agenda = forms.CharField(label=_("What we will talk about"), max_length=2000, required=False, widget=forms.Textarea)
    day = forms.DateField(label=_("Date"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
    hour = forms.TimeField(label=_("Time"), widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"))
    time_zone = forms.ChoiceField(label=_("Time zone"))
    minutes = forms.IntegerField(label=_("Length in minutes"), min_value=5, max_value=480)
    doors_minutes = forms.IntegerField(label=_("Waiting room, minutes before"), min_value=0, max_value=30)
    min_seats = forms.IntegerField(label=_("Minimum to open"), min_value=1, max_value=500)
    max_seats = forms.IntegerField(label=_("Maximum in the room"), min_value=1, max_value=500)

    def __init__(self, *args: Any, actor: Actor, session: Session | None = None, **kwargs: Any) -> None:
        zone = session.time_zone if session else actor.community.time_zone
        if session:
            local = session.starts_at.astimezone(ZoneInfo(zone))
            kwargs["initial"] = {
                "title": session.title,
                "agenda": session.agenda,
                "day": local.date(),
                "hour": local.time().replace(second=0, microsecond=0),
                "time_zone": zone,
                "minutes": session.minutes,
                "doors_minutes": session.doors_minutes,
                "min_seats": session.min_seats,
                "max_seats": session.max_seats,
            }
        else:
            kwargs["initial"] = {
                "time_zone": zone,
                "minutes": 75,
                "doors_minutes": 10,
                "min_seats": 8,
                "max_seats": 16,
                **kwargs.get("initial", {}),
            }
        super().__init__(*args, **kwargs)
        own = actor.membership.person.time_zone if actor.membership else zone
        names = dict.fromkeys([zone, actor.community.time_zone, own, *ZONES])
        self.fields["time_zone"].choices = zone_choices(names)  # type: ignore[attr-defined]
        self.session = session
        self.notes: list[str | Promise] = []

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        if {"min_seats", "max_seats"} <= values.keys() and values["min_seats"] > values["max_seats"]:
            self.add_error("max_seats", _("The maximum is below the minimum."))
        if {"day", "hour", "time_zone"} <= values.keys():
            self._find_moment(values)
        return values

    def _find_moment(self, values: dict[str, Any]) -> None:
        session = self.session
        if session and not {"day", "hour", "time_zone"} & set(self.changed_data):
            values["starts_at"] = session.starts_at
            return
        try:
            found = instant(values["day"], values["hour"], values["time_zone"])
        except NoSuchTime:
            self.add_error("hour", NO_SUCH_TIME)
            return
        if found.at < clock.now():
            self.add_error("day", PASSED)
            return
        if found.twice:
            self.notes.append(TWICE)
        values["starts_at"] = found.at

    def change(self) -> dict[str, Any]:
        return {name: value for name, value in self.cleaned_data.items() if name not in {"day", "hour"}}


class GuideItemForm(forms.Form):
    kind = forms.ChoiceField(
        label=_("Kind"),
        choices=[
            (ItemKind.QUESTION.value, _("Open question")),
            (ItemKind.MESSAGE.value, _("Message")),
            (ItemKind.INSTRUCTION.value, _("Instruction for the moderator alone")),
        ],
        initial=ItemKind.QUESTION.value,
    )
    text = forms.CharField(label=_("The words, as they will be read"), max_length=2000, widget=forms.Textarea)
    minutes = forms.IntegerField(label=_("Planned minutes"), min_value=0, max_value=240, initial=0)
    must_ask = forms.BooleanField(label=_("Must be asked"), required=False)

    def __init__(self, *args: Any, with_kind: bool = True, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not with_kind:
            del self.fields["kind"]


class SeatsForm(forms.Form):
    """Members by their public ids: several at once."""

    members = forms.MultipleChoiceField(label=_("Members"))

    def __init__(self, *args: Any, candidates: Sequence[Candidate], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(one.public_id, one.pseudonym) for one in candidates]
        self.fields["members"].choices = choices  # type: ignore[attr-defined]


class DutyForm(forms.Form):
    member = forms.CharField(max_length=32)
    duty = forms.ChoiceField(choices=[(duty.value, duty.value) for duty in Duty])


class TranscriptFileForm(forms.Form):
    """An observer is offered aliases alone, and can send nothing else."""

    format = forms.ChoiceField(
        label=_("Format"),
        choices=[
            (TranscriptFile.Format.HTML.value, _("Page to read and print (HTML)")),
            (TranscriptFile.Format.JSON.value, _("Data (JSON)")),
        ],
        initial=TranscriptFile.Format.HTML.value,
    )
    identity = forms.ChoiceField(label=_("Names in the file"), widget=forms.RadioSelect)

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        words: list[tuple[str, str | Promise]] = [
            (TranscriptFile.Identity.ALIAS.value, _("Names of this session")),
            (TranscriptFile.Identity.PSEUDONYM.value, _("Pseudonyms")),
            (TranscriptFile.Identity.ID.value, _("Numbers alone")),
        ]
        allowed = identities(actor)
        self.fields["identity"].choices = [word for word in words if word[0] in allowed]  # type: ignore[attr-defined]
        self.fields["identity"].initial = TranscriptFile.Identity.ALIAS.value
