"""Every page and every write, for everybody: open, hidden, or told no, exactly as the table says."""

import re
from urllib.parse import quote

import pytest
from django.http import HttpResponse
from django.urls import Resolver404, resolve

from tests.rights.stage import LOST, OTHERS, READERS, WITHOUT_SECOND_FACTOR, Stage, random_codes
from tests.rights.table import ROUTES, Reader, Route, expected

pytestmark = pytest.mark.django_db

ROUTE = {str(route): route for route in ROUTES}
INSIDE = [route for route in ROUTES if route.of not in {"", "account", "demo"}]
PUBLIC = [route for route in ROUTES if route.of == ""]
#: Answers of one request that differ between any two requests.
ONCE = re.compile(rb'(name="csrfmiddlewaretoken" value=")[^"]+|(nonce=")[^"]+')


def ask(stage: Stage, route: Route, reader: Reader, path: str | None = None) -> HttpResponse:
    browser = stage.browser(reader)
    path = path or stage.path(route, reader)
    return browser.get(path) if route.method == "GET" else browser.post(path, stage.data(route))


def shape(response: HttpResponse) -> tuple[object, ...]:
    """All that a reader could compare."""
    headers = {name: value for name, value in response.headers.items() if name not in {"Date", "Set-Cookie"}}
    return response.status_code, headers, ONCE.sub(b"", response.content)


def outcome(response: HttpResponse) -> str:
    place = response.get("Location", "").partition("?")[0].partition("#")[0]
    if response.status_code in {200, 302} and place == "/account/second-factor/":
        return "second factor"
    if response.status_code == 302 and place == "/sign-in/":
        return "sign in"
    if response.status_code == 302:
        try:
            resolve(place)
        except Resolver404:
            return f"nowhere: {place}"
        return "open"
    return {200: "open", 404: "hidden", 403: "told", 422: "refused"}.get(
        response.status_code, str(response.status_code)
    )


@pytest.mark.parametrize("reader", [*READERS, *WITHOUT_SECOND_FACTOR], ids=str)
@pytest.mark.parametrize("route", INSIDE, ids=str)
def test_a_page_opens_as_the_table_says(case: Stage, route: Route, reader: Reader):
    response = ask(case, route, reader)
    wanted = expected(route, reader)
    assert outcome(response) == wanted
    if wanted == "hidden":
        assert shape(response) == shape(_nothing(case, route, reader))


def _nothing(stage: Stage, route: Route, reader: Reader) -> HttpResponse:
    """The answer to the same request about something that does not exist."""
    codes = stage.codes(route, reader)
    other = random_codes(codes)
    nothing = "/nothing-here/" if route.of == "platform" else "/c/mariette/nothing-here/"
    path = nothing if codes == other else stage.path(route, reader, **other)
    return ask(stage, route, reader, path)


@pytest.mark.parametrize("reader", [*OTHERS, *LOST], ids=str)
@pytest.mark.parametrize("route", INSIDE, ids=str)
def test_a_page_does_not_exist_for_other_communities_and_for_those_who_left(case: Stage, route: Route, reader: Reader):
    response = ask(case, route, reader)
    assert outcome(response) == "hidden"
    assert shape(response) == shape(_nothing(case, route, reader))


@pytest.mark.parametrize("reader", [READERS[0], READERS[3], READERS[8], *WITHOUT_SECOND_FACTOR], ids=str)
@pytest.mark.parametrize("route", PUBLIC, ids=str)
def test_a_public_page_is_open_to_all(case: Stage, route: Route, reader: Reader):
    assert ask(case, route, reader).status_code in {200, 302}


@pytest.mark.parametrize("reader", [*READERS, *WITHOUT_SECOND_FACTOR, *OTHERS, *LOST], ids=str)
@pytest.mark.parametrize("route", [route for route in ROUTES if route.of == "account"], ids=str)
def test_an_account_page_is_its_own_persons(case: Stage, route: Route, reader: Reader):
    response = ask(case, route, reader)
    if reader.signed_in:
        # Without an authenticator yet, the codes' page sends on to making one: that is still the person's own page.
        assert response.status_code in {200, 302}
        assert outcome(response) != "sign in"
    else:
        assert response["Location"] == f"/sign-in/?next={case.path(route, reader)}"


def test_the_style_guide_exists_in_demo_mode_only(case: Stage):
    for reader in READERS:
        assert outcome(ask(case, ROUTE["GET-style-guide"], reader)) == "hidden"


VISITOR = READERS[0]


