"""How a change reaches the processes that show it: a hint without content, that may be lost.

Inside one process it is a direct call; between processes it is one Redis message. What a lost hint leaves is found
by the clients' ten-second pings.
"""

import asyncio
import logging
import secrets
from collections.abc import Callable

import redis
import redis.asyncio
from django.conf import settings

log = logging.getLogger(__name__)

#: Names this process in what it tells the others.
PROCESS = secrets.token_hex(4)
#: Seconds between two messages of one process: what comes meanwhile leaves with the next. A message to Redis and back
#: costs more than writing a line; a lone hint leaves at once.
PAUSE = 0.02


class Channel:
    """One plane's hints. Several planes never share a channel."""

    def __init__(self, name: str) -> None:
        self.name = name
        self._here: list[Callable[[int, str], None]] = []
        self._client: redis.Redis | None = None

    def listen(self, callback: Callable[[int, str], None]) -> Callable[[], None]:
        """Have this process's hints handed to `callback(key, what)`, from any thread; returns the way to stop."""
        self._here.append(callback)
        return lambda: self._here.remove(callback)

    def moved(self, key: int) -> None:
        """The log under this key has new lines. From a thread that may block."""
        self._tell(key, "moved")

    def plan_changed(self, key: int) -> None:
        self._tell(key, "plan")

    def _tell(self, key: int, what: str) -> None:
        for callback in self._here:
            callback(key, what)
        if settings.REDIS_URL:
            try:
                self._redis().publish(self.name, f"{PROCESS}\n{key} {what}")
            except redis.RedisError:
                log.warning("no hint could be sent: other processes will see it at the next ping")

    def _redis(self) -> redis.Redis:
        if self._client is None:
            self._client = redis.Redis.from_url(settings.REDIS_URL, socket_timeout=1, socket_connect_timeout=1)
        return self._client


class Relay:
    """A channel's two ways in a live process: what others tell comes in, what this one tells goes out.

    `heard(key, words)` is called in the event loop; `tell()` never waits, and drops rather than grows.
    """

    def __init__(self, channel: Channel, heard: Callable[[str, int, list[str]], None]) -> None:
        self._channel, self._heard = channel, heard
        self._out: dict[tuple[int, str], str] = {}
        self._wake = asyncio.Event()
        self._tasks: list[asyncio.Task[None]] = []

    def start(self) -> None:
        if settings.REDIS_URL:
            self._tasks = [asyncio.create_task(self._read()), asyncio.create_task(self._write())]

    async def stop(self) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def tell(self, key: int, what: str, words: str = "") -> None:
        """The newest of each kind is enough: what has not left yet is replaced."""
        if self._tasks:
            self._out[key, what] = f"{key} {what} {words}".rstrip()
            self._wake.set()

    async def _write(self) -> None:
        client = redis.asyncio.Redis.from_url(settings.REDIS_URL, socket_connect_timeout=2)
        while True:
            await self._wake.wait()
            self._wake.clear()
            out, self._out = self._out, {}
            try:
                await client.publish(self._channel.name, "\n".join((PROCESS, *out.values())))
                await asyncio.sleep(PAUSE)
            except (redis.RedisError, OSError):
                log.warning("no hint could be sent: other processes will see it at the next ping")
                await asyncio.sleep(1)

    async def _read(self) -> None:
        while True:
            try:
                client = redis.asyncio.Redis.from_url(settings.REDIS_URL, socket_connect_timeout=2)
                async with client.pubsub() as listener:
                    await listener.subscribe(self._channel.name)
                    async for message in listener.listen():
                        if message["type"] == "message":
                            self._take(message["data"])
            except (redis.RedisError, OSError):
                log.warning("hints are cut: rooms go on, up to ten seconds late between processes")
                await asyncio.sleep(1)

    def _take(self, message: bytes) -> None:
        """Anybody may speak on the bus: what is no hint is passed over."""
        process, *hints = message.decode(errors="replace").split("\n")
        if process == PROCESS:
            return
        for hint in hints:
            key, *words = hint.split(" ")
            if key.isdecimal() and words:
                self._heard(process, int(key), words)
