"""Who may be in a room, and what a page shows of it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, TypeVar

from django.db.models import Model

from vigie.communities.access import Actor, Role
from vigie.communities.models import Membership
from vigie.core import clock
from vigie.core.database import read_moment, select
from vigie.core.errors import NotVisible
from vigie.core.rows import Read, columns, instance, table_of, together, width
from vigie.live import log
from vigie.live.models import Assignment, Seat, Session
from vigie.live.protocol import messages as m
from vigie.live.protocol.rules import evolve, moved, visible
from vigie.live.protocol.state import STAFF_LOG, Duty, ItemKind, Limits, Phase, Room, Viewer
from vigie.live.protocol.wire import from_row
from vigie.live.rules import seat_may_enter

P = TypeVar("P", bound=Model)


@dataclass(frozen=True)
class Place:
    """Somebody's place in a session: a seat or a duty, never both."""

    session: Session
    membership: Membership
    viewer: Viewer
    seat: Seat | None = None
    assignment: Assignment | None = None

    @property
    def sees_pseudonyms(self) -> bool:
        """Those who moderate or manage; observers and peers know aliases only."""
        return self.viewer.is_staff and Role(self.membership.role) in {Role.MODERATOR, Role.MANAGER}


def get_place(actor: Actor, code: str, at: datetime) -> Place:
    """The actor's place in a session of their community. Raises `NotVisible` when they have none."""
    membership = actor.membership
    if membership is None:
        raise NotVisible(code)
    if actor.is_staff:
        session, assignment = _beside(Assignment, actor, code, "AND own.withdrawn_at IS NULL")
        if not duty_fits(Role(membership.role), Duty(assignment.duty)):
            raise NotVisible(code)
        viewer = Viewer(assignment.code, Duty(assignment.duty))
        return Place(session, membership, viewer, assignment=assignment)
    session, seat = _beside(Seat, actor, code)
    if not seat_may_enter(seat.state, session.doors_at, at):
        raise NotVisible(code)
    return Place(session, membership, Viewer(seat.code), seat=seat)


def _beside(own: type[P], actor: Actor, code: str, more: str = "") -> tuple[Session, P]:
    """A session of the actor's community with their own row in it, in one plain read. Raises `NotVisible`."""
    assert actor.membership is not None
    found = select(
        f"SELECT {columns(Session, 'one')}, {columns(own, 'own')} FROM live_session one "  # noqa: S608
        f"JOIN {table_of(own)} own ON own.session_id = one.id AND own.membership_id = %s {more} "
        "WHERE one.code = %s AND one.community_id = %s",
        [actor.membership.pk, code, actor.community.pk],
    )
    if not found:
        raise NotVisible(code)
    split = width(Session)
    return instance(Session, found[0][:split]), instance(own, found[0][split:])


def duty_fits(role: Role, duty: Duty) -> bool:
    """Only moderators moderate; observers and managers watch. A role that changed since takes its duty along."""
    return (role is Role.MODERATOR) if duty is Duty.MODERATOR else role in {Role.OBSERVER, Role.MANAGER, Role.MODERATOR}


# Pages -----------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class PersonInRoom:
    code: str
    alias: str
    flag: str
    state: str
    pseudonym: str = ""


@dataclass(frozen=True, slots=True)
class LineView:
    """One visible line with what a template prints. `by` is a seat's code or "m"; `number` a question's."""

    seq: int
    kind: str
    at: datetime
    by: str = ""
    by_name: str = ""
    by_flag: str = ""
    text: str = ""
    item: str = ""
    item_kind: str = ""
    number: int = 0
    to: int = 0
    quote: str = ""
    quote_name: str = ""
    reactions: Mapping[str, int] | None = None


@dataclass(frozen=True, slots=True)
class Asked:
    number: int
    text: str


@dataclass(frozen=True, slots=True)
class GuideItemView:
    code: str
    kind: ItemKind
    number: int
    text: str
    minutes: int
    must_ask: bool
    state: str


@dataclass(frozen=True, slots=True)
class RoomView:
    session: Session
    phase: Phase
    you: str
    you_state: str
    people: tuple[PersonInRoom, ...]
    lines: tuple[LineView, ...]
    hidden: int
    guide: tuple[GuideItemView, ...]
    host_name: str
    expected: int
    current: str
    current_number: int
    #: The last question that this viewer was asked, None before the first.
    asked: Asked | None
    #: The words with which the moderator closed.
    thanks: str

    @property
    def aboard(self) -> list[PersonInRoom]:
        return [one for one in self.people if one.state == "in"]


#: Under this name the moderator speaks on the wire and in transcripts, whoever of them it is.
MODERATOR = "m"


def seat_state(room: Room, code: str) -> str:
    seat = room.seats.get(code)
    if seat is None or seat.removed_seq:
        return "removed"
    return "in" if seat.admitted_seq else "waiting"


