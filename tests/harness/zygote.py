"""A process that has imported Vigie, opened no connection and started no thread, and forks what is asked of it.

A forked child costs milliseconds where a new process costs a second and a half: that is what makes a thousand kills
affordable. The child runs the product's own `serving.serve_live()`. One JSON order a line on standard input, one JSON
answer a line on standard output.
"""

import ctypes
import gc
import importlib
import json
import os
import signal
import sys
import threading
import time
import traceback
from collections.abc import Callable
from typing import Any


def load() -> None:
    import django

    django.setup()
    import uvicorn.lifespan.on
    import uvicorn.protocols.http.auto
    import uvicorn.protocols.websockets.websockets_sansio_impl

    import vigie.asgi
    import vigie.serving
    from vigie.facts.jobs import huey

    assert uvicorn
    assert vigie
    huey.storage.close()
    assert threading.active_count() == 1, threading.enumerate()
    from django.db import connections

    assert all(one.connection is None for one in connections.all(initialized_only=True))


def settle_memory() -> None:
    """Have children leave alone what is already there: a collection would copy every page of it."""
    gc.collect()
    gc.freeze()


def find(path: str) -> Callable[..., Any]:
    module, name = path.split(":")
    found: Callable[..., Any] = getattr(importlib.import_module(module), name)
    return found


def become_another() -> None:
    """What a process of its own would have drawn for itself at import."""
    import secrets

    from vigie.core import relays

    relays.PROCESS = secrets.token_hex(4)


def die_with_the_parent() -> None:
    """A harness that is itself killed leaves no server behind (Linux: PR_SET_PDEATHSIG)."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(1, signal.SIGKILL)


def fork(run: Callable[[], None], log: str) -> int:
    pid = os.fork()
    if pid:
        return pid
    code = 1
    try:
        die_with_the_parent()
        signal.signal(signal.SIGINT, signal.SIG_DFL)
        handle = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
        os.dup2(handle, 1)
        os.dup2(handle, 2)
        run()
        code = 0
    except SystemExit as error:
        code = error.code if isinstance(error.code, int) else 1
    except BaseException:
        traceback.print_exc()
    finally:
        sys.stderr.flush()
        os._exit(code)


def serve(order: dict[str, Any]) -> dict[str, Any]:
    def run() -> None:
        os.environ.update(order.get("environment", {}))
        os.environ["VIGIE_LISTEN"] = f"127.0.0.1:{order['port']}"
        become_another()
        for name, value in order.get("settings", {}).items():
            from django.conf import settings

            setattr(settings, name, value)
        if order.get("with"):
            find(order["with"])(**order.get("arguments", {}))
        from vigie.serving import serve_live

        serve_live()

    return {"pid": fork(run, order["log"])}


def call(order: dict[str, Any]) -> dict[str, Any]:
    reading, writing = os.pipe()

    def run() -> None:
        os.close(reading)
        become_another()
        result = find(order["function"])(**order.get("arguments", {}))
        with os.fdopen(writing, "w") as file:
            json.dump({"result": result}, file)

    pid = fork(run, order["log"])
    os.close(writing)
    with os.fdopen(reading) as file:
        said = file.read()
    _, status = os.waitpid(pid, 0)
    return json.loads(said) if status == 0 else {"error": f"{order['function']} ended with {status}"}


def end(order: dict[str, Any]) -> dict[str, Any]:
    """Send the signal, and answer once the process is gone; how long it took, and how it ended."""
    started = time.monotonic()
    try:
        os.kill(order["pid"], order["signal"])
        _, status = os.waitpid(order["pid"], 0)
    except (ProcessLookupError, ChildProcessError):
        return {"error": "there is no such process"}
    return {"seconds": time.monotonic() - started, "status": os.waitstatus_to_exitcode(status)}


ORDERS = {"serve": serve, "call": call, "end": end}


def main() -> None:
    load()
    settle_memory()
    print(json.dumps({"ready": os.getpid()}), flush=True)
    for line in sys.stdin:
        order = json.loads(line)
        try:
            answer = ORDERS[order["do"]](order)
        except Exception as error:
            answer = {"error": repr(error)}
        print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    main()
