from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import QuerySet

from vigie.core.keeping import RETENTION, Rule
from vigie.mails.models import Bounce, Mail

BOUNCES = timedelta(days=365)


def _settled(at: datetime) -> "QuerySet[Mail]":
    """Waiting ones stay."""
    before = at - timedelta(days=settings.KEEP_MAILS_DAYS)
    return Mail.objects.exclude(state=Mail.State.WAITING).filter(settled_at__lt=before)


def _forgotten(at: datetime) -> "QuerySet[Bounce]":
    return Bounce.objects.filter(at__lt=at - BOUNCES)


RETENTION.register(
    "mails.settled",
    Rule(
        what="mails that left, or were given up: their date and what became of them",
        why="the text is gone as soon as a mail has left; the rest answers “was it sent?” for some weeks",
        kept=f"{settings.KEEP_MAILS_DAYS} days (VIGIE_KEEP_MAILS_DAYS)",
        due=lambda at: _settled(at).count(),
        remove=lambda at: _settled(at).delete()[0],
    ),
)
RETENTION.register(
    "mails.bounces",
    Rule(
        what="reports of mail that bounced",
        why="a mailbox that did not exist a year ago may exist today",
        kept="365 days",
        due=lambda at: _forgotten(at).count(),
        remove=lambda at: _forgotten(at).delete()[0],
    ),
)
