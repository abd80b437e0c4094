"""One client of either plane, over a real socket: joins, posts, reconnects, and keeps what it was shown."""

import asyncio
import contextlib
import random
from typing import Any
from uuid import uuid4

import orjson
import websockets
from django.conf import settings
from websockets.asyncio.client import ClientConnection


class RefusedByServer(Exception):
    """The server said no; the argument is its code."""


class Client:
    """Keeps `lines` in order, complete by `prev`; resends what was not acknowledged, with the same ids.

    `raw` keeps every frame as it came when `record` is set: what a person at this socket could ever know.
    """

    def __init__(self, url: str, cookie: str, *, record: bool = False, poll: float = 10.0) -> None:
        self.url, self.cookie, self.record, self.poll = url, cookie, record, poll
        self.lines: list[dict[str, Any]] = []
        self.side: list[dict[str, Any]] = []
        self.snapshot: dict[str, Any] = {}
        self.raw: list[bytes] = []
        self.held = self.held_side = 0
        self.waits = False
        self.pending: dict[str, tuple[bytes, asyncio.Future[int]]] = {}
        self.acknowledged: dict[str, int] = {}
        self.holes = self.reconnections = 0
        self.closure: int | None = None
        self._socket: ClientConnection | None = None
        self._joined = asyncio.Event()
        self._moved = asyncio.Event()
        self._task: asyncio.Task[None] | None = None
        self._patience = 0.02

    async def start(self) -> "Client":
        self._task = asyncio.create_task(self._run())
        await asyncio.wait_for(self._joined.wait(), 30)
        return self

    async def stop(self) -> None:
        if self._task:
            self._task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._task
        if self._socket:
            self._socket.transport.abort()

    def cut(self) -> None:
        """Lose the connection as a phone in a lift does: no goodbye."""
        if self._socket:
            self._socket.transport.abort()

    async def post(self, text: str, *, cut_after: bool = False, **fields: Any) -> int:
        return await self.command("post", text=text, cut_after=cut_after, **fields)

    async def command(self, verb: str, *, cut_after: bool = False, **fields: Any) -> int:
        """Send a command and wait, across reconnections, for its number. Raises `RefusedByServer`."""
        command_id = str(uuid4())
        frame = orjson.dumps({"type": verb, "id": command_id, **fields})
        future: asyncio.Future[int] = asyncio.get_running_loop().create_future()
        self.pending[command_id] = (frame, future)
        await self._send(frame)
        if cut_after:
            self.cut()
        try:
            return await future
        finally:
            self.pending.pop(command_id, None)

    async def _send(self, frame: bytes) -> None:
        if self._socket and self._joined.is_set():
            with contextlib.suppress(websockets.ConnectionClosed):
                await self._socket.send(frame.decode())

    async def until(self, seq: int, seconds: float = 20) -> None:
        """Wait until everything up to this number is held."""
        async with asyncio.timeout(seconds):
            while self.held < seq:
                self._moved.clear()
                await self._moved.wait()

    async def _run(self) -> None:
        while self.closure not in {4400, 4401, 4410}:
            try:
                headers = {"Cookie": f"{settings.SESSION_COOKIE_NAME}={self.cookie}"}
                async with websockets.connect(
                    self.url,
                    additional_headers=headers,
                    origin=settings.BASE_URL,  # type: ignore[arg-type]
                    compression=None,
                    max_size=None,
                    open_timeout=15,
                    close_timeout=1,
                    ping_interval=None,
                ) as self._socket:
                    await self._socket.send(self._cursor("join"))
                    await self._listen(self._socket)
            except (OSError, websockets.InvalidHandshake, TimeoutError, EOFError):
                pass
            except websockets.ConnectionClosed as closed:
                self.closure = closed.rcvd.code if closed.rcvd else None
            self._joined.clear()
            self.reconnections += 1
            await asyncio.sleep(self._patience * random.uniform(0.5, 1.5))

    def _cursor(self, verb: str) -> str:
        cursor: dict[str, object] = {"type": verb, "since": self.held}
        if "/live/" in self.url:
            cursor["side"] = self.held_side
        return orjson.dumps(cursor).decode()

    async def _listen(self, socket: ClientConnection) -> None:
        asked = asyncio.get_running_loop().time()
        while True:
            try:
                async with asyncio.timeout(max(0.01, self.poll - (asyncio.get_running_loop().time() - asked))):
                    data = await socket.recv(decode=False)
            except TimeoutError:
                asked = asyncio.get_running_loop().time()
                await socket.send(self._cursor("ping"))
                continue
            if self.record:
                self.raw.append(data)
            if not self._take(orjson.loads(data)):
                self.holes += 1
                await socket.send(self._cursor("ping"))
            if not self._joined.is_set() and self.snapshot:
                self._joined.set()
                for frame, _ in list(self.pending.values()):
                    await socket.send(frame.decode())

    def _take(self, frame: dict[str, Any]) -> bool:
        """False when a line does not follow what is held."""
        match frame["type"]:
            case "snapshot":
                self.snapshot = frame
                whole = [self._line(line) for line in [*frame["lines"], *frame.get("side", [])]]
                return all(whole)
            case "line":
                return self._line(frame)
            case "ack":
                self.acknowledged[frame["id"]] = frame["seq"]
                if frame["id"] in self.pending and not self.pending[frame["id"]][1].done():
                    self.pending[frame["id"]][1].set_result(frame["seq"])
            case "refused":
                if frame["id"] in self.pending and not self.pending[frame["id"]][1].done():
                    self.pending[frame["id"]][1].set_exception(RefusedByServer(frame["code"]))
        return True

    def _line(self, line: dict[str, Any]) -> bool:
        if line.get("log"):
            if line["seq"] > self.held_side:
                if line["prev"] != self.held_side:
                    return False
                self.side.append(line)
                self.held_side = line["seq"]
            return True
        if line["seq"] <= self.held:
            return True
        if line["prev"] != self.held:
            return False
        self.lines.append(line)
        self.held = line["seq"]
        self._moved.set()
        return True
