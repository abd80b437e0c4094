"""A participant alone in a process, to be frozen: `python -m tests.harness.lonely URL COOKIE`."""

import asyncio
import os
import sys


async def main(url: str, cookie: str) -> None:
    from vigie.replay.client import Client

    await Client(url, cookie).start()
    print("joined", flush=True)
    await asyncio.Event().wait()


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "vigie.settings")
    import tempfile

    os.environ.setdefault("VIGIE_DATA_DIR", tempfile.mkdtemp(prefix="vigie-lonely-"))
    import django

    django.setup()
    asyncio.run(main(sys.argv[1], sys.argv[2]))
