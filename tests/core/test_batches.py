"""Group commit: one transaction for all that waits, in order, one thread; it survives a failure and starts again."""

import asyncio
import threading

import pytest

from vigie.core.batches import GroupCommit


class Books:
    """Writes down what it is given; `gate` holds the first batch back, `broken` names a unit that fails."""

    def __init__(self, broken: int | None = None) -> None:
        self.gate = threading.Event()
        self.batches: list[list[int]] = []
        self.threads: set[str] = set()
        self.settled: list[tuple[list[int], int]] = []
        self.failed: list[tuple[list[int], str]] = []
        self.broken = broken
        self.group: GroupCommit[int, int] = GroupCommit(
            "books",
            self.write,
            lambda units, result: self.settled.append((list(units), result)),
            lambda units, error: self.failed.append((list(units), str(error))),
            limit=5,
        )

    def write(self, units) -> int:
        self.gate.wait(5)
        self.threads.add(threading.current_thread().name)
        if self.broken in units:
            raise OSError("the disk is full")
        self.batches.append(list(units))
        return sum(units)


async def settle(books: Books) -> None:
    await asyncio.to_thread(books.group.stop)
    await asyncio.sleep(0.01)


async def test_what_waits_is_one_batch_up_to_the_limit_and_in_order():
    books = Books()
    books.group.start()
    books.group.submit(1)
    while not books.group._waiting.empty():  # alone: taken at once, and held by the gate
        await asyncio.sleep(0.001)
    for number in range(2, 13):
        books.group.submit(number)
    books.gate.set()
    await settle(books)
    assert books.batches == [[1], [2, 3, 4, 5, 6], [7, 8, 9, 10, 11], [12]]
    assert books.settled == [([1], 1), ([2, 3, 4, 5, 6], 20), ([7, 8, 9, 10, 11], 45), ([12], 12)]
    assert books.threads == {"books"}


async def test_a_failure_is_told_to_its_own_batch_alone():
    books = Books(broken=2)
    books.gate.set()
    books.group.start()
    for number in (1, 2, 3):
        books.group.submit(number)
        while len(books.settled) + len(books.failed) < number:
            await asyncio.sleep(0.001)
    await settle(books)
    assert books.batches == [[1], [3]]
    assert books.failed == [([2], "the disk is full")]


async def test_stopping_writes_what_waits_and_it_may_start_again():
    books = Books()
    books.gate.set()
    for life in (1, 2):
        books.group.start()
        books.group.submit(life)
        await settle(books)
    assert books.batches == [[1], [2]]


async def test_a_loop_that_is_gone_is_told_nothing():
    books = Books()
    books.gate.set()

    def live() -> None:
        async def start() -> None:
            books.group.start()

        asyncio.run(start())

    await asyncio.to_thread(live)
    books.group.submit(1)
    await asyncio.to_thread(books.group.stop)
    assert (books.batches, books.settled) == ([[1]], [])


def test_it_needs_a_loop():
    with pytest.raises(RuntimeError):
        Books().group.start()
