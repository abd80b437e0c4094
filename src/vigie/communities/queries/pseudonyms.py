"""Which pseudonyms may be given."""

from django.utils.crypto import salted_hmac
from django_scopes import scope

from vigie.communities.models import Community, FreedPseudonym
from vigie.core import clock


def is_freed(community: Community, pseudonym: str) -> bool:
    """Was it, in the last two years, that of somebody who has been forgotten here? Until then it is nobody's."""
    with scope(community=community):
        return FreedPseudonym.objects.filter(key=freed_key(community.id, pseudonym), until__gt=clock.now()).exists()


def freed_key(community_id: int, pseudonym: str) -> str:
    """Keyed with the installation's secret: whoever reads the table cannot try names."""
    text = f"{community_id}:{pseudonym.strip().casefold()}"
    return salted_hmac("vigie.communities.freed-pseudonym", text, algorithm="sha256").hexdigest()
