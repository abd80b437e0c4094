from vigie.communities.queries.arrivals import actor_for, arrive, communities_of
from vigie.communities.queries.pseudonyms import is_freed

__all__ = ["actor_for", "arrive", "communities_of", "is_freed"]
