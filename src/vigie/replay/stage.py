"""A community, a session and its people, ready to be played, with the cookies that sign them in."""

from dataclasses import dataclass, field
from datetime import timedelta
from importlib import import_module

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.db import transaction
from django.db.models import Max
from django_scopes import scope

from vigie.accounts.models import Person
from vigie.accounts.queries import METHODS
from vigie.communities.access import Role
from vigie.communities.actions import grant_membership, open_stage
from vigie.communities.models import Community, Membership
from vigie.core import clock
from vigie.core.codes import new_code
from vigie.live.models import Assignment, GuideItem, Seat, Session
from vigie.live.protocol.state import Duty, ItemKind


@dataclass
class Stage:
    """What a harness needs to know of a session: codes, and a session cookie for each person."""

    slug: str
    code: str
    session_id: int
    community_id: int
    seats: dict[str, str] = field(default_factory=dict)
    aliases: dict[str, str] = field(default_factory=dict)
    cookies: dict[str, str] = field(default_factory=dict)
    moderator: str = "moderator"
    observers: tuple[str, ...] = ("observer-1", "observer-2")
    items: list[str] = field(default_factory=list)

    def front(self, base: str) -> str:
        return f"{base.replace('http', 'ws', 1)}/c/{self.slug}/live/{self.code}/socket"

    def back(self, base: str) -> str:
        return f"{base.replace('http', 'ws', 1)}/c/{self.slug}/back/{self.code}/socket"


def sign_in(person: Person) -> str:
    """A session cookie's value for this person, second factor passed."""
    store = import_module(settings.SESSION_ENGINE).SessionStore()
    store[SESSION_KEY] = str(person.pk)
    store[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    store[HASH_SESSION_KEY] = person.get_session_auth_hash()
    store[METHODS] = [{"method": "mfa", "at": clock.now().timestamp()}]
    store.create()
    return str(store.session_key)


def set_stage(
    speakers: list[str],
    *,
    community: Community | None = None,
    title: str = "Replay",
    answer_limit: int = 10_000,
    questions: tuple[str, ...] = ("What comes to your mind?",),
) -> Stage:
    """A session whose waiting room is open, a seat for each speaker, limits raised for it alone."""
    with transaction.atomic():
        mark = new_code()
        if community is None:
            community = open_stage(slug=f"stage-{mark}", name="Stage", brand="Stage")
        with scope(community=community):
            last = Session.objects.aggregate(last=Max("number"))["last"] or 0
            session = Session.objects.create(
                community=community,
                number=last + 1,
                title=title[:80],
                starts_at=clock.now() + timedelta(minutes=2),
                time_zone="Europe/Paris",
                max_seats=max(16, len(speakers)),
                answer_limit=answer_limit,
                pace_seconds=0,
            )
            stage = Stage(community.slug, session.code, session.id, community.id)
            for number, speaker in enumerate(speakers, 1):
                alias = f"{number} {speaker}"[:40]
                membership = _member(community, f"s{number}-{mark}", f"Speaker {number} {mark}", Role.MEMBER)
                seat = Seat.objects.create(session=session, membership=membership, alias=alias)
                stage.seats[speaker], stage.aliases[speaker] = seat.code, alias
                stage.cookies[speaker] = sign_in(membership.person)
            for name, role, duty in (
                (stage.moderator, Role.MODERATOR, Duty.MODERATOR),
                *((observer, Role.OBSERVER, Duty.OBSERVER) for observer in stage.observers),
            ):
                membership = _member(community, f"{name}-{mark}", f"{name} {mark}", role)
                Assignment.objects.create(session=session, membership=membership, duty=duty)
                stage.cookies[name] = sign_in(membership.person)
            for position, text in enumerate(questions):
                item = GuideItem.objects.create(
                    session=session, position=position, kind=ItemKind.QUESTION, text=text, minutes=10
                )
                stage.items.append(item.code)
    return stage


def _member(community: Community, name: str, pseudonym: str, role: Role) -> Membership:
    person = Person.objects.create(email=f"{name}@stage.invalid", language="en")
    return grant_membership(community, person, pseudonym=pseudonym, role=role)
