from django_scopes import scope, scopes_disabled

from vigie.accounts.models import Person
from vigie.communities.access import STAFF, Actor, Role
from vigie.communities.models import Community, Membership
from vigie.core import clock
from vigie.core.database import select
from vigie.core.errors import NotVisible
from vigie.core.rows import columns, instance, width


def arrive(slug: str, person: Person | None) -> Actor:
    """Somebody at the door of a community. One plain read.

    Raises `NotVisible` when there is no such community, or none yet: before it opens, it exists for its team alone.
    """
    found = select(
        f"SELECT {columns(Community, 'place')}, {columns(Membership, 'mine')} FROM communities_community place "  # noqa: S608
        "LEFT JOIN communities_membership mine ON mine.community_id = place.id AND mine.person_id = %s "
        "WHERE place.slug = %s",
        [person.pk if person else None, slug],
    )
    if not found:
        raise NotVisible(slug)
    split = width(Community)
    place, mine = found[0][:split], found[0][split:]
    actor = _actor(instance(Community, place), instance(Membership, mine) if mine[0] else None, person)
    if actor.community.opened_at is None and not (actor.is_staff or actor.is_administrator):
        raise NotVisible(slug)
    return actor


def actor_for(community: Community, person: Person | None) -> Actor:
    """What this person is here and now."""
    found = None
    if person is not None:
        with scope(community=community):
            found = Membership.objects.filter(person=person).first()
    return _actor(community, found, person)


def _actor(community: Community, membership: Membership | None, person: Person | None) -> Actor:
    """Suspended, removed and expired memberships give nothing."""
    if person is None or not person.is_active:
        return Actor(community, None)
    if membership is not None:
        membership.community, membership.person = community, person
        if not _counts(membership):
            membership = None
    return Actor(community, membership, person.is_platform_administrator)


def _counts(membership: Membership) -> bool:
    """Before the doors open, only the team is there."""
    is_there = membership.community.opened_at is not None or Role(membership.role) in STAFF
    return is_there and membership.is_active(clock.now())


def communities_of(person: Person) -> list[Membership]:
    """The person's active roles, in every community. The one read that crosses communities: it is their own."""
    with scopes_disabled():
        found = Membership.objects.filter(person=person).select_related("community").order_by("community__name")
        return [membership for membership in found if _counts(membership)]
