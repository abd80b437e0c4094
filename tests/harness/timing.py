"""Abuse case 14: does a participant's acknowledgement take longer while the confidential block is busy?

One seat writes, one line after the other; two observers and the moderator whisper during every second block of lines.
The two distributions are compared by the Kolmogorov–Smirnov statistic: the largest distance between them, 0 when they
are one, 1 when they do not touch.
"""

import asyncio
import contextlib
import math
import random
import time
from bisect import bisect_right
from dataclasses import dataclass
from statistics import median, quantiles
from typing import Any

from tests.harness.installation import Installation
from tests.harness.witness import Claims, Witness

#: Lines in a row with the block quiet, then as many with it busy: what else the machine does falls on both.
RUN = 50


@dataclass
class Figures:
    posts: int
    remarks: int
    distance: float
    #: What two samples of one distribution exceed once in a hundred times.
    chance: float
    quiet_median: float
    busy_median: float
    quiet_p95: float
    busy_p95: float


def kolmogorov_smirnov(left: list[float], right: list[float]) -> float:
    left, right = sorted(left), sorted(right)
    return max(
        abs(bisect_right(left, value) / len(left) - bisect_right(right, value) / len(right)) for value in left + right
    )


def timing(vigie: Installation, posts: int = 2000, *, remarks_a_second: float = 1.0, seed: int = 1) -> Figures:
    """So many lines in each of the two conditions, in milliseconds."""
    pid = vigie.serve()
    vigie.wait()
    try:
        return asyncio.run(_measure(vigie, posts, remarks_a_second, random.Random(seed)))
    finally:
        vigie.end(pid)


async def _measure(vigie: Installation, posts: int, rate: float, dice: random.Random) -> Figures:
    scene = await asyncio.to_thread(vigie.call, "tests.harness.scene:set_scene", seats=4)
    address = f"{vigie.base.replace('http', 'ws', 1)}/c/{scene['slug']}/{{}}/{scene['code']}/socket"
    cookies, claims = scene["cookies"], Claims()
    seats = [Witness(address.format("live"), cookies[name], code, claims) for name, code in scene["seats"].items()]
    moderator = Witness(address.format("live"), cookies["moderator"], "m", claims)
    names = ["moderator", *scene["observers"]]
    whisperers = [Witness(address.format("back"), cookies[name], f"{name} aside", claims) for name in names]
    everyone = [*seats, moderator, *whisperers]
    await asyncio.gather(*(one.start() for one in everyone))
    await moderator.command("seat.admit", seats=[one.code for one in seats])
    await moderator.command("session.open")
    times: dict[bool, list[float]] = {False: [], True: []}
    remarks = 0

    async def whisper(one: Witness) -> None:
        nonlocal remarks
        while True:
            await asyncio.sleep(dice.expovariate(rate / len(whisperers)))
            await one.say(kind="remark")
            remarks += 1

    async def write(one: Witness) -> float:
        # As a person would: not in step with anything the server does.
        await asyncio.sleep(dice.uniform(0.002, 0.012))
        began = time.perf_counter()
        await one.say()
        return (time.perf_counter() - began) * 1000

    for _ in range(RUN):
        await write(seats[0])
    busy = False
    while len(times[True]) < posts:
        tasks: list[asyncio.Task[Any]] = [asyncio.create_task(whisper(one)) for one in whisperers if busy]
        times[busy] += [await write(seats[0]) for _ in range(RUN)]
        for task in tasks:
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await task
        busy = not busy
    await asyncio.gather(*(one.stop() for one in everyone))
    quiet, beside = times[False][:posts], times[True][:posts]
    return Figures(
        posts=posts,
        remarks=remarks,
        distance=round(kolmogorov_smirnov(quiet, beside), 4),
        chance=round(1.63 * math.sqrt(2 / posts), 4),
        quiet_median=round(median(quiet), 3),
        busy_median=round(median(beside), 3),
        quiet_p95=round(quantiles(quiet, n=20)[-1], 3),
        busy_p95=round(quantiles(beside, n=20)[-1], 3),
    )
