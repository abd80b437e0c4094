"""Why an identity may be read, and how often. Pure."""

from enum import StrEnum

#: Identities that one manager reads in an hour, at most.
AN_HOUR = 20
#: A reason of two words explains nothing.
SHORTEST_REASON, LONGEST_REASON = 10, 500


class ReasonKind(StrEnum):
    CALL = "call"
    DOUBT = "doubt"
    REWARD = "reward"
    REQUEST = "request"
    OTHER = "other"


def is_reason(text: str) -> bool:
    return SHORTEST_REASON <= len(" ".join(text.split())) <= LONGEST_REASON
