"""The fixed cast with everybody that the table distinguishes, two meetings, and their paths."""

import base64
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta

from django.conf import settings
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django_scopes import scope

from tests import cast as people
from tests.cast import Cast, Meeting
from tests.rights.table import COLUMNS, Reader, Route
from vigie.communities.access import Role
from vigie.communities.actions import grant_membership, remove, suspend
from vigie.communities.actions.invitations import invite
from vigie.communities.models import Invitation, Membership
from vigie.core import clock
from vigie.core.codes import new_code, new_public_id
from vigie.live import actions
from vigie.live.actions import room
from vigie.live.models import TranscriptFile
from vigie.mails.models import Bounce
from vigie.mails.seal import key_of
from vigie.media.actions import keep_logo

SEATS = ("alice", "emma", "bruno")
ADMITTED = ("alice", "emma")

READERS = [
    Reader("visitor", "visitor"),
    Reader("victor", "visitor"),
    Reader("kim", "candidate"),
    Reader("alice", "member", seat="admitted"),
    Reader("bruno", "member", seat="invited"),
    Reader("chloe", "member"),
    Reader("emma", "expert", seat="admitted"),
    Reader("edgar", "expert"),
    Reader("sophie", "moderator", duty=True),
    Reader("sacha", "moderator"),
    Reader("oscar", "observer", duty=True),
    Reader("olga", "observer"),
    Reader("mona", "community_manager", duty=True),
    Reader("marc", "community_manager"),
    Reader("peter", "platform_admin"),
]
WITHOUT_SECOND_FACTOR = [Reader(one.name, one.column, one.duty, second_factor=False) for one in READERS if one.is_staff]
#: The same roles in the other community: in this one, strangers.
OTHERS = [Reader(name, "visitor") for name in people.TRAMONTANE]
#: One of each role, seated or assigned, whose membership was suspended, removed, or ran out.
LOST = [
    Reader(f"{role.value}-{how}", COLUMNS[role], lost=how)
    for role in Role
    for how in ("suspended", "removed", "expired")
]
#: People of Mariette whom the fixed cast does not know.
EXTRAS = {"edgar": Role.EXPERT, "sacha": Role.MODERATOR, "olga": Role.OBSERVER, "marc": Role.MANAGER}


