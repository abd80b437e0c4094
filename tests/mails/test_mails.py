"""Mail that is kept: it leaves once, comes back to be tried, or says why it did not."""

import smtplib
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from django.core import mail as outbox
from django.core.mail.backends.base import BaseEmailBackend
from django.db import transaction
from django.test import override_settings

from vigie.core import clock
from vigie.core.keeping import RETENTION
from vigie.mails import actions
from vigie.mails.models import Mail
from vigie.mails.queries import dead_mails, queue, suppressed
from vigie.mails.seal import key_of
from vigie.shell.mails import send_mail

pytestmark = [pytest.mark.django_db, pytest.mark.both]
ALICE = "alice@example.org"
SERVER = "tests.mails.test_mails.Server"


class Server(BaseEmailBackend):
    """A mail server that answers what a test tells it to, and remembers what it took."""

    answers: list[Exception | None] = []
    took: list = []

    def send_messages(self, messages):
        answer = self.answers.pop(0) if self.answers else None
        # A server may take a mail and be lost before it says so.
        if not isinstance(answer, Exception) or isinstance(answer, smtplib.SMTPServerDisconnected):
            self.took.extend(messages)
        if answer:
            raise answer
        return len(messages)


@pytest.fixture
def server():
    Server.answers, Server.took = [], []
    with override_settings(EMAIL_BACKEND=SERVER):
        yield Server


def ask(address: str = ALICE, code: str = "BCD-FGH", **more) -> Mail:
    now = clock.now()
    send_mail("account/email/login_code", address, language="en", zone=ZoneInfo("UTC"), code=code, asked_at=now, **more)
    return Mail.objects.latest("id")


def later() -> None:
    Mail.objects.update(due_at=clock.now() - timedelta(seconds=1))
    actions.deliver_due()


def test_a_mail_leaves_and_its_text_is_kept_no_longer():
    kept = ask()
    (sent,) = outbox.outbox
    assert (sent.to, kept.state, kept.sealed) == ([ALICE], "sent", "")
    assert "BCD-FGH" in sent.body
    assert sent.extra_headers["Message-ID"] == f"<{kept.code}@127.0.0.1>"


def test_while_it_waits_nobody_reads_the_code_or_the_address(server):
    server.answers = [ConnectionRefusedError()]
    kept = ask()
    row = str(Mail.objects.filter(id=kept.id).values().get())
    assert kept.state == "waiting"
    assert "BCD" not in row and "alice" not in row and kept.recipient == key_of(" Alice@example.org")


def test_a_mail_whose_cause_is_undone_never_existed(server):
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        ask()
        raise ZeroDivisionError
    assert Mail.objects.count() == 0


@pytest.mark.parametrize(
    "answer",
    [
        ConnectionRefusedError(),
        TimeoutError(),
        smtplib.SMTPServerDisconnected("gone"),
        smtplib.SMTPDataError(451, b"4.3.0 later"),
        smtplib.SMTPRecipientsRefused({ALICE: (450, b"4.2.2 full")}),
        smtplib.SMTPAuthenticationError(535, b"no"),
    ],
    ids=lambda one: type(one).__name__,
)
def test_trouble_is_tried_again_later_and_later(server, answer):
    server.answers = [answer, answer]
    kept = ask()
    assert kept.state == "waiting"
    first = kept.due_at - clock.now()
    later()
    kept.refresh_from_db()
    assert kept.state == "waiting" and kept.due_at - clock.now() > first
    later()
    kept.refresh_from_db()
    assert (kept.state, kept.attempts) == ("sent", 3)


def test_a_mail_taken_twice_bears_one_name(server):
    server.answers = [smtplib.SMTPServerDisconnected("after the data")]
    ask()
    later()
    names = {one.message()["Message-ID"] for one in server.took}
    dates = {one.message()["Date"] for one in server.took}
    assert (len(server.took), len(names), len(dates)) == (2, 1, 1)


def test_after_a_day_of_trouble_it_is_a_dead_letter_that_an_operator_hears_of(server, caplog):
    server.answers = [ConnectionRefusedError()] * 20
    kept = ask()
    for _ in range(20):
        later()
    kept.refresh_from_db()
    assert (kept.state, kept.attempts) == ("dead", len(actions.BACK_OFF) + 1)
    assert "is a dead letter" in caplog.text and "alice" not in caplog.text
    server.answers = []
    assert actions.try_again(kept.code)
    later()
    kept.refresh_from_db()
    assert kept.state == "sent"


