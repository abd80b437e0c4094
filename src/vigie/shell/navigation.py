"""The mast and the thumb bar. Apps register what leads to them in their `ready()`, and the shell knows none of them."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

from django.http import HttpRequest
from django.utils.functional import Promise

from vigie.core.addresses import address
from vigie.core.registry import Registry

Area = Literal["member", "team", "account"]


@dataclass(frozen=True, slots=True)
class NavigationItem:
    """`label` is lazy; `url_name` is reversed with the community's slug, where there is a community.

    `shown` receives the actor, None outside a community. The icon of the current page is the filled one: both
    `icon` and `icon-f` stand in `frontend/icons.json`, or `filled` is False. Small places come first.
    """

    code: str
    label: Promise
    icon: str
    url_name: str
    shown: Callable[[Any], bool]
    area: Area
    filled: bool = True
    place: int = 0


@dataclass(frozen=True, slots=True)
class Link:
    label: Promise
    icon: str
    href: str
    current: bool


_items: Registry[NavigationItem] = Registry()


def register(item: NavigationItem) -> None:
    _items.register(item.code, item)


def items(area: Area, actor: object) -> list[NavigationItem]:
    found = [item for item in _items if item.area == area and item.shown(actor)]
    return sorted(found, key=lambda item: item.place)


def links(request: HttpRequest, *areas: Area) -> list[Link]:
    """Entries of some areas for this reader. The current one is that whose address is the longest start of the path."""
    actor = getattr(request, "actor", None)
    found = [(item, _address(item, actor)) for area in areas for item in items(area, actor)]
    here = max((href for _, href in found if request.path.startswith(href)), key=len, default=None)
    return [
        Link(item.label, f"{item.icon}-f" if item.filled and href == here else item.icon, href, href == here)
        for item, href in found
    ]


def _address(item: NavigationItem, actor: Any) -> str:
    if actor is None or item.area == "account":
        return address(item.url_name)
    return address(item.url_name, slug=actor.community.slug)
