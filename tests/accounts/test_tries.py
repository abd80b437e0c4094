"""Whoever tries a door too often waits: told how long, with what they typed; no restart makes the house forget."""

import hashlib
import threading
from datetime import timedelta

import pytest
import time_machine
from allauth.mfa.totp.internal.auth import TOTP
from django.db import connection, connections
from django.test import RequestFactory

from tests.accounts.browser import ask_for_code, browser, come_in, digits, is_in, mailed_code, type_code
from tests.cast import Cast
from vigie.accounts.actions import begin_sign_in, forgive, knock
from vigie.accounts.models import Tries
from vigie.accounts.rules import PACES, Door
from vigie.core import clock, day_key
from vigie.core.errors import Refused

pytestmark = pytest.mark.both
ALICE = "alice@example.org"
SECRET = "JBSWY3DPEHPK3PXP"


@pytest.fixture
def clock_of_the_house():
    with time_machine.travel(clock.now().replace(hour=12), tick=False) as moved:
        yield moved


def from_network(address: str, language: str = "en"):
    client = browser(language)
    client.defaults["REMOTE_ADDR"] = address
    return client


@pytest.mark.parametrize(("language", "said"), [("en", "Wait 1 min, then try again."), ("fr", "Patientez 1 min, puis")])
def test_too_many_codes_asked_says_how_long_and_keeps_what_i_typed(cast: Cast, language, said, clock_of_the_house):
    for _ in range(3):
        ask_for_code(browser(language), ALICE)
    page = ask_for_code(browser(language), ALICE)
    assert (page.status_code, page["Retry-After"]) == (429, "20")
    assert said in page.content.decode().replace("\N{NO-BREAK SPACE}", " ")
    assert f'value="{ALICE}"' in page.content.decode()
    clock_of_the_house.shift(timedelta(seconds=int(page["Retry-After"])))
    assert ask_for_code(browser(language), ALICE).status_code == 302


def test_an_invitation_s_codes_are_counted_with_the_others(cast: Cast, clock_of_the_house):
    for _ in range(3):
        ask_for_code(browser(), ALICE)
    with pytest.raises(Refused, match="too_many"):
        begin_sign_in(RequestFactory().post("/"), cast.alice.person)


def test_many_accounts_from_one_network_wait_and_another_network_does_not(cast: Cast, clock_of_the_house):
    answers = [ask_for_code(from_network("203.0.113.7"), f"{one}@example.org").status_code for one in range(21)]
    assert answers == [302] * 20 + [429]
    assert ask_for_code(from_network("203.0.113.8"), ALICE).status_code == 302


def test_one_house_with_many_new_addresses_is_one_network(cast: Cast, clock_of_the_house):
    answers = [ask_for_code(from_network(f"2001:db8:1:2::{n:x}"), f"{n}@example.org").status_code for n in range(21)]
    assert answers == [302] * 20 + [429]
    assert ask_for_code(from_network("2001:db8:1:3::1"), ALICE).status_code == 302


def test_codes_are_typed_no_faster_than_thirty_an_hour(cast: Cast, clock_of_the_house):
    for _ in range(30):
        knock(Door.CODE_TYPED, network="", account=ALICE)
    client = browser()
    ask_for_code(client, ALICE)
    code = mailed_code()
    page = type_code(client, code)
    assert (page.status_code, page["Retry-After"]) == (429, "120")
    assert f'value="{code}"' in page.content.decode()
    clock_of_the_house.shift(timedelta(seconds=120))
    assert type_code(client, code).status_code == 302
    assert is_in(client)


def test_a_waiting_password_keeps_its_address_and_not_itself(cast: Cast, clock_of_the_house):
    for _ in range(5):
        browser().post("/sign-in/password/", {"email": ALICE, "password": "wrong"})
    page = browser().post("/sign-in/password/", {"email": ALICE.upper(), "password": "a secret of mine"})
    assert (page.status_code, page["Retry-After"]) == (429, "60")
    assert ALICE.upper() in page.content.decode()
    assert "a secret of mine" not in page.content.decode()


