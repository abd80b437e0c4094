"""The front door, the public page and the theme of a community."""

import pytest
from django.urls import reverse

from tests.accounts.browser import browser
from tests.cast import Cast
from vigie.communities.access import Role
from vigie.communities.actions import grant_membership, suspend
from vigie.communities.models import Community


def test_a_visitor_at_the_front_door_is_asked_to_sign_in(db):
    assert browser().get("/")["Location"] == "/sign-in/"


def test_a_member_of_one_community_goes_straight_in(cast: Cast):
    assert cast.client("alice").get("/")["Location"] == "/c/mariette/"


def test_a_member_of_two_chooses(cast: Cast):
    grant_membership(cast.tramontane, cast.alice.person, pseudonym="Alizarine", role=Role.MEMBER)
    page = cast.client("alice").get("/").content.decode()
    assert 'href="/c/mariette/"' in page
    assert 'href="/c/tramontane/"' in page
    assert 'href="/account/"' in page
    assert "Alizarine" in page


def test_somebody_who_belongs_nowhere_is_told_so(cast: Cast):
    page = cast.client("victor").get("/")
    assert page.status_code == 200
    assert "No community yet" in page.content.decode()


def test_a_suspended_member_belongs_nowhere(cast: Cast):
    client = cast.client("alice")
    suspend(cast.alice)
    assert "No community yet" in client.get("/").content.decode()


def test_a_candidate_goes_to_the_public_page(cast: Cast):
    assert cast.client("kim").get("/")["Location"] == "/c/mariette/about/"


@pytest.mark.parametrize("name", [None, "alice", "kim", "sophie", "oscar", "mona", "tara", "victor", "peter"])
def test_everybody_reads_the_public_page_and_it_names_nobody(cast: Cast, name):
    page = cast.client(name).get("/c/mariette/about/")
    assert page.status_code == 200
    text = page.content.decode()
    assert "Le Comptoir Mariette" in text
    assert "pseudo" not in text.replace("pseudonym", "")
    assert "Realname" not in text
    assert page["Cache-Control"] == "private, no-store"


def test_the_way_in_is_shown_to_those_who_may_go_in(cast: Cast):
    for name, way in ((None, "/sign-in/"), ("alice", "/c/mariette/"), ("tara", ""), ("kim", "")):
        page = cast.client(name).get("/c/mariette/about/").content.decode()
        assert ('class="btn btn--main"' in page) is bool(way), name
        assert not way or f'href="{way}"' in page


def test_a_community_that_does_not_exist_has_no_page_and_no_theme(cast: Cast):
    for path in ("/c/nowhere/about/", "/c/nowhere/theme.css", "/c/MARIETTE/about/", "/c/mariette%00/about/"):
        assert browser().get(path).status_code == 404


def test_the_theme_is_six_numbers_and_the_same_for_all(cast: Cast):
    Community.objects.filter(slug="mariette").update(brand_hue=40.5, corner=0)
    pages = [cast.client(name).get(reverse("community-theme", args=["mariette"])) for name in (None, "alice", "oscar")]
    assert {page.content for page in pages} == {pages[0].content}
    assert pages[0].content.decode().startswith(":root{--brand-h:40.5;")
    assert pages[0]["Content-Type"] == "text/css; charset=utf-8"
    assert pages[0]["Cache-Control"] == "private, max-age=300"


def test_these_pages_only_read(cast: Cast):
    for path in ("/", "/c/mariette/about/", "/c/mariette/theme.css"):
        assert cast.client("alice").post(path).status_code == 405
