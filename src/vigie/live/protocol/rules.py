"""The rules of the room: what a command becomes, what an event changes, who may see it."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import datetime
from typing import Any

from vigie.live.protocol.messages import (
    Admit,
    Admitted,
    Already,
    Close,
    Closed,
    Closing,
    Command,
    Entry,
    Event,
    InstructionReached,
    Launch,
    Launched,
    Open,
    Opened,
    Post,
    React,
    Reacted,
    Refusal,
    Remove,
    Removed,
    Said,
)
from vigie.live.protocol.state import STAFF_LOG, Duty, ItemKind, Phase, Room, Viewer

#: The reactions that exist; each has its sentence in the templates.
MARKS = frozenset({"same", "thanks", "surprised"})
CLIENT_ID_LIMIT = 36

Decision = tuple[Event, ...] | Refusal | Already


def decide(room: Room, who: Viewer, command: Command, at: datetime) -> Decision:
    """What this command becomes in this room: events to log, a refusal, or the line it already became."""
    client_id: str = getattr(command, "id", "")
    if not client_id or len(client_id) > CLIENT_ID_LIMIT:
        return Refusal("client_id")
    heard = room.history.seq_of(who.code, client_id)
    if heard is not None:
        return Already(heard)
    if who.duty is None and who.code not in room.seats:
        return Refusal("no_seat")
    return _DECISIONS[type(command)](room, who, command, at)


def _post(room: Room, who: Viewer, command: Post, at: datetime) -> Decision:
    if refusal := _may_speak(room, who):
        return refusal
    if not command.text or command.text.isspace():
        return Refusal("empty")
    if len(command.text) > room.limits.characters:
        return Refusal("too_long")
    if command.item and command.item not in room.launched:
        return Refusal("unknown_item")
    if command.to and not _may_answer(room, who, command.to):
        return Refusal("unknown_line")
    if who.duty is None:
        last = room.seats[who.code].last_said_at
        if last is not None and at - last < room.limits.pace:
            return Refusal("too_fast")
    return (Said(who.code, command.id, command.text, command.item, command.to),)


def _react(room: Room, who: Viewer, command: React, at: datetime) -> Decision:
    if refusal := _may_speak(room, who):
        return refusal
    if command.mark not in MARKS:
        return Refusal("unknown_mark")
    if not _may_answer(room, who, command.to):
        return Refusal("unknown_line")
    return (Reacted(who.code, command.id, command.to, command.mark, command.on),)


def _may_speak(room: Room, who: Viewer) -> Refusal | None:
    if who.duty is Duty.OBSERVER:
        return Refusal("read_only")
    if room.phase not in {Phase.LIVE, Phase.CLOSING}:
        return Refusal("not_open")
    if who.duty is None and not room.seats[who.code].is_in:
        return Refusal("not_admitted")
    return None


def _may_answer(room: Room, who: Viewer, seq: int) -> bool:
    line = room.history.line(seq)
    return line is not None and line[1] == Said.kind and _may_see(room, who, seq)


def _admit(room: Room, who: Viewer, command: Admit, at: datetime) -> Decision:
    if who.duty is not Duty.MODERATOR:
        return Refusal("not_moderator")
    if room.phase_at(at) not in {Phase.WAITING, Phase.LIVE}:
        return Refusal("not_open")
    if any(code not in room.seats for code in command.seats):
        return Refusal("unknown_seat")
    arriving = [code for code in dict.fromkeys(command.seats) if not room.seats[code].is_in]
    if not arriving:
        return Refusal("nobody_waits")
    if any(room.seats[code].removed_seq for code in arriving):
        return Refusal("was_removed")
    if room.people_in() + len(arriving) > room.limits.seats:
        return Refusal("room_full")
    recap = room.launched.get(room.current, 0)
    # The client id goes to the last line only: it is the acknowledgement's number, and unique.
    return tuple(Admitted(who.code, command.id if code == arriving[-1] else "", code, recap) for code in arriving)


def _remove(room: Room, who: Viewer, command: Remove, at: datetime) -> Decision:
    if who.duty is not Duty.MODERATOR:
        return Refusal("not_moderator")
    if command.seat not in room.seats:
        return Refusal("unknown_seat")
    if room.seats[command.seat].removed_seq:
        return Refusal("was_removed")
    return (Removed(who.code, command.id, command.seat),)


def _launch(room: Room, who: Viewer, command: Launch, at: datetime) -> Decision:
    if who.duty is not Duty.MODERATOR:
        return Refusal("not_moderator")
    if room.phase is not Phase.LIVE:
        return Refusal("not_open")
    item = room.items.get(command.item)
    if item is None:
        return Refusal("unknown_item")
    if item.code in room.launched:
        return Refusal("already_launched")
    if item.code in room.reached:
        return Already(room.reached[item.code])
    if item.kind is ItemKind.INSTRUCTION:
        return (InstructionReached(who.code, command.id, item.code),)
    return (Launched(who.code, command.id, item.code, item.kind, item.text),)


def _open(room: Room, who: Viewer, command: Open, at: datetime) -> Decision:
    if who.duty is not Duty.MODERATOR:
        return Refusal("not_moderator")
    if room.phase_at(at) is not Phase.WAITING:
        return Refusal("not_yet" if room.phase is Phase.PLANNED else "already_open")
    return (Opened(who.code, command.id),)


def _close(room: Room, who: Viewer, command: Close, at: datetime) -> Decision:
    if who.duty is not Duty.MODERATOR:
        return Refusal("not_moderator")
    if room.phase is Phase.LIVE:
        if len(command.text) > room.limits.characters:
            return Refusal("too_long")
        return (Closing(who.code, command.id, command.text),)
    if room.phase is Phase.CLOSING:
        return (Closed(who.code, command.id),)
    return Refusal("not_open")


_DECISIONS: dict[type[Command], Callable[[Room, Viewer, Any, datetime], Decision]] = {
    Post: _post,
    React: _react,
    Admit: _admit,
    Remove: _remove,
    Launch: _launch,
    Open: _open,
    Close: _close,
}


def log_of(event: Event) -> str:
    """The log that keeps an event: "" for the room's own, else the side log's name."""
    return STAFF_LOG if isinstance(event, InstructionReached) else ""


def number(room: Room, events: Iterable[Event], at: datetime) -> list[Entry]:
    """Events at their places, each in its own log, after what the room already holds."""
    heads = {"": room.seq, **room.side}
    entries = []
    for event in events:
        log = log_of(event)
        heads[log] = heads.get(log, 0) + 1
        entries.append(Entry(heads[log], at, event, log))
    return entries


def evolve(room: Room, entry: Entry) -> Room:
    """The room after this entry. Raises `ValueError` on a number that does not follow: a log has no hole."""
    event = entry.event
    if entry.log:
        if entry.seq != room.side.get(entry.log, 0) + 1:
            raise ValueError(f"line {entry.seq} of {entry.log} does not follow")
        side = {**room.side, entry.log: entry.seq}
        reached = room.reached
        if isinstance(event, InstructionReached):
            reached = {**reached, event.item: entry.seq}
        return replace(room, side=side, reached=reached)
    if entry.seq != room.seq + 1:
        raise ValueError(f"line {entry.seq} does not follow {room.seq}")
    history = room.history.grown(event.author, event.kind, event.client_id)
    if type(event) is Said:
        seat = room.seats.get(event.author)
        if seat is None:
            return replace(room, history=history)
        seats = {**room.seats, seat.code: replace(seat, last_said_at=entry.at)}
        return replace(room, history=history, seats=seats)
    return moved(replace(room, history=history), entry)


def moved(room: Room, entry: Entry) -> Room:
    """Seats, questions and phase after this entry of the room's own log; words and reactions move none of them."""
    change = _CHANGES.get(type(entry.event))
    return change(room, entry, entry.event) if change else room


