"""The shape of a fact, the names under which facts are known, and who listens to them.

A fact holds ids, codes and numbers, never a name or free text: erasure must not meet a chain.
"""

from collections.abc import Callable
from dataclasses import asdict, dataclass, fields
from typing import Any, ClassVar, TypeVar

Value = int | str | bool | None
FACTS: dict[str, type["Fact"]] = {}
LISTENERS: dict[str, list["Listener"]] = {}


@dataclass(frozen=True, kw_only=True)
class Fact:
    """Base of every fact. Subclasses are frozen dataclasses named in the past tense, with `app` and `version`."""

    app: ClassVar[str]
    version: ClassVar[int] = 1
    community: int
    actor: int | None = None

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        FACTS[cls.fact_name()] = cls

    @classmethod
    def fact_name(cls) -> str:
        return f"{cls.app}.{cls.__name__}"

    def data(self) -> dict[str, Value]:
        return {name: value for name, value in asdict(self).items() if name not in {"community", "actor"}}


@dataclass(frozen=True)
class Listener:
    name: str
    react: Callable[[Any], None]


F = TypeVar("F", bound=Fact)


def on(kind: type[F]) -> Callable[[Callable[[F], None]], Callable[[F], None]]:
    """Subscribe a function to a kind of fact. It must be idempotent: delivery is at least once."""

    def subscribe(react: Callable[[F], None]) -> Callable[[F], None]:
        name = f"{react.__module__}.{react.__qualname__}"
        LISTENERS.setdefault(kind.fact_name(), []).append(Listener(name, react))
        return react

    return subscribe


def revive(name: str, version: int, community: int, actor: int | None, data: dict[str, Value]) -> Fact:
    """The fact that a row holds. Fields unknown to today's class are left out; a missing one is a `TypeError`."""
    kind = FACTS[name]
    known = {field.name for field in fields(kind)}
    return kind(community=community, actor=actor, **{key: value for key, value in data.items() if key in known})
