"""`vigie restore` and `vigie move`: a whole installation put into an empty database, compared, checked, then used.

On SQLite a new file is built beside the old one and takes its place at the end; on PostgreSQL everything is one
transaction. Whatever fails before that end leaves the installation as it was.
"""

import hashlib
import os
import shutil
import tempfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

from django.conf import settings
from django.db import IntegrityError, connection, connections, transaction
from django.db.utils import ConnectionHandler

from vigie.core import clock, erasures
from vigie.operation import archive, backup, portable
from vigie.operation.archive import Archive, Lock
from vigie.operation.errors import Impossible
from vigie.operation.portable import Migration, Sum, Table

#: Tables that a fresh installation fills by itself, or that hold nothing worth keeping.
OF_THEMSELVES = frozenset({"contenttypes.ContentType", "auth.Permission", "sessions.Session"})
TARGET = "target"


@dataclass
class Restored:
    rows: int = 0
    files: int = 0
    erased: int = 0
    migrations: int = 0
    aside: str = ""
    broken: list[str] = field(default_factory=list)
    same_key: bool = True


# What stands there ------------------------------------------------------------


def occupied(alias: str = "default") -> bool:
    """Does this database hold anything of a community?"""
    present = set(connections[alias].introspection.table_names())
    if "django_migrations" not in present:
        return False
    tables = portable.tables_after(portable.applied(alias))
    return any(
        table.model._base_manager.using(alias).exists()
        for table in tables
        if table.name in present and table.label not in OF_THEMSELVES
    )


def strangers(alias: str) -> list[str]:
    """Tables that are not Vigie's."""
    ours = {table.name for table in portable.tables_after(portable.every_migration())}
    ours |= {"django_migrations", settings.CACHES["default"]["LOCATION"]}
    return sorted(
        name
        for name in connections[alias].introspection.table_names()
        if name not in ours and not name.startswith("vigie_jobs")
    )


def nobody_else(alias: str = "default") -> None:
    """Raises `Impossible` while another process is connected to this PostgreSQL database."""
    with connections[alias].cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
            " AND backend_type = 'client backend'"
        )
        others = cursor.fetchone()[0]
    if others:
        raise Impossible(f"{others} connections to this database are open: stop every `vigie serve` first")


# Filling a database -----------------------------------------------------------


def fill(
    alias: str,
    migrations: list[Migration],
    each: Callable[[dict[str, Table]], Iterable[tuple[str, Iterable[bytes]]]],
    counters: dict[str, int],
    sums: Callable[[str], Sum],
) -> int:
    """Make the tables, put the rows in, and read all of them again; returns how many there are."""
    tables = {table.label: table for table in portable.tables_after(migrations)}
    portable.bring_to(alias, portable.ends(migrations))
    portable.add_cache_table(alias)
    with transaction.atomic(using=alias):
        portable.empty(alias, reversed(tables.values()))
        for label, written in each(tables):
            portable.load(alias, tables[label], written)
        portable.set_counters(alias, tables.values(), counters)
        try:
            portable.check_keys(alias)
        except IntegrityError as error:
            raise Impossible(f"a row points nowhere: {error}") from None
        rows = 0
        for label, table in tables.items():
            found, wanted = portable.summed(alias, table), sums(label)
            if found != wanted:
                raise Impossible(f"{label} has {found.rows} rows that do not equal the {wanted.rows} that were read")
            rows += found.rows
    return rows


# Restore ----------------------------------------------------------------------


def restore(file: Path, lock: Lock = Lock(), *, replace: bool = False, anyway: bool = False) -> Restored:  # noqa: B008
    """Raises `Impossible`, and has changed nothing then."""
    root = Path(settings.DATA_DIR)
    with archive.opened(file, lock, root) as found:
        check(found.manifest)
        if not replace and (occupied() or any(backup.kept_files())):
            raise Impossible("this installation is not empty: --replace puts the backup in its place and the old aside")
        told = Restored(same_key=backup.is_same_secret_key(found.manifest["secret_key"]))
        if settings.EMBEDDED:
            _into_sqlite(found, root, told, anyway=anyway)
        else:
            _into_postgresql(found, root, told, anyway=anyway)
    return told


