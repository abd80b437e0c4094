"""One per process: the sockets of each room, and what each of them may see, in order.

Everything runs in the event loop. The committer hands over what was committed; the hub never reads the database.
"""

import asyncio
import logging
import time
from collections.abc import Callable, Iterable
from datetime import datetime

import orjson

from vigie.core import clock
from vigie.core.batches import GroupCommit
from vigie.core.relays import Relay
from vigie.core.sockets import NO_RIGHT, OVER, encode, frame
from vigie.live import hints, log
from vigie.live.committer import Batch, Committer, Heard, Look, Moved, Unit, Watch
from vigie.live.frames import (
    Connection,
    LiveRoom,
    fields_of,
    is_present,
    line_body,
    line_frame,
    presence_fields,
    seat_fields,
    session_fields,
    shown_while_waiting,
    shows,
)
from vigie.live.protocol import messages as m
from vigie.live.protocol.rules import visible
from vigie.live.protocol.state import Phase, Room
from vigie.live.protocol.wire import VERSION
from vigie.live.queries.room import MODERATOR, guide_states, seat_state
from vigie.live.queries.tickets import Entrance, Ticket

logger = logging.getLogger(__name__)

#: Seconds between two looks at the database that pings may cause for one room.
LOOK_AGAIN = 5.0
#: Seconds that another process's word about who is there holds; it is said again every ten.
HERE_LASTS = 25.0
#: Seconds that a room without sockets stays in memory.
KEEP_EMPTY = 60.0


