"""Staff show two keys: the mailbox, and an application on their telephone."""

import re
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from allauth.mfa.models import Authenticator

from tests.accounts.browser import ask_for_code, browser, come_in, digits, is_in, mailed_code, type_code
from tests.cast import Cast
from vigie.accounts import actions
from vigie.accounts.models import Person
from vigie.accounts.queries import METHODS, recovery_codes_of, revocation_tick

OSCAR = "oscar@example.org"
NEW = "/account/second-factor/"
AT_SIGN_IN = "/sign-in/second-factor/"


def secret_on(page):
    return re.search(r"data-secret>([A-Z2-7 ]+)<", page.content.decode())[1]


def set_up(client, next_path="/"):
    secret = secret_on(client.get(NEW, {"next": next_path}))
    answer = client.post(NEW, {"code": digits(secret), "next": next_path})
    assert answer.status_code == 302, answer.content.decode()
    return secret, answer


def methods(client):
    return [record["method"] for record in client.session[METHODS]]


@pytest.fixture
def oscar(cast: Cast):
    """His browser and the secret on his telephone, at a quiet moment well inside a half-minute."""
    start = datetime(2030, 3, 5, 18, 0, 1, tzinfo=UTC)
    with time_machine.travel(start, tick=False) as clock:
        client = browser()
        come_in(client, OSCAR)
        secret, _answer = set_up(client)
        clock.shift(timedelta(minutes=1))
        yield client, secret, clock


def test_an_observer_is_sent_to_the_second_key_before_reading_anything(cast: Cast):
    client = browser()
    come_in(client, OSCAR)
    answer = client.get("/c/mariette/")
    assert answer.status_code == 302
    assert answer["Location"] == "/account/second-factor/?next=/c/mariette/"


def test_i_scan_the_drawing_type_six_digits_keep_my_recovery_codes_and_go_on(cast: Cast):
    client = browser()
    come_in(client, OSCAR)
    page = client.get(NEW, {"next": "/c/mariette/"}).content.decode()
    drawing = re.search(r"<svg[^>]+viewBox.*?</svg>", page[page.index("qr") :], re.DOTALL)
    assert drawing
    assert "data:" not in drawing[0]
    assert "style=" not in drawing[0]
    _secret, answer = set_up(client, "/c/mariette/")
    assert answer["Location"] == "/account/recovery-codes/?next=%2Fc%2Fmariette%2F"
    assert methods(client) == ["code", "mfa"]
    page = client.get(answer["Location"]).content.decode()
    codes = recovery_codes_of(Person.objects.get(email=OSCAR))
    assert len(codes) == 10
    assert all(code[:4] in page and code[4:] in page for code in codes)
    assert 'href="/c/mariette/"' in page
    assert "second-factor" not in client.get("/c/mariette/").headers.get("Location", "")


def test_next_time_both_keys_are_asked_at_the_door(oscar):
    _client, secret, _clock = oscar
    client = browser()
    ask_for_code(client, OSCAR, next="/c/mariette/")
    assert type_code(client, mailed_code(), next="/c/mariette/")["Location"] == AT_SIGN_IN
    assert not is_in(client)
    assert client.get(AT_SIGN_IN).status_code == 200
    assert client.post(AT_SIGN_IN, {"code": digits(secret)})["Location"] == "/c/mariette/"
    assert methods(client) == ["code", "mfa"]
    assert is_in(client)


def test_a_wrong_code_stays_at_the_door(oscar):
    _client, secret, _clock = oscar
    client = browser()
    come_in(client, OSCAR)
    wrong = f"{(int(digits(secret)) + 1) % 1_000_000:06}"
    page = client.post(AT_SIGN_IN, {"code": wrong}).content.decode()
    assert "This code is not the current one." in page
    assert client.post(AT_SIGN_IN, {}).status_code == 200
    assert not is_in(client)


def test_five_wrong_codes_and_the_right_one_must_wait(oscar):
    _client, secret, clock = oscar
    client = browser()
    come_in(client, OSCAR)
    for _ in range(5):
        client.post(AT_SIGN_IN, {"code": "0"})
    assert "Too many tries." in client.post(AT_SIGN_IN, {"code": digits(secret)}).content.decode()
    assert not is_in(client)
    clock.shift(timedelta(minutes=6))
    client.post(AT_SIGN_IN, {"code": digits(secret)})
    assert is_in(client)


