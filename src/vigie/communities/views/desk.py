"""The team's day: what waits, what comes, how the community does."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from vigie.communities.access import Actor, Can, right
from vigie.communities.desk import Desk, desk_of
from vigie.core import clock
from vigie.shell import formats


@right(Can.VIEW_TRANSCRIPT)
@require_safe
def desk_page(request: HttpRequest, slug: str) -> HttpResponse:
    actor: Actor = request.actor  # type: ignore[attr-defined]
    now = clock.now()
    desk = desk_of(actor, now)
    context = {
        "desk": desk,
        "at": now,
        "title": _title(desk),
        "lead": _lead(desk, formats.day(now)),
        "settings": actor.can(Can.EDIT_SETTINGS),
        "history": actor.can(Can.VIEW_HISTORY),
    }
    return render(request, "communities/desk.html", context)


def _title(desk: Desk) -> str:
    if not desk.waiting:
        return _("Nothing waits")
    count = len(desk.waiting)
    return ngettext("One thing waits", "%(count)s things wait", count) % {"count": formats.number(count)}


def _lead(desk: Desk, day: str) -> str:
    today = f"{day[:1].upper()}{day[1:]}"
    if desk.late:
        late = ngettext("one is late", "%(count)s are late", desk.late) % {"count": formats.number(desk.late)}
        return _("%(today)s: %(late)s.") % {"today": today, "late": late}
    return _("%(today)s: nothing is late.") % {"today": today}
