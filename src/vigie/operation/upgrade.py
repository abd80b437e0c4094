"""`vigie upgrade`: backup, migrate, verify."""

from collections.abc import Iterator

from django.conf import settings

from vigie.operation import portable
from vigie.operation.archive import Lock
from vigie.operation.backup import back_up
from vigie.operation.errors import Impossible
from vigie.operation.restore import nobody_else
from vigie.verify import verify


def upgrade(lock: Lock) -> Iterator[str]:
    """Sentences of what was done. Raises `Impossible` with the way back."""
    from vigie.commands import migrate

    if not settings.EMBEDDED:
        nobody_else()
    portable.tables_after(portable.applied())  # a database of a newer version is refused before anything is written
    made = None
    if portable.applied():
        made = back_up(lock=lock)
        yield f"backed up: {made}"
    try:
        count = portable.waiting("default")
        migrate()
    except Exception as error:
        raise Impossible(f"a migration failed ({type(error).__name__}: {error}).{_back(made)}") from error
    yield f"migrated: {count} migrations" if count else "migrated: nothing to do"
    if broken := list(verify()):
        raise Impossible(f"{'; '.join(broken)}.{_back(made)}")
    yield "verified: everything holds"


def _back(made: object) -> str:
    file = getattr(made, "file", None)
    return f" The way back: install the former version, then vigie restore {file} --replace" if file else ""
