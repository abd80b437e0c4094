from vigie.communities.actions.memberships import change_role, grant_membership, remove, restore, suspend
from vigie.communities.actions.opening import found_community, open_community, open_stage

__all__ = [
    "change_role",
    "found_community",
    "grant_membership",
    "open_community",
    "open_stage",
    "remove",
    "restore",
    "suspend",
]
