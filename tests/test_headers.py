"""What holds for every answer: headers, cookies, hosts, and no address but our own in any page."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings
from django.core.cache import cache
from django.http import HttpResponse
from django.test import Client

from tests.live.serving import serving
from tests.rights.stage import READERS, Stage, set_stage, undone
from tests.rights.table import ROUTES, Reader, Route, expected

pytestmark = pytest.mark.django_db
ROOT = Path(__file__).parents[1]
BY_NAME = {one.name: one for one in READERS}
FILE = "live:transcript-file"


@pytest.fixture(scope="module")
def stage(django_db_setup, django_db_blocker):
    with django_db_blocker.unblock(), undone():
        yield set_stage()


@pytest.fixture(scope="module")
def pages(stage: Stage) -> list[tuple[str, HttpResponse]]:
    """Every page as every role sees it, every form's answer, and every kind of no."""
    cache.clear()
    found = [(f"{route} {reader}", ask(stage, route, reader)) for route in ROUTES for reader in readers(route)]
    alice = stage.browser(BY_NAME["alice"])
    found += [
        ("nowhere", alice.get("/nowhere/")),
        ("no such community", alice.get("/c/nowhere/")),
        ("a method that the page has not", alice.delete("/")),
        ("a slash forgotten", alice.get("/account")),
        ("another host", Client(HTTP_HOST="evil.example").get("/")),
        ("a forged form", Client(enforce_csrf_checks=True, HTTP_HOST="127.0.0.1").post("/sign-in/", {})),
    ]
    return found


def readers(route: Route) -> list[Reader]:
    return [BY_NAME[name] for name in ("visitor", "alice", "sophie", "oscar")]


def ask(stage: Stage, route: Route, reader: Reader) -> HttpResponse:
    from django.db import transaction

    with transaction.atomic():
        browser, path = stage.browser(reader), stage.path(route, reader)
        response = browser.get(path) if route.method == "GET" else browser.post(path, stage.data(route))
        transaction.set_rollback(True)
    return response


def of(response: HttpResponse, header: str) -> str | None:
    return response.get(header)


def test_every_kind_of_answer_is_among_them(pages):
    assert {response.status_code for _, response in pages} == {200, 302, 301, 400, 403, 404, 405, 422}
    for name, response in pages:
        route = next((route for route in ROUTES if name.startswith(f"{route} ")), None)
        if route and expected(route, BY_NAME[name.rpartition(" ")[2]]) == "open":
            assert response.status_code in {200, 302}, name


def test_every_answer_carries_the_same_headers(pages):
    wanted = {
        "X-Content-Type-Options": "nosniff",
        "X-Frame-Options": "DENY",
        "Referrer-Policy": "same-origin",
        "Cross-Origin-Opener-Policy": "same-origin",
        "Cross-Origin-Resource-Policy": "same-origin",
        "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
    }
    lacking = {
        name: got for name, response in pages if (got := {header: of(response, header) for header in wanted}) != wanted
    }
    assert lacking == {}


def test_no_answer_is_kept_by_anybody_but_theme_and_logo_by_their_reader(pages):
    kept = {}
    for name, response in pages:
        directives = {one.strip() for one in (of(response, "Cache-Control") or "").split(",")}
        if not {"no-store", "private"} <= directives:
            kept[name] = sorted(directives)
    assert {name.rpartition(" ")[0] for name in kept} <= {"GET-community-theme", "GET-community-logo"}
    assert all(directives == ["max-age=300", "private"] for directives in kept.values())


def policy(response: HttpResponse) -> dict[str, list[str]]:
    parts = [one.split() for one in (of(response, "Content-Security-Policy") or "").split(";") if one.strip()]
    return {part[0]: part[1:] for part in parts}


def test_no_page_lets_a_stranger_write_in_it(pages):
    for name, response in pages:
        if FILE in name and response.status_code == 200:
            continue
        found = policy(response)
        assert found["default-src"] == ["'none'"], name
        assert found["frame-ancestors"] == ["'none'"], name
        assert found["base-uri"] == ["'none'"], name
        assert found["form-action"] == ["'self'"], name
        sources = {source for values in found.values() for source in values}
        assert sources == {"'none'", "'self'", settings.BASE_URL.replace("http", "ws")}, name


def test_a_file_is_saved_never_shown(pages):
    files = [response for name, response in pages if FILE in name and response.status_code == 200]
    assert len(files) == 2
    for response in files:
        assert (of(response, "Content-Disposition") or "").startswith("attachment; filename=")
        assert policy(response)["default-src"] == ["'none'"]
        assert "sandbox" in policy(response)


ADDRESS = re.compile(
    rb"""(?:href|src|srcset|action|formaction|poster|data|content|cite|url)\s*[=(]\s*["']?\s*((?:[a-z][a-z0-9+.-]*:)?//[^"'\s>)]+|[a-z]+:[^"'\s>)]*)""",
    re.IGNORECASE,
)
SCRIPTED = re.compile(
    rb"""<script(?![^>]*\bsrc=)(?![^>]*type="application/json")|<style|\sstyle=|\son[a-z]+\s*=\s*["']|javascript:""",
    re.IGNORECASE,
)


def test_no_page_names_an_address_of_anybody_else(pages):
    """`mailto:` and `tel:` are the community's own, told by it to be reached."""
    own = settings.BASE_URL.encode()
    found = {
        name: others
        for name, response in pages
        if (
            others := [
                one
                for one in ADDRESS.findall(response.content)
                if not one.startswith((own, b"mailto:", b"tel:", b"width=device-width"))
            ]
        )
    }
    assert found == {}


