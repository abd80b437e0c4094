"""How an upper app adds something to a lower one without the lower one knowing it."""

from collections.abc import Iterator
from typing import Generic, TypeVar

T = TypeVar("T")


class Registry(Generic[T]):
    """Entries by code, in the order of registration. A code registered twice is a mistake: `ValueError`."""

    def __init__(self) -> None:
        self._entries: dict[str, T] = {}

    def register(self, code: str, entry: T) -> None:
        if code in self._entries:
            raise ValueError(f"{code} is registered twice")
        self._entries[code] = entry

    def __getitem__(self, code: str) -> T:
        return self._entries[code]

    def __contains__(self, code: str) -> bool:
        return code in self._entries

    def __iter__(self) -> Iterator[T]:
        return iter(self._entries.values())

    def items(self) -> Iterator[tuple[str, T]]:
        return iter(self._entries.items())
