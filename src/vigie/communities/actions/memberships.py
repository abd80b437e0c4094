from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _
from django_scopes import scope

from vigie.accounts.actions import tick_revocations
from vigie.accounts.models import Person
from vigie.communities import facts
from vigie.communities.access import Role
from vigie.communities.models import Community, Membership
from vigie.communities.queries import is_freed
from vigie.core.errors import Refused
from vigie.facts.actions import emit


def grant_membership(
    community: Community,
    person: Person,
    *,
    pseudonym: str,
    role: Role,
    title: str = "",
    expires_at: datetime | None = None,
) -> Membership:
    """Raises `Refused` when the pseudonym is taken in this community, or the person already has a role in it."""
    with transaction.atomic(), scope(community=community):
        if Membership.objects.filter(pseudonym__iexact=pseudonym).exists() or is_freed(community, pseudonym):
            raise Refused("pseudonym_taken", _("This pseudonym is already taken."))
        if Membership.objects.filter(person=person).exists():
            raise Refused("already_there", _("This person already has a role in this community."))
        membership: Membership = Membership.objects.create(
            community=community, person=person, pseudonym=pseudonym, role=role, title=title, expires_at=expires_at
        )
        emit(facts.MembershipGranted(community=community.id, membership=membership.id, role=role))
    return membership


def change_role(membership: Membership, role: Role, *, actor: Membership | None = None) -> None:
    with transaction.atomic(), scope(community=membership.community_id):
        before = membership.role
        Membership.objects.filter(id=membership.id).update(role=role)
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
    _set_status(membership, Membership.Status.SUSPENDED, facts.MembershipSuspended, actor)


def restore(membership: Membership, *, actor: Membership | None = None) -> None:
    _set_status(membership, Membership.Status.ACTIVE, facts.MembershipRestored, actor)


def remove(membership: Membership, *, actor: Membership | None = None) -> None:
    """Takes effect on open sockets within two seconds."""
    _set_status(membership, Membership.Status.REMOVED, facts.MembershipRemoved, actor)


def _set_status(
    membership: Membership,
    status: Membership.Status,
    fact: type[facts.MembershipSuspended | facts.MembershipRestored | facts.MembershipRemoved],
    actor: Membership | None,
) -> None:
    with transaction.atomic(), scope(community=membership.community_id):
        Membership.objects.filter(id=membership.id).update(status=status)
        tick_revocations()
        emit(fact(community=membership.community_id, actor=actor.id if actor else None, membership=membership.id))
    membership.status = status