class Hub:
    def __init__(self) -> None:
        self.committer = Committer(self._tickets)
        self.writer: GroupCommit[Unit, Batch] = GroupCommit(
            "vigie-committer", self.committer.write, self._settle, self._failed
        )
        self.rooms: dict[int, LiveRoom] = {}
        self._all: set[Connection] = set()
        self._watch: asyncio.Task[None] | None = None

    # Life ------------------------------------------------------------------

    def start(self) -> None:
        """Begins with nothing in memory: what was known before a stop is old."""
        self.rooms.clear()
        self.committer.forget_all()
        self._loop = asyncio.get_running_loop()
        self.relay = Relay(hints.channel, self._hear_elsewhere)
        self.relay.start()
        self.writer.start()
        self._stop_hints = hints.listen(self.hear_hint)
        self._watch = self._loop.create_task(self._keep_watch())

    async def stop(self) -> None:
        self._stop_hints()
        if self._watch:
            self._watch.cancel()
        self.writer.stop()
        await self.relay.stop()

    def _tickets(self) -> Iterable[Ticket]:
        # Called from the committer's thread: `copy()` of a set is one step for the interpreter.
        return [one.ticket for one in self._all.copy()]

    async def _keep_watch(self) -> None:
        while True:
            await asyncio.sleep(1)
            try:
                self._watch_once(clock.now(), time.monotonic())
            except Exception:
                # The watch is what closes sockets of lost rights: it must outlive any one room's trouble.
                logger.exception("the watch over rooms stumbled")

    def _watch_once(self, now: datetime, at: float) -> None:
        self.writer.submit(Watch())
        for one in [one for one in self._all if one.ends_at <= now]:
            self.drop(one, "no_right", NO_RIGHT)
        for session_id, live in list(self.rooms.items()):
            gone = [process for process, (_, until) in live.elsewhere.items() if until < at]
            for process in gone:
                del live.elsewhere[process]
            if gone:
                self._presence(live)
            if live.room.phase_at(now) is not live.phase_shown:
                self._session_changed(live)
            if live.connections and at - live.told_at > 10:
                live.told_at = at
                self._tell_here(live)
            if live.connections:
                live.empty_since = 0.0
            elif not live.empty_since:
                live.empty_since = at
            elif at - live.empty_since > KEEP_EMPTY:
                del self.rooms[session_id]
                self.committer.forget(session_id)

    def hear_hint(self, session_id: int, what: str) -> None:
        """From any thread: a session moved, or its plan changed, outside this hub."""
        self._loop.call_soon_threadsafe(self._look, session_id, what == "plan")

    def _look(self, session_id: int, plan_too: bool = False) -> None:
        if session_id in self.rooms:
            self.writer.submit(Look(session_id, plan_too))

    # Sockets ---------------------------------------------------------------

    async def room_for(self, entrance: Entrance) -> LiveRoom | None:
        """The room, loaded when it is not here yet, once the ticket has been seen to hold; None when it does not."""
        done: asyncio.Future[bool] = self._loop.create_future()
        session_id = entrance.ticket.session_id

        def tell(holds: bool) -> None:
            if not done.done():
                done.set_result(holds)

        for _ in range(3):
            self.writer.submit(Look(session_id, not self._knows(entrance.ticket), entrance.ticket, tell))
            if not await asyncio.wait_for(done, 30):
                return None
            if session_id in self.rooms:
                return self.rooms[session_id]
            done = self._loop.create_future()
        return None

    def _knows(self, ticket: Ticket) -> bool:
        """Whether the room here has this viewer: word of a plan that changed elsewhere may have been lost."""
        live = self.rooms.get(ticket.session_id)
        return live is not None and (ticket.viewer.is_staff or ticket.viewer.code in live.room.seats)

    def add(self, live: LiveRoom, one: Connection) -> None:
        session_id = live.plan.session_id
        if session_id not in self.rooms:
            # The watch let go of a room long empty while this socket was being accepted.
            self.rooms[session_id] = live
            self._look(session_id)
        self.rooms[session_id].connections.add(one)
        self._all.add(one)

    def remove(self, one: Connection) -> None:
        self._all.discard(one)
        live = self.rooms.get(one.ticket.session_id)
        if live and one in live.connections:
            live.connections.discard(one)
            if one.joined and is_present(one.viewer):
                self._presence_changed(live)

    def drop(self, one: Connection, code: str, closure: int) -> None:
        """Say why, close, forget: nothing is delivered to it any more."""
        one.wire.write(encode({"type": "closed", "code": code}))
        one.wire.close(closure)
        self.remove(one)

    def hear(self, one: Connection, command: m.Command) -> None:
        """A command that changes the room goes to the committer; its answer comes back to this socket alone."""

        def answer(outcome: int | m.Refusal) -> None:
            if isinstance(outcome, m.Refusal):
                self.refuse(one, command.id, outcome.code)  # type: ignore[attr-defined]
            else:
                one.wire.write(encode({"type": "ack", "id": command.id, "seq": outcome}))  # type: ignore[attr-defined]

        self.writer.submit(Heard(one.ticket.session_id, one.ticket, one.viewer, command, clock.now(), answer))

    #: Set by the socket module, which has the sentences.
    refuse: Callable[[Connection, str, str], None]

    # What the committer tells -----------------------------------------------

    def _settle(self, units: Iterable[Unit], batch: Batch) -> None:
        if batch.lost:
            for one in [one for one in self._all if one.ticket in batch.lost]:
                self.drop(one, "no_right", NO_RIGHT)
        for heard, outcome in batch.answers:
            heard.answer(outcome)
        looks = [unit for unit in units if isinstance(unit, Look) and unit.ticket]
        wanted = {unit.session_id for unit in looks}
        for session_id, change in batch.moved.items():
            self._take(session_id, change, session_id in wanted)
        for unit in looks:
            if unit.done:
                unit.done(unit.ticket not in batch.lost)

    def _failed(self, units: Iterable[Unit], error: Exception) -> None:
        for unit in units:
            if isinstance(unit, Heard):
                unit.answer(m.Refusal("unavailable"))
            elif isinstance(unit, Look) and unit.done:
                unit.done(False)

    def _take(self, session_id: int, change: Moved, wanted: bool) -> None:
        live = self.rooms.get(session_id)
        if change.before > (len(live.entries) if live else 0):
            # The committer remembered a room that we had let go: both begin again from its first line.
            self.committer.forget(session_id)
            if live or wanted:
                self.writer.submit(Look(session_id, True))
            return
        if live is None:
            if wanted:
                live = LiveRoom(change.plan, change.room, change.entries, change.side)
                live.phase_shown = live.room.phase_at(clock.now())
                self.rooms[session_id] = live
            else:
                self.committer.forget(session_id)
            return
        plan_changed = change.plan is not live.plan
        old_plan, old_room = live.plan, live.room
        live.plan, live.room = change.plan, change.room
        if plan_changed and live.connections:
            self._tell_plan(live, old_plan, old_room)
        for entry in change.entries:
            if entry.seq == len(live.entries) + 1:
                live.entries.append(entry)
                self._deliver(live, entry)
        for entry in change.side:
            if entry.seq == len(live.side) + 1:
                live.side.append(entry)
                self._deliver_side(live, entry)
        if change.written:
            self.relay.tell(session_id, "moved")

    # Delivery ----------------------------------------------------------------

    def _deliver(self, live: LiveRoom, entry: m.Entry) -> None:
        event, room = entry.event, live.room
        body = line_body(live.plan, entry)
        frames: dict[int, bytes] = {}
        for one in list(live.connections):
            if not one.joined or one.wire.closing or not visible(room, entry, one.viewer):
                continue
            if one.waits:
                one.waits = False
                self._snapshot(live, one, 0, 0)
                continue
            if one.held >= entry.seq:
                continue
            whole = frames.get(one.held)
            if whole is None:
                whole = frames[one.held] = line_frame(entry.seq, one.held, body)
            one.wire.write(whole)
            one.held = entry.seq
        if type(event) is m.Said or type(event) is m.Reacted:
            return
        if isinstance(event, m.Admitted | m.Removed):
            self._seat_changed(live, event.seat)
            self._presence(live)
        if isinstance(event, m.Removed):
            for one in [one for one in live.connections if one.viewer.code == event.seat]:
                self.drop(one, "was_removed", NO_RIGHT)
        if isinstance(event, m.Opened | m.Closing | m.Closed):
            self._session_changed(live)
        if isinstance(event, m.Closed):
            # All at once: nobody is told of the others' leaving.
            everyone, live.connections = live.connections, set()
            for one in everyone:
                self.drop(one, "over", OVER)

    def _deliver_side(self, live: LiveRoom, entry: m.Entry) -> None:
        body = line_body(live.plan, entry)
        for one in live.connections:
            if one.joined and visible(live.room, entry, one.viewer) and one.held_side < entry.seq:
                one.wire.write(line_frame(entry.seq, one.held_side, body))
                one.held_side = entry.seq

    def _seat_changed(self, live: LiveRoom, code: str) -> None:
        for one in live.connections:
            if one.joined and (one.viewer.is_staff or not one.waits):
                one.wire.write(encode({"type": "seat", **seat_fields(live, code, one)}))

    def _session_changed(self, live: LiveRoom) -> None:
        live.phase_shown = live.room.phase_at(clock.now())
        whole = encode({"type": "session", **session_fields(live)})
        for one in live.connections:
            if one.joined:
                one.wire.write(whole)

    def _tell_plan(self, live: LiveRoom, old_plan: log.Plan, old: Room) -> None:
        """Seats, limits or guide changed while people are here: staff start again from a fresh snapshot.

        Those who wait do too, unless the change is the team's alone: guide and observers send them no frame.
        """
        theirs = shown_while_waiting(old_plan) != shown_while_waiting(live.plan)
        for one in live.connections:
            if one.joined and (one.viewer.is_staff or (one.waits and theirs)):
                self._snapshot(live, one, one.held, one.held_side)
        if old.doors_at != live.room.doors_at or old.limits != live.room.limits:
            self._session_changed(live)

    # Joining, catching up -----------------------------------------------------

    def join(self, live: LiveRoom, one: Connection, since: int, side: int) -> None:
        first = not one.joined
        one.joined = True
        self._snapshot(live, one, since, side)
        if first and is_present(one.viewer):
            self._arrived(live, one.viewer.code)
            self._presence_changed(live)
        if live.room.phase is Phase.CLOSED:
            self.drop(one, "over", OVER)

    def catch_up(self, live: LiveRoom, one: Connection, since: int, side: int) -> None:
        """Answer a ping: what this viewer misses, by the same code as a first load; then look again, now and then."""
        if not one.waits:
            if since < one.held:
                one.held = since
                for entry in live.entries[since:]:
                    if visible(live.room, entry, one.viewer):
                        one.wire.write(line_frame(entry.seq, one.held, line_body(live.plan, entry)))
                        one.held = entry.seq
            if side < one.held_side:
                one.held_side = side
                for entry in live.side[side:]:
                    one.wire.write(line_frame(entry.seq, one.held_side, line_body(live.plan, entry)))
                    one.held_side = entry.seq
        one.wire.write(encode({"type": "pong", "now": clock.instant(clock.now()), "seq": one.held}))
        at = time.monotonic()
        if at - live.looked_at > LOOK_AGAIN:
            live.looked_at = at
            self._look(one.ticket.session_id)

    def _snapshot(self, live: LiveRoom, one: Connection, since: int, side: int) -> None:
        plan, room, viewer = live.plan, live.room, one.viewer
        one.waits = viewer.duty is None and not room.seats[viewer.code].admitted_seq
        state = "in" if viewer.is_staff else seat_state(room, viewer.code)
        here = live.here()
        seats = [code for code in plan.seats if shows(live, one, code, here)]
        snapshot: dict[str, object] = {
            "type": "snapshot",
            "v": VERSION,
            "now": clock.instant(clock.now()),
            "you": {"code": viewer.code, "duty": str(viewer.duty) if viewer.duty else "seat", "state": state},
            "session": session_fields(live),
            "host": plan.host,
            "seats": [seat_fields(live, code, one) for code in seats],
            "expected": sum(not seat.removed_seq for seat in room.seats.values()),
            "current": 0 if one.waits else room.launched.get(room.current, 0),
            **presence_fields(live, one, here),
        }
        lines: list[dict[str, object]] = []
        one.held = since
        if not one.waits:
            for entry in live.entries[since:]:
                if visible(room, entry, viewer):
                    lines.append({"type": "line", "seq": entry.seq, "prev": one.held, **fields_of(plan, entry)})
                    one.held = entry.seq
        snapshot["lines"] = lines
        if viewer.is_staff:
            one.held_side = side
            staff_lines = []
            for entry in live.side[side:]:
                staff_lines.append({"type": "line", "seq": entry.seq, "prev": one.held_side, **fields_of(plan, entry)})
                one.held_side = entry.seq
            snapshot["side"] = staff_lines
            snapshot["guide"] = [
                {
                    "code": card.code,
                    "kind": str(card.kind),
                    "number": card.number,
                    "text": card.text,
                    "minutes": card.minutes,
                    "must_ask": card.must_ask,
                    "state": item_state,
                }
                for card, item_state in guide_states(plan, room)
            ]
        one.wire.write(encode(snapshot))

    # Presence and typing: never stored ----------------------------------------

    def _arrived(self, live: LiveRoom, code: str) -> None:
        """Whoever waits, and staff, learn who has come."""
        if code in live.seen_here or code not in live.plan.seats:
            return
        live.seen_here.add(code)
        for one in live.connections:
            if one.joined and (one.waits or one.viewer.is_staff):
                one.wire.write(encode({"type": "seat", **seat_fields(live, code, one)}))

    def _presence_changed(self, live: LiveRoom) -> None:
        self._tell_here(live)
        self._presence(live)

    def _tell_here(self, live: LiveRoom) -> None:
        mine = {one.viewer.code for one in live.connections if one.joined and is_present(one.viewer)}
        self.relay.tell(live.plan.session_id, "here", ",".join(sorted(mine)))

    def _presence(self, live: LiveRoom) -> None:
        here = live.here()
        frames: dict[bytes, bytes] = {}
        for one in live.connections:
            if one.joined:
                payload = orjson.dumps({"type": "presence", **presence_fields(live, one, here)})
                if payload not in frames:
                    frames[payload] = frame(payload)
                one.wire.write(frames[payload])

    def _hear_elsewhere(self, process: str, session_id: int, words: list[str]) -> None:
        """A hint of another process: `moved`, `plan`, `here CODES`, `typing CODE`, `still CODE`."""
        live = self.rooms.get(session_id)
        if live is None:
            return
        what, codes = words[0], words[1].split(",") if len(words) > 1 else []
        if what in {"moved", "plan"}:
            self._look(session_id, what == "plan")
        elif what == "here":
            self._here_elsewhere(live, process, frozenset(codes))
        elif codes:
            self.show_typing(live, codes[0], what == "typing")

    def _here_elsewhere(self, live: LiveRoom, process: str, codes: frozenset[str]) -> None:
        before = live.here()
        live.elsewhere[process] = (codes, time.monotonic() + HERE_LASTS)
        for code in live.here() - before:
            self._arrived(live, code)
        if live.here() != before:
            self._presence(live)

    def typing(self, live: LiveRoom, one: Connection, on: bool) -> None:
        viewer = one.viewer
        if one.waits or not is_present(viewer) or live.room.phase not in {Phase.LIVE, Phase.CLOSING}:
            return
        self.show_typing(live, viewer.code, on, one)
        self.relay.tell(live.plan.session_id, "typing" if on else "still", viewer.code)

    def show_typing(self, live: LiveRoom, code: str, on: bool, author: Connection | None = None) -> None:
        whole = encode({"type": "typing", "by": code if code in live.plan.seats else MODERATOR, "on": on})
        for one in live.connections:
            if one is not author and one.joined and not one.waits and one.viewer.code != code:
                one.wire.write(whole)