def test_the_second_factor_is_counted_for_the_person_wherever_it_is_asked(cast: Cast, clock_of_the_house):
    TOTP.activate(cast.alice.person, SECRET)
    for _ in range(5):
        knock(Door.SECOND_FACTOR, network="", account=str(cast.alice.person.id))
    inside, door = cast.client("alice"), browser()
    come_in(door, ALICE)
    for client, path in ((inside, "/account/second-factor/"), (door, "/sign-in/second-factor/")):
        page = client.post(path, {"code": digits(SECRET)})
        assert (page.status_code, page["Retry-After"]) == (429, "60"), path
        assert digits(SECRET) in page.content.decode()
        assert SECRET not in page.content.decode()


def test_the_address_of_an_account_is_changed_no_faster_than_ten_times_an_hour(cast: Cast, clock_of_the_house):
    client = browser()
    come_in(client, ALICE)
    answers = [client.post("/account/address/", {"email": f"a{n}@example.net"}).status_code for n in range(11)]
    assert answers == [302] * 10 + [429]
    for _ in range(30):
        client.post("/account/address/code/", {"code": "BBB-BBB"})
        client.post("/account/address/", {"email": "new@example.net"})
    waiting = knock(Door.ADDRESS_TYPED, network="", account=str(cast.alice.person.id))
    assert waiting == 0  # three codes were typed: the others were refused before they were counted


def test_passkeys_that_are_guessed_meet_a_page_that_says_how_long(cast: Cast, clock_of_the_house):
    for _ in range(30):
        browser().post("/sign-in/passkey/", {"credential": "{}"})
    page = browser("fr").post("/sign-in/passkey/", {"credential": "{}"})
    assert (page.status_code, page["Retry-After"]) == (429, "2")
    words = page.content.decode().replace("\N{NO-BREAK SPACE}", " ")
    assert "Patientez 1 min" in words


def test_the_right_key_forgives_what_its_owner_mistyped_and_nobody_else(cast: Cast, clock_of_the_house):
    for _ in range(5):
        knock(Door.PASSWORD, network="", account="a")
        knock(Door.PASSWORD, network="", account="b")
    forgive(Door.PASSWORD, account="a")
    assert [bool(knock(Door.PASSWORD, network="", account=one)) for one in "ab"] == [False, True]


def test_a_restart_forgets_no_try(cast: Cast, clock_of_the_house):
    """Everything that a process holds is dropped: its connections, and the key that it read."""
    for _ in range(5):
        knock(Door.PASSWORD, network="", account=ALICE)
    day_key._read.clear()
    assert knock(Door.PASSWORD, network="", account=ALICE) == 60


@pytest.mark.django_db(transaction=True)
def test_tries_made_at_once_take_no_place_twice():
    through = []

    def hammer():
        through.extend(1 for _ in range(5) if not knock(Door.PASSWORD, network="", account=ALICE))
        connections.close_all()

    threads = [threading.Thread(target=hammer) for _ in range(4)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert len(through) == 5


def test_nothing_that_is_kept_leads_back_to_a_network_or_an_address(cast: Cast, clock_of_the_house):
    """Not as it is, not hashed with what a database holds; and after midnight not at all."""
    address = "203.0.113.7"
    ask_for_code(from_network(address), ALICE)
    rows = list(Tries.objects.values_list("key", flat=True))
    assert len(rows) == sum(len(paces) for paces in PACES[Door.CODE_ASKED].values())
    for text in (address, ALICE):
        for hashed in (text, *(hashlib.new(name, text.encode()).hexdigest() for name in ("md5", "sha1", "sha256"))):
            assert not any(hashed in row for row in rows)
    clock_of_the_house.shift(timedelta(days=1))
    knock(Door.PASSKEY, network=address)
    assert day_key.old_keys(clock.now().date()) == []


def test_the_day_s_key_stays_out_of_the_database(cast: Cast):
    day_key.sealed("x")
    [file] = list(day_key._read)
    assert file.stat().st_mode & 0o777 == 0o600
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names():
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")
            for row in cursor.fetchall():
                assert file.read_bytes().hex() not in str(row)
