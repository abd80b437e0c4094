"""Charters: published, never changed, accepted by each member for themselves."""

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _
from django_scopes import scope

from vigie.communities import facts
from vigie.communities.access import Actor, Can
from vigie.communities.models import Acceptance, CharterVersion, Community, Membership, Preparation
from vigie.communities.queries.charters import PARTS, charter_in_force
from vigie.communities.queries.openings import answers_of, preparation_of
from vigie.communities.rules import missing
from vigie.core import clock
from vigie.core.errors import Refused
from vigie.facts.actions import emit


def publish_charter(actor: Actor) -> None:
    """The draft becomes the next version, which members are asked to accept."""
    actor.check(Can.EDIT_SETTINGS)
    community = actor.community
    with transaction.atomic(), scope(community=community):
        preparation, last = preparation_of(community), charter_in_force(community)
        if community.opened_at is None:
            raise Refused("not_open", _("The first charter is published when the doors open."))
        if missing(answers_of(community, preparation)):
            raise Refused("not_ready", _("Something is missing in this charter."))
        if last is not None and all(getattr(last, part) == getattr(preparation, part) for part in PARTS):
            raise Refused("nothing_new", _("This is already the charter in force."))
        publish(actor, preparation)


def publish(actor: Actor, preparation: Preparation) -> None:
    """In the caller's transaction, after the right was asked."""
    community = actor.community
    number = community.charter_number + 1
    moved = Community.objects.filter(id=community.id, charter_number=number - 1).update(charter_number=number)
    if not moved:
        raise Refused("changed", _("Somebody else has just published a charter. Read it first."))
    CharterVersion.objects.create(
        community=community,
        number=number,
        published_at=clock.now(),
        published_by=actor.membership,
        **{part: getattr(preparation, part) for part in PARTS},
    )
    community.charter_number = number
    emit(
        facts.CharterPublished(
            community=community.id, actor=actor.membership.id if actor.membership else None, number=number
        )
    )


def accept_charter(actor: Actor, number: int) -> None:
    """For oneself alone; the version that was read, while it is in force. Accepting twice is accepting once."""
    membership = actor.need(Can.CONSENT)
    community = actor.community
    with transaction.atomic(), scope(community=community):
        charter = charter_in_force(community)
        if charter is None or charter.number != number:
            raise Refused("not_in_force", _("The charter has changed since. Read it again before you accept it."))
        try:
            with transaction.atomic():
                Acceptance.objects.create(
                    community=community, charter=charter, membership=membership, accepted_at=clock.now()
                )
        except IntegrityError:
            return
        Membership.objects.filter(id=membership.id, charter_accepted__lt=number).update(charter_accepted=number)
        emit(
            facts.CharterAccepted(community=community.id, actor=membership.id, membership=membership.id, number=number)
        )
    membership.charter_accepted = number