def test_no_page_holds_a_script_or_a_style_in_its_text(pages):
    found = {
        name: hits for name, response in pages if FILE not in name and (hits := SCRIPTED.findall(response.content))
    }
    assert found == {}


def test_cookies_are_for_the_server_alone(pages, client):
    client.get("/sign-in/", HTTP_HOST="127.0.0.1")
    client.post("/language/", {"language": "fr"}, HTTP_HOST="127.0.0.1")
    jars = [response.cookies for _, response in pages] + [client.cookies]
    flags = {
        (
            morsel.key,
            bool(morsel["httponly"]),
            morsel["samesite"],
            bool(morsel["secure"]),
            morsel["path"],
            morsel["domain"],
        )
        for jar in jars
        for morsel in jar.values()
        if morsel.value
    }
    assert flags == {
        (settings.CSRF_COOKIE_NAME, True, "Lax", False, "/", ""),
        (settings.LANGUAGE_COOKIE_NAME, True, "Lax", False, "/", ""),
        (settings.SESSION_COOKIE_NAME, True, "Lax", False, "/", ""),
    }


OVER_HTTPS = """
import json, django
django.setup()
from django.test import Client
from vigie.commands import migrate
migrate()
browser = Client(HTTP_HOST="panel.example.org")
page = browser.get("/sign-in/", secure=True)
browser.post("/language/", {"language": "fr"}, secure=True)
browser.post("/sign-in/", {"email": "alice@example.org"}, secure=True)
flags = ("secure", "httponly", "samesite", "path", "domain")
cookies = {morsel.key: [morsel[flag] for flag in flags] for morsel in browser.cookies.values()}
hsts, csp = page["Strict-Transport-Security"], page["Content-Security-Policy"]
print(json.dumps({"cookies": cookies, "hsts": hsts, "csp": csp}))
"""


def test_over_https_cookies_hold_to_their_host_and_browsers_to_https(tmp_path):
    environment = {
        **{key: value for key, value in os.environ.items() if not key.startswith("VIGIE_")},
        "DJANGO_SETTINGS_MODULE": "vigie.settings",
        "VIGIE_DATA_DIR": str(tmp_path),
        "VIGIE_BASE_URL": "https://panel.example.org",
    }
    run = subprocess.run(
        [sys.executable, "-c", OVER_HTTPS], env=environment, capture_output=True, text=True, check=False
    )
    assert run.returncode == 0, run.stderr
    told = json.loads(run.stdout)
    assert told["cookies"] == {
        "__Host-vigie": [True, True, "Lax", "/", ""],
        "__Host-vigie-csrf": [True, True, "Lax", "/", ""],
        "vigie-language": [True, True, "Lax", "/", ""],
    }
    assert told["hsts"] == "max-age=31536000"
    assert "wss://panel.example.org" in told["csp"]


# Hosts ------------------------------------------------------------------------------------------------------------


HOSTS = {
    "127.0.0.1": 200,
    "127.0.0.1:8000": 200,
    "evil.example": 400,
    "127.0.0.1.evil.example": 400,
    "evil.example:8000": 400,
    "127.0.0.1@evil.example": 400,
    "evil.example#127.0.0.1": 400,
    "127.0.0.1, evil.example": 400,
    "127.0.0.1 evil.example": 400,
    "127.0.0.1:80:80": 400,
    "127.0.0.1\x00": 400,
    "[::1]evil": 400,
    "localhost": 400,
    "": 400,
}


def test_only_our_own_host_is_answered(db):
    answers = {host: Client(HTTP_HOST=host).get("/sign-in/").status_code for host in HOSTS}
    assert answers == HOSTS


@pytest.mark.parametrize(
    "header",
    ["HTTP_X_FORWARDED_HOST", "HTTP_X_HOST", "HTTP_FORWARDED", "HTTP_X_FORWARDED_SERVER", "HTTP_X_ORIGINAL_URL"],
)
def test_what_a_proxy_may_be_made_to_say_of_the_host_changes_no_page(db, header: str):
    plain = Client(HTTP_HOST="127.0.0.1").get("/sign-in/?next=/account/")
    told = Client(HTTP_HOST="127.0.0.1", **{header: "evil.example"}).get("/sign-in/?next=/account/")
    token = re.compile(rb'(name="csrfmiddlewaretoken" value=")[^"]+')
    assert (told.status_code, token.sub(b"", told.content)) == (200, token.sub(b"", plain.content))


@pytest.mark.django_db(transaction=True)
def test_a_header_spelled_with_an_underscore_is_another_header():
    """Over the real server: `X_Forwarded_Proto` or `HOST` twice must not become what a proxy would say."""
    import socket

    def status(port: int, *headers: str) -> int:
        with socket.create_connection(("127.0.0.1", port), 5) as wire:
            lines = "".join(f"{header}\r\n" for header in headers)
            wire.sendall(f"GET /sign-in/ HTTP/1.1\r\n{lines}Connection: close\r\n\r\n".encode())
            answer = b""
            while data := wire.recv(65536):
                answer += data
        assert b"evil.example" not in answer
        return int(answer.split(b" ")[1])

    with serving() as served:
        own = f"Host: 127.0.0.1:{served.port}"
        got = {
            headers: status(served.port, *headers)
            for headers in (
                (own,),
                (own, "X_Forwarded_Host: evil.example"),
                (own, "X-Forwarded-Host: evil.example"),
                (own, "HTTP_HOST: evil.example"),
                ("Host: evil.example",),
                (own, "Host: evil.example"),
                ("Host: evil.example", own),
            )
        }
    assert list(got.values()) == [200, 200, 200, 200, 400, 400, 400]
