"""What a door answers to whoever tries it too often: how long to wait, and what was typed."""

import math
from typing import TypeVar

from django.http import HttpRequest, HttpResponseBase
from django.utils.translation import gettext as _

from vigie.accounts import actions
from vigie.accounts.rules import Door
from vigie.shell.formats import minutes

Answer = TypeVar("Answer", bound=HttpResponseBase)


def too_soon(request: HttpRequest, door: Door, account: str = "") -> int:
    """Count this try; 0, or the seconds to wait. Pages that are only read count nothing."""
    if request.method != "POST":
        return 0
    return actions.knock(door, network=request.META.get("REMOTE_ADDR", ""), account=account)


def typed_address(request: HttpRequest) -> str:
    """As it is counted: known or not, in capitals or not."""
    return request.POST.get("email", "").strip().lower()[:254]


def shows_recovery_code(form: object) -> bool:
    """Was the code that a valid form holds one of the ten?"""
    used = getattr(form, "authenticator", None)
    return used is not None and used.type == used.Type.RECOVERY_CODES


def said(seconds: int) -> str:
    """How long to wait, in a sentence for beside the field."""
    return _("Too many tries. Wait %(wait)s, then try again.") % {"wait": minutes(math.ceil(seconds / 60))}


def waiting(answer: Answer, seconds: int) -> Answer:
    answer.status_code = 429
    answer["Retry-After"] = str(seconds)
    return answer
