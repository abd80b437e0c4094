"""What a person is in a community, from their seat to their leave. Whoever takes a seat takes it from one counter."""

import secrets
from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils.translation import gettext_lazy as _
from django_scopes import scope

from vigie.accounts.actions import tick_revocations
from vigie.accounts.models import Person
from vigie.communities import facts
from vigie.communities.access import READS_CHARTER, Actor, Can, Role
from vigie.communities.actions.consents import record
from vigie.communities.models import Community, Membership, PseudonymClaim
from vigie.communities.queries.charters import charter_in_force
from vigie.communities.queries.people import consents_of, get_member, person_behind, taken_skeletons
from vigie.communities.queries.pseudonyms import is_freed
from vigie.communities.rules import (
    REQUIRED,
    RESERVED_DAYS,
    PseudonymFault,
    proposals,
    pseudonym_fault,
    skeleton,
    tidy,
)
from vigie.core import clock
from vigie.core.errors import Refused
from vigie.facts.actions import emit

Status = Membership.Status
#: Who keeps a seat: a suspension is for a time.
SEATED = frozenset({Status.ACTIVE, Status.SUSPENDED})
#: What a manager may make of somebody.
GIVEN_ROLES = (Role.MEMBER, Role.EXPERT, Role.MODERATOR, Role.OBSERVER)
FAULTS = {
    PseudonymFault.SHORT: _("Three characters at least."),
    PseudonymFault.LONG: _("Twenty-four characters at most."),
    PseudonymFault.CONTACT: _("Neither an address nor a number: nobody must be able to reach you through it."),
    PseudonymFault.CHARACTERS: _("Letters, figures, spaces, dashes and apostrophes only; two letters at least."),
    PseudonymFault.OWN_NAME: _("Your name, or a part of your address, shows in it. Choose something else."),
    PseudonymFault.STAFF: _("The others would take you for the team or for the brand. Choose something else."),
}


def taken() -> Refused:
    return Refused("pseudonym_taken", _("This pseudonym is already taken, or reads like another one."))


def grant_membership(
    community: Community,
    person: Person,
    *,
    pseudonym: str,
    role: Role,
    title: str = "",
    expires_at: datetime | None = None,
) -> Membership:
    """The operator's way, above any cap. Raises `Refused` when the pseudonym is taken, or the person already there."""
    with transaction.atomic(), scope(community=community):
        if Membership.objects.filter(pseudonym__iexact=pseudonym).exists():
            raise Refused("pseudonym_taken", _("This pseudonym is already taken."))
        if Membership.objects.filter(person=person).exists():
            raise Refused("already_there", _("This person already has a role in this community."))
        membership: Membership = Membership.objects.create(
            community=community, person=person, pseudonym=pseudonym, role=role, title=title, expires_at=expires_at
        )
        claim(membership, pseudonym)
        if role in READS_CHARTER:
            Community.objects.filter(id=community.id).update(seats_taken=F("seats_taken") + 1)
        emit(facts.MembershipGranted(community=community.id, membership=membership.id, role=role))
    return membership


# Seats --------------------------------------------------------------------------------------------------------------


def take_seat(community_id: int) -> bool:
    """One of the seats under the cap, if one is free: one conditional update, so that two never take the last."""
    free = Community.objects.filter(id=community_id, seats_taken__lt=F("cap"))
    return bool(free.update(seats_taken=F("seats_taken") + 1))


def free_seat(community_id: int) -> None:
    Community.objects.filter(id=community_id, seats_taken__gt=0).update(seats_taken=F("seats_taken") - 1)


def full() -> Refused:
    return Refused("full", _("Every seat is taken. Somebody must leave first, or the cap must move."))


def _move_seat(community_id: int, *, had: bool, has: bool) -> None:
    if has and not had and not take_seat(community_id):
        raise full()
    if had and not has:
        free_seat(community_id)


# Roles and states ---------------------------------------------------------------------------------------------------


