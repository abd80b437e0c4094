from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.models import Session
from django.db.models import QuerySet

from vigie.accounts.actions import remove_data_files
from vigie.accounts.models import AddressChange, DataFile, Tries
from vigie.accounts.rules import DATA_KEPT, UNDO_WITHIN
from vigie.core import day_key
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


def _empty(at: datetime) -> "QuerySet[Tries]":
    return Tries.objects.filter(full_until__lt=int(at.timestamp() * 1000))


def _forsaken(at: datetime) -> list[Path]:
    """Files a day old that no row names: what a crash or a restored backup left."""
    old = (at - timedelta(days=1)).timestamp()
    folder = Path(settings.DATA_DIR) / "files" / "my-data"
    found = [path for path in folder.glob("*") if path.stat().st_mtime < old]
    named = set(DataFile.objects.values_list("code", flat=True)) if found else set()
    return [path for path in found if path.stem not in named]


def _remove_forsaken(at: datetime) -> int:
    found = _forsaken(at)
    for path in found:
        path.unlink(missing_ok=True)
    return len(found)


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
RETENTION.register(
    "accounts.tries",
    Rule(
        what="counters of tries at the doors",
        why="they count no longer",
        kept="until they are empty, an hour at most",
        due=lambda at: _empty(at).count(),
        remove=lambda at: _empty(at).delete()[0],
    ),
)
RETENTION.register(
    "accounts.day_keys",
    Rule(
        what="the key of a day, which hides who was counted",
        why="without it no counter can be traced to a network or an address any more",
        kept="until midnight, UTC",
        due=lambda at: len(day_key.old_keys(at.date())),
        remove=lambda at: day_key.destroy_old(at.date()),
    ),
)
RETENTION.register(
    "accounts.address_changes",
    Rule(
        what="changes of an e-mail address, with the one before",
        why="the mailbox of before can no longer take the account back",
        kept=f"{UNDO_WITHIN // timedelta(hours=1)} hours",
        due=lambda at: AddressChange.objects.filter(at__lte=at - UNDO_WITHIN).count(),
        remove=lambda at: AddressChange.objects.filter(at__lte=at - UNDO_WITHIN).delete()[0],
    ),
)
RETENTION.register(
    "accounts.data_files",
    Rule(
        what="files in which somebody fetched what is known of them",
        why="a copy is made for its person and one use",
        kept=f"{DATA_KEPT // timedelta(days=1)} days",
        due=lambda at: DataFile.objects.filter(expires_at__lte=at).count(),
        remove=remove_data_files,
    ),
)
RETENTION.register(
    "accounts.forsaken_files",
    Rule(
        what="files of somebody's data that nobody can fetch any more",
        why="nothing in the database names them",
        kept="1 day",
        due=lambda at: len(_forsaken(at)),
        remove=_remove_forsaken,
    ),
)
