"""Lists of sessions: a member's home, and the team's."""

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from vigie.communities.access import Actor, Can, right
from vigie.core import clock
from vigie.core.addresses import address
from vigie.live.protocol.state import Phase
from vigie.live.queries.sessions import Listed, MemberHome, StaffSessions, member_home, staff_sessions
from vigie.shell import formats


@right(Can.VIEW_MEMBER_AREA)
@require_safe
def home_page(request: HttpRequest, slug: str) -> HttpResponse:
    actor: Actor = request.actor  # type: ignore[attr-defined]
    if actor.is_staff:
        return redirect("desk", slug=slug)
    now = clock.now()
    home = member_home(actor, now)
    return render(
        request,
        "live/sessions/home.html",
        {
            "home": home,
            "at": now,
            "headline": member_headline(home, now),
            "observed": observed(actor),
            "own_time": own_time,
            "door": door,
        },
    )


@right(Can.VIEW_TRANSCRIPT)
@require_safe
def sessions_page(request: HttpRequest, slug: str) -> HttpResponse:
    actor: Actor = request.actor  # type: ignore[attr-defined]
    now = clock.now()
    sessions = staff_sessions(actor, now, page_number(request))
    context: dict[str, Any] = {
        "sessions": sessions,
        "at": now,
        "title": staff_title(sessions, now),
        "lead": staff_lead(sessions, now, actor),
        "months": month_marks(sessions),
        "plans": actor.can(Can.SCHEDULE_ROOM),
        "own_time": own_time,
        "door": door,
    }
    return render(request, "live/sessions/list.html", context)


def page_number(request: HttpRequest) -> int:
    """The page asked for, 1 for anything that is not one."""
    asked = request.GET.get("page", "")
    return min(max(int(asked), 1), 100_000) if asked.isascii() and asked.isdigit() and len(asked) < 7 else 1


def observed(actor: Actor) -> str:
    """Always this sentence: neither a number, nor a name, nor whether anybody is there today."""
    return _("%(brand)s’s team follows this meeting without taking part.") % {"brand": actor.community.brand}


# What the page found -----------------------------------------------------------


def spelled(count: int) -> str:
    """Small numbers as words, in the body of a title."""
    words = (
        "",
        "",
        _("two"),
        _("three"),
        _("four"),
        _("five"),
        _("six"),
        _("seven"),
        _("eight"),
        _("nine"),
        _("ten"),
        _("eleven"),
        _("twelve"),
    )
    return words[count] if 2 <= count < len(words) else formats.number(count)


