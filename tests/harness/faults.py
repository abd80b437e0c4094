"""F7, F11, F12, F13, F14 and F20: hints lost, clients that never read, clients frozen, everyone back at once, answers
lost on the way, and restarts in the middle of a session."""

import asyncio
import contextlib
import os
import random
import resource
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from statistics import quantiles
from typing import Any

from tests.harness.installation import ROOT, Installation
from tests.harness.kill import Forked, Process, Real, Troupe
from tests.harness.witness import Claims, Witness
from vigie.replay.server import free_port


@dataclass
class Figures:
    """What a fault did: `counted` is how often it struck, `wrong` what it broke, `measured` everything else."""

    counted: int = 0
    measured: dict[str, float] = field(default_factory=dict)
    wrong: list[str] = field(default_factory=list)


async def _raised(vigie: Installation, scene: dict[str, Any], bases: list[str], seed: int) -> Troupe:
    troupe = Troupe(scene, bases, random.Random(seed))
    await troupe.enter()
    return troupe


async def _judged(vigie: Installation, troupe: Troupe, seconds: float = 15) -> list[str]:
    wrong = await troupe.finish()
    kept = await asyncio.to_thread(vigie.call, "tests.harness.scene:read_logs", session_id=troupe.scene["session_id"])
    await troupe.settle(kept, seconds)
    return wrong + troupe.judge(kept)


async def _scene(vigie: Installation, **options: Any) -> dict[str, Any]:
    found: dict[str, Any] = await asyncio.to_thread(vigie.call, "tests.harness.scene:set_scene", **options)
    return found


# F7: hints are lost between two processes -----------------------------------------


def lose_hints(share: float) -> None:
    """In the child, before it serves: what other processes tell is heard only sometimes."""
    from vigie.core.relays import Relay

    take, dice = Relay._take, random.Random(os.getpid())

    def sometimes(self: Relay, message: str) -> None:
        if dice.random() >= share:
            take(self, message)

    Relay._take = sometimes  # type: ignore[method-assign]


def lost_hints(vigie: Installation, *, rounds: int = 1, share: float = 0.5, seed: int = 1) -> Figures:
    """Two live processes on one database, half of all hints dropped: every client complete within ten seconds."""
    ports = [vigie.port, free_port()]
    pids = [
        vigie.serve(port, **{"with": "tests.harness.faults:lose_hints", "arguments": {"share": share}})
        for port in ports
    ]
    figures = Figures()
    try:
        for port in ports:
            vigie.wait(port)
        for number in range(rounds):
            late, wrong = asyncio.run(_lost_hints(vigie, ports, seed + number))
            figures.counted += 1
            figures.wrong += wrong
            figures.measured["slowest"] = max(late, figures.measured.get("slowest", 0))
    finally:
        for pid in pids:
            vigie.end(pid)
    if figures.measured.get("slowest", 0) > 11:
        figures.wrong.append(f"a view was complete after {figures.measured['slowest']} s only")
    return figures


async def _lost_hints(vigie: Installation, ports: list[int], seed: int) -> tuple[float, list[str]]:
    scene = await _scene(vigie)
    troupe = await _raised(vigie, scene, [f"http://127.0.0.1:{port}" for port in ports], seed)
    try:
        await asyncio.sleep(4)
        wrong = await troupe.finish()
        kept = await asyncio.to_thread(vigie.call, "tests.harness.scene:read_logs", session_id=scene["session_id"])
        stopped = time.monotonic()
        await troupe.settle(kept, 20)
        late = time.monotonic() - stopped
        return round(late, 2), wrong + troupe.judge(kept)
    finally:
        await troupe.leave()


# F11: clients that never read ----------------------------------------------------


def never_reading(vigie: Installation, *, clients: int = 200, lines: int = 400, seed: int = 1) -> Figures:
    """Sockets that join and never read, while a session goes on: memory, the others' waiting, and how they end."""
    pid = vigie.serve()
    vigie.wait()
    try:
        return asyncio.run(_never_reading(vigie, pid, clients, lines, seed))
    finally:
        vigie.end(pid)


def _resident(pid: int) -> float:
    """Megabytes."""
    pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    return pages * resource.getpagesize() / 1e6


def _sockets(pid: int) -> int:
    """How many sockets this process has open."""
    open_ones = 0
    for link in Path(f"/proc/{pid}/fd").iterdir():
        with contextlib.suppress(OSError):
            open_ones += str(link.readlink()).startswith("socket:")
    return open_ones


