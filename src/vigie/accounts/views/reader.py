"""Who asks, from which browser, and where they go next."""

from urllib.parse import urlencode

from django.http import HttpRequest
from django.urls import reverse

from vigie.accounts.models import Person
from vigie.accounts.rules import is_own_path


def onward(request: HttpRequest) -> str:
    """Where `next` leads, if it is a path of this installation; else home."""
    wanted = request.POST.get("next") or request.GET.get("next") or ""
    return wanted if is_own_path(wanted) else reverse("home")


def with_next(name: str, path: str) -> str:
    return f"{reverse(name)}?{urlencode({'next': path})}"


def person_of(request: HttpRequest) -> Person:
    assert isinstance(request.user, Person)  # the middleware let nobody else in
    return request.user


def key_of(request: HttpRequest) -> str:
    """The key of this browser's sign-in: the one that stays when the others end."""
    return request.session.session_key or ""
