"""The confidential plane's socket: transport only, a door of its own."""

from typing import Any

from django.conf import settings
from django.utils import translation

from vigie.backroom.actions import SENTENCES, Draft
from vigie.backroom.hub import Block, Connection, Heard, Hub
from vigie.backroom.models import RemarkKind
from vigie.backroom.rules import refusal
from vigie.backroom.wire import Join, Ping, Post, Typing, parse
from vigie.communities.access import GRANTS, Can
from vigie.core import clock, sockets
from vigie.core.errors import NotVisible
from vigie.core.text import unstorable
from vigie.live.queries.tickets import enter

DOOR = Can.SUBSCRIBE_BACK_ROOM
VERBS = {
    Join: Can.READ_BACK_ROOM_HISTORY,
    Ping: Can.SUBSCRIBE_BACK_ROOM,
    Post: Can.POST_IN_BACK_ROOM,
    Typing: Can.SEE_BACK_ROOM_PRESENCE,
}

hub = Hub()


def refuse(one: Connection, command_id: str, code: str) -> None:
    with translation.override(one.language):
        message = str(SENTENCES[code])
    one.wire.write(sockets.encode({"type": "refused", "id": command_id, "code": code, "message": message}))


hub.refuse = refuse


async def serve(scope: Any, receive: Any, send: Any, slug: str, code: str) -> None:
    if not sockets.same_origin(scope):
        return await sockets.refuse(scope, receive, send)
    key = sockets.cookie(scope, settings.SESSION_COOKIE_NAME)
    try:
        entrance = await sockets.ask(enter, key, slug, code, DOOR)
    except NotVisible:
        return await sockets.refuse(scope, receive, send)
    block = await hub.block_for(entrance) if entrance.ticket.viewer.is_staff else None
    if block is None:
        return await sockets.refuse(scope, receive, send)
    await receive()
    await send({"type": "websocket.accept"})
    one = Connection(sockets.Wire(send), entrance)
    hub.add(block, one)
    try:
        await _listen(one, receive)
    finally:
        hub.remove(one)


async def _listen(one: Connection, receive: Any) -> None:
    async for command in sockets.commands(receive, one.wire, parse):
        block = hub.blocks.get(one.ticket.session_id)
        if block and VERBS[type(command)] in GRANTS[one.entrance.role]:
            _obey(block, one, command)


def _obey(block: Block, one: Connection, command: Join | Ping | Post | Typing) -> None:
    if isinstance(command, Join):
        hub.join(block, one, command.since)
    elif not one.joined:
        one.wire.close(sockets.NOT_OF_THIS_PROTOCOL)
    elif isinstance(command, Ping):
        hub.catch_up(block, one, command.since)
    elif isinstance(command, Typing):
        hub.typing(block, one, command.on)
    else:
        _post(one, command)


def _post(one: Connection, command: Post) -> None:
    code = refusal(command.id, command.kind, command.text)
    if unstorable(command.id) or unstorable(command.text):
        code = "unstorable"
    if code:
        refuse(one, command.id[:36], code)
        return
    author_id = one.entrance.assignment_id
    assert author_id is not None
    author, kind = one.ticket.viewer.code, RemarkKind(command.kind)
    draft = Draft(author_id, author, command.id, kind, command.text, command.quote, clock.now())
    hub.writer.submit(Heard(one, draft))
