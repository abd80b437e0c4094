"""What strangers type into each form: kept as words, or refused in words with nothing lost. It never becomes markup."""

import json
from collections import defaultdict
from collections.abc import Callable
from html.parser import HTMLParser

import pytest
from django.http import HttpResponse
from django.test import Client

from tests.accounts.browser import browser, come_in
from tests.cast import Cast
from tests.communities.invited import ANSWERS, invited, opens, proves
from tests.communities.opening import CHARTER, CONTACT, founded
from tests.communities.test_joining import HOSTILE
from vigie.accounts.models import Tries

#: So many of each kind: the first of a list that is in no order.
OF_EACH = 6
OF_NO_PAGE_OF_OURS = {"iframe", "object", "embed", "base", "math", "foreignobject", "style"}
CONTROLS = {"input", "textarea", "select"}


def hostile() -> list[str]:
    kinds = defaultdict(list)
    for line in HOSTILE.read_text().splitlines():
        row = json.loads(line)
        if isinstance(row.get("text"), str) and row["text"].strip():
            kinds[row["category"]].append(row["text"].encode("utf-8", "replace").decode())
    return [text for texts in kinds.values() for text in texts[:OF_EACH]]


class Page(HTMLParser):
    """What a browser would make of it: the fields with what they hold, and whatever would run or load."""

    def __init__(self, response: HttpResponse) -> None:
        super().__init__()
        self.fields: dict[str, str] = {}
        self.alive: list[str] = []
        self.writing = ""
        self.feed(response.content.decode())

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        held = {name: value or "" for name, value in attributes}
        self.alive += [name for name in held if name.startswith("on") or name == "srcdoc"]
        self.alive += [
            f"{name}={held[name]}"
            for name in ("href", "src", "action", "formaction")
            if name in held and not held[name].startswith(("/", "?", "#", "mailto:", "tel:", "http://127.0.0.1"))
            if held[name]
        ]
        self.alive += [tag] if tag in OF_NO_PAGE_OF_OURS or (tag == "script" and "src" not in held) else []
        self.writing = held.get("name", "") if tag == "textarea" else ""
        if tag in CONTROLS and "name" in held:
            self.fields[held["name"]] = held.get("value", "")

    def handle_data(self, data: str) -> None:
        if self.writing:
            # The first line end after the tag is the markup's own.
            self.fields[self.writing] += data if self.fields[self.writing] else data.removeprefix("\n")

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea":
            self.writing = ""


def joining(cast: Cast) -> Client:
    return proves(opens(invited(cast.actor("mona"))))


def manager(cast: Cast) -> Client:
    return cast.client("mona")


def administrator(cast: Cast) -> Client:
    return cast.client("peter")


def opening(cast: Cast) -> Client:
    founded(cast)
    return cast.client("mona")


def own_account(cast: Cast) -> Client:
    client = browser()
    come_in(client, "alice@example.org")
    return client


NAME = {"brand": "Phare", "kind": "brand", "wording": "customers", "language": "fr", "time_zone": "Europe/Paris"}
SIZE = {"target": "300", "cap": "400", "regular": "60", "ramp_up": "", "reason": ""}
PHARE = "/c/phare/manage/opening/"
#: Who opens the form, its address, what is sent beside, and the field that is typed into.
FORMS: dict[str, tuple[Callable[[Cast], Client], str, dict[str, str], str]] = {
    "joining, name": (joining, "/join/", {**ANSWERS, "pseudonym": ""}, "name"),
    "joining, pseudonym": (joining, "/join/", {**ANSWERS, "name": ""}, "pseudonym"),
    "invitations": (manager, "/c/mariette/manage/people/invitations/", {"role": "x", "language": "fr"}, "addresses"),
    "a new community": (administrator, "/communities/new/", {**NAME, "slug": "-"}, "name"),
    "a new community's brand": (administrator, "/communities/new/", {**NAME, "name": "A", "slug": "-"}, "brand"),
    "opening, name": (opening, f"{PHARE}name/", NAME, "name"),
    "opening, sponsor": (opening, f"{PHARE}charter/", {**CHARTER, **CONTACT}, "sponsor"),
    "opening, promises": (opening, f"{PHARE}charter/", {**CHARTER, **CONTACT}, "brand_conventions"),
    "opening, telephone": (opening, f"{PHARE}charter/", {**CHARTER, **CONTACT}, "contact_phone"),
    "opening, stages": (opening, f"{PHARE}size/", SIZE, "ramp_up"),
    "opening, reason": (opening, f"{PHARE}size/", {**SIZE, "cap": "500"}, "reason"),
    "account, erasure": (own_account, "/account/erase/", {}, "email"),
}


def plain(text: str) -> str:
    """Line ends and the spaces around are the browser's to change."""
    return text.replace("\r\n", "\n").replace("\r", "\n").strip()


@pytest.mark.slow
@pytest.mark.skipif(not HOSTILE.exists(), reason="the hostile strings are not on this machine")
@pytest.mark.parametrize("form", FORMS)
def test_it_comes_back_as_it_was_typed_and_nothing_of_it_runs(cast: Cast, form: str):
    who, path, beside, field = FORMS[form]
    client = who(cast)
    lost, alive = {}, {}
    for text in hostile():
        Tries.objects.all().delete()
        answer = client.post(path, {**beside, field: text})
        assert answer.status_code in {200, 302, 422}, repr(text)
        page = Page(client.get(path) if answer.status_code == 302 else answer)
        if plain(page.fields.get(field, "")) != plain(text):
            lost[text] = page.fields.get(field)
        if page.alive:
            alive[text] = page.alive
    assert (lost, alive) == ({}, {})
