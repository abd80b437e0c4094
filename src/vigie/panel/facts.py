from dataclasses import dataclass
from typing import ClassVar

from vigie.facts.facts import Fact


@dataclass(frozen=True, kw_only=True)
class IdentityShown(Fact):
    """`read` is the row that holds the reason."""

    app: ClassVar[str] = "panel"
    membership: int
    read: int
    kind: str
