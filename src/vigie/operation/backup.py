"""`vigie backup`: everything that must survive, as it was at one moment, in one file."""

import hashlib
import hmac
import os
import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

from django.conf import settings

from vigie.core import clock, erasures
from vigie.core.disk import has_room
from vigie.operation import archive, portable
from vigie.operation.archive import Lock
from vigie.operation.errors import Impossible

#: What of the data folder is kept beside the database. Keys, sockets, queues and mail stay where they are.
KEPT = ("files", erasures.journal().name)
#: Tables that a backup leaves out: a sign-in that was taken back must not come back, a counter of tries is of its day.
PASSING = frozenset({"sessions.Session", "accounts.SignIn", "accounts.Tries"})
ENDING = ".vigie"


@dataclass(frozen=True)
class Made:
    file: Path
    rows: int
    files: int
    size: int
    encrypted: bool

    def __str__(self) -> str:
        closed = "encrypted" if self.encrypted else "not encrypted"
        return f"{self.file}: {self.rows} rows, {self.files} files, {self.size} bytes, {closed}"


def folder() -> Path:
    return Path(settings.DATA_DIR) / "backups"


def usual_file(at: datetime) -> Path:
    folder().mkdir(mode=0o700, exist_ok=True)
    return folder() / f"vigie-{at:%Y%m%dT%H%M%SZ}{ENDING}"


def backups() -> list[Path]:
    """Those in the usual folder, oldest first."""
    return sorted(folder().glob(f"vigie-*{ENDING}"))


def back_up(file: Path | None = None, lock: Lock = Lock()) -> Made:  # noqa: B008
    """Write an archive. Raises `Impossible` when it cannot be, and leaves nothing then."""
    at = clock.now()
    file = file or usual_file(at)
    if file.exists():
        raise Impossible(f"{file} exists already: a backup overwrites nothing")
    if file.parent == folder() and not has_room():
        raise Impossible(
            f"less than {settings.DISK_RESERVE_MB} MB are free: the database needs them. Nothing was written"
        )
    for one in lock.recipients:
        archive.recipient(one)
    migrations = portable.applied()
    if not migrations:
        raise Impossible("there is nothing to back up: this database was never migrated")
    try:
        with portable.snapshot() as alias, archive.create(file, lock) as target:
            tables = {
                table.label: _write(target, alias, table)
                for table in portable.tables_after(migrations)
                if table.label not in PASSING
            }
            files = [_copy(target, name, path) for name, path in kept_files()]
            target.manifest(
                {
                    "format": archive.FORMAT,
                    "vigie": version("vigie"),
                    "made_at": clock.instant(at),
                    "database": "sqlite" if settings.EMBEDDED else "postgresql",
                    "migrations": migrations,
                    "tables": tables,
                    "files": [one for one in files if one],
                    "settings": public_settings(),
                    "secrets": secret_names(),
                    "secret_key": _fingerprint(secrets.token_hex(16)),
                }
            )
    except OSError as error:
        raise Impossible(f"the backup could not be written: {error.strerror or error}. Nothing was left") from error
    return Made(
        file, sum(one["rows"] for one in tables.values()), len(files), file.stat().st_size, encrypted=lock.closes
    )


def _write(target: archive.Writer, alias: str, table: portable.Table) -> dict[str, Any]:
    total = portable.Sum()
    target.table(table.label, portable.lines(alias, table, total))
    return {
        "columns": table.columns,
        "rows": total.rows,
        "digest": total.digest,
        "counter": portable.counter(alias, table),
    }


def kept_files() -> Iterator[tuple[str, Path]]:
    """Files of the data folder that a backup holds, by their names in it; half written ones are not."""
    root = Path(settings.DATA_DIR)
    for name in KEPT:
        found = sorted((root / name).rglob("*")) if (root / name).is_dir() else [root / name]
        for path in found:
            if path.is_file() and not path.is_symlink() and path.suffix != ".part":
                yield path.relative_to(root).as_posix(), path


def _copy(target: archive.Writer, name: str, path: Path) -> dict[str, Any] | None:
    """None for a file that went away meanwhile: its row says that its time was over."""
    try:
        stream = path.open("rb")
    except FileNotFoundError:
        return None
    with stream:
        size = os.fstat(stream.fileno()).st_size
        return {"path": name, "size": size, "sha256": target.file(name, stream, size)}


def public_settings() -> dict[str, str]:
    """What the environment says, secrets left out."""
    from vigie.settings import VARIABLES

    return {one.name: os.environ[one.name] for one in VARIABLES.values() if not one.secret and one.name in os.environ}


def secret_names() -> dict[str, str]:
    """Which secrets this installation has, and where; never what they are."""
    from vigie.settings import VARIABLES

    found = {one.name: "environment" for one in VARIABLES.values() if one.secret and os.environ.get(one.name)}
    kept = Path(settings.DATA_DIR) / "secret-key"
    return {**({"VIGIE_SECRET_KEY": f"file {kept.name} of the data folder"} if kept.exists() else {}), **found}


def _fingerprint(salt: str) -> dict[str, str]:
    """Tells whether another installation has the same secret key, and nothing else about it."""
    slow = hashlib.scrypt(settings.SECRET_KEY.encode(), salt=bytes.fromhex(salt), n=2**14, r=8, p=1, dklen=16)
    return {"salt": salt, "scrypt": slow.hex()}


def is_same_secret_key(fingerprint: dict[str, str]) -> bool:
    return hmac.compare_digest(_fingerprint(fingerprint["salt"])["scrypt"], fingerprint["scrypt"])
