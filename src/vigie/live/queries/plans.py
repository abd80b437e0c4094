"""What the page of a plan shows: who sits, who leads, who watches, the guide, and who may still be chosen."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Q
from django_scopes import scope

from vigie.communities.access import Role
from vigie.communities.models import Membership
from vigie.live import log
from vigie.live.models import Assignment, GuideItem, Line, Seat, Session, SideLine
from vigie.live.protocol.state import Duty, ItemKind, Phase
from vigie.live.queries.sessions import phase_at


@dataclass(frozen=True, slots=True)
class SeatRow:
    code: str
    alias: str
    pseudonym: str
    flag: str
    state: str


@dataclass(frozen=True, slots=True)
class DutyRow:
    code: str
    duty: Duty
    name: str
    title: str
    membership_id: int


@dataclass(frozen=True, slots=True)
class GuideRow:
    """`sent`: participants have read it, or the moderator has; it no longer changes."""

    code: str
    kind: ItemKind
    number: int
    text: str
    minutes: int
    must_ask: bool
    sent: bool
    may_rise: bool
    may_sink: bool


@dataclass(frozen=True, slots=True)
class Candidate:
    """Somebody who may be chosen. `seats` is how many sessions they were given a seat in."""

    public_id: str
    pseudonym: str
    title: str = ""
    seats: int = 0


@dataclass(frozen=True, slots=True)
class PlanView:
    session: Session
    phase: Phase
    seats: tuple[SeatRow, ...]
    moderators: tuple[DutyRow, ...]
    observers: tuple[DutyRow, ...]
    guide: tuple[GuideRow, ...]
    may_sit: tuple[Candidate, ...]
    may_moderate: tuple[Candidate, ...]
    may_observe: tuple[Candidate, ...]

    @property
    def minutes(self) -> int:
        return sum(item.minutes for item in self.guide)


def plan_view(session: Session, at: datetime) -> PlanView:
    """Seven queries, whatever the number of seats and items."""
    community = session.community
    with scope(community=community):
        seats = list(Seat.objects.filter(session=session).select_related("membership").order_by("id"))
        duties = list(Assignment.ever.filter(session=session).select_related("membership").order_by("id"))
        guide = list(GuideItem.objects.filter(session=session).order_by("position", "id"))
        sent = set(Line.objects.filter(session=session, kind="launched").values_list("item", flat=True))
        reached = SideLine.objects.filter(log__session=session, kind="instruction")
        sent |= set(reached.values_list("item", flat=True))
        given = Seat.objects.exclude(state=Seat.State.REMOVED).values("membership_id").order_by()
        times = dict(given.annotate(times=Count("id")).values_list("membership_id", "times"))
        people = list(
            Membership.objects.filter(status=Membership.Status.ACTIVE)
            .filter(Q(expires_at=None) | Q(expires_at__gt=at))
            .exclude(role=Role.CANDIDATE)
            .values_list("id", "public_id", "pseudonym", "title", "role")
        )
    seated = {seat.membership_id: seat.state for seat in seats}
    busy = {duty.membership_id: duty.withdrawn_at is None for duty in duties}
    cards = log.seat_cards(
        (seat.code, seat.alias, seat.flag_seed, seat.membership.pseudonym, seat.membership_id, seat.state)
        for seat in seats
    )
    may_sit: list[Candidate] = []
    may_moderate: list[Candidate] = []
    may_observe: list[Candidate] = []
    for membership_id, public_id, pseudonym, title, role in people:
        candidate = Candidate(public_id, pseudonym, title, times.get(membership_id, 0))
        if role in {Role.MEMBER, Role.EXPERT}:
            if membership_id not in busy and seated.get(membership_id, Seat.State.REMOVED) == Seat.State.REMOVED:
                may_sit.append(candidate)
        elif membership_id not in seated and not busy.get(membership_id):
            (may_moderate if role == Role.MODERATOR else may_observe).append(candidate)
    rows = [
        DutyRow(
            duty.code,
            Duty(duty.duty),
            duty.membership.pseudonym,
            duty.membership.title,
            duty.membership_id,
        )
        for duty in duties
        if duty.withdrawn_at is None
    ]
    return PlanView(
        session=session,
        phase=phase_at(session, at),
        seats=tuple(
            SeatRow(seat.code, seat.alias, seat.membership.pseudonym, cards[seat.code].flag, seat.state)
            for seat in seats
        ),
        moderators=tuple(row for row in rows if row.duty is Duty.MODERATOR),
        observers=tuple(row for row in rows if row.duty is Duty.OBSERVER),
        guide=_guide_rows(guide, sent),
        # Those who had the fewest seats come first: everybody's turn comes.
        may_sit=tuple(sorted(may_sit, key=lambda one: (one.seats, one.pseudonym.casefold()))),
        may_moderate=tuple(sorted(may_moderate, key=lambda one: one.pseudonym.casefold())),
        may_observe=tuple(sorted(may_observe, key=lambda one: one.pseudonym.casefold())),
    )


def _guide_rows(guide: Sequence[GuideItem], sent: set[str]) -> tuple[GuideRow, ...]:
    fixed = [item.code in sent for item in guide]
    rows = []
    for place, (item, card) in enumerate(
        zip(
            guide,
            log.guide_cards((item.code, item.kind, item.text, item.minutes, item.must_ask) for item in guide),
            strict=True,
        )
    ):
        rows.append(
            GuideRow(
                item.code,
                card.kind,
                card.number,
                item.text,
                item.minutes,
                item.must_ask,
                fixed[place],
                place > 0 and not fixed[place] and not fixed[place - 1],
                place < len(guide) - 1 and not fixed[place] and not fixed[place + 1],
            )
        )
    return tuple(rows)
