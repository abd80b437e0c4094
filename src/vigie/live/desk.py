"""What live sessions lay on the team's desk."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from vigie.communities.access import Actor, Can, Role
from vigie.communities.desk import Figure, Lately, Meeting, Part, Waiting
from vigie.core.addresses import address
from vigie.live.protocol.state import Phase
from vigie.live.queries.sessions import Listed, desk_sessions
from vigie.shell import formats

#: What a plan lacks is said so long before, and is late on the last day.
AHEAD, LAST = timedelta(days=14), timedelta(days=1)
#: A room that is open for so long after its hour has been forgotten.
FORGOTTEN = timedelta(minutes=30)


def sessions_part(actor: Actor, at: datetime) -> Part:
    """Four reads, five for a manager."""
    rows, coverage = desk_sessions(actor, at)
    plans = actor.can(Can.SCHEDULE_ROOM)
    ahead = [one for one in rows if not one.over]
    figures: tuple[Figure, ...] = ()
    if coverage:
        words = _("%(invited)s members of %(members)s were invited within twelve months") % {
            "invited": formats.number(coverage.invited),
            "members": formats.number(coverage.members),
        }
        figures = (Figure(_("Invited to a session"), words, coverage.invited, coverage.members),)
    return Part(
        waiting=tuple(waits for one in rows for waits in _waiting(actor, one, at) if plans),
        coming=tuple(_meeting(actor, one, at) for one in ahead),
        lately=tuple(
            Lately(
                one.title,
                _("%(day)s: %(came)s came of %(invited)s")
                % {"day": formats.day(one.starts_at, one.time_zone), "came": one.admitted, "invited": one.invited},
                address("live:transcript", slug=actor.community.slug, code=one.code),
            )
            for one in reversed(rows)
            if one.phase is Phase.CLOSED and one.opened_at
        ),
        figures=figures,
    )


def _door(actor: Actor, one: Listed) -> str:
    if one.duty and one.phase in {Phase.WAITING, Phase.LIVE, Phase.CLOSING}:
        return address("live:session", slug=actor.community.slug, code=one.code)
    return ""


def _plan(actor: Actor, one: Listed) -> str:
    """Observers read lists, never plans; a moderator reads the plans of the sessions that they moderate."""
    may = actor.can(Can.SCHEDULE_ROOM) and (actor.role is Role.MANAGER or one.duty == "moderator")
    return address("live:plan", slug=actor.community.slug, code=one.code) if may else ""


def _meeting(actor: Actor, one: Listed, at: datetime) -> Meeting:
    states = {
        Phase.WAITING: (_("Waiting room open"), "door-open"),
        Phase.LIVE: (_("Under way"), "chats-circle"),
        Phase.CLOSING: (_("About to end"), "flag-checkered"),
    }
    state, icon = states.get(one.phase, (_("Planned"), "calendar-dots"))
    door = _door(actor, one)
    invited = ngettext("%(num)s invited", "%(num)s invited", one.invited) % {"num": one.invited}
    facts = [("clock", formats.moment(one.starts_at, one.time_zone)), ("users-three", invited)]
    if one.moderator:
        facts.append(("user-sound", one.moderator))
    planned = one.phase is Phase.PLANNED
    return Meeting(
        title=one.title,
        at=one.starts_at,
        zone=one.time_zone,
        state=state,
        icon=icon,
        href=door or _plan(actor, one),
        action=_("Enter the room") if door else _("Open the plan"),
        facts=tuple(facts),
        until=one.doors_at if planned else None,
        counts=_("The waiting room opens in"),
    )


def _waiting(actor: Actor, one: Listed, at: datetime) -> Iterator[Waiting]:
    if one.phase in {Phase.LIVE, Phase.CLOSING} and at > one.ends_at + FORGOTTEN:
        words = _("It should have ended %(ago)s.") % {"ago": formats.ago(one.ends_at, at)}
        title = _("Close “%(title)s”") % {"title": one.title}
        way = _door(actor, one) or _plan(actor, one)
        if way:
            yield Waiting(title, words, way, _("See the room"), "flag-checkered", one.ends_at, late=True)
        return
    plan = _plan(actor, one)
    if not plan:
        return
    if one.over:
        if one.phase is not Phase.CLOSED:
            words = _("Planned for %(day)s, never opened. Give it another date.") % {
                "day": formats.moment(one.starts_at, one.time_zone)
            }
            title = _("“%(title)s” was not held") % {"title": one.title}
            yield Waiting(title, words, plan, _("Open the plan"), "calendar-dots", one.ends_at, late=True)
        return
    if one.phase not in {Phase.PLANNED, Phase.WAITING} or one.starts_at - at > AHEAD:
        return
    when = _("It begins %(ago)s.") % {"ago": formats.ago(one.starts_at, at)}
    for title, detail, icon in _lacking(one):
        words = f"{detail} {when}".strip()
        yield Waiting(title, words, plan, _("Open the plan"), icon, one.starts_at, late=one.starts_at - at < LAST)


def _lacking(one: Listed) -> Iterator[tuple[str, str, str]]:
    name = {"title": one.title}
    if not one.moderator:
        yield _("Find a moderator for “%(title)s”") % name, _("Nobody leads it."), "user-sound"
    if one.invited < one.min_seats:
        detail = ngettext(
            "%(invited)s invited, %(least)s person needed.",
            "%(invited)s invited, %(least)s people needed.",
            one.min_seats,
        )
        yield (
            _("Give seats in “%(title)s”") % name,
            detail % {"invited": formats.number(one.invited), "least": formats.number(one.min_seats)},
            "user-plus",
        )
    if not one.guide_items:
        yield _("Write the guide of “%(title)s”") % name, "", "list-checks"
