"""What is decided before a session: date, seats, duties, guide. Settings and seats may change until it is closed.

Each write is one transaction that begins with the same conditional update, so that a closed session no longer
changes and two writers of one plan take turns, on SQLite and PostgreSQL alike.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime
from functools import partial
from random import SystemRandom
from typing import Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.db import IntegrityError, transaction
from django.db.models import F, Max
from django.utils.translation import gettext_lazy as _
from django_scopes import scope

from vigie.accounts.actions import tick_revocations
from vigie.communities.access import Actor, Can, Role
from vigie.communities.models import Membership
from vigie.core import clock
from vigie.core.errors import NotVisible, Refused
from vigie.core.text import blank, unstorable
from vigie.facts.actions import emit
from vigie.live import facts, hints
from vigie.live.aliases import draw_alias
from vigie.live.models import Assignment, GuideItem, Line, Seat, Session, SideLine
from vigie.live.protocol.state import Duty, ItemKind, Phase

#: Settings that a plan may change.
SETTINGS = frozenset(
    {
        "title",
        "agenda",
        "starts_at",
        "time_zone",
        "minutes",
        "doors_minutes",
        "min_seats",
        "max_seats",
        "answer_limit",
        "pace_seconds",
    }
)
TRIES = 20


# The session -----------------------------------------------------------------


def plan_session(
    actor: Actor,
    *,
    title: str,
    agenda: str,
    starts_at: datetime,
    time_zone: str,
    minutes: int,
    doors_minutes: int = 10,
    min_seats: int = 8,
    max_seats: int = 16,
    answer_limit: int = 2000,
    pace_seconds: float = 1.0,
) -> Session:
    """The community's next session. A moderator who plans one moderates it, and so goes on seeing it."""
    planner = actor.need(Can.SCHEDULE_ROOM)
    session = Session(
        community=actor.community,
        title=title.strip(),
        agenda=agenda.strip(),
        starts_at=starts_at,
        time_zone=time_zone,
        minutes=minutes,
        doors_minutes=doors_minutes,
        min_seats=min_seats,
        max_seats=max_seats,
        answer_limit=answer_limit,
        pace_seconds=pace_seconds,
    )
    _check_settings(session)
    with transaction.atomic(), scope(community=actor.community):
        _with_next_number(session)
        emit(facts.SessionPlanned(community=session.community_id, actor=planner.id, session=session.id))
        if actor.role is Role.MODERATOR:
            _assign(session, planner, Duty.MODERATOR, planner.id)
    return session


def _with_next_number(session: Session) -> None:
    """Two sessions planned at once ask for one number: the unique constraint refuses the second, who takes the next."""
    for attempt in range(TRIES):
        last = Session.objects.aggregate(last=Max("number"))["last"] or 0
        session.number = last + 1
        try:
            with transaction.atomic():
                session.save(force_insert=True)
        except IntegrityError:
            if attempt == TRIES - 1:
                raise
        else:
            return


def change_session(session: Session, *, actor: Actor | None = None, **changes: object) -> Session:
    """Set some of `SETTINGS`; the rest stays. `TypeError` for any other name."""
    if unknown := sorted(changes.keys() - SETTINGS):
        raise TypeError(f"not a setting of a session: {', '.join(unknown)}")
    planner = _planner(session, actor, Can.SCHEDULE_ROOM)
    with _writing(session):
        fresh = Session.objects.get(id=session.id)
        for name, value in changes.items():
            setattr(fresh, name, value.strip() if isinstance(value, str) else value)
        _check_settings(fresh)
        fresh.save(update_fields=[*changes])
        _emit_changed(fresh, planner)
    for name in changes:
        setattr(session, name, getattr(fresh, name))
    return session


def _check_settings(session: Session) -> None:
    if unstorable(session.title + session.agenda):
        raise Refused("unstorable", _("This text contains a character that cannot be kept."))
    if blank(session.title):
        raise Refused("no_title", _("Give the session a title."))
    if len(session.title) > 80:
        raise Refused("title_too_long", _("The title is too long: 80 characters at most."))
    if len(session.agenda) > 2000:
        raise Refused("agenda_too_long", _("The agenda is too long: 2,000 characters at most."))
    try:
        ZoneInfo(session.time_zone)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise Refused("no_such_zone", _("This time zone does not exist.")) from None
    if not 5 <= session.minutes <= 480:
        raise Refused("bad_length", _("A session lasts from 5 minutes to 8 hours."))
    if not 0 <= session.doors_minutes <= 30:
        raise Refused("bad_doors", _("The waiting room opens at most 30 minutes before."))
    if not 1 <= session.min_seats <= session.max_seats <= 500:
        raise Refused("bad_seats", _("The minimum is at least 1 and not above the maximum."))
    if not 1 <= session.answer_limit <= 10_000 or not 0 <= session.pace_seconds <= 60:
        raise Refused("bad_limits", _("These limits on messages cannot be kept."))