def guide_states(plan: log.Plan, room: Room) -> list[tuple[log.GuideCard, str]]:
    """Each item with `done`, `now` (the last one reached), or `next`."""
    reached = [card.code for card in plan.guide if card.code in room.launched or card.code in room.reached]
    last = max(
        (card.code for card in plan.guide if card.code in room.launched),
        key=lambda code: room.launched[code],
        default="",
    )
    now = room.current or last
    return [(card, "now" if card.code == now else "done" if card.code in reached else "next") for card in plan.guide]


def line_views(
    plan: log.Plan, room: Room, entries: Iterable[m.Entry], viewer: Viewer, latest: int | None = None
) -> tuple[LineView, ...]:
    """The lines that this viewer sees, in order, the `latest` of them or all, reactions counted on their lines."""
    numbers = {card.code: card.number for card in plan.guide}
    marks: dict[tuple[int, str], set[str]] = {}
    said: dict[int, m.Said] = {}
    shown: list[m.Entry] = []
    for entry in entries:
        if not visible(room, entry, viewer):
            continue
        if isinstance(entry.event, m.Reacted):
            authors = marks.setdefault((entry.event.to, entry.event.mark), set())
            (authors.add if entry.event.on else authors.discard)(entry.event.author)
            continue
        shown.append(entry)
        if isinstance(entry.event, m.Said):
            said[entry.seq] = entry.event
    counted: dict[int, dict[str, int]] = {}
    for (seq, mark), authors in marks.items():
        if authors:
            counted.setdefault(seq, {})[mark] = len(authors)

    def name(author: str) -> tuple[str, str, str]:
        card = plan.seats.get(author)
        if card:
            return card.code, card.alias, card.flag
        return MODERATOR, plan.moderators.get(author, plan.host), ""

    views = []
    for entry in shown[-latest:] if latest else shown:
        event = entry.event
        by, by_name, by_flag = name(event.author) if event.author else ("", "", "")
        match event:
            case m.Said():
                answered = said.get(event.to)
                views.append(
                    LineView(
                        entry.seq, event.kind, entry.at, by, by_name, by_flag, event.text, event.item, "",
                        numbers.get(event.item, 0), event.to,
                        answered.text if answered else "", name(answered.author)[1] if answered else "",
                        counted.get(entry.seq),
                    )
                )  # fmt: skip
            case m.Launched():
                views.append(
                    LineView(
                        entry.seq, event.kind, entry.at, by, by_name, by_flag, event.text, event.item,
                        event.item_kind, numbers.get(event.item, 0),
                    )
                )  # fmt: skip
            case m.Admitted() | m.Removed():
                card = plan.seats.get(event.seat)
                views.append(LineView(entry.seq, event.kind, entry.at, event.seat, card.alias if card else ""))
            case m.Closing():
                views.append(LineView(entry.seq, event.kind, entry.at, by, by_name, by_flag, event.text))
            case _:
                views.append(LineView(entry.seq, event.kind, entry.at))
    return tuple(views)


#: Lines that a page shows before the socket brings the rest; without a script, a link shows them all.
LATEST = 30
#: Numbers at the end of the log that are read to find them; the whole log, where too many of them are reactions.
TAIL = 60
WORDS = (m.Said, m.Reacted)


def room_view(place: Place, *, whole: bool = False) -> RoomView:
    """What a page shows before, or instead of, the socket: the latest lines, or the `whole` log."""
    session, viewer = place.session, place.viewer
    since = 0 if whole else max(0, session.last_seq - TAIL)
    found = _read(session, since, viewer)
    plan, entries = found.plan, found.entries
    room = _moved(plan, entries, found.side)
    lines = line_views(plan, room, entries, viewer, None if whole else LATEST)
    first = 1 if viewer.is_staff else room.seats[viewer.code].admitted_seq
    if 0 < first < since and lines[0].seq <= since:
        found = _read(session, 0, viewer)
        entries = found.entries
        lines = line_views(plan, room, entries, viewer, LATEST)
    waits = viewer.duty is None and not room.seats[viewer.code].admitted_seq
    people = tuple(
        PersonInRoom(
            card.code, card.alias, card.flag, seat_state(room, card.code),
            card.pseudonym if place.sees_pseudonyms else "",
        )
        for card in plan.seats.values()
        if viewer.is_staff or (not waits and room.seats[card.code].is_in)
    )  # fmt: skip
    guide = tuple(
        GuideItemView(card.code, card.kind, card.number, card.text, card.minutes, card.must_ask, state)
        for card, state in (guide_states(plan, room) if viewer.is_staff else ())
    )
    numbers = {card.code: card.number for card in plan.guide}
    told = [entry.event for entry in entries if not isinstance(entry.event, WORDS) and visible(room, entry, viewer)]
    sent = [one for one in told if isinstance(one, m.Launched) and numbers.get(one.item)]
    return RoomView(
        session=session,
        phase=room.phase_at(clock.now()),
        you=viewer.code,
        you_state="in" if viewer.is_staff else seat_state(room, viewer.code),
        people=people,
        lines=lines,
        hidden=0 if whole or not lines else _visible_before(lines[0].seq, found, room, viewer),
        guide=guide,
        host_name=plan.host,
        expected=sum(seat_state(room, code) != "removed" for code in plan.seats),
        current="" if waits else room.current,
        current_number=0 if waits else numbers.get(room.current, 0),
        asked=Asked(numbers[sent[-1].item], sent[-1].text) if sent else None,
        thanks=next((one.text for one in told if isinstance(one, m.Closing)), ""),
    )


