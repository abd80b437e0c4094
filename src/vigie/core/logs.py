"""Log lines without personal data: no address, no name, no word that somebody wrote.

What our own code passes to a logger are ids, codes and numbers, and is written out. What a library passes may be
anything: its numbers stay, its texts go. An error is told by its kind and the places it went through; its message may
quote a row, and is written in demo mode only, where everybody is invented.
"""

import logging
import re
import time
import traceback
from pathlib import Path
from typing import Any

import orjson

OURS = "vigie"
GONE = "…"
_SCRUBBED = (
    re.compile(r"[^\s@<>\"'(),;:=]+@[^\s@<>\"'(),;:]+"),  # e-mail addresses
    re.compile(r"\b\d{1,3}(?:\.\d{1,3}){3}\b"),  # IPv4
    re.compile(r"(?<![\w:])(?:(?:[0-9a-fA-F]{1,4}:){3,7}[0-9a-fA-F]{1,4}|[0-9a-fA-F:]*::[0-9a-fA-F:.]*)(?!\w)"),  # IPv6
    re.compile(r"(?<=\?)\S+"),  # what follows a path
)


def scrubbed(text: str) -> str:
    for pattern in _SCRUBBED:
        text = pattern.sub(GONE, text)
    return text


class TextLine(logging.Formatter):
    """One line for eyes."""

    def __init__(self, *, messages: bool = False) -> None:
        super().__init__()
        self.messages = messages

    def format(self, record: logging.LogRecord) -> str:
        told = self.told(record)
        head = " ".join(str(told[name]) for name in ("at", "level", "logger", "message", "route") if name in told)
        error = told.get("error")
        if not error:
            return head
        said = f": {error['message']}" if "message" in error else ""
        return "\n    ".join([f"{head}\n  {error['kind']}{said}", *error["at"]])

    def told(self, record: logging.LogRecord) -> dict[str, Any]:
        moment = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(record.created))
        told: dict[str, Any] = {
            "at": f"{moment}.{int(record.msecs):03}Z",
            "level": record.levelname.lower(),
            "logger": record.name,
            "process": record.process,
            "message": scrubbed(_message(record)),
        }
        request = getattr(record, "request", None)
        if match := getattr(request, "resolver_match", None):
            # The route, not the address: an address is what somebody typed.
            told["route"] = f"{request.method} /{match.route}"  # type: ignore[union-attr]
        if record.exc_info and record.exc_info[1]:
            told["error"] = self.error(record.exc_info[1])
        return told

    def error(self, error: BaseException) -> dict[str, Any]:
        places = traceback.extract_tb(error.__traceback__)
        found: dict[str, Any] = {
            "kind": " from ".join(type(one).__qualname__ for one in _chain(error)),
            "at": [f"{_short(place.filename)}:{place.lineno} {place.name}" for place in places[-20:]],
        }
        return {**found, "message": str(error)} if self.messages else found


class JsonLine(TextLine):
    """One JSON object a line, for machines."""

    def format(self, record: logging.LogRecord) -> str:
        return orjson.dumps(self.told(record)).decode()


def _message(record: logging.LogRecord) -> str:
    if record.name.partition(".")[0] == OURS or not record.args:
        return record.getMessage()
    try:
        if isinstance(record.args, dict):
            return str(record.msg) % {name: _kept(value) for name, value in record.args.items()}
        return str(record.msg) % tuple(_kept(value) for value in record.args)
    except (TypeError, ValueError):
        return str(record.msg)


def _kept(value: object) -> object:
    return value if isinstance(value, int | float) else GONE


def _chain(error: BaseException) -> list[BaseException]:
    found = [error]
    while (before := found[-1].__cause__ or found[-1].__context__) and before not in found:
        found.append(before)
    return found


def _short(path: str) -> str:
    """The file's place in its package: where a machine keeps it is nobody's business."""
    parts = Path(path).parts
    for root in ("site-packages", "src"):
        if root in parts:
            return "/".join(parts[parts.index(root) + 1 :])
    return "/".join(parts[-2:])