@dataclass
class Stage:
    """`meetings`: one whose waiting room is open, one that is live with Alice and Emma in it and Bruno waiting."""

    cast: Cast
    meetings: dict[str, Meeting]
    #: The code of one that Mona sent.
    invitation: str = ""
    files: dict[str, TranscriptFile] = field(default_factory=dict)
    keys: dict[tuple[str, bool], str] = field(default_factory=dict)

    def browser(self, reader: Reader) -> Client:
        """A fresh browser that holds this reader's sign-in cookie."""
        browser = Client(HTTP_HOST="127.0.0.1", HTTP_ACCEPT_LANGUAGE="en")
        if reader.signed_in:
            browser.cookies[settings.SESSION_COOKIE_NAME] = self.keys[reader.name, reader.second_factor]
        return browser

    def sign_in(self, readers: Iterable[Reader]) -> None:
        for reader in readers:
            if reader.signed_in:
                client = self.cast.client(reader.name, second_factor=reader.second_factor)
                self.keys[reader.name, reader.second_factor] = client.session.session_key or ""

    def path(self, route: Route, reader: Reader, **instead: str) -> str:
        """The address of a page about a meeting; `instead` replaces some of its codes."""
        return reverse(route.route, kwargs={**self.codes(route, reader), **instead})

    def codes(self, route: Route, reader: Reader) -> dict[str, str]:
        if route.route == "join-key":
            return {"key": "x" * 43}
        if route.route == "my-data-file":
            return {"code": "0" * 32}
        if route.of in {"", "account", "demo", "platform"} and not route.resource_action.startswith("community."):
            return {}
        codes = {"slug": "mariette"}
        if route.meeting:
            codes["code"] = self.meetings[route.meeting].session.code
        codes |= {name: value for name, value in self._things(reader).items() if name in THINGS.get(route.route, ())}
        return codes

    def _things(self, reader: Reader) -> dict[str, str]:
        meeting = self.meetings["waiting"]
        return {
            "seat": meeting.seats["bruno"].code,
            "assignment": meeting.assignments["oscar"].code,
            "item": meeting.items[1].code,
            "member": self.cast.chloe.public_id,
            "step": "term",
            "who": self.cast.members["chloe"].public_id,
            "invitation": self.invitation,
            "file": self.files.get(reader.name, self.files["sophie"]).code,
            "image": self.cast.mariette.logo,
        }

    def data(self, route: Route) -> dict[str, object]:
        """What a form of this page sends when it is well filled."""
        live = self.meetings["live"]
        day = clock.now() + timedelta(days=7)
        plan = {
            "title": "Quick suppers",
            "agenda": "What you give up.",
            "day": day.strftime("%Y-%m-%d"),
            "hour": "18:00",
            "time_zone": "Europe/Paris",
            "minutes": 60,
            "doors_minutes": 10,
            "min_seats": 2,
            "max_seats": 16,
        }
        return {
            "account_login": {"email": "victor@example.org"},
            "set-language": {"language": "fr"},
            "account": {"language": "en", "time_zone": "Europe/Paris"},
            "community-new": {
                "name": "Le Phare",
                "slug": "phare",
                "brand": "Phare",
                "kind": "brand",
                "wording": "customers",
                "language": "fr",
                "time_zone": "Europe/Paris",
            },
            "opening-step": {"starts_on": "2027-01-01", "ends_on": "2027-12-31", "renews_on": "2027-10-01"},
            "charter-accept": {"number": 1},
            "member-role": {"role": "expert"},
            "identity": {"kind": "call", "reason": "To call her about Thursday."},
            "member-status": {"change": "suspend"},
            "member-pseudonym": {"pseudonym": "Grand large"},
            "invitations": {"addresses": "newcomer@example.org", "role": "member", "language": "fr"},
            "my-consents": {"kind": "phone", "given": "yes"},
            "theme": {
                "brand_hue": 255,
                "brand_chroma": 130,
                "accent_hue": 12,
                "accent_chroma": 90,
                "ground_hue": 240,
                "corner": 9,
            },
            "logo-keep": {"logo": SimpleUploadedFile("logo.png", DOT, "image/png")},
            "live:plan-new": plan,
            "live:plan-change": plan,
            "live:seats-give": {"members": [self.cast.chloe.public_id]},
            "live:duty-assign": {"member": self.cast.members["olga"].public_id, "duty": "observer"},
            "live:item-add": {"kind": "question", "text": "And now?", "minutes": 5},
            "live:item-edit": {"item-text": "When, exactly?", "item-minutes": 5},
            "live:item-move": {"direction": "down"},
            "live:say": {"text": "Twice a year."},
            "live:react": {"to": 5, "on": "same"},
            "live:remove": {"seat": live.seats["emma"].code},
            "live:admit": {"seat": live.seats["bruno"].code},
            "live:close": {"text": "Thank you all."},
            "live:launch": {"item": live.items[3].code},
            "live:transcript-export": {"format": "json", "identity": "alias"},
            "back:post": {"kind": "remark", "text": "Ask her why."},
        }.get(route.route, {})  # type: ignore[return-value]


#: The smallest picture there is.
DOT = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)
THINGS = {
    "community-logo": ("image",),
    "member": ("who",),
    "member-role": ("who",),
    "identity": ("who",),
    "member-status": ("who",),
    "member-pseudonym": ("who",),
    "invitation-again": ("invitation",),
    "invitation-revoke": ("invitation",),
    "opening-step": ("step",),
    "write-again": ("member",),
    "live:seat-take-back": ("seat",),
    "live:duty-withdraw": ("assignment",),
    "live:item-edit": ("item",),
    "live:item-move": ("item",),
    "live:item-remove": ("item",),
    "live:transcript-file": ("file",),
}


