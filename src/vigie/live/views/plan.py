"""Preparing a session: one page to read, one small form for each write."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from vigie.communities.access import Actor, Can, right
from vigie.communities.models import Membership
from vigie.core import clock
from vigie.core.errors import NotVisible, Refused
from vigie.live import actions
from vigie.live.forms import DutyForm, GuideItemForm, SeatsForm, SessionForm
from vigie.live.models import Assignment, GuideItem, Seat, Session
from vigie.live.protocol.state import Duty, ItemKind, Phase
from vigie.live.queries.plans import PlanView, plan_view
from vigie.live.queries.sessions import get_plan
from vigie.live.views.sessions import observed, own_time

UNPROCESSABLE = 422


@right(Can.SCHEDULE_ROOM)
@require_http_methods(["GET", "HEAD", "POST"])
def new_plan_page(request: HttpRequest, slug: str) -> HttpResponse:
    actor: Actor = request.actor  # type: ignore[attr-defined]
    form = SessionForm(request.POST or None, actor=actor)
    status = 200
    if request.method == "POST":
        status = UNPROCESSABLE
        if form.is_valid():
            try:
                session = actions.plan_session(actor, **form.change())
            except Refused as refused:
                form.add_error(None, str(refused.message))
            else:
                _tell_notes(request, form)
                messages.success(request, _("The session is planned. Nobody was told yet."))
                return redirect("live:plan", slug=slug, code=session.code)
    return render(request, "live/plan/new.html", {"form": form, "observed": observed(actor)}, status=status)


@right(Can.SCHEDULE_ROOM)
@require_http_methods(["GET", "HEAD"])
def plan_page(request: HttpRequest, slug: str, code: str) -> HttpResponse:
    actor: Actor = request.actor  # type: ignore[attr-defined]
    return _show(request, get_plan(actor, code))


def _show(
    request: HttpRequest,
    session: Session,
    *,
    settings_form: SessionForm | None = None,
    item_form: GuideItemForm | None = None,
    edited: str = "",
    status: int = 200,
) -> HttpResponse:
    """The plan. A form that was refused is shown again with what was typed; `edited` is the item it belongs to."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    view = plan_view(session, clock.now())
    opened = edited or request.GET.get("item", "")
    item = next((one for one in view.guide if one.code == opened and not one.sent), None)
    if item and not edited:
        item_form = GuideItemForm(
            initial={"text": item.text, "minutes": item.minutes, "must_ask": item.must_ask},
            with_kind=False,
            prefix="item",
        )
    context: dict[str, Any] = {
        "plan": view,
        "session": session,
        "form": settings_form or SessionForm(actor=actor, session=session),
        "item": item,
        "item_form": item_form if item else None,
        "new_item_form": item_form if item_form and not edited and not item else GuideItemForm(),
        "is_closed": view.phase is Phase.CLOSED,
        "missing": missing(view),
        "observed": observed(actor),
        "own_time": own_time,
        "door": any(
            actor.membership is not None and duty.membership_id == actor.membership.id
            for duty in (*view.moderators, *view.observers)
        ),
    }
    return render(request, "live/plan/plan.html", context, status=status)


def missing(view: PlanView) -> list[dict[str, Any]]:
    """What a session needs, done or not."""
    given = sum(seat.state != Seat.State.REMOVED for seat in view.seats)
    questions = sum(item.kind is ItemKind.QUESTION for item in view.guide)
    over = view.minutes - view.session.minutes
    seats = _("%(given)s invited, %(least)s are needed to open") % {
        "given": given,
        "least": view.session.min_seats,
    }
    return [
        {"label": _("A moderator"), "detail": "", "done": bool(view.moderators)},
        {"label": _("People"), "detail": seats, "done": given >= view.session.min_seats},
        {"label": _("At least one question"), "detail": "", "done": bool(questions)},
        {
            "label": _("A guide that fits"),
            "detail": _("%(minutes)s minutes too many") % {"minutes": over} if over > 0 else "",
            "done": bool(questions) and over <= 0,
        },
    ]


def _tell_notes(request: HttpRequest, form: SessionForm) -> None:
    for note in form.notes:
        messages.info(request, str(note))


# Writes: each answers with the plan's page -----------------------------------

Write = Callable[..., HttpResponse | str]
View = Callable[..., HttpResponse]


def _write(anchor: str) -> Callable[[Write], View]:
    """A POST on one plan. The write returns what it has to say, or a page; a refusal is said as it is."""

    def make(write: Write) -> View:
        @require_POST
        @wraps(write)
        def view(request: HttpRequest, slug: str, code: str, **kwargs: str) -> HttpResponse:
            session = get_plan(request.actor, code)  # type: ignore[attr-defined]
            try:
                answer = write(request, session, **kwargs)
            except Refused as refused:
                messages.error(request, str(refused.message))
                answer = ""
            if isinstance(answer, HttpResponse):
                return answer
            if answer:
                messages.success(request, answer)
            response = redirect("live:plan", slug=slug, code=code)
            response["Location"] += f"#{anchor}"
            return response

        return view

    return make