# People ----------------------------------------------------------------------


def give_seat(
    session: Session, membership: Membership, *, alias: str | None = None, actor: Actor | None = None
) -> Seat:
    """A participant's place, under a name drawn for this session alone. A seat taken back is given again as it was."""
    giver = _planner(session, actor, Can.INVITE_TO_ROOM)
    _check_person(session, membership)
    if membership.role not in {Role.MEMBER, Role.EXPERT}:
        raise Refused("not_a_member", _("Only members and experts take a seat."))
    with _writing(session):
        if Assignment.ever.filter(session=session, membership=membership).exists():
            raise Refused("has_duty", _("This person moderates or observes this session: they take no seat in it."))
        seat = Seat.objects.filter(session=session, membership=membership).first()
        if seat is None:
            seat = _new_seat(session, membership, alias)
        else:
            _give_again(seat, membership, alias)
        emit(
            facts.SeatGiven(
                community=session.community_id,
                actor=giver,
                session=session.id,
                seat=seat.code,
                membership=membership.id,
            )
        )
    return seat


def give_seats(session: Session, memberships: Iterable[Membership], *, actor: Actor | None = None) -> list[Seat]:
    """All or none, in an order drawn at random: rows must not tell who was thought of first."""
    people = list(memberships)
    SystemRandom().shuffle(people)
    with transaction.atomic():
        return [give_seat(session, membership, actor=actor) for membership in people]


def _new_seat(session: Session, membership: Membership, alias: str | None) -> Seat:
    used = set(Seat.objects.filter(session=session).values_list("alias", flat=True))
    pseudonyms = set(Membership.objects.values_list("pseudonym", flat=True))
    language = session.community.language
    for attempt in range(TRIES):
        name = draw_alias(language, pseudonym=membership.pseudonym, used=used, pseudonyms=pseudonyms)
        if alias is not None:
            name = _checked_alias(alias, membership, used)
        try:
            with transaction.atomic():
                return Seat.objects.create(session=session, membership=membership, alias=name)
        except IntegrityError:
            if attempt == TRIES - 1:
                raise
            used = set(Seat.objects.filter(session=session).values_list("alias", flat=True))
    raise AssertionError("unreachable")


def _give_again(seat: Seat, membership: Membership, alias: str | None) -> None:
    if seat.state != Seat.State.REMOVED:
        raise Refused("already_invited", _("This person already has a seat in this session."))
    if Line.objects.filter(session=seat.session_id, kind="removed", item=seat.code).exists():
        raise Refused("was_removed", _("This person was removed from the session by its moderator."))
    if alias is not None and alias != seat.alias:
        others = Seat.objects.filter(session=seat.session_id).exclude(id=seat.id)
        seat.alias = _checked_alias(alias, membership, set(others.values_list("alias", flat=True)))
    seat.state = Seat.State.INVITED
    seat.save(update_fields=["alias", "state"])


def _checked_alias(alias: str, membership: Membership, used: set[str]) -> str:
    alias = alias.strip()
    if unstorable(alias) or blank(alias) or len(alias) > 40:
        raise Refused("bad_alias", _("A name for the session has 1 to 40 characters."))
    if alias.casefold() == membership.pseudonym.casefold():
        raise Refused("alias_is_pseudonym", _("The name for the session must differ from the pseudonym."))
    if alias.casefold() in {name.casefold() for name in used}:
        raise Refused("alias_taken", _("Somebody already has this name in this session."))
    return alias


