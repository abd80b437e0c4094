"""Socket routes: a path, who serves it, and the right that its door and each of its verbs ask for."""

import re
from collections.abc import Awaitable, Callable, Iterable, Mapping
from typing import Any


class SocketRoute:
    """Raises `ValueError`, and so stops the start, when a command exists for which no right is declared."""

    def __init__(
        self,
        pattern: str,
        serve: Callable[..., Awaitable[None]],
        door: object,
        verbs: Mapping[Any, object],
        commands: Iterable[type],
    ) -> None:
        open_verbs = sorted(command.__name__ for command in set(commands) - set(verbs))
        if open_verbs:
            raise ValueError(f"{pattern}: no right is declared for {', '.join(open_verbs)}")
        self.pattern, self.serve, self.door, self.verbs = re.compile(pattern), serve, door, verbs
