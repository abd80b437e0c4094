"""Starting the processes of an installation."""

import fcntl
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit


@contextmanager
def alone(directory: Path) -> Iterator[None]:
    """Hold the installation's lock file: the embedded mode is exactly one process. Exits when it is taken."""
    handle = os.open(directory / "vigie.lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        sys.exit(
            f"Vigie already runs on {directory}. In embedded mode one process does everything; for several, "
            "set VIGIE_DATABASE_URL to PostgreSQL and VIGIE_REDIS_URL to Redis."
        )
    os.truncate(handle, 0)
    os.write(handle, str(os.getpid()).encode())
    try:
        yield
    finally:
        os.close(handle)


def address() -> tuple[str, int]:
    """Where to listen: VIGIE_LISTEN as host:port, or what the base URL says on this machine."""
    from django.conf import settings

    listen = os.environ.get("VIGIE_LISTEN", "")
    parts = urlsplit(f"//{listen}" if listen else settings.BASE_URL)
    return (parts.hostname or "127.0.0.1", parts.port or 8000) if listen or settings.LOOPBACK else ("127.0.0.1", 8000)


def live_options() -> dict[str, Any]:
    """How uvicorn serves pages and rooms, wherever it listens."""
    from django.conf import settings

    return {
        "ws": "websockets-sansio",
        "ws_per_message_deflate": False,
        "ws_max_size": settings.SOCKET_FRAME_LIMIT,
        "ws_ping_interval": settings.HEARTBEAT_SECONDS,
        "ws_ping_timeout": settings.OFFLINE_SECONDS - settings.HEARTBEAT_SECONDS,
        "lifespan": "on",
        "log_config": None,
        "log_level": os.environ.get("VIGIE_LOG_LEVEL", "warning").lower(),
        "access_log": False,
        "server_header": False,
        # `core.proxies` says who asks, the same way for every kind of process.
        "proxy_headers": False,
        "timeout_graceful_shutdown": 5,
    }


def serve_live() -> None:
    """Pages and rooms in one event loop; with jobs too when embedded."""
    import uvicorn

    host, port = address()
    uvicorn.run("vigie.asgi:application", host=host, port=port, **live_options())


def serve_pages() -> None:
    """Pages alone, WSGI."""
    from granian import Granian
    from granian.constants import Interfaces

    host, port = address()
    workers = int(os.environ.get("VIGIE_PAGE_WORKERS", "1"))
    Granian(
        "vigie.wsgi:application",
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        workers=workers,
        blocking_threads=4,
        log_enabled=False,
        static_path_route=["/static"],
        static_path_mount=[Path(__file__).parent / "static" / "dist"],
    ).serve()


def serve_jobs() -> None:
    from vigie.facts.jobs import huey

    huey.create_consumer(workers=2, check_worker_health=True).run()
