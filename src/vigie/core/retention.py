from datetime import datetime

from django.conf import settings
from django.db import connection

from vigie.core.database import stored_moment
from vigie.core.keeping import RETENTION, Rule


def _table() -> str:
    """The cache's table, "" where the cache is none."""
    chosen = settings.CACHES["default"]
    return str(chosen["LOCATION"]) if chosen["BACKEND"].endswith("DatabaseCache") else ""


def _due(at: datetime) -> int:
    return _run("SELECT count(*) FROM {} WHERE expires < %s", at)


def _remove(at: datetime) -> int:
    return _run("DELETE FROM {} WHERE expires < %s", at)


def _run(sql: str, at: datetime) -> int:
    if not (table := _table()):
        return 0
    with connection.cursor() as cursor:
        cursor.execute(sql.format(connection.ops.quote_name(table)), [stored_moment(at.replace(microsecond=0))])
        return int(cursor.fetchone()[0]) if cursor.description else cursor.rowcount


RETENTION.register(
    "core.cache",
    Rule(
        what="passing notes, such as a six-digit code that was spent",
        why="they say nothing any more",
        kept="until they expire, an hour at most",
        due=_due,
        remove=_remove,
    ),
)