async def _deaf_socket(base: str, path: str, cookie: str) -> socket.socket:
    """A joined socket with the smallest buffers, of which nobody will read a byte."""
    from django.conf import settings

    one = socket.socket()
    one.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    one.setblocking(False)
    loop = asyncio.get_running_loop()
    host, port = base.removeprefix("http://").split(":")
    await loop.sock_connect(one, (host, int(port)))
    request = (
        f"GET {path} HTTP/1.1\r\nHost: {host}\r\nOrigin: {settings.BASE_URL}\r\nUpgrade: websocket\r\n"
        "Connection: Upgrade\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n"
        f"Cookie: {settings.SESSION_COOKIE_NAME}={cookie}\r\n\r\n"
    )
    await loop.sock_sendall(one, request.encode())
    said = await loop.sock_recv(one, 1024)
    assert b" 101 " in said, said
    join = b'{"type":"join","since":0}'
    await loop.sock_sendall(one, bytes((0x81, 0x80 | len(join))) + b"\0\0\0\0" + join)
    return one


async def _never_reading(vigie: Installation, pid: int, clients: int, lines: int, seed: int) -> Figures:
    scene = await _scene(vigie, seats=8)
    path = f"/c/{scene['slug']}/live/{scene['code']}/socket"
    troupe = Troupe(scene, vigie.base, random.Random(seed))
    await asyncio.gather(*(one.start() for one in troupe.everyone))
    await troupe.moderator.command("seat.admit", seats=list(scene["seats"].values()))
    await troupe.moderator.command("session.open")
    seats = list(troupe.seats.values())
    padding = "x" * 9000

    async def talk(count: int) -> list[float]:
        waited = []
        for number in range(count):
            one = seats[number % len(seats)]
            one.said += 1
            text = f"{one.code} says {one.said} {padding}"
            began = time.perf_counter()
            one.claims.add(text, one.code, await one.post(text))
            waited.append((time.perf_counter() - began) * 1000)
        return waited

    await talk(50)
    before = await talk(lines)
    memory, held = _resident(pid), _sockets(pid)
    names = [name for name in scene["cookies"] if name.startswith(("speaker", "observer"))]
    deaf = [
        await _deaf_socket(vigie.base, path, scene["cookies"][names[number % len(names)]]) for number in range(clients)
    ]
    peak, watching = memory, True

    async def watch() -> None:
        nonlocal peak
        while watching:
            peak = max(peak, _resident(pid))
            await asyncio.sleep(0.02)

    watcher = asyncio.create_task(watch())
    # More than the kernel's own buffers take for a socket, 4 MB, so that the server's must hold the rest.
    beside = await talk(2 * lines)
    watching = False
    await watcher
    # Asked of the server: what the kernel still holds for a closed socket may take minutes to drain.
    ended = clients - max(0, _sockets(pid) - held)
    for one in deaf:
        one.close()
    after = await talk(lines)
    wrong = await _judged(vigie, troupe)
    await troupe.leave()
    if ended < clients:
        wrong.append(f"{clients - ended} of {clients} sockets that never read were left open")
    if peak - memory > 50:
        wrong.append(f"memory grew by {peak - memory:.0f} MB")
    measured = {
        "memory grown, MB": round(peak - memory, 1),
        "p95 before, ms": round(quantiles(before, n=20)[-1], 2),
        "p95 beside them, ms": round(quantiles(beside, n=20)[-1], 2),
        "p95 after, ms": round(quantiles(after, n=20)[-1], 2),
    }
    return Figures(ended, measured, wrong)


# F12: a client that freezes, its connection open ---------------------------------


def frozen(vigie: Installation, *, rounds: int = 1) -> Figures:
    """A process with a participant's socket is stopped: no goodbye, no answer. The others must see it go in 45 s."""
    pid = vigie.serve()
    vigie.wait()
    figures = Figures()
    try:
        for _ in range(rounds):
            seconds, wrong = asyncio.run(_frozen(vigie))
            figures.counted += 1
            figures.wrong += wrong
            figures.measured["seconds"] = max(seconds, figures.measured.get("seconds", 0))
    finally:
        vigie.end(pid)
    return figures


