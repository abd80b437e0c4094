"""A new e-mail address: a code to the new mailbox, a notice to the old one, and three days to undo it."""

import hmac
import re
from typing import Any

from allauth.core.internal.cryptokit import generate_user_code
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters

from vigie.accounts import actions, forms, queries
from vigie.accounts.adapter import CODE_LENGTH
from vigie.accounts.rules import Door
from vigie.accounts.tasks import mail_new_address_code
from vigie.accounts.views.keys import unproved
from vigie.accounts.views.pace import said, too_soon, waiting
from vigie.accounts.views.reader import person_of
from vigie.core import clock
from vigie.core.errors import NotVisible, Refused
from vigie.core.rights import OWN_ACCOUNT, PUBLIC, declare

#: What the session remembers of an address that waits for its code.
WAITING = "new_address"


def _sealed(code: str) -> str:
    """As the session keeps a code: whoever reads the table of sessions cannot type it."""
    return salted_hmac("vigie.accounts.new-address", code, algorithm="sha256").hexdigest()


@declare(OWN_ACCOUNT)
@never_cache
def new_address(request: HttpRequest) -> HttpResponse:
    """Whether somebody has this address cannot be learnt here: the next page is the same."""
    person = person_of(request)
    first = unproved(request, reverse("new-address"))
    if first:
        return first
    form = forms.NewAddressForm(request.POST if request.method == "POST" else None, person=person)
    wait = too_soon(request, Door.ADDRESS_ASKED, str(person.id))
    if wait:
        form.wait("email", said(wait))
    elif form.is_bound and form.is_valid():
        code = generate_user_code(length=CODE_LENGTH, dashed=True)
        address = form.cleaned_data["email"]
        request.session[WAITING] = {
            "address": address,
            "code": _sealed(code.replace("-", "")),
            "until": clock.now().timestamp() + settings.ACCOUNT_LOGIN_BY_CODE_TIMEOUT,
            "tries": settings.ACCOUNT_LOGIN_BY_CODE_MAX_ATTEMPTS,
        }
        mail_new_address_code(person.id, address, code)
        return redirect("confirm-address")
    page = render(request, "accounts/new_address.html", {"form": form, "email": person.email})
    return waiting(page, wait) if wait else page


@declare(OWN_ACCOUNT)
@never_cache
@sensitive_post_parameters("code")
def confirm_address(request: HttpRequest) -> HttpResponse:
    """Three tries, ten minutes, once, in the browser that asked."""
    waiting = request.session.get(WAITING)
    if not waiting or waiting["until"] < clock.now().timestamp():
        return _start_again(request)
    form = forms.NewAddressCodeForm(request.POST if request.method == "POST" else None)
    wait = too_soon(request, Door.ADDRESS_TYPED, str(person_of(request).id))
    if wait:
        form.wait("code", said(wait))
    elif form.is_bound and form.is_valid():
        typed = re.sub(r"[^A-Z]", "", form.cleaned_data["code"].upper())
        if hmac.compare_digest(_sealed(typed), waiting["code"]):
            return _change(request, waiting["address"])
        waiting["tries"] -= 1
        if not waiting["tries"]:
            return _start_again(request)
        request.session[WAITING] = waiting
        form.add_error("code", _("This is not the code that we sent. Check the letters, or ask for a new code."))
    context = {"form": form, "email": waiting["address"], "minutes": settings.ACCOUNT_LOGIN_BY_CODE_TIMEOUT // 60}
    page = render(request, "accounts/confirm_address.html", context)
    return waiting(page, wait) if wait else page


def _change(request: HttpRequest, address: str) -> HttpResponse:
    del request.session[WAITING]
    try:
        actions.change_address(request, address)
    except Refused:
        return _start_again(request)
    messages.success(request, _("Your account answers to this address from now on. Other browsers were signed out."))
    return redirect("keys")


def _start_again(request: HttpRequest) -> HttpResponse:
    if request.session.pop(WAITING, None):
        messages.info(request, _("This code no longer works here. Ask for a new one."))
    return redirect("new-address")


@declare(PUBLIC)
@never_cache
def undo_address(request: HttpRequest) -> HttpResponse:
    """Where the mail to the old address leads. Opening the page changes nothing: its button does."""
    try:
        change = queries.get_address_change(request.GET.get("code", ""))
    except NotVisible:
        messages.error(request, _("This link has already served, or is more than three days old."))
        return redirect("account_login")
    context: dict[str, Any] = {"email": change.before, "refusal": ""}
    if request.method == "POST":
        try:
            actions.undo_address_change(change)
        except Refused as refusal:
            context["refusal"] = refusal.message
        else:
            messages.success(request, _("Your address is back, and every browser was signed out."))
            return redirect("account_login")
    return render(request, "accounts/undo_address.html", context)
