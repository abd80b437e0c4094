from dataclasses import dataclass
from datetime import datetime

from django_scopes import scope

from vigie.communities.access import Actor, Can, Role
from vigie.communities.models import Membership
from vigie.core.errors import NotVisible
from vigie.mails.queries import suppressed


@dataclass(frozen=True, slots=True)
class Unreachable:
    """Somebody whom mail does not reach: by pseudonym, never by address."""

    public_id: str
    pseudonym: str
    reason: str
    since: datetime


def unreachable(actor: Actor) -> list[Unreachable]:
    """Two reads. For the manager alone."""
    actor.need(Can.SEND_MAIL)
    if actor.role is not Role.MANAGER:
        raise NotVisible(actor.community.slug)
    with scope(community=actor.community):
        active = Membership.objects.filter(status=Membership.Status.ACTIVE)
        rows = list(active.values_list("public_id", "pseudonym", "person__email"))
    stopped = suppressed(email for _, _, email in rows)
    found = [
        Unreachable(public_id, pseudonym, stopped[email].kind, stopped[email].at)
        for public_id, pseudonym, email in rows
        if email in stopped
    ]
    return sorted(found, key=lambda one: one.since)


def address_of(actor: Actor, public_id: str) -> str:
    """For the deliverer, never for a page."""
    unreachable_ids = {one.public_id for one in unreachable(actor)}
    if public_id not in unreachable_ids:
        raise NotVisible(public_id)
    with scope(community=actor.community):
        return str(Membership.objects.values_list("person__email", flat=True).get(public_id=public_id))
