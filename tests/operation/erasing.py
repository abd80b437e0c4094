"""Somebody is forgotten, for the tests of the seam with backups."""

from pathlib import Path
from typing import Any


def erased_after_the_backup(file: str) -> dict[str, Any]:
    """A member who sat in the session is forgotten after the backup was made; then the backup is restored, twice."""
    from django.conf import settings
    from django_scopes import scopes_disabled

    from vigie.accounts.actions import carry_out
    from vigie.accounts.models import Erasure, Person
    from vigie.communities.models import Membership
    from vigie.core import clock, erasures
    from vigie.live.models import Seat
    from vigie.operation.archive import Lock
    from vigie.operation.errors import Impossible
    from vigie.operation.restore import restore

    restore(Path(file), Lock(), replace=True)
    with scopes_disabled():
        seat = Seat.objects.select_related("membership__person").order_by("id").first()
        assert seat
        membership, person = seat.membership, seat.membership.person

    def left() -> int:
        """Rows that name them, and transcripts as files of their session."""
        with scopes_disabled():
            named = Membership.objects.filter(pseudonym=membership.pseudonym).count()
        files = Path(settings.DATA_DIR) / "files" / "transcripts"
        return named + Person.objects.filter(email=person.email).count() + len(list(files.glob("*")))

    before = left()
    now = clock.now()
    Erasure.objects.create(person=person, asked_at=now, due_at=now)
    carry_out(person.id)
    gone = left()
    first = restore(Path(file), Lock(), replace=True).erased
    after = left()
    again = restore(Path(file), Lock(), replace=True).erased
    kept = len(erasures.known())
    erasures.write_down("pet", "7")
    try:
        restore(Path(file), Lock(), replace=True)
        unknown = "restored"
    except Impossible:
        unknown = "refused"
    told = {"before": before, "gone": gone, "first": first, "left": after, "again": again}
    return {**told, "journal": kept, "unknown": unknown}
