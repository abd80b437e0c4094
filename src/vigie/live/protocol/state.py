"""What a room is at one moment, as values that never change in place."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum
from types import MappingProxyType
from typing import Any


class Phase(StrEnum):
    PLANNED = "planned"
    WAITING = "waiting"
    LIVE = "live"
    CLOSING = "closing"
    CLOSED = "closed"


class Duty(StrEnum):
    MODERATOR = "moderator"
    OBSERVER = "observer"


class ItemKind(StrEnum):
    MESSAGE = "message"
    QUESTION = "question"
    INSTRUCTION = "instruction"


#: Instead of a line's number, for a seat that was taken back before anybody sat in it.
TAKEN_BACK = -1
#: The side log that every staff member of the session reads, and no participant.
STAFF_LOG = "staff"


@dataclass(frozen=True, slots=True)
class Viewer:
    """Who looks: a participant's seat, or a staff assignment with its duty. `code` is the seat's or assignment's."""

    code: str
    duty: Duty | None = None

    @property
    def is_staff(self) -> bool:
        return self.duty is not None


@dataclass(frozen=True, slots=True)
class Seat:
    """A participant's place as the log tells it.

    `admitted_seq` is the number of the line that let them in, 0 before; `recap_seq` the question that was current
    then, which they read although it is older; `removed_seq` the line after which they read nothing, 0 while in,
    `TAKEN_BACK` when the seat was withdrawn before anybody sat in it.
    """

    code: str
    admitted_seq: int = 0
    recap_seq: int = 0
    removed_seq: int = 0
    last_said_at: datetime | None = None

    @property
    def is_in(self) -> bool:
        return bool(self.admitted_seq) and not self.removed_seq


@dataclass(frozen=True, slots=True)
class Item:
    """A guide item as the room needs it. `number` counts the questions, 0 for the rest."""

    code: str
    kind: ItemKind
    text: str
    number: int = 0


@dataclass(frozen=True, slots=True)
class Limits:
    """What a session allows: characters an answer, seconds between two messages of one seat, people admitted."""

    characters: int = 2000
    pace: timedelta = timedelta(seconds=1)
    seats: int = 16


class History:
    """Who wrote each line, and under which client id: an append-only vector that old and new rooms share.

    `grown()` returns a longer history and leaves this one as it was. Growing the newest one costs one append;
    growing an older one copies, so that two futures of one room never mix.
    """

    __slots__ = ("_clients", "_length", "_lines")

    def __init__(
        self,
        lines: list[tuple[str, str]] | None = None,
        clients: dict[tuple[str, str], int] | None = None,
        length: int = 0,
    ) -> None:
        self._lines: list[tuple[str, str]] = [] if lines is None else lines
        self._clients: dict[tuple[str, str], int] = {} if clients is None else clients
        self._length = length

    def __len__(self) -> int:
        return self._length

    def __eq__(self, other: object) -> bool:
        return isinstance(other, History) and list(self) == list(other) and self._known() == other._known()

    __hash__ = None  # type: ignore[assignment]

    def __iter__(self) -> Iterator[tuple[str, str]]:
        return iter(self._lines[: self._length])

    def _known(self) -> dict[tuple[str, str], int]:
        return {key: seq for key, seq in self._clients.items() if seq <= self._length}

    def grown(self, author: str, kind: str, client_id: str) -> "History":
        lines, clients = self._lines, self._clients
        if len(lines) != self._length:
            lines, clients = lines[: self._length], self._known()
        lines.append((author, kind))
        length = self._length + 1
        if client_id:
            clients[author, client_id] = length
        return History(lines, clients, length)

    def line(self, seq: int) -> tuple[str, str] | None:
        """Author and kind of a line, None when there is no such number."""
        return self._lines[seq - 1] if 1 <= seq <= self._length else None

    def seq_of(self, author: str, client_id: str) -> int | None:
        seq = self._clients.get((author, client_id))
        return seq if seq is not None and seq <= self._length else None


def _nothing() -> Mapping[str, Any]:
    return MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Room:
    """A session's state: plan, plus everything its logs have said so far."""

    doors_at: datetime
    phase: Phase = Phase.PLANNED
    seats: Mapping[str, Seat] = field(default_factory=_nothing)
    items: Mapping[str, Item] = field(default_factory=_nothing)
    limits: Limits = field(default_factory=Limits)
    #: Items launched so far, with the number of their line.
    launched: Mapping[str, int] = field(default_factory=_nothing)
    #: Instructions reached so far, with their number in the staff log.
    reached: Mapping[str, int] = field(default_factory=_nothing)
    #: The question that answers belong to, "" before the first.
    current: str = ""
    history: History = field(default_factory=History)
    #: The last number of each side log.
    side: Mapping[str, int] = field(default_factory=_nothing)

    @property
    def seq(self) -> int:
        return len(self.history)

    def phase_at(self, at: datetime) -> Phase:
        """The waiting room opens by the clock; every other phase by a line."""
        if self.phase is Phase.PLANNED and at >= self.doors_at:
            return Phase.WAITING
        return self.phase

    def people_in(self) -> int:
        return sum(seat.is_in for seat in self.seats.values())

    def with_seat(self, seat: Seat) -> "Room":
        return replace(self, seats={**self.seats, seat.code: seat})
