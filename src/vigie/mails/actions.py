"""Keeping mails, handing them to the server, and hearing what became of them."""

import hashlib
import logging
import re
import smtplib
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from django.core.mail import EmailMultiAlternatives, get_connection
from django.db import transaction

from vigie.core import clock
from vigie.facts.jobs import huey
from vigie.mails.models import Bounce, Mail
from vigie.mails.queries import is_suppressed
from vigie.mails.reports import Report
from vigie.mails.seal import Unreadable, dated, key_of, seal, unseal

log = logging.getLogger(__name__)

#: Seconds before each new attempt: a day of trouble is survived.
BACK_OFF = (60, 300, 900, 3600, 3 * 3600, 6 * 3600, 12 * 3600)
#: Codes of a server that says: this mailbox does not exist (RFC 3463), or no better than 550, 551, 553.
NOBODY = re.compile(r"\b5\.1\.(1|2|3|6|10)\b|\b5\.2\.1\b")
ENHANCED = re.compile(r"\b[245]\.\d{1,3}\.\d{1,3}\b")


def keep(mail: EmailMultiAlternatives, kind: str, useful_until: datetime | None = None) -> None:
    """Write a mail down in the caller's transaction; it leaves after the commit, or never if there is none."""
    now = clock.now()
    mail.extra_headers = {**dated(), **mail.extra_headers}
    kept = Mail.objects.create(
        kind=kind,
        recipient=key_of(mail.to[0]),
        sealed=seal(mail),
        asked_at=now,
        due_at=now,
        useful_until=useful_until,
    )
    if huey.immediate:
        deliver_due(only=[kept.id])
    else:
        transaction.on_commit(_wake)


def _wake() -> None:
    from vigie.mails.tasks import deliver_mails

    try:
        deliver_mails()
    except Exception:
        # The sweep finds what a lost wake-up leaves.
        log.warning("the deliverer of mail could not be woken", exc_info=True)


def deliver_due(limit: int = 50, only: Iterable[int] | None = None) -> int:
    """Give every due mail its turn, over one connection; returns how many left.

    A turn is claimed by a conditional update. When the server does not answer the others wait: a dead server must not
    hold a job for twenty seconds a mail.
    """
    now = clock.now()
    due = Mail.objects.filter(state=Mail.State.WAITING, due_at__lte=now)
    if only is not None:
        due = due.filter(id__in=only)
    left, connection = 0, get_connection()
    try:
        for mail_id, attempts in list(due.order_by("due_at", "id").values_list("id", "attempts")[:limit]):
            again = now + timedelta(seconds=BACK_OFF[min(attempts, len(BACK_OFF) - 1)])
            turn = Mail.objects.filter(id=mail_id, state=Mail.State.WAITING, attempts=attempts)
            if not turn.update(attempts=attempts + 1, due_at=again):
                continue
            sent, answers = _take_turn(mail_id, connection)
            left += sent
            if not answers:
                break
    finally:
        try:
            connection.close()
        except Exception:
            log.debug("the mail server was gone before the end", exc_info=True)
    return left


def _take_turn(mail_id: int, connection: Any) -> tuple[bool, bool]:
    """Did it leave, and does the server answer at all?"""
    mail = Mail.objects.get(id=mail_id)
    if mail.useful_until and mail.useful_until < clock.now():
        _settle(mail, Mail.State.DROPPED, "out of date")
        return False, True
    # What its reader asks for at this very minute is tried whatever the address did before.
    if not mail.useful_until and is_suppressed(mail.recipient):
        _settle(mail, Mail.State.DROPPED, "the address bounces")
        return False, True
    try:
        message = unseal(mail.sealed, mail.code)
        message.connection = connection
        message.send()
    except smtplib.SMTPRecipientsRefused as refused:
        status, words = next(iter(refused.recipients.values()))
        return False, _refused(mail, int(status), words)
    except smtplib.SMTPResponseException as refused:
        if isinstance(refused, smtplib.SMTPDataError | smtplib.SMTPSenderRefused):
            return False, _refused(mail, refused.smtp_code, refused.smtp_error)
        return False, _trouble(mail, refused)
    except (OSError, smtplib.SMTPException) as error:
        return False, _trouble(mail, error)
    except Unreadable:
        _give_up(mail, "the secret key has changed since")
    except Exception as error:
        _give_up(mail, type(error).__name__)
    else:
        # Between the server's answer and this line a kill sends the mail a second time, under the same Message-ID.
        _settle(mail, Mail.State.SENT, "")
        return True, True
    return False, True


