"""Four doors, one click each; and no door at all outside demo mode."""

import pytest
from django.urls import NoReverseMatch, reverse
from django_scopes import scope

from tests.accounts.browser import browser
from tests.cast import Cast
from vigie.accounts.models import Person
from vigie.accounts.queries import DEMO_DOOR
from vigie.demo import cast as people
from vigie.demo.seed import seed_demo
from vigie.live.models import Session


def session_code(title="Le vrac sans corvée"):
    community = seed_demo()
    with scope(community=community):
        return Session.objects.filter(title=title).order_by("-number")[0].code


def test_outside_demo_mode_there_is_no_door_and_no_outbox(cast: Cast):
    for path in ("/demo/", "/demo/enter/member/", "/demo/outbox/"):
        assert browser().get(path).status_code == 404
        assert browser().post(path).status_code == 404
    with pytest.raises(NoReverseMatch):
        reverse("demo:door")


def test_outside_demo_mode_a_door_s_mark_in_a_session_is_worth_nothing(cast: Cast):
    client = cast.client("oscar", second_factor=False)
    session = client.session
    session[DEMO_DOOR] = True
    session.save()
    assert client.get("/c/mariette/")["Location"].startswith("/account/second-factor/")


def test_a_visitor_of_the_demo_sees_four_doors(demo):
    assert browser().get("/")["Location"] == "/demo/"
    page = browser().get("/demo/").content.decode()
    assert [page.count(f"/demo/enter/{role}/") for role in people.DOORS] == [1, 1, 1, 1]
    for name in people.DOORS.values():
        assert name in page


@pytest.mark.parametrize(
    ("door", "pseudonym", "leads_to"),
    [
        ("member", "Merle bleu", "session"),
        ("moderator", "Sophie A.", "session"),
        ("observer", "Hélène V.", "session"),
        ("manager", "Claire D.", "sessions"),
    ],
)
def test_a_door_leads_where_its_character_is_useful(demo, door, pseudonym, leads_to):
    client = browser()
    answer = client.post(f"/demo/enter/{door}/")
    code = session_code()
    expected = {
        "session": reverse("live:session", args=["mariette", code]),
        "sessions": reverse("live:sessions", args=["mariette"]),
    }
    assert answer["Location"] == expected[leads_to]
    assert client.get(answer["Location"]).status_code == 200
    assert pseudonym in client.get("/account/").content.decode()


def test_going_through_another_door_leaves_the_first(demo):
    client = browser()
    client.post("/demo/enter/manager/")
    before = client.session.session_key
    client.post("/demo/enter/member/")
    assert client.session.session_key != before
    assert "Merle bleu" in client.get("/account/").content.decode()


def test_the_pages_go_on_in_the_visitor_s_language(demo):
    client = browser("en")
    client.post("/demo/enter/member/")
    assert client.get("/account/")["Content-Language"] == "en"


def test_a_door_opens_by_a_press_only_and_there_are_four(demo):
    assert browser().get("/demo/enter/member/").status_code == 405
    assert browser().post("/demo/enter/administrator/").status_code == 404
    assert Person.objects.filter(is_platform_administrator=True).count() == 0


def test_a_character_at_the_second_key_page_is_sent_on(demo):
    client = browser()
    client.post("/demo/enter/observer/")
    assert client.get("/account/second-factor/?next=/c/mariette/")["Location"] == "/c/mariette/"
