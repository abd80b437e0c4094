"""A meeting, from its waiting room to its end: one page for participants, one for those who lead or watch.

Both read and post without JavaScript; with it, `<vg-room>` takes over from the same markup.
"""

from collections.abc import Callable, Mapping
from typing import Any
from uuid import uuid4
from zoneinfo import ZoneInfo

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.functional import Promise
from django.views.decorators.http import require_POST, require_safe
from markupsafe import Markup

from vigie.communities.access import Can, right
from vigie.core import clock
from vigie.core.errors import Refused
from vigie.core.text import number_in
from vigie.live.actions import room as actions
from vigie.live.protocol.rules import MARKS
from vigie.live.protocol.state import Phase
from vigie.live.queries.marks import own_marks
from vigie.live.queries.room import MODERATOR, LineView, PersonInRoom, Place, RoomView, get_place, room_view
from vigie.live.views.sessions import observed
from vigie.shell import formats
from vigie.shell.jinja import fragment, prose, stamping


@right(Can.ENTER_WAITING_ROOM)
@require_safe
def session_page(request: HttpRequest, slug: str, code: str) -> HttpResponse:
    """Waiting room, room or end, as the session and the reader stand."""
    return _page(request, _place(request, code))


@right(Can.POST_IN_ROOM)
@require_POST
def say(request: HttpRequest, slug: str, code: str) -> HttpResponse:
    """The plain form's way to speak. A refusal keeps the words in the box."""
    post = request.POST
    return _write(
        request,
        code,
        lambda place: actions.say(
            place,
            text=post.get("text", "").replace("\r\n", "\n"),
            item=post.get("item", ""),
            to=number_in(post.get("to", "")),
            client_id=post.get("client_id", ""),
        ),
        typed=post,
    )


@right(Can.REACT_IN_ROOM)
@require_POST
def react(request: HttpRequest, slug: str, code: str) -> HttpResponse:
    """`on` or `off` holds the mark, `to` the line's number."""
    post = request.POST
    return _write(
        request,
        code,
        lambda place: actions.react(
            place, to=number_in(post.get("to", "")), mark=post.get("on") or post.get("off", ""), on="on" in post
        ),
    )


@right(Can.REMOVE_FROM_ROOM)
@require_POST
def remove_seat(request: HttpRequest, slug: str, code: str) -> HttpResponse:
    return _write(request, code, lambda place: actions.remove(place, request.POST.get("seat", "")))


@right(Can.OPEN_CLOSE_ROOM)
@require_POST
def admit_seats(request: HttpRequest, slug: str, code: str) -> HttpResponse:
    """Lets in the seats named, or all who wait when none is."""

    def admit(place: Place) -> int:
        named = request.POST.getlist("seat")
        return actions.admit(place, named or [one.code for one in room_view(place).people if one.state == "waiting"])

    return _write(request, code, admit)


@right(Can.OPEN_CLOSE_ROOM)
@require_POST
def open_room(request: HttpRequest, slug: str, code: str) -> HttpResponse:
    return _write(request, code, actions.open_session)


@right(Can.OPEN_CLOSE_ROOM)
@require_POST
def close_room(request: HttpRequest, slug: str, code: str) -> HttpResponse:
    """To closing with thanks, then, asked again, for good."""
    return _write(request, code, lambda place: actions.close_session(place, request.POST.get("text", "")))


@right(Can.OPEN_CLOSE_ROOM)
@require_POST
def launch_item(request: HttpRequest, slug: str, code: str) -> HttpResponse:
    return _write(request, code, lambda place: actions.launch(place, request.POST.get("item", "")))


def _place(request: HttpRequest, code: str) -> Place:
    return get_place(request.actor, code, clock.now())  # type: ignore[attr-defined]


def _write(
    request: HttpRequest, code: str, act: Callable[[Place], int], typed: QueryDict | None = None
) -> HttpResponse:
    place = _place(request, code)
    try:
        act(place)
    except Refused as refusal:
        return _page(request, place, refused=refusal.message, typed=typed, status=422)
    return redirect("live:session", slug=place.membership.community.slug, code=code)


