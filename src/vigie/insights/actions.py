"""What an operator does about it. Nothing here reads a mail or a fact: it goes again, or it goes no more."""

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from vigie.accounts.models import Person
from vigie.accounts.queries import zone_of
from vigie.core import clock
from vigie.core.errors import NotVisible, Refused
from vigie.facts import actions as facts
from vigie.mails import actions as mails
from vigie.shell.mails import send_mail


def try_again(operator: Person, what: str, key: str) -> None:
    _need(operator)
    with transaction.atomic():
        done = mails.try_again(key) if what == "mail" else key.isdigit() and facts.revive_dead(int(key[:18]))
    if not done:
        raise Refused("gone", _("This one is no longer there, or its text was wiped."))


def discard(operator: Person, what: str, key: str) -> None:
    _need(operator)
    with transaction.atomic():
        done = mails.discard(key) if what == "mail" else key.isdigit() and facts.discard_dead(int(key[:18]))
    if not done:
        raise Refused("gone", _("This one is no longer there, or its text was wiped."))


def send_test(operator: Person) -> None:
    """To the operator's own address, through all that any other mail goes through."""
    _need(operator)
    zone = zone_of(operator.time_zone)
    with transaction.atomic():
        send_mail("insights/email/test", operator.email, language=operator.language, zone=zone, asked_at=clock.now())


def _need(operator: Person) -> None:
    if not operator.is_platform_administrator:
        raise NotVisible("operators")
