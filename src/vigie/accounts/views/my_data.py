"""What the house knows of me, and being forgotten by it."""

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from vigie.accounts import actions, forms, queries, tasks
from vigie.accounts.models import Erasure
from vigie.accounts.views.keys import unproved
from vigie.accounts.views.reader import key_of, person_of
from vigie.core.errors import Refused
from vigie.core.rights import OWN_ACCOUNT, PUBLIC, declare

#: What a browser remembers of an erasure that was asked for in it: its code, which names nobody.
FAREWELL = "vigie-farewell"


@declare(OWN_ACCOUNT)
@never_cache
def my_data(request: HttpRequest) -> HttpResponse:
    """Ask for the file, watch it being made, fetch it."""
    person = person_of(request)
    if request.method == "POST":
        first = _proved_again(request, reverse("my-data"))
        if first:
            return first
        tasks.wake(actions.order_data_file(person).id)
        return redirect("my-data")
    return render(request, "accounts/my_data.html", {"file": queries.data_file_of(person)})


@declare(OWN_ACCOUNT)
@never_cache
@require_safe
def my_data_file(request: HttpRequest, code: str) -> HttpResponse:
    """The address alone opens nothing: its person is asked for each time, with a key shown lately."""
    first = _proved_again(request, reverse("my-data"))
    if first:
        return first
    found = queries.get_data_file(person_of(request), code)
    response = HttpResponse(actions.read_data_file(found), content_type="application/zip")
    response["Content-Disposition"] = f'attachment; filename="vigie-{found.asked_at:%Y-%m-%d}.zip"'
    return response


@declare(OWN_ACCOUNT)
@never_cache
def erase(request: HttpRequest) -> HttpResponse:
    """What goes, what stays, and the question. Once it was asked: until when it can be taken back."""
    person = person_of(request)
    asked = queries.erasure_of(person)
    if asked:
        return render(request, "accounts/erase_waiting.html", {"erasure": asked})
    first = _proved_again(request, reverse("erase"))
    if first:
        return first
    form = forms.ErasureForm(request.POST if request.method == "POST" else None, person=person)
    refusal = ""
    if form.is_bound and form.is_valid():
        try:
            asked = actions.ask_erasure(person, kept=key_of(request))
        except Refused as refused:
            refusal = str(refused.message)
        else:
            return _remembering(redirect("erase"), asked)
    context = {"form": form, "refusal": refusal, "obstacles": queries.obstacles_for(person), "email": person.email}
    return render(request, "accounts/erase.html", context)


@declare(OWN_ACCOUNT)
@require_POST
def keep_account(request: HttpRequest) -> HttpResponse:
    if actions.take_back_erasure(person_of(request)):
        messages.success(request, _("Your account stays, with all that is yours."))
    response = redirect("account")
    response.delete_cookie(FAREWELL)
    return response


@declare(OWN_ACCOUNT)
@require_POST
def leave_now(request: HttpRequest) -> HttpResponse:
    """Signed out here too, and the last page of all."""
    asked = queries.erasure_of(person_of(request))
    if asked is None:
        return redirect("erase")
    logout(request)
    return _remembering(redirect("farewell"), asked)


@declare(PUBLIC)
@never_cache
@require_safe
def farewell(request: HttpRequest) -> HttpResponse:
    """The same words for everybody: who comes here by chance learns nothing."""
    gone = queries.is_erased(request.COOKIES.get(FAREWELL, ""))
    response = render(request, "accounts/farewell.html", {"gone": gone})
    if gone:
        response.delete_cookie(FAREWELL)
    return response


def _remembering(response: HttpResponse, asked: Erasure) -> HttpResponse:
    month = 30 * 24 * 3600
    response.set_cookie(
        FAREWELL, asked.code, max_age=month, secure=settings.SESSION_COOKIE_SECURE, httponly=True, samesite="Lax"
    )
    return response


def _proved_again(request: HttpRequest, back: str) -> HttpResponse | None:
    return unproved(
        request,
        back,
        _("All that is known of you takes a fresh code by mail: a device left open must not hand it out."),
    )
