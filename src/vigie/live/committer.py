"""One per process: decides what was heard and writes it, a transaction for everything that waited.

Runs in the thread of `core.batches.GroupCommit`; nothing here touches a socket.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.db import transaction

from vigie.core import clock
from vigie.live import log
from vigie.live.protocol import messages as m
from vigie.live.protocol.rules import decide, evolve, number
from vigie.live.protocol.state import STAFF_LOG, Room, Viewer
from vigie.live.queries.tickets import Doorkeeper, Ticket, Verdict

TRIES = 20


@dataclass(slots=True)
class Heard:
    """A command of a viewer, as it arrived. `answer` takes the outcome in the event loop."""

    session_id: int
    ticket: Ticket
    viewer: Viewer
    command: m.Command
    at: datetime
    answer: Callable[["int | m.Refusal"], None]


@dataclass(slots=True)
class Look:
    """Read a session again: it may have moved elsewhere, or its plan changed. `ticket` is checked when given."""

    session_id: int
    plan_too: bool = False
    ticket: Ticket | None = None
    #: Called in the event loop once read, with whether the ticket holds.
    done: Callable[[bool], None] | None = None


@dataclass(slots=True)
class Watch:
    """Nothing to write: only see whether rights were taken away."""


Unit = Heard | Look | Watch


@dataclass(slots=True)
class Moved:
    """What a session became in this batch. `before` is the number that `entries` follow."""

    plan: log.Plan
    room: Room
    before: int
    entries: list[m.Entry] = field(default_factory=list)
    side: list[m.Entry] = field(default_factory=list)
    written: bool = False


@dataclass(slots=True)
class Batch:
    moved: dict[int, Moved]
    answers: list[tuple[Heard, "int | m.Refusal"]]
    lost: frozenset[Ticket]


class Committer:
    """`tickets()` tells, from any thread, every ticket that is connected to this process."""

    def __init__(self, tickets: Callable[[], Iterable[Ticket]]) -> None:
        self._doorkeeper = Doorkeeper(tickets)
        self._rooms: dict[int, tuple[log.Plan, Room]] = {}

    def forget(self, session_id: int) -> None:
        self._rooms.pop(session_id, None)

    def forget_all(self) -> None:
        self._rooms.clear()

    def write(self, units: Sequence[Unit]) -> Batch:
        """Raises what the database raises: what was written by then is found again by the next look at its room."""
        batch = Batch({}, [], frozenset())
        rest = self._write_words(units, batch)
        if rest:
            self._write_anything(rest, batch)
        return batch

    def _write_words(self, units: Sequence[Unit], batch: Batch) -> Sequence[Unit]:
        """The common batch: words and reactions, in rooms that are known, while nobody's rights changed.

        One exchange with the logs for all rooms, or two where another process wrote first. Returns the units that
        need the long way: those of a room go there all together, in their order.
        """
        waiting, done = self._words(units), set()
        for _ in range(TRIES):
            waiting = {key: words for key, words in waiting.items() if words.decide()}
            asked = {key: log.Asked(words.room, words.stale, words.entries) for key, words in waiting.items()}
            told = log.exchange(self._doorkeeper.tick, asked) if asked else None
            if told is None:
                break
            for key, newer in told.items():
                words, before = waiting[key], waiting[key].room.seq
                settled = words.take(newer)
                _note(batch.moved, key, words.plan, words.room, before, *(newer or (words.entries, [])))
                batch.moved[key].written |= newer is None
                self._rooms[key] = words.plan, words.room
                if settled:
                    batch.answers.extend(zip(words.heard, words.outcome, strict=True))
                    done.add(key)
                    del waiting[key]
        return [unit for unit in units if isinstance(unit, Watch) or unit.session_id not in done]

    def _words(self, units: Sequence[Unit]) -> dict[int, "_Words"]:
        """By room, in one order everywhere so that two processes never wait for each other."""
        found: dict[int, _Words | None] = {}
        for unit in units:
            if isinstance(unit, Watch):
                continue
            key = unit.session_id
            if key not in found:
                known = self._rooms.get(key)
                found[key] = _Words(*known) if known else None
            words = found[key]
            if words is None:
                continue
            if isinstance(unit, Look) and not (unit.plan_too or unit.ticket):
                words.stale = True
            elif isinstance(unit, Heard) and type(unit.command) in _WORDS and not self._doorkeeper.is_lost(unit.ticket):
                words.heard.append(unit)
            else:
                found[key] = None
        return {key: words for key, words in sorted(found.items()) if words}

    def _write_anything(self, units: Sequence[Unit], batch: Batch) -> None:
        """One transaction, whatever the units are."""
        known = dict(self._rooms)
        with transaction.atomic():
            verdict = self._verdict(units)
            moved: dict[int, Moved] = {}
            answers: list[tuple[Heard, int | m.Refusal]] = []
            by_session: dict[int, list[Heard]] = {}
            for unit in units:
                if isinstance(unit, Look):
                    self._look(unit, moved, known)
                elif isinstance(unit, Heard):
                    if unit.ticket in verdict.lost or self._doorkeeper.is_lost(unit.ticket):
                        answers.append((unit, m.Refusal("no_right")))
                    else:
                        by_session.setdefault(unit.session_id, []).append(unit)
            # Rooms in one order everywhere, so that two processes never wait for each other.
            for session_id in sorted(by_session):
                self._hear(session_id, by_session[session_id], moved, answers, known)
        self._doorkeeper.keep(verdict)
        for session_id, change in moved.items():
            self._rooms[session_id] = (change.plan, change.room)
        for session_id, change in moved.items():
            _note(batch.moved, session_id, change.plan, change.room, change.before, change.entries, change.side)
            batch.moved[session_id].written |= change.written
        batch.answers += answers
        batch.lost = verdict.lost

    def _verdict(self, units: Sequence[Unit]) -> Verdict:
        arriving = [unit.ticket for unit in units if isinstance(unit, Look) and unit.ticket]
        speaking = [unit.ticket for unit in units if isinstance(unit, Heard)]
        return self._doorkeeper.look(arriving, speaking, watch=any(isinstance(unit, Watch) for unit in units))

    def _look(self, unit: Look, moved: dict[int, Moved], known: dict[int, tuple[log.Plan, Room]]) -> None:
        change = moved.get(unit.session_id)
        if change is not None and not unit.plan_too:
            return
        plan, room = self._known(unit.session_id, moved, known)
        if plan is not None and not unit.plan_too:
            assert room is not None
            self._read_on(plan, room, unit.session_id, moved)
            return
        loaded = log.read_room(unit.session_id, room)
        _note(moved, unit.session_id, loaded.plan, loaded.room, room.seq if room else 0, loaded.entries, loaded.side)

    def _known(
        self, session_id: int, moved: dict[int, Moved], known: dict[int, tuple[log.Plan, Room]]
    ) -> tuple[log.Plan | None, Room | None]:
        if session_id in moved:
            return moved[session_id].plan, moved[session_id].room
        return known.get(session_id, (None, None))

    def _read_on(self, plan: log.Plan, room: Room, session_id: int, moved: dict[int, Moved]) -> None:
        entries, side = log.read_entries(plan, room.seq), log.read_side(plan, STAFF_LOG, room.side.get(STAFF_LOG, 0))
        _note(moved, session_id, plan, evolved(room, [*entries, *side]), room.seq, entries, side)

    def _hear(
        self,
        session_id: int,
        heard: list[Heard],
        moved: dict[int, Moved],
        answers: list[tuple[Heard, "int | m.Refusal"]],
        known: dict[int, tuple[log.Plan, Room]],
    ) -> None:
        plan, room = self._known(session_id, moved, known)
        log.hold(session_id)
        if plan is not None:
            assert room is not None
            self._read_on(plan, room, session_id, moved)
        else:
            self._look(Look(session_id, plan_too=True), moved, known)
        change = moved[session_id]
        commands = [(unit.viewer, unit.command, unit.at) for unit in heard]
        after, entries, outcome = decide_all(change.room, commands)
        if any(isinstance(answer, m.Refusal) and answer.code in _UNKNOWN for answer in outcome):
            # The plan that this process knows may be old: a seat or an item unknown here is looked up once.
            self._look(Look(session_id, plan_too=True), moved, known)
            after, entries, outcome = decide_all(change.room, commands)
        if entries and not log.append(change.plan, change.room, after, entries):
            raise RuntimeError(f"session {session_id} moved while it was held")
        front = [entry for entry in entries if not entry.log]
        side = [entry for entry in entries if entry.log]
        _note(moved, session_id, change.plan, after, change.room.seq, front, side)
        change.written = bool(entries)
        answers.extend(zip(heard, outcome, strict=True))


_WORDS = frozenset({m.Post, m.React})
#: Refusals that an old plan explains.
_UNKNOWN = frozenset({"no_seat", "unknown_item", "unknown_seat"})
#: Refusals that a room which moved elsewhere explains, when the hint of it was lost: nobody is refused on old news.
_PERHAPS_OLD = _UNKNOWN | {"not_open", "not_admitted", "unknown_line"}


@dataclass(slots=True)
class _Words:
    """A room that heard only words and reactions in this batch, or was told that it moved elsewhere (`stale`)."""

    plan: log.Plan
    room: Room
    heard: list[Heard] = field(default_factory=list)
    stale: bool = False
    entries: list[m.Entry] = field(default_factory=list)
    outcome: list["int | m.Refusal"] = field(default_factory=list)
    _after: Room | None = None

    def decide(self) -> bool:
        """Whether its words may be written as decided here. A refusal may not: only the log can say no.

        Another process may have opened the room, or let this seat in.
        """
        if not self.stale:
            commands = [(unit.viewer, unit.command, unit.at) for unit in self.heard]
            self._after, self.entries, self.outcome = decide_all(self.room, commands)
        return not any(isinstance(answer, m.Refusal) for answer in self.outcome)

    def take(self, newer: "log.Newer | None") -> bool:
        """Go on from what the log told: None when it took the entries. Whether nothing is left to write."""
        if newer is None:
            assert self._after is not None
            self.room = self._after
            return True
        self.room = evolved(self.room, [*newer.entries, *newer.side])
        settled = not self.heard if self.stale else not self.entries
        self.stale = False
        return settled


def evolved(room: Room, entries: Iterable[m.Entry]) -> Room:
    for entry in entries:
        room = evolve(room, entry)
    return room


def decide_all(
    room: Room, heard: Iterable[tuple[Viewer, m.Command, datetime]]
) -> tuple[Room, list[m.Entry], list["int | m.Refusal"]]:
    """The room after each command in turn, the entries to write, and each command's answer: a number or a refusal."""
    entries: list[m.Entry] = []
    outcome: list[int | m.Refusal] = []
    for viewer, command, at in heard:
        decision = decide(room, viewer, command, at)
        if isinstance(decision, m.Refusal):
            outcome.append(decision)
        elif isinstance(decision, m.Already):
            outcome.append(decision.seq)
        else:
            new = number(room, decision, at)
            for entry in new:
                room = evolve(room, entry)
            entries += new
            outcome.append(new[-1].seq)
    return room, entries, outcome


def _note(
    moved: dict[int, Moved],
    session_id: int,
    plan: log.Plan,
    room: Room,
    before: int,
    entries: list[m.Entry],
    side: list[m.Entry],
) -> None:
    change = moved.get(session_id)
    if change is None:
        moved[session_id] = Moved(plan, room, before, list(entries), list(side))
    else:
        change.plan, change.room = plan, room
        change.entries += entries
        change.side += side


def write_now(session_id: int, viewer: Viewer, command: m.Command, at: datetime | None = None) -> "int | m.Refusal":
    """The same path for a page: read, decide, append, in the caller's transaction or one of its own."""
    at = at or clock.now()
    with transaction.atomic():
        room: Room | None = None
        for attempt in range(TRIES):
            if attempt:
                log.hold(session_id)
            loaded = log.read_room(session_id, room)
            room = loaded.room
            after, entries, outcome = decide_all(room, [(viewer, command, at)])
            if not entries or log.append(loaded.plan, room, after, entries):
                return outcome[0]
    raise RuntimeError(f"session {session_id} moved {TRIES} times while it was written to")
