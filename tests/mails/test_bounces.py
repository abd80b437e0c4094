"""Reports that mail servers send back, as they are."""

import io
import sys
from types import SimpleNamespace

import pytest

from vigie.mails.actions import lift, note_report
from vigie.mails.models import Bounce
from vigie.mails.queries import suppressed
from vigie.mails.reports import Told, read_report

ALICE = "alice@example.org"

DSN = """\
From: MAILER-DAEMON@mx.example.net
To: vigie@example.com
Message-ID: <{name}@mx.example.net>
Subject: Undelivered Mail Returned to Sender
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="b"

--b
Content-Type: text/plain

I am sorry.
--b
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example.net

Final-Recipient: rfc822; {address}
Original-Recipient: rfc822;{address}
Action: {action}
Status: {status}
Diagnostic-Code: smtp; 550 no

--b
Content-Type: message/rfc822

From: vigie@example.com
To: {address}
Subject: Your code

body
--b--
"""
ARF = """\
From: feedback@mx.example.net
To: vigie@example.com
Message-ID: <complaint@mx.example.net>
MIME-Version: 1.0
Content-Type: multipart/report; report-type=feedback-report; boundary="b"

--b
Content-Type: text/plain

A complaint.
--b
Content-Type: message/feedback-report

Feedback-Type: abuse
User-Agent: Somebody/1.0
Version: 1
{more}
--b
Content-Type: message/rfc822

From: vigie@example.com
To: Alice <alice@example.org>
Subject: A session

body
--b--
"""


def dsn(name="one", address=ALICE, action="failed", status="5.1.1") -> bytes:
    return DSN.format(name=name, address=address, action=action, status=status).encode()


@pytest.mark.parametrize(
    ("raw", "told"),
    [
        (dsn(), (Told(ALICE, Bounce.Kind.HARD, "5.1.1"),)),
        (dsn(status="5.2.2"), (Told(ALICE, Bounce.Kind.SOFT, "5.2.2"),)),
        (dsn(status="4.4.1"), (Told(ALICE, Bounce.Kind.SOFT, "4.4.1"),)),
        (dsn(action="delayed", status="4.4.1"), ()),
        (dsn(action="delivered", status="2.0.0"), ()),
        (dsn(address="not an address"), ()),
        (
            ARF.format(more="Original-Rcpt-To: <alice@example.org>\n").encode(),
            (Told(ALICE, Bounce.Kind.COMPLAINT, ""),),
        ),
        (ARF.format(more="").encode(), (Told(ALICE, Bounce.Kind.COMPLAINT, ""),)),
        (ARF.replace("Feedback-Type: abuse", "Feedback-Type: not-spam").format(more="").encode(), ()),
        (b"From: alice@example.org\nSubject: I am on holiday\n\nBack on Monday.", ()),
        (b"", ()),
        (b"\xff\xfe\x00" * 1000, ()),
        (dsn()[:300], ()),
    ],
)
def test_a_report_is_read_for_what_it_says(raw: bytes, told: tuple):
    assert read_report(raw).told == told


@pytest.mark.django_db
@pytest.mark.both
def test_one_hard_bounce_or_three_soft_ones_stop_an_address_until_somebody_lifts_it():
    def note(**more) -> None:
        raw = dsn(**more)
        note_report(read_report(raw), raw)

    for number in range(2):
        note(name=f"soft-{number}", status="4.2.2")
        note(name=f"soft-{number}", status="4.2.2")
    assert suppressed([ALICE]) == {}
    note(name="soft-2", status="4.2.2")
    assert list(suppressed([ALICE, "bruno@example.org"])) == [ALICE]
    note(name="hard", address="Bruno@example.org")
    assert list(suppressed([ALICE, "bruno@example.org"])) == [ALICE, "bruno@example.org"]
    assert (lift(ALICE), lift(ALICE), list(suppressed([ALICE]))) == (True, False, [])


@pytest.mark.django_db
def test_the_command_reads_a_report_from_standard_input(monkeypatch, capsys):
    from vigie.commands import main

    for raw, said in (
        (dsn(), "1 addresses told of, 1 of them new"),
        (dsn(), "1 addresses told of, 0 of them new"),
        (b"Subject: hello\n\n", "no report of a bounce"),
    ):
        monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=io.BytesIO(raw)))
        main(["bounces"])
        assert capsys.readouterr().out.strip() == said
