"""The one door between a pseudonym and a person."""

from dataclasses import dataclass
from datetime import timedelta

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext_lazy as _
from django_scopes import scope

from vigie.communities.access import Actor, Can
from vigie.communities.models import Membership
from vigie.communities.queries.people import get_member, person_behind
from vigie.core import clock
from vigie.core.errors import Refused
from vigie.facts.actions import emit
from vigie.panel.facts import IdentityShown
from vigie.panel.models import IdentityRead
from vigie.panel.rules import AN_HOUR, ReasonKind, is_reason


@dataclass(frozen=True)
class Identity:
    """What the door shows, for as long as one page."""

    name: str
    email: str


def read_identity(actor: Actor, public_id: str, *, kind: ReasonKind, reason: str) -> Identity:
    """Who this is. The line is written first: without it, nothing is shown."""
    mine = actor.need_manager(Can.VIEW_IDENTITY)
    member = get_member(actor, public_id)
    if member.id == mine.id:
        raise Refused("oneself", _("You are this person: your name is on your account page."))
    if not is_reason(reason):
        raise Refused(
            "no_reason",
            _("Say why in a few words, ten letters at least: %(member)s reads them.") % {"member": member.pseudonym},
        )
    now = clock.now()
    with transaction.atomic(), scope(community=actor.community):
        # One reader's looks are counted one after another, whatever the database.
        Membership.objects.filter(id=mine.id).update(status=F("status"))
        lately = IdentityRead.objects.filter(reader=mine, at__gt=now - timedelta(hours=1))
        if lately.count() >= AN_HOUR:
            raise Refused(
                "too_many", _("Twenty identities in an hour is the most that one person reads. Come back later.")
            )
        person = person_behind(member)
        made = IdentityRead.objects.create(
            community=actor.community,
            membership=member,
            reader=mine,
            kind=kind,
            reason=" ".join(reason.split()),
            at=now,
        )
        emit(IdentityShown(community=actor.community.id, actor=mine.id, membership=member.id, read=made.id, kind=kind))
    return Identity(person.name, person.email)
