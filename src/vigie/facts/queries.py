from collections.abc import Iterator

from vigie.facts.actions import GENESIS, seal_of
from vigie.facts.models import Delivery, Entry


def broken_seals(community_id: int) -> Iterator[int]:
    """Positions whose seal does not follow from what stands before: empty when the history is whole."""
    before, expected = GENESIS, 1
    entries = Entry.objects.filter(community_id=community_id).exclude(position=None).order_by("position")
    for entry in entries.iterator():
        if entry.position != expected or entry.seal != seal_of(before, entry):
            yield entry.position or 0
        before, expected = entry.seal, (entry.position or 0) + 1


def communities_with_facts() -> list[int]:
    return list(Entry.objects.order_by("community_id").values_list("community_id", flat=True).distinct())


def communities_to_seal() -> list[int]:
    return list(Entry.objects.filter(position=None).order_by().values_list("community_id", flat=True).distinct())


def dead_letters() -> list[Delivery]:
    return list(Delivery.objects.filter(state=Delivery.State.DEAD).select_related("entry").order_by("id"))