@dataclass(frozen=True, slots=True)
class _Found:
    """The plan; every line that moves the room and, of words and reactions, those after a number with the words that
    they answer; how many reactions stand before it that the viewer sees; the staff's own lines, for staff."""

    plan: log.Plan
    entries: list[m.Entry]
    reactions: int
    side: list[m.Entry]


def _read(session: Session, since: int, viewer: Viewer) -> _Found:
    only = [session.pk]
    reads = [
        Read(
            ("seat.code", "seat.alias", "seat.flag_seed", "member.pseudonym", "seat.membership_id", "seat.state"),
            "FROM live_seat seat JOIN communities_membership member ON member.id = seat.membership_id "
            "WHERE seat.session_id = %s ORDER BY seat.id",
            only,
        ),
        Read(
            ("code", "kind", "text", "minutes", "must_ask"),
            "FROM live_guideitem WHERE session_id = %s ORDER BY position, id",
            only,
        ),
        Read(
            ("duty.code", "member.pseudonym"),
            "FROM live_assignment duty JOIN communities_membership member ON member.id = duty.membership_id "
            "WHERE duty.session_id = %s AND duty.duty = %s AND duty.withdrawn_at IS NULL ORDER BY duty.id",
            [session.pk, str(Duty.MODERATOR)],
        ),
        _lines(session, "(kind NOT IN ('said', 'reacted') OR seq > %s)", [since]),
        Read(
            ("COUNT(*)",),
            "FROM live_line WHERE session_id = %s AND kind = 'reacted' AND seq <= %s AND seq >= COALESCE((SELECT "
            "MIN(seq) FROM live_line WHERE session_id = %s AND kind = 'admitted' AND item = %s), 0)",
            [session.pk, since, session.pk, viewer.code],
        ),
    ]
    if viewer.is_staff:
        log_ = "(SELECT id FROM live_sidelog WHERE session_id = %s AND name = %s)"
        reads.append(Read(_LINE, f"FROM live_sideline WHERE log_id = {log_} ORDER BY seq", [session.pk, STAFF_LOG]))
    seats, guide, moderators, rows, [[reactions]], *side = together(*reads)
    known = {row[0] for row in rows}
    answered = sorted({row[7] for row in rows if row[2] == "said" and row[7]} - known)
    if answered:
        places = ", ".join(["%s"] * len(answered))
        rows = sorted([*together(_lines(session, f"seq IN ({places})", answered))[0], *rows])
    plan = log.Plan(
        session_id=session.pk,
        community_id=session.community_id,
        code=session.code,
        title=session.title,
        doors_at=session.doors_at,
        starts_at=session.starts_at,
        ends_at=session.ends_at,
        opened_at=session.opened_at,
        closed_at=session.closed_at,
        phase=Phase(session.phase),
        limits=Limits(session.answer_limit, timedelta(seconds=session.pace_seconds), session.max_seats),
        seats=log.seat_cards(seats),
        guide=log.guide_cards(guide),
        moderators=dict(moderators),
        side_logs={},
    )
    own = [_entry(*row, log_=STAFF_LOG) for row in (side[0] if side else ())]
    return _Found(plan, [_entry(*row) for row in rows], reactions, own)


_LINE = ("seq", "CAST(at AS TEXT)", "kind", "author", "client_id", "text", "item", "target", "mark")


def _lines(session: Session, which: str, values: Sequence[int]) -> Read:
    return Read(_LINE, f"FROM live_line WHERE session_id = %s AND {which} ORDER BY seq", [session.pk, *values])


def _entry(seq: int, at: str, *row: Any, log_: str = "") -> m.Entry:
    return m.Entry(seq, read_moment(at), from_row(*row), log_)


def _moved(plan: log.Plan, entries: Iterable[m.Entry], side: Iterable[m.Entry]) -> Room:
    """The room as its seats, its questions and its phase stand: words in between move nothing that a page shows."""
    room = log.planned(plan, None)
    for entry in entries:
        if not isinstance(entry.event, WORDS):
            room = moved(room, entry)
    for entry in side:
        room = evolve(room, entry)
    return room


def _visible_before(seq: int, found: _Found, room: Room, viewer: Viewer) -> int:
    """How many lines this viewer sees before the first one shown, reactions aside."""
    first, recap = 1, 0
    if not viewer.is_staff:
        seat = room.seats[viewer.code]
        first, recap = seat.admitted_seq, seat.recap_seq
    late = sum(isinstance(one.event, m.Reacted) and first <= one.seq < seq for one in found.entries)
    return max(0, seq - first - found.reactions - late) + (0 < recap < first and recap < seq)
