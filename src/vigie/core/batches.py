"""Group commit: everything that waits becomes one transaction, in one thread with one connection."""

import asyncio
import logging
import queue
import threading
from collections.abc import Callable, Sequence
from typing import Generic, TypeVar

from django.db import InterfaceError, OperationalError, connection

log = logging.getLogger(__name__)

Unit = TypeVar("Unit")
Result = TypeVar("Result")


class GroupCommit(Generic[Unit, Result]):
    """`submit()` from the event loop; `write(units)` runs in the thread and returns once all of it is durable.

    It may be called twice with the same units, when the connection was lost: the second must not write them again.
    There is no timer: a lone unit is written at once, and what arrives meanwhile makes the next batch.
    `settle(units, result)` is called in the event loop after the commit, `failed(units, error)` after a failure.
    """

    def __init__(
        self,
        name: str,
        write: Callable[[Sequence[Unit]], Result],
        settle: Callable[[Sequence[Unit], Result], None],
        failed: Callable[[Sequence[Unit], Exception], None],
        limit: int = 512,
    ) -> None:
        self._write, self._settle, self._failed, self._limit = write, settle, failed, limit
        self._waiting: queue.SimpleQueue[Unit | None] = queue.SimpleQueue()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._name = name
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._thread = threading.Thread(target=self._run, name=self._name, daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Write what waits, then end. Called when the server leaves; it may start again."""
        self._waiting.put(None)
        if self._thread:
            self._thread.join(10)

    def submit(self, unit: Unit) -> None:
        self._waiting.put(unit)

    def _run(self) -> None:
        stopping = False
        while not stopping:
            units: list[Unit] = []
            unit = self._waiting.get()
            while unit is not None:
                units.append(unit)
                if len(units) == self._limit:
                    break
                try:
                    unit = self._waiting.get_nowait()
                except queue.Empty:
                    break
            stopping = unit is None
            if units:
                self._commit(units)
        connection.close()

    def _commit(self, units: list[Unit]) -> None:
        assert self._loop is not None
        try:
            result = self._write_again_if_cut(units)
        except Exception as error:
            log.exception("%s could not write %d units", self._name, len(units))
            # Plain statements leave no mark on Django's connection: begin again with a new one.
            connection.close()
            self._tell(self._failed, units, error)
        else:
            self._tell(self._settle, units, result)

    def _write_again_if_cut(self, units: list[Unit]) -> Result:
        try:
            return self._write(units)
        except (InterfaceError, OperationalError):
            # A database that was restarted has hung up on us: nobody should have to send again for that.
            if connection.is_usable():
                raise
            connection.close()
            return self._write(units)

    def _tell(self, callback: Callable[..., None], *arguments: object) -> None:
        assert self._loop is not None
        try:
            self._loop.call_soon_threadsafe(callback, *arguments)
        except RuntimeError:
            # The loop is gone: the server leaves, and nobody waits for the news any more.
            log.debug("the loop has closed")
