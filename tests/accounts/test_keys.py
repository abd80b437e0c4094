"""My keys: passkeys, an application on the telephone, recovery codes, a password. Each change asks for one first."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from allauth.mfa.models import Authenticator

from tests.accounts.browser import ask_for_code, browser, come_in, digits, is_in, mailed_code, type_code
from tests.accounts.device import Telephone, asked
from tests.accounts.test_second_factor import methods, secret_on
from tests.cast import Cast
from vigie.accounts.models import Person
from vigie.accounts.queries import has_password, passkeys_of, recovery_codes_of
from vigie.facts.models import Entry

OSCAR = "oscar@example.org"
KEYS, ADD, REMOVE = "/account/keys/", "/account/keys/passkey/", "/account/keys/passkey/remove/"
APPLICATION = "/account/keys/authenticator/"
PASSWORD = "/account/keys/password/"
AGAIN = "/account/second-factor/"
GOOD = "the lentils fell twice"


def oscar() -> Person:
    return Person.objects.get(email=OSCAR)


def text(page) -> str:
    return " ".join(page.content.decode().split())


def make_passkey(client, telephone=None, name="My telephone"):
    telephone = telephone or Telephone()
    answer = client.post(ADD, {"credential": telephone.make(asked(client.get(ADD))), "name": name, "next": KEYS})
    assert answer.status_code == 302, answer.content.decode()
    return telephone


@pytest.fixture
def clock(cast: Cast):
    with time_machine.travel(datetime(2030, 3, 5, 18, 0, 1, tzinfo=UTC), tick=False) as clock:
        yield clock


@pytest.fixture
def client(clock):
    """Oscar's browser, just after the mailed code."""
    client = browser()
    come_in(client, OSCAR)
    return client


# Passkeys --------------------------------------------------------------------


def test_i_make_a_passkey_and_it_counts_as_my_second_key(client):
    make_passkey(client)
    assert [one.name for one in passkeys_of(oscar())] == ["My telephone"]
    assert methods(client) == ["code", "mfa"]
    assert "second-factor" not in client.get("/c/mariette/").headers.get("Location", "")
    assert "<b>My telephone</b>" in text(client.get(KEYS))
    assert len(recovery_codes_of(oscar())) == 10


def test_a_passkey_opens_the_door_alone(client):
    telephone = make_passkey(client)
    other = browser()
    question = other.get("/sign-in/passkey/").json()["publicKey"]
    assert question["allowCredentials"] == []
    sent = {"credential": telephone.show(question), "next": "/c/mariette/"}
    assert other.post("/sign-in/passkey/", sent)["Location"] == "/c/mariette/"
    assert "second-factor" not in other.get("/c/mariette/").headers.get("Location", "")
    assert methods(other) == ["mfa"]


def test_a_passkey_is_shown_after_the_mailed_code(client):
    telephone = make_passkey(client)
    other = browser()
    ask_for_code(other, OSCAR)
    assert type_code(other, mailed_code())["Location"] == "/sign-in/second-factor/"
    page = other.get("/sign-in/second-factor/")
    assert "Show my passkey" in text(page)
    other.post("/sign-in/second-factor/", {"credential": telephone.show(asked(page))})
    assert is_in(other)


def test_without_my_passkey_a_recovery_code_opens(client):
    make_passkey(client)
    other = browser()
    come_in(other, OSCAR)
    other.post("/sign-in/second-factor/", {"code": recovery_codes_of(oscar())[0]})
    assert is_in(other)


def test_the_same_answer_opens_one_door_only(client):
    telephone = make_passkey(client)
    first, second = browser(), browser()
    answer = telephone.show(first.get("/sign-in/passkey/").json()["publicKey"])
    second.get("/sign-in/passkey/")
    for one in (first, first, second):
        one.post("/sign-in/passkey/", {"credential": answer})
    assert (is_in(first), is_in(second)) == (True, False)


STRANGE = {
    "nothing": "",
    "no JSON": "{",
    "a list": "[]",
    "a word": '"x"',
    "null": "null",
    "an empty object": "{}",
    "a wrong response": '{"id":"AA","rawId":"AA","type":"public-key","response":{"clientDataJSON":"!"}}',
    "another's handle": '{"id":"AA","rawId":"AA","type":"public-key","response":{"clientDataJSON":"e30","authenticator'
    'Data":"AA","signature":"AA","userHandle":"MQ"}}',
    "deep": '{"response":' * 50 + "1" + "}" * 50,
}