def take_seat_back(seat: Seat, *, actor: Actor | None = None) -> None:
    """From somebody who has not come in yet. Takes effect on an open waiting room within two seconds."""
    session = seat.session
    taker = _planner(session, actor, Can.INVITE_TO_ROOM)
    with _writing(session):
        invited = Seat.objects.filter(id=seat.id, state=Seat.State.INVITED)
        if not invited.update(state=Seat.State.REMOVED):
            if Seat.objects.filter(id=seat.id, state=Seat.State.ADMITTED).exists():
                raise Refused("already_in", _("This person is already in the room: its moderator can remove them."))
            raise Refused("already_gone", _("This seat was already taken back."))
        tick_revocations()
        emit(
            facts.SeatTakenBack(
                community=session.community_id,
                actor=taker,
                session=session.id,
                seat=seat.code,
                membership=seat.membership_id,
            )
        )
    seat.state = Seat.State.REMOVED


#: Which roles may take which duty.
ROLES: dict[Duty, frozenset[Role]] = {
    Duty.MODERATOR: frozenset({Role.MODERATOR}),
    Duty.OBSERVER: frozenset({Role.OBSERVER, Role.MANAGER}),
}


def assign(session: Session, membership: Membership, duty: Duty, *, actor: Actor | None = None) -> Assignment:
    """Nobody who holds or held a seat in the session may ever moderate or observe it."""
    giver = _planner(session, actor, Can.SCHEDULE_ROOM)
    return _assign(session, membership, Duty(duty), giver)


def _assign(session: Session, membership: Membership, duty: Duty, giver: int | None) -> Assignment:
    _check_person(session, membership)
    if Role(membership.role) not in ROLES[duty]:
        if duty is Duty.MODERATOR:
            raise Refused("not_a_moderator", _("Only a moderator of this community can moderate."))
        raise Refused("not_an_observer", _("Only observers and managers can observe."))
    with _writing(session):
        if Seat.objects.filter(session=session, membership=membership).exists():
            raise Refused("had_seat", _("This person has or had a seat in this session: they take no duty in it."))
        assignment = Assignment.ever.filter(session=session, membership=membership).first()
        if assignment is None:
            assignment = Assignment.objects.create(session=session, membership=membership, duty=duty)
        elif assignment.withdrawn_at is None:
            raise Refused("has_duty", _("This person already has a duty in this session."))
        else:
            assignment.duty, assignment.withdrawn_at = duty, None
            Assignment.ever.filter(id=assignment.id).update(duty=duty, withdrawn_at=None)
        emit(
            facts.DutyAssigned(
                community=session.community_id,
                actor=giver,
                session=session.id,
                assignment=assignment.code,
                membership=membership.id,
                duty=duty,
            )
        )
    return assignment


def withdraw(assignment: Assignment, *, actor: Actor | None = None) -> None:
    """Takes effect on open sockets, the confidential ones included, within two seconds."""
    session = assignment.session
    taker = _planner(session, actor, Can.SCHEDULE_ROOM)
    with _writing(session):
        now = clock.now()
        if not Assignment.objects.filter(id=assignment.id).update(withdrawn_at=now):
            raise Refused("already_gone", _("This duty was already withdrawn."))
        tick_revocations()
        emit(
            facts.DutyWithdrawn(
                community=session.community_id,
                actor=taker,
                session=session.id,
                assignment=assignment.code,
                membership=assignment.membership_id,
                duty=assignment.duty,
            )
        )
    assignment.withdrawn_at = now


# The guide -------------------------------------------------------------------


def add_guide_item(
    session: Session,
    *,
    kind: ItemKind,
    text: str,
    minutes: int = 0,
    must_ask: bool = False,
    actor: Actor | None = None,
) -> GuideItem:
    """At the end of the guide."""
    planner = _planner(session, actor, Can.SCHEDULE_ROOM)
    text = _checked_text(text, minutes)
    with _writing(session):
        last = GuideItem.objects.filter(session=session).aggregate(last=Max("position"))["last"] or 0
        item = GuideItem.objects.create(
            session=session,
            position=last + 1,
            kind=ItemKind(kind),
            text=text,
            minutes=minutes,
            must_ask=must_ask,
        )
        _emit_changed(session, planner)
    return item


def edit_guide_item(
    item: GuideItem, *, text: str, minutes: int = 0, must_ask: bool = False, actor: Actor | None = None
) -> None:
    planner = _planner(item.session, actor, Can.SCHEDULE_ROOM)
    text = _checked_text(text, minutes)
    with _writing(item.session):
        _need_unsent(item)
        item.text, item.minutes, item.must_ask = text, minutes, must_ask
        item.save(update_fields=["text", "minutes", "must_ask"])
        _emit_changed(item.session, planner)


