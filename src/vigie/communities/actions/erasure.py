"""What is left of a persona whose person asked to be forgotten: what they decided, said by a removed member."""

from datetime import timedelta
from pathlib import Path

from django.utils import translation
from django.utils.translation import gettext as _
from django_scopes import scope, scopes_disabled

from vigie.accounts.actions import tick_revocations
from vigie.accounts.models import Person
from vigie.communities import facts
from vigie.communities.access import READS_CHARTER
from vigie.communities.actions.memberships import SEATED, free_seat
from vigie.communities.models import FreedPseudonym, Invitation, Membership, PseudonymClaim, Teammate
from vigie.communities.queries.pseudonyms import freed_key
from vigie.communities.rules import RESERVED_DAYS
from vigie.core import clock
from vigie.core.codes import new_public_id
from vigie.facts.actions import emit

#: Twenty-four months.
FREED_FOR = timedelta(days=RESERVED_DAYS)


def forget_memberships(person: Person) -> list[Path]:
    """Every persona of this person becomes a removed member, in the language of its community."""
    with scopes_disabled():
        found = list(Membership.objects.filter(person=person, erased_at=None).select_related("community"))
        for wanted in (Teammate, Invitation):
            wanted.objects.filter(email__iexact=person.email).delete()
    for membership in found:
        _forget(membership)
    if found:
        tick_revocations()
    return []


def _forget(membership: Membership) -> None:
    community, now = membership.community, clock.now()
    with scope(community=community), translation.override(community.language):
        claims = PseudonymClaim.objects.filter(membership=membership)
        for pseudonym in {membership.pseudonym, *claims.values_list("pseudonym", flat=True)}:
            FreedPseudonym.objects.update_or_create(
                community=community,
                key=freed_key(community.id, pseudonym),
                defaults={"until": now + FREED_FOR},
            )
        claims.delete()
        if membership.role in READS_CHARTER and membership.status in SEATED:
            free_seat(community.id)
        Membership.objects.filter(id=membership.id).update(
            pseudonym=_("Removed member"),
            title="",
            public_id=new_public_id(),
            flag_seed=new_public_id(),
            status=Membership.Status.REMOVED,
            erased_at=now,
        )
        emit(facts.MembershipErased(community=community.id, membership=membership.id))
