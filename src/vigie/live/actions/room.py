"""What pages do in a room: the same `decide()`, the same log as the sockets."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from functools import reduce
from uuid import uuid4

from django.db import transaction
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from vigie.core.errors import Denied, Refused
from vigie.core.text import unstorable
from vigie.live import committer, hints, log
from vigie.live.models import Session
from vigie.live.protocol import messages as m
from vigie.live.protocol.rules import evolve
from vigie.live.protocol.state import Duty, Viewer
from vigie.live.queries.room import Place

#: What the room says when it refuses: every code of `protocol.rules` has its sentence.
SENTENCES: Mapping[str, str | Promise] = {
    "client_id": _("This message could not be read. Send it again."),
    "no_seat": _("You have no seat in this session."),
    "no_right": _("You no longer have a place in this session."),
    "empty": _("The message is empty."),
    "too_long": _("This message is too long. Shorten it; nothing is lost."),
    "unstorable": _("This message contains a character that cannot be kept. Remove it and send again."),
    "too_fast": _("One moment: one message a second. Yours is kept, send it again."),
    "unknown_item": _("This question is not open."),
    "unknown_line": _("The message you answer is not there."),
    "unknown_mark": _("This reaction does not exist."),
    "unknown_seat": _("Nobody has this seat."),
    "read_only": _("You follow this session without writing in it."),
    "not_open": _("The room is not open."),
    "not_admitted": _("The moderator has not let you in yet."),
    "not_moderator": _("Only the moderator can do this."),
    "nobody_waits": _("Everybody who came is already in."),
    "was_removed": _("This person was removed from the session."),
    "room_full": _("All the seats of this session are taken."),
    "already_launched": _("This item was already sent."),
    "already_open": _("The session is already open."),
    "not_yet": _("The waiting room is not open yet."),
    "unavailable": _("Your message could not be kept just now. It is still here: send it again."),
}


def say(place: Place, *, text: str, item: str = "", to: int = 0, client_id: str = "") -> int:
    """Returns the line's number. Raises `Denied` for those who only read, `Refused` for the rest."""
    if place.viewer.duty is Duty.OBSERVER:
        raise Denied("room.message.post")
    if unstorable(text):
        raise Refused("unstorable", SENTENCES["unstorable"])
    return _write(place, m.Post(client_id or str(uuid4()), text, item, to))


def react(place: Place, *, to: int, mark: str, on: bool, client_id: str = "") -> int:
    """Like `say`."""
    if place.viewer.duty is Duty.OBSERVER:
        raise Denied("room.react")
    return _write(place, m.React(client_id or str(uuid4()), to, mark, on))


def admit(place: Place, seats: Iterable[str]) -> int:
    _need_moderator(place)
    return _write(place, m.Admit(str(uuid4()), tuple(seats)))


def remove(place: Place, seat: str) -> int:
    _need_moderator(place)
    return _write(place, m.Remove(str(uuid4()), seat))


def open_session(place: Place) -> int:
    _need_moderator(place)
    return _write(place, m.Open(str(uuid4())))


def launch(place: Place, item: str) -> int:
    _need_moderator(place)
    return _write(place, m.Launch(str(uuid4()), item))


def close_session(place: Place, text: str = "") -> int:
    """From live to closing, with thanks; from closing to closed."""
    _need_moderator(place)
    return _write(place, m.Close(str(uuid4()), text))


def _need_moderator(place: Place) -> None:
    if place.viewer.duty is not Duty.MODERATOR:
        raise Denied("room.open_close")


def _write(place: Place, command: m.Command) -> int:
    with transaction.atomic():
        answer = committer.write_now(place.session.id, place.viewer, command)
        hints.moved_on_commit(place.session.id)
    if isinstance(answer, m.Refusal):
        raise Refused(answer.code, SENTENCES[answer.code])
    return answer


def write(session: Session, commands: Iterable[tuple[Viewer, m.Command, datetime]]) -> None:
    """Tell a whole session as it was, each command at its own time: demo data and imports.

    Raises `Refused` at the first command that the rules refuse, and writes nothing.
    """
    with transaction.atomic():
        loaded = log.read_room(session.id)
        entries, outcome = committer.decide_all(loaded.room, commands)[1:]
        refusal = next((answer for answer in outcome if isinstance(answer, m.Refusal)), None)
        if refusal:
            raise Refused(refusal.code, SENTENCES[refusal.code])
        room = loaded.room
        for start in range(0, len(entries), 500):
            part = entries[start : start + 500]
            after = reduce(evolve, part, room)
            if not log.append(loaded.plan, room, after, part):
                raise RuntimeError("the session moved while it was told")
            room = after
        hints.moved_on_commit(session.id)
