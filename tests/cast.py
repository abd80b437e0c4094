"""Who is who, the same in every test.

In the community `mariette`: Alice, Bruno and Chloe are members, Emma an expert, Sophie moderates, Oscar watches for
the client, Mona manages, Kim has applied. In the community `tramontane`, the same roles are held by strangers whose
names begin with T. Peter administers the platform. Victor is signed in and belongs nowhere.
"""

from dataclasses import dataclass, field
from datetime import timedelta

from django.conf import settings
from django.test import Client
from django_scopes import scope

from vigie.accounts.models import Person
from vigie.accounts.queries import METHODS
from vigie.communities.access import Actor, Role
from vigie.communities.actions import grant_membership, open_stage
from vigie.communities.models import Community, Membership
from vigie.core import clock
from vigie.live.models import Assignment, GuideItem, Seat, Session
from vigie.live.protocol.state import Duty, ItemKind
from vigie.live.queries.room import Place

MARIETTE = {
    "alice": Role.MEMBER,
    "bruno": Role.MEMBER,
    "chloe": Role.MEMBER,
    "emma": Role.EXPERT,
    "sophie": Role.MODERATOR,
    "oscar": Role.OBSERVER,
    "mona": Role.MANAGER,
    "kim": Role.CANDIDATE,
}
TRAMONTANE = {
    "tara": Role.MEMBER,
    "theo": Role.EXPERT,
    "tess": Role.MODERATOR,
    "tom": Role.OBSERVER,
    "tina": Role.MANAGER,
    "tim": Role.CANDIDATE,
}


@dataclass
class Cast:
    mariette: Community
    tramontane: Community
    members: dict[str, Membership] = field(default_factory=dict)
    victor: Person = field(default_factory=Person)
    peter: Person = field(default_factory=Person)

    def __getattr__(self, name: str) -> Membership:
        try:
            return self.__dict__["members"][name]
        except KeyError:
            raise AttributeError(name) from None

    def actor(self, name: str) -> Actor:
        membership = self.members[name]
        return Actor(membership.community, membership)

    def client(self, name: str | None = None, *, second_factor: bool = True, language: str = "en") -> Client:
        """A browser of this person, signed in; of nobody when no name is given."""
        client = Client(HTTP_HOST="127.0.0.1", HTTP_ACCEPT_LANGUAGE=language)
        if name:
            person = {"victor": self.victor, "peter": self.peter}.get(name) or self.members[name].person
            sign_in(client, person, second_factor=second_factor)
        return client


def person(name: str, **fields: object) -> Person:
    return Person.objects.create(email=f"{name}@example.org", name=f"{name.title()} Realname", language="en", **fields)


def sign_in(client: Client, who: Person, *, second_factor: bool = True) -> None:
    client.force_login(who, backend=settings.AUTHENTICATION_BACKENDS[0])
    if second_factor:
        session = client.session
        session[METHODS] = [{"method": "mfa", "at": clock.now().timestamp()}]
        session.save()


def make_cast() -> Cast:
    mariette = open_stage(slug="mariette", name="Le Comptoir Mariette", brand="Mariette")
    tramontane = open_stage(slug="tramontane", name="La Tramontane", brand="Tramontane")
    cast = Cast(mariette, tramontane)
    for community, people in ((mariette, MARIETTE), (tramontane, TRAMONTANE)):
        for name, role in people.items():
            who = grant_membership(community, person(name), pseudonym=f"{name.title()}-pseudo", role=role)
            who.community = community
            cast.members[name] = who
    cast.victor = person("victor")
    cast.peter = person("peter", is_platform_administrator=True)
    return cast


@dataclass
class Meeting:
    """A session of Mariette's with Alice and Bruno seated, Sophie to moderate, Oscar and Mona to watch."""

    session: Session
    seats: dict[str, Seat]
    assignments: dict[str, Assignment]
    items: list[GuideItem]

    def place(self, cast: Cast, name: str) -> Place:
        from vigie.live.queries.room import get_place

        return get_place(cast.actor(name), self.session.code, clock.now())


ALIASES = {"alice": "Heron", "bruno": "Slate", "chloe": "Maple", "emma": "Lark"}


def make_meeting(
    cast: Cast, *, seats: tuple[str, ...] = ("alice", "bruno"), minutes_to_start: float = 5, title: str = "Bulk buying"
) -> Meeting:
    with scope(community=cast.mariette):
        number = Session.objects.count() + 1
        session = Session.objects.create(
            community=cast.mariette,
            number=number,
            title=title,
            agenda="What bulk buying costs you.",
            starts_at=clock.now() + timedelta(minutes=minutes_to_start),
            time_zone="Europe/Paris",
            pace_seconds=0,
        )
        given = {
            name: Seat.objects.create(session=session, membership=cast.members[name], alias=ALIASES[name])
            for name in seats
        }
        assigned = {
            name: Assignment.objects.create(session=session, membership=cast.members[name], duty=duty)
            for name, duty in (("sophie", Duty.MODERATOR), ("oscar", Duty.OBSERVER), ("mona", Duty.OBSERVER))
        }
        items = [
            GuideItem.objects.create(session=session, position=position, kind=kind, text=text, minutes=5)
            for position, (kind, text) in enumerate(
                [
                    (ItemKind.MESSAGE, "Welcome aboard."),
                    (ItemKind.QUESTION, "When did you last give up buying in bulk?"),
                    (ItemKind.INSTRUCTION, "Slow down here."),
                    (ItemKind.QUESTION, "What would bring you back?"),
                ]
            )
        ]
    return Meeting(session, given, assigned, items)
