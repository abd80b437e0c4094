from zoneinfo import ZoneInfo

from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.utils import timezone, translation


def send_mail(template: str, address: str, *, language: str, zone: ZoneInfo, **context: object) -> None:
    """One mail from `<template>_subject.txt`, `_message.txt` and `_message.html`, in its reader's language and time.

    Call it from a job: it raises what the mail server raises.
    """
    with translation.override(language), timezone.override(zone):
        context = {**context, "language": language}
        mail = EmailMultiAlternatives(
            render_to_string(f"{template}_subject.txt", context).strip(),
            render_to_string(f"{template}_message.txt", context),
            to=[address],
            headers={"Auto-Submitted": "auto-generated"},
        )
        mail.attach_alternative(render_to_string(f"{template}_message.html", context), "text/html")
    mail.send()
