from pathlib import Path
from types import SimpleNamespace

import pytest
from django.http import HttpRequest
from django.test import Client, RequestFactory
from django.utils import translation
from django.utils.translation import gettext_lazy

from vigie.core.registry import Registry
from vigie.shell import banners, errors, navigation
from vigie.shell.context import page

COMMUNITY = SimpleNamespace(slug="mariette", name="Le Comptoir Mariette", contact_phone="02 00 00 00 00")
MEMBER = SimpleNamespace(pseudonym="Merle bleu", title="", flag_seed="x")


def request_of(membership: object, path: str = "/c/mariette/", *, is_staff: bool = False) -> HttpRequest:
    request = RequestFactory().get(path)
    request.actor = SimpleNamespace(community=COMMUNITY, membership=membership, is_staff=is_staff)
    request.user = SimpleNamespace(is_authenticated=membership is not None)
    return request


@pytest.fixture(autouse=True)
def registry(monkeypatch: pytest.MonkeyPatch) -> None:
    """An empty mast, no banner, and the languages switched to one that needs no catalogue."""
    monkeypatch.setattr(navigation, "_items", Registry())
    monkeypatch.setattr(banners, "BANNERS", Registry())
    with translation.override("en"):
        yield


@pytest.mark.parametrize(
    ("view", "status", "said"),
    [
        (errors.bad_request, 400, "We did not understand this request"),
        (errors.forbidden, 403, "This part is for others"),
        (errors.not_found, 404, "Nothing at this address"),
        (errors.server_error, 500, "Something broke, and it is ours to mend"),
        (errors.csrf_failure, 403, "This page had been open for too long"),
    ],
)
def test_an_error_page_needs_no_database_and_has_one_way_out(view, status: int, said: str) -> None:
    answer = view(RequestFactory().get("/x"))
    html = answer.content.decode()
    assert answer.status_code == status
    assert said in html
    main = html.partition("<main")[2].partition("</main>")[0]
    assert main.count('class="btn ') == 1


def test_when_nothing_works_the_last_page_still_does(built: Path) -> None:
    built.unlink()
    answer = errors.server_error(RequestFactory().get("/x"))
    assert (answer.status_code, "Une panne" in answer.content.decode()) == (500, True)


def test_a_missing_page_names_the_community_to_its_members_only() -> None:
    stranger = errors.not_found(request_of(None)).content
    outside = errors.not_found(RequestFactory().get("/nowhere")).content
    assert stranger == outside
    member = errors.not_found(request_of(MEMBER)).content.decode()
    assert "Le Comptoir Mariette" in member
    assert "/c/mariette/theme.css" in member
    assert "tel:0200000000" in member
    assert "Merle bleu" not in member


def item(code: str, url_name: str, area: navigation.Area, *, shown: bool = True) -> navigation.NavigationItem:
    return navigation.NavigationItem(
        code, gettext_lazy("Meetings"), "chats-circle", url_name, lambda actor: shown, area
    )


def test_the_mast_shows_what_the_reader_may_open_and_where_they_are() -> None:
    navigation.register(item("about", "community-about", "member"))
    navigation.register(item("closed", "community-about", "member", shown=False))
    navigation.register(item("theme", "community-theme", "team"))
    navigation.register(item("account", "account", "account"))
    seen = page(request_of(MEMBER, "/c/mariette/about/"))
    assert [(link.href, link.icon, link.current) for link in seen["mast_links"]] == [
        ("/c/mariette/about/", "chats-circle-f", True),
        ("/account/", "chats-circle", False),
    ]
    team = page(request_of(MEMBER, "/account/x", is_staff=True))
    assert [(link.href, link.current) for link in team["mast_links"]] == [
        ("/c/mariette/theme.css", False),
        ("/account/", True),
    ]
    assert page(request_of(None))["mast_links"] == []
    with pytest.raises(ValueError, match="about is registered twice"):
        navigation.register(item("about", "community-about", "member"))


def test_an_app_may_say_something_to_some_readers() -> None:
    banners.BANNERS.register("late", ("late.html", lambda actor: actor.is_staff))
    assert page(request_of(MEMBER))["banners"] == []
    assert page(request_of(MEMBER, is_staff=True))["banners"] == ["late.html"]
    assert page(RequestFactory().get("/account/"))["banners"] == []


def test_a_page_knows_its_reader_as_a_persona() -> None:
    seen = page(request_of(MEMBER))
    assert (seen["reader"].name, seen["reader"].initial, seen["reader"].is_staff) == ("Merle bleu", "M", False)
    outside = page(RequestFactory().get("/account/?a=1"))
    assert (outside["reader"], outside["community"], outside["signed_in"]) == (None, None, False)
    assert outside["page_path"] == "/account/?a=1"


@pytest.mark.django_db
def test_the_style_guide_is_a_demos_page(client: Client, settings) -> None:
    assert client.get("/style/").status_code == 404
    settings.DEMO = True
    answer = client.get("/style/", headers={"accept-language": "en"})
    assert answer.status_code == 200
    assert answer.content.count(b'data-theme="') == 2


@pytest.mark.django_db
def test_the_offline_page_is_complete_without_the_network(client: Client) -> None:
    answer = client.get("/offline/", headers={"accept-language": "en"})
    assert (answer.status_code, b"No network, nothing lost" in answer.content) == (200, True)
