"""The operators' page. A key shown within the last quarter of an hour opens it."""

from collections.abc import Callable
from functools import wraps

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from vigie.accounts.models import Person
from vigie.accounts.queries import proved_lately
from vigie.communities.access import Can, right
from vigie.core import clock
from vigie.core.errors import Refused
from vigie.insights import actions, queries

View = Callable[[HttpRequest], HttpResponse]


def proved(view: View) -> View:
    """A browser left open must not run the installation."""

    @wraps(view)
    def asking(request: HttpRequest) -> HttpResponse:
        if not proved_lately(request.session, "mfa"):
            return redirect(f"{reverse('second-factor')}?next={reverse('operators')}")
        return view(request)

    return asking


@right(Can.RUN_PLATFORM)
@never_cache
@require_safe
@proved
def operators_page(request: HttpRequest) -> HttpResponse:
    """With `?examine`, the doctor's verdicts too."""
    context = {
        "overview": queries.overview(),
        "verdicts": queries.verdicts() if "examine" in request.GET else None,
        "at": clock.now(),
    }
    return render(request, "insights/operators.html", context)


@right(Can.RUN_PLATFORM)
@require_POST
@proved
def try_again(request: HttpRequest) -> HttpResponse:
    return _about_one(request, actions.try_again, _("It goes again within a minute."))


@right(Can.RUN_PLATFORM)
@require_POST
@proved
def discard(request: HttpRequest) -> HttpResponse:
    return _about_one(request, actions.discard, _("Discarded."))


def _about_one(request: HttpRequest, act: Callable[[Person, str, str], None], done: str) -> HttpResponse:
    assert isinstance(request.user, Person)
    try:
        act(request.user, request.POST.get("what", ""), request.POST.get("key", ""))
    except Refused as refused:
        messages.error(request, str(refused.message))
    else:
        messages.success(request, done)
    return redirect("operators")


@right(Can.RUN_PLATFORM)
@require_POST
@proved
def test_mail(request: HttpRequest) -> HttpResponse:
    assert isinstance(request.user, Person)
    actions.send_test(request.user)
    messages.success(request, _("A mail is on its way to your own address. If it does not come, look at the queue."))
    return redirect("operators")
