from dataclasses import dataclass
from typing import ClassVar

from vigie.facts.facts import Fact


@dataclass(frozen=True, kw_only=True)
class LogoKept(Fact):
    app: ClassVar[str] = "media"
    image: int


@dataclass(frozen=True, kw_only=True)
class LogoRemoved(Fact):
    app: ClassVar[str] = "media"
