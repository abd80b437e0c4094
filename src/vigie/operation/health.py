"""Whether an installation is well, in words that name nobody."""

import resource
import time
from collections.abc import Callable, Iterator
from functools import cache
from importlib.metadata import version
from pathlib import Path

from django.core.cache import cache as notes
from django.db import connection, models
from django.db.migrations.loader import MigrationLoader

from vigie.core import clock
from vigie.core.disk import free_bytes, has_room
from vigie.facts.jobs import huey
from vigie.facts.models import Delivery
from vigie.mails.queries import queue as mail_queue
from vigie.operation import backup, portable, retention

BEAT = "operation.beat"
#: Jobs say every minute that they are alive; a process that has just begun is given as long.
SILENCE = 180
STARTED = time.monotonic()
#: Linux tells a process of its open files here.
FILES = Path("/proc/self/fd")


def beat() -> None:
    notes.set(BEAT, clock.now().timestamp(), timeout=None)


def silence() -> float:
    """Seconds since a process said that it does jobs."""
    last = notes.get(BEAT)
    alive = time.monotonic() - STARTED
    return alive if last is None else max(0.0, clock.now().timestamp() - last)


def readiness() -> dict[str, bool]:
    """Each thing that must be well before members come, by name."""
    return {name: _well(check) for name, check in READY.items()}


def _well(check: Callable[[], bool]) -> bool:
    try:
        return check()
    except Exception:
        return False


def _database() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
        return bool(cursor.fetchone() == (1,))


def waiting_migrations() -> int:
    return len(_on_disk() - set(portable.applied()))


@cache
def _on_disk() -> frozenset[tuple[str, str]]:
    return frozenset(MigrationLoader(None).disk_migrations)


def jobs_alive() -> bool:
    # A queue that runs jobs at once, in the caller's thread, is always alive.
    return bool(huey.immediate) or silence() < SILENCE


READY: dict[str, Callable[[], bool]] = {
    "database": _database,
    "migrations": lambda: waiting_migrations() == 0,
    "jobs": jobs_alive,
    "disk": has_room,
}


# Figures ----------------------------------------------------------------------

Samples = list[tuple[dict[str, str], float]]
Figure = tuple[str, str, str, Samples]


def metrics() -> str:
    """The text format of Prometheus: counts and ages, of nobody in particular."""
    told: list[str] = []
    for name, kind, meaning, samples in _figures():
        told += [f"# HELP vigie_{name} {meaning}", f"# TYPE vigie_{name} {kind}"]
        for labels, value in samples:
            inside = ",".join(f'{key}="{text}"' for key, text in labels.items())
            told.append(f"vigie_{name}{{{inside}}} {value:g}" if inside else f"vigie_{name} {value:g}")
    return "\n".join(told) + "\n"


def _figures() -> Iterator[Figure]:
    from django_scopes import scopes_disabled

    from vigie.live.models import Session

    def one(value: float) -> Samples:
        return [({}, value)]

    yield "info", "gauge", "Which version this is.", [({"version": version("vigie")}, 1)]
    yield (
        "ready",
        "gauge",
        "1 where what /readyz looks at is well.",
        [({"check": name}, float(well)) for name, well in readiness().items()],
    )
    yield "migrations_waiting", "gauge", "Migrations to run.", one(waiting_migrations())
    states = dict(Delivery.objects.exclude(state="done").values_list("state").annotate(models.Count("id")))
    yield (
        "deliveries",
        "gauge",
        "Deliveries of facts that are not done.",
        [({"state": state}, float(states.get(state, 0))) for state in ("waiting", "dead")],
    )
    oldest = Delivery.objects.filter(state="waiting").aggregate(due=models.Min("due_at"))["due"]
    late = max(0.0, (clock.now() - oldest).total_seconds()) if oldest else 0.0
    yield "delivery_late_seconds", "gauge", "How long the oldest delivery waits beyond its date.", one(late)
    kept = mail_queue()
    yield (
        "mails",
        "gauge",
        "Mails that have not left: waiting, and given up.",
        [({"state": "waiting"}, float(kept.waiting)), ({"state": "dead"}, float(kept.dead))],
    )
    waits = (clock.now() - kept.oldest).total_seconds() if kept.oldest else 0.0
    yield "mail_wait_seconds", "gauge", "Since the oldest waiting mail was asked for.", one(max(0.0, waits))
    yield (
        "jobs_silence_seconds",
        "gauge",
        "Since a process said that it does jobs.",
        one(0.0 if huey.immediate else silence()),
    )
    with scopes_disabled():
        phases = dict(Session.objects.values_list("phase").annotate(models.Count("id")))
        lines = Session.objects.aggregate(lines=models.Sum("last_seq"))["lines"] or 0
    yield (
        "sessions",
        "gauge",
        "Live sessions by phase.",
        [
            ({"phase": phase}, float(phases.get(phase, 0)))
            for phase in ("planned", "waiting", "live", "closing", "closed")
        ],
    )
    yield "lines_total", "counter", "Lines of all rooms.", one(lines)
    yield "disk_free_bytes", "gauge", "Free space where the data folder is.", one(free_bytes())
    made = backup.backups()
    age = clock.now().timestamp() - made[-1].stat().st_mtime if made else -1
    yield "backup_age_seconds", "gauge", "Since the newest backup in the data folder; -1 without one.", one(age)
    last = retention.last_run()
    since = (clock.now() - last).total_seconds() if last else -1
    yield (
        "retention_age_seconds",
        "gauge",
        "Since what is out of date was deleted; -1 before the first time.",
        one(since),
    )
    usage = resource.getrusage(resource.RUSAGE_SELF)
    yield (
        "process_cpu_seconds_total",
        "counter",
        "Processor time of this process.",
        one(usage.ru_utime + usage.ru_stime),
    )
    yield "process_peak_memory_bytes", "gauge", "The most memory this process held.", one(usage.ru_maxrss * 1024)
    yield "process_uptime_seconds", "gauge", "Since this process began.", one(time.monotonic() - STARTED)
    if FILES.is_dir():
        yield "process_open_files", "gauge", "Open files and sockets of this process.", one(len(list(FILES.iterdir())))
