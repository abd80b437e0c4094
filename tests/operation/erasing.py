"""An app that erases, for the tests of the seam: one that forgets a person's name."""

from pathlib import Path
from typing import Any


def erased_after_the_backup(file: str) -> dict[str, Any]:
    """A person is forgotten after the backup was made; then the backup is restored, twice."""
    from vigie.accounts.models import Person
    from vigie.core import erasures
    from vigie.operation.archive import Lock
    from vigie.operation.errors import Impossible
    from vigie.operation.restore import restore

    def forget(key: str) -> None:
        Person.objects.filter(id=int(key)).update(name="", email=f"forgotten-{key}@example.org")

    erasures.on_restore.register("person", forget)
    restore(Path(file), Lock(), replace=True)
    somebody = Person.objects.order_by("id").first()
    assert somebody
    address = somebody.email
    forget(str(somebody.id))
    erasures.write_down("person", str(somebody.id))
    first = restore(Path(file), Lock(), replace=True).erased
    left = Person.objects.filter(email=address).count()
    again = restore(Path(file), Lock(), replace=True).erased
    kept = len(erasures.known())
    erasures.write_down("pet", "7")
    try:
        restore(Path(file), Lock(), replace=True)
        unknown = "restored"
    except Impossible:
        unknown = "refused"
    return {"first": first, "left": left, "again": again, "journal": kept, "unknown": unknown}