@pytest.mark.parametrize("answer", STRANGE.values(), ids=STRANGE)
def test_whatever_else_a_device_says_opens_nothing_and_breaks_nothing(client, answer):
    other = browser()
    other.get("/sign-in/passkey/")
    page = other.post("/sign-in/passkey/", {"credential": answer}, follow=True)
    assert "This passkey was not accepted." in text(page)
    assert not is_in(other)
    client.get(ADD)
    page = client.post(ADD, {"credential": answer, "name": "Mine"})
    assert page.status_code == 200
    assert 'value="Mine"' in text(page)
    assert passkeys_of(oscar()) == []


@pytest.mark.parametrize(
    "telephone",
    [Telephone(origin="https://evil.example"), Telephone(flags=Telephone().flags & ~4)],
    ids=["another site's", "without finger nor face"],
)
def test_a_passkey_made_elsewhere_or_without_its_owner_is_refused(client, telephone):
    page = client.post(ADD, {"credential": telephone.make(asked(client.get(ADD))), "name": "Mine"})
    assert "This passkey was not accepted." in text(page)
    assert passkeys_of(oscar()) == []


def test_the_passkey_of_a_closed_account_opens_nothing(client):
    telephone = make_passkey(client)
    Person.objects.filter(email=OSCAR).update(is_active=False)
    other = browser()
    answer = telephone.show(other.get("/sign-in/passkey/").json()["publicKey"])
    assert "This passkey was not accepted." in text(
        other.post("/sign-in/passkey/", {"credential": answer}, follow=True)
    )
    assert not is_in(other)


def test_i_remove_a_passkey_and_its_recovery_codes_go_with_the_last_second_key(client):
    make_passkey(client)
    code = passkeys_of(oscar())[0].code
    answer = client.post(REMOVE, {"code": code}, follow=True)
    assert "This passkey opens nothing any more." in text(answer)
    assert not Authenticator.objects.exists()
    told = Entry.objects.filter(name="accounts.KeysChanged").order_by("id")
    assert [(one.data["key"], one.data["change"]) for one in told] == [("passkey", "added"), ("passkey", "removed")]


def test_the_passkey_of_somebody_else_is_not_mine_to_remove(client, cast: Cast):
    make_passkey(client)
    sophie = browser()
    come_in(sophie, "sophie@example.org")
    sophie.post(REMOVE, {"code": passkeys_of(oscar())[0].code})
    assert len(passkeys_of(oscar())) == 1


# Changing keys ---------------------------------------------------------------


def test_changing_keys_signs_out_my_other_browsers(client):
    for change in (
        lambda: make_passkey(client),
        lambda: client.post(PASSWORD, {"password": GOOD}),
        lambda: client.post("/account/keys/password/remove/"),
        lambda: client.post("/account/recovery-codes/"),
        lambda: client.post(REMOVE, {"code": passkeys_of(oscar())[0].code}),
    ):
        other = browser()
        other.force_login(oscar())
        assert is_in(other)
        change()
        assert (is_in(client), is_in(other)) == (True, False)


CHANGES = [ADD, REMOVE, APPLICATION, "/account/keys/authenticator/remove/", PASSWORD, "/account/keys/password/remove/"]


@pytest.mark.parametrize("path", CHANGES)
def test_a_device_left_open_changes_no_key(client, clock, path):
    """Without a second key: a fresh code by mail. With one: that key again."""
    clock.shift(timedelta(minutes=16))
    assert "Sign in once more" in text(client.post(path, {"password": GOOD}))
    fresh = browser()
    come_in(fresh, OSCAR)
    make_passkey(fresh)
    clock.shift(timedelta(minutes=16))
    answer = fresh.post(path, {"password": GOOD, "code": passkeys_of(oscar())[0].code})
    assert answer["Location"].startswith(AGAIN)
    assert len(passkeys_of(oscar())) == 1
    assert not has_password(oscar())


