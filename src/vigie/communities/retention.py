from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Q, QuerySet
from django_scopes import scopes_disabled

from vigie.communities.models import FreedPseudonym, Invitation
from vigie.communities.rules import RESERVED_DAYS
from vigie.core.keeping import RETENTION, Rule

#: Days that the address of an invitation that is over is kept.
KEPT_DAYS = 90


def _freed(at: datetime) -> "QuerySet[Any]":
    return FreedPseudonym.objects.filter(until__lte=at)


def _ended(at: datetime) -> "QuerySet[Any]":
    before = at - timedelta(days=KEPT_DAYS)
    return Invitation.objects.filter(Q(ended_at__lt=before) | Q(ended="", expires_at__lt=before))


def _rule(over: Callable[[datetime], "QuerySet[Any]"], *, what: str, why: str, kept: str) -> Rule:
    def due(at: datetime) -> int:
        with scopes_disabled():
            return over(at).count()

    def remove(at: datetime) -> int:
        with scopes_disabled():
            return int(over(at).delete()[0])

    return Rule(what=what, why=why, kept=kept, due=due, remove=remove)


RETENTION.register(
    "communities.freed_pseudonyms",
    _rule(
        _freed,
        what="pseudonyms of those who were forgotten, under a hash",
        why="nobody else should be taken for them while they are remembered",
        kept=f"{RESERVED_DAYS} days",
    ),
)
RETENTION.register(
    "communities.invitations",
    _rule(
        _ended,
        what="invitations that were accepted, revoked, replaced or never answered, with their addresses",
        why="they open nothing any more",
        kept=f"{KEPT_DAYS} days after they ended",
    ),
)
