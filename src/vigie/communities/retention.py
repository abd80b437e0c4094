from datetime import datetime

from django.db.models import QuerySet
from django_scopes import scopes_disabled

from vigie.communities.models import FreedPseudonym
from vigie.core.keeping import RETENTION, Rule


def _over(at: datetime) -> "QuerySet[FreedPseudonym]":
    found: QuerySet[FreedPseudonym] = FreedPseudonym.objects.filter(until__lte=at)
    return found


def _due(at: datetime) -> int:
    with scopes_disabled():
        return _over(at).count()


def _remove(at: datetime) -> int:
    with scopes_disabled():
        return _over(at).delete()[0]


RETENTION.register(
    "communities.freed_pseudonyms",
    Rule(
        what="pseudonyms of those who were forgotten, under a hash",
        why="nobody else should be taken for them while they are remembered",
        kept="730 days",
        due=_due,
        remove=_remove,
    ),
)