def check(manifest: dict[str, Any]) -> None:
    """Can this version put every row where it belongs?"""
    tables = {table.label: table for table in portable.tables_after(_pairs(manifest))}
    for label, told in manifest["tables"].items():
        if label not in tables or tables[label].columns != told["columns"]:
            raise Impossible(f"the archive's {label} is not what this version calls so: it comes from another Vigie")


def _pairs(manifest: dict[str, Any]) -> list[Migration]:
    return [(app, name) for app, name in manifest["migrations"]]


def _into_sqlite(found: Archive, root: Path, told: Restored, *, anyway: bool) -> None:
    place = Path(str(connection.settings_dict["NAME"]))
    stamp = f"{clock.now():%Y%m%dT%H%M%SZ}"
    work = Path(tempfile.mkdtemp(prefix="restoring-", dir=place.parent))
    try:
        with _database_at(work / place.name):
            _build(found, work, root, told, anyway=anyway)
        aside = root / f"before-restore-{stamp}"
        _put_aside(_files(root), aside)
        if occupied():
            _keep_former(place, aside)
        connection.close()
        # The queue only carries: what must not be lost is a row. A former WAL must not meet the new file.
        for path in (*root.glob("jobs.sqlite3*"), *(place.with_name(place.name + end) for end in ("-wal", "-shm"))):
            path.unlink(missing_ok=True)
        (work / place.name).replace(place)
        _put_files(work, root)
        told.aside = str(aside) if aside.exists() else ""
    finally:
        shutil.rmtree(work, ignore_errors=True)


def _keep_former(place: Path, aside: Path) -> None:
    """A second name for the former database, whole in its one file: at no moment is there none under the first."""
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    aside.mkdir(mode=0o700, exist_ok=True)
    try:
        os.link(place, aside / place.name)
    except OSError:  # another file system, or one without links
        shutil.copy2(place, aside / place.name)


def _into_postgresql(found: Archive, root: Path, told: Restored, *, anyway: bool) -> None:
    nobody_else()
    if foreign := strangers("default"):
        raise Impossible(f"the database holds tables that are not Vigie's: {', '.join(foreign[:5])}")
    stamp = f"{clock.now():%Y%m%dT%H%M%SZ}"
    kept = f"before_restore_{stamp.lower()}" if occupied() else ""
    work = Path(tempfile.mkdtemp(prefix="restoring-", dir=root))
    try:
        with transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute(f'ALTER SCHEMA public RENAME TO "{kept}"' if kept else "DROP SCHEMA public CASCADE")
                cursor.execute("CREATE SCHEMA public")
            _build(found, work, root, told, anyway=anyway)
        if _put_aside(_files(root), root / f"before-restore-{stamp}"):
            told.aside = str(root / f"before-restore-{stamp}")
        _put_files(work, root)
    finally:
        shutil.rmtree(work, ignore_errors=True)
    told.aside = " and ".join(filter(None, (told.aside, f"the schema {kept}" if kept else "")))


def _build(found: Archive, work: Path, root: Path, told: Restored, *, anyway: bool) -> None:
    """The database and the files as they will be, checked."""
    manifest = found.manifest
    named = {one["path"]: one["sha256"] for one in manifest["files"]}

    def rows(tables: dict[str, Table]) -> Iterator[tuple[str, Iterable[bytes]]]:
        for name, stream in found.members():
            if name.startswith("tables/"):
                yield name.removeprefix("tables/").removesuffix(".jsonl"), (line.rstrip(b"\n") for line in stream)
            elif name.startswith("data/"):
                _take_out(work / name, stream, named[name.removeprefix("data/")])
                told.files += 1

    def sums(label: str) -> Sum:
        one = manifest["tables"].get(label)
        return Sum(one["rows"], one["digest"]) if one else Sum()

    counters = {label: one["counter"] for label, one in manifest["tables"].items()}
    told.rows = fill("default", _pairs(manifest), rows, counters, sums)
    told.migrations = portable.bring_to("default")
    _erase_again(work, root, told)
    from vigie.verify import verify

    told.broken = list(verify())
    if told.broken and not anyway:
        raise Impossible("; ".join([*told.broken, "nothing was put in place (--anyway does)"]))


