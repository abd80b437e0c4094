"""What an app may say at the top of every page to some readers. The shell knows none of them."""

from collections.abc import Callable
from typing import Any

from vigie.core.registry import Registry

#: A template, and who reads it: from the actor alone, so that a page costs no query more.
Banner = tuple[str, Callable[[Any], bool]]
BANNERS: Registry[Banner] = Registry()


def banners_for(actor: object) -> list[str]:
    return [template for template, shown in BANNERS if shown(actor)] if actor is not None else []
