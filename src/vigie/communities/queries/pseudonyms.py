"""Which pseudonyms may be given."""

from django.utils.crypto import salted_hmac
from django_scopes import scope

from vigie.communities.models import FreedPseudonym
from vigie.communities.rules import skeleton
from vigie.core import clock


def is_freed(community_id: int, pseudonym: str) -> bool:
    """Was it, or one that reads like it, that of somebody forgotten here in the last two years? Then it is nobody's."""
    with scope(community=community_id):
        return FreedPseudonym.objects.filter(key=freed_key(community_id, pseudonym), until__gt=clock.now()).exists()


def freed_key(community_id: int, pseudonym: str) -> str:
    """Keyed with the installation's secret: whoever reads the table cannot try names."""
    text = f"{community_id}:{skeleton(pseudonym) or pseudonym.casefold()}"
    return salted_hmac("vigie.communities.freed-pseudonym", text, algorithm="sha256").hexdigest()
