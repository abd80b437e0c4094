from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django_scopes import scope

from vigie.communities.access import Actor, Can, Role
from vigie.communities.models import Membership
from vigie.facts.models import Entry
from vigie.facts.queries import ChainLook, chain_of, history
from vigie.facts.sentences import NAMES, SENTENCES, read_aloud


@dataclass(frozen=True, slots=True)
class Happened:
    """One fact as it is read. `role`: of whoever did it, "" for the installation."""

    at: datetime
    sentence: str
    kind: str
    role: str
    position: int | None


@dataclass(frozen=True, slots=True)
class Page:
    rows: list[Happened]
    older: bool
    chain: ChainLook


def history_page(actor: Actor, *, kind: str = "", day: date | None = None, page: int = 1) -> Page:
    """A fixed number of reads. The platform's administrator reads roles where a manager reads pseudonyms."""
    actor.check(Can.VIEW_HISTORY)
    community = actor.community
    names = [name for name, sentence in SENTENCES.items() if sentence.kind == kind] if kind else []
    since = datetime.combine(day, time(), ZoneInfo(community.time_zone)) if day else None
    until = datetime.combine(day + timedelta(days=1), time(), ZoneInfo(community.time_zone)) if day else None
    found = history(community.pk, names=names, since=since, until=until, page=page)
    called = _called(actor, found.entries)
    roles = _roles(community.pk, {one.actor_id for one in found.entries if one.actor_id is not None})
    rows = [
        Happened(
            entry.at,
            sentence,
            SENTENCES[entry.name].kind if entry.name in SENTENCES else "",
            roles.get(entry.actor_id, "") if entry.actor_id is not None else "",
            entry.position,
        )
        for entry, sentence in zip(found.entries, read_aloud(found.entries, called), strict=True)
    ]
    return Page(rows, found.older, chain_of(community.pk))


def _called(actor: Actor, entries: list[Entry]) -> dict[str, dict[int, str]]:
    """What the ids of these entries are called, by field: one read for each of them."""
    ids: dict[str, set[int]] = {name: set() for name, _ in NAMES.items()}
    for entry in entries:
        for name, value in {**entry.data, "actor": entry.actor_id}.items():
            if name in ids and isinstance(value, int):
                ids[name].add(value)
    ids["membership"] |= ids.pop("actor")
    called = {name: NAMES[name](actor.community.pk, found) for name, found in ids.items()}
    if actor.role is not Role.MANAGER:
        called["membership"] = {}
    return {**called, "actor": called["membership"]}


def _roles(community_id: int, ids: set[int]) -> dict[int, str]:
    with scope(community=community_id):
        return dict(Membership.objects.filter(id__in=ids).values_list("id", "role"))