def test_i_show_my_passkey_again_and_go_on(client, clock):
    telephone = make_passkey(client)
    clock.shift(timedelta(minutes=16))
    page = client.get(AGAIN, {"next": PASSWORD})
    wrong = client.post(AGAIN, {"credential": '{"a": 1}', "next": PASSWORD})
    assert "This passkey was not accepted." in text(wrong)
    answer = telephone.show(asked(wrong))
    assert page.status_code == 200
    assert client.post(AGAIN, {"credential": answer, "next": PASSWORD})["Location"] == PASSWORD
    assert client.get(PASSWORD).status_code == 200


def test_a_password_alone_changes_no_key(client):
    client.post(PASSWORD, {"password": GOOD})
    other = browser()
    other.post("/sign-in/password/", {"email": OSCAR, "password": GOOD})
    assert is_in(other)
    assert "Sign in once more" in text(other.get(ADD))


# The application on the telephone --------------------------------------------


def test_beside_a_passkey_i_add_an_application_and_remove_it(client, clock):
    make_passkey(client)
    secret = secret_on(client.get(APPLICATION, {"next": KEYS}))
    assert client.post(APPLICATION, {"code": digits(secret), "next": KEYS}).status_code == 302
    assert client.get(APPLICATION)["Location"] == KEYS
    assert "opens nothing any more" in text(client.post("/account/keys/authenticator/remove/", follow=True))
    assert Authenticator.objects.filter(type="totp").count() == 0
    assert len(recovery_codes_of(oscar())) == 10
    client.post("/account/keys/authenticator/remove/")
    assert len(passkeys_of(oscar())) == 1


# Password --------------------------------------------------------------------


def test_nobody_has_to_have_a_password(client):
    assert "none, and that is very well" in text(client.get(KEYS))


def test_i_choose_a_password_come_in_with_it_and_remove_it(client):
    client.post(PASSWORD, {"password": GOOD})
    other = browser()
    answer = other.post("/sign-in/password/", {"email": OSCAR, "password": GOOD, "next": "/account/"})
    assert answer["Location"] == "/account/"
    assert other.get("/sign-in/password/", {"next": "/account/"})["Location"] == "/account/"
    client.post("/account/keys/password/remove/")
    again = browser()
    again.post("/sign-in/password/", {"email": OSCAR, "password": GOOD})
    assert not is_in(again)


def test_after_the_password_the_second_key_is_still_asked(client):
    make_passkey(client)
    client.post(PASSWORD, {"password": GOOD})
    other = browser()
    answer = other.post("/sign-in/password/", {"email": OSCAR, "password": GOOD})
    assert answer["Location"] == "/sign-in/second-factor/"
    assert not is_in(other)


@pytest.mark.parametrize("weak", ["short", "123456789012", "oscar@example.org", "password1234", ""])
def test_a_password_that_is_easily_guessed_is_not_kept(client, weak):
    assert client.post(PASSWORD, {"password": weak}).status_code == 200
    assert not has_password(oscar())


def test_a_wrong_password_an_unknown_address_and_a_closed_account_read_the_same(client, cast: Cast):
    client.post(PASSWORD, {"password": GOOD})
    tess = cast.tess.person
    tess.set_password(GOOD)
    tess.is_active = False
    tess.save()
    answers = set()
    for email, password in [
        (OSCAR, "wrong"),
        ("nobody@example.org", GOOD),
        ("alice@example.org", GOOD),
        (tess.email, GOOD),
    ]:
        page = browser().post("/sign-in/password/", {"email": email, "password": password})
        answers.add((page.status_code, "open nothing together" in text(page), f'value="{email}"' in text(page)))
        assert password not in page.content.decode()
    assert answers == {(200, True, True)}


def test_five_wrong_passwords_and_the_right_one_must_wait(client, clock):
    client.post(PASSWORD, {"password": GOOD})
    for _ in range(5):
        browser().post("/sign-in/password/", {"email": OSCAR, "password": "wrong"})
    other = browser()
    page = other.post("/sign-in/password/", {"email": OSCAR, "password": GOOD})
    assert "Too many tries." in text(page)
    clock.shift(timedelta(minutes=6))
    other.post("/sign-in/password/", {"email": OSCAR, "password": GOOD})
    assert is_in(other)
