"""What must be there before the doors open, and what a size or a term may be. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

#: Beyond it a community is a panel, and somebody must say why.
DEFAULT_CAP = 400
#: From here on members stop knowing each other.
WARNING_CAP = 300
DEFAULT_TARGET = 300
#: Per cent of the members who take part regularly: 200 to 250 of 400.
DEFAULT_REGULAR = 62


class ObjectiveKind(StrEnum):
    CREATE = "create"
    UNDERSTAND = "understand"
    HELP = "help"
    SPREAD = "spread"


class Independence(StrEnum):
    BRAND_LED = "brand"
    CO_LED = "shared"
    MEMBER_LED = "members"


class Step(StrEnum):
    """The opening, page by page."""

    NAME = "name"
    OBJECTIVES = "objectives"
    CHARTER = "charter"
    SIZE = "size"
    TERM = "term"
    TEAM = "team"


class Need(StrEnum):
    OBJECTIVES = "objectives"
    CHARTER = "charter"
    SPONSOR = "sponsor"
    PRIVACY_NOTICE = "privacy_notice"
    CONTACT = "contact"


@dataclass(frozen=True)
class Answers:
    """What the doors wait for."""

    objectives: int
    #: Who reads, what becomes of the data, the conventions of both sides.
    charter: tuple[str, ...]
    sponsor: str
    privacy_notice: str
    contact: str


def missing(answers: Answers) -> tuple[Need, ...]:
    """What the doors still wait for, in the order of the steps; nothing: they may open."""
    there = {
        Need.OBJECTIVES: answers.objectives > 0,
        Need.CHARTER: all(part.strip() for part in answers.charter),
        Need.SPONSOR: bool(answers.sponsor.strip()),
        Need.PRIVACY_NOTICE: bool(answers.privacy_notice.strip()),
        Need.CONTACT: bool(answers.contact.strip()),
    }
    return tuple(need for need, found in there.items() if not found)


def needs_reason(cap: int) -> bool:
    return cap > DEFAULT_CAP


def is_large(cap: int) -> bool:
    return cap > WARNING_CAP


def stages(typed: str) -> tuple[int, ...]:
    """The sizes of a ramp-up, as "25, 50, 100". Raises `ValueError` for what is not a list of whole numbers."""
    return tuple(int(one) for one in typed.replace("→", ",").replace(";", ",").split(",") if one.strip())


def climbs(sizes: Sequence[int], cap: int) -> bool:
    """Each stage is larger than the one before, and none is larger than the cap."""
    return all(one < two for one, two in zip((0, *sizes), (*sizes, cap + 1), strict=True))


def is_term(starts_on: date, ends_on: date, renews_on: date) -> bool:
    """Whether to go on is decided inside the term."""
    return starts_on < renews_on <= ends_on
