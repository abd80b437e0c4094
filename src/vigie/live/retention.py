from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings
from django_scopes import scopes_disabled

from vigie.core.keeping import RETENTION, Rule
from vigie.live.actions import remove_expired_transcripts
from vigie.live.models import TranscriptFile


def _expired(at: datetime) -> int:
    with scopes_disabled():
        return TranscriptFile.objects.filter(expires_at__lte=at).count()


def _remove_expired(at: datetime) -> int:
    total = 0
    while removed := remove_expired_transcripts():
        total += removed
    return total


def _orphans(at: datetime) -> list[Path]:
    """Files a day old or more that no row names: what a crash or a restored backup left."""
    folder = Path(settings.DATA_DIR) / "files" / "transcripts"
    old = (at - timedelta(days=1)).timestamp()
    found = [path for path in folder.glob("*") if path.is_file() and path.stat().st_mtime < old]
    with scopes_disabled():
        named = set(TranscriptFile.objects.values_list("code", flat=True)) if found else set()
    return [path for path in found if path.name.partition(".")[0] not in named]


def _remove_orphans(at: datetime) -> int:
    orphans = _orphans(at)
    for path in orphans:
        path.unlink(missing_ok=True)
    return len(orphans)


RETENTION.register(
    "live.transcript_files",
    Rule(
        what="transcripts as files",
        why="a copy is made for one reader and one use; the transcript itself stays where it is",
        kept="until the date that the page says",
        due=_expired,
        remove=_remove_expired,
    ),
)
RETENTION.register(
    "live.orphans",
    Rule(
        what="files of transcripts that nobody can ask for any more",
        why="nothing in the database names them",
        kept="1 day",
        due=lambda at: len(_orphans(at)),
        remove=_remove_orphans,
    ),
)
