"""Reading what other mail servers answer: delivery reports (RFC 3464) and complaints (ARF, RFC 5965)."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from email import policy
from email.message import EmailMessage, Message
from email.parser import BytesParser
from email.utils import parseaddr
from typing import Any

from vigie.mails.models import Bounce

#: A report is a few kilobytes; whatever is larger is none.
LARGEST = 2 * 2**20
ADDRESS = re.compile(r"^[^\s<>,;\"]{1,120}@[^\s<>,;\"]{1,250}$")


@dataclass(frozen=True, slots=True)
class Told:
    address: str
    kind: Bounce.Kind
    status: str


@dataclass(frozen=True, slots=True)
class Report:
    """`name` is the report's own Message-ID, "" where it has none."""

    name: str
    told: tuple[Told, ...]


def read_report(raw: bytes) -> Report:
    """What a message says of earlier ones; nothing when it is no report. Raises nothing: anybody may write here."""
    try:
        message = BytesParser(policy=policy.default).parsebytes(raw[:LARGEST])
        told = tuple(dict.fromkeys([*_bounces(message), *_complaints(message)]))
        return Report(str(message.get("Message-ID", "")).strip(), told)
    except Exception:
        return Report("", ())


def _bounces(message: Message) -> Iterator[Told]:
    for part in message.walk():
        if part.get_content_type() != "message/delivery-status":
            continue
        blocks: Any = part.get_payload()
        for block in blocks:
            action = str(block.get("Action", "")).strip().lower()
            status = re.match(r"\s*([245]\.\d{1,3}\.\d{1,3})", str(block.get("Status", "")))
            address = _address(str(block.get("Final-Recipient") or block.get("Original-Recipient") or ""))
            if action != "failed" or not address:
                continue
            code = status[1] if status else "5.0.0"
            yield Told(address, Bounce.Kind.HARD if _for_good(code) else Bounce.Kind.SOFT, code)


def _for_good(code: str) -> bool:
    """There is no such mailbox or domain. A full mailbox, a policy, a size: tomorrow may be another day."""
    return code.startswith(("5.1.", "5.0.0")) or code == "5.2.1"


def _complaints(message: Message) -> Iterator[Told]:
    parts = list(message.walk())
    feedback = next((one for one in parts if one.get_content_type() == "message/feedback-report"), None)
    if feedback is None:
        return
    fields: Any = feedback.get_payload()
    inner = fields[0] if isinstance(fields, list) and fields else feedback
    if str(inner.get("Feedback-Type", "")).strip().lower() not in {"abuse", "fraud", "not-spam", "other", ""}:
        return
    if str(inner.get("Feedback-Type", "")).strip().lower() == "not-spam":
        return
    address = _address(str(inner.get("Original-Rcpt-To", "")))
    if not address:
        original = next(
            (one for one in parts if isinstance(one, EmailMessage) and one is not message and one.get("To")), None
        )
        address = _address(str(original["To"])) if original is not None else ""
    if address:
        yield Told(address, Bounce.Kind.COMPLAINT, "")


def _address(field: str) -> str:
    """`rfc822; alice@example.org` or `<alice@example.org>`; "" for anything that is no address."""
    found = parseaddr(field.rpartition(";")[2].strip())[1]
    return found if ADDRESS.match(found) else ""
