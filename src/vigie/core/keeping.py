"""How long things are kept. Each app says in its `retention.py` what it deletes, when and why."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from vigie.core.registry import Registry


@dataclass(frozen=True)
class Rule:
    """`due(now)` counts what is out of date, `remove(now)` deletes it and says how much that was."""

    what: str
    why: str
    #: In words, with the setting that says otherwise where there is one.
    kept: str
    due: Callable[[datetime], int]
    remove: Callable[[datetime], int]


RETENTION: Registry[Rule] = Registry()
