import email
import email.policy
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage
from email.utils import parsedate_to_datetime
from pathlib import Path

from django.conf import settings
from django_scopes import scopes_disabled

from vigie.communities.models import Membership
from vigie.demo.cast import SLUG

#: What Django writes between two mails of one file.
RULE = b"\n" + b"-" * 79 + b"\n"
NEWEST = 50


def flag_seed_of(pseudonym: str) -> str:
    """The flag that this character really flies; any, before the first seeding."""
    with scopes_disabled():
        found = Membership.objects.filter(community__slug=SLUG, pseudonym=pseudonym).first()
    return found.flag_seed if found else pseudonym


@dataclass(frozen=True)
class Mail:
    to: str
    sender: str
    subject: str
    at: datetime | None
    text: str


def mails(folder: Path | None = None) -> list[Mail]:
    """What demo mode would have sent, newest first, as text. The HTML twin is not shown: it is a page of its own."""
    folder = folder or settings.OUTBOX_DIR
    files = sorted(folder.glob("*.log"), reverse=True)[:NEWEST] if folder.is_dir() else []
    return [mail for file in files for mail in reversed(list(_in_file(file)))][:NEWEST]


def _in_file(file: Path) -> Iterator[Mail]:
    for raw in file.read_bytes().split(RULE):
        if raw.strip():
            message = email.message_from_bytes(raw, policy=email.policy.default)
            assert isinstance(message, EmailMessage)
            yield Mail(
                to=str(message["To"] or ""),
                sender=str(message["From"] or ""),
                subject=str(message["Subject"] or ""),
                at=_date(str(message["Date"] or "")),
                text=_text(message),
            )


def _date(written: str) -> datetime | None:
    try:
        return parsedate_to_datetime(written)
    except ValueError:
        return None


def _text(message: EmailMessage) -> str:
    body = message.get_body(preferencelist=("plain",))
    try:
        return str(body.get_content()) if body else ""
    except (LookupError, UnicodeError):
        return ""
