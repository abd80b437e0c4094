"""The product as it is served, and clients that speak to it over real sockets.

`serving()` runs the ASGI application under uvicorn in a thread of this process, on a free port, with the options of
`vigie serve`, on the test's database. Pages and actions of the test change what its rooms see.
"""

import json
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any

import uvicorn
from django.conf import settings
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import ClientConnection, connect

from vigie.serving import live_options

#: (plane, verb) of every command that a client of these tests sent, for `tests/test_every_route.py`.
SENT: set[tuple[str, str]] = set()
#: Seconds within which a right that was taken away closes a socket.
SOON = 2.0


class Serving:
    def __init__(self, port: int) -> None:
        self.port = port

    def path(self, code: str, plane: str = "front", slug: str = "mariette") -> str:
        return f"/c/{slug}/{'live' if plane == 'front' else 'back'}/{code}/socket"

    def connect(self, path: str, cookie: str = "", **options: Any) -> "Socket":
        """Raises `Refused` with the status when the door stays shut."""
        try:
            return Socket(self.port, path, cookie, **options)
        except InvalidStatus as refused:
            raise Shut(refused.response.status_code) from None

    def status(self, path: str, cookie: str = "", **options: Any) -> int:
        """101 when the door opens; the socket is closed again."""
        try:
            with self.connect(path, cookie, **options):
                return 101
        except Shut as refused:
            return refused.status

    def handshake(self, path: str, cookie: str = "", origin: str | None = None, **headers: str) -> bytes:
        """The bytes that answer an opening, without the ones that differ from one second to the next."""
        sent = {
            "Host": f"127.0.0.1:{self.port}",
            "Upgrade": "websocket",
            "Connection": "Upgrade",
            "Sec-WebSocket-Version": "13",
            "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==",
            **({"Cookie": f"{settings.SESSION_COOKIE_NAME}={cookie}"} if cookie else {}),
            **({"Origin": origin} if origin is not None else {}),
            **{name.replace("_", "-"): value for name, value in headers.items()},
        }
        request = f"GET {path} HTTP/1.1\r\n" + "".join(f"{name}: {value}\r\n" for name, value in sent.items())
        with socket.create_connection(("127.0.0.1", self.port), 5) as wire:
            wire.settimeout(5)
            wire.sendall(request.encode() + b"\r\n")
            answer = b""
            with suppress(TimeoutError):
                while b"\r\n\r\n" not in answer and (data := wire.recv(4096)):
                    answer += data
        return b"\r\n".join(line for line in answer.split(b"\r\n") if not line.lower().startswith(b"date:"))


class Shut(Exception):
    def __init__(self, status: int) -> None:
        super().__init__(status)
        self.status = status


