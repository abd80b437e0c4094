"""Mails that say what changed on an account and what to do about it. Never a secret, never the content of a file."""

from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from vigie.accounts.models import Person
from vigie.accounts.queries import zone_of
from vigie.core import clock
from vigie.shell.mails import send_mail

CHANGED = _("A key of your account changed")
#: By what happened: the subject, the sentence, what to do, and where.
NOTICES = {
    "passkey added": (CHANGED, _("A passkey was added. It opens your account alone."), "keys"),
    "passkey removed": (CHANGED, _("A passkey was removed. It opens nothing any more."), "keys"),
    "totp added": (CHANGED, _("An application with six digits was added as your second key."), "keys"),
    "totp removed": (CHANGED, _("The application with six digits was removed."), "keys"),
    "password renewed": (CHANGED, _("A new password was chosen."), "keys"),
    "password removed": (CHANGED, _("The password was removed. The code by mail opens."), "keys"),
    "recovery_codes renewed": (CHANGED, _("Ten new recovery codes were made. Those of before open nothing."), "keys"),
    "recovery_codes used": (CHANGED, _("A recovery code was used in place of your second key."), "keys"),
    "all removed": (
        CHANGED,
        _("Your second keys were removed by those who run this place. Make a new one at your next visit."),
        "keys",
    ),
    "erasure asked": (
        _("You asked to be forgotten"),
        _("In seven days your account is erased for good. Sign in before then, and everything stays."),
        "erase",
    ),
    "file made": (
        _("Your file is ready"),
        _("What is known of you waits on your account page for seven days, for you alone."),
        "my-data",
    ),
}


def mail_notice(person_id: int, what: str) -> None:
    person = Person.objects.filter(id=person_id, is_active=True).first()
    if person is None or what not in NOTICES:
        return
    subject, said, where = NOTICES[what]
    zone = zone_of(person.time_zone)
    with timezone.override(zone):
        at = timezone.localtime(clock.now())
    context: dict[str, Any] = {
        "subject": subject,
        "said": said,
        "link": f"{settings.BASE_URL}{reverse(where)}",
        "at": at,
        "alarm": what != "file made",
    }
    send_mail("account/email/notice", person.email, language=person.language, zone=zone, **context)
