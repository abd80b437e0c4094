"""The person's keys: second factor, recovery codes, passkeys, password."""

import json

from allauth.mfa.adapter import get_adapter
from allauth.mfa.webauthn.internal.auth import begin_authentication, begin_registration
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from vigie.accounts import actions, forms, queries
from vigie.accounts.models import Person
from vigie.accounts.rules import Door
from vigie.accounts.views.pace import said, shows_recovery_code, too_soon, waiting
from vigie.accounts.views.reader import key_of, onward, person_of, with_next
from vigie.core.rights import OWN_ACCOUNT, declare


@declare(OWN_ACCOUNT)
@never_cache
@sensitive_post_parameters("code")
def second_factor(request: HttpRequest) -> HttpResponse:
    """Show a second key for this sign-in; or, without one yet, make one."""
    person = person_of(request)
    if not queries.has_second_key(person):
        if queries.has_second_factor(request):
            return redirect(onward(request))
        return _new_authenticator(request, person)
    if request.method != "POST" and queries.proved_lately(request.session, "mfa"):
        return redirect(onward(request))
    sent = request.POST if request.method == "POST" else None
    shown = sent is not None and "credential" in sent
    form = forms.SecondFactorAgainForm(None if shown else sent, user=person)
    passkey = forms.PasskeyAgainForm(sent if shown else None, user=person) if queries.passkeys_of(person) else None
    wait = too_soon(request, Door.SECOND_FACTOR, str(person.id))
    if wait:
        form = forms.SecondFactorAgainForm(sent, user=person)
        form.wait("code", said(wait))
        passkey = None
    for one in (form, passkey):
        if not wait and one is not None and one.is_bound and one.is_valid():
            actions.forgive(Door.SECOND_FACTOR, account=str(person.id))
            if shows_recovery_code(one):
                actions.recovery_code_used(person)
            one.save()
            request.session.cycle_key()
            return redirect(onward(request))
    context = {"form": form, "webauthn_form": passkey, "next": onward(request)}
    if passkey is not None:
        context["passkey_options"] = json.dumps(begin_authentication(person))
    page = render(request, "mfa/authenticate.html", context)
    return waiting(page, wait) if wait else page


@declare(OWN_ACCOUNT)
@never_cache
@sensitive_post_parameters("code")
def add_authenticator(request: HttpRequest) -> HttpResponse:
    """An application on the telephone, for whoever wants one beside their passkeys."""
    person = person_of(request)
    if queries.has_authenticator(person):
        return redirect("keys")
    return unproved(request, reverse("add-authenticator")) or _new_authenticator(request, person)


def _new_authenticator(request: HttpRequest, person: Person) -> HttpResponse:
    first = unproved(request, with_next("second-factor", onward(request)))
    if first:
        return first
    form = forms.NewSecondFactorForm(request.POST if request.method == "POST" else None, user=person)
    wait = too_soon(request, Door.SECOND_FACTOR, str(person.id))
    if wait:
        form.wait("code", said(wait))
    elif form.is_bound and form.is_valid():
        actions.add_second_factor(request, form.secret, form.cleaned_data["code"])
        return redirect(with_next("recovery-codes", onward(request)))
    adapter = get_adapter()
    context = {
        "form": form,
        "next": onward(request),
        "drawing": mark_safe(adapter.build_totp_svg(adapter.build_totp_url(person, form.secret))),  # noqa: S308
        "secret": " ".join(form.secret[at : at + 4] for at in range(0, len(form.secret), 4)),
    }
    page = render(request, "mfa/totp/activate_form.html", context)
    return waiting(page, wait) if wait else page


@declare(OWN_ACCOUNT)
@never_cache
def recovery_codes(request: HttpRequest) -> HttpResponse:
    """The ten codes for the day without the telephone. Seen only right after showing the second key."""
    person = person_of(request)
    if not queries.has_second_key(person):
        return redirect("second-factor")
    if not queries.proved_lately(request.session, "mfa"):
        return redirect(with_next("second-factor", reverse("recovery-codes")))
    if request.method == "POST":
        codes = actions.renew_recovery_codes(person, kept=key_of(request))
    else:
        codes = queries.recovery_codes_of(person)
    return render(request, "mfa/recovery_codes/index.html", {"codes": codes, "next": onward(request)})


