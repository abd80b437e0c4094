"""What base templates expect of every page."""

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.template.backends.utils import csrf_input
from django.utils.functional import SimpleLazyObject

from vigie.shell import navigation
from vigie.shell.banners import banners_for


@dataclass(frozen=True, slots=True)
class Reader:
    """Who reads, as the page may show them to themselves: a persona, never a person."""

    name: str
    title: str
    flag_seed: str
    is_staff: bool

    @property
    def initial(self) -> str:
        return self.name[:1].upper()


def _reader(actor: Any) -> Reader | None:
    if actor is None or actor.membership is None:
        return None
    membership = actor.membership
    return Reader(membership.pseudonym, membership.title, membership.flag_seed, bool(actor.is_staff))


def page(request: HttpRequest) -> dict[str, Any]:
    actor = getattr(request, "actor", None)
    reader = _reader(actor)
    area: navigation.Area = "team" if reader and reader.is_staff else "member"
    signed_in = bool(getattr(request, "user", None) and request.user.is_authenticated)
    return {
        "actor": actor,
        "community": actor.community if actor else None,
        "reader": reader,
        "signed_in": signed_in,
        # One token for all the forms of a page: Django's own would draw one for each.
        "csrf_input": SimpleLazyObject(lambda: csrf_input(request)),
        "page_path": request.get_full_path(),
        "mast_links": navigation.links(request, area, "account") if signed_in else [],
        "banners": banners_for(actor),
    }


def adrift(request: HttpRequest | None) -> dict[str, Any]:
    """The same for an error page, which asks nothing of the database, of the session, nor of the reader's rights.

    The community is named to those who belong to it: for anybody else every missing page is the same page.
    """
    actor = getattr(request, "actor", None)
    member = actor if actor is not None and actor.membership is not None else None
    return {
        "actor": None,
        "community": member.community if member else None,
        "reader": None,
        "signed_in": False,
        "page_path": None,
        "mast_links": [],
        "banners": [],
        "messages": [],
    }
