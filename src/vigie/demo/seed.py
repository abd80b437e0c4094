"""The demo's community, written through the product's own actions. Running it again repairs what passed."""

from datetime import datetime, timedelta
from uuid import uuid4

from django.db import transaction
from django_scopes import scope

from vigie.accounts.actions import register_person
from vigie.accounts.queries import zone_of
from vigie.backroom.actions import remark
from vigie.communities.access import Actor
from vigie.communities.actions import found_community, grant_membership, opening
from vigie.communities.actions.charters import accept_charter, publish_charter
from vigie.communities.actions.consents import record
from vigie.communities.models import Community, Membership
from vigie.communities.queries.charters import charter_in_force
from vigie.communities.rules import REQUIRED, Agreement
from vigie.core import clock
from vigie.demo import charter, plans, script
from vigie.demo.cast import ADDRESS, BRAND, CLAIRE, HELENE, KARIM, MALIK, MEMBERS, NAME, PHONE, SLUG, SOPHIE, TEAM
from vigie.live.actions import room
from vigie.live.actions.plan import add_guide_item, assign, change_session, give_seat, plan_session
from vigie.live.models import Session
from vigie.live.protocol import messages as m
from vigie.live.protocol.state import Duty, Phase, Viewer
from vigie.live.queries.room import Place

Cast = dict[str, Membership]

#: The waiting room of the evening's session is open for this long before it starts.
SOON = timedelta(minutes=8)
#: The script is written fast; people think before they type, so its clock is stretched.
SLOWNESS = 3


def seed_demo() -> Community:
    """The living community: twenty-four members, their team, a session past, one now, one next week."""
    now = clock.now()
    with transaction.atomic():
        community = Community.objects.filter(slug=SLUG).first() or _community()
        with scope(community=community):
            cast = _cast(community)
            _open(community, cast, now)
            if not Session.objects.filter(title=plans.EXPRESS.title).exists():
                _tell_the_past(community, cast, _evening(now - timedelta(days=19)))
            _keep_open(community, cast, plans.VRAC, plans.VRAC_GUESTS, now + SOON, until=now)
            _keep_open(community, cast, plans.RAYON, plans.RAYON_GUESTS, _evening(now + timedelta(days=7)), until=now)
    return community


def session_of_the_evening(community: Community) -> Session:
    """Where the doors lead: the session that waits or runs. A new one when the last is over, or waited in vain."""
    with scope(community=community):
        found: Session | None = Session.objects.filter(title=plans.VRAC.title).order_by("-number").first()
    if found is None or found.phase in {Phase.CLOSING, Phase.CLOSED} or _waited_in_vain(found):
        seed_demo()
        with scope(community=community):
            found = Session.objects.filter(title=plans.VRAC.title).order_by("-number")[0]
    return found


def _waited_in_vain(session: Session) -> bool:
    return session.phase == Phase.PLANNED and session.ends_at < clock.now()


def _community() -> Community:
    return found_community(slug=SLUG, name=NAME, brand=BRAND)


def _cast(community: Community) -> Cast:
    known = {one.pseudonym: one for one in Membership.objects.select_related("person")}
    for one in (*TEAM, *MEMBERS):
        if one.pseudonym not in known:
            person = register_person(one.email, name=one.name)
            known[one.pseudonym] = grant_membership(
                community, person, pseudonym=one.pseudonym, role=one.role, title=one.title
            )
    return known


def _open(community: Community, cast: Cast, now: datetime) -> None:
    """By its manager, through the six steps; those who were there have accepted the charter."""
    if community.charter_number:
        return
    claire, day = Actor(community, cast[CLAIRE]), now.date()
    opening.set_objectives(claire, charter.objectives(day))
    opening.write_charter(claire, contact_email=ADDRESS, contact_phone=PHONE, **charter.TEXT)
    opening.set_size(claire, target=300, cap=400, regular=62, ramp_up="25, 50, 100, 200")
    opening.set_term(claire, **charter.term(day))
    if community.opened_at is None:
        opening.open_community(claire)
    else:
        publish_charter(claire)
    for one in MEMBERS[1:]:
        accept_charter(Actor(community, cast[one.pseudonym]), community.charter_number)
    in_force = charter_in_force(community)
    for number, one in enumerate(MEMBERS):
        for kind in Agreement:
            given = kind in REQUIRED or (kind is not Agreement.SENSITIVE and number % 4 > 0)
            record(cast[one.pseudonym], kind, given=given, charter=in_force)