def change_role(membership: Membership, role: Role, *, actor: Membership | None = None) -> None:
    with transaction.atomic(), scope(community=membership.community_id):
        before = membership.role
        if not Membership.objects.filter(id=membership.id, role=before).update(role=role):
            raise changed()
        if membership.status in SEATED:
            _move_seat(membership.community_id, had=before in READS_CHARTER, has=role in READS_CHARTER)
        tick_revocations()
        emit(
            facts.RoleChanged(
                community=membership.community_id,
                actor=actor.id if actor else None,
                membership=membership.id,
                before=before,
                after=role,
            )
        )
    membership.role = role


def suspend(membership: Membership, *, actor: Membership | None = None) -> None:
    """Takes effect on open sockets within two seconds."""
    _set_status(membership, Status.SUSPENDED, facts.MembershipSuspended, actor)


def restore(membership: Membership, *, actor: Membership | None = None) -> None:
    """Refused when every seat was taken in the meantime."""
    _set_status(membership, Status.ACTIVE, facts.MembershipRestored, actor)


def remove(membership: Membership, *, actor: Membership | None = None) -> None:
    """Takes effect on open sockets within two seconds."""
    _set_status(membership, Status.REMOVED, facts.MembershipRemoved, actor)


def leave(actor: Actor) -> None:
    """Of one's own will: what was required is withdrawn, open sockets close within two seconds, the seat is free."""
    mine = actor.need(Can.CONSENT)
    with transaction.atomic(), scope(community=actor.community):
        managers = Membership.objects.filter(role=Role.MANAGER, status=Status.ACTIVE).exclude(id=mine.id)
        if mine.role == Role.MANAGER and not managers.exists():
            raise Refused("last_manager", _("You are the last manager here: name another one before you leave."))
        agreed = consents_of(mine)
        for kind in REQUIRED:
            if kind in agreed and agreed[kind].given:
                record(mine, kind, given=False, charter=charter_in_force(actor.community))
        _set_status(mine, Status.LEFT, facts.MembershipLeft, mine)


def changed() -> Refused:
    return Refused("changed", _("Somebody has just changed this. Look again."))


def _set_status(
    membership: Membership,
    status: Membership.Status,
    fact: type[facts.MembershipSuspended | facts.MembershipRestored | facts.MembershipRemoved | facts.MembershipLeft],
    actor: Membership | None,
) -> None:
    with transaction.atomic(), scope(community=membership.community_id):
        before = membership.status
        if not Membership.objects.filter(id=membership.id, status=before).update(status=status):
            raise changed()
        if membership.role in READS_CHARTER:
            _move_seat(membership.community_id, had=before in SEATED, has=status in SEATED)
        now = clock.now()
        gone = status not in SEATED
        PseudonymClaim.objects.filter(membership=membership, pseudonym=membership.pseudonym).update(
            freed_at=now if gone else None
        )
        tick_revocations()
        emit(fact(community=membership.community_id, actor=actor.id if actor else None, membership=membership.id))
    membership.status = status


# What a manager does, one person at a time --------------------------------------------------------------------------


def assign_role(actor: Actor, public_id: str, role: Role) -> None:
    """Up to moderator and observer; nobody changes their own, nor a manager's."""
    mine, member = _somebody_else(actor, public_id)
    if role not in GIVEN_ROLES:
        raise Refused("not_yours_to_give", _("You cannot give this role."))
    if member.status not in SEATED:
        raise Refused("not_in", _("A role is given to somebody who is in."))
    if member.role != role:
        change_role(member, role, actor=mine)


def set_status(actor: Actor, public_id: str, change: str) -> None:
    """`change`: suspend, restore, remove, or admit from the waiting list."""
    mine, member = _somebody_else(actor, public_id)
    allowed = {
        "suspend": (suspend, {Status.ACTIVE}),
        "restore": (restore, {Status.SUSPENDED, Status.REMOVED}),
        "remove": (remove, {Status.ACTIVE, Status.SUSPENDED, Status.WAITING}),
        "admit": (admit, {Status.WAITING}),
    }
    if change not in allowed:
        raise Refused("unknown", _("This cannot be done here."))
    act, before = allowed[change]
    if member.status not in before:
        raise changed()
    act(member, actor=mine)