def _erase_again(work: Path, root: Path, told: Restored) -> None:
    """What was erased after the backup was made is erased again, and stays written down."""
    inside = work / "data" / erasures.journal().name
    both = [*(erasures.written(inside.read_text()) if inside.exists() else []), *erasures.known()]
    try:
        # The files that came out of the archive, not those that it replaces.
        with _files_in(work / "data"):
            told.erased = erasures.carry_out_again(both)
    except KeyError as error:
        raise Impossible(f"the journal of erasures names {error}, which this version does not know") from None
    inside.unlink(missing_ok=True)
    if missing := [one for one in dict.fromkeys(both) if one not in erasures.known()]:
        erasures.append(root / erasures.journal().name, missing)


@contextmanager
def _files_in(folder: Path) -> Iterator[None]:
    former = settings.DATA_DIR
    settings.DATA_DIR = folder
    try:
        yield
    finally:
        settings.DATA_DIR = former


def _take_out(path: Path, stream: IO[bytes], sha256: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    digest = hashlib.sha256()
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as target:
        while data := stream.read(archive.CHUNK):
            digest.update(data)
            target.write(data)
    if digest.hexdigest() != sha256:
        raise Impossible(archive.DAMAGED.format(f"{path.name} is not what was written"))


def _files(root: Path) -> list[Path]:
    """What a backup brings back whole. The journal of erasures only grows."""
    return [root / name for name in backup.KEPT if name != erasures.journal().name]


def _put_aside(paths: Iterable[Path], aside: Path) -> bool:
    found = [path for path in paths if path.exists()]
    if found:
        aside.mkdir(mode=0o700)
        for path in found:
            path.rename(aside / path.name)
    return bool(found)


def _put_files(work: Path, root: Path) -> None:
    for path in sorted((work / "data").glob("*")):
        path.rename(root / path.name)


@contextmanager
def _database_at(path: Path) -> Iterator[None]:
    """The default database is this SQLite file for as long as the block lasts."""
    chosen = connection.settings_dict
    connection.close()
    before, chosen["NAME"] = chosen["NAME"], str(path)
    try:
        yield
        with connection.cursor() as cursor:
            # Everything into the one file that will be moved.
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    finally:
        connection.close()
        chosen["NAME"] = before


# Move -------------------------------------------------------------------------


@dataclass(frozen=True)
class Moved:
    rows: int
    tables: int


def move(url: str) -> Moved:
    """Copy a SQLite installation's database into an empty PostgreSQL one. Raises `Impossible`; the source stays."""
    from vigie.settings import database_for

    if not settings.EMBEDDED:
        raise Impossible("this installation is on PostgreSQL already")
    if not url.startswith("postgres"):
        raise Impossible("the new database must look like postgresql://user:password@host:5432/name")
    connections.databases[TARGET] = ConnectionHandler({"default": {}, TARGET: database_for(url)}).databases[TARGET]
    try:
        nobody_else(TARGET)
        if foreign := strangers(TARGET):
            raise Impossible(f"the new database holds tables that are not Vigie's: {', '.join(foreign[:5])}")
        if occupied(TARGET):
            raise Impossible("the new database is not empty")
        with portable.snapshot() as source, transaction.atomic(using=TARGET):
            with connections[TARGET].cursor() as cursor:
                cursor.execute("DROP SCHEMA public CASCADE")
                cursor.execute("CREATE SCHEMA public")
            return _copy(source)
    finally:
        connections[TARGET].close()
        del connections[TARGET]
        del connections.databases[TARGET]


def _copy(source: str) -> Moved:
    migrations = portable.applied()
    if not migrations:
        raise Impossible("there is nothing to move: this database was never migrated")
    totals: dict[str, Sum] = {}

    def rows(tables: dict[str, Table]) -> Iterator[tuple[str, Iterable[bytes]]]:
        for label, table in tables.items():
            totals[label] = Sum()
            yield label, portable.lines(source, table, totals[label])

    tables = portable.tables_after(migrations)
    counters = {table.label: portable.counter(source, table) for table in tables}
    moved = fill(TARGET, migrations, rows, counters, lambda label: totals[label])
    return Moved(moved, len(tables))