def _evening(day: datetime) -> datetime:
    """Half past six in Paris, on that day."""
    return day.astimezone(zone_of("Europe/Paris")).replace(hour=18, minute=30, second=0, microsecond=0)


def _plan(community: Community, cast: Cast, plan: plans.Plan, starts_at: datetime) -> Session:
    actor = Actor(community, cast[CLAIRE])
    session = plan_session(
        actor,
        title=plan.title,
        agenda=plan.agenda,
        starts_at=starts_at,
        time_zone=community.time_zone,
        minutes=plan.minutes,
        max_seats=plan.seats,
    )
    for item in plan.guide:
        add_guide_item(session, kind=item.kind, text=item.text, minutes=item.minutes, must_ask=item.must_ask)
    for name in (SOPHIE, MALIK):
        assign(session, cast[name], Duty.MODERATOR)
    for name in (HELENE, KARIM):
        assign(session, cast[name], Duty.OBSERVER)
    return session


def _keep_open(
    community: Community, cast: Cast, plan: plans.Plan, guests: tuple[str, ...], starts_at: datetime, *, until: datetime
) -> None:
    """One session of this plan is ahead: what was missed moves, what started gets a successor."""
    last = Session.objects.filter(title=plan.title).order_by("-number").first()
    if last is not None and last.phase == Phase.PLANNED:
        if last.starts_at <= until:
            change_session(last, starts_at=starts_at)
        return
    session = _plan(community, cast, plan, starts_at)
    for name in guests:
        give_seat(session, cast[name])


def _tell_the_past(community: Community, cast: Cast, starts_at: datetime) -> None:
    session = _plan(community, cast, plans.EXPRESS, starts_at)
    seats = {alias: give_seat(session, cast[name], alias=alias) for name, alias in plans.EXPRESS_ALIASES.items()}
    items = dict(zip((one.name for one in plans.EXPRESS.guide), session.guide.order_by("position"), strict=True))
    team = {one.membership.pseudonym.partition(" ")[0]: one for one in session.assignments.select_related("membership")}
    viewers = {name: Viewer(one.code, Duty(one.duty)) for name, one in team.items()}
    viewers |= {alias: Viewer(seat.code) for alias, seat in seats.items()}

    commands: list[tuple[Viewer, m.Command, datetime]] = []
    confidential: list[tuple[script.Act, datetime]] = []
    numbers: dict[str, int] = {"": 0}
    last, current = 0, ""
    for act in script.read("caisse-express"):
        at = starts_at + act.after * SLOWNESS
        key = str(uuid4())
        command: m.Command
        match act.does:
            case "remark":
                confidential.append((act, at))
                continue
            case "say":
                command = m.Post(key, act.text, current, numbers[act.about])
            case "react":
                command = m.React(key, numbers[act.about], act.mark)
            case "launch":
                item = items[act.item]
                current = item.code if item.kind == plans.QUESTION else current
                command = m.Launch(key, item.code)
            case "admit":
                command = m.Admit(key, tuple(seat.code for seat in seats.values()))
                last += len(seats) - 1  # one line a seat
            case "open":
                command = m.Open(key)
            case _:
                command = m.Close(key, act.text)
        last += 1
        if act.label:
            numbers[act.label] = last
        commands.append((viewers[act.who], command, at))
    room.write(session, commands)
    for act, at in confidential:
        one = team[act.who]
        place = Place(session, one.membership, viewers[act.who], assignment=one)
        remark(place, kind=act.mark, text=act.text, quote=numbers[act.about], at=at)