@right(Can.SCHEDULE_ROOM)
@_write("settings")
def change_plan(request: HttpRequest, session: Session) -> HttpResponse | str:
    actor: Actor = request.actor  # type: ignore[attr-defined]
    form = SessionForm(request.POST, actor=actor, session=session)
    if form.is_valid():
        try:
            actions.change_session(session, actor=actor, **form.change())
        except Refused as refused:
            form.add_error(None, str(refused.message))
        else:
            _tell_notes(request, form)
            return _("The plan is kept.")
    return _show(request, session, settings_form=form, status=UNPROCESSABLE)


@right(Can.INVITE_TO_ROOM)
@_write("people")
def give_seats(request: HttpRequest, session: Session) -> str:
    candidates = plan_view(session, clock.now()).may_sit
    form = SeatsForm(request.POST, candidates=candidates)
    if not form.is_valid():
        raise Refused("nobody_chosen", _("Choose at least one member."))
    chosen = Membership.objects.filter(public_id__in=form.cleaned_data["members"])
    actions.give_seats(session, chosen, actor=request.actor)  # type: ignore[attr-defined]
    return _("The seats are given, each under a name drawn for this session.")


@right(Can.INVITE_TO_ROOM)
@_write("people")
def take_seat_back(request: HttpRequest, session: Session, seat: str) -> str:
    found = Seat.objects.filter(session=session, code=seat).select_related("session").first()
    if found is None:
        raise NotVisible(seat)
    actions.take_seat_back(found, actor=request.actor)  # type: ignore[attr-defined]
    return _("%(name)s no longer has a seat.") % {"name": found.alias}


@right(Can.SCHEDULE_ROOM)
@_write("team")
def assign_duty(request: HttpRequest, session: Session) -> str:
    form = DutyForm(request.POST)
    membership = None
    if form.is_valid():
        membership = Membership.objects.filter(public_id=form.cleaned_data["member"]).first()
    if membership is None:
        raise Refused("nobody_chosen", _("Choose somebody."))
    actions.assign(session, membership, Duty(form.cleaned_data["duty"]), actor=request.actor)  # type: ignore[attr-defined]
    return _("%(name)s is now part of this session’s team.") % {"name": membership.pseudonym}


@right(Can.SCHEDULE_ROOM)
@_write("team")
def withdraw_duty(request: HttpRequest, session: Session, assignment: str) -> HttpResponse | str:
    actor: Actor = request.actor  # type: ignore[attr-defined]
    found = Assignment.objects.filter(session=session, code=assignment).select_related("membership").first()
    if found is None:
        raise NotVisible(assignment)
    found.session = session
    actions.withdraw(found, actor=actor)
    words = _("%(name)s is no longer part of this session’s team.") % {"name": found.membership.pseudonym}
    if found.membership == actor.membership and found.duty == Duty.MODERATOR:
        messages.success(request, words)
        return redirect("live:sessions", slug=actor.community.slug)
    return words


@right(Can.SCHEDULE_ROOM)
@_write("guide")
def add_guide_item(request: HttpRequest, session: Session) -> HttpResponse | str:
    form = GuideItemForm(request.POST)
    if form.is_valid():
        try:
            actions.add_guide_item(
                session,
                kind=ItemKind(form.cleaned_data["kind"]),
                text=form.cleaned_data["text"],
                minutes=form.cleaned_data["minutes"],
                must_ask=form.cleaned_data["must_ask"],
                actor=request.actor,  # type: ignore[attr-defined]
            )
        except Refused as refused:
            form.add_error(None, str(refused.message))
        else:
            return _("Added at the end of the guide.")
    return _show(request, session, item_form=form, status=UNPROCESSABLE)


def _item(session: Session, code: str) -> GuideItem:
    item = GuideItem.objects.filter(session=session, code=code).first()
    if item is None:
        raise NotVisible(code)
    item.session = session
    return item


@right(Can.SCHEDULE_ROOM)
@_write("guide")
def edit_guide_item(request: HttpRequest, session: Session, item: str) -> HttpResponse | str:
    found = _item(session, item)
    form = GuideItemForm(request.POST, with_kind=False, prefix="item")
    if form.is_valid():
        try:
            actions.edit_guide_item(
                found,
                text=form.cleaned_data["text"],
                minutes=form.cleaned_data["minutes"],
                must_ask=form.cleaned_data["must_ask"],
                actor=request.actor,  # type: ignore[attr-defined]
            )
        except Refused as refused:
            if refused.code in {"launched", "gone", "closed"}:
                raise
            form.add_error(None, str(refused.message))
        else:
            return _("The guide is kept.")
    return _show(request, session, item_form=form, edited=item, status=UNPROCESSABLE)


@right(Can.SCHEDULE_ROOM)
@_write("guide")
def move_guide_item(request: HttpRequest, session: Session, item: str) -> str:
    actor: Actor = request.actor  # type: ignore[attr-defined]
    up = request.POST.get("direction") == "up"
    actions.move_guide_item(_item(session, item), "up" if up else "down", actor=actor)
    return ""


@right(Can.SCHEDULE_ROOM)
@_write("guide")
def remove_guide_item(request: HttpRequest, session: Session, item: str) -> str:
    actions.remove_guide_item(_item(session, item), actor=request.actor)  # type: ignore[attr-defined]
    return _("The item is removed from the guide.")
