"""Tables as lines that any database writes and reads alike, in the shape that some migrations gave them.

A line is a JSON array of one row's values, in the order of the model's columns. The digest of a table does not depend
on the order of its rows: two databases may sort texts differently.
"""

import base64
import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from copy import deepcopy
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from itertools import islice
from typing import Any

import orjson
from django.core.management import call_command
from django.db import connections, models, transaction
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django.utils.duration import duration_iso_string

from vigie.operation.errors import Impossible

Migration = tuple[str, str]
BATCH = 500
SNAPSHOT = "snapshot"
NO_DIGEST = "0" * 64


@dataclass(frozen=True)
class Table:
    """A model's table, as it stands after some migrations."""

    label: str
    model: type[models.Model]

    @property
    def name(self) -> str:
        return self.model._meta.db_table

    @property
    def columns(self) -> list[str]:
        return [str(field.column) for field in self.model._meta.concrete_fields]

    @property
    def counter(self) -> str:
        """The column that the database numbers by itself, "" when there is none."""
        key = self.model._meta.pk
        return str(key.column) if isinstance(key, models.AutoField) else ""


@dataclass
class Sum:
    """How many rows went by, and what they said."""

    rows: int = 0
    digest: str = NO_DIGEST

    def add(self, line: bytes) -> None:
        self.rows += 1
        total = int(self.digest, 16) + int.from_bytes(hashlib.sha256(line).digest())
        self.digest = f"{total % 2**256:064x}"


# Shapes -----------------------------------------------------------------------


def applied(alias: str = "default") -> list[Migration]:
    """The migrations that a database went through."""
    return sorted(MigrationRecorder(connections[alias]).applied_migrations())


def tables_after(migrations: Iterable[Migration]) -> list[Table]:
    """Every table of the product after these migrations. Raises `Impossible` when this version does not know one."""
    wanted = [tuple(one) for one in migrations]
    loader = MigrationLoader(None)
    if unknown := sorted(set(wanted) - set(loader.disk_migrations)):
        names = ", ".join(".".join(one) for one in unknown)
        raise Impossible(f"it comes from a newer Vigie: this version does not know {names}")
    if not wanted:
        return []
    state = loader.project_state(wanted).apps  # type: ignore[arg-type]
    found = [Table(model._meta.label, model) for model in state.get_models(include_auto_created=True)]
    return sorted(
        (one for one in found if one.model._meta.managed and not one.model._meta.proxy), key=lambda t: t.label
    )


def every_migration() -> list[Migration]:
    """Those that this version knows."""
    return sorted(MigrationLoader(None).disk_migrations)


def ends(migrations: Iterable[Migration]) -> list[Migration]:
    """The ones that lead to all of them."""
    done, graph = set(migrations), MigrationLoader(None).graph
    return [one for one in sorted(done) if not any(child.key in done for child in graph.node_map[one].children)]


def bring_to(alias: str, migrations: Iterable[Migration] | None = None) -> int:
    """Migrate a database as far as these migrations, or to this version; returns how many were run."""
    executor = MigrationExecutor(connections[alias])
    targets = list(migrations) if migrations is not None else executor.loader.graph.leaf_nodes()
    plan = executor.migration_plan(targets)
    executor.migrate(targets, plan)
    return len(plan)


def waiting(alias: str) -> int:
    """How many migrations stand between a database and this version."""
    executor = MigrationExecutor(connections[alias])
    return len(executor.migration_plan(executor.loader.graph.leaf_nodes()))


def add_cache_table(alias: str) -> None:
    call_command("createcachetable", database=alias, verbosity=0)


# Rows out ---------------------------------------------------------------------


@contextmanager
def snapshot(alias: str = "default") -> Iterator[str]:
    """An alias under which everything is read as it was at one moment. Nobody who writes waits for it."""
    chosen = deepcopy(connections[alias].settings_dict)
    sqlite = connections[alias].vendor == "sqlite"
    if sqlite:
        # A read transaction of the WAL: the product's own IMMEDIATE would keep every writer out.
        chosen["OPTIONS"]["transaction_mode"] = "DEFERRED"
    else:
        from psycopg import IsolationLevel

        chosen["OPTIONS"]["isolation_level"] = IsolationLevel.REPEATABLE_READ
    connections.databases[SNAPSHOT] = chosen
    try:
        with transaction.atomic(using=SNAPSHOT), connections[SNAPSHOT].cursor() as cursor:
            # The moment is that of the first read.
            cursor.execute("PRAGMA query_only=ON" if sqlite else "SET TRANSACTION READ ONLY")
            cursor.execute("SELECT count(*) FROM django_migrations")
            yield SNAPSHOT
    finally:
        connections[SNAPSHOT].close()
        del connections[SNAPSHOT]
        del connections.databases[SNAPSHOT]


