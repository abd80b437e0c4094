"""Which sessions somebody sees, and what lists and plans show of them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from vigie.communities.access import Actor, Role
from vigie.communities.models import Community, Membership
from vigie.core.database import read_moment, select, stored_moment
from vigie.core.errors import NotVisible
from vigie.core.rows import Read, columns, fetch, instance, together
from vigie.live.models import Seat, Session
from vigie.live.protocol.state import Duty, Phase

PAST_PAGE = 12


def phase_at(session: Session, at: datetime) -> Phase:
    """The waiting room opens by the clock; every other phase is written."""
    if session.phase == Phase.PLANNED and at >= session.doors_at:
        return Phase.WAITING
    return Phase(session.phase)


def is_over(session: Session, at: datetime) -> bool:
    """Closed, or never opened within its own time."""
    return session.phase == Phase.CLOSED or (session.phase == Phase.PLANNED and at > session.ends_at)


def seen_by(actor: Actor) -> tuple[str, list[Any]]:
    """The sessions that somebody may know of, as a condition on the sessions called `one`, and its values.

    Managers: all of the community's; other staff: those they have a duty in; members: those they have a seat in.
    """
    if actor.membership is None:
        return "1 = 0", []
    own: list[Any] = [actor.community.pk, actor.membership.pk]
    if actor.role is Role.MANAGER:
        return "one.community_id = %s", own[:1]
    if actor.is_staff:
        # A role that changed since takes the moderator's duty along.
        duties = "" if actor.role is Role.MODERATOR else f"AND duty.duty = '{Duty.OBSERVER.value}' "
        return f"one.community_id = %s AND {_ON_DUTY} {duties})", own
    seated = "SELECT 1 FROM live_seat seat WHERE seat.session_id = one.id AND seat.membership_id = %s"
    return f"one.community_id = %s AND EXISTS ({seated} AND seat.state <> '{Seat.State.REMOVED.value}')", own


_ON_DUTY = (
    "EXISTS (SELECT 1 FROM live_assignment duty "
    "WHERE duty.session_id = one.id AND duty.membership_id = %s AND duty.withdrawn_at IS NULL"
)


def get_session(actor: Actor, code: str) -> Session:
    """The only door to a session outside its room. Raises `NotVisible`."""
    seen, values = seen_by(actor)
    return _one(actor, code, seen, values)


def get_plan(actor: Actor, code: str) -> Session:
    """A session whose plan the actor may write. Raises `NotVisible`: observers read lists, never plans."""
    if actor.membership is None or actor.role not in {Role.MANAGER, Role.MODERATOR}:
        raise NotVisible(code)
    seen, values = seen_by(actor)
    if actor.role is Role.MODERATOR:
        seen, values = f"{seen} AND {_ON_DUTY} AND duty.duty = %s)", [*values, actor.membership.pk, str(Duty.MODERATOR)]
    return _one(actor, code, seen, values)


def _one(actor: Actor, code: str, seen: str, values: list[Any]) -> Session:
    found = fetch(Session, f"WHERE {seen} AND one.code = %s", [*values, code])
    if not found:
        raise NotVisible(code)
    found[0].community = actor.community
    return found[0]


# Lists -----------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Listed:
    """A session as a list shows it. `duty` is the reader's own: "moderator", "observer", "seat", or ""."""

    code: str
    number: int
    title: str
    agenda: str
    starts_at: datetime
    ends_at: datetime
    doors_at: datetime
    opened_at: datetime | None
    closed_at: datetime | None
    time_zone: str
    minutes: int
    phase: Phase
    over: bool
    invited: int
    admitted: int
    min_seats: int
    observers: int
    moderator: str
    guide_minutes: int
    guide_items: int
    duty: str
    alias: str = ""

    @property
    def held_minutes(self) -> int:
        if self.opened_at is None or self.closed_at is None:
            return 0
        return round((self.closed_at - self.opened_at).total_seconds() / 60)


@dataclass(frozen=True, slots=True)
class Month:
    """First day of a month, sessions held or under way in it, and sessions still to come."""

    first: date
    held: int
    planned: int
    current: bool


@dataclass(frozen=True, slots=True)
class Coverage:
    """How many of the community's active members and experts had a seat within twelve months."""

    invited: int
    members: int


@dataclass(frozen=True, slots=True)
class StaffSessions:
    now: tuple[Listed, ...]
    coming: tuple[Listed, ...]
    past: tuple[Listed, ...]
    page: int
    older: bool
    months: tuple[Month, ...]
    coverage: Coverage | None