def admit(membership: Membership, *, actor: Membership | None = None) -> None:
    """From the waiting list to a seat that is free; refused when none is."""
    with transaction.atomic(), scope(community=membership.community_id):
        if not Membership.objects.filter(id=membership.id, status=Status.WAITING).update(status=Status.ACTIVE):
            raise changed()
        if not take_seat(membership.community_id):
            raise full()
        emit(
            facts.MembershipGranted(
                community=membership.community_id,
                actor=actor.id if actor else None,
                membership=membership.id,
                role=membership.role,
            )
        )
        _mail_admission(membership.id, membership.community_id)
    membership.status = Status.ACTIVE


def _mail_admission(membership_id: int, community_id: int) -> None:
    from vigie.communities.tasks import mail_admission

    transaction.on_commit(lambda: mail_admission(community_id, membership_id))


def _somebody_else(actor: Actor, public_id: str) -> tuple[Membership, Membership]:
    mine = actor.need_manager(Can.ASSIGN_ROLE)
    member = get_member(actor, public_id)
    if member.id == mine.id:
        raise Refused("oneself", _("Nobody changes their own role or state. Another manager can."))
    if member.role == Role.MANAGER:
        raise Refused("manager", _("A manager’s role is given and taken by the platform’s administrators."))
    return mine, member


# Pseudonyms ---------------------------------------------------------------------------------------------------------


def claim(membership: Membership, pseudonym: str) -> PseudonymClaim:
    """The pseudonym is this membership's from now on. Call it in the transaction that writes it."""
    bones, now = skeleton(pseudonym) or pseudonym.casefold(), clock.now()
    claims = PseudonymClaim.objects.filter(skeleton=bones)
    claims.filter(freed_at__lt=now - timedelta(days=RESERVED_DAYS)).exclude(membership=membership).delete()
    claims.filter(membership=membership).update(pseudonym=pseudonym, freed_at=None)
    own: PseudonymClaim | None = claims.filter(membership=membership).first()
    if own is not None:
        return own
    if is_freed(membership.community_id, pseudonym):
        raise taken()
    try:
        with transaction.atomic():
            made: PseudonymClaim = PseudonymClaim.objects.create(
                community_id=membership.community_id,
                membership=membership,
                pseudonym=pseudonym,
                skeleton=bones,
                since=now,
            )
    except IntegrityError:
        raise taken() from None
    return made


def judged(pseudonym: str, *, community: Community, role: Role, name: str, email: str) -> str:
    """The pseudonym as it will be shown. Raises `Refused` with the sentence that says why it cannot be."""
    shown = tidy(pseudonym)
    place = (community.name, community.brand)
    fault = pseudonym_fault(shown, name=name, email=email, place=place, staff=role not in READS_CHARTER)
    if fault:
        raise Refused(f"pseudonym_{fault}", FAULTS[fault])
    return shown


def rename(actor: Actor, public_id: str, pseudonym: str) -> None:
    """Another pseudonym for somebody. The one of before stays theirs: nobody else takes it."""
    mine = actor.need_manager(Can.CHANGE_PSEUDONYM)
    member = get_member(actor, public_id)
    person = person_behind(member)
    shown = judged(pseudonym, community=actor.community, role=Role(member.role), name=person.name, email=person.email)
    if shown == member.pseudonym:
        return
    with transaction.atomic(), scope(community=actor.community):
        old = PseudonymClaim.objects.filter(membership=member, freed_at=None)
        old.update(freed_at=clock.now())
        made = claim(member, shown)
        Membership.objects.filter(id=member.id).update(pseudonym=shown)
        emit(facts.PseudonymChanged(community=actor.community.id, actor=mine.id, membership=member.id, claim=made.id))


def proposed(community: Community, language: str, *, name: str = "", email: str = "") -> list[str]:
    """Three pseudonyms that are free now, drawn by chance."""
    taken = taken_skeletons(community)
    found: list[str] = []
    for tries, one in enumerate(proposals(secrets.choice, language)):
        if len(found) == 3 or tries > 500:
            break
        place = (community.name, community.brand)
        if (
            one not in found
            and skeleton(one) not in taken
            and not pseudonym_fault(one, name=name, email=email, place=place)
        ):
            found.append(one)
    return found
