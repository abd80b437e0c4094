"""The front plane's socket: transport only. Rights at the door, at each command, at each delivery."""

from typing import Any

from django.conf import settings
from django.utils import translation

from vigie.communities.access import GRANTS, Can
from vigie.core import sockets
from vigie.core.errors import NotVisible
from vigie.core.text import unstorable
from vigie.live.actions.room import SENTENCES
from vigie.live.frames import Connection, LiveRoom
from vigie.live.hub import Hub
from vigie.live.protocol import messages as m
from vigie.live.protocol.rules import CLIENT_ID_LIMIT
from vigie.live.protocol.wire import parse
from vigie.live.queries.room import seat_state
from vigie.live.queries.tickets import enter

DOOR = Can.ENTER_WAITING_ROOM
#: The right that each verb asks of the role; the rules of the room ask the rest.
VERBS: dict[type[m.Command], Can] = {
    m.Join: Can.ENTER_WAITING_ROOM,
    m.Ping: Can.ENTER_WAITING_ROOM,
    m.Post: Can.POST_IN_ROOM,
    m.React: Can.REACT_IN_ROOM,
    m.Typing: Can.POST_IN_ROOM,
    m.Admit: Can.OPEN_CLOSE_ROOM,
    m.Remove: Can.REMOVE_FROM_ROOM,
    m.Launch: Can.OPEN_CLOSE_ROOM,
    m.Open: Can.OPEN_CLOSE_ROOM,
    m.Close: Can.OPEN_CLOSE_ROOM,
}
_FORBIDDEN = {Can.POST_IN_ROOM: "read_only", Can.REACT_IN_ROOM: "read_only"}

hub = Hub()


def sentence(code: str, language: str) -> str:
    with translation.override(language):
        return str(SENTENCES[code])


def refuse(one: Connection, command_id: str, code: str) -> None:
    one.wire.write(
        sockets.encode({"type": "refused", "id": command_id, "code": code, "message": sentence(code, one.language)})
    )


hub.refuse = refuse


async def serve(scope: Any, receive: Any, send: Any, slug: str, code: str) -> None:
    """One socket, from its door to its end."""
    if not sockets.same_origin(scope):
        return await sockets.refuse(scope, receive, send)
    key = sockets.cookie(scope, settings.SESSION_COOKIE_NAME)
    try:
        entrance = await sockets.ask(enter, key, slug, code, DOOR)
        live = await hub.room_for(entrance)
    except NotVisible:
        return await sockets.refuse(scope, receive, send)
    if live is None:
        return await sockets.refuse(scope, receive, send)
    await receive()
    await send({"type": "websocket.accept"})
    one = Connection(sockets.Wire(send), entrance)
    hub.add(live, one)
    try:
        await _listen(live, one, receive)
    finally:
        hub.remove(one)


async def _listen(live: LiveRoom, one: Connection, receive: Any) -> None:
    grants = GRANTS[one.entrance.role]
    async for command in sockets.commands(receive, one.wire, parse):
        _obey(hub.rooms.get(one.ticket.session_id, live), one, command, grants)


def _obey(live: LiveRoom, one: Connection, command: m.Command, grants: frozenset[Can]) -> None:
    match command:
        case m.Join():
            hub.join(live, one, min(command.since, len(live.entries)), min(command.side, len(live.side)))
            return
        case _ if not one.joined:
            one.wire.close(sockets.NOT_OF_THIS_PROTOCOL)
            return
        case m.Ping():
            hub.catch_up(live, one, command.since, command.side)
            return
        case m.Typing():
            if VERBS[m.Typing] in grants:
                hub.typing(live, one, command.on)
            return
        case m.Admit() if not command.seats:
            waiting = [
                code for code in live.here() if seat_state(live.room, code) == "waiting" and code in live.room.seats
            ]
            command = m.Admit(command.id, tuple(sorted(waiting)))
    right = VERBS[type(command)]
    command_id: str = command.id[:CLIENT_ID_LIMIT]  # type: ignore[attr-defined]
    if right not in grants:
        refuse(one, command_id, _FORBIDDEN.get(right, "not_moderator"))
    elif unstorable(command_id) or unstorable(getattr(command, "text", "")):
        refuse(one, command_id, "unstorable")
    else:
        hub.hear(one, command)
