"""`vigie doctor`: what is missing or wrong on this installation, one line each."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

from django.conf import settings
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

STATIC = Path(__file__).parent / "static/dist"
Finding = tuple[bool, str]


def examine() -> int:
    """Print every finding; 1 when something must be mended before members come."""
    bad = 0
    for check in CHECKS:
        for well, sentence in findings(check):
            print(f"{'ok  ' if well else 'MEND'}  {sentence}")
            bad += not well
    return int(bool(bad))


def findings(check: Callable[[], Iterator[Finding]]) -> list[Finding]:
    try:
        return list(check())
    except Exception as error:
        return [(False, f"{check.__name__.removeprefix('_')}: {type(error).__name__}: {error}")]


def _database() -> Iterator[Finding]:
    executor = MigrationExecutor(connection)
    waiting = executor.migration_plan(executor.loader.graph.leaf_nodes())
    yield not waiting, f"database: {connection.vendor}, {len(waiting)} migrations to run"
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            for name, wanted in (("journal_mode", "wal"), ("synchronous", 2), ("foreign_keys", 1)):
                cursor.execute(f"PRAGMA {name}")
                found = cursor.fetchone()[0]
                yield found == wanted, f"database: {name} is {found}"


def _rooms() -> Iterator[Finding]:
    if not settings.REDIS_URL:
        yield settings.EMBEDDED, "rooms: one process, no Redis" + ("" if settings.EMBEDDED else ": set VIGIE_REDIS_URL")
        return
    import redis

    redis.Redis.from_url(settings.REDIS_URL, socket_timeout=2).ping()
    yield True, "rooms: Redis answers"


def _mail() -> Iterator[Finding]:
    smtp = settings.EMAIL_BACKEND.endswith("smtp.EmailBackend")
    where = f"{settings.EMAIL_HOST}:{settings.EMAIL_PORT}" if smtp else f"written to {settings.EMAIL_FILE_PATH}"
    yield smtp or settings.DEMO, f"mail: {where}" + ("" if smtp or settings.DEMO else ": set VIGIE_MAIL_URL")


def _mail_server() -> Iterator[Finding]:
    """Does it answer, and does it take the name and password?"""
    if not settings.EMAIL_BACKEND.endswith("smtp.EmailBackend"):
        return
    from django.core.mail import get_connection

    server = get_connection()
    try:
        server.open()
        yield True, "mail: the server answers"
    except Exception as error:
        yield False, f"mail: the server does not take us: {type(error).__name__}"
    finally:
        server.close()


def _kept_mail() -> Iterator[Finding]:
    from vigie.core import clock
    from vigie.mails.queries import queue

    found = queue()
    hours = (clock.now() - found.oldest).total_seconds() / 3600 if found.oldest else 0
    yield found.dead == 0, f"mail: {found.dead} dead letters"
    yield hours < 1, f"mail: {found.waiting} wait" + (f", the oldest for {hours:.0f} hours" if hours >= 1 else "")


def _files() -> Iterator[Finding]:
    probe = settings.DATA_DIR / ".doctor"
    probe.write_text("x")
    probe.unlink()
    free = shutil.disk_usage(settings.DATA_DIR).free // 2**20
    yield free > 500, f"files: {settings.DATA_DIR} can be written, {free} MB free"
    yield (STATIC / "manifest.json").exists(), "front end: built" if STATIC.exists() else "front end: not built"


def _time() -> Iterator[Finding]:
    yield True, f"time zone: {settings.DEFAULT_ZONE}"


def _doors() -> Iterator[Finding]:
    yield True, f"address: {settings.BASE_URL}" + (" (demo: every door is open)" if settings.DEMO else "")
    proxies = ", ".join(map(str, settings.TRUSTED_PROXIES))
    needed = settings.BASE_URL.startswith("https:")
    yield (
        bool(proxies) or not needed,
        f"proxies: {proxies or 'none is believed'}" + ("" if proxies or not needed else ": set VIGIE_TRUSTED_PROXIES"),
    )


def _operation() -> Iterator[Finding]:
    from vigie.core import clock
    from vigie.operation import backup, retention
    from vigie.operation.errors import Impossible

    made = backup.backups()
    hours = (clock.now().timestamp() - made[-1].stat().st_mtime) / 3600 if made else 0
    yield True, f"backups: the newest is {hours:.0f} hours old" if made else "backups: none in the data folder yet"
    try:
        retention.refuse_leap(clock.now())
    except Impossible as reason:
        yield False, f"retention: {reason}"
    else:
        last = retention.last_run()
        yield True, f"retention: last run {last:%Y-%m-%d %H:%M} UTC" if last else "retention: not run yet"


CHECKS = (_doors, _database, _rooms, _mail, _mail_server, _kept_mail, _files, _time, _operation)
