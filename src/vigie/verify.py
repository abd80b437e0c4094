"""`vigie verify`: what was promised, checked in the database as it is now (invariants I1–I3, I8, I10, I12, I13)."""

from collections.abc import Iterator

from django.db import connection
from django.db.models import Count, F, Max, Min
from django_scopes import scopes_disabled

from vigie.backroom.models import BackRoom, Remark
from vigie.communities.access import READS_CHARTER
from vigie.communities.actions.memberships import SEATED
from vigie.communities.models import Community, Membership
from vigie.core.errors import NotVisible
from vigie.facts.queries import broken_seals, communities_with_facts
from vigie.live.log import read_room
from vigie.live.models import Assignment, Line, Seat, Session, SideLine, SideLog
from vigie.media.queries import broken_images


def verify() -> Iterator[str]:
    """A sentence for each promise that does not hold; nothing when all do."""
    with scopes_disabled():
        yield from _whole("session", Session, Line.objects.values("session_id"), "session_id")
        yield from _whole("side log", SideLog, SideLine.objects.values("log_id"), "log_id")
        yield from _whole("back room", BackRoom, Remark.objects.values("room_id"), "room_id")
        yield from _rebuilt()
        yield from _within_one_community()
        yield from _seats()
    for community_id in communities_with_facts():
        for position in broken_seals(community_id):
            yield f"I13: the history of community {community_id} is broken at position {position}"
    for code in broken_images():
        yield f"I10: the file of image {code} is not what was drawn"
    yield from _database()


def _whole(what: str, owner: type, lines: object, key: str) -> Iterator[str]:
    """I2: numbers run from 1 to n, once each, and the counter says n."""
    figures = lines.annotate(count=Count("id"), first=Min("seq"), last=Max("seq"))  # type: ignore[attr-defined]
    told = {row[key]: (row["count"], row["first"], row["last"]) for row in figures}
    for row_id, counter in owner.objects.values_list("id", "last_seq"):  # type: ignore[attr-defined]
        count, first, last = told.pop(row_id, (0, 1, 0))
        if (first, last, counter) != (1, count, count):
            yield f"I2: {what} {row_id} counts {counter}, and holds {count} lines from {first} to {last}"
    for row_id in told:
        yield f"I2: lines of a {what} {row_id} that does not exist"


def _rebuilt() -> Iterator[str]:
    """I3: what pages read follows from the log: a room told again has the phase and the seats of the rows."""
    for session_id, phase in Session.objects.values_list("id", "phase").iterator():
        try:
            room = read_room(session_id).room
        except (ValueError, KeyError, NotVisible) as error:
            yield f"I3: session {session_id} cannot be told again: {error}"
            continue
        if room.phase != phase:
            yield f"I3: session {session_id} is {phase}, its log says {room.phase}"
        states = dict(Seat.objects.filter(session_id=session_id).values_list("code", "state"))
        for code, seat in room.seats.items():
            told = "removed" if seat.removed_seq else "admitted" if seat.admitted_seq else "invited"
            if states[code] != told:
                yield f"I3: seat {code} is {states[code]}, its log says {told}"


def _seats() -> Iterator[str]:
    """I8: as many seats are counted as are taken. A lower cap leaves those who are there."""
    rows = Membership.objects.filter(role__in=READS_CHARTER, status__in=SEATED).order_by()
    told = dict(rows.values_list("community_id").annotate(Count("id")))
    for community_id, counted in Community.objects.values_list("id", "seats_taken"):
        if counted != told.get(community_id, 0):
            yield f"I8: community {community_id} counts {counted} seats, and {told.get(community_id, 0)} are taken"


def _within_one_community() -> Iterator[str]:
    """I12: no row joins two communities."""
    for model in (Seat, Assignment):
        for row in model.objects.select_related("session", "membership").iterator():
            if row.session.community_id != row.membership.community_id:
                yield f"I12: {model.__name__.lower()} {row.code} joins two communities"
    strangers = Remark.objects.exclude(author__session_id=F("room__session_id"))
    for seq, room in strangers.values_list("seq", "room_id"):
        yield f"I12: remark {seq} of back room {room} was written by somebody of another session"
    if Membership.objects.values("community", "person").annotate(count=Count("id")).filter(count__gt=1).exists():
        yield "I12: a person has two roles in one community"


def _database() -> Iterator[str]:
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA integrity_check")
            if cursor.fetchall() != [("ok",)]:
                yield "the database file is damaged"
            cursor.execute("PRAGMA foreign_key_check")
            if cursor.fetchall():
                yield "a foreign key points nowhere"
