"""F1: Vigie under load is killed with SIGKILL at a random moment and started again, over and over.

Sixteen seats, a moderator and two confidential clients go on writing; what nobody acknowledged is sent again with the
same id. In the end every acknowledged line is there once, under its number, without a hole, and every view equals the
log – the confidential one too.
"""

import asyncio
import contextlib
import itertools
import os
import random
import signal
import subprocess
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from tests.harness.checks import check_log, check_remarks, check_view, membership_rows
from tests.harness.installation import Failed, Installation
from tests.harness.witness import Claims, Witness
from vigie.replay.client import RefusedByServer
from vigie.replay.server import Server

#: Cycles in one session, before it is judged and another begins: a restart reads the whole session again.
BLOCK = 25
#: Mean seconds between an acknowledgement and the next words of the same person.
PAUSE = 0.08


class Process(Protocol):
    def start(self) -> None: ...
    def kill(self) -> None: ...
    def leave(self) -> None: ...


class Forked:
    """The zygote's child: cheap."""

    def __init__(self, vigie: Installation) -> None:
        self.vigie, self.pid = vigie, 0

    def start(self) -> None:
        self.pid = self.vigie.serve()

    def kill(self) -> None:
        self.vigie.end(self.pid, signal.SIGKILL)

    def leave(self) -> None:
        self.vigie.end(self.pid, signal.SIGTERM)


class AtSync(Forked):
    """F2: the kernel ends the process as it enters one of its next syncs, never between two statements."""

    def __init__(self, vigie: Installation, seed: int = 1) -> None:
        super().__init__(vigie)
        self.dice = random.Random(seed)
        self.struck = 0

    def kill(self) -> None:
        when = self.dice.randint(1, 8)
        inject = f"inject=fdatasync,fsync:signal=SIGKILL:when={when}"
        with subprocess.Popen(
            ["strace", "-f", "-o", os.devnull, "-e", "trace=fdatasync,fsync", "-e", inject, "-p", str(self.pid)],
            stderr=subprocess.DEVNULL,
        ) as strace:
            try:
                strace.wait(3)
                self.struck += 1
            except subprocess.TimeoutExpired:
                strace.terminate()
        super().kill()


class Real:
    """The very `vigie serve` that an operator starts."""

    def __init__(self, vigie: Installation) -> None:
        self.server = Server({**vigie.environment, "VIGIE_SERVER_LOG": str(vigie.log)}, port=vigie.port)

    def start(self) -> None:
        self.server.start()

    def kill(self) -> None:
        self.server.stop(signal.SIGKILL)

    def leave(self) -> None:
        self.server.stop(signal.SIGTERM)


@dataclass
class Figures:
    cycles: int = 0
    seconds: float = 0.0
    acknowledged: int = 0
    remarks: int = 0
    lines: int = 0
    reconnections: int = 0
    interrupted: int = 0
    slowest: float = 0.0
    wrong: list[str] = field(default_factory=list)

    def __add__(self, other: "Figures") -> "Figures":
        added = Figures(**{name: getattr(self, name) + getattr(other, name) for name in self.__dataclass_fields__})
        added.slowest = max(self.slowest, other.slowest)
        return added


def kill(vigie: Installation, cycles: int, *, seed: int = 1, process: Process | None = None) -> Figures:
    """Run so many cycles; what is wrong is in the figures."""
    process = process or Forked(vigie)
    dice, total = random.Random(seed), Figures()
    while total.cycles < cycles:
        started = time.monotonic()
        block = asyncio.run(_block(vigie, process, min(BLOCK, cycles - total.cycles), dice))
        block.seconds = time.monotonic() - started
        total += block
    return total


async def _block(vigie: Installation, process: Process, cycles: int, dice: random.Random) -> Figures:
    scene = await asyncio.to_thread(vigie.call, "tests.harness.scene:set_scene", instructions=cycles)
    await asyncio.to_thread(process.start)
    await asyncio.to_thread(vigie.wait)
    troupe = Troupe(scene, vigie.base, dice)
    figures = Figures()
    try:
        await troupe.enter()
        for _ in range(cycles):
            began = time.monotonic()
            figures.interrupted += await _cycle(troupe, process, dice, vigie)
            figures.cycles += 1
            figures.slowest = max(figures.slowest, time.monotonic() - began)
        figures.wrong += await troupe.finish()
        kept = await asyncio.to_thread(vigie.call, "tests.harness.scene:read_logs", session_id=scene["session_id"])
        await troupe.settle(kept)
        figures.wrong += troupe.judge(kept)
        figures.lines = len(kept["lines"])
        figures.acknowledged = len(troupe.front.by_text)
        figures.remarks = len(troupe.back.by_text)
        figures.reconnections = sum(one.reconnections for one in troupe.everyone)
    finally:
        await troupe.leave()
        await asyncio.to_thread(process.kill)
    return figures


async def _cycle(troupe: "Troupe", process: Process, dice: random.Random, vigie: Installation) -> int:
    """One life of the server, ended at a random moment; how many commands were on their way at that moment."""
    if dice.random() < 0.3:
        # While people still come back.
        await asyncio.sleep(dice.uniform(0, 0.35))
    else:
        await troupe.hears(vigie)
        await asyncio.sleep(dice.uniform(0, 0.3))
    on_their_way = sum(len(one.pending) for one in troupe.everyone)
    await asyncio.to_thread(process.kill)
    await asyncio.to_thread(process.start)
    troupe.step()
    return on_their_way


