"""Where the sign-in library asks us."""

import base64
from io import BytesIO
from typing import Any
from urllib.parse import urlsplit

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core.internal.cryptokit import generate_user_code
from allauth.mfa.adapter import DefaultMFAAdapter
from cryptography.fernet import Fernet
from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from qrcode.image.svg import SvgPathFillImage
from qrcode.main import QRCode

from vigie.accounts.rules import is_own_path
from vigie.accounts.tasks import mail_sign_in_code

CODE_LENGTH = 6


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "incorrect_code": _("This is not the code that we sent. Check the letters, or ask for a new code."),
        "too_many_login_attempts": _("Too many tries. Wait a few minutes, then ask for a new code."),
        "rate_limited": _("Too many tries. Wait a few minutes, then try again."),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """People come by invitation or recruitment: nobody opens an account alone."""
        return False

    def is_safe_url(self, url: str) -> bool:
        return is_own_path(url)

    def is_ajax(self, request: HttpRequest) -> bool:
        return False

    def generate_login_code(self) -> str:
        """Two groups of three consonants: 64 million codes, three tries, no word by accident, no digit to misread."""
        return generate_user_code(length=CODE_LENGTH, dashed=True)

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """The library sends one mail here: the code. Its notices are off."""
        mail_sign_in_code(email, context["code"])

    def add_message(
        self,
        request: HttpRequest,
        level: int,
        message_template: str | None = None,
        message_context: dict[str, Any] | None = None,
        extra_tags: str = "",
        message: Any = None,
    ) -> None:
        """The library's own chatter ("signed in as…") stays silent; what our views say passes."""
        if message:
            super().add_message(request, level, message=message, extra_tags=extra_tags)

    def respond_user_inactive(self, request: HttpRequest, user: AbstractBaseUser) -> HttpResponse:
        return redirect("account_login")


class MFAAdapter(DefaultMFAAdapter):  # type: ignore[misc]
    error_messages = {
        **DefaultMFAAdapter.error_messages,
        "incorrect_code": _("This code is not the current one. Wait for the next, and type its six digits."),
    }

    def get_totp_issuer(self) -> str:
        host = settings.BASE_URL.partition("://")[2].partition(":")[0]
        return f"{settings.MFA_TOTP_ISSUER} {host}"

    def build_totp_svg(self, url: str) -> str:
        """A drawing to put inside the page: white under black in both themes, no address, no script."""
        code: Any = QRCode(border=4)
        code.add_data(url)
        drawn = BytesIO()
        code.make_image(image_factory=SvgPathFillImage).save(drawn)
        return drawn.getvalue().decode().partition("?>")[2].strip()

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        """Passkeys belong to the configured address, whatever a request calls it."""
        host = urlsplit(settings.BASE_URL).hostname or ""
        return {"id": host, "name": f"Vigie {host}"}

    def generate_authenticator_name(self, user: AbstractBaseUser, type: Any) -> str:  # noqa: A002
        return gettext("Passkey")

    def encrypt(self, text: str) -> str:
        return _cipher().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        return _cipher().decrypt(encrypted_text.encode()).decode()


def _cipher() -> Fernet:
    """A stolen database alone opens no second factor: the key is derived from the installation's secret."""
    digest = salted_hmac("vigie.accounts.second-factor", "", algorithm="sha256").digest()
    return Fernet(base64.urlsafe_b64encode(digest))
