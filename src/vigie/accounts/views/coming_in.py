"""Coming in and going out."""

import json
from typing import Any

from allauth.account.internal.flows.login import perform_password_login
from allauth.account.models import Login
from allauth.account.views import ConfirmLoginCodeView, LogoutView, RequestLoginCodeView
from allauth.mfa.base.views import AuthenticateView
from allauth.mfa.webauthn.internal.auth import begin_authentication
from allauth.mfa.webauthn.internal.flows import perform_passwordless_login
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters

from vigie.accounts import actions, forms, queries
from vigie.accounts.rules import Door
from vigie.accounts.tasks import mail_sign_in_code
from vigie.accounts.views.my_data import FAREWELL
from vigie.accounts.views.pace import said, shows_recovery_code, too_soon, typed_address, waiting
from vigie.accounts.views.reader import onward, with_next
from vigie.core.rights import PUBLIC, declare
from vigie.shell.errors import too_many


class SignIn(RequestLoginCodeView):  # type: ignore[misc]
    """One field: the address. What follows is the same whether somebody has it or not."""

    form_class = forms.RequestCodeForm
    template_name = "account/request_login_code.html"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """A browser whose person was forgotten meanwhile meets a last word instead of a form that opens nothing."""
        if queries.is_erased(request.COOKIES.get(FAREWELL, "")):
            return redirect("farewell")
        response: HttpResponse = super().get(request, *args, **kwargs)
        return response

    def _redirect_to_pending_stage(self, request: HttpRequest, stage: Any) -> None:
        """Who comes back here wants another code, or mistyped the address: the form is shown again."""

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        wait = too_soon(request, Door.CODE_ASKED, typed_address(request))
        if wait:
            form = self.get_form()
            form.wait("email", said(wait))
            return waiting(self.render_to_response(self.get_context_data(form=form)), wait)
        response: HttpResponse = super().post(request, *args, **kwargs)
        return response

    def form_valid(self, form: forms.RequestCodeForm) -> HttpResponse:
        if form.nobody:
            # The same job as for a known address, so that the answer takes the same time. It sends nothing.
            mail_sign_in_code(form.cleaned_data["email"], "")
        response: HttpResponse = super().form_valid(form)
        return response


@method_decorator(sensitive_post_parameters("code"), name="dispatch")
class ConfirmCode(ConfirmLoginCodeView):  # type: ignore[misc]
    """Three tries, ten minutes, once, in the browser that asked."""

    form_class = forms.ConfirmCodeForm
    template_name = "account/confirm_login_code.html"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        response: HttpResponseBase = super().dispatch(request, *args, **kwargs)
        over = getattr(self, "_process", None) is None
        if over and not request.user.is_authenticated:
            if request.method == "POST" or hasattr(self, "_process"):
                messages.info(request, _("This code no longer works here. Ask for a new one."))
            return redirect(with_next("account_login", onward(request)))
        return response

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        wait = too_soon(request, Door.CODE_TYPED, self._process.state.get("email") or "")
        if wait:
            form = self.get_form()
            form.wait("code", said(wait))
            return waiting(self.render_to_response(self.get_context_data(form=form)), wait)
        response: HttpResponse = super().post(request, *args, **kwargs)
        return response

    def form_invalid(self, form: forms.ConfirmCodeForm) -> HttpResponse:
        response: HttpResponse = super().form_invalid(form)
        if response.status_code == 302:
            return redirect(with_next("account_login", onward(self.request)))
        return response

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        minutes = settings.ACCOUNT_LOGIN_BY_CODE_TIMEOUT // 60
        again = with_next("account_login", onward(self.request))
        outbox = reverse("demo:outbox") if settings.DEMO else ""
        return {**super().get_context_data(**kwargs), "minutes": minutes, "again": again, "outbox": outbox}


@method_decorator(sensitive_post_parameters("code"), name="dispatch")
class SecondFactorAtSignIn(AuthenticateView):  # type: ignore[misc]
    """Between the mailed code and the inside, for whoever has an authenticator."""

    form_class = forms.SecondFactorForm
    template_name = "mfa/authenticate.html"

    def _build_forms(self) -> Any:
        sent = self.request.POST if self.request.method == "POST" else None
        person = self.stage.login.user
        shown = sent is not None and "credential" in sent
        self.auth_form = forms.SecondFactorForm(None if shown else sent, user=person)
        self.webauthn_form = None
        if queries.passkeys_of(person):
            self.webauthn_form = forms.PasskeyForm(sent if shown else None, user=person)
        if sent is None:
            return None
        return self.webauthn_form if shown and self.webauthn_form else self.auth_form

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        account = str(self.stage.login.user.pk)
        wait = too_soon(request, Door.SECOND_FACTOR, account)
        if wait:
            self.auth_form = forms.SecondFactorForm(request.POST, user=self.stage.login.user)
            self.auth_form.wait("code", said(wait))
            return waiting(self.form_invalid(self.auth_form), wait)
        response: HttpResponse = super().post(request, *args, **kwargs)
        return response

    def form_valid(self, form: Any) -> HttpResponse:
        person = self.stage.login.user
        actions.forgive(Door.SECOND_FACTOR, account=str(person.pk))
        if shows_recovery_code(form):
            actions.recovery_code_used(person)
        response: HttpResponse = super().form_valid(form)
        return response

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)
        context["webauthn_form"] = self.webauthn_form
        if self.webauthn_form:
            context["passkey_options"] = json.dumps(context["js_data"]["request_options"])
        return context


@declare(PUBLIC)
@never_cache
@sensitive_post_parameters("password")
def sign_in_password(request: HttpRequest) -> HttpResponse:
    """For whoever has chosen a password. Whether an address is known, and whether it has one, cannot be told apart."""
    if request.user.is_authenticated:
        return redirect(onward(request))
    form = forms.PasswordSignInForm(request.POST if request.method == "POST" else None, request=request)
    account = typed_address(request)
    wait = too_soon(request, Door.PASSWORD, account)
    if wait:
        form.wait("password", said(wait))
    elif form.is_bound and form.is_valid():
        actions.forgive(Door.PASSWORD, account=account)
        login = Login(user=form.person, redirect_url=onward(request), email=form.person.email)
        response: HttpResponse = perform_password_login(request, {"email": form.person.email}, login)
        return response
    page = render(request, "accounts/sign_in_password.html", {"form": form, "next": onward(request)})
    return waiting(page, wait) if wait else page


@declare(PUBLIC)
@never_cache
def sign_in_passkey(request: HttpRequest) -> HttpResponse:
    """Asked: the question that a passkey answers. Sent: the answer, which names the person and stands for both keys."""
    if request.method != "POST":
        return JsonResponse(begin_authentication(user=None))
    wait = too_soon(request, Door.PASSKEY)
    if wait:
        return too_many(request, wait)
    form = forms.PasskeySignInForm(request.POST)
    if form.is_valid() and form.person.is_active:
        login = Login(user=form.person, redirect_url=onward(request))
        response: HttpResponse = perform_passwordless_login(request, form.cleaned_data["credential"], login)
        return response
    messages.error(request, forms.PASSKEY_REFUSED)
    return redirect(with_next("account_login", onward(request)))


class SignOut(LogoutView):  # type: ignore[misc]
    template_name = "account/logout.html"


sign_in = declare(PUBLIC)(SignIn.as_view())
confirm_code = declare(PUBLIC)(ConfirmCode.as_view())
second_factor_at_sign_in = declare(PUBLIC)(SecondFactorAtSignIn.as_view())
sign_out = declare(PUBLIC)(SignOut.as_view())
