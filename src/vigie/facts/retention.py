from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import QuerySet

from vigie.core.keeping import RETENTION, Rule
from vigie.facts.models import Delivery


def _done(at: datetime) -> "QuerySet[Delivery]":
    """By the fact's own date. Waiting and dead ones stay: somebody has still to look at them."""
    before = at - timedelta(days=settings.KEEP_DELIVERIES_DAYS)
    return Delivery.objects.filter(state=Delivery.State.DONE, entry__at__lt=before)


RETENTION.register(
    "facts.deliveries",
    Rule(
        what="deliveries of facts that were done",
        why="the fact itself stays; who was told of it when helps for some weeks",
        kept=f"{settings.KEEP_DELIVERIES_DAYS} days (VIGIE_KEEP_DELIVERIES_DAYS)",
        due=lambda at: _done(at).count(),
        remove=lambda at: _done(at).delete()[0],
    ),
)