def lines(alias: str, table: Table, total: Sum) -> Iterator[bytes]:
    """A table's rows; `total` counts them as they pass."""
    names = [field.attname for field in table.model._meta.concrete_fields]
    rows = table.model._base_manager.using(alias).order_by("pk").values_list(*names)
    for row in rows.iterator(chunk_size=2000):
        line = orjson.dumps(row, default=_plain, option=orjson.OPT_SORT_KEYS)
        total.add(line)
        yield line


def _plain(value: object) -> str:
    match value:
        case Decimal():
            return str(value)
        case timedelta():
            return duration_iso_string(value)
        case bytes() | memoryview():
            return base64.b64encode(value).decode()
    raise TypeError(f"no portable form for {type(value).__name__}")


def summed(alias: str, table: Table) -> Sum:
    total = Sum()
    for _ in lines(alias, table, total):
        pass
    return total


def counter(alias: str, table: Table) -> int:
    """The last number given out: numbers of rows that are gone must not be given again."""
    connection = connections[alias]
    if not table.counter:
        return 0
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("SELECT seq FROM sqlite_sequence WHERE name = %s", [table.name])
            found = cursor.fetchone()
            return int(found[0]) if found else 0
        cursor.execute(f"SELECT last_value, is_called FROM {_sequence(cursor, table)}")  # noqa: S608
        last, called = cursor.fetchone()
        return int(last) if called else 0


def _sequence(cursor: Any, table: Table) -> str:
    cursor.execute("SELECT pg_get_serial_sequence(%s, %s)", [f'"{table.name}"', table.counter])
    return str(cursor.fetchone()[0])


# Rows in ----------------------------------------------------------------------


def load(alias: str, table: Table, written: Iterable[bytes]) -> None:
    """Put rows into an empty table, as they were: no default, no date of today."""
    connection, fields = connections[alias], table.model._meta.concrete_fields
    quote = connection.ops.quote_name
    names, marks = ", ".join(quote(one) for one in table.columns), ", ".join(["%s"] * len(fields))
    sql = f"INSERT INTO {quote(table.name)} ({names}) VALUES ({marks})"  # noqa: S608
    rest = iter(written)
    with connection.cursor() as cursor:
        while batch := list(islice(rest, BATCH)):
            cursor.executemany(sql, [_row(fields, line, connection) for line in batch])


def _row(fields: Sequence[Any], line: bytes, connection: Any) -> list[Any]:
    values = orjson.loads(line)
    return [
        field.get_db_prep_save(field.to_python(value), connection) for field, value in zip(fields, values, strict=True)
    ]


def empty(alias: str, tables: Iterable[Table]) -> None:
    """What migrations put there of themselves gives way."""
    connection = connections[alias]
    with connection.cursor() as cursor:
        for table in tables:
            cursor.execute(f"DELETE FROM {connection.ops.quote_name(table.name)}")  # noqa: S608


def set_counters(alias: str, tables: Iterable[Table], counters: Mapping[str, int]) -> None:
    connection = connections[alias]
    with connection.cursor() as cursor:
        for table in tables:
            last = counters.get(table.label, 0)
            if not table.counter or not last:
                continue
            if connection.vendor == "sqlite":
                cursor.execute("DELETE FROM sqlite_sequence WHERE name = %s", [table.name])
                cursor.execute("INSERT INTO sqlite_sequence (name, seq) VALUES (%s, %s)", [table.name, last])
            else:
                cursor.execute("SELECT setval(%s, %s)", [_sequence(cursor, table), last])


def check_keys(alias: str) -> None:
    """Have the database look at every foreign key now."""
    connection = connections[alias]
    connection.check_constraints()
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
