"""Pages where something is missing: one scene, one sentence, one way out."""

import math
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.encoding import escape_uri_path

from vigie.core.rights import PUBLIC, declare
from vigie.shell.context import adrift
from vigie.shell.formats import minutes

#: The query that leads from a missing page to sign-in and back.
SIGN_IN = "sign-in"
LAST_RESORT = """<!doctype html>
<html lang="fr"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>Panne · Out of order</title>
<h1>Une panne, et elle est pour nous</h1><p>Réessayez dans une minute.</p>
<h1 lang="en">Something broke, on our side</h1><p lang="en">Try again in a minute.</p>
</html>
"""


def error_page(request: HttpRequest | None, name: str, status: int, **more: str) -> HttpResponse:
    return HttpResponse(render_to_string(f"shell/errors/{name}.html", {**adrift(request), **more}), status=status)


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return error_page(request, "400", 400)


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return error_page(request, "403", 403)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """To who is signed out, every missing page offers the same thing: to sign in and come back to its address.

    The link is the address itself with a query, so that pages of all addresses are the same bytes.
    """
    user = getattr(request, "user", None)
    if user is not None and user.is_authenticated:
        return error_page(request, "404", 404, sign_in="")
    if request.method not in {"GET", "HEAD"}:
        # What was posted is lost, and its address is no page.
        return error_page(request, "404", 404, sign_in=reverse("account_login"))
    if SIGN_IN in request.GET:
        return redirect(f"{reverse('account_login')}?{urlencode({'next': escape_uri_path(request.path)})}")
    return error_page(request, "404", 404, sign_in=f"?{SIGN_IN}")


def too_many(request: HttpRequest, seconds: int) -> HttpResponse:
    """For what has no form to show again."""
    response = error_page(request, "429", 429, wait=minutes(math.ceil(seconds / 60)))
    response["Retry-After"] = str(seconds)
    return response


def server_error(request: HttpRequest) -> HttpResponse:
    try:
        return error_page(request, "500", 500)
    except Exception:
        # The page of last resort needs no template, no build and no catalogue.
        return HttpResponse(LAST_RESORT, status=500)


@declare(PUBLIC)
def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    return error_page(request, "403_csrf", 403)
