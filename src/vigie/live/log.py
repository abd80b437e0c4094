"""Reading a room from its logs, and appending to them: the SQL behind the committer and the pages alike.

Correct on SQLite and PostgreSQL: a room moves by a conditional update on its number, never by a row lock.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import cache
from typing import Any, NamedTuple

import orjson
from django.db import connection
from django_scopes import scope

from vigie.core.database import Execute, on_sqlite, plain_transaction, prepared, read_moment, select, stored_moment
from vigie.core.errors import NotVisible
from vigie.facts.actions import emit
from vigie.facts.facts import Fact
from vigie.live import facts
from vigie.live.models import Assignment, Seat, Session, SideLog
from vigie.live.protocol import messages as m
from vigie.live.protocol import state
from vigie.live.protocol.rules import evolve
from vigie.live.protocol.state import STAFF_LOG, Duty, Item, ItemKind, Limits, Phase, Room
from vigie.live.protocol.wire import from_row, to_row
from vigie.shell.pavillons import draw, recipe

COLUMNS = ("kind", "author", "client_id", "text", "item", "target", "mark")


@dataclass(frozen=True, slots=True)
class SeatCard:
    """How a seat is shown: alias and flag to all, pseudonym to those who moderate or manage.

    `taken_back` says that the row is withdrawn; for somebody who was in, the log says the same by a line.
    """

    code: str
    alias: str
    flag: str
    pseudonym: str
    membership_id: int
    taken_back: bool = False


@dataclass(frozen=True, slots=True)
class GuideCard:
    code: str
    kind: ItemKind
    text: str
    number: int
    minutes: int
    must_ask: bool


@dataclass(frozen=True, slots=True)
class Plan:
    """What people planned, as opposed to what the log says happened."""

    session_id: int
    community_id: int
    code: str
    title: str
    doors_at: datetime
    starts_at: datetime
    ends_at: datetime
    opened_at: datetime | None
    closed_at: datetime | None
    phase: Phase
    limits: Limits
    seats: Mapping[str, SeatCard]
    guide: tuple[GuideCard, ...]
    moderators: Mapping[str, str]
    side_logs: Mapping[str, int]

    @property
    def host(self) -> str:
        """The name under which the moderator speaks; "" while nobody is assigned."""
        return next(iter(self.moderators.values()), "")


@dataclass(frozen=True, slots=True)
class Loaded:
    """A room brought up to its logs. `entries` and `side` are what was read beyond the room known before."""

    plan: Plan
    room: Room
    entries: list[m.Entry]
    side: list[m.Entry]


def read_plan(session_id: int) -> Plan:
    """Raises `NotVisible` when there is no such session."""
    found = select(
        "SELECT community_id, code, title, starts_at, minutes, doors_minutes, opened_at, closed_at, phase, "
        "answer_limit, pace_seconds, max_seats FROM live_session WHERE id = %s",
        [session_id],
    )
    if not found:
        raise NotVisible(session_id)
    community_id, code, title, start, minutes, doors, opened, closed, phase, characters, pace, places = found[0]
    starts_at = read_moment(start)
    seats = select(
        "SELECT seat.code, seat.alias, seat.flag_seed, member.pseudonym, seat.membership_id, seat.state "
        "FROM live_seat seat JOIN communities_membership member ON member.id = seat.membership_id "
        "WHERE seat.session_id = %s ORDER BY seat.id",
        [session_id],
    )
    guide = select(
        "SELECT code, kind, text, minutes, must_ask FROM live_guideitem WHERE session_id = %s ORDER BY position, id",
        [session_id],
    )
    moderators = select(
        "SELECT duty.code, member.pseudonym FROM live_assignment duty "
        "JOIN communities_membership member ON member.id = duty.membership_id "
        "WHERE duty.session_id = %s AND duty.duty = %s AND duty.withdrawn_at IS NULL ORDER BY duty.id",
        [session_id, str(Duty.MODERATOR)],
    )
    return Plan(
        session_id=session_id,
        community_id=community_id,
        code=code,
        title=title,
        doors_at=starts_at - timedelta(minutes=doors),
        starts_at=starts_at,
        ends_at=starts_at + timedelta(minutes=minutes),
        opened_at=read_moment(opened) if opened else None,
        closed_at=read_moment(closed) if closed else None,
        phase=Phase(phase),
        limits=Limits(characters, timedelta(seconds=pace), places),
        seats=seat_cards(seats),
        guide=guide_cards(guide),
        moderators=dict(moderators),
        side_logs=dict(select("SELECT name, id FROM live_sidelog WHERE session_id = %s", [session_id])),
    )


def seat_cards(seats: Iterable[Sequence[Any]]) -> dict[str, SeatCard]:
    """Cards by code, from rows of code, alias, seed, pseudonym, membership and state.

    The flags differ within the session, whatever the seeds.
    """
    cards, taken = {}, frozenset[tuple[str, ...]]()
    for code, alias, seed, pseudonym, membership_id, row_state in seats:
        flag = recipe(seed, taken)
        taken |= {flag[:4]}
        taken_back = row_state == Seat.State.REMOVED
        cards[code] = SeatCard(code, alias, draw(flag), pseudonym, membership_id, taken_back)
    return cards


def guide_cards(guide: Iterable[Sequence[Any]]) -> tuple[GuideCard, ...]:
    """Cards in order, from rows of code, kind, text, minutes and must-ask; questions are counted from 1."""
    cards, questions = [], 0
    for code, kind_name, text, minutes, must_ask in guide:
        kind = ItemKind(kind_name)
        questions += kind is ItemKind.QUESTION
        number = questions if kind is ItemKind.QUESTION else 0
        cards.append(GuideCard(code, kind, text, number, minutes, bool(must_ask)))
    return tuple(cards)


def read_room(session_id: int, known: Room | None = None) -> Loaded:
    """The room as its logs tell it now. With `known`, only what came after it is read, and the plan again.

    Raises `NotVisible` when there is no such session.
    """
    plan = read_plan(session_id)
    room = planned(plan, known)
    entries = read_entries(plan, room.seq)
    side = read_side(plan, STAFF_LOG, room.side.get(STAFF_LOG, 0))
    for entry in [*entries, *side]:
        room = evolve(room, entry)
    return Loaded(plan, room, entries, side)


def planned(plan: Plan, known: Room | None) -> Room:
    """The room that the plan describes, keeping what is already known to have happened."""
    old = known.seats if known else {}
    seats = {code: _invited(card, old.get(code, state.Seat(code))) for code, card in plan.seats.items()}
    items = {card.code: Item(card.code, card.kind, card.text, card.number) for card in plan.guide}
    base = known or Room(doors_at=plan.doors_at)
    return replace(base, doors_at=plan.doors_at, seats=seats, items=items, limits=plan.limits)


def _invited(card: SeatCard, seat: state.Seat) -> state.Seat:
    """A seat of which no line tells follows its row: taken back before the session, or given again."""
    if seat.admitted_seq or seat.removed_seq > 0:
        return seat
    return replace(seat, removed_seq=state.TAKEN_BACK if card.taken_back else 0)


def read_entries(plan: Plan, since: int) -> list[m.Entry]:
    return _entries("live_line", "session_id", plan.session_id, since, "")


def read_side(plan: Plan, name: str, since: int) -> list[m.Entry]:
    log_id = plan.side_logs.get(name)
    return [] if log_id is None else _entries("live_sideline", "log_id", log_id, since, name)


def _entries(table: str, owner: str, owner_id: int, since: int, log: str) -> list[m.Entry]:
    rows = select(
        f"SELECT {_READ} FROM {table} "  # noqa: S608
        f"WHERE {owner} = %s AND seq > %s ORDER BY seq",
        [owner_id, since],
    )
    return [_entry(*row, log=log) for row in rows]


def _entry(seq: int, at: Any, *row: Any, log: str = "") -> m.Entry:
    return m.Entry(seq, read_moment(at), from_row(*row), log)


def hold(session_id: int) -> None:
    """Make other writers of this room wait until the transaction ends: saves work, correctness does not need it."""
    with connection.cursor() as cursor:
        cursor.execute("UPDATE live_session SET last_seq = last_seq WHERE id = %s", [session_id])


def append(plan: Plan, before: Room, after: Room, entries: Sequence[m.Entry]) -> bool:
    """Write what the room became, inside the caller's transaction. False when somebody else moved the room first.

    The numbers in the database must still be those that were decided upon; otherwise nothing was written, and the
    caller reads again and decides again.
    """
    front = [entry for entry in entries if not entry.log]
    moves = [("live_session", plan.session_id, before.seq, after.seq)] if front else []
    logs = {name: _side_log(plan, name) for name in {entry.log for entry in entries if entry.log}}
    moves += [("live_sidelog", logs[name], before.side.get(name, 0), after.side[name]) for name in logs]
    with connection.cursor() as cursor:
        for done, move in enumerate(moves):
            if not _move(cursor.execute, *move):
                for table, row_id, old, new in moves[:done]:
                    _move(cursor.execute, table, row_id, new, old)
                return False
        for name, log_id in logs.items():
            _insert(
                cursor.execute, "live_sideline", "log_id", log_id, [entry for entry in entries if entry.log == name]
            )
        if front:
            _insert(cursor.execute, "live_line", "session_id", plan.session_id, front)
    for entry in front:
        if type(entry.event) not in {m.Said, m.Reacted}:
            _project(plan, entry)
    return True


class Newer(NamedTuple):
    """What came after a room as somebody knew it."""

    entries: list[m.Entry]
    side: list[m.Entry]


@dataclass(frozen=True, slots=True)
class Asked:
    """Words and reactions to append to a room as it is known; when `stale`, only what is newer is asked for."""

    room: Room
    stale: bool = False
    entries: Sequence[m.Entry] = ()


def exchange(tick: int, asked: Mapping[int, Asked]) -> dict[int, Newer | None] | None:
    """Append to each room, by session, unless it moved elsewhere; then, or when stale, tell what is newer instead.

    None for a room means that its entries are written; None at all, with nothing written, that the clock of
    revocations is not at `tick`. All in one transaction: on PostgreSQL one statement, so one way there and back.
    """
    return _exchange_plainly(tick, asked) if on_sqlite() else _exchange_at_once(tick, asked)


def _exchange_plainly(tick: int, asked: Mapping[int, Asked]) -> dict[int, Newer | None] | None:
    told: dict[int, Newer | None] = {}
    with plain_transaction() as execute:
        row = execute("SELECT tick FROM accounts_revocationclock WHERE id = 1", ()).fetchone()
        if (row[0] if row else 0) != tick:
            return None
        for session_id, one in asked.items():
            known, entries = one.room.seq, one.entries
            if entries and not one.stale and _move(execute, "live_session", session_id, known, known + len(entries)):
                _insert(execute, "live_line", "session_id", session_id, entries)
                told[session_id] = None
            else:
                rows = execute(_NEWER, (session_id, known)).fetchall()
                side = execute(_NEWER_SIDE, (one.room.side.get(STAFF_LOG, 0), session_id, STAFF_LOG)).fetchall()
                told[session_id] = Newer([_entry(*row) for row in rows], [_entry(*row, log=STAFF_LOG) for row in side])
    return told


def _exchange_at_once(tick: int, asked: Mapping[int, Asked]) -> dict[int, Newer | None] | None:
    rooms, lines = [], []
    for session_id, one in asked.items():
        known, written = one.room.seq, () if one.stale else one.entries
        rooms.append((session_id, known, known + len(written), one.room.side.get(STAFF_LOG, 0)))
        lines += [(session_id, entry.seq, *to_row(entry.event), entry.at) for entry in written]
    told: dict[int, Newer | None] = {session_id: Newer([], []) for session_id in asked}
    clock_read = False
    for what, session_id, *row in prepared(_EXCHANGE, (_by_name(_ROOM, rooms), tick, _by_name(_LINE, lines))):
        newer = told.get(session_id)
        if what == "clock":
            clock_read = True
        elif what == "written":
            told[session_id] = None
        elif newer is not None:
            newer.entries.append(_entry(*row)) if what == "line" else newer.side.append(_entry(*row, log=STAFF_LOG))
    return told if clock_read else None


def _by_name(names: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    return orjson.dumps([dict(zip(names, row, strict=True)) for row in rows]).decode()


_ROOM = ("id", "known", "after", "side")
_LINE = ("session_id", "seq", *COLUMNS, "at")
_READ = "seq, at, kind, author, client_id, text, item, target, mark"
_NEWER = f"SELECT {_READ} FROM live_line WHERE session_id = %s AND seq > %s ORDER BY seq"  # noqa: S608
_NEWER_SIDE = (
    f"SELECT {_READ} FROM live_sideline WHERE seq > %s AND log_id = "  # noqa: S608
    "(SELECT id FROM live_sidelog WHERE session_id = %s AND name = %s) ORDER BY seq"
)
# Rooms are locked in the order of their ids, so that two processes never wait for each other. Subqueries in
# ARRAY() and LATERAL keep the planner to the indexes, whatever it believes of how many rooms are asked for.
_EXCHANGE = f"""
WITH asked AS MATERIALIZED (
  SELECT * FROM json_to_recordset(%s::json) AS room(id bigint, known int, after int, side int)
), clock AS MATERIALIZED (
  SELECT id FROM (SELECT 1 AS id) one
  WHERE COALESCE((SELECT tick FROM accounts_revocationclock WHERE id = 1), 0) = %s
), held AS MATERIALIZED (
  SELECT id FROM live_session
  WHERE id = ANY (ARRAY (SELECT asked.id FROM asked, clock WHERE after > known))
  ORDER BY id FOR NO KEY UPDATE
), written AS (
  UPDATE live_session session SET last_seq = asked.after FROM asked
  WHERE session.id = ANY (ARRAY (SELECT id FROM held)) AND session.id = asked.id AND session.last_seq = asked.known
  RETURNING session.id
), lines AS (
  INSERT INTO live_line ({", ".join(_LINE)})
  SELECT {", ".join(_LINE)} FROM json_to_recordset(%s::json) AS line(
    session_id bigint, seq int, kind text, author text, client_id text, text text, item text, target int, mark text,
    at timestamptz
  ) WHERE session_id IN (SELECT id FROM written)
)
SELECT 'clock', id, NULL::int, NULL::timestamptz, '', '', '', '', '', NULL::int, '' FROM clock
UNION ALL SELECT 'written', id, NULL, NULL, '', '', '', '', '', NULL, '' FROM written
UNION ALL SELECT 'line', asked.id, line.* FROM asked CROSS JOIN clock CROSS JOIN LATERAL (
  SELECT {_READ} FROM live_line WHERE session_id = asked.id AND seq > asked.known ORDER BY seq
) line
UNION ALL SELECT 'side', asked.id, line.* FROM asked CROSS JOIN clock CROSS JOIN LATERAL (
  SELECT {_READ} FROM live_sideline WHERE seq > asked.side AND log_id = ANY (ARRAY (
    SELECT id FROM live_sidelog WHERE session_id = asked.id AND name = '{STAFF_LOG}'
  )) ORDER BY seq
) line
"""  # noqa: S608


def _move(execute: Execute, table: str, row_id: int, old: int, new: int) -> bool:
    cursor = execute(f"UPDATE {table} SET last_seq = %s WHERE id = %s AND last_seq = %s", (new, row_id, old))  # noqa: S608
    return bool(cursor.rowcount)


def _side_log(plan: Plan, name: str) -> int:
    if name in plan.side_logs:
        return plan.side_logs[name]
    with scope(community=plan.community_id):
        log, _ = SideLog.objects.get_or_create(session_id=plan.session_id, name=name)
    return int(log.id)


@cache
def _insertion(table: str, owner: str, rows: int) -> str:
    places = ", ".join(["(" + ", ".join(["%s"] * 10) + ")"] * rows)
    columns = f"{owner}, seq, kind, author, client_id, text, item, target, mark, at"
    return f"INSERT INTO {table} ({columns}) VALUES {places}"  # noqa: S608


def _insert(execute: Execute, table: str, owner: str, owner_id: int, entries: Sequence[m.Entry]) -> None:
    values: list[Any] = []
    for entry in entries:
        values += (owner_id, entry.seq, *to_row(entry.event), stored_moment(entry.at))
    execute(_insertion(table, owner, len(entries)), values)


def _project(plan: Plan, entry: m.Entry) -> None:
    """Rows that pages read follow the log in the same transaction, and history is told."""
    event, session_id, community = entry.event, plan.session_id, plan.community_id
    with scope(community=community):
        session = Session.objects.filter(id=session_id)
        actor = Assignment.objects.filter(session_id=session_id, code=event.author)
        actor_id = actor.values_list("membership_id", flat=True).first()
        fact: Fact
        match event:
            case m.Admitted():
                Seat.objects.filter(session_id=session_id, code=event.seat).update(state=Seat.State.ADMITTED)
                fact = facts.SeatAdmitted(
                    community=community, actor=actor_id, session=session_id, seat=event.seat, seq=entry.seq
                )
            case m.Removed():
                Seat.objects.filter(session_id=session_id, code=event.seat).update(state=Seat.State.REMOVED)
                fact = facts.SeatRemoved(
                    community=community, actor=actor_id, session=session_id, seat=event.seat, seq=entry.seq
                )
            case m.Opened():
                session.update(phase=Phase.LIVE, opened_at=entry.at)
                fact = facts.SessionOpened(community=community, actor=actor_id, session=session_id)
            case m.Closing():
                session.update(phase=Phase.CLOSING)
                fact = facts.SessionClosing(community=community, actor=actor_id, session=session_id)
            case m.Closed():
                session.update(phase=Phase.CLOSED, closed_at=entry.at)
                fact = facts.SessionClosed(community=community, actor=actor_id, session=session_id, lines=entry.seq)
            case _:
                return
        emit(fact)