@dataclass(slots=True)
class _Counts:
    """What lists count beside a session, read for all of them at once."""

    seats: dict[int, dict[str, int]]
    duties: dict[int, list[tuple[str, int, str]]]
    guides: dict[int, tuple[int, int]]

    def listed(self, session: Session, at: datetime, membership: Membership, alias: str = "") -> Listed:
        seats, duties = self.seats.get(session.id, {}), self.duties.get(session.id, [])
        guide_minutes, guide_items = self.guides.get(session.id, (0, 0))
        mine = [duty for duty, membership_id, _ in duties if membership_id == membership.id]
        admitted = seats.get(Seat.State.ADMITTED.value, 0)
        return Listed(
            code=session.code,
            number=session.number,
            title=session.title,
            agenda=session.agenda,
            starts_at=session.starts_at,
            ends_at=session.ends_at,
            doors_at=session.doors_at,
            opened_at=session.opened_at,
            closed_at=session.closed_at,
            time_zone=session.time_zone,
            minutes=session.minutes,
            phase=phase_at(session, at),
            over=is_over(session, at),
            invited=seats.get(Seat.State.INVITED.value, 0) + admitted,
            admitted=admitted,
            min_seats=session.min_seats,
            observers=sum(duty == Duty.OBSERVER for duty, _, _ in duties),
            moderator=next((name for duty, _, name in duties if duty == Duty.MODERATOR), ""),
            guide_minutes=guide_minutes,
            guide_items=guide_items,
            duty="seat" if alias else next(iter(mine), ""),
            alias=alias,
        )


def _counts(session_ids: Iterable[int], *, guides: bool) -> _Counts:
    ids = list(session_ids)
    counts = _Counts({}, {}, {})
    if not ids:
        return counts
    these = f"session_id IN ({', '.join(['%s'] * len(ids))})"
    reads = [
        Read(("session_id", "state", "COUNT(*)"), f"FROM live_seat WHERE {these} GROUP BY session_id, state", ids),
        Read(
            ("duty.session_id", "duty.duty", "duty.membership_id", "member.pseudonym"),
            "FROM live_assignment duty JOIN communities_membership member ON member.id = duty.membership_id "
            f"WHERE duty.{these} AND duty.withdrawn_at IS NULL ORDER BY duty.id",
            ids,
        ),
    ]
    if guides:
        lengths = ("session_id", "SUM(minutes)", "COUNT(*)")
        reads.append(Read(lengths, f"FROM live_guideitem WHERE {these} GROUP BY session_id", ids))
    seats, duties, *guide = together(*reads)
    for session_id, state, count in seats:
        counts.seats.setdefault(session_id, {})[state] = count
    for session_id, duty, membership_id, name in duties:
        counts.duties.setdefault(session_id, []).append((duty, membership_id, name))
    if guide:
        counts.guides = {session_id: (minutes, items) for session_id, minutes, items in guide[0]}
    return counts


def staff_sessions(actor: Actor, at: datetime, page: int = 1) -> StaffSessions:
    """Five reads for a manager, four for the others, whatever the number of sessions."""
    membership = actor.membership
    if membership is None or not actor.is_staff:
        raise NotVisible(actor.community.slug)
    seen, values = seen_by(actor)
    planned, closed = Phase.PLANNED.value, Phase.CLOSED.value
    # A session never opened is over when its time is: none lasts more than eight hours.
    ahead = fetch(
        Session,
        f"WHERE {seen} AND one.phase <> '{closed}' AND (one.starts_at >= %s OR one.phase <> '{planned}') "
        "ORDER BY one.starts_at, one.id",
        [*values, stored_moment(at - timedelta(hours=8))],
    )
    behind = fetch(
        Session,
        f"WHERE {seen} AND (one.phase = '{closed}' OR (one.phase = '{planned}' AND one.starts_at < %s)) "
        "ORDER BY one.starts_at DESC, one.id DESC LIMIT %s OFFSET %s",
        [*values, stored_moment(at), PAST_PAGE + 1, (page - 1) * PAST_PAGE],
    )
    counts = _counts({session.id for session in (*ahead, *behind)}, guides=True)
    rows = [counts.listed(session, at, membership) for session in ahead]
    year = _Year(actor.community, at)
    return StaffSessions(
        now=tuple(one for one in rows if not one.over and one.phase is not Phase.PLANNED),
        coming=tuple(one for one in rows if one.phase is Phase.PLANNED),
        # Those that wait or are late at this minute stand above, not here: such a page is shorter by them.
        past=tuple(counts.listed(session, at, membership) for session in behind[:PAST_PAGE] if is_over(session, at)),
        page=page,
        older=len(behind) > PAST_PAGE,
        months=year.months(actor),
        coverage=year.coverage() if actor.role is Role.MANAGER else None,
    )


