"""What a member agrees to, one thing at a time: every answer is one more line of a log."""

import hashlib

from django.db import transaction
from django.utils.translation import gettext_lazy as _
from django_scopes import scope

from vigie.communities import facts
from vigie.communities.access import Actor, Can
from vigie.communities.models import CharterVersion, Consent, Membership
from vigie.communities.queries.charters import charter_in_force
from vigie.communities.queries.people import consents_of
from vigie.communities.rules import REQUIRED, Agreement
from vigie.core import clock
from vigie.core.errors import Refused
from vigie.facts.actions import emit


def record(membership: Membership, kind: Agreement, *, given: bool, charter: CharterVersion | None) -> None:
    """One more line of the log. Call it inside the transaction and the scope."""
    notice = hashlib.sha256(charter.privacy_notice.encode()).hexdigest() if charter else ""
    made = Consent.objects.create(
        community_id=membership.community_id,
        membership=membership,
        kind=kind,
        given=given,
        charter=charter.number if charter else 0,
        notice=notice,
        at=clock.now(),
    )
    emit(
        facts.ConsentRecorded(
            community=membership.community_id,
            actor=membership.id,
            membership=membership.id,
            consent=made.id,
            kind=kind,
            given=given,
        )
    )


def set_consent(actor: Actor, kind: Agreement, *, given: bool) -> None:
    """For oneself alone. What is required is withdrawn by leaving; saying the same twice is saying it once."""
    mine = actor.need(Can.CONSENT)
    if kind in REQUIRED and not given:
        raise Refused("required", _("To withdraw this one is to leave the community."))
    before = consents_of(mine).get(kind)
    if before is not None and before.given == given:
        return
    with transaction.atomic(), scope(community=actor.community):
        record(mine, kind, given=given, charter=charter_in_force(actor.community))
