"""One process: pages, rooms and, when embedded, jobs. One of the few places that know every app."""

import gc
import os
from pathlib import Path
from typing import Any, cast

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "vigie.settings")

from django.core.asgi import get_asgi_application

pages = get_asgi_application()

from django.conf import settings
from servestatic import ServeStaticASGI

from vigie.backroom import routing as back
from vigie.core.proxies import behind_proxies, is_our_host
from vigie.core.routes import SocketRoute
from vigie.core.sockets import refuse
from vigie.live import routing as front

SOCKETS: list[SocketRoute] = [*front.sockets, *back.sockets]
STATIC = Path(__file__).parent / "static" / "dist"


def static(application: Any) -> ServeStaticASGI:
    """The built front end; names that carry a hash are kept by browsers for ever."""
    return ServeStaticASGI(
        application,
        root=STATIC,
        prefix="static/",
        immutable_file_test=r"^.+[.-][0-9A-Za-z_-]{8,}\.\w+$",
        allow_all_origins=False,
    )


http = static(pages)


async def application(scope: Any, receive: Any, send: Any) -> None:
    if scope["type"] == "http":
        await http(cast(Any, behind_proxies(scope)), receive, send)
    elif scope["type"] == "websocket":
        scope = behind_proxies(scope)
        for route in SOCKETS if is_our_host(scope) else ():
            found = route.pattern.match(scope["path"])
            if found:
                await route.serve(scope, receive, send, **found.groupdict())
                return
        await refuse(scope, receive, send)
    elif scope["type"] == "lifespan":
        await _live(receive, send)


async def _live(receive: Any, send: Any) -> None:
    from vigie.backroom.socket import hub as back_hub
    from vigie.facts.jobs import Worker, huey
    from vigie.live.socket import hub as front_hub

    worker: Worker | None = None
    while True:
        message = await receive()
        if message["type"] == "lifespan.startup":
            front_hub.start()
            back_hub.start()
            if settings.JOBS_HERE:
                worker = Worker(huey, workers=1, check_worker_health=False)
                worker.start()
            # What start-up made stays for ever: the collector need not walk it at every turn.
            gc.collect()
            gc.freeze()
            await send({"type": "lifespan.startup.complete"})
        else:
            if worker:
                worker.stop(graceful=False)
            await front_hub.stop()
            await back_hub.stop()
            await send({"type": "lifespan.shutdown.complete"})
            return
