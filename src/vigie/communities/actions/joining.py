"""Coming in with an invitation."""

from collections.abc import Mapping

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _
from django_scopes import scope

from vigie.accounts.actions import introduce
from vigie.accounts.models import Person
from vigie.communities import facts
from vigie.communities.access import READS_CHARTER, Role
from vigie.communities.actions.consents import record
from vigie.communities.actions.invitations import hash_of
from vigie.communities.actions.memberships import claim, judged, take_seat, taken
from vigie.communities.models import Acceptance, CharterVersion, Community, Invitation, Membership
from vigie.communities.queries.charters import charter_in_force
from vigie.communities.queries.people import invitation_of_key
from vigie.communities.rules import REQUIRED, Agreement, Ending
from vigie.core import clock
from vigie.core.errors import Refused
from vigie.facts.actions import emit


def over() -> Refused:
    return Refused("over", _("This invitation no longer opens anything. Ask whoever sent it for another."))


def note_opening(key: str) -> None:
    """Its reader asked for the code."""
    found = invitation_of_key(hash_of(key))
    if found is not None:
        with scope(community=found.community):
            Invitation.objects.filter(id=found.id, opened_at=None, ended="").update(opened_at=clock.now())


def join(
    person: Person,
    key: str,
    *,
    pseudonym: str,
    name: str,
    language: str,
    time_zone: str,
    charter: int,
    agreed: Mapping[Agreement, bool],
) -> Membership:
    """The invitation is spent, and its person is in: on a seat, or waiting for one. All of it, or nothing.

    Raises `Refused`; whose code begins with "pseudonym" is about the pseudonym.
    """
    found = invitation_of_key(hash_of(key))
    if found is None or found.email.lower() != person.email.lower():
        raise over()
    community, role = found.community, Role(found.role)
    shown = judged(pseudonym, community=community, role=role, name=name, email=person.email)
    reads = role in READS_CHARTER
    with transaction.atomic(), scope(community=community):
        now = clock.now()
        standing = Invitation.objects.filter(id=found.id, ended="", expires_at__gt=now)
        if not standing.update(ended=Ending.ACCEPTED, ended_at=now):
            raise over()
        in_force = charter_in_force(community)
        if reads:
            if (in_force.number if in_force else 0) != charter:
                raise Refused("charter", _("The charter has changed since. Read it again before you accept it."))
            if any(not agreed.get(one) for one in REQUIRED):
                raise Refused("required", _("Without this, there is nothing to take part in."))
        introduce(person, name=name, language=language, time_zone=time_zone)
        membership = _seated(community, person, found, shown)
        claim(membership, shown)
        if reads:
            if in_force is not None:
                _accept(membership, in_force)
            for kind in Agreement:
                record(membership, kind, given=bool(agreed.get(kind)), charter=in_force)
        emit(facts.InvitationAccepted(community=community.id, invitation=found.id))
        if membership.status == Membership.Status.WAITING:
            emit(facts.MembershipWaits(community=community.id, membership=membership.id))
        else:
            emit(facts.MembershipGranted(community=community.id, membership=membership.id, role=role))
    return membership


def _seated(community: Community, person: Person, invitation: Invitation, pseudonym: str) -> Membership:
    """Whoever left, or was removed and is invited again, finds their old membership; others get a new one."""
    role = Role(invitation.role)
    status = Membership.Status.ACTIVE
    if role in READS_CHARTER and not take_seat(community.id):
        status = Membership.Status.WAITING
    values = {"role": role, "title": invitation.title, "status": status, "pseudonym": pseudonym, "expires_at": None}
    try:
        with transaction.atomic():
            known = Membership.objects.filter(person=person).first()
            if known is None:
                known = Membership.objects.create(community=community, person=person, **values)
            elif known.status in {Membership.Status.LEFT, Membership.Status.REMOVED}:
                Membership.objects.filter(id=known.id).update(**values)
                known.refresh_from_db()
            else:
                raise Refused("already_there", _("You are already in this community."))
    except IntegrityError:
        raise taken() from None
    known.community = community
    return known  # type: ignore[no-any-return]


def _accept(membership: Membership, charter: CharterVersion) -> None:
    Acceptance.objects.get_or_create(
        charter=charter,
        membership=membership,
        defaults={"community_id": membership.community_id, "accepted_at": clock.now()},
    )
    Membership.objects.filter(id=membership.id).update(charter_accepted=charter.number)
    membership.charter_accepted = charter.number
    emit(
        facts.CharterAccepted(
            community=membership.community_id,
            actor=membership.id,
            membership=membership.id,
            number=charter.number,
        )
    )
