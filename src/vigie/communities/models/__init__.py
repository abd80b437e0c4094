from vigie.communities.models.charter import Acceptance, CharterText, CharterVersion
from vigie.communities.models.community import Community, FreedPseudonym, Membership, Owned
from vigie.communities.models.opening import Objective, Preparation, SizeReason, Teammate

__all__ = [
    "Acceptance",
    "CharterText",
    "CharterVersion",
    "Community",
    "FreedPseudonym",
    "Membership",
    "Objective",
    "Owned",
    "Preparation",
    "SizeReason",
    "Teammate",
]
