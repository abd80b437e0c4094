"""The members of a community as its manager reads them: pseudonyms, never a name nor an address."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.core.paginator import Page, Paginator
from django.db.models import Count, QuerySet
from django_scopes import scope, scopes_disabled

from vigie.accounts.models import Person
from vigie.communities.access import READS_CHARTER, Actor, Can, Role
from vigie.communities.models import Community, Consent, Invitation, Membership, PseudonymClaim
from vigie.communities.rules import Agreement, Ending, InvitationState, invitation_state, skeleton
from vigie.core import clock
from vigie.core.errors import NotVisible

PAGE = 25


@dataclass(frozen=True)
class People:
    """One page of the list, and how many there are in each state."""

    page: "Page[Membership]"
    statuses: Mapping[str, int]
    waiting: int
    members: int


def people_of(actor: Actor, *, sought: str = "", role: str = "", status: str = "", number: str = "1") -> People:
    actor.need_manager(Can.ASSIGN_ROLE)
    with scope(community=actor.community):
        everybody = Membership.objects.all()
        counted = everybody.order_by().values_list("status").annotate(Count("id"))
        statuses = {str(one): int(count) for one, count in counted}
        members = everybody.filter(status=Membership.Status.ACTIVE, role__in=READS_CHARTER).count()
        found = _matching(everybody, sought.strip()[:80])
        if role in set(Role):
            found = found.filter(role=role)
        found = found.filter(status=status) if status in Membership.Status.values else found
        page = Paginator(found.order_by("pseudonym", "id"), PAGE).get_page(number)
        page.object_list = list(page.object_list)
    return People(page, statuses, statuses.get(Membership.Status.WAITING, 0), members)


def _matching(people: "QuerySet[Membership]", sought: str) -> "QuerySet[Membership]":
    """By pseudonym, of now or of before, without minding case, accents or look-alikes."""
    bones = skeleton(sought)
    if not sought:
        return people
    if not bones:
        return people.none()
    ids = PseudonymClaim.objects.filter(skeleton__contains=bones).values("membership_id")
    return people.filter(id__in=ids)


def get_member(actor: Actor, public_id: str) -> Membership:
    """Somebody of this community, whatever their state. Raises `NotVisible`."""
    with scope(community=actor.community):
        found: Membership | None = Membership.objects.filter(public_id=public_id).first()
    if found is None:
        raise NotVisible(public_id)
    found.community = actor.community
    return found


def person_behind(membership: Membership) -> Person:
    """For rules that must know the name, and for the door that shows it: never for a page of this app."""
    found: Person = Person.objects.get(id=membership.person_id)
    return found


def former_pseudonyms(membership: Membership) -> list[PseudonymClaim]:
    with scope(community=membership.community_id):
        claims = PseudonymClaim.objects.filter(membership=membership).exclude(pseudonym=membership.pseudonym)
        return list(claims.order_by("-since"))


def taken_skeletons(community: Community) -> set[str]:
    with scope(community=community):
        return set(PseudonymClaim.objects.values_list("skeleton", flat=True))


def consents_of(membership: Membership) -> dict[Agreement, Consent]:
    """The last answer to each question that was ever asked."""
    with scope(community=membership.community_id):
        rows = Consent.objects.filter(membership=membership).order_by("id")
        return {Agreement(one.kind): one for one in rows}


def consent_log(membership: Membership) -> list[Consent]:
    """Every answer, the newest first."""
    with scope(community=membership.community_id):
        return list(Consent.objects.filter(membership=membership).order_by("-id"))


def waiting_places(person: Person) -> list[Community]:
    """Where this person waits for a seat: their own read, across communities."""
    with scopes_disabled():
        rows = Membership.objects.filter(person=person, status=Membership.Status.WAITING)
        return [one.community for one in rows.select_related("community").order_by("community__name")]


# Invitations --------------------------------------------------------------------------------------------------------


def state_of(invitation: Invitation) -> InvitationState:
    return invitation_state(
        ended=invitation.ended,
        expires_at=invitation.expires_at,
        mailed=invitation.mailed_at is not None,
        opened=invitation.opened_at is not None,
        now=clock.now(),
    )


def invitations_of(actor: Actor, number: str = "1") -> "Page[Invitation]":
    """Those sent, the newest first; what was replaced by another is not told twice."""
    actor.need_manager(Can.INVITE)
    with scope(community=actor.community):
        rows = Invitation.objects.exclude(ended=Ending.REPLACED).order_by("-id")
        page = Paginator(rows, PAGE).get_page(number)
        page.object_list = list(page.object_list)
    return page


def get_invitation(actor: Actor, code: str) -> Invitation:
    with scope(community=actor.community):
        found: Invitation | None = Invitation.objects.filter(code=code).first()
    if found is None:
        raise NotVisible(code)
    return found


def invitation_of_key(key_hash: str) -> Invitation | None:
    """Whatever its state. The one read by key: its reader does not know yet which community it leads to."""
    with scopes_disabled():
        found: Invitation | None = (
            Invitation.objects.select_related("community", "invited_by").filter(key_hash=key_hash).first()
        )
    return found


def addresses_here(community: Community, emails: list[str]) -> set[str]:
    """Which of these addresses belong to somebody who is in this community, or waits for a seat."""
    there = [Membership.Status.ACTIVE, Membership.Status.SUSPENDED, Membership.Status.WAITING]
    with scope(community=community):
        rows = Membership.objects.filter(status__in=there, person__email__in=emails)
        return {email.lower() for email in rows.values_list("person__email", flat=True)}
