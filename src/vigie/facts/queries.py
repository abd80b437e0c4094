from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from django.core.cache import cache as notes
from django.db.models import Max

from vigie.core import clock
from vigie.facts.actions import GENESIS, seal_of
from vigie.facts.models import Chain, Delivery, Entry


def broken_seals(community_id: int) -> Iterator[int]:
    """Positions whose seal does not follow from what stands before: empty when the history is whole."""
    # The end is read first: what is sealed meanwhile stands after it.
    end = Chain.objects.filter(community_id=community_id).first()
    before, expected, whole = GENESIS, 1, True
    entries = Entry.objects.filter(community_id=community_id).exclude(position=None).order_by("position")
    for entry in entries.iterator():
        follows = entry.position == expected and entry.seal == seal_of(before, entry)
        if not follows or (end and end.length == entry.position and end.seal != entry.seal):
            whole = False
            yield entry.position or 0
        before, expected = entry.seal, (entry.position or 0) + 1
    cut = end.length >= expected if end else expected > 1
    if whole and cut:
        yield expected


def communities_with_facts() -> list[int]:
    found: set[int] = set(Entry.objects.order_by().values_list("community_id", flat=True).distinct())
    return sorted(found | set(Chain.objects.values_list("community_id", flat=True)))


def communities_to_seal() -> list[int]:
    return list(Entry.objects.filter(position=None).order_by().values_list("community_id", flat=True).distinct())


def dead_letters() -> list[Delivery]:
    return list(Delivery.objects.filter(state=Delivery.State.DEAD).select_related("entry").order_by("id"))


PAGE = 40


@dataclass(frozen=True, slots=True)
class History:
    entries: list[Entry]
    older: bool


def history(
    community_id: int,
    *,
    names: Iterable[str] = (),
    since: datetime | None = None,
    until: datetime | None = None,
    page: int = 1,
) -> History:
    """What happened in a community, the newest first, a page at a time; `names` of facts, none for all."""
    found = Entry.objects.filter(community_id=community_id)
    if names:
        found = found.filter(name__in=list(names))
    if since and until:
        found = found.filter(at__gte=since, at__lt=until)
    rows = list(found.order_by("-id")[(page - 1) * PAGE : page * PAGE + 1])
    return History(rows[:PAGE], len(rows) > PAGE)


@dataclass(frozen=True, slots=True)
class ChainLook:
    """How far a community's history was sealed when it was last looked at, and where it no longer follows."""

    position: int
    broken: int
    at: datetime


def chain_of(community_id: int) -> ChainLook:
    """As the last look found it; a first look where there was none."""
    found = notes.get(_note(community_id))
    if found is None:
        return look_at_chain(community_id)
    position, broken, at = found
    return ChainLook(position, broken, datetime.fromisoformat(at))


def look_at_chain(community_id: int) -> ChainLook:
    """Each seal computed again. `broken` is the first position that does not follow, 0 when the history is whole."""
    last = Entry.objects.filter(community_id=community_id).aggregate(last=Max("position"))["last"] or 0
    broken = next(broken_seals(community_id), 0)
    chain = ChainLook(last, broken, clock.now())
    notes.set(_note(community_id), (chain.position, chain.broken, chain.at.isoformat()), timeout=None)
    return chain


def _note(community_id: int) -> str:
    return f"facts.chain.{community_id}"
