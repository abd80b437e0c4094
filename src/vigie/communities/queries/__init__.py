from vigie.communities.queries.arrivals import actor_for, arrive, communities_of

__all__ = ["actor_for", "arrive", "communities_of"]
