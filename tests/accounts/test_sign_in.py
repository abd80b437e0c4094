"""Coming in with a code by mail: nothing to remember, nothing that a mail scanner could spend."""

import re
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.core import mail
from django.urls import NoReverseMatch, reverse

from tests.accounts.browser import ask_for_code, browser, come_in, is_in, mailed_code, type_code
from tests.cast import Cast
from vigie.accounts.models import Person

ALICE = "alice@example.org"


def test_i_type_my_address_receive_a_code_and_i_am_in(cast: Cast):
    client = browser()
    assert ask_for_code(client, ALICE)["Location"] == "/sign-in/code/"
    assert type_code(client, mailed_code())["Location"] == "/"
    assert is_in(client)


def test_the_mail_holds_six_letters_my_language_and_no_link_to_spend(cast: Cast):
    Person.objects.filter(email=ALICE).update(language="fr")
    ask_for_code(browser("en"), ALICE)
    [sent] = mail.outbox
    assert sent.to == [ALICE]
    assert sent.extra_headers["Auto-Submitted"] == "auto-generated"
    assert re.fullmatch(r"[B-Z]{3}-[B-Z]{3}", mailed_code())
    bodies = [sent.body, sent.alternatives[0].content]
    for body in bodies:
        assert "http" not in body.replace("http://127.0.0.1:8000", "")
        assert not re.search(r"/sign-in/code|mariette|alice-pseudo|realname", body, re.IGNORECASE)
    assert "\n" not in sent.subject


def test_my_code_may_be_typed_in_small_letters_without_its_dash(cast: Cast):
    client = browser()
    ask_for_code(client, ALICE)
    type_code(client, f" {mailed_code().replace('-', ' ').lower()} ")
    assert is_in(client)


def test_my_address_may_be_typed_in_capitals_and_the_mail_goes_to_its_stored_spelling(cast: Cast):
    client = browser()
    ask_for_code(client, "ALICE@Example.Org")
    assert mail.outbox[0].to == [ALICE]
    type_code(client, mailed_code())
    assert is_in(client)


@pytest.mark.parametrize(
    "address", ["alıce@example.org", "alice@exampłe.org", "аlice@example.org", "ａlice@example.org"]
)
def test_an_address_that_only_looks_like_mine_receives_nothing(cast: Cast, address):
    ask_for_code(browser(), address)
    assert mail.outbox == []


def test_three_wrong_codes_and_the_code_is_dead(cast: Cast):
    client = browser()
    ask_for_code(client, ALICE)
    good = mailed_code()
    wrong = "BBB-BBB" if good != "BBB-BBB" else "CCC-CCC"
    assert [type_code(client, wrong).status_code for _ in range(3)] == [200, 200, 302]
    assert type_code(client, good)["Location"].startswith("/sign-in/")
    assert not is_in(client)


def test_a_wrong_code_is_kept_in_the_box_and_the_page_says_the_cure(cast: Cast):
    client = browser()
    ask_for_code(client, ALICE)
    page = type_code(client, "ZZZ-ZZ").content.decode()
    assert 'value="ZZZ-ZZ"' in page
    assert "This is not the code that we sent." in page


def test_a_code_works_once(cast: Cast):
    client = browser()
    ask_for_code(client, ALICE)
    code = mailed_code()
    type_code(client, code)
    client.post("/sign-out/")
    type_code(client, code)
    assert not is_in(client)


def test_a_code_read_by_another_browser_opens_nothing_there_and_stays_good_here(cast: Cast):
    mine, other = browser(), browser()
    ask_for_code(mine, ALICE)
    type_code(other, mailed_code())
    assert not is_in(other)
    type_code(mine, mailed_code())
    assert is_in(mine)


