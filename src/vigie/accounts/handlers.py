"""Reactions to what the sign-in library tells."""

from typing import Any

from django.contrib.auth.signals import user_logged_in, user_logged_out
from django.db import transaction
from django.dispatch import receiver
from django.http import HttpRequest

from vigie.accounts.actions import tick_revocations
from vigie.accounts.sign_in import VISIT, note_visit


@receiver(user_logged_in)
def begin_visit(request: HttpRequest, **kwargs: Any) -> None:
    """A new sign-in begins, even in a browser where somebody was in before."""
    request.session.pop(VISIT, None)
    note_visit(request)


@receiver(user_logged_out)
def close_sockets(request: HttpRequest, **kwargs: Any) -> None:
    """The sign-in ends in the transaction that says so: a room that looked in between would find it whole."""
    with transaction.atomic():
        request.session.flush()
        tick_revocations()
