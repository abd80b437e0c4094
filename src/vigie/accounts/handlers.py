"""Reactions to what the sign-in library tells."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.signals import user_logged_in, user_logged_out
from django.db import transaction
from django.dispatch import receiver
from django.http import HttpRequest
from django.utils.translation import gettext as _

from vigie.accounts.actions import mail_notice, take_back_erasure, tick_revocations
from vigie.accounts.facts import DataFileMade, ErasureAsked, KeysChanged
from vigie.accounts.models import Person
from vigie.accounts.sign_in import VISIT, note_visit
from vigie.facts.facts import on


@receiver(user_logged_in)
def begin_visit(request: HttpRequest, **kwargs: Any) -> None:
    """A new sign-in begins, even in a browser where somebody was in before."""
    request.session.pop(VISIT, None)
    note_visit(request)


@receiver(user_logged_in)
def stay_after_all(request: HttpRequest, user: Person, **kwargs: Any) -> None:
    """Whoever comes back within the seven days stays."""
    if take_back_erasure(user):
        messages.success(request, _("Welcome back. Your account stays, with all that is yours."))


@on(KeysChanged)
def tell_of_a_key(fact: KeysChanged) -> None:
    """Whoever reads it and has done nothing knows at once. A change of address has a mail of its own."""
    if fact.key != "email":
        mail_notice(fact.person, f"{fact.key} {fact.change}")


@on(ErasureAsked)
def tell_of_an_erasure(fact: ErasureAsked) -> None:
    mail_notice(fact.person, "erasure asked")


@on(DataFileMade)
def tell_of_a_file(fact: DataFileMade) -> None:
    mail_notice(fact.person, "file made")


@receiver(user_logged_out)
def close_sockets(request: HttpRequest, **kwargs: Any) -> None:
    """The sign-in ends in the transaction that says so: a room that looked in between would find it whole."""
    with transaction.atomic():
        request.session.flush()
        tick_revocations()