def unproved(request: HttpRequest, back: str, why: str = "") -> HttpResponse | None:
    """Where to show a key again, unless one was shown in the last quarter of an hour.

    A device left open, or a cookie stolen last week, must not change the keys. Whoever has a second key shows it;
    whoever has none reads a new code in their mailbox. A password alone changes no key.
    """
    if queries.has_second_key(person_of(request)):
        return None if queries.proved_lately(request.session, "mfa") else redirect(with_next("second-factor", back))
    if queries.proved_lately(request.session, "code"):
        return None
    return render(request, "accounts/sign_in_again.html", {"back": with_next("account_login", back), "why": why})


# All of them -----------------------------------------------------------------


@declare(OWN_ACCOUNT)
@never_cache
def keys(request: HttpRequest) -> HttpResponse:
    """Every way in that this person has, and how to change it."""
    person = person_of(request)
    context = {
        "email": person.email,
        "passkeys": queries.passkeys_of(person),
        "has_authenticator": queries.has_authenticator(person),
        "has_second_key": queries.has_second_key(person),
        "codes_left": len(queries.recovery_codes_of(person)),
        "has_password": queries.has_password(person),
    }
    return render(request, "accounts/keys.html", context)


@declare(OWN_ACCOUNT)
@never_cache
def add_passkey(request: HttpRequest) -> HttpResponse:
    person = person_of(request)
    first = unproved(request, with_next("add-passkey", onward(request)))
    if first:
        return first
    form = forms.NewPasskeyForm(request.POST if request.method == "POST" else None, user=person)
    if form.is_bound and form.is_valid():
        actions.add_passkey(request, form.cleaned_data["name"], form.cleaned_data["credential"])
        return redirect(with_next("recovery-codes", onward(request)))
    context = {
        "form": form,
        "next": onward(request),
        "passkey_options": json.dumps(begin_registration(person, passwordless=True)),
    }
    return render(request, "accounts/add_passkey.html", context)


@declare(OWN_ACCOUNT)
@require_POST
def remove_passkey(request: HttpRequest) -> HttpResponse:
    first = unproved(request, reverse("keys"))
    if first:
        return first
    if actions.remove_passkey(person_of(request), request.POST.get("code", ""), kept=key_of(request)):
        messages.success(request, _("This passkey opens nothing any more."))
    return redirect("keys")


@declare(OWN_ACCOUNT)
@require_POST
def remove_authenticator(request: HttpRequest) -> HttpResponse:
    first = unproved(request, reverse("keys"))
    if first:
        return first
    if actions.remove_authenticator(person_of(request), kept=key_of(request)):
        messages.success(request, _("The application of that telephone opens nothing any more."))
    return redirect("keys")


@declare(OWN_ACCOUNT)
@never_cache
@sensitive_post_parameters("password")
def password(request: HttpRequest) -> HttpResponse:
    """Choose one, or choose another. Nobody has to."""
    person = person_of(request)
    first = unproved(request, reverse("password"))
    if first:
        return first
    form = forms.NewPasswordForm(request.POST if request.method == "POST" else None, person=person)
    if form.is_bound and form.is_valid():
        actions.set_password(request, form.cleaned_data["password"])
        messages.success(request, _("Your password is kept. Other browsers were signed out."))
        return redirect("keys")
    return render(request, "accounts/password.html", {"form": form, "has_password": queries.has_password(person)})


@declare(OWN_ACCOUNT)
@require_POST
def remove_password(request: HttpRequest) -> HttpResponse:
    first = unproved(request, reverse("keys"))
    if first:
        return first
    actions.set_password(request, None)
    messages.success(request, _("Your password opens nothing any more. The code by mail does."))
    return redirect("keys")
