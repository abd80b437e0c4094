"""The address of a page by its name."""

from functools import lru_cache
from typing import Any

from django.conf import settings
from django.urls import get_script_prefix, get_urlconf, reverse


def address(name: str, *args: object, **kwargs: object) -> str:
    """`reverse()`, which a page asks for dozens of times, remembered for as long as the routes are the same."""
    where = get_urlconf() or settings.ROOT_URLCONF
    return _address(name, args, tuple(kwargs.items()), where, get_script_prefix())


@lru_cache(maxsize=4096)
def _address(name: str, args: tuple[Any, ...], kwargs: tuple[tuple[str, Any], ...], where: str, prefix: str) -> str:
    return reverse(name, where, args=args or None, kwargs=dict(kwargs) or None)
