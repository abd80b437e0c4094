"""JSON values ⇄ messages, version 1. An unknown field, type or verb is an error: nothing is guessed.

Reference for clients: `docs/architecture/live-room.md`.
"""

from typing import Any

from vigie.core.clock import instant
from vigie.core.commands import Malformed, Parser
from vigie.live.protocol import messages as m
from vigie.live.protocol.state import ItemKind

__all__ = ["COMMANDS", "VERSION", "Malformed", "entry_fields", "from_row", "parse", "row_fields", "to_row"]

VERSION = 1

COMMANDS: dict[str, type[m.Command]] = {
    "join": m.Join,
    "ping": m.Ping,
    "post": m.Post,
    "react": m.React,
    "typing": m.Typing,
    "seat.admit": m.Admit,
    "seat.remove": m.Remove,
    "item.launch": m.Launch,
    "session.open": m.Open,
    "session.close": m.Close,
}

parse = Parser(COMMANDS)


def entry_fields(entry: m.Entry) -> dict[str, Any]:
    """The fields of a `line` frame that are the same for every viewer: all but `seq` and `prev`."""
    event = entry.event
    frame: dict[str, Any] = {"kind": event.kind, "at": instant(entry.at)}
    if event.author:
        frame["by"] = event.author
    if event.client_id:
        frame["id"] = event.client_id
    frame.update(row_fields(event))
    return frame


def row_fields(event: m.Event) -> dict[str, Any]:
    """What an event carries besides author and client id, under the names that wire and transcript share."""
    match event:
        case m.Said():
            fields_ = {"text": event.text, "item": event.item, "to": event.to}
        case m.Reacted():
            fields_ = {"to": event.to, "mark": event.mark, "on": event.on}
        case m.Launched():
            fields_ = {"item": event.item, "item_kind": str(event.item_kind), "text": event.text}
        case m.Admitted():
            fields_ = {"seat": event.seat}
        case m.Removed():
            fields_ = {"seat": event.seat}
        case m.Closing():
            fields_ = {"text": event.text}
        case m.InstructionReached():
            fields_ = {"item": event.item}
        case _:
            fields_ = {}
    return {name: value for name, value in fields_.items() if value != "" and not (name == "to" and value == 0)}


# Rows of the log ⇄ events. Columns: kind, author, client_id, text, item, target, mark.


def to_row(event: m.Event) -> tuple[str, str, str, str, str, int | None, str]:
    text, item, target, mark = "", "", None, ""
    match event:
        case m.Said():
            text, item, target = event.text, event.item, event.to or None
        case m.Reacted():
            target, mark = event.to, event.mark if event.on else f"-{event.mark}"
        case m.Launched():
            text, item, mark = event.text, event.item, str(event.item_kind)
        case m.Admitted():
            item, target = event.seat, event.recap or None
        case m.Removed():
            item = event.seat
        case m.Closing():
            text = event.text
        case m.InstructionReached():
            item = event.item
    return event.kind, event.author, event.client_id, text, item, target, mark


def from_row(kind: str, author: str, client_id: str, text: str, item: str, target: int | None, mark: str) -> m.Event:
    match kind:
        case "said":
            return m.Said(author, client_id, text, item, target or 0)
        case "reacted":
            return m.Reacted(author, client_id, target or 0, mark.removeprefix("-"), not mark.startswith("-"))
        case "launched":
            return m.Launched(author, client_id, item, ItemKind(mark), text)
        case "admitted":
            return m.Admitted(author, client_id, item, target or 0)
        case "removed":
            return m.Removed(author, client_id, item)
        case "opened":
            return m.Opened(author, client_id)
        case "closing":
            return m.Closing(author, client_id, text)
        case "closed":
            return m.Closed(author, client_id)
        case "instruction":
            return m.InstructionReached(author, client_id, item)
    raise ValueError(f"no such kind of line: {kind}")
