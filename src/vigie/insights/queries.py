from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from django.conf import settings
from django.db import connection
from django.db.models import Min

from vigie import doctor
from vigie.communities.models import Community
from vigie.core.disk import free_bytes
from vigie.facts.models import Delivery
from vigie.facts.queries import ChainLook, chain_of, communities_with_facts, dead_letters
from vigie.mails.models import Mail
from vigie.mails.queries import Queue, dead_mails, queue
from vigie.operation.backup import backups

MEGABYTE = 2**20


@dataclass(frozen=True, slots=True)
class Storage:
    """Megabytes."""

    free: int
    database: int
    files: int
    backups: int


@dataclass(frozen=True, slots=True)
class Overview:
    mails: Queue
    dead_mails: list[Mail]
    dead_facts: list[Delivery]
    facts_waiting: int
    facts_oldest: datetime | None
    storage: Storage
    backup_at: datetime | None
    chains: list[tuple[str, ChainLook]]


def overview() -> Overview:
    waiting = Delivery.objects.filter(state=Delivery.State.WAITING)
    made = backups()
    return Overview(
        mails=queue(),
        dead_mails=dead_mails(),
        dead_facts=dead_letters()[:100],
        facts_waiting=waiting.count(),
        facts_oldest=waiting.aggregate(due=Min("due_at"))["due"],
        storage=Storage(
            free_bytes() // MEGABYTE,
            _database_size() // MEGABYTE,
            _size(Path(settings.DATA_DIR) / "files"),
            sum(one.stat().st_size for one in made) // MEGABYTE,
        ),
        backup_at=datetime.fromtimestamp(made[-1].stat().st_mtime, UTC) if made else None,
        chains=chains(),
    )


def chains() -> list[tuple[str, ChainLook]]:
    """By the community's short name, as its addresses show it; what belongs to none is the accounts' own history."""
    slugs = dict(Community.objects.values_list("id", "slug"))
    return [(slugs.get(one, "—"), chain_of(one)) for one in communities_with_facts()]


def _database_size() -> int:
    if connection.vendor == "sqlite":
        name = Path(str(settings.DATABASES["default"]["NAME"]))
        return sum(one.stat().st_size for one in (name, Path(f"{name}-wal")) if one.exists())
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_database_size(current_database())")
        return int(cursor.fetchone()[0])


def _size(folder: Path) -> int:
    return sum(one.stat().st_size for one in folder.rglob("*") if one.is_file()) // MEGABYTE if folder.is_dir() else 0


def verdicts() -> list[tuple[bool, str]]:
    """The doctor's, in the words of the console: a server that does not answer may take twenty seconds."""
    return [finding for check in doctor.CHECKS for finding in doctor.findings(check)]
