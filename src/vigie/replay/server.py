"""Vigie itself as a process of its own, on a free port of this machine."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Server:
    """`vigie serve` with this environment; `start()` returns once it answers."""

    def __init__(self, environment: Mapping[str, str], *part: str, port: int = 0) -> None:
        self.port = port or free_port()
        self.part = part
        self.environment = {**os.environ, **environment, "VIGIE_LISTEN": f"127.0.0.1:{self.port}"}
        self.process: subprocess.Popen[bytes] | None = None

    def start(self, seconds: float = 30) -> "Server":
        command = [sys.executable, "-c", "from vigie.commands import main; main()", "serve", *self.part]
        log = self.environment.get("VIGIE_SERVER_LOG")
        output = Path(log).open("ab") if log else None  # noqa: SIM115
        self.process = subprocess.Popen(command, env=self.environment, stdout=output, stderr=output)
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            if self.process.poll() is not None:
                raise RuntimeError(f"the server ended with {self.process.returncode}")
            try:
                socket.create_connection(("127.0.0.1", self.port), 0.5).close()
            except OSError:
                time.sleep(0.02)
            else:
                return self
        raise TimeoutError("the server does not answer")

    def send(self, number: int) -> None:
        if self.process:
            self.process.send_signal(number)

    def stop(self, number: int = signal.SIGTERM) -> None:
        if self.process and self.process.poll() is None:
            self.process.send_signal(number)
            try:
                self.process.wait(15)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