def test_a_dead_letter_can_be_discarded_with_its_text(server):
    server.answers = [smtplib.SMTPDataError(554, b"5.7.1 policy")]
    kept = ask()
    assert [one.code for one in dead_mails()] == [kept.code]
    assert (actions.discard(kept.code), actions.discard(kept.code)) == (True, False)
    kept.refresh_from_db()
    assert (kept.state, kept.sealed, actions.try_again(kept.code)) == ("dropped", "", False)


def test_whoever_is_forgotten_is_written_to_no_more(server):
    server.answers = [ConnectionRefusedError(), smtplib.SMTPDataError(554, b"5.7.1 policy")]
    waiting, dead, anothers = ask(), ask(), ask("bruno@example.org")
    actions.forget(ALICE)
    found = [Mail.objects.get(id=one.id) for one in (waiting, dead, anothers)]
    assert [one.state for one in found] == ["dropped", "dropped", "sent"]
    assert [one.sealed for one in found] == ["", "", ""]
    later()
    assert [one.to for one in server.took] == [["bruno@example.org"]]


def test_a_mailbox_that_does_not_exist_is_written_to_no_more(server):
    server.answers = [smtplib.SMTPRecipientsRefused({ALICE: (550, b"5.1.1 <alice@example.org> unknown")})]
    first, second = ask(), ask()
    assert (first.state, first.error) == ("dead", "550 5.1.1")
    assert (second.state, second.error, second.sealed) == ("dropped", "the address bounces", "")
    assert list(suppressed([ALICE, "bruno@example.org"])) == [ALICE]
    # The code that somebody asks for at this minute is tried all the same.
    assert ask(useful_until=clock.now() + timedelta(minutes=10)).state == "sent"


def test_a_refusal_by_policy_says_nothing_of_the_mailbox(server):
    server.answers = [smtplib.SMTPRecipientsRefused({ALICE: (550, b"5.7.1 we do not know you")})]
    assert ask().state == "dead"
    assert suppressed([ALICE]) == {}


def test_a_silent_server_is_asked_once_a_batch(server):
    server.answers = [TimeoutError()] * 3
    for _ in range(3):
        ask()
    server.answers = [TimeoutError(), TimeoutError(), TimeoutError()]
    Mail.objects.update(due_at=clock.now() - timedelta(seconds=1), attempts=1)
    actions.deliver_due()
    assert len(server.answers) == 2
    assert sorted(Mail.objects.values_list("attempts", flat=True)) == [1, 1, 2]


def test_a_code_out_of_date_is_wiped_whatever_became_of_it(server):
    server.answers = [TimeoutError(), smtplib.SMTPDataError(554, b"no")]
    soon = clock.now() + timedelta(minutes=10)
    waiting, dead = ask(useful_until=soon), ask(useful_until=soon)
    Mail.objects.update(useful_until=clock.now() - timedelta(seconds=1))
    actions.sweep()
    for one in (waiting, dead):
        one.refresh_from_db()
    assert [(one.state, one.sealed) for one in (waiting, dead)] == [("dropped", ""), ("dead", "")]


def test_the_queue_is_counted_and_its_age_known(server):
    server.answers = [TimeoutError(), smtplib.SMTPDataError(554, b"no")]
    first = ask()
    ask()
    ask()
    found = queue()
    assert (found.waiting, found.dead, found.sent, found.dropped, found.oldest) == (1, 1, 1, 0, first.asked_at)


def test_what_was_settled_long_ago_is_forgotten(server):
    server.answers = [None, TimeoutError()]
    ask()
    ask()
    rule = RETENTION["mails.settled"]
    at = clock.now() + timedelta(days=31)
    assert (rule.due(at), rule.remove(at)) == (1, 1)
    assert Mail.objects.get().state == "waiting"


def test_a_title_cannot_add_a_header():
    from tests.mails.reading import opened

    for naughty in ("Hello\r\nBcc: eve@example.org", "a\nX-Evil: 1", "a\u2028b", "=?utf-8?q?x?=\r\n\r\nbody"):
        send_mail(
            "notifications/email/reminder_day",
            ALICE,
            language="en",
            zone=ZoneInfo("UTC"),
            title=naughty,
            community="C",
            called="A",
            part="seat",
            starts_at=clock.now(),
            doors_at=clock.now(),
            minutes=60,
            session_zone="UTC",
            elsewhere=False,
            link="http://127.0.0.1/x",
        )
        read = opened(outbox.outbox[-1])
        assert (read["Bcc"], read["X-Evil"], read["To"]) == (None, None, ALICE)