def minutes_until(moment: datetime, at: datetime) -> int:
    return max(0, -(-int((moment - at).total_seconds()) // 60))


def staff_title(sessions: StaffSessions, at: datetime) -> str:
    """Days and hours are the reader's; each row below says the session's own where they differ."""
    for one in sessions.now:
        if one.phase in {Phase.LIVE, Phase.CLOSING}:
            return _("“%(title)s” is under way") % {"title": one.title}
    if sessions.now:
        left = minutes_until(sessions.now[0].starts_at, at)
        if not left:
            return _("A room is waiting to be opened")
        return ngettext("A room opens in one minute", "A room opens in %(count)s minutes", left) % {
            "count": spelled(left)
        }
    if sessions.coming:
        one = sessions.coming[0]
        days = formats.days_between(one.starts_at, at)
        if days == 0:
            return _("A session is due today at %(hour)s") % {"hour": formats.hour(one.starts_at)}
        if days == 1:
            return _("A session is due tomorrow")
        return _("The next session is in %(count)s days") % {"count": spelled(days)}
    return _("No session is planned")


def staff_lead(sessions: StaffSessions, at: datetime, actor: Actor) -> str:
    if sessions.now:
        one = sessions.now[0]
        came = ngettext("One person is in", "%(count)s people are in", one.admitted) % {"count": spelled(one.admitted)}
        if not one.admitted:
            came = _("Nobody is in yet")
        return _("%(now)s. %(came)s, %(invited)s are invited.") % {
            "now": capitalised(formats.moment(at, actor.community.time_zone)),
            "came": capitalised(came),
            "invited": formats.number(one.invited),
        }
    if sessions.coming:
        one = sessions.coming[0]
        return _("%(title)s, %(when)s.") % {
            "title": one.title,
            "when": formats.moment(one.starts_at),
        }
    return _("A title, a date and a guide are enough to begin.") if actor.can(Can.SCHEDULE_ROOM) else ""


def capitalised(words: str) -> str:
    return words[:1].upper() + words[1:]


def month_marks(sessions: StaffSessions) -> list[dict[str, Any]]:
    """One mast a month. The year stands under the first, and under each January."""
    marks = []
    for place, month in enumerate(sessions.months):
        # Noon of a day inside the month, so that no zone can push it out.
        inside = datetime(month.first.year, month.first.month, 15, 12, tzinfo=ZoneInfo("UTC"))
        marks.append(
            {
                "label": formats.short_month(inside, "UTC"),
                "year": month.first.year if not place or month.first.month == 1 else "",
                "held": month.held,
                "planned": month.planned,
                "now": month.current,
                "words": month_words(formats.month(inside, "UTC"), month.held, month.planned),
            }
        )
    return marks


def month_words(name: str, held: int, planned: int) -> str:
    """What the masts and their figures show, as a sentence."""
    total = held + planned
    if not total:
        return _("%(month)s: no session") % {"month": name}
    values = {"month": name, "count": formats.number(total), "planned": formats.number(planned)}
    if not planned:
        return ngettext("%(month)s: one session", "%(month)s: %(count)s sessions", total) % values
    if not held:
        return ngettext("%(month)s: one session planned", "%(month)s: %(count)s sessions planned", total) % values
    return (
        ngettext(
            "%(month)s: %(count)s sessions, one of them planned",
            "%(month)s: %(count)s sessions, %(planned)s of them planned",
            planned,
        )
        % values
    )


def member_headline(home: MemberHome, at: datetime) -> str:
    """The next meeting in a few words, beside its date: on the reader's calendar and clock."""
    one = home.next
    if one is None:
        return ""
    if one.phase in {Phase.LIVE, Phase.CLOSING}:
        return _("It has begun: the room is open.")
    if one.phase is Phase.WAITING:
        left = minutes_until(one.starts_at, at)
        if not left:
            return _("The waiting room is open: it begins in a moment.")
        return ngettext(
            "The waiting room is open. It begins in one minute.",
            "The waiting room is open. It begins in %(count)s minutes.",
            left,
        ) % {"count": spelled(left)}
    hour = formats.hour(one.doors_at)
    if one.starts_at - at < timedelta(hours=1):
        left = minutes_until(one.doors_at, at)
        return ngettext(
            "The waiting room opens in one minute.", "The waiting room opens in %(count)s minutes.", left
        ) % {"count": spelled(left)}
    days = formats.days_between(one.starts_at, at)
    if days == 0:
        return _("It is today. The waiting room opens at %(hour)s.") % {"hour": hour}
    if days == 1:
        return _("It is tomorrow. The waiting room opens at %(hour)s.") % {"hour": hour}
    return _("In %(count)s days. The waiting room opens at %(hour)s.") % {"count": spelled(days), "hour": hour}


def own_time(moment: datetime, zone: str) -> str:
    """The same moment on the reader's clock, "" when both clocks agree."""
    theirs, here = moment.astimezone(timezone.get_current_timezone()), moment.astimezone(ZoneInfo(zone))
    if theirs.utcoffset() == here.utcoffset():
        return ""
    if theirs.date() == here.date():
        return formats.hour(moment)
    return formats.moment(moment)


def door(slug: str, one: Listed) -> str:
    """The room's address for those who may stand at its door now, "" for the rest."""
    may = bool(one.duty) and one.phase in {Phase.WAITING, Phase.LIVE, Phase.CLOSING} and not one.over
    return address("live:session", slug=slug, code=one.code) if may else ""
