"""My account: my language, my time, what I am where."""

from urllib.parse import quote

import pytest
from django.conf import settings
from django.utils import timezone

from tests.accounts.browser import ask_for_code, browser, mailed_code, type_code
from tests.cast import Cast
from vigie.accounts import actions
from vigie.accounts.models import Person
from vigie.accounts.queries import person_at, zone_choices, zone_of


def test_i_see_my_address_and_what_i_am_and_nothing_of_others(cast: Cast):
    page = cast.client("alice").get("/account/").content.decode()
    assert "alice@example.org" in page
    assert "Le Comptoir Mariette" in page
    assert "Alice-pseudo" in page
    assert "Bruno" not in page
    assert "Tramontane" not in page


def test_my_language_and_time_zone_are_kept_and_hold_on_my_next_device(cast: Cast):
    client = cast.client("alice")
    answer = client.post("/account/", {"language": "fr", "time_zone": "Indian/Reunion"})
    assert answer["Location"] == "/account/"
    alice = Person.objects.get(email="alice@example.org")
    assert (alice.language, alice.time_zone) == ("fr", "Indian/Reunion")
    other = cast.client("alice", language="en")
    page = other.get("/account/")
    assert page["Content-Language"] == "fr"
    assert '<html lang="fr"' in page.content.decode()


def test_a_zone_or_language_that_does_not_exist_changes_nothing(cast: Cast):
    for sent in ({"language": "fr", "time_zone": "Mars/Olympus"}, {"language": "xx", "time_zone": "Europe/Paris"}, {}):
        page = cast.client("alice").post("/account/", sent)
        assert page.status_code == 200
        alice = Person.objects.get(email="alice@example.org")
        assert (alice.language, alice.time_zone) == ("en", "Europe/Paris")


def test_nothing_else_of_me_can_be_changed_by_that_form(cast: Cast):
    client = cast.client("alice")
    sent = {"language": "fr", "time_zone": "Europe/Paris", "is_platform_administrator": "1", "email": "x@example.org"}
    client.post("/account/", sent)
    alice = Person.objects.get(name="Alice Realname")
    assert alice.email == "alice@example.org"
    assert not alice.is_platform_administrator


def test_an_unlisted_zone_that_i_have_stays_mine(cast: Cast):
    Person.objects.filter(email="alice@example.org").update(time_zone="UTC")
    client = cast.client("alice")
    assert '<option value="UTC" selected>' in client.get("/account/").content.decode()
    client.post("/account/", {"language": "fr", "time_zone": "UTC"})
    assert Person.objects.get(email="alice@example.org").time_zone == "UTC"


def test_visitors_choose_a_language_and_come_back_where_they_were(cast: Cast):
    client = browser("en")
    answer = client.post("/language/", {"language": "fr", "next": "/sign-in/"})
    assert answer["Location"] == "/sign-in/"
    cookie = answer.cookies[settings.LANGUAGE_COOKIE_NAME]
    assert (cookie.value, cookie["samesite"], cookie["httponly"]) == ("fr", "Lax", True)
    assert client.get("/sign-in/")["Content-Language"] == "fr"


def test_the_switch_of_a_signed_in_person_is_kept_with_them(cast: Cast):
    cast.client("alice").post("/language/", {"language": "fr"})
    assert Person.objects.get(email="alice@example.org").language == "fr"


def test_a_language_that_does_not_exist_is_ignored(cast: Cast):
    answer = browser().post("/language/", {"language": "klingon"})
    assert settings.LANGUAGE_COOKIE_NAME not in answer.cookies
    assert browser().get("/language/").status_code == 405


@pytest.mark.parametrize(("zone", "shown"), [("Indian/Reunion", "Indian/Reunion"), ("Nowhere/Lost", "Europe/Paris")])
def test_pages_tell_my_time_or_the_house_s_when_my_zone_is_gone(zone, shown):
    assert zone_of(zone).key == shown


def test_the_list_of_zones_is_grouped_and_holds_cities_only():
    regions = dict(zone_choices())
    assert ("Europe/Paris", "Paris") in regions["Europe"]
    assert ("America/Argentina/Buenos_Aires", "Argentina/Buenos Aires") in regions["America"]
    assert not any(name.startswith(("Etc/", "posix/", "right/")) for group in regions.values() for name, _city in group)


def test_a_person_is_registered_once_and_has_no_password(db):
    first = actions.register_person(" Nora@Example.org ", name="Nora", language="en", time_zone="Europe/Paris")
    assert first.email == "nora@example.org"
    assert not first.has_usable_password()
    assert actions.register_person("nora@example.org").id == first.id
    assert person_at("NORA@example.org") == first


def test_a_sign_in_mail_is_told_in_my_time(cast: Cast, mailoutbox):
    Person.objects.filter(email="alice@example.org").update(time_zone="Pacific/Auckland", language="en")
    client = browser()
    ask_for_code(client, "alice@example.org")
    now_there = timezone.localtime(timezone=zone_of("Pacific/Auckland"))
    assert str(now_there.day) in mailoutbox[0].body
    type_code(client, mailed_code())


def test_strangers_have_no_account_page():
    for where in ("/account/", "/account/second-factor/", "/account/recovery-codes/"):
        assert browser().get(where)["Location"] == f"/sign-in/?next={quote(where)}"
