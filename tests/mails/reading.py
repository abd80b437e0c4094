"""Mails as a mail reader opens them: parsed again from their bytes."""

from email import message_from_bytes, policy
from email.message import EmailMessage

from django.core.mail import EmailMultiAlternatives


def opened(sent: EmailMultiAlternatives) -> EmailMessage:
    return message_from_bytes(sent.message().as_bytes(), policy=policy.default)  # type: ignore[return-value]


def appointment(sent: EmailMultiAlternatives) -> str:
    """The calendar file of a mail, "" without one."""
    for part in opened(sent).walk():
        if part.get_content_type() == "text/calendar":
            return str(part.get_content())
    return ""
