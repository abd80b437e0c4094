"""What happens to sessions, seats and duties. Ids, codes and numbers only: no alias, no title, no word said."""

from dataclasses import dataclass
from typing import ClassVar

from vigie.facts.facts import Fact


@dataclass(frozen=True, kw_only=True)
class SessionPlanned(Fact):
    app: ClassVar[str] = "live"
    session: int


@dataclass(frozen=True, kw_only=True)
class SessionChanged(Fact):
    """Settings or guide. `items` is how many items the guide has since."""

    app: ClassVar[str] = "live"
    session: int
    items: int


@dataclass(frozen=True, kw_only=True)
class SeatGiven(Fact):
    app: ClassVar[str] = "live"
    session: int
    seat: str
    membership: int


@dataclass(frozen=True, kw_only=True)
class SeatTakenBack(Fact):
    app: ClassVar[str] = "live"
    session: int
    seat: str
    membership: int


@dataclass(frozen=True, kw_only=True)
class DutyAssigned(Fact):
    app: ClassVar[str] = "live"
    session: int
    assignment: str
    membership: int
    duty: str


@dataclass(frozen=True, kw_only=True)
class DutyWithdrawn(Fact):
    app: ClassVar[str] = "live"
    session: int
    assignment: str
    membership: int
    duty: str


@dataclass(frozen=True, kw_only=True)
class SessionOpened(Fact):
    app: ClassVar[str] = "live"
    session: int


@dataclass(frozen=True, kw_only=True)
class SeatAdmitted(Fact):
    """`seq` is the number of the line that let them in."""

    app: ClassVar[str] = "live"
    session: int
    seat: str
    seq: int


@dataclass(frozen=True, kw_only=True)
class SeatRemoved(Fact):
    """`seq` is the number of the last line that they may read."""

    app: ClassVar[str] = "live"
    session: int
    seat: str
    seq: int


@dataclass(frozen=True, kw_only=True)
class SessionClosing(Fact):
    app: ClassVar[str] = "live"
    session: int


@dataclass(frozen=True, kw_only=True)
class SessionClosed(Fact):
    """`lines` is the length of the room's log."""

    app: ClassVar[str] = "live"
    session: int
    lines: int


@dataclass(frozen=True, kw_only=True)
class TranscriptOrdered(Fact):
    """Who took what was said out of the product, in which form, under which names."""

    app: ClassVar[str] = "live"
    session: int
    file: str
    format: str
    identity: str
