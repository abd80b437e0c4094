"""A room in memory, its sockets, and the frames that tell each viewer of it: no socket is written to here."""

from dataclasses import dataclass, field
from datetime import datetime

import orjson

from vigie.core import clock
from vigie.core.sockets import Wire, frame
from vigie.live import log
from vigie.live.protocol import messages as m
from vigie.live.protocol.state import Phase, Room, Viewer
from vigie.live.protocol.wire import entry_fields
from vigie.live.queries.room import MODERATOR, seat_state
from vigie.live.queries.tickets import Entrance, Ticket


class Connection:
    """A socket in a room. `held` is the last front line it was given, `held_side` the last staff line."""

    __slots__ = ("ends_at", "entrance", "held", "held_side", "joined", "language", "ticket", "viewer", "waits", "wire")

    def __init__(self, wire: Wire, entrance: Entrance) -> None:
        self.wire, self.entrance = wire, entrance
        self.ticket: Ticket = entrance.ticket
        self.viewer: Viewer = entrance.ticket.viewer
        self.language = entrance.language
        self.ends_at: datetime = entrance.ends_at
        self.held = self.held_side = 0
        self.joined = False
        self.waits = False


@dataclass(eq=False)
class LiveRoom:
    """A room in memory: its state, its whole log, its sockets here, and who is here elsewhere."""

    plan: log.Plan
    room: Room
    entries: list[m.Entry] = field(default_factory=list)
    side: list[m.Entry] = field(default_factory=list)
    connections: set[Connection] = field(default_factory=set)
    elsewhere: dict[str, tuple[frozenset[str], float]] = field(default_factory=dict)
    seen_here: set[str] = field(default_factory=set)
    looked_at: float = 0.0
    empty_since: float = 0.0
    told_at: float = 0.0
    #: The waiting room opens by the clock, without a line: the watch tells it.
    phase_shown: Phase | None = None

    def here(self) -> set[str]:
        """Codes of the seats that are connected, and of moderators' assignments; observers are nowhere."""
        mine = {one.viewer.code for one in self.connections if one.joined and is_present(one.viewer)}
        return mine.union(*(codes for codes, _ in self.elsewhere.values()))


def is_present(viewer: Viewer) -> bool:
    return viewer.duty is None or viewer.duty == "moderator"


def fields_of(plan: log.Plan, entry: m.Entry) -> dict[str, object]:
    fields = entry_fields(entry)
    event = entry.event
    if event.author and event.author not in plan.seats:
        fields["by"] = MODERATOR
    if entry.log:
        fields["log"] = entry.log
    if isinstance(event, m.Launched):
        for card in plan.guide:
            if card.code == event.item and card.number:
                fields["number"] = card.number
    return fields


def line_body(plan: log.Plan, entry: m.Entry) -> bytes:
    """The part of a line's frame that is the same for all, after `seq` and `prev`."""
    return orjson.dumps(fields_of(plan, entry))[1:]


def line_frame(seq: int, prev: int, body: bytes) -> bytes:
    return frame(b'{"type":"line","seq":%d,"prev":%d,%s' % (seq, prev, body))


def shown_while_waiting(plan: log.Plan) -> tuple[object, ...]:
    """All of a plan that a waiting room's snapshot tells."""
    return plan.title, plan.doors_at, plan.starts_at, plan.ends_at, plan.limits, plan.host, plan.seats


def session_fields(live: LiveRoom) -> dict[str, object]:
    plan, now = live.plan, clock.now()
    opened = next((entry.at for entry in live.entries if isinstance(entry.event, m.Opened)), None)
    return {
        "code": plan.code,
        "title": plan.title,
        "phase": str(live.room.phase_at(now)),
        "now": clock.instant(now),
        "opens_at": clock.instant(plan.doors_at),
        "starts_at": clock.instant(plan.starts_at),
        "ends_at": clock.instant(plan.ends_at),
        "opened_at": clock.instant(opened) if opened else None,
        "limit": plan.limits.characters,
    }


def seat_fields(live: LiveRoom, code: str, one: Connection) -> dict[str, object]:
    card = live.plan.seats[code]
    fields: dict[str, object] = {
        "code": code,
        "alias": card.alias,
        "flag": card.flag,
        "state": seat_state(live.room, code),
    }
    if one.entrance.sees_pseudonyms:
        fields["pseudonym"] = card.pseudonym
    return fields


def shows(live: LiveRoom, one: Connection, code: str, here: set[str]) -> bool:
    """Staff see every seat; those in the room, whoever is or was in it; those who wait, whoever has come."""
    if one.viewer.is_staff:
        return True
    if one.waits:
        return code in here or code == one.viewer.code
    return bool(live.room.seats[code].admitted_seq)


def presence_fields(live: LiveRoom, one: Connection, here: set[str]) -> dict[str, object]:
    shown = [code for code in live.plan.seats if code in here and shows(live, one, code, here)]
    return {"here": shown, "moderator": any(code in here for code in live.plan.moderators)}
