"""What a stolen database must not tell: the text of a mail, and whose address it went to."""

import base64
from email.utils import formatdate
from functools import cache
from typing import Any
from urllib.parse import urlsplit

import orjson
from cryptography.fernet import Fernet, InvalidToken
from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.utils.crypto import salted_hmac


def key_of(address: str) -> str:
    """One address, one key, whatever its capitals; without the installation's secret, nobody goes back."""
    return salted_hmac("vigie.mails.recipient", address.strip().lower(), algorithm="sha256").hexdigest()


@cache
def _cipher(secret: str) -> Fernet:
    return Fernet(base64.urlsafe_b64encode(salted_hmac("vigie.mails.sealed", "", secret, algorithm="sha256").digest()))


def seal(mail: EmailMultiAlternatives) -> str:
    parts = {
        "subject": str(mail.subject),
        "body": str(mail.body),
        "to": list(mail.to),
        "from": mail.from_email,
        "headers": {name: str(value) for name, value in mail.extra_headers.items()},
        "alternatives": [[str(content), kind] for content, kind in mail.alternatives],
        "attachments": [[str(name), str(content), kind] for name, content, kind in mail.attachments],
    }
    return _cipher(settings.SECRET_KEY).encrypt(orjson.dumps(parts)).decode()


def unseal(sealed: str, code: str) -> EmailMultiAlternatives:
    """The mail under its own name. Raises `Unreadable` when the installation's secret is no longer that of then."""
    try:
        parts: dict[str, Any] = orjson.loads(_cipher(settings.SECRET_KEY).decrypt(sealed.encode()))
    except (InvalidToken, ValueError) as error:
        raise Unreadable from error
    host = urlsplit(settings.BASE_URL).hostname or "localhost"
    mail = EmailMultiAlternatives(
        parts["subject"],
        parts["body"],
        parts["from"],
        parts["to"],
        headers={"Message-ID": f"<{code}@{host}>", **parts["headers"]},
    )
    for content, kind in parts["alternatives"]:
        mail.attach_alternative(content, kind)
    for name, content, kind in parts["attachments"]:
        mail.attach(name, content, kind)
    return mail


def dated() -> dict[str, str]:
    """The same date however often it is sent."""
    return {"Date": formatdate(localtime=False)}


class Unreadable(Exception):
    pass
