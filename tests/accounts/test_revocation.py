"""What shuts the doors that are open: each change of a key, the end of a sign-in, the end of an account."""

import pytest
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP
from django.contrib.sessions.models import Session

from tests.accounts.browser import browser, come_in, is_in
from tests.cast import Cast
from vigie.accounts import actions
from vigie.accounts.facts import NO_COMMUNITY
from vigie.accounts.models import Person, SignIn
from vigie.accounts.queries import revocation_tick
from vigie.facts.models import Entry

SECRET = "JBSWY3DPEHPK3PXP"


def alice() -> Person:
    return Person.objects.get(email="alice@example.org")


def told():
    return [(one.name, one.data) for one in Entry.objects.filter(community_id=NO_COMMUNITY).order_by("id")]


@pytest.fixture
def two(cast: Cast):
    """Alice in two browsers, and Bruno in his."""
    return cast.client("alice"), cast.client("alice"), cast.client("bruno")


def test_ending_all_sign_ins_shuts_every_browser_of_mine_and_nobody_else_s(two):
    mine, other, bruno = two
    tick = revocation_tick()
    assert actions.end_sign_ins(alice()) == 2
    assert [is_in(one) for one in (mine, other, bruno)] == [False, False, True]
    assert revocation_tick() == tick + 1
    assert told() == [("accounts.SignInsEnded", {"person": alice().id, "count": 2, "kept": False})]


def test_ending_the_others_keeps_the_browser_that_asked(two):
    mine, other, bruno = two
    assert actions.end_sign_ins(alice(), kept=mine.session.session_key) == 1
    assert [is_in(one) for one in (mine, other, bruno)] == [True, False, True]


def test_closing_an_account_shuts_it_once_and_says_so_once(two):
    mine, other, bruno = two
    for _ in range(2):
        actions.close_account(alice())
    assert [is_in(one) for one in (mine, other, bruno)] == [False, False, True]
    assert [name for name, _ in told()] == ["accounts.SignInsEnded", "accounts.AccountClosed"]
    assert not Session.objects.filter(sign_in__person=alice()).exists()


def lose_everything(person: Person, kept: str) -> None:
    actions.forget_second_factor(person)


def renew_codes(person: Person, kept: str) -> None:
    actions.renew_recovery_codes(person, kept=kept)


@pytest.mark.parametrize(("change", "stays"), [(lose_everything, False), (renew_codes, True)])
def test_a_change_of_keys_shuts_my_other_browsers(two, change, stays):
    mine, other, bruno = two
    TOTP.activate(alice(), SECRET)
    RecoveryCodes.activate(alice())
    tick = revocation_tick()
    change(alice(), mine.session.session_key)
    assert [is_in(one) for one in (mine, other, bruno)] == [stays, False, True]
    assert revocation_tick() == tick + 1
    assert told()[-1][0] == "accounts.KeysChanged"


def test_a_page_that_was_being_made_does_not_bring_a_shut_sign_in_back(two):
    mine, _other, _bruno = two
    late = mine.session
    late["something"] = 1
    actions.end_sign_ins(alice())
    from django.contrib.sessions.backends.base import UpdateError

    with pytest.raises(UpdateError):
        late.save()
    assert not Session.objects.filter(session_key=late.session_key).exists()


def test_a_sign_in_keeps_its_row_through_a_new_key_and_loses_it_at_the_end(cast: Cast):
    client = browser()
    come_in(client, "alice@example.org")
    before = SignIn.objects.get()
    session = client.session
    session.cycle_key()
    after = SignIn.objects.get()
    assert (after.code, after.since) == (before.code, before.since)
    assert after.session_id != before.session_id
    session.delete()
    assert not SignIn.objects.exists()


def test_a_second_person_in_the_same_browser_has_a_sign_in_of_their_own(cast: Cast):
    client = cast.client("alice")
    code = SignIn.objects.get().code
    client.force_login(cast.bruno.person)
    assert SignIn.objects.get().person == cast.bruno.person
    assert SignIn.objects.get().code != code
