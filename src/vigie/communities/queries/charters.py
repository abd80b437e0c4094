from datetime import datetime

from django_scopes import scope

from vigie.communities.access import READS_CHARTER
from vigie.communities.models import Acceptance, CharterText, CharterVersion, Community, Membership

#: The fields that make a charter.
PARTS = tuple(field.name for field in CharterText._meta.local_fields)  # noqa: SLF001 (documented under this name)


def charter_in_force(community: Community) -> CharterVersion | None:
    with scope(community=community):
        found: CharterVersion | None = CharterVersion.objects.order_by("-number").first()
    return found


def charters_of(community: Community) -> list[CharterVersion]:
    """All that were published, the newest first."""
    with scope(community=community):
        return list(CharterVersion.objects.order_by("-number"))


def accepted_by(membership: Membership) -> dict[int, datetime]:
    """Which versions this membership accepted, and when."""
    with scope(community=membership.community_id):
        return dict(Acceptance.objects.filter(membership=membership).values_list("charter__number", "accepted_at"))


def owing(community: Community) -> int:
    """How many members have not accepted the charter in force."""
    with scope(community=community):
        return Membership.objects.filter(
            status=Membership.Status.ACTIVE, role__in=READS_CHARTER, charter_accepted__lt=community.charter_number
        ).count()
