from typing import Any

from allauth.account.adapter import get_adapter
from allauth.account.forms import ConfirmLoginCodeForm, RequestLoginCodeForm
from allauth.mfa.base.forms import AuthenticateForm, ReauthenticateForm
from allauth.mfa.totp.forms import ActivateTOTPForm
from allauth.mfa.webauthn.forms import (
    AuthenticateWebAuthnForm,
    LoginWebAuthnForm,
    ReauthenticateWebAuthnForm,
    SignupWebAuthnForm,
)
from django import forms
from django.conf import settings
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.forms.utils import ErrorDict
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from vigie.accounts.models import Person
from vigie.accounts.queries import zone_choices

#: Longer than any code that we hand out, with its spaces and dashes.
CODE_LIMIT = 40
LONGEST_PASSWORD = 1000


class _Paced:
    """A form that can be shown again with what was typed, and without looking at it: the try does not count."""

    def wait(self, name: str, said: str) -> None:
        self.cleaned_data: dict[str, Any] = {}
        self._errors = ErrorDict()
        self.add_error(name, said)  # type: ignore[attr-defined]


class RequestCodeForm(_Paced, RequestLoginCodeForm):  # type: ignore[misc]
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["email"].label = _("Your e-mail address")
        self.fields["email"].widget = forms.EmailInput(attrs={"autocomplete": "username", "inputmode": "email"})
        self.fields["email"].error_messages |= {
            "required": _("Type your e-mail address."),
            "invalid": _("This is not an e-mail address. It looks like you@example.org."),
        }

    @property
    def nobody(self) -> bool:
        """Nobody who may sign in has this address."""
        return self._user is None


class _CodeField(_Paced):
    """The same box for every code: letters or digits, with or without the dash."""

    fields: dict[str, forms.Field]

    def name_code(self, label: Any, inputmode: str = "text") -> None:
        self.fields["code"] = forms.CharField(
            label=label,
            max_length=CODE_LIMIT,
            error_messages={"required": _("Type the code."), "max_length": _("This is longer than any code of ours.")},
            widget=forms.TextInput(
                attrs={
                    "autocomplete": "one-time-code",
                    "inputmode": inputmode,
                    "autocapitalize": "characters",
                    "spellcheck": "false",
                }
            ),
        )


class ConfirmCodeForm(_CodeField, ConfirmLoginCodeForm):  # type: ignore[misc]
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.name_code(_("The six letters of the mail"))


class SecondFactorForm(_CodeField, AuthenticateForm):  # type: ignore[misc]
    """At sign-in: a code of the authenticator, or a recovery code."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.name_code(_("The six digits, or a recovery code"))


class SecondFactorAgainForm(_CodeField, ReauthenticateForm):  # type: ignore[misc]
    """For somebody who is already signed in."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.name_code(_("The six digits, or a recovery code"))


class NewSecondFactorForm(_CodeField, ActivateTOTPForm):  # type: ignore[misc]
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.name_code(_("The six digits that the application shows"), "numeric")


PASSKEY_REFUSED = _("This passkey was not accepted. Try again, or come in another way.")
NO_PASSKEY = _("No passkey came with the form. It takes JavaScript, and a browser that knows passkeys.")


class _PasskeyField:
    """What a device answers is a stranger's word: whatever is wrong with it, it is not accepted, and that is all."""

    fields: dict[str, forms.Field]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["credential"].error_messages |= {"required": NO_PASSKEY, "invalid": PASSKEY_REFUSED}

    def clean_credential(self) -> Any:
        try:
            return super().clean_credential()  # type: ignore[misc]
        except ValidationError as error:
            if getattr(error, "code", "") == "too_many_login_attempts":
                raise
            raise ValidationError(PASSKEY_REFUSED) from None
        except Exception:
            raise ValidationError(PASSKEY_REFUSED) from None


class PasskeyForm(_PasskeyField, AuthenticateWebAuthnForm):  # type: ignore[misc]
    """At sign-in, after the mailed code."""


class PasskeyAgainForm(_PasskeyField, ReauthenticateWebAuthnForm):  # type: ignore[misc]
    """For somebody who is already signed in."""


