"""What strangers send to the doors and to the pages of an account: nothing leads elsewhere, nothing breaks."""

import csv
import re
from email import message_from_bytes, policy
from itertools import product
from pathlib import Path
from urllib.parse import quote, urljoin, urlsplit

import pytest
from allauth.mfa.totp.internal.auth import TOTP
from django.core import mail
from django.test import Client

from tests.accounts.browser import ask_for_code, browser, come_in, digits, mailed_code
from tests.cast import Cast
from vigie.accounts import actions
from vigie.accounts.actions.notices import NOTICES
from vigie.accounts.models import Person, Tries
from vigie.accounts.rules import is_own_path

ALICE = "alice@example.org"
SECRET = "JBSWY3DPEHPK3PXP"
ELSEWHERE = (
    "evil.example",
    "evil.example/%2f..",
    "127.0.0.1@evil.example",
    "evil.example#127.0.0.1",
    "evil.example:80",
)
LEADS = (
    *("{}", "//{}", "///{}", "/\\{}", "\\\\{}", "\\/{}", "/\t/{}", "/\n/{}", "/\r\n/{}", "\t//{}", " //{}", "\x00//{}"),
    *("http://{}", "https://{}", "HTTPS://{}", "http:{}", "https:/{}", "http:///{}", "http:\\\\{}", "h\nttp://{}"),
    *("javascript://{}/%0aalert(1)", "data:text/html,//{}", "//user:word@{}", "/\x0b/{}", "/\uff0f{}", "\u3000//{}"),
    *("./\\{}", "/./\\{}", "/%09//{}\n", "blob:https://{}", "ws://{}", "/\u2028/{}", "\ufeff//{}", "//\u3002{}"),
    *("http:\t//{}", "///\t/{}", "/ /{}", "//{}\\@127.0.0.1", "https://{}/account/", "ftp://{}"),
)
REDIRECTS = [lead.format(place) for lead, place in product(LEADS, ELSEWHERE)]
STRANGE = [
    "a@b.example\r\nBcc: victim@evil.example",
    "a@b.example\nSubject: you won",
    "a@b.example%0aBcc:victim@evil.example",
    '"a\r\nBcc: v@evil.example"@b.example',
    "<script>alert(1)</script>@b.example",
    "a@b.example,victim@evil.example",
    "a@b.example; victim@evil.example",
    "alice@example.org\x00@evil.example",
    "{{7*7}}@b.example",
    "${jndi:ldap://evil.example/a}",
    "' OR 1=1 --",
    "\u202egro.elpmaxe@ecila",
    "a" * 5000 + "@b.example",
    "\ud800".encode("utf-8", "replace").decode(),
    "𝑻𝒉𝒆@example.org",
    "Ω≈ç√∫˜µ≤≥÷",
    "../../../etc/passwd",
    "%s%n%d",
    "NULL",
    "\u200b",
]


def test_there_are_two_hundred_ways_out():
    assert len(set(REDIRECTS)) >= 200


def test_none_of_them_is_a_path_of_ours():
    assert [one for one in REDIRECTS if is_own_path(one)] == []


def test_none_of_them_is_followed(cast: Cast):
    """As a browser reads it: the address of the answer, joined to ours."""
    client = cast.client("alice")
    for one in REDIRECTS:
        for answer in (
            client.post("/language/", {"language": "en", "next": one}),
            client.get(f"/sign-in/password/?next={quote(one)}"),
        ):
            landed = urlsplit(urljoin("http://127.0.0.1/language/", answer["Location"]))
            assert (landed.scheme, landed.netloc) == ("http", "127.0.0.1"), one


@pytest.mark.parametrize("path", ["/c/mariette/live/%00/", "/c/mariette/manage/people/%00/", "/c/%00/"])
def test_a_name_that_no_database_can_hold_names_nothing(cast: Cast, path: str):
    assert cast.client("mona").get(path).status_code == 404


def test_no_way_out_survives_the_whole_sign_in(cast: Cast):
    for one in REDIRECTS[::10]:
        Tries.objects.all().delete()
        client = browser()
        client.post("/sign-in/", {"email": ALICE, "next": one})
        answer = client.post("/sign-in/code/", {"code": mailed_code(), "next": one})
        assert answer["Location"] == "/", one