async def _frozen(vigie: Installation, patience: float = 46) -> tuple[float, list[str]]:
    scene = await _scene(vigie, seats=2)
    first, second = scene["seats"]
    url = f"{vigie.base.replace('http', 'ws', 1)}/c/{scene['slug']}/live/{scene['code']}/socket"
    moderator = await Observant(url, scene["cookies"]["moderator"], "m", Claims()).start()
    other = await Observant(url, scene["cookies"][first], "other", Claims()).start()
    child = subprocess.Popen(
        [sys.executable, "-m", "tests.harness.lonely", url, scene["cookies"][second]],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": os.pathsep.join([str(ROOT / "src"), str(ROOT)])},
        stdout=subprocess.PIPE,
    )
    code = scene["seats"][second]
    try:
        assert child.stdout
        await asyncio.to_thread(child.stdout.readline)
        await moderator.command("seat.admit", seats=list(scene["seats"].values()))
        await other.sees(lambda here: code in here, 10)
        child.send_signal(signal.SIGSTOP)
        stopped = time.monotonic()
        gone = await other.sees(lambda here: code not in here, patience)
        seconds = round(time.monotonic() - stopped, 1)
    finally:
        child.kill()
        child.wait()
        if child.stdout:
            child.stdout.close()
        await asyncio.gather(moderator.stop(), other.stop())
    if not gone or seconds > 45:
        return seconds, [f"a frozen participant was shown as present for {seconds} s"]
    return seconds, []