class Socket:
    """One browser tab: what it sent, and every frame it was ever given."""

    def __init__(self, port: int, path: str, cookie: str, *, origin: str | None = "own", **options: Any) -> None:
        headers = {"Cookie": f"{settings.SESSION_COOKIE_NAME}={cookie}"} if cookie else {}
        self.plane = "back" if "/back/" in path else "front"
        self.frames: list[dict[str, Any]] = []
        self.closure: int | None = None
        self._wire: ClientConnection = connect(
            f"ws://127.0.0.1:{port}{path}",
            additional_headers=headers,
            origin=settings.BASE_URL if origin == "own" else origin,  # type: ignore[arg-type]
            open_timeout=10,
            close_timeout=2,
            ping_interval=None,
            max_size=None,
            max_queue=None,
            **{"compression": None, **options},
        )
        self.response = self._wire.response
        self._count = 0
        #: The last numbers that this tab was given, of the room's log and of the staff's.
        self.held = self.held_side = 0

    def __enter__(self) -> "Socket":
        return self

    def __exit__(self, *error: object) -> None:
        self.leave()

    def leave(self) -> None:
        self._wire.close()

    def raw(self, data: str | bytes) -> None:
        with suppress(ConnectionClosed):
            self._wire.send(data)

    def send(self, verb: str, **fields: Any) -> None:
        SENT.add((self.plane, verb))
        self.raw(json.dumps({"type": verb, **fields}))

    def command(self, verb: str, **fields: Any) -> dict[str, Any]:
        """Send a command with an id of its own; its `ack` or `refused`."""
        self._count += 1
        command_id = fields.pop("id", f"{id(self)}-{self._count}")
        self.send(verb, id=command_id, **fields)
        return self.until(lambda frame: frame["type"] in {"ack", "refused"} and frame["id"] == command_id)

    def join(self, **fields: int) -> dict[str, Any]:
        self.send("join", **fields)
        return self.until("snapshot")

    def read(self, seconds: float = 5) -> dict[str, Any] | None:
        """The next frame; None when nothing comes in time, or nothing will ever."""
        try:
            data = self._wire.recv(timeout=seconds)
        except TimeoutError:
            return None
        except ConnectionClosed as closed:
            self.closure = closed.rcvd.code if closed.rcvd else 1006
            return None
        assert isinstance(data, str), "text frames only"
        frame: dict[str, Any] = json.loads(data)
        self.frames.append(frame)
        for line in [frame, *frame.get("lines", []), *frame.get("side", [])]:
            if line.get("log"):
                self.held_side = max(self.held_side, line["seq"])
            elif line["type"] == "line":
                self.held = max(self.held, line["seq"])
        return frame

    def until(self, wanted: str | Callable[[dict[str, Any]], bool], seconds: float = 5) -> dict[str, Any]:
        """The next frame of this type, or for which this holds; those on the way are kept in `frames`."""
        until = time.monotonic() + seconds
        while (left := until - time.monotonic()) > 0 and self.closure is None:
            frame = self.read(left)
            if frame and (frame["type"] == wanted if isinstance(wanted, str) else wanted(frame)):
                return frame
        raise AssertionError(f"{wanted} did not come; closed with {self.closure}; held {self.frames}")

    def line(self, seq: int) -> dict[str, Any]:
        return self.until(lambda frame: frame["type"] == "line" and not frame.get("log") and frame["seq"] >= seq)

    def settle(self) -> list[dict[str, Any]]:
        """Everything that was on its way: what came before the answer to a ping, each line once."""
        before, held = len(self.frames), self.held
        self.send("ping", since=self.held, **({"side": self.held_side} if self.plane == "front" else {}))
        self.until("pong")
        new: list[dict[str, Any]] = []
        for frame in self.frames[before:-1]:
            # A line that crossed the ping on its way comes twice, as browsers know.
            if frame["type"] != "line" or frame.get("log") or frame["seq"] > held:
                new.append(frame)
                held = frame["seq"] if frame["type"] == "line" and not frame.get("log") else held
        return new

    def closed(self, seconds: float = SOON) -> int | None:
        """The code that closes this socket within that time; None when it stays open."""
        until = time.monotonic() + seconds
        while self.closure is None and (left := until - time.monotonic()) > 0:
            self.read(left)
        return self.closure


@contextmanager
def serving() -> Iterator[Serving]:
    """A whole server of this process, from its start to its end."""
    port = socket.socket()
    port.bind(("127.0.0.1", 0))
    options = {**live_options(), "log_level": "critical", "ws_ping_interval": None}
    server = uvicorn.Server(uvicorn.Config("vigie.asgi:application", **options))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [port]}, name="served", daemon=True)
    thread.start()
    until = time.monotonic() + 20
    while not server.started and thread.is_alive() and time.monotonic() < until:
        time.sleep(0.005)
    assert server.started, "the server did not start"
    try:
        yield Serving(port.getsockname()[1])
    finally:
        server.should_exit = True
        thread.join(20)
        port.close()
        assert not thread.is_alive(), "the server did not stop"