@pytest.mark.parametrize("typed", STRANGE, ids=range(len(STRANGE)))
def test_what_is_no_address_is_refused_shown_as_text_and_mailed_to_nobody(cast: Cast, typed: str):
    for client, path in ((browser(), "/sign-in/"), (browser(), "/sign-in/password/")):
        page = client.post(path, {"email": typed, "password": typed})
        assert page.status_code in {200, 302}
        assert b"<script>alert" not in page.content
    inside = browser()
    come_in(inside, ALICE)
    mail.outbox.clear()
    for path, field in (
        ("/account/address/", "email"),
        ("/account/erase/", "email"),
        ("/account/second-factor/", "code"),
        ("/account/", "language"),
        ("/account/", "time_zone"),
        ("/account/sign-ins/end/", "code"),
        ("/account/keys/passkey/remove/", "code"),
    ):
        page = inside.post(path, {field: typed})
        # A name that no database can hold names nothing.
        assert page.status_code in {200, 302, *([404] if "\0" in typed else [])}, path
        assert b"<script>alert" not in page.content
    assert [one.to for one in mail.outbox if ALICE not in one.to and len(one.to[0]) > 254] == []
    for one in mail.outbox:
        parsed = message_from_bytes(one.message().as_bytes(), policy=policy.default)
        assert "Bcc" not in parsed
        assert len(parsed.get_all("To")) == len(parsed.get_all("Subject")) == 1


def test_a_name_never_reaches_a_mail_and_a_mail_never_holds_a_second_header(cast: Cast):
    Person.objects.filter(email=ALICE).update(name="Eve\r\nBcc: victim@evil.example <script>alert(1)</script>")
    ask_for_code(browser(), ALICE)
    for what in NOTICES:
        actions.mail_notice(cast.alice.person.id, what)
    assert len(mail.outbox) == 1 + len(NOTICES)
    for one in mail.outbox:
        raw = one.message().as_string()
        assert "evil.example" not in raw
        assert "alert(1)" not in raw
        assert one.subject.splitlines() == [one.subject]


def test_each_change_of_a_key_gives_a_new_session_key(cast: Cast):
    client = browser()
    come_in(client, ALICE)
    seen = [client.cookies["vigie"].value]

    def changed() -> bool:
        seen.append(client.cookies["vigie"].value)
        return seen[-1] not in seen[:-1]

    client.post("/account/keys/password/", {"password": "a long sentence of mine"})
    assert changed()
    client.post("/account/keys/password/remove/")
    assert changed()
    client.post("/account/address/", {"email": "new@example.net"})
    client.post("/account/address/code/", {"code": mailed_code()})
    assert changed()
    page = client.get("/account/second-factor/").content.decode()
    secret = re.search(r"<code[^>]*>([A-Z2-7 ]{32,})</code>", page)
    assert secret
    client.post("/account/second-factor/", {"code": digits(secret[1])})
    assert changed()


ROUTES = Path(__file__).parents[1] / "rights" / "routes.csv"
WRITES = [
    row["route"]
    for row in csv.DictReader(ROUTES.open())
    if row["method"] == "POST" and (row["of"] == "account" or row["route"].startswith(("account_", "sign-in", "undo")))
]


@pytest.mark.parametrize("route", WRITES)
def test_no_form_of_another_site_signs_in_or_changes_anything(cast: Cast, route: str):
    from django.urls import reverse

    strict = Client(HTTP_HOST="127.0.0.1", enforce_csrf_checks=True)
    strict.force_login(cast.alice.person)
    assert strict.post(reverse(route), {"email": ALICE, "code": "BBBBBB"}).status_code == 403


def test_a_recovery_code_is_spent_once_and_its_owner_is_told(cast: Cast):
    from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes

    from vigie.facts.actions import deliver_due

    TOTP.activate(cast.alice.person, SECRET)
    [code, *_] = RecoveryCodes.activate(cast.alice.person).get_unused_codes()
    answers = []
    for _ in range(2):
        client = browser()
        come_in(client, ALICE)
        answers.append(client.post("/sign-in/second-factor/", {"code": code}).status_code)
    assert answers == [302, 200]
    deliver_due()
    [told] = [one for one in mail.outbox if one.subject == "A key of your account changed"]
    assert "A recovery code was used" in told.body
    assert code not in told.body
