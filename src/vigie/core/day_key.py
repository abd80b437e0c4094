"""A random key for each day, kept in the data folder: what is hashed with it names nobody once the day is over.

Backups leave it out, and the database never holds it.
"""

import hashlib
import hmac
import os
import secrets
from datetime import date
from pathlib import Path

from django.conf import settings

from vigie.core import clock

_read: dict[Path, bytes] = {}


def sealed(text: str) -> str:
    """The same for the same text until midnight (UTC), in every process; nothing that can be guessed afterwards."""
    return hmac.new(_key(clock.now().date()), text.encode(), hashlib.sha256).hexdigest()


def old_keys(today: date) -> list[Path]:
    return [file for file in Path(settings.DATA_DIR).glob("day-key-*") if file.name < _file(today).name]


def destroy_old(today: date) -> int:
    found = old_keys(today)
    for file in found:
        file.unlink(missing_ok=True)
        _read.pop(file, None)
    return len(found)


def _file(day: date) -> Path:
    return Path(settings.DATA_DIR) / f"day-key-{day:%Y-%m-%d}"


def _key(day: date) -> bytes:
    file = _file(day)
    if file not in _read:
        if not file.exists():
            _make(file)
            destroy_old(day)
        _read.clear()
        _read[file] = file.read_bytes()
    return _read[file]


def _make(file: Path) -> None:
    """Of two processes that begin the day together, one makes the key and both read it."""
    draft = file.with_name(f".{file.name}-{os.getpid()}-{secrets.token_hex(4)}")
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        os.write(handle, secrets.token_bytes(32))
    finally:
        os.close(handle)
    try:
        os.link(draft, file)
    except FileExistsError:
        pass
    finally:
        draft.unlink()
