"""The team's desk: what waits, what comes, and the figures. Each app says its own part; the page knows none of them.

    DESK.register("live", part_of_an_actor_and_a_moment)

A part reads a fixed number of statements, holds only what its actor may read, and leads to where things are mended.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime

from vigie.communities.access import Actor
from vigie.core.registry import Registry


@dataclass(frozen=True, slots=True)
class Waiting:
    """Something to do. `at`: since when it is late, or when it must be done by; the page sorts by it."""

    title: str
    detail: str
    href: str
    action: str
    icon: str
    at: datetime
    late: bool = False


@dataclass(frozen=True, slots=True)
class Meeting:
    """What comes next. `until`: to which moment the page counts down; `state` says in words where it stands."""

    title: str
    at: datetime
    zone: str
    state: str
    icon: str
    href: str
    action: str
    facts: tuple[tuple[str, str], ...] = ()
    until: datetime | None = None
    counts: str = ""


@dataclass(frozen=True, slots=True)
class Lately:
    title: str
    when: str
    href: str


@dataclass(frozen=True, slots=True)
class Figure:
    """`value` of `most`, and the sentence that says so; without a value, the sentence says why there is none."""

    title: str
    sentence: str
    value: int | None = None
    most: int = 0
    kind: str = ""


@dataclass(frozen=True, slots=True)
class Part:
    waiting: tuple[Waiting, ...] = ()
    coming: tuple[Meeting, ...] = ()
    lately: tuple[Lately, ...] = ()
    figures: tuple[Figure, ...] = ()


DESK: Registry[Callable[[Actor, datetime], Part]] = Registry()


@dataclass(frozen=True, slots=True)
class Desk:
    waiting: list[Waiting]
    coming: list[Meeting]
    lately: list[Lately]
    figures: list[Figure]

    @property
    def late(self) -> int:
        return sum(one.late for one in self.waiting)


def desk_of(actor: Actor, at: datetime) -> Desk:
    """What is late first, the oldest before; then what is due, the nearest before."""
    parts = [part(actor, at) for part in DESK]
    return Desk(
        waiting=sorted(_all(part.waiting for part in parts), key=lambda one: (not one.late, one.at)),
        coming=sorted(_all(part.coming for part in parts), key=lambda one: one.at),
        lately=_all(part.lately for part in parts),
        figures=_all(part.figures for part in parts),
    )


def _all(lists: Iterable[tuple]) -> list:
    return [one for some in lists for one in some]