class PasskeySignInForm(_PasskeyField, LoginWebAuthnForm):  # type: ignore[misc]
    """Instead of the mailed code: the passkey says whose it is."""

    @property
    def person(self) -> Person:
        found: Person = self.cleaned_data["credential"].user
        return found


class NewPasskeyForm(SignupWebAuthnForm):  # type: ignore[misc]
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"] = forms.CharField(
            label=_("A name for it"),
            max_length=40,
            required=False,
            help_text=_("Yours alone: “my telephone”, “the key on my ring”."),
        )
        self.fields["credential"].error_messages |= {"required": NO_PASSKEY, "invalid": PASSKEY_REFUSED}

    def clean(self) -> dict[str, Any]:
        try:
            cleaned: dict[str, Any] = super().clean()
        except Exception:
            # As above: the answer of a device is a stranger's word.
            raise ValidationError(PASSKEY_REFUSED) from None
        return cleaned


class NewAddressForm(_Paced, forms.Form):
    email = forms.EmailField(
        label=_("Your new e-mail address"),
        widget=forms.EmailInput(attrs={"autocomplete": "email", "inputmode": "email"}),
        error_messages={
            "required": _("Type your e-mail address."),
            "invalid": _("This is not an e-mail address. It looks like you@example.org."),
        },
    )

    def __init__(self, *args: Any, person: Person, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._person = person

    def clean_email(self) -> str:
        address: str = self.cleaned_data["email"].lower()
        if address == self._person.email:
            raise ValidationError(_("This is the address that you have now."))
        return address


class NewAddressCodeForm(_CodeField, forms.Form):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.name_code(_("The six letters of the mail"))


class PasswordSignInForm(_Paced, forms.Form):
    email = forms.EmailField(
        label=_("Your e-mail address"),
        widget=forms.EmailInput(attrs={"autocomplete": "username", "inputmode": "email"}),
        error_messages={
            "required": _("Type your e-mail address."),
            "invalid": _("This is not an e-mail address. It looks like you@example.org."),
        },
    )
    password = forms.CharField(
        label=_("Your password"),
        strip=False,
        max_length=LONGEST_PASSWORD,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
        error_messages={"required": _("Type your password."), "max_length": _("No password here is that long.")},
    )
    person: Person

    def __init__(self, *args: Any, request: HttpRequest, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._request = request

    def clean(self) -> dict[str, Any]:
        """One sentence for an unknown address, for a wrong password, for nobody's password and for a closed account."""
        sent = super().clean() or {}
        if not self.errors:
            found = get_adapter().authenticate(self._request, email=sent["email"], password=sent["password"])
            if found is None or not found.is_active:
                raise ValidationError(_("This address and this password open nothing together."))
            assert isinstance(found, Person)
            self.person = found
        return sent


class NewPasswordForm(forms.Form):
    password = forms.CharField(
        label=_("Your password"),
        strip=False,
        max_length=LONGEST_PASSWORD,
        help_text=_("Twelve characters or more. A short sentence is easy to remember and hard to guess."),
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        error_messages={"required": _("Type your password."), "max_length": _("A thousand characters are enough.")},
    )

    def __init__(self, *args: Any, person: Person, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._person = person

    def clean_password(self) -> str:
        chosen: str = self.cleaned_data["password"]
        validate_password(chosen, self._person)
        return chosen


class ErasureForm(forms.Form):
    """Nobody is forgotten by a slip of the finger."""

    email = forms.CharField(
        label=_("Type your e-mail address, to be sure"),
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "off", "inputmode": "email"}),
        error_messages={"required": _("Type your e-mail address.")},
    )

    def __init__(self, *args: Any, person: Person, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._person = person

    def clean_email(self) -> str:
        typed: str = self.cleaned_data["email"]
        if typed.strip().lower() != self._person.email.lower():
            raise ValidationError(_("This is not the address of your account."))
        return typed


class PreferencesForm(forms.Form):
    language = forms.ChoiceField(label=_("Language"), choices=settings.LANGUAGES)
    time_zone = forms.ChoiceField(label=_("Time zone"), choices=zone_choices)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choice: Any = self.fields["time_zone"]
        current = self.initial.get("time_zone")
        # An operator may have given a zone that the list leaves out, such as UTC: the person keeps it.
        if current and not choice.valid_value(current):
            choice.choices = [(current, current), *choice.choices]
