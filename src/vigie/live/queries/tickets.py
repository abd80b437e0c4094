"""What a socket is let in with, and when it stands for nothing any more."""

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime

from django.contrib.sessions.models import Session as SignIn
from django_scopes import scopes_disabled

from vigie.accounts.queries import revocation_tick, signed_in
from vigie.communities.access import GRANTS, STAFF, Can, Role
from vigie.communities.models import Membership
from vigie.communities.queries import arrive
from vigie.core import clock
from vigie.core.errors import NotVisible
from vigie.live.models import Assignment, Seat
from vigie.live.protocol.state import Viewer
from vigie.live.queries.room import duty_fits, get_place

#: Seconds during which a lost ticket is remembered: its socket may have spoken before it was closed.
REMEMBERED = 10.0


@dataclass(frozen=True, slots=True)
class Ticket:
    """What a socket was let in with, to be looked at again. `tick` is the revocation clock before it was read."""

    session_key: str
    person_id: int
    membership_id: int
    session_id: int
    viewer: Viewer
    tick: int


@dataclass(frozen=True, slots=True)
class Entrance:
    """A ticket with what its socket needs to speak: language, pseudonyms or not, when it ends by itself."""

    ticket: Ticket
    language: str
    sees_pseudonyms: bool
    ends_at: datetime
    role: Role
    community_id: int
    assignment_id: int | None


def enter(session_key: str, slug: str, code: str, right: Can) -> Entrance:
    """Check a socket at its door, as the middleware and a view do for a page. Raises `NotVisible` for every no."""
    tick = revocation_tick()
    found = signed_in(session_key) if session_key else None
    if found is None:
        raise NotVisible(code)
    person, second_factor, ends_at = found
    actor = arrive(slug, person)
    if not actor.can(right) or (actor.is_staff and not second_factor):
        raise NotVisible(code)
    place = get_place(actor, code, clock.now())
    membership = place.membership
    if membership.expires_at:
        ends_at = min(ends_at, membership.expires_at)
    ticket = Ticket(session_key, person.id, membership.id, place.session.id, place.viewer, tick)
    assignment_id = place.assignment.id if place.assignment else None
    role, community_id = Role(membership.role), place.session.community_id
    return Entrance(ticket, person.language, place.sees_pseudonyms, ends_at, role, community_id, assignment_id)


def lost_tickets(tickets: Iterable[Ticket]) -> frozenset[Ticket]:
    """Those of them that would not be let in any more: signed out, suspended, removed, without seat or duty."""
    tickets = set(tickets)
    if not tickets:
        return frozenset()
    now = clock.now()
    keys = SignIn.objects.filter(session_key__in={one.session_key for one in tickets}, expire_date__gt=now)
    live_keys = set(keys.values_list("session_key", flat=True))
    with scopes_disabled():
        found = Membership.objects.filter(id__in={one.membership_id for one in tickets}, person__is_active=True)
        roles = {one.id: Role(one.role) for one in found if one.is_active(now)}
        seats = set(
            Seat.objects.filter(code__in={one.viewer.code for one in tickets if not one.viewer.is_staff})
            .exclude(state=Seat.State.REMOVED)
            .values_list("code", "membership_id")
        )
        duties = set(
            Assignment.objects.filter(code__in={one.viewer.code for one in tickets if one.viewer.is_staff}).values_list(
                "code", "membership_id", "duty"
            )
        )

    def holds(one: Ticket) -> bool:
        role = roles.get(one.membership_id)
        if one.session_key not in live_keys or role is None or Can.READ_ROOM not in GRANTS[role]:
            return False
        if one.viewer.duty is None:
            return role not in STAFF and (one.viewer.code, one.membership_id) in seats
        return duty_fits(role, one.viewer.duty) and (one.viewer.code, one.membership_id, one.viewer.duty) in duties

    return frozenset(one for one in tickets if not holds(one))


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a look at the clock of revocations told: the lost tickets, and what to remember once committed."""

    lost: frozenset[Ticket]
    tick: int
    checked: frozenset[Ticket]


class Doorkeeper:
    """One per writing thread: knows which tickets are lost, and reads them again when the clock of revocations moves.

    `connected()` tells, from any thread, every ticket that is connected to this process.
    """

    def __init__(self, connected: Callable[[], Iterable[Ticket]]) -> None:
        self._connected = connected
        #: The clock as last seen; nothing at all is believed before it was.
        self.tick = -1
        #: Tickets read before this tick, and looked at since.
        self._checked: frozenset[Ticket] = frozenset()
        self._gone: dict[Ticket, float] = {}

    def is_lost(self, ticket: Ticket) -> bool:
        """Whether it was found lost a moment ago, its socket perhaps not yet closed."""
        return ticket in self._gone

    def look(self, arriving: Iterable[Ticket], speaking: Iterable[Ticket], *, watch: bool) -> Verdict:
        """Read the clock, in the caller's transaction, and the tickets that it makes doubtful.

        Those who arrive were read at the door, perhaps before the last revocation; `watch` asks the same of everybody
        who was between door and room when the clock moved.
        """
        tick = revocation_tick()
        if tick != self.tick:
            tickets = frozenset((*self._connected(), *arriving, *speaking))
            return Verdict(lost_tickets(tickets), tick, tickets)
        late = {one for one in arriving if one.tick != tick}
        if watch:
            late |= {one for one in self._connected() if one.tick != tick and one not in self._checked}
        return Verdict(lost_tickets(late), tick, self._checked | late)

    def keep(self, verdict: Verdict) -> None:
        """Once the transaction of the verdict is committed."""
        self.tick, self._checked = verdict.tick, verdict.checked
        now = time.monotonic()
        self._gone = {ticket: at for ticket, at in self._gone.items() if now - at < REMEMBERED}
        self._gone |= dict.fromkeys(verdict.lost, now)