def _launched(room: Room, entry: Entry, event: Launched) -> Room:
    current = event.item if event.item_kind is ItemKind.QUESTION else room.current
    return replace(room, launched={**room.launched, event.item: entry.seq}, current=current)


def _admitted(room: Room, entry: Entry, event: Admitted) -> Room:
    seat = room.seats[event.seat]
    return room.with_seat(replace(seat, admitted_seq=entry.seq, recap_seq=event.recap))


def _removed(room: Room, entry: Entry, event: Removed) -> Room:
    return room.with_seat(replace(room.seats[event.seat], removed_seq=entry.seq))


_CHANGES: dict[type[Event], Callable[[Room, Entry, Any], Room]] = {
    Launched: _launched,
    Admitted: _admitted,
    Removed: _removed,
    Opened: lambda room, entry, event: replace(room, phase=Phase.LIVE),
    Closing: lambda room, entry, event: replace(room, phase=Phase.CLOSING),
    Closed: lambda room, entry, event: replace(room, phase=Phase.CLOSED),
}


def visible(room: Room, entry: Entry, viewer: Viewer) -> bool:
    """May this viewer ever read this entry? The one question that snapshots, frames and transcripts all ask."""
    if entry.log:
        return viewer.is_staff and entry.log == STAFF_LOG
    return _may_see(room, viewer, entry.seq)


def _may_see(room: Room, viewer: Viewer, seq: int) -> bool:
    if viewer.duty is not None:
        return True
    seat = room.seats.get(viewer.code)
    if seat is None or not seat.admitted_seq:
        return False
    if seat.removed_seq and seq > seat.removed_seq:
        return False
    return seq >= seat.admitted_seq or seq == seat.recap_seq