def test_my_code_lives_ten_minutes(cast: Cast):
    start = datetime.now(UTC)
    late, in_time = browser(), browser()
    with time_machine.travel(start, tick=False) as clock:
        ask_for_code(late, ALICE)
        late_code = mailed_code()
        ask_for_code(in_time, "bruno@example.org")
        clock.move_to(start + timedelta(minutes=10))
        type_code(in_time, mailed_code())
        assert is_in(in_time)
        clock.move_to(start + timedelta(minutes=10, seconds=1))
        answer = type_code(late, late_code)
        assert answer["Location"].startswith("/sign-in/?")
        assert not is_in(late)
        assert "This code no longer works here." in late.get("/sign-in/").content.decode()


def test_scanners_that_open_every_page_spend_nothing(cast: Cast):
    client = browser()
    ask_for_code(client, ALICE)
    for path in ("/sign-in/code/", "/sign-in/", "/sign-out/"):
        for _ in range(5):
            client.get(path)
        client.head(path)
    type_code(client, mailed_code())
    assert is_in(client)


def test_i_mistyped_my_address_and_can_start_again(cast: Cast):
    client = browser()
    ask_for_code(client, "alcie@example.org")
    assert client.get("/sign-in/").status_code == 200
    assert come_in(client, ALICE)["Location"] == "/"
    assert is_in(client)


def test_signing_in_gives_a_new_session_key(cast: Cast):
    client = browser()
    ask_for_code(client, ALICE)
    before = client.cookies["vigie"].value
    type_code(client, mailed_code())
    assert client.cookies["vigie"].value != before


def test_somebody_who_left_receives_nothing_and_learns_nothing(cast: Cast):
    Person.objects.filter(email=ALICE).update(is_active=False)
    assert ask_for_code(browser(), ALICE)["Location"] == "/sign-in/code/"
    assert mail.outbox == []


def test_somebody_who_was_removed_between_mail_and_code_stays_out(cast: Cast):
    client = browser()
    ask_for_code(client, ALICE)
    code = mailed_code()
    Person.objects.filter(email=ALICE).update(is_active=False)
    assert type_code(client, code)["Location"] == "/sign-in/"
    assert not is_in(client)


def test_signing_out_is_a_press_of_a_button_never_a_link(cast: Cast):
    client = browser()
    come_in(client, ALICE)
    assert client.get("/sign-out/").status_code == 200
    assert is_in(client)
    assert client.post("/sign-out/")["Location"] == "/"
    assert not is_in(client)


def test_forms_of_another_site_are_refused(cast: Cast):
    from django.test import Client

    strict = Client(HTTP_HOST="127.0.0.1", enforce_csrf_checks=True)
    for path in ("/sign-in/", "/sign-out/", "/language/"):
        assert strict.post(path, {"email": ALICE, "language": "fr"}).status_code == 403
    assert mail.outbox == []


def test_too_many_codes_for_one_address_and_it_rests(cast: Cast):
    answers = [ask_for_code(browser(), ALICE).status_code for _ in range(5)]
    assert answers == [302, 302, 302, 429, 429]
    assert len(mail.outbox) == 3
    assert "Too many tries." in ask_for_code(browser(), ALICE).content.decode()


def test_a_typing_error_keeps_what_i_typed(cast: Cast):
    page = ask_for_code(browser(), "alice.example.org").content.decode()
    assert 'value="alice.example.org"' in page
    assert "This is not an e-mail address." in page


def test_nobody_opens_an_account_alone(cast: Cast):
    for name in ("account_signup", "account_reset_password", "account_email", "account_change_password"):
        with pytest.raises(NoReverseMatch):
            reverse(name)
    for path in ("/signup/", "/sign-up/", "/accounts/signup/", "/accounts/login/", "/password/reset/"):
        assert browser().get(path).status_code == 404
    before = Person.objects.count()
    ask_for_code(browser(), "new@example.org")
    assert Person.objects.count() == before


def test_a_stranger_s_account_page_asks_them_to_sign_in_and_brings_them_back(cast: Cast):
    client = browser()
    answer = client.get("/account/")
    assert answer["Location"] == "/sign-in/?next=/account/"
    ask_for_code(client, ALICE, next="/account/")
    assert type_code(client, mailed_code(), next="/account/")["Location"] == "/account/"
