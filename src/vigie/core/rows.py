"""Plain SQL for what pages read at every request: model instances at a tenth of what a query set costs, and several
reads on one way to the database and back.

Nothing of Django's looks at these statements, scopes least of all: a caller names the community in its SQL.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, TypeVar

import orjson
from django.db import DEFAULT_DB_ALIAS, connection, models

from vigie.core.database import read_moment, select

M = TypeVar("M", bound=models.Model)


def table_of(model: type[models.Model]) -> str:
    return model._meta.db_table  # noqa: SLF001 (documented under this name)


def _fields(model: type[models.Model]) -> "Sequence[models.Field[Any, Any]]":
    return model._meta.concrete_fields  # noqa: SLF001


@cache
def columns(model: type[models.Model], table: str) -> str:
    """Every column of the model, for a SELECT in which its table is called `table`."""
    return ", ".join(f"{table}.{field.column}" for field in _fields(model))


@cache
def width(model: type[models.Model]) -> int:
    """How many values `columns()` gives."""
    return len(_fields(model))


def instance(model: type[M], values: Sequence[Any]) -> M:
    """The object whose `columns()` gave these values, as if it had been fetched."""
    names, readers = _shape(model)
    read = list(values)
    for place, reader in readers:
        if read[place] is not None:
            read[place] = reader(read[place])
    return model.from_db(DEFAULT_DB_ALIAS, names, read)


def fetch(model: type[M], rest: str, values: Sequence[Any]) -> list[M]:
    """The objects of `SELECT … FROM its table AS one` and the rest of the statement: WHERE, ORDER BY."""
    sql = f"SELECT {columns(model, 'one')} FROM {table_of(model)} one {rest}"  # noqa: S608
    return [instance(model, row) for row in select(sql, values)]


@cache
def _shape(model: type[models.Model]) -> tuple[list[str], list[tuple[int, Callable[[Any], Any]]]]:
    fields = _fields(model)
    readers: list[tuple[int, Callable[[Any], Any]]] = []
    for place, field in enumerate(fields):
        if isinstance(field, models.DateTimeField):
            readers.append((place, read_moment))
        elif isinstance(field, models.BooleanField):
            readers.append((place, bool))
    return [field.attname for field in fields], readers


@dataclass(frozen=True, slots=True)
class Read:
    """A SELECT of these expressions; `rest` begins with FROM."""

    columns: tuple[str, ...]
    rest: str
    values: Sequence[Any] = ()


def together(*reads: Read) -> list[list[list[Any]]]:
    """The rows of each read, by one statement. They hold what JSON knows: a time is a text, for `read_moment()`."""
    sql = _at_once(tuple((one.columns, one.rest) for one in reads), connection.vendor)
    row = select(sql, [value for one in reads for value in one.values])[0]
    return [orjson.loads(rows) for rows in row]


@cache
def _at_once(reads: tuple[tuple[tuple[str, ...], str], ...], vendor: str) -> str:
    parts = []
    for columns_, rest in reads:
        names = [f"c{place}" for place in range(len(columns_))]
        inner = ", ".join(f"{column} AS {name}" for column, name in zip(columns_, names, strict=True))
        array = f"json_array({', '.join(names)})"
        rows = f"json_group_array({array})"
        if vendor != "sqlite":
            rows = f"COALESCE(json_agg(json_build_array({', '.join(names)})), '[]')::text"
        parts.append(f"(SELECT {rows} FROM (SELECT {inner} {rest}) one)")  # noqa: S608
    return f"SELECT {', '.join(parts)}"