def _page(
    request: HttpRequest,
    place: Place,
    *,
    refused: str | Promise = "",
    typed: QueryDict | None = None,
    status: int = 200,
) -> HttpResponse:
    to = number_in(request.POST.get("to") or request.GET.get("to", ""))
    # A line to answer may be older than those that a page shows at first.
    view = room_view(place, whole=bool(to) or request.GET.get("lines") == "all")
    context: dict[str, Any] = {
        "place": place,
        "view": view,
        "said": _writer(view),
        "first_view": _first_view(place, view, again=request.GET.get("lines") == "all"),
        "chosen": _chosen(place, view, to),
        "own_marks": own_marks(place, to) if to else (),
        "leaving": _leaving(view, request.GET.get("remove", "")),
        "lead": _lead(view),
        "observed": observed(request.actor),  # type: ignore[attr-defined]
        "refused": refused,
        "typed": {"text": typed.get("text", ""), "item": typed.get("item", "")} if typed is not None else None,
        "client_id": str(uuid4()),
    }
    page = "staff_room" if place.viewer.is_staff else "room"
    return render(request, f"live/room/{page}.html", context, status=status)


#: Characters of a message that are quoted over its answer.
QUOTED = 140


def _writer(view: RoomView) -> Callable[..., Markup]:
    zone, stamp = ZoneInfo(view.session.time_zone), stamping("live/room/_line.html")

    def said(one: LineView, name: str, mine: bool, presses: bool, answers: str) -> Markup:
        """A message as `_parts.html` draws it."""
        there, host = one.at.astimezone(zone), one.by == MODERATOR
        ours = {
            "iso": formats.iso(one.at),
            "when": f"{there.hour:02}:{there.minute:02}",
            "flag": one.by_flag,
            "seq": str(one.seq),
            "by": one.by,
            "item": one.item,
            "text": prose(one.text),
            "reactions": _reactions(one.reactions, presses) if one.reactions else "",
        }
        typed = {
            "name": name,
            "quote_name": one.quote_name,
            "quote_text": _shortened(one.quote),
            "answers": answers,
            "answered": one.by_name,
            "initial": one.by_name[:1] if host else "",
        }
        return stamp(ours, typed, *(["mine"] if mine else []), *(["host"] if host else []))

    return said


def _reactions(counts: Mapping[str, int], presses: bool) -> Markup:
    values = {mark: str(counts.get(mark, 0)) for mark in MARKS}
    return fragment("live/room/_marks.html", presses="yes" if presses else "", **values)


def _shortened(words: str) -> str:
    """No more of them than an answer quotes, cut between two words."""
    return words if len(words) <= QUOTED else words[: QUOTED - 1].rsplit(" ", 1)[0] + "…"


def _chosen(place: Place, view: RoomView, seq: int) -> LineView | None:
    """The message that the reader answers or reacts to, when it is one, and somebody else's."""
    me = MODERATOR if place.viewer.is_staff else view.you
    return next((one for one in view.lines if one.seq == seq and one.kind == "said" and one.by != me), None)


def _leaving(view: RoomView, code: str) -> PersonInRoom | None:
    """Who the moderator is asked about before they are removed."""
    return next((one for one in view.people if one.code == code and one.state == "in"), None)


def _first_view(place: Place, view: RoomView, *, again: bool) -> str:
    """What the page shows before the script says otherwise: `waiting`, `room` or `closing`.

    Once the meeting is over its thread may be read `again`.
    """
    if place.viewer.is_staff:
        return "room"
    if view.phase is Phase.CLOSED:
        return "room" if again and view.you_state == "in" else "closing"
    return "room" if view.you_state == "in" else "waiting"


def _lead(view: RoomView) -> str:
    """The sentence under the title of the waiting room."""
    if view.phase in {Phase.LIVE, Phase.CLOSING}:
        return "begun"
    if view.phase is Phase.PLANNED:
        return "doors"
    return "soon" if clock.now() < view.session.starts_at else "moment"
