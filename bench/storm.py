"""Every socket of a stage cut at once: how long until all are back and hold everything. `storm.py STAGE PORT`."""

import asyncio
import json
import sys
import time
from pathlib import Path

import django

django.setup()

from vigie.replay.client import Client


async def main(stage: dict, port: int) -> None:
    clients: list[list[Client]] = []
    for room in stage["rooms"]:
        url = f"ws://127.0.0.1:{port}{room['path']}"
        clients.append([Client(url, cookie) for cookie in room["cookies"]])
    everyone = [client for room in clients for client in room]
    for start in range(0, len(everyone), 40):
        await asyncio.gather(*(client.start() for client in everyone[start : start + 40]))
    for room in clients:
        await room[0].post("before the storm")
    before = [client.reconnections for client in everyone]
    started = time.monotonic()
    for client in everyone:
        client.cut()
    last = await asyncio.gather(*(room[0].post("after the storm") for room in clients))
    errors = 0
    for room, seq in zip(clients, last, strict=True):
        for client in room:
            try:
                await client.until(seq, 60)
            except TimeoutError:
                errors += 1
    elapsed = time.monotonic() - started
    complete = all(client.held == seq for room, seq in zip(clients, last, strict=True) for client in room)
    again = sum(client.reconnections - was > 3 for client, was in zip(everyone, before, strict=True))
    print(
        json.dumps(
            {
                "sockets": len(everyone),
                "all_back_s": round(elapsed, 2),
                "complete": complete,
                "errors": errors,
                "tried_more_than_thrice": again,
            }
        )
    )
    await asyncio.gather(*(client.stop() for client in everyone))


asyncio.run(main(json.loads(Path(sys.argv[1]).read_text()), int(sys.argv[2])))