def move_guide_item(item: GuideItem, direction: Literal["up", "down"], *, actor: Actor | None = None) -> None:
    """One place up or down; at the end of the guide, nothing moves. What was sent keeps its place and its number."""
    planner = _planner(item.session, actor, Can.SCHEDULE_ROOM)
    with _writing(item.session):
        _need_unsent(item)
        guide = list(GuideItem.objects.filter(session=item.session_id).order_by("position", "id"))
        here = next(place for place, one in enumerate(guide) if one.id == item.id)
        there = here - 1 if direction == "up" else here + 1
        if not 0 <= there < len(guide):
            return
        _need_unsent(guide[there])
        guide[here], guide[there] = guide[there], guide[here]
        for position, one in enumerate(guide, 1):
            if one.position != position:
                GuideItem.objects.filter(id=one.id).update(position=position)
        item.position = there + 1
        _emit_changed(item.session, planner)


def remove_guide_item(item: GuideItem, *, actor: Actor | None = None) -> None:
    planner = _planner(item.session, actor, Can.SCHEDULE_ROOM)
    with _writing(item.session):
        _need_unsent(item)
        after = GuideItem.objects.filter(session=item.session_id, position__gt=item.position, kind=ItemKind.QUESTION)
        if item.kind == ItemKind.QUESTION and _sent(item.session, [one.code for one in after]):
            raise Refused("numbered", _("A later question was already sent with its number: this one stays."))
        GuideItem.objects.filter(id=item.id).delete()
        _emit_changed(item.session, planner)


def _checked_text(text: str, minutes: int) -> str:
    text = text.strip()
    if unstorable(text):
        raise Refused("unstorable", _("This text contains a character that cannot be kept."))
    if blank(text):
        raise Refused("empty", _("Write what will be read."))
    if len(text) > 2000:
        raise Refused("too_long", _("This text is too long: 2,000 characters at most."))
    if not 0 <= minutes <= 240:
        raise Refused("bad_minutes", _("From 0 to 240 minutes."))
    return text


def _need_unsent(item: GuideItem) -> None:
    if not GuideItem.objects.filter(id=item.id).exists():
        raise Refused("gone", _("This item is no longer in the guide."))
    if _sent(item.session, [item.code]):
        raise Refused("launched", _("This item was already sent: it stays as it was read."))


def _sent(session: Session, codes: list[str]) -> bool:
    launched = Line.objects.filter(session=session, kind="launched", item__in=codes)
    reached = SideLine.objects.filter(log__session=session, kind="instruction", item__in=codes)
    return launched.exists() or reached.exists()


# What all share --------------------------------------------------------------


def _planner(session: Session, actor: Actor | None, right: Can) -> int | None:
    """Who plans, for the record; None for the installation's own commands.

    A manager plans every session of the community, a moderator those that they moderate.
    """
    if actor is None:
        return None
    membership = actor.need(right)
    if actor.community.id != session.community_id:
        raise NotVisible(session.code)
    if actor.role is Role.MODERATOR:
        with scope(community=session.community_id):
            if not Assignment.objects.filter(session=session, membership=membership, duty=Duty.MODERATOR).exists():
                raise NotVisible(session.code)
    return membership.id


def _check_person(session: Session, membership: Membership) -> None:
    if membership.community_id != session.community_id or not membership.is_active(clock.now()):
        raise Refused("not_here", _("This person is not an active member of this community."))


@contextmanager
def _writing(session: Session) -> Iterator[None]:
    """One transaction on one plan: refused once the session is closed; after commit, open rooms read the plan again.

    The update changes nothing: it asks whether the session is still open, and makes other writers wait for the answer.
    """
    with transaction.atomic(), scope(community=session.community_id):
        if not Session.objects.filter(id=session.id).exclude(phase=Phase.CLOSED).update(number=F("number")):
            raise Refused("closed", _("This session is closed: its plan no longer changes."))
        yield
        transaction.on_commit(partial(hints.plan_changed, session.id))


def _emit_changed(session: Session, planner: int | None) -> None:
    items = GuideItem.objects.filter(session=session).count()
    emit(facts.SessionChanged(community=session.community_id, actor=planner, session=session.id, items=items))
