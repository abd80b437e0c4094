"""The account page, where one is signed in, and the language of every page."""

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from vigie.accounts import actions, forms, queries
from vigie.accounts.models import Person
from vigie.accounts.views.reader import key_of, onward, person_of
from vigie.core.rights import OWN_ACCOUNT, PUBLIC, declare


@declare(OWN_ACCOUNT)
@never_cache
def account(request: HttpRequest) -> HttpResponse:
    person = person_of(request)
    kept = {"language": person.language, "time_zone": person.time_zone}
    form = forms.PreferencesForm(request.POST if request.method == "POST" else None, initial=kept)
    if form.is_bound and form.is_valid():
        actions.set_preferences(person, **form.cleaned_data)
        with translation.override(person.language):
            messages.success(request, _("Kept."))
        return _speaking(redirect("account"), person.language)
    context = {
        "form": form,
        "email": person.email,
        "name": person.name,
        "belongings": queries.belongings_of(person),
        "has_second_key": queries.has_second_key(person),
        "doors": queries.account_doors(person),
        "erasure": queries.erasure_of(person),
        "open_browsers": len(queries.sign_ins_of(person)),
    }
    return render(request, "accounts/account.html", context)


@declare(OWN_ACCOUNT)
@never_cache
def sign_ins(request: HttpRequest) -> HttpResponse:
    """Where I am signed in."""
    if request.session.modified:
        request.session.save()  # the visit that was noted a moment ago is one of them
    context = {"sign_ins": queries.sign_ins_of(person_of(request)), "here": request.session.session_key}
    return render(request, "accounts/sign_ins.html", context)


@declare(OWN_ACCOUNT)
@require_POST
def end_sign_in(request: HttpRequest) -> HttpResponse:
    """End the sign-in of another browser, by its `code`; without one, of all the others."""
    code = request.POST.get("code", "")
    ended = actions.end_sign_ins(person_of(request), kept=key_of(request), code=code)
    if ended:
        said = ngettext("%(count)s other browser was signed out.", "%(count)s other browsers were signed out.", ended)
        messages.success(request, said % {"count": ended})
    return redirect("sign-ins")


@declare(PUBLIC)
@require_POST
def set_language(request: HttpRequest) -> HttpResponse:
    """The language switch of every page; a signed-in person keeps the choice."""
    language = request.POST.get("language", "")
    response = redirect(onward(request))
    if language not in dict(settings.LANGUAGES):
        return response
    if isinstance(request.user, Person):
        actions.set_preferences(request.user, language=language, time_zone=request.user.time_zone)
    return _speaking(response, language)


def _speaking(response: HttpResponse, language: str) -> HttpResponse:
    response.set_cookie(
        settings.LANGUAGE_COOKIE_NAME,
        language,
        max_age=365 * 24 * 3600,
        secure=settings.LANGUAGE_COOKIE_SECURE,
        httponly=settings.LANGUAGE_COOKIE_HTTPONLY,
        samesite="Lax",
    )
    return response
