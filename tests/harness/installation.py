"""A Vigie of its own to be hurt: directory, database, port, and a zygote that starts its processes."""

import json
import os
import secrets
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from types import TracebackType
from typing import Any, Self
from urllib.parse import urlsplit

from vigie.replay.server import free_port

ROOT = Path(__file__).resolve().parents[2]
POSTGRESQL = os.environ.get("VIGIE_TEST_DATABASE_URL", "postgresql://postgres@127.0.0.1:5432/postgres")
REDIS = os.environ.get("VIGIE_TEST_REDIS_URL", "redis://127.0.0.1:6379/9")
SETTINGS = os.environ.get("VIGIE_HARNESS_SETTINGS", "vigie.settings")
#: Where an fsync costs nothing: for what does not test durability.
MEMORY = Path("/dev/shm") if os.access("/dev/shm", os.W_OK) else Path(tempfile.gettempdir())


def grown_up() -> bool:
    """Do PostgreSQL and Redis answer on this machine?"""
    import socket

    for url in (POSTGRESQL, REDIS):
        parts = urlsplit(url)
        try:
            socket.create_connection((parts.hostname or "127.0.0.1", parts.port or 0), 1).close()
        except OSError:
            return False
    return True


class Failed(Exception):
    """The installation itself did not do what the harness asked of it."""


class Installation:
    """`with Installation("sqlite") as vigie:` – migrated, empty, and gone afterwards.

    `tree` is the source to run, this one's by default: planted bugs live in a copy.
    """

    def __init__(
        self,
        database: str = "sqlite",
        *,
        tree: Path = ROOT,
        in_memory: bool = False,
        flood_limit: int = 1_000_000,
        settings: str = SETTINGS,
        **environment: str,
    ) -> None:
        self.database, self.tree = database, tree
        self.directory = Path(tempfile.mkdtemp(prefix="vigie-harness-", dir=MEMORY if in_memory else None))
        self.log = self.directory / "server.log"
        self.port = free_port()
        self.name = f"vigie_harness_{secrets.token_hex(4)}"
        self.environment = {
            **{key: value for key, value in os.environ.items() if not key.startswith("VIGIE_")},
            "DJANGO_SETTINGS_MODULE": settings,
            "PYTHONPATH": os.pathsep.join([str(tree / "src"), str(ROOT), os.environ.get("PYTHONPATH", "")]),
            "PYTHONDONTWRITEBYTECODE": "1" if tree != ROOT else "",
            "VIGIE_DATA_DIR": str(self.directory),
            "VIGIE_SOCKET_FLOOD_LIMIT": str(flood_limit),
            "VIGIE_LISTEN": f"127.0.0.1:{self.port}",
            **environment,
        }
        if database == "postgresql":
            self.environment["VIGIE_DATABASE_URL"] = POSTGRESQL.rsplit("/", 1)[0] + f"/{self.name}"
            self.environment["VIGIE_REDIS_URL"] = REDIS
        self.zygote: subprocess.Popen[str] | None = None
        self.pids: set[int] = set()

    @property
    def base(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def __enter__(self) -> Self:
        try:
            if self.database == "postgresql":
                self._postgresql(f'CREATE DATABASE "{self.name}"')
            self.zygote = subprocess.Popen(
                [sys.executable, "-m", "tests.harness.zygote"],
                cwd=self.directory,
                env=self.environment,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=self.log.open("a"),
                text=True,
            )
            self._answer()
            self.call("tests.harness.scene:prepare")
        except BaseException:
            self.__exit__(None, None, None)
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for pid in list(self.pids):
            self.end(pid)
        if self.zygote:
            if self.zygote.stdin:
                self.zygote.stdin.close()
            self.zygote.kill()
            self.zygote.wait()
            if self.zygote.stdout:
                self.zygote.stdout.close()
        if self.database == "postgresql":
            self._postgresql(f'DROP DATABASE IF EXISTS "{self.name}" WITH (FORCE)')
        if not os.environ.get("VIGIE_HARNESS_KEEP"):
            shutil.rmtree(self.directory, ignore_errors=True)

    def _postgresql(self, statement: str) -> None:
        import psycopg

        with psycopg.connect(POSTGRESQL, autocommit=True) as connection:
            connection.execute(statement.encode())

    def _answer(self) -> dict[str, Any]:
        assert self.zygote
        assert self.zygote.stdout
        line = self.zygote.stdout.readline()
        answer: dict[str, Any] = json.loads(line) if line else {"error": "the zygote is dead"}
        if "error" in answer:
            raise Failed(f"{answer['error']}\n{self.tail()}")
        return answer

    def _order(self, **order: Any) -> dict[str, Any]:
        assert self.zygote
        assert self.zygote.stdin
        self.zygote.stdin.write(json.dumps({**order, "log": str(self.log)}) + "\n")
        self.zygote.stdin.flush()
        return self._answer()

    def call(self, function: str, **arguments: Any) -> Any:
        """Run `module:function` in a child that has the application; its JSON result."""
        return self._order(do="call", function=function, arguments=arguments)["result"]

    def serve(self, port: int = 0, **more: Any) -> int:
        """Start a live process; its pid. It answers some milliseconds later."""
        pid = int(self._order(do="serve", port=port or self.port, **more)["pid"])
        self.pids.add(pid)
        return pid

    def end(self, pid: int, number: int = signal.SIGKILL) -> dict[str, Any]:
        self.pids.discard(pid)
        try:
            return self._order(do="end", pid=pid, signal=number)
        except (Failed, OSError):
            return {}

    def tail(self, lines: int = 40) -> str:
        return "\n".join(self.log.read_text(errors="replace").splitlines()[-lines:]) if self.log.exists() else ""

    def wait(self, port: int = 0, seconds: float = 30) -> None:
        """Until somebody listens."""
        import socket

        until = time.monotonic() + seconds
        while time.monotonic() < until:
            try:
                socket.create_connection(("127.0.0.1", port or self.port), 0.5).close()
            except OSError:
                time.sleep(0.01)
            else:
                return
        raise Failed(f"nobody listens on {port or self.port}\n{self.tail()}")
