from collections.abc import Callable
from datetime import datetime
from typing import NamedTuple
from zoneinfo import ZoneInfo

from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.utils import timezone, translation

from vigie.core.registry import Registry

#: Who carries mails: one app keeps them in the caller's transaction. Without any, they leave at once.
CARRIERS: Registry[Callable[[EmailMultiAlternatives, str, datetime | None], None]] = Registry()


class Calendar(NamedTuple):
    """An appointment that goes with a mail. `method` as in RFC 5546: REQUEST or CANCEL."""

    text: str
    method: str


def send_mail(
    template: str,
    address: str,
    *,
    language: str,
    zone: ZoneInfo,
    useful_until: datetime | None = None,
    calendar: Calendar | None = None,
    unsubscribe: str = "",
    **context: object,
) -> None:
    """One mail from `<template>_subject.txt`, `_message.txt` and `_message.html`, in its reader's language and time.

    It is kept in the caller's transaction and leaves after the commit. `useful_until`: what its reader asked for this
    minute, worth nothing afterwards. `unsubscribe`: where one click ends mails of this kind.
    """
    with translation.override(language), timezone.override(zone):
        context = {**context, "language": language, "unsubscribe": unsubscribe}
        headers = {"Auto-Submitted": "auto-generated"}
        if unsubscribe:
            headers |= {"List-Unsubscribe": f"<{unsubscribe}>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"}
        mail = EmailMultiAlternatives(
            " ".join(render_to_string(f"{template}_subject.txt", context).strip().splitlines()),
            render_to_string(f"{template}_message.txt", context),
            to=[address],
            headers=headers,
        )
        mail.attach_alternative(render_to_string(f"{template}_message.html", context), "text/html")
    if calendar:
        mail.attach("invite.ics", calendar.text, f"text/calendar; method={calendar.method}")
    carried = False
    for carry in CARRIERS:
        carry(mail, template, useful_until)
        carried = True
    if not carried:
        mail.send()
