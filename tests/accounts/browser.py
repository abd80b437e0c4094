"""What a person does in a browser, in words."""

import re
import time

from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.core import mail
from django.http import HttpResponse
from django.test import Client

CODE = re.compile(r"^ *([B-Z]{3}-[B-Z]{3})$", re.MULTILINE)


def browser(language: str = "en") -> Client:
    return Client(HTTP_HOST="127.0.0.1", HTTP_ACCEPT_LANGUAGE=language)


def ask_for_code(client: Client, email: str, **more: str) -> HttpResponse:
    return client.post("/sign-in/", {"email": email, **more})


def mailed_code() -> str:
    found = CODE.findall(str(mail.outbox[-1].body))
    assert len(found) == 1, mail.outbox[-1].body
    return str(found[0])


def type_code(client: Client, code: str, **more: str) -> HttpResponse:
    return client.post("/sign-in/code/", {"code": code, **more})


def come_in(client: Client, email: str, **more: str) -> HttpResponse:
    ask_for_code(client, email)
    return type_code(client, mailed_code(), **more)


def is_in(client: Client) -> bool:
    return client.get("/account/").status_code == 200


def digits(secret: str) -> str:
    """What an authenticator shows now."""
    return format_hotp_value(hotp_value(secret.replace(" ", ""), int(time.time()) // 30))