def _refused(mail: Mail, status: int, words: bytes | str) -> bool:
    """The server's own answer to this mail: for now (4…), or for good (5…). Its words may hold the address."""
    said = words.decode(errors="replace") if isinstance(words, bytes) else words
    enhanced = ENHANCED.search(said)
    code = f"{status} {enhanced[0]}" if enhanced else str(status)
    if status < 500:
        _again(mail, code)
        return True
    if NOBODY.search(said) or (not enhanced and status in {550, 551, 553}):
        _note(mail.recipient, mail.code, Bounce.Kind.HARD, enhanced[0] if enhanced else str(status))
    _give_up(mail, code)
    return True


def _trouble(mail: Mail, error: Exception) -> bool:
    status = getattr(error, "smtp_code", "")
    _again(mail, f"{type(error).__name__} {status}".strip())
    return False


def _again(mail: Mail, error: str) -> None:
    if mail.attempts > len(BACK_OFF):
        _give_up(mail, error)
    else:
        Mail.objects.filter(id=mail.id, state=Mail.State.WAITING).update(error=error[:120])


def _settle(mail: Mail, state: Mail.State, error: str) -> None:
    Mail.objects.filter(id=mail.id).update(state=state, sealed="", error=error, settled_at=clock.now())


def _give_up(mail: Mail, error: str) -> None:
    """Its text stays, for an operator to try again: nobody can read it."""
    Mail.objects.filter(id=mail.id).update(state=Mail.State.DEAD, error=error[:120], settled_at=clock.now())
    log.error("mail %s (%s) is a dead letter: %s", mail.code, mail.kind, error)


def sweep() -> None:
    """What nobody needs any more is not kept: codes out of date, whatever became of their mail."""
    now = clock.now()
    old = Mail.objects.filter(useful_until__lt=now).exclude(sealed="")
    old.filter(state=Mail.State.WAITING).update(
        state=Mail.State.DROPPED, sealed="", error="out of date", settled_at=now
    )
    old.update(sealed="")


def try_again(code: str) -> bool:
    """Give a dead letter its turns again; not one whose text is gone."""
    dead = Mail.objects.filter(code=code, state=Mail.State.DEAD).exclude(sealed="")
    found = bool(dead.update(state=Mail.State.WAITING, attempts=0, due_at=clock.now(), settled_at=None))
    if found:
        transaction.on_commit(_wake)
    return found


def discard(code: str) -> bool:
    dead = Mail.objects.filter(code=code, state=Mail.State.DEAD)
    return bool(dead.update(state=Mail.State.DROPPED, sealed="", settled_at=clock.now()))


def forget(address: str) -> None:
    """Whoever had this address asked to be forgotten: no mail to it is left to read or to send, nor what bounced."""
    kept = Mail.objects.filter(recipient=key_of(address))
    kept.filter(state__in=[Mail.State.WAITING, Mail.State.DEAD]).update(
        state=Mail.State.DROPPED, error="forgotten", settled_at=clock.now()
    )
    kept.update(sealed="")
    lift(address)


# What came back ---------------------------------------------------------------


def note_report(report: Report, raw: bytes) -> int:
    """Each address that a report tells of; returns how many were new. A report read twice counts once."""
    name = hashlib.sha256(report.name.encode() or raw).hexdigest()
    return sum(_note(key_of(one.address), name, one.kind, one.status) for one in report.told)


def _note(recipient: str, report: str, kind: Bounce.Kind, status: str) -> bool:
    _, new = Bounce.objects.get_or_create(
        recipient=recipient, report=report, defaults={"kind": kind, "status": status[:12], "at": clock.now()}
    )
    return new


def lift(address: str) -> bool:
    """Write to this address again. Whether there was anything to lift."""
    return bool(Bounce.objects.filter(recipient=key_of(address)).delete()[0])