def test_the_same_six_digits_open_one_door_only(oscar):
    _client, secret, _clock = oscar
    first, second = browser(), browser()
    for client in (first, second):
        come_in(client, OSCAR)
        client.post(AT_SIGN_IN, {"code": digits(secret)})
    assert is_in(first)
    assert not is_in(second)


def test_the_digits_that_proved_the_telephone_do_not_open_a_door_afterwards(cast: Cast):
    with time_machine.travel(datetime(2030, 3, 5, 18, 0, 1, tzinfo=UTC), tick=False):
        client = browser()
        come_in(client, OSCAR)
        secret, _answer = set_up(client)
        other = browser()
        come_in(other, OSCAR)
        other.post(AT_SIGN_IN, {"code": digits(secret)})
        assert not is_in(other)


def test_without_my_telephone_a_recovery_code_opens_once(oscar):
    code = recovery_codes_of(Person.objects.get(email=OSCAR))[0]
    for expected in (True, False):
        client = browser()
        come_in(client, OSCAR)
        client.post(AT_SIGN_IN, {"code": f"{code[:4]} {code[4:]}"})
        assert is_in(client) is expected


def test_new_recovery_codes_replace_the_old_ones(oscar):
    client, _secret, _clock = oscar
    person = Person.objects.get(email=OSCAR)
    before = recovery_codes_of(person)
    assert client.post("/account/recovery-codes/").status_code == 200
    after = recovery_codes_of(person)
    assert len(after) == 10
    assert not set(before) & set(after)


def test_recovery_codes_are_shown_only_just_after_the_second_key(oscar):
    client, secret, clock = oscar
    clock.shift(timedelta(minutes=16))
    answer = client.get("/account/recovery-codes/")
    assert answer["Location"] == "/account/second-factor/?next=%2Faccount%2Frecovery-codes%2F"
    assert client.get(answer["Location"]).status_code == 200
    answer = client.post(NEW, {"code": digits(secret), "next": "/account/recovery-codes/"})
    assert answer["Location"] == "/account/recovery-codes/"
    assert client.get("/account/recovery-codes/").status_code == 200


def test_a_cookie_of_last_week_cannot_choose_the_second_key(cast: Cast):
    start = datetime.now(UTC)
    with time_machine.travel(start, tick=False) as clock:
        client = browser()
        come_in(client, OSCAR)
        clock.shift(timedelta(minutes=16))
        page = client.get(NEW).content.decode()
        assert "<svg" not in page.partition('class="qr"')[2]
        assert "data-secret" not in page
        client.post(NEW, {"code": "123456"})
        assert not Authenticator.objects.exists()


def test_showing_the_second_key_gives_a_new_session_key(oscar):
    client, secret, clock = oscar
    clock.shift(timedelta(minutes=16))
    before = client.cookies["vigie"].value
    client.post(NEW, {"code": digits(secret)})
    assert client.cookies["vigie"].value != before


def test_a_stolen_database_shows_neither_secret_nor_codes(oscar):
    _client, secret, _clock = oscar
    kept = str(list(Authenticator.objects.values_list("data", flat=True)))
    assert secret.replace(" ", "") not in kept
    assert not any(code in kept for code in recovery_codes_of(Person.objects.get(email=OSCAR)))


def test_pressing_the_button_twice_keeps_one_key(cast: Cast):
    client = browser()
    come_in(client, OSCAR)
    secret = secret_on(client.get(NEW))
    for _ in range(2):
        client.post(NEW, {"code": digits(secret)})
    assert Authenticator.objects.filter(type="totp").count() == 1


def test_an_operator_helps_whoever_lost_everything(oscar):
    _client, _secret, _clock = oscar
    tick = revocation_tick()
    actions.forget_second_factor(Person.objects.get(email=OSCAR))
    assert revocation_tick() == tick + 1
    again = browser()
    assert come_in(again, OSCAR)["Location"] == "/"
    assert again.get("/c/mariette/")["Location"].startswith(NEW)
