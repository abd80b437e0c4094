"""WebSockets over plain ASGI: the door, the frames in, and bytes out to many without waiting for any.

`Wire` writes ready-made frames straight to uvicorn's transport. That touches an inside of uvicorn (0.5x, its
`websockets-sansio` protocol): the one adapter is here, `tests/core/test_sockets.py` holds it to the real server,
and `await send()` is the fallback for any other server.
"""

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, MutableMapping
from http.cookies import CookieError, SimpleCookie
from typing import Any, ParamSpec, TypeVar

import orjson
from asgiref.sync import sync_to_async
from django.conf import settings
from django.db import close_old_connections

from vigie.core.commands import Malformed

log = logging.getLogger(__name__)

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
P = ParamSpec("P")
A = TypeVar("A")

NOT_OF_THIS_PROTOCOL = 4400
NO_RIGHT = 4401
TOO_SLOW = 4408
OVER = 4410
GOING_AWAY = 1012


def frame(payload: bytes) -> bytes:
    """A whole unmasked text frame (RFC 6455 §5.2), ready for any number of sockets."""
    length = len(payload)
    if length < 126:
        return bytes((0x81, length)) + payload
    if length < 65536:
        return bytes((0x81, 126)) + length.to_bytes(2, "big") + payload
    return bytes((0x81, 127)) + length.to_bytes(8, "big") + payload


def header(scope: Scope, name: bytes) -> str | None:
    """A header's only value; None when it is absent or, against the rules, repeated."""
    values = [value for key, value in scope["headers"] if key == name]
    return values[0].decode("latin-1") if len(values) == 1 else None


def cookie(scope: Scope, name: str) -> str:
    jar: SimpleCookie = SimpleCookie()
    try:
        jar.load(header(scope, b"cookie") or "")
    except CookieError:
        return ""
    return jar[name].value if name in jar else ""


def same_origin(scope: Scope) -> bool:
    """A browser on one of our own pages; a missing Origin is a no."""
    return header(scope, b"origin") in settings.ORIGINS


async def ask(question: Callable[P, A], *args: P.args, **kwargs: P.kwargs) -> A:
    """Ask the database in a thread. A connection that the database closed in the meantime is opened again first."""

    def answer() -> A:
        close_old_connections()
        return question(*args, **kwargs)

    return await sync_to_async(answer, thread_sensitive=False)()


async def refuse(scope: Scope, receive: Receive, send: Send) -> None:
    """HTTP 404 before anything was accepted: the same bytes for every no and for an unknown path."""
    await receive()
    if "websocket.http.response" in scope.get("extensions", {}):
        await send({"type": "websocket.http.response.start", "status": 404, "headers": []})
        await send({"type": "websocket.http.response.body", "body": b""})
    else:
        await send({"type": "websocket.close"})


class Wire:
    """One socket's way out. Never waits: what cannot leave within the buffer's limit closes the socket."""

    __slots__ = ("_closing", "_frames", "_limit", "_protocol", "_send", "_task", "_transport", "loop")

    def __init__(self, send: Send) -> None:
        self._send = send
        # Settings are slow to read: this one is looked at for every frame of every socket.
        self._limit = settings.SOCKET_BUFFER_LIMIT
        self.loop = asyncio.get_running_loop()
        protocol = getattr(send, "__self__", None)
        self._protocol = protocol if hasattr(protocol, "conn") else None
        self._transport = getattr(self._protocol, "transport", None)
        self._frames: asyncio.Queue[bytes | None] | None = None
        self._task: asyncio.Task[None] | None = None
        self._closing = False
        if self._transport is None:
            self._frames = asyncio.Queue()
            self._task = asyncio.create_task(self._drain())

    @property
    def closing(self) -> bool:
        return self._closing

    def write(self, whole_frame: bytes) -> None:
        if self._closing:
            return
        transport = self._transport
        if transport is not None:
            try:
                if transport.get_write_buffer_size() > self._limit:
                    self.abort()
                else:
                    transport.write(whole_frame)
            except RuntimeError:
                # The peer is gone and the event loop has not told us yet.
                self._closing = True
        elif self._frames is not None:
            if self._frames.qsize() > 256:
                self.abort()
                return
            self._frames.put_nowait(whole_frame)

    def abort(self) -> None:
        """Cut a socket that does not read: a close frame would only queue behind what it does not take."""
        self._closing = True
        if self._transport is not None:
            self._transport.abort()

    def close(self, code: int) -> None:
        if self._closing:
            return
        self._closing = True
        if self._frames is not None:
            self._frames.put_nowait(None)
        self._task = self.loop.create_task(self._close(code))

    async def _close(self, code: int) -> None:
        try:
            await asyncio.wait_for(self._send({"type": "websocket.close", "code": code}), 5)
        except Exception:
            # Already gone, or not reading: there is nobody left to tell.
            if self._transport is not None:
                self._transport.abort()

    async def _drain(self) -> None:
        assert self._frames is not None
        while (whole_frame := await self._frames.get()) is not None:
            await self._send({"type": "websocket.send", "text": _payload(whole_frame).decode()})


def _payload(whole_frame: bytes) -> bytes:
    return whole_frame[{126: 4, 127: 10}.get(whole_frame[1], 2) :]


def encode(value: object) -> bytes:
    return frame(orjson.dumps(value))


def decode(message: MutableMapping[str, Any]) -> object:
    """The JSON value of a text frame. Raises `ValueError` for bytes, broken JSON, NaN, or more than 20 levels."""
    text = message.get("text")
    if text is None:
        raise ValueError("text frames only")
    if len(text) > settings.SOCKET_FRAME_LIMIT:
        raise ValueError("the frame is too large")
    value = orjson.loads(text)
    if text.count("{") + text.count("[") > 20 and depth(value) > 20:
        raise ValueError("nested too deeply")
    return value


def depth(value: object, limit: int = 21) -> int:
    if limit == 0 or not isinstance(value, dict | list):
        return 0
    inner = value.values() if isinstance(value, dict) else value
    return 1 + max((depth(part, limit - 1) for part in inner), default=0)


async def commands(receive: Receive, wire: Wire, parse: Callable[[object], A]) -> AsyncIterator[A]:
    """What is said through a socket until it leaves. A flood, or what is not of the protocol, closes it."""
    loop = asyncio.get_running_loop()
    flood = Flood(loop.time())
    while (message := await receive())["type"] != "websocket.disconnect":
        if wire.closing:
            continue
        if flood.over(loop.time()):
            wire.close(TOO_SLOW)
            continue
        try:
            command = parse(decode(message))
        except (ValueError, Malformed) as error:
            log.info("closed a socket that does not speak the protocol: %s", error)
            wire.close(NOT_OF_THIS_PROTOCOL)
        else:
            yield command


class Flood:
    """At most `settings.SOCKET_FLOOD_LIMIT` commands in ten seconds, a bucket that refills steadily."""

    __slots__ = ("_at", "_left", "_limit")

    def __init__(self, now: float) -> None:
        self._limit = float(settings.SOCKET_FLOOD_LIMIT)
        self._left, self._at = self._limit, now

    def over(self, now: float) -> bool:
        limit = self._limit
        self._left = min(limit, self._left + (now - self._at) * limit / 10) - 1
        self._at = now
        return self._left < 0
