"""How a view names the right it asks for, wherever it lives. What each name grants is `communities/access.py`."""

from collections.abc import Callable
from typing import TypeVar

#: Anyone, signed in or not.
PUBLIC = "public"
#: The signed-in person's own account, whatever their roles.
OWN_ACCOUNT = "session.revoke"

V = TypeVar("V", bound=Callable[..., object])


def declare(name: str) -> Callable[[V], V]:
    """Write the right's name on a view or a socket verb. Start-up fails on a route without a known one."""

    def write(view: V) -> V:
        view.right_name = name  # type: ignore[attr-defined]
        return view

    return write
