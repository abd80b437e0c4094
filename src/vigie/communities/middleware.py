import re
from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django_scopes import scope

from vigie.accounts.queries import has_second_factor
from vigie.communities.access import ADMINISTRATOR, Actor, Can
from vigie.communities.queries import arrive
from vigie.core.errors import NotVisible

INSIDE = re.compile(r"^/c/(?P<slug>[a-z0-9][a-z0-9-]*)/")


class CommunityMiddleware:
    """What holds for every page:

    1. the community of `/c/<slug>/` is found, or the page does not exist;
    2. the reader becomes an `Actor`: their active membership, or a visitor;
    3. the scope is opened: only this community's rows can be read;
    4. the right that the view declares is asked for, before the view runs;
    5. staff and administrators without a second factor in this sign-in are sent to it, and read nothing.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.actor = None  # type: ignore[attr-defined]
        inside = INSIDE.match(request.path_info)
        if not inside:
            return self.get_response(request)
        person = request.user if request.user.is_authenticated else None
        try:
            actor = arrive(inside["slug"], person)  # type: ignore[arg-type]
        except NotVisible:
            # Goes on without a community: the answer comes from the one 404 page, like any unknown path.
            return self.get_response(request)
        request.actor = actor  # type: ignore[attr-defined]
        with scope(community=actor.community):
            response = self.get_response(request)
            if hasattr(response, "render") and not getattr(response, "is_rendered", True):
                response.render()
        return response

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> HttpResponse | None:
        needed = Can(view.right_name)  # type: ignore[attr-defined]
        actor: Actor | None = request.actor  # type: ignore[attr-defined]
        if "slug" in kwargs and actor is None:
            raise NotVisible(kwargs["slug"])
        if needed in {Can.PUBLIC, Can.UNSUBSCRIBE} or (needed is Can.VIEW_PUBLIC_PAGE and actor is not None):
            return None
        if needed is Can.OWN_ACCOUNT:
            if request.user.is_authenticated:
                return None
            return redirect(f"{reverse('account_login')}?next={request.path}")
        if actor is not None:
            actor.check(needed)
        elif needed not in ADMINISTRATOR or not getattr(request.user, "is_platform_administrator", False):
            raise NotVisible(request.path)
        if (actor is None or actor.is_staff or needed in ADMINISTRATOR) and not has_second_factor(request):
            return redirect(f"{reverse('second-factor')}?next={request.path}")
        return None
