"""The confidential block as a page of its own: it reads and posts without JavaScript."""

from dataclasses import dataclass
from datetime import datetime
from uuid import uuid4

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.functional import Promise
from django.views.decorators.http import require_POST, require_safe

from vigie.backroom.actions import remark
from vigie.backroom.queries import people, remarks
from vigie.communities.access import Can, right
from vigie.core import clock
from vigie.core.errors import NotVisible, Refused
from vigie.core.text import number_in
from vigie.live.queries.room import Place, get_place, room_view


@dataclass(frozen=True, slots=True)
class RemarkOnPage:
    """A remark with its author's name, and what the line it quotes says."""

    seq: int
    at: datetime
    by: str
    name: str
    title: str
    kind: str
    text: str
    quote: int = 0
    quote_name: str = ""
    quote_text: str = ""


@right(Can.READ_BACK_ROOM_HISTORY)
@require_safe
def back_page(request: HttpRequest, slug: str, code: str) -> HttpResponse:
    return _page(request, _place(request, code))


@right(Can.POST_IN_BACK_ROOM)
@require_POST
def post_remark(request: HttpRequest, slug: str, code: str) -> HttpResponse:
    """A refusal keeps the words in the box."""
    place = _place(request, code)
    post = request.POST
    try:
        remark(
            place,
            kind=post.get("kind", "remark"),
            text=post.get("text", "").replace("\r\n", "\n").strip(),
            quote=number_in(post.get("quote", "")),
            client_id=post.get("client_id", ""),
        )
    except Refused as refusal:
        return _page(request, place, refused=refusal.message, typed=post, status=422)
    return redirect("back:page", slug=slug, code=code)


def _place(request: HttpRequest, code: str) -> Place:
    place = get_place(request.actor, code, clock.now())  # type: ignore[attr-defined]
    if place.assignment is None:
        raise NotVisible(code)
    return place


def _page(
    request: HttpRequest,
    place: Place,
    *,
    refused: str | Promise = "",
    typed: QueryDict | None = None,
    status: int = 200,
) -> HttpResponse:
    session = place.session
    authors = people(session.id, session.community_id)
    quoted = {line.seq: line for line in room_view(place).lines}
    shown = []
    for one in remarks(session.id, session.community_id):
        author, line = authors.get(one.by), quoted.get(one.quote)
        shown.append(
            RemarkOnPage(
                one.seq,
                one.at,
                one.by,
                author.name if author else "",
                author.title if author else "",
                one.kind,
                one.text,
                one.quote,
                line.by_name if line else "",
                line.text if line else "",
            )
        )
    kind = typed.get("kind", "") if typed is not None else ""
    context = {
        "session": session,
        "remarks": shown,
        "refused": refused,
        "typed": {"text": typed.get("text", ""), "kind": kind} if typed is not None else None,
        "client_id": str(uuid4()),
    }
    return render(request, "backroom/page.html", context, status=status)
