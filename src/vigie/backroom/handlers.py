from vigie.backroom.actions import close_back_room
from vigie.core import clock
from vigie.facts.facts import on
from vigie.live.facts import SessionClosed


@on(SessionClosed)
def close_with_the_session(fact: SessionClosed) -> None:
    close_back_room(fact.session, fact.community, clock.now())