def random_codes(codes: dict[str, str]) -> dict[str, str]:
    """Codes of the same shape that name nothing; the community stays."""
    made = {name: new_public_id() if name in {"file", "member"} else new_code() for name in codes if name != "slug"}
    return {**codes, **made}


def set_stage(*, files: bool = True) -> Stage:
    """Everybody signed in, staff with files of their own; a quarter of a second."""
    cast = people.make_cast()
    mariette = cast.mariette
    for name, role in EXTRAS.items():
        _join(cast, name, role)
    meetings = {"waiting": people.make_meeting(cast, seats=SEATS), "live": open_meeting(cast)}
    for reader in LOST:
        _lose(cast, reader, meetings.values())
    with scope(community=mariette):
        keep_logo(cast.actor("mona"), DOT)
        stage = Stage(cast, meetings)
        invite(cast.actor("mona"), "invited@example.org", role=Role.MEMBER, language="en")
        stage.invitation = Invitation.objects.get().code
        for name in ("sophie", "oscar", "mona", "marc") if files else ():
            stage.files[name] = actions.order_transcript(
                cast.actor(name), meetings["live"].session, kind="json", identity="alias"
            )
            actions.make_transcript(stage.files[name].id)
    Bounce.objects.create(
        recipient=key_of(cast.chloe.person.email), report="dsn", kind=Bounce.Kind.HARD, status="5.1.1", at=clock.now()
    )
    stage.sign_in([*READERS, *WITHOUT_SECOND_FACTOR, *OTHERS, *LOST])
    return stage


def _join(cast: Cast, name: str, role: Role) -> Membership:
    membership = grant_membership(cast.mariette, people.person(name), pseudonym=f"{name.title()}-pseudo", role=role)
    membership.community = cast.mariette
    cast.members[name] = membership
    return membership


def _lose(cast: Cast, reader: Reader, meetings: object) -> None:
    """They had all that their role can have, and then lost their membership."""
    from vigie.live.models import Assignment, Seat
    from vigie.live.protocol.state import Duty

    role = Role(reader.name.rpartition("-")[0])
    membership = _join(cast, reader.name, role)
    with scope(community=cast.mariette):
        for meeting in meetings:  # type: ignore[attr-defined]
            if role in {Role.MEMBER, Role.EXPERT}:
                Seat.objects.create(session=meeting.session, membership=membership, alias=reader.name)
            elif role is not Role.CANDIDATE:
                duty = Duty.MODERATOR if role is Role.MODERATOR else Duty.OBSERVER
                Assignment.objects.create(session=meeting.session, membership=membership, duty=duty)
    if reader.lost == "suspended":
        suspend(membership)
    elif reader.lost == "removed":
        remove(membership)
    else:
        with scope(community=cast.mariette):
            Membership.objects.filter(id=membership.id).update(expires_at=clock.now() - timedelta(seconds=1))


def open_meeting(cast: Cast, title: str = "Quick suppers") -> Meeting:
    """Live, with a question asked; Alice and Emma are in, Alice has answered, Bruno waits."""
    meeting = people.make_meeting(cast, seats=SEATS, title=title)
    with scope(community=cast.mariette):
        moderator = meeting.place(cast, "sophie")
        room.admit(moderator, [meeting.seats[name].code for name in ADMITTED])
        room.open_session(moderator)
        room.launch(moderator, meeting.items[1].code)
        room.say(meeting.place(cast, "alice"), text="Once a month.")
    return meeting


@contextmanager
def undone() -> Iterator[None]:
    """What one case writes is undone before the next."""
    from django.db import transaction

    cache.clear()
    with transaction.atomic():
        yield
        transaction.set_rollback(True)
