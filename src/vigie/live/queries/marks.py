"""Reactions, as the plain form of a message needs them."""

from vigie.live import log
from vigie.live.protocol import messages as m
from vigie.live.queries.room import Place


def own_marks(place: Place, seq: int) -> frozenset[str]:
    """The reactions that the reader left on a line, which the form takes back."""
    on: dict[str, bool] = {}
    for entry in log.read_room(place.session.id).entries:
        event = entry.event
        if isinstance(event, m.Reacted) and event.to == seq and event.author == place.viewer.code:
            on[event.mark] = event.on
    return frozenset(mark for mark, pressed in on.items() if pressed)
