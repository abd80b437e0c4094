"""Who asked to be forgotten, written down where no restored database can undo it.

One line an erasure beside the database, ids only: restoring an older backup brings the person's rows back, and every
line is carried out again before anybody can read them. What erases registers how under a kind:

    on_restore.register("person", erase_person_again)
"""

import json
import os
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass
from pathlib import Path

from django.conf import settings

from vigie.core import clock
from vigie.core.registry import Registry

#: How an erasure is carried out again, by kind. Called with the key; once more must change nothing.
on_restore: Registry[Callable[[str], None]] = Registry()


@dataclass(frozen=True)
class Erasure:
    kind: str
    key: str
    at: str


def journal() -> Path:
    return Path(settings.DATA_DIR) / "erasures.jsonl"


def write_down(kind: str, key: str) -> None:
    """Call it once the erasure is committed. On the disk when this returns."""
    append(journal(), [Erasure(kind, key, clock.instant(clock.now()))])


def append(file: Path, erasures: Iterable[Erasure]) -> None:
    handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    try:
        os.write(handle, "".join(json.dumps(asdict(one)) + "\n" for one in erasures).encode())
        os.fsync(handle)
    finally:
        os.close(handle)


def written(text: str) -> list[Erasure]:
    """What a journal says, the line that a power cut left half written passed over."""
    found = []
    for line in text.splitlines():
        try:
            found.append(Erasure(**json.loads(line)))
        except (ValueError, TypeError):
            continue
    return found


def known() -> list[Erasure]:
    return written(journal().read_text()) if journal().exists() else []


def carry_out_again(erasures: Iterable[Erasure]) -> int:
    """Returns how many. Raises `KeyError` on a kind that nobody registered: a restore must not forget to forget."""
    done = 0
    for kind, key in dict.fromkeys((one.kind, one.key) for one in erasures):
        on_restore[kind](key)
        done += 1
    return done
