from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, Min

from vigie.core import clock
from vigie.mails.models import Bounce, Mail
from vigie.mails.seal import key_of

#: So many soft bounces within so long are as good as a hard one.
SOFT, WITHIN = 3, timedelta(days=30)


def is_suppressed(recipient: str) -> bool:
    return bool(_suppressed([recipient]))


def _suppressed(recipients: Iterable[str]) -> dict[str, Bounce]:
    """By key, the report that stopped it. One read."""
    stopped: dict[str, Bounce] = {}
    soft: dict[str, int] = {}
    since = clock.now() - WITHIN
    for one in Bounce.objects.filter(recipient__in=list(recipients)).order_by("at", "id"):
        if one.kind == Bounce.Kind.SOFT:
            soft[one.recipient] = soft.get(one.recipient, 0) + (one.at >= since)
            if soft[one.recipient] < SOFT:
                continue
        stopped.setdefault(one.recipient, one)
    return stopped


def suppressed(addresses: Iterable[str]) -> dict[str, Bounce]:
    """Which of these addresses receive nothing but what they ask for, and since which report. One read."""
    keys = {key_of(address): address for address in addresses}
    return {keys[key]: bounce for key, bounce in _suppressed(keys).items()}


@dataclass(frozen=True, slots=True)
class Queue:
    waiting: int
    dead: int
    sent: int
    dropped: int
    oldest: datetime | None


def queue() -> Queue:
    states = dict(Mail.objects.order_by().values_list("state").annotate(Count("id")))
    oldest = Mail.objects.filter(state=Mail.State.WAITING).aggregate(at=Min("asked_at"))["at"]
    waiting, dead, sent, dropped = (states.get(state, 0) for state in ("waiting", "dead", "sent", "dropped"))
    return Queue(waiting, dead, sent, dropped, oldest)


def dead_mails(limit: int = 100) -> list[Mail]:
    """Without their text: nobody reads it here."""
    return list(Mail.objects.filter(state=Mail.State.DEAD).defer("sealed", "recipient").order_by("-id")[:limit])
