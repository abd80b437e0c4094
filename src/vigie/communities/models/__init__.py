from vigie.communities.models.charter import Acceptance, CharterText, CharterVersion
from vigie.communities.models.community import Community, FreedPseudonym, Membership, Owned
from vigie.communities.models.opening import Objective, Preparation, SizeReason, Teammate
from vigie.communities.models.people import Consent, Invitation, PseudonymClaim

__all__ = [
    "Acceptance",
    "CharterText",
    "CharterVersion",
    "Community",
    "Consent",
    "FreedPseudonym",
    "Invitation",
    "Membership",
    "Objective",
    "Owned",
    "Preparation",
    "PseudonymClaim",
    "SizeReason",
    "Teammate",
]
