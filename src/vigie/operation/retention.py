"""What operation itself leaves behind: mail written to a folder, backups. And the run of all rules."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings

from vigie.core import clock
from vigie.core.keeping import RETENTION, Rule
from vigie.operation.backup import backups
from vigie.operation.errors import Impossible

#: A date that is further on than this since the last run is more likely a wrong clock than a long sleep.
LEAP = timedelta(hours=48)


@dataclass(frozen=True)
class Outcome:
    code: str
    rule: Rule
    count: int


def apply_rules(*, dry_run: bool = False, date_is_right: bool = False) -> Iterator[Outcome]:
    """Each rule and what it deleted, or would. Raises `Impossible` when the clock is not to be believed."""
    now = clock.now()
    if not dry_run and not date_is_right:
        refuse_leap(now)
    for code, rule in RETENTION.items():
        yield Outcome(code, rule, rule.due(now) if dry_run else rule.remove(now))
    if not dry_run:
        _mark(now)


def refuse_leap(now: datetime) -> None:
    last = last_run()
    if last is None:
        return
    if now < last - timedelta(minutes=5):
        raise Impossible(f"the clock went back: it is {now:%Y-%m-%d %H:%M} UTC, the last run was later. {_RIGHT}")
    if now - last > LEAP:
        hours = (now - last).total_seconds() / 3600
        raise Impossible(f"the clock is {hours:.0f} hours after the last run: nothing was deleted. {_RIGHT}")


_RIGHT = "If the date is right, say so once: vigie retention --date-is-right"


def last_run() -> datetime | None:
    try:
        return datetime.fromisoformat(json.loads(_file().read_text())["at"])
    except (OSError, ValueError, KeyError):
        return None


def _mark(now: datetime) -> None:
    new = _file().with_suffix(".new")
    new.write_text(json.dumps({"at": now.isoformat()}))
    new.replace(_file())


def _file() -> Path:
    return Path(settings.DATA_DIR) / "retention.json"


# Rules ------------------------------------------------------------------------


def _old_mail(at: datetime) -> list[Path]:
    before = (at - timedelta(days=settings.KEEP_OUTBOX_DAYS)).timestamp()
    return [one for one in Path(settings.OUTBOX_DIR).glob("*") if one.is_file() and one.stat().st_mtime < before]


def _old_backups(at: datetime) -> list[Path]:
    before = (at - timedelta(days=settings.KEEP_BACKUPS_DAYS)).timestamp()
    return [one for one in backups()[:-1] if one.stat().st_mtime < before]


def _remove(paths: list[Path]) -> int:
    for path in paths:
        path.unlink(missing_ok=True)
    return len(paths)


RETENTION.register(
    "operation.outbox",
    Rule(
        what="mail written to the folder outbox",
        why="it names people and holds codes; it is there for trying Vigie out",
        kept=f"{settings.KEEP_OUTBOX_DAYS} days (VIGIE_KEEP_OUTBOX_DAYS)",
        due=lambda at: len(_old_mail(at)),
        remove=lambda at: _remove(_old_mail(at)),
    ),
)
RETENTION.register(
    "operation.backups",
    Rule(
        what="backups in the data folder, the newest kept",
        why="who was erased must leave the backups too",
        kept=f"{settings.KEEP_BACKUPS_DAYS} days (VIGIE_KEEP_BACKUPS_DAYS)",
        due=lambda at: len(_old_backups(at)),
        remove=lambda at: _remove(_old_backups(at)),
    ),
)
