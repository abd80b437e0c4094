"""`next` leads to a path of this installation, or home: never to somebody else's site."""

from urllib.parse import parse_qs, urlsplit

import pytest

from tests.accounts.browser import ask_for_code, browser, mailed_code, type_code
from tests.cast import Cast, make_meeting
from vigie.accounts.rules import is_own_path

OURS = [
    "/",
    "/account/",
    "/c/mariette/",
    "/c/mariette/live/abc?since=4#line-4",
    "/c/mariette/?a=b&c=d",
    "/%C3%A9t%C3%A9/",
]
HOSTILE = [
    "",
    " ",
    "account/",
    "evil.example",
    "//evil.example",
    "///evil.example",
    "////evil.example",
    "//evil.example/%2f..",
    "//127.0.0.1@evil.example",
    "//evil.example:80",
    "//[::1]/",
    "/\\evil.example",
    "\\/evil.example",
    "\\\\evil.example",
    "/\\/evil.example",
    "/path\\evil",
    "/\t/evil.example",
    "/\n/evil.example",
    "/\r/evil.example",
    "/\x00/evil.example",
    "\x00//evil.example",
    "/\x0b/evil.example",
    "/\x7f/evil",
    "\t//evil.example",
    "\n//evil.example",
    " //evil.example",
    " /account/",
    "/account /",
    "\u00a0//evil.example",
    "/\u2215evil.example",
    "/\uff0fevil.example",
    "\uff0f\uff0fevil.example",
    "/\u2028evil.example",
    "/é",
    "http://evil.example",
    "https://evil.example",
    "HTTPS://EVIL.EXAMPLE",
    "http:evil.example",
    "http:/evil.example",
    "http:///evil.example",
    "https:evil.example/account/",
    "ftp://evil.example",
    "javascript:alert(1)",
    "JaVaScRiPt:alert(1)",
    "java\nscript:alert(1)",
    "data:text/html,<script>alert(1)</script>",
    "vbscript:x",
    "file:///etc/passwd",
    "mailto:a@evil.example",
    "blob:https://evil.example/1",
    "http://127.0.0.1:8000/account/",
    "http://127.0.0.1:8000@evil.example/",
    "http://evil.example#127.0.0.1",
    "http://evil.example?127.0.0.1",
    "?next=//evil.example",
    "#//evil.example",
    "./account/",
    "../account/",
    "@evil.example",
    ":evil",
    "/" + "a" * 3000,
    "//evil.example\\@127.0.0.1",
]


@pytest.mark.parametrize("path", OURS)
def test_a_path_of_ours_is_kept(path):
    assert is_own_path(path)


@pytest.mark.parametrize("path", HOSTILE, ids=ascii)
def test_nothing_else_is(path):
    assert not is_own_path(path)


@pytest.mark.parametrize("path", HOSTILE, ids=ascii)
def test_signing_in_out_and_switching_language_never_lead_elsewhere(cast: Cast, path):
    client = browser()
    assert ask_for_code(client, "alice@example.org", next=path)["Location"] == "/sign-in/code/"
    assert client.post("/language/", {"language": "fr", "next": path})["Location"] == "/"
    assert type_code(client, mailed_code(), next=path)["Location"] == "/"
    assert client.get("/sign-in/", {"next": path})["Location"] == "/"
    assert client.post("/sign-out/", {"next": path})["Location"] == "/"


def test_a_path_of_ours_is_followed_through_the_whole_sign_in(cast: Cast):
    client = browser()
    path = "/c/mariette/?a=b&c=d"
    answer = ask_for_code(client, "alice@example.org", next=path)
    assert answer["Location"] == "/sign-in/code/?next=%2Fc%2Fmariette%2F%3Fa%3Db%26c%3Dd"
    assert "/c/mariette/?a=b&amp;c=d" in client.get(answer["Location"]).content.decode()
    assert type_code(client, mailed_code(), next=path)["Location"] == path


def test_the_link_of_an_invitation_leads_through_sign_in_to_the_room(cast: Cast):
    path = f"/c/mariette/live/{make_meeting(cast).session.code}/"
    client = browser()
    page = client.get(path)
    assert page.status_code == 404
    assert "Nothing at this address without signing in" in page.content.decode()
    assert 'href="?sign-in"' in page.content.decode()
    form = client.get(f"{path}?sign-in", follow=True).content.decode()
    assert f'name="next" value="{path}"' in form
    answer = ask_for_code(client, "alice@example.org", next=path)
    assert type_code(client, mailed_code(), next=path)["Location"] == path
    assert "code" in answer["Location"]
    assert client.get(path).status_code == 200


@pytest.mark.parametrize("path", ["//evil.example/", "/\\evil.example/", "///evil.example/%2f..", "/\t/evil.example/"])
def test_a_missing_page_never_leads_elsewhere(cast: Cast, path):
    client = browser()
    answer = client.generic("GET", path, QUERY_STRING="sign-in", PATH_INFO=path)
    assert answer.status_code == 302
    assert answer["Location"].startswith("/sign-in/?next=%2F")
    kept = parse_qs(urlsplit(answer["Location"]).query)["next"][0]
    ask_for_code(client, "alice@example.org", next=kept)
    assert urlsplit(type_code(client, mailed_code(), next=kept)["Location"]).netloc == ""
