from collections.abc import Iterator

from vigie.facts.actions import GENESIS, seal_of
from vigie.facts.models import Chain, Delivery, Entry


def broken_seals(community_id: int) -> Iterator[int]:
    """Positions whose seal does not follow from what stands before: empty when the history is whole."""
    # The end is read first: what is sealed meanwhile stands after it.
    end = Chain.objects.filter(community_id=community_id).first()
    before, expected = GENESIS, 1
    entries = Entry.objects.filter(community_id=community_id).exclude(position=None).order_by("position")
    for entry in entries.iterator():
        follows = entry.position == expected and entry.seal == seal_of(before, entry)
        if not follows or (end and end.length == entry.position and end.seal != entry.seal):
            yield entry.position or 0
        before, expected = entry.seal, (entry.position or 0) + 1
    if (end.length if end else 0) >= expected or (end is None and expected > 1):
        yield expected


def communities_with_facts() -> list[int]:
    found: set[int] = set(Entry.objects.order_by().values_list("community_id", flat=True).distinct())
    return sorted(found | set(Chain.objects.values_list("community_id", flat=True)))


def communities_to_seal() -> list[int]:
    return list(Entry.objects.filter(position=None).order_by().values_list("community_id", flat=True).distinct())


def dead_letters() -> list[Delivery]:
    return list(Delivery.objects.filter(state=Delivery.State.DEAD).select_related("entry").order_by("id"))
