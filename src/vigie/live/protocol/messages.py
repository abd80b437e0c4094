"""Commands that come in, events that come out. Each is typed; what has no type does not exist."""

from dataclasses import dataclass
from datetime import datetime

from vigie.live.protocol.state import ItemKind


class Command:
    __slots__ = ()


@dataclass(frozen=True, slots=True)
class Join(Command):
    """Show me the room from line `since` on (0: from my beginning), and the staff log from `side` on."""

    since: int = 0
    side: int = 0


@dataclass(frozen=True, slots=True)
class Ping(Command):
    """I hold everything up to `since`: send what I miss. Every ten seconds, so that no lost hint lasts longer."""

    since: int = 0
    side: int = 0


@dataclass(frozen=True, slots=True)
class Post(Command):
    """`item` is the question that was current when typing began; `to` the line this one replies to, 0 for none."""

    id: str
    text: str
    item: str = ""
    to: int = 0


@dataclass(frozen=True, slots=True)
class React(Command):
    id: str
    to: int
    mark: str
    on: bool = True


@dataclass(frozen=True, slots=True)
class Typing(Command):
    on: bool = True


@dataclass(frozen=True, slots=True)
class Admit(Command):
    """The seats to admit; empty: all that are invited and here, as the hub knows them."""

    id: str
    seats: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Remove(Command):
    id: str
    seat: str


@dataclass(frozen=True, slots=True)
class Launch(Command):
    id: str
    item: str


@dataclass(frozen=True, slots=True)
class Open(Command):
    id: str


@dataclass(frozen=True, slots=True)
class Close(Command):
    """From live to closing, with words of thanks; from closing to closed."""

    id: str
    text: str = ""


class Event:
    """Something that a log keeps. `author` is a seat's or assignment's code, "" when the room itself speaks."""

    __slots__ = ()
    kind: str
    author: str
    client_id: str


@dataclass(frozen=True, slots=True)
class Said(Event):
    author: str
    client_id: str
    text: str
    item: str = ""
    to: int = 0
    kind = "said"


@dataclass(frozen=True, slots=True)
class Reacted(Event):
    author: str
    client_id: str
    to: int
    mark: str
    on: bool
    kind = "reacted"


@dataclass(frozen=True, slots=True)
class Launched(Event):
    author: str
    client_id: str
    item: str
    item_kind: ItemKind
    text: str
    kind = "launched"


@dataclass(frozen=True, slots=True)
class Admitted(Event):
    """`recap` is the number of the question that is current at this moment, 0 for none."""

    author: str
    client_id: str
    seat: str
    recap: int = 0
    kind = "admitted"


@dataclass(frozen=True, slots=True)
class Removed(Event):
    author: str
    client_id: str
    seat: str
    kind = "removed"


@dataclass(frozen=True, slots=True)
class Opened(Event):
    author: str
    client_id: str
    kind = "opened"


@dataclass(frozen=True, slots=True)
class Closing(Event):
    author: str
    client_id: str
    text: str
    kind = "closing"


@dataclass(frozen=True, slots=True)
class Closed(Event):
    author: str
    client_id: str
    kind = "closed"


@dataclass(frozen=True, slots=True)
class InstructionReached(Event):
    """Staff alone: goes to the staff log."""

    author: str
    client_id: str
    item: str
    kind = "instruction"


@dataclass(frozen=True, slots=True)
class Entry:
    """An event at its place: number `seq` of log `log` ("" is the room's own), at the server's time."""

    seq: int
    at: datetime
    event: Event
    log: str = ""


@dataclass(frozen=True, slots=True)
class Refusal:
    """A rule says no; `code` is a key of the sentences that the socket says in the viewer's language."""

    code: str


@dataclass(frozen=True, slots=True)
class Already:
    """This client id was heard before: its line has this number, and nothing is written again."""

    seq: int
