from collections.abc import Iterator
from datetime import datetime, timedelta

from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.models import Session
from django.db.models import QuerySet

from vigie.core.keeping import RETENTION, Rule


def _ended(at: datetime) -> int:
    return Session.objects.filter(expire_date__lt=at).count()


def _remove_ended(at: datetime) -> int:
    return _removed(Session.objects.filter(expire_date__lt=at))


def _unused(at: datetime) -> Iterator[str]:
    """A session that nobody signed in with, untouched for a day: its term moves with every touch."""
    untouched = at + timedelta(seconds=settings.SESSION_COOKIE_AGE) - timedelta(days=1)
    for session in Session.objects.filter(expire_date__range=(at, untouched)).iterator():
        if SESSION_KEY not in session.get_decoded():
            yield session.session_key


def _remove_unused(at: datetime) -> int:
    return sum(_removed(Session.objects.filter(session_key=key)) for key in list(_unused(at)))


def _removed(sessions: "QuerySet[Session]") -> int:
    """Deletes them and what hangs on them; how many sessions that was."""
    return sessions.delete()[1].get("sessions.Session", 0)


RETENTION.register(
    "accounts.sign_ins",
    Rule(
        what="sign-ins that ended",
        why="they open nothing any more",
        kept=f"{settings.SESSION_COOKIE_AGE // 86400} days after the last change",
        due=_ended,
        remove=_remove_ended,
    ),
)
RETENTION.register(
    "accounts.codes",
    Rule(
        what="sign-in codes that were asked for and not used, with the address that was typed",
        why="a code is good for ten minutes",
        kept="1 day",
        due=lambda at: sum(1 for _ in _unused(at)),
        remove=_remove_unused,
    ),
)
