"""Another e-mail address: a code to the new mailbox, a notice to the old one, three days to undo it."""

import re
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.core import mail

from tests.accounts.browser import CODE, browser, come_in, is_in
from tests.accounts.test_keys import GOOD, make_passkey, text
from tests.cast import Cast
from vigie.accounts.models import AddressChange, Person
from vigie.accounts.queries import has_password, passkeys_of
from vigie.facts.models import Entry

OLD, NEW = "alice@example.org", "alice@example.net"
ASK, CONFIRM = "/account/address/", "/account/address/code/"


@pytest.fixture
def clock(cast: Cast):
    with time_machine.travel(datetime(2030, 3, 5, 18, 0, 1, tzinfo=UTC), tick=False) as clock:
        yield clock


@pytest.fixture
def client(clock):
    """Alice's browser, just after the mailed code."""
    client = browser()
    come_in(client, OLD)
    mail.outbox.clear()
    return client


def code_to(address: str) -> str:
    [sent] = [one for one in mail.outbox if one.to == [address]]
    return CODE.findall(str(sent.body))[0]


def change(client, address: str = NEW):
    assert client.post(ASK, {"email": address})["Location"] == CONFIRM
    return client.post(CONFIRM, {"code": code_to(address)})


def undo_link() -> str:
    [sent] = [one for one in mail.outbox if one.to == [OLD]]
    return re.search(r"http://127\.0\.0\.1:8000(/account/address/undo/\?code=\w+)", str(sent.body))[1]


def alice() -> Person:
    return Person.objects.get(name="Alice Realname")


def test_i_change_my_address_with_a_code_sent_to_the_new_one(client):
    other = browser()
    other.force_login(alice())
    assert change(client)["Location"] == "/account/keys/"
    assert "Your account answers to this address" in text(client.get("/account/keys/"))
    assert alice().email == NEW
    assert (is_in(client), is_in(other)) == (True, False)
    for address, opens in ((OLD, False), (NEW, True)):
        mail.outbox.clear()
        again = browser()
        again.post("/sign-in/", {"email": address})
        assert [one.to for one in mail.outbox] == ([[address]] if opens else [])


def test_the_old_mailbox_is_told_and_its_link_spends_nothing_when_opened(client):
    change(client)
    link = undo_link()
    visitor = browser()
    for _ in range(3):
        assert "Take your address back" in text(visitor.get(link))
    visitor.head(link)
    assert alice().email == NEW
    html = next(one for one in mail.outbox if one.to == [OLD]).alternatives[0].content
    assert link in html
    assert NEW not in html + str(next(one for one in mail.outbox if one.to == [OLD]).body)


def test_the_old_mailbox_takes_the_account_back_with_none_of_the_thief_s_keys(client):
    change(client)
    make_passkey(client)
    client.post("/account/keys/password/", {"password": GOOD})
    victim = browser()
    answer = victim.post(undo_link(), follow=True)
    assert "Your address is back" in text(answer)
    assert alice().email == OLD
    assert not is_in(client)
    assert passkeys_of(alice()) == []
    assert not has_password(alice())
    assert "has already served" in text(victim.get(undo_link(), follow=True))
    assert come_in(browser(), OLD)["Location"] == "/"
    told = list(Entry.objects.filter(name__startswith="accounts.Address").order_by("id"))
    assert [one.name for one in told] == ["accounts.AddressChanged", "accounts.AddressChangeUndone"]
    assert "@" not in str([one.data for one in told])


def test_two_changes_in_a_row_are_both_undone_by_the_first_mailbox(client):
    change(client)
    first = undo_link()
    change(client, "further@example.net")
    browser().post(first)
    assert alice().email == OLD


def test_after_three_days_it_stays(client, clock):
    change(client)
    link = undo_link()
    clock.shift(timedelta(hours=71, minutes=59))
    assert browser().get(link).status_code == 200
    clock.shift(timedelta(minutes=2))
    for answer in (browser().get(link), browser().post(link)):
        assert answer["Location"] == "/sign-in/"
    assert alice().email == NEW


def test_an_address_that_is_somebody_else_s_now_stays_theirs(client):
    change(client)
    Person.objects.create(email=OLD, name="Another Alice")
    page = browser().post(undo_link())
    assert "can no longer be taken back" in text(page)
    assert Person.objects.get(email=OLD).name == "Another Alice"
    assert alice().email == NEW


def bare(answer, address):
    body = re.sub(r'name="csrfmiddlewaretoken" value="[^"]+"', "", answer.content.decode()).replace(address, "…")
    return answer.status_code, answer.headers.get("Location"), body


def test_whether_an_address_is_taken_cannot_be_told(client):
    answers = []
    for address in ("bruno@example.org", "nobod@example.org"):
        steps = [client.post(ASK, {"email": address}), client.get(CONFIRM)]
        steps += [client.post(CONFIRM, {"code": "BBB-BBB"}) for _ in range(3)]
        steps.append(client.get(ASK))
        answers.append([bare(step, address) for step in steps])
    assert answers[0] == answers[1]
    assert [one.to for one in mail.outbox] == [["nobod@example.org"]]


def test_an_address_that_was_taken_between_mail_and_code_is_not_mine(client):
    client.post(ASK, {"email": NEW})
    Person.objects.create(email=NEW)
    assert client.post(CONFIRM, {"code": code_to(NEW)})["Location"] == ASK
    assert alice().email == OLD
    assert not AddressChange.objects.exists()


def test_three_wrong_codes_or_ten_minutes_and_the_code_is_dead(client, clock):
    client.post(ASK, {"email": NEW})
    assert [client.post(CONFIRM, {"code": "B"}).status_code for _ in range(3)] == [200, 200, 302]
    assert client.post(CONFIRM, {"code": code_to(NEW)})["Location"] == ASK
    mail.outbox.clear()
    client.post(ASK, {"email": NEW})
    clock.shift(timedelta(minutes=10, seconds=1))
    assert client.post(CONFIRM, {"code": code_to(NEW)})["Location"] == ASK
    assert alice().email == OLD


def test_a_code_read_by_another_browser_changes_nothing(client):
    client.post(ASK, {"email": NEW})
    other = browser()
    other.force_login(alice())
    assert other.post(CONFIRM, {"code": code_to(NEW)})["Location"] == ASK
    assert alice().email == OLD


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("", "Type your e-mail address."),
        ("alice.example.net", "This is not an e-mail address."),
        ("alice@example.net\nBcc: x@example.org", "This is not an e-mail address."),
        (OLD.upper(), "This is the address that you have now."),
    ],
)
def test_what_is_no_new_address_is_said_and_kept(client, typed, said):
    page = text(client.post(ASK, {"email": typed}))
    assert said in page
    assert mail.outbox == []


def test_a_device_left_open_changes_no_address(client, clock):
    clock.shift(timedelta(minutes=16))
    assert "Sign in once more" in text(client.post(ASK, {"email": NEW}))
    assert mail.outbox == []


def test_a_made_up_link_leads_nowhere(db):
    assert "has already served" in text(browser().get("/account/address/undo/?code=0123456789abcdef", follow=True))
