"""Decoded JSON values as typed commands. An unknown field, type or verb is an error: nothing is guessed.

Standard library only, so that pure protocols may use it.
"""

from collections.abc import Mapping
from dataclasses import MISSING, fields
from typing import Any, Generic, TypeVar

LARGEST = 2**31 - 1
C = TypeVar("C")


class Malformed(Exception):
    """The frame is not of this protocol; the argument says in English what is wrong, for a developer."""


class Parser(Generic[C]):
    """Turns `{"type": verb, …}` into the verb's dataclass, whose fields are int, str, bool, or a tuple of str."""

    def __init__(self, verbs: Mapping[str, type[C]]) -> None:
        self.verbs = verbs
        self._fields = {
            kind: {one.name: (_kind_of(one.type), one.default is MISSING) for one in fields(kind)}  # type: ignore[arg-type]
            for kind in verbs.values()
        }

    def __call__(self, frame: object) -> C:
        """Raises `Malformed`."""
        if not isinstance(frame, dict):
            raise Malformed("a frame is an object")
        verb = frame.get("type")
        kind = self.verbs.get(verb) if isinstance(verb, str) else None
        if kind is None:
            raise Malformed("unknown type")
        expected = self._fields[kind]
        values: dict[str, Any] = {}
        for name, value in frame.items():
            if name == "type":
                continue
            if name not in expected:
                raise Malformed("unknown field")
            values[name] = _checked(name, value, expected[name][0])
        for name, (_, required) in expected.items():
            if required and name not in values:
                raise Malformed(f"{name} is missing")
        return kind(**values)


def _kind_of(annotation: object) -> type:
    return annotation if annotation in (int, str, bool) else tuple  # type: ignore[return-value]


def _checked(name: str, value: object, kind: type) -> object:
    if kind is tuple:
        if not isinstance(value, list) or not all(isinstance(part, str) for part in value):
            raise Malformed(f"{name} must be a list of strings")
        return tuple(value)
    if type(value) is not kind:
        raise Malformed(f"{name} must be of type {kind.__name__}")
    if isinstance(value, int) and not 0 <= value <= LARGEST:
        raise Malformed(f"{name} is out of range")
    return value