@pytest.mark.parametrize("route", INSIDE, ids=str)
def test_whatever_the_address_a_visitor_is_offered_to_sign_in_and_come_back(case: Stage, route: Route):
    """A link in a mail leads somewhere, and tells no more than an address that somebody made up."""
    if expected(route, VISITOR) == "open":
        pytest.skip("open to all")
    known, codes = case.path(route, VISITOR), random_codes(case.codes(route, VISITOR))
    ways = []
    for path in (known, case.path(route, VISITOR, **codes), "/c/mariette/nothing-here/", "/c/nowhere/live/a/", "/x/"):
        answer = ask(case, route, VISITOR, path)
        assert answer.status_code == 404
        (way,) = re.findall(rb'<a class="btn btn--main btn--l" href="([^"]*)"', answer.content)
        ways.append((way, ask(case, route, VISITOR, path).content))
        back = case.browser(VISITOR).get(f"{path}?sign-in")
        assert (back.status_code, back["Location"]) == (302, f"/sign-in/?next={quote(path, safe='')}")
    assert len(set(ways)) == 1
    assert ways[0][0] == (b"?sign-in" if route.method == "GET" else b"/sign-in/")


@pytest.mark.parametrize("reader", [*READERS[1:], *OTHERS, *LOST], ids=str)
def test_who_is_signed_in_is_not_offered_it(case: Stage, reader: Reader):
    for query in ("", "?sign-in"):
        answer = case.browser(reader).get(f"/c/mariette/nothing-here/{query}")
        assert answer.status_code == 404
        assert b"sign-in" not in answer.content


# What a right of one session does not give in another ------------------------------------------------------------


SOPHIE, OSCAR, ALICE = (next(one for one in READERS if one.name == name) for name in ("sophie", "oscar", "alice"))


@pytest.mark.parametrize("route", [route for route in INSIDE if "live:" in route.route and route.of == "plan"], ids=str)
def test_a_moderator_finds_nothing_of_another_session_under_their_own(case: Stage, route: Route):
    """Seats, duties and items are looked for in the session of the address, never in the whole community."""
    codes = case.codes(route, SOPHIE)
    if not codes.keys() - {"slug", "code"}:
        pytest.skip("this page is about the whole session")
    live = case.meetings["live"].session.code
    response = ask(case, route, SOPHIE, case.path(route, SOPHIE, code=live))
    assert shape(response) == shape(_nothing(case, route, SOPHIE))
    assert response.status_code == 404


@pytest.mark.parametrize("reader", [SOPHIE, OSCAR], ids=str)
def test_a_file_is_handed_to_the_one_who_asked_for_it_alone(case: Stage, reader: Reader):
    route = ROUTE["GET-live:transcript-file"]
    another = case.files["mona"].code
    response = ask(case, route, reader, case.path(route, reader, file=another))
    assert response.status_code == 404
    assert shape(response) == shape(_nothing(case, route, reader))


def test_an_observer_asks_for_no_file_with_pseudonyms(case: Stage):
    route = ROUTE["POST-live:transcript-export"]
    path = case.path(route, OSCAR)
    sent = [
        case.browser(OSCAR).post(path, {"format": "json", "identity": identity}).status_code
        for identity in ("pseudonym", "id", "alias")
    ]
    assert sent == [403, 403, 302]


def test_a_moderator_who_only_watches_a_session_leads_nothing_in_it(case: Stage):
    from django_scopes import scope

    from vigie.live.models import Assignment
    from vigie.live.protocol.state import Duty

    live = case.meetings["live"]
    with scope(community=case.cast.mariette):
        Assignment.objects.create(session=live.session, membership=case.cast.members["sacha"], duty=Duty.OBSERVER)
    sacha = next(one for one in READERS if one.name == "sacha")
    got = {
        name: outcome(ask(case, ROUTE[name], sacha))
        for name in ("POST-live:say", "POST-live:admit", "POST-live:launch", "POST-live:close", "GET-back:page")
    }
    assert got == {
        "POST-live:say": "told",
        "POST-live:admit": "told",
        "POST-live:launch": "told",
        "POST-live:close": "told",
        "GET-back:page": "open",
    }


# The confidential block, by every method -------------------------------------------------------------------------


@pytest.mark.parametrize("method", ["get", "post", "put", "patch", "delete", "head", "options"])
@pytest.mark.parametrize("name", ["GET-back:page", "POST-back:post"])
def test_no_method_tells_a_participant_that_there_is_a_confidential_block(case: Stage, name: str, method: str):
    for reader in READERS:
        if reader.duty:
            continue
        route, browser = ROUTE[name], case.browser(reader)
        known, unknown = case.path(route, reader), case.path(route, reader, code=random_codes({"code": ""})["code"])
        answers = [getattr(browser, method)(path) for path in (known, unknown)]
        assert shape(answers[0]) == shape(answers[1]), reader
        # Staff who are not assigned know that sessions have such a block; whether this one exists, they do not learn.
        assert answers[0].status_code == 404 or reader.is_staff, reader


@pytest.mark.parametrize("name", ["GET-back:page", "POST-back:post"])
def test_a_forged_form_learns_no_more(case: Stage, name: str):
    """Without its token a form is refused alike, whatever the address."""
    from django.test import Client

    route = ROUTE[name]
    browser = Client(enforce_csrf_checks=True, HTTP_HOST="127.0.0.1")
    browser.cookies = case.browser(ALICE).cookies
    known, unknown = case.path(route, ALICE), case.path(route, ALICE, code=random_codes({"code": ""})["code"])
    assert shape(browser.post(known, {})) == shape(browser.post(unknown, {}))