class Troupe:
    """Everybody in one session, writing until told to stop. With several bases, each takes the next one."""

    def __init__(self, scene: dict[str, Any], bases: str | Sequence[str], dice: random.Random) -> None:
        self.scene, self.dice = scene, dice
        self.front, self.back = Claims(), Claims()
        doors = itertools.cycle([bases] if isinstance(bases, str) else bases)
        cookies = scene["cookies"]

        def address(plane: str) -> str:
            return f"{next(doors).replace('http', 'ws', 1)}/c/{scene['slug']}/{plane}/{scene['code']}/socket"

        self.seats = {
            name: Witness(address("live"), cookies[name], code, self.front) for name, code in scene["seats"].items()
        }
        self.moderator = Witness(address("live"), cookies["moderator"], "moderator", Claims())
        self.observers = [
            Witness(address("back"), cookies[name], scene["assignments"][name], self.back)
            for name in scene["observers"]
        ]
        self.everyone = [*self.seats.values(), self.moderator, *self.observers]
        self.tasks: list[asyncio.Task[None]] = []
        self.steps = list(scene["instructions"])
        self.stopping = False
        self.wrong: list[str] = []

    async def enter(self) -> None:
        await asyncio.gather(*(one.start() for one in self.everyone))
        await self.moderator.command("seat.admit", seats=list(self.scene["seats"].values()))
        await self.moderator.command("session.open")
        await self.moderator.command("item.launch", item=self.scene["items"][0])
        for witness in self.seats.values():
            self.tasks.append(asyncio.create_task(self._talk(witness)))
        for witness in self.observers:
            self.tasks.append(asyncio.create_task(self._whisper(witness)))

    def step(self) -> None:
        """The moderator reaches an instruction: a line of the staff log, in the middle of everything."""
        if self.steps:
            self.tasks.append(asyncio.create_task(self._launch(self.steps.pop())))

    async def _launch(self, item: str) -> None:
        await self.moderator.command("item.launch", item=item)

    async def _talk(self, witness: Witness) -> None:
        while not self.stopping:
            await asyncio.sleep(self.dice.expovariate(1 / PAUSE))
            if self.dice.random() < 0.15:
                said = [line["seq"] for line in witness.lines[-20:] if line["kind"] == "said"]
                if said:
                    await witness.command("react", to=self.dice.choice(said), mark="same", on=self.dice.random() < 0.8)
            else:
                await witness.say(item=self.scene["items"][0])

    async def _whisper(self, witness: Witness) -> None:
        while not self.stopping:
            await asyncio.sleep(self.dice.expovariate(1 / PAUSE))
            await witness.say(kind=self.dice.choice(["remark", "question", "probe"]), quote=self.dice.choice([0, 3]))

    async def hears(self, vigie: Installation, seconds: float = 20) -> None:
        """Until something more is acknowledged, that is until the server is back and at work."""
        before = sum(one.acknowledgements for one in self.everyone)
        until = time.monotonic() + seconds
        while sum(one.acknowledgements for one in self.everyone) == before:
            self._reap()
            if time.monotonic() > until:
                raise Failed(f"nothing was acknowledged for {seconds} s\n{vigie.tail()}")
            await asyncio.sleep(0.005)

    def _reap(self) -> None:
        """A writer that was refused tells so; it is a wrong of its own."""
        for task in [task for task in self.tasks if task.done()]:
            self.tasks.remove(task)
            if error := task.exception():
                self.wrong.append(
                    f"a command was refused: {error}" if isinstance(error, RefusedByServer) else repr(error)
                )

    async def finish(self, seconds: float = 30) -> list[str]:
        """Nobody begins anything new, and everything that was begun is acknowledged."""
        self.stopping = True
        late: set[asyncio.Task[None]] = set()
        if self.tasks:
            _, late = await asyncio.wait(self.tasks, timeout=seconds)
        for task in late:
            task.cancel()
        self._reap()
        return [*self.wrong, *([f"{len(late)} commands were never answered"] if late else [])]

    def judge(self, kept: dict[str, Any]) -> list[str]:
        """Everything against what the database holds, once everyone had the time to hear it."""
        codes = set(self.scene["seats"].values())
        wrong = [*self.front.wrong, *self.back.wrong, *self.moderator.claims.wrong]
        wrong += check_log("room", kept["lines"], kept["last_seq"], self.front.by_text)
        wrong += check_log("staff log", kept["side"], kept["side_seq"], {})
        wrong += check_log("confidential", kept["remarks"], kept["back_seq"], self.back.by_text)
        for name, witness in self.seats.items():
            wrong += check_view(name, witness.lines, membership_rows(kept["lines"], witness.code), codes)
        wrong += check_view("moderator", self.moderator.lines, kept["lines"], codes)
        wrong += check_view("moderator, staff log", self.moderator.side, kept["side"], codes)
        for witness in self.observers:
            wrong += check_remarks(witness.code, witness.lines, kept["remarks"])
        return wrong

    async def settle(self, kept: dict[str, Any], seconds: float = 15) -> None:
        """Give every view the time to be complete: a lost hint may cost ten seconds, a line never."""
        goals = [(one, kept["last_seq"]) for one in [*self.seats.values(), self.moderator]]
        goals += [(one, kept["back_seq"]) for one in self.observers]
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await asyncio.gather(*(one.until(goal, seconds + 1) for one, goal in goals))

    async def leave(self) -> None:
        for task in self.tasks:
            task.cancel()
        await asyncio.gather(*self.tasks, return_exceptions=True)
        await asyncio.gather(*(one.stop() for one in self.everyone), return_exceptions=True)
