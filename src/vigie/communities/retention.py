from datetime import datetime, timedelta
from typing import Any

from django.db.models import Q, QuerySet
from django_scopes import scopes_disabled

from vigie.communities.models import Invitation
from vigie.core.keeping import RETENTION, Rule

#: Days that the address of an invitation that is over is kept.
KEPT_DAYS = 90


def _over(at: datetime) -> "QuerySet[Any]":
    before = at - timedelta(days=KEPT_DAYS)
    return Invitation.objects.filter(Q(ended_at__lt=before) | Q(ended="", expires_at__lt=before))


def _due(at: datetime) -> int:
    with scopes_disabled():
        return _over(at).count()


def _remove(at: datetime) -> int:
    with scopes_disabled():
        return int(_over(at).delete()[0])


RETENTION.register(
    "communities.invitations",
    Rule(
        what="invitations that were accepted, revoked, replaced or never answered, with their addresses",
        why="they open nothing any more",
        kept=f"{KEPT_DAYS} days after they ended",
        due=_due,
        remove=_remove,
    ),
)
