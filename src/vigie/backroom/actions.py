"""Writing in the confidential log: its own counter, its own numbers, no touch of the session's row."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import uuid4

from django.db import connection, transaction
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django_scopes import scope

from vigie.backroom import hints
from vigie.backroom.models import BackRoom, Remark, RemarkKind
from vigie.backroom.rules import refusal
from vigie.core import clock
from vigie.core.errors import Refused
from vigie.core.text import unstorable
from vigie.live.queries.room import Place

SENTENCES: dict[str, str | Promise] = {
    "client_id": _("This message could not be read. Send it again."),
    "no_right": _("You no longer have a place in this session."),
    "empty": _("The message is empty."),
    "too_long": _("This message is too long. Shorten it; nothing is lost."),
    "unstorable": _("This message contains a character that cannot be kept. Remove it and send again."),
    "unknown_kind": _("Choose remark, question or probe."),
    "unavailable": _("Your message could not be kept just now. It is still here: send it again."),
}


@dataclass(frozen=True, slots=True)
class Draft:
    """What somebody of the staff wants to write. `author_id` is their assignment's row, `author` its code."""

    author_id: int
    author: str
    client_id: str
    kind: str
    text: str
    quote: int
    at: datetime


@dataclass(frozen=True, slots=True)
class Written:
    """A remark at its place. `new` is False when this client id had been heard before."""

    seq: int
    draft: Draft
    new: bool = True


def write(session_id: int, community_id: int, drafts: Sequence[Draft]) -> list[Written]:
    """Number and store drafts, in the caller's transaction; their numbers follow the counter without a hole."""
    with scope(community=community_id):
        room, _made = BackRoom.objects.get_or_create(session_id=session_id)
        # Takes the row: whoever else writes in this back room waits here, and reads the counter that we leave.
        with connection.cursor() as cursor:
            cursor.execute("UPDATE backroom_backroom SET last_seq = last_seq WHERE id = %s", [room.id])
        last = BackRoom.objects.values_list("last_seq", flat=True).get(id=room.id)
        heard = _heard(room, drafts)
        written: list[Written] = []
        remarks: list[Remark] = []
        for draft in drafts:
            key = (draft.author_id, draft.client_id)
            if key in heard:
                written.append(Written(heard[key], draft, new=False))
                continue
            last += 1
            heard[key] = last
            written.append(Written(last, draft))
            remarks.append(
                Remark(
                    room=room,
                    seq=last,
                    kind=draft.kind,
                    author_id=draft.author_id,
                    client_id=draft.client_id,
                    text=draft.text,
                    quote=draft.quote or None,
                    at=draft.at,
                )
            )
        if remarks:
            Remark.objects.bulk_create(remarks)
            BackRoom.objects.filter(id=room.id).update(last_seq=last)
    return written


def _heard(room: BackRoom, drafts: Sequence[Draft]) -> dict[tuple[int, str], int]:
    rows = Remark.objects.filter(room=room, client_id__in={draft.client_id for draft in drafts})
    return {(author, client_id): seq for author, client_id, seq in rows.values_list("author_id", "client_id", "seq")}


def remark(
    place: Place,
    *,
    kind: str = RemarkKind.REMARK,
    text: str,
    quote: int = 0,
    client_id: str = "",
    at: datetime | None = None,
) -> int:
    """The page's way to write. Raises `Refused`; returns the remark's number."""
    assert place.assignment is not None
    client_id = client_id or str(uuid4())
    code = "unstorable" if unstorable(text) else refusal(client_id, kind, text)
    if code:
        raise Refused(code, SENTENCES[code])
    draft = Draft(place.assignment.id, place.assignment.code, client_id, kind, text, quote, at or clock.now())
    with transaction.atomic():
        written = write(place.session.id, place.session.community_id, [draft])
        transaction.on_commit(lambda: hints.moved(place.session.id))
    return written[0].seq


def close_back_room(session_id: int, community_id: int, at: datetime) -> None:
    with scope(community=community_id):
        BackRoom.objects.filter(session_id=session_id, closed_at=None).update(closed_at=at)
