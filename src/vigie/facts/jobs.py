"""The queue: transport and clock only. What must not be lost is a row with a due date."""

from typing import Any

from django.conf import settings
from django.db import close_old_connections
from huey import Huey, MemoryHuey, PostgresHuey, SqliteHuey
from huey.consumer import Consumer


def queue() -> Huey:
    if settings.TESTING:
        return MemoryHuey("vigie", immediate=True, immediate_use_memory=True)
    if settings.EMBEDDED:
        return SqliteHuey("vigie", filename=str(settings.HUEY_FILE), fsync=False, results=False)
    return PostgresHuey("vigie", dsn=settings.DATABASE_URL, table_prefix="vigie_jobs", results=False)


huey = queue()


@huey.post_execute()
def fresh_connections(*args: Any) -> None:
    if not settings.TESTING:
        close_old_connections()


class Worker(Consumer):
    """Huey's consumer as threads of a process that has its own signal handlers."""

    def _set_signal_handlers(self) -> None:
        pass