def desk_sessions(actor: Actor, at: datetime) -> tuple[list[Listed], Coverage | None]:
    """What is under way or to come, what was missed within two weeks, what was held within one; the earliest first."""
    membership = actor.membership
    if membership is None or not actor.is_staff:
        raise NotVisible(actor.community.slug)
    seen, values = seen_by(actor)
    planned, closed = Phase.PLANNED.value, Phase.CLOSED.value
    found = fetch(
        Session,
        f"WHERE {seen} AND (one.phase <> '{closed}' OR one.closed_at >= %s) "
        f"AND (one.phase <> '{planned}' OR one.starts_at >= %s) ORDER BY one.starts_at, one.id LIMIT 60",
        [*values, stored_moment(at - timedelta(days=7)), stored_moment(at - timedelta(days=14))],
    )
    counts = _counts([session.id for session in found], guides=True)
    coverage = _Year(actor.community, at).coverage() if actor.role is Role.MANAGER else None
    return [counts.listed(session, at, membership) for session in found], coverage


class _Year:
    """The last twelve months of a community, this one included, in its zone."""

    def __init__(self, community: Community, at: datetime) -> None:
        self.community, self.at, self.zone = community, at, ZoneInfo(community.time_zone)
        today = at.astimezone(self.zone).date()
        months = today.year * 12 + today.month - 1
        self.firsts = [date(number // 12, number % 12 + 1, 1) for number in range(months - 11, months + 2)]
        ends = (datetime(day.year, day.month, 1, tzinfo=self.zone) for day in (self.firsts[0], self.firsts[-1]))
        self.within = [stored_moment(end) for end in ends]

    def months(self, actor: Actor) -> tuple[Month, ...]:
        seen, values = seen_by(actor)
        rows = select(
            f"SELECT one.starts_at, one.opened_at FROM live_session one WHERE {seen} "  # noqa: S608
            "AND one.starts_at >= %s AND one.starts_at < %s",
            [*values, *self.within],
        )
        held: dict[tuple[int, int], int] = {}
        planned: dict[tuple[int, int], int] = {}
        for start, opened in rows:
            starts_at = read_moment(start)
            local = starts_at.astimezone(self.zone)
            counts = held if opened else planned
            if opened or starts_at > self.at:
                counts[local.year, local.month] = counts.get((local.year, local.month), 0) + 1
        return tuple(
            Month(
                day, held.get((day.year, day.month), 0), planned.get((day.year, day.month), 0), day == self.firsts[-2]
            )
            for day in self.firsts[:-1]
        )

    def coverage(self) -> Coverage:
        """Of all the community's sessions: for those who see them all."""
        roles = f"'{Role.MEMBER.value}', '{Role.EXPERT.value}'"
        invited, members = select(
            "SELECT COUNT(CASE WHEN EXISTS (SELECT 1 FROM live_seat seat "  # noqa: S608
            "JOIN live_session one ON one.id = seat.session_id WHERE seat.membership_id = member.id "
            f"AND seat.state <> '{Seat.State.REMOVED.value}' AND one.starts_at >= %s AND one.starts_at < %s) "
            "THEN 1 END), COUNT(*) FROM communities_membership member WHERE member.community_id = %s "
            f"AND member.status = '{Membership.Status.ACTIVE.value}' AND member.role IN ({roles})",
            [*self.within, self.community.pk],
        )[0]
        return Coverage(invited, members)


@dataclass(frozen=True, slots=True)
class MemberHome:
    """A member's own sessions. `next` has its doors open or comes first."""

    next: Listed | None
    coming: tuple[Listed, ...]
    past: tuple[Listed, ...]


def member_home(actor: Actor, at: datetime) -> MemberHome:
    """Two reads."""
    membership = actor.membership
    if membership is None:
        raise NotVisible(actor.community.slug)
    seats = select(
        f"SELECT seat.alias, {columns(Session, 'one')} FROM live_seat seat JOIN live_session one "  # noqa: S608
        "ON one.id = seat.session_id WHERE seat.membership_id = %s AND one.community_id = %s "
        f"AND seat.state <> '{Seat.State.REMOVED.value}' ORDER BY one.starts_at DESC, one.id DESC LIMIT 30",
        [membership.pk, actor.community.pk],
    )
    sessions = [(instance(Session, session), alias) for alias, *session in seats]
    counts = _counts([session.id for session, _ in sessions], guides=False)
    rows = [counts.listed(session, at, membership, alias) for session, alias in sessions]
    coming = [one for one in reversed(rows) if not one.over]
    past = tuple(one for one in rows if one.over)[:6]
    return MemberHome(coming[0] if coming else None, tuple(coming[1:]), past)
