"""One's own appointment, the way out of mails, and the members whom mail does not reach."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from vigie.communities.access import Actor, Can, right
from vigie.core.errors import NotVisible
from vigie.live.queries.sessions import get_session
from vigie.notifications import actions, queries


@right(Can.UNSUBSCRIBE)
@csrf_exempt
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def unsubscribe(request: HttpRequest) -> HttpResponse:
    """A mail reader posts here by itself (RFC 8058), without a cookie. Opening it changes nothing: scanners open."""
    token = request.GET.get("token", "")
    membership = actions.who_unsubscribes(token)
    if membership is not None and request.method == "POST":
        actions.silence(membership, request.POST.get("again") != "yes")
    context = {
        "token": token,
        "place": membership.community.name if membership else "",
        "silent": membership is not None and actions.is_silent(membership),
        "known": membership is not None,
    }
    return render(request, "notifications/unsubscribe.html", context)


@right(Can.ENTER_WAITING_ROOM)
@never_cache
@require_safe
def session_calendar(request: HttpRequest, slug: str, code: str) -> HttpResponse:
    """For whoever has a place in the session."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    session = get_session(actor, code)
    if not actions.has_part(actor, session):
        raise NotVisible(code)
    response = HttpResponse(actions.calendar_file(actor, session), content_type="text/calendar; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="session.ics"'
    return response


@right(Can.SEND_MAIL)
@require_safe
def unreachable_page(request: HttpRequest, slug: str) -> HttpResponse:
    actor: Actor = request.actor  # type: ignore[attr-defined]
    return render(request, "notifications/unreachable.html", {"members": queries.unreachable(actor)})


@right(Can.SEND_MAIL)
@require_POST
def write_again(request: HttpRequest, slug: str, member: str) -> HttpResponse:
    actor: Actor = request.actor  # type: ignore[attr-defined]
    actions.write_again(actor, member)
    messages.success(request, _("The next mail will be tried again."))
    return redirect("unreachable", slug=slug)