class Observant(Witness):
    """Knows who is here, as the room last said it."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.here: set[str] = set()
        self._told = asyncio.Event()

    def _take(self, frame: dict[str, Any]) -> bool:
        if "here" in frame:
            self.here = set(frame["here"])
            self._told.set()
        return super()._take(frame)

    async def start(self) -> "Observant":
        await super().start()
        return self

    async def sees(self, condition: Callable[[set[str]], bool], seconds: float) -> bool:
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                while not condition(self.here):
                    self._told.clear()
                    await self._told.wait()
        return condition(self.here)


# F13: everyone comes back at once -------------------------------------------------


def storm(
    vigie: Installation,
    *,
    rooms: int = 20,
    seats: int = 20,
    limit: float = 20,
    rounds: int = 1,
    seed: int = 1,
    process: Process | None = None,
) -> Figures:
    """Four hundred sockets lose their server at once and come back to the next one."""
    process = process or Forked(vigie)
    figures, dice = Figures(), random.Random(seed)
    for _ in range(rounds):
        counted, measured, wrong = asyncio.run(_storm(vigie, process, rooms, seats, limit, dice))
        figures.counted += counted
        figures.wrong += wrong
        for name, value in measured.items():
            figures.measured[name] = max(value, figures.measured.get(name, 0))
    return figures


async def _storm(
    vigie: Installation, process: Process, rooms: int, seats: int, limit: float, dice: random.Random
) -> tuple[int, dict[str, float], list[str]]:
    scenes = [await _scene(vigie, seats=seats) for _ in range(rooms)]
    await asyncio.to_thread(process.start)
    await asyncio.to_thread(vigie.wait)
    everyone: list[Witness] = []
    for scene in scenes:
        url = f"{vigie.base.replace('http', 'ws', 1)}/c/{scene['slug']}/live/{scene['code']}/socket"
        everyone += [Witness(url, scene["cookies"][name], code, Claims()) for name, code in scene["seats"].items()]
    try:
        for start in range(0, len(everyone), 50):
            await asyncio.gather(*(one.start() for one in everyone[start : start + 50]))
        for one in everyone:
            # As long as the browsers': they spread over a second.
            one._patience = dice.uniform(0.1, 1.0)
        await asyncio.to_thread(process.kill)
        for one in everyone:
            one.snapshot = {}
        await asyncio.sleep(0.2)
        began = time.monotonic()
        await asyncio.to_thread(process.start)
        started = time.monotonic() - began
        back = 0
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(60):
                while back < len(everyone):
                    await asyncio.sleep(0.02)
                    back = sum(bool(one.snapshot) and one._joined.is_set() for one in everyone)
        seconds = time.monotonic() - began
    finally:
        await asyncio.gather(*(one.stop() for one in everyone), return_exceptions=True)
        await asyncio.to_thread(process.kill)
    wrong = [] if back == len(everyone) else [f"{len(everyone) - back} sockets never came back"]
    if seconds > limit:
        wrong.append(f"the last socket was back after {seconds:.1f} s")
    return len(everyone), {"all back, s": round(seconds, 2), "server started, s": round(started, 2)}, wrong


# F14: the answer is lost on the way ----------------------------------------------


class Thief:
    """A proxy that lets commands through and, now and then, cuts the connection instead of passing an answer on."""

    def __init__(self, port: int, share: float, dice: random.Random) -> None:
        self.port, self.share, self.dice = port, share, dice
        self.stolen = 0
        self.server: asyncio.Server | None = None

    async def __aenter__(self) -> "Thief":
        self.server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        return self

    @property
    def base(self) -> str:
        assert self.server
        return f"http://127.0.0.1:{self.server.sockets[0].getsockname()[1]}"

    async def __aexit__(self, *error: object) -> None:
        assert self.server
        self.server.close()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            inner_reader, inner_writer = await asyncio.open_connection("127.0.0.1", self.port)
        except OSError:
            writer.transport.abort()
            return

        async def forth() -> None:
            while data := await reader.read(65536):
                inner_writer.write(data)

        async def back() -> None:
            while data := await inner_reader.read(65536):
                if b'"type":"ack"' in data and self.dice.random() < self.share:
                    self.stolen += 1
                    return
                writer.write(data)

        tasks = [asyncio.create_task(forth()), asyncio.create_task(back())]
        await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        writer.transport.abort()
        inner_writer.transport.abort()


def lost_answers(vigie: Installation, submits: int = 200, *, share: float = 0.3, seed: int = 1) -> Figures:
    """So many lines and remarks, a third of whose answers never arrive: each is written once."""
    pid = vigie.serve()
    vigie.wait()
    figures, dice = Figures(), random.Random(seed)
    try:
        while figures.counted < submits:
            part = asyncio.run(_lost_answers(vigie, min(1000, submits - figures.counted), share, dice))
            figures.counted += part.counted
            figures.wrong += part.wrong
            for name, value in part.measured.items():
                figures.measured[name] = value + figures.measured.get(name, 0)
    finally:
        vigie.end(pid)
    return figures


async def _lost_answers(vigie: Installation, submits: int, share: float, dice: random.Random) -> Figures:
    scene = await _scene(vigie)
    async with Thief(vigie.port, 0, dice) as thief:
        troupe = Troupe(scene, thief.base, dice)
        writers = [*troupe.seats.values(), *troupe.observers]
        try:
            await asyncio.gather(*(one.start() for one in troupe.everyone))
            await troupe.moderator.command("seat.admit", seats=list(scene["seats"].values()))
            await troupe.moderator.command("session.open")
            thief.share = share
            left = submits

            async def submit(one: Witness) -> None:
                nonlocal left
                while left > 0:
                    left -= 1
                    await one.say(**({"kind": "remark"} if one in troupe.observers else {}))

            await asyncio.gather(*(submit(one) for one in writers))
            thief.share = 0
            wrong = await _judged(vigie, troupe)
        finally:
            await troupe.leave()
    claimed = len(troupe.front.by_text) + len(troupe.back.by_text)
    if claimed != submits:
        wrong.append(f"{claimed} of {submits} submissions were acknowledged in the end")
    return Figures(submits, {"answers stolen": thief.stolen}, wrong)


# F20: restarts in the middle of a session -----------------------------------------


def restarts(
    vigie: Installation, *, rounds: int = 1, process: Process | None = None, seed: int = 1, within: float = 0
) -> Figures:
    """SIGTERM and a new process, under sixteen seats, a moderator and nine confidential sockets: nothing lost.

    Who was away longer than `within` seconds counts as wrong; 0 measures without judging.
    """
    process = process or Real(vigie)
    return asyncio.run(_restarts(vigie, rounds, process, seed, within))


class Gaps:
    """How long each client was without a joined socket, sampled."""

    def __init__(self, troupe: Troupe) -> None:
        self.troupe = troupe
        self.longest = 0.0
        self._since: dict[int, float] = {}

    async def watch(self) -> None:
        while True:
            now = time.monotonic()
            for one in self.troupe.everyone:
                if one._joined.is_set():
                    self._since.pop(id(one), None)
                else:
                    self.longest = max(self.longest, now - self._since.setdefault(id(one), now))
            await asyncio.sleep(0.01)


async def _restarts(vigie: Installation, rounds: int, process: Process, seed: int, within: float) -> Figures:
    scene = await _scene(vigie, observers=2)
    await asyncio.to_thread(process.start)
    await asyncio.to_thread(vigie.wait)
    troupe = await _raised(vigie, scene, [vigie.base], seed)
    troupe.everyone += [
        await Witness(one.url, one.cookie, one.code, Claims()).start() for one in troupe.observers for _ in range(4)
    ]  # fmt: skip
    gaps, figures = Gaps(troupe), Figures()
    watcher = asyncio.create_task(gaps.watch())
    try:
        for _ in range(rounds):
            await troupe.hears(vigie)
            await asyncio.sleep(0.5)
            await asyncio.to_thread(process.leave)
            await asyncio.to_thread(process.start)
            figures.counted += 1
            await troupe.hears(vigie)
        await asyncio.sleep(1.5)
        figures.wrong = await _judged(vigie, troupe)
    finally:
        watcher.cancel()
        await troupe.leave()
        await asyncio.to_thread(process.kill)
    figures.measured["longest gap, s"] = round(gaps.longest, 2)
    figures.measured["sockets"] = len(troupe.everyone)
    if within and gaps.longest > within:
        figures.wrong.append(f"a client was without its room for {gaps.longest:.1f} s")
    return figures
