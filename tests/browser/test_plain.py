"""Without JavaScript: everything that matters is a page and a form."""

import re

import pytest
from django.core import mail
from django_scopes import scope

from tests.accounts.browser import CODE
from vigie.backroom.models import Remark


@pytest.fixture
def plain(house):
    """A browser without script; signed in when somebody is named."""
    return lambda name="", **options: house.window(name, java_script_enabled=False, **options)


def press(window, selector):
    window.page.locator(selector).first.click()
    window.page.wait_for_load_state()


def test_signing_in(house, plain):
    meeting = house.meeting()
    window = plain()
    window.go(f"/sign-in/?next={house.room(meeting)}")
    window.one("input[name=email]").fill("alice@example.org")
    press(window, "main form button:visible")
    code = CODE.findall(mail.outbox[-1].body)[0]
    window.one("input[name=code]").fill(code)
    press(window, "main form button:visible")
    assert window.page.url == f"{house.base}{house.room(meeting)}"
    assert window.one("h1:visible").inner_text() == "Bulk buying"
    window.go("/sign-out/")
    press(window, "main form button:visible")
    window.go("/account/")
    assert "/sign-in/" in window.page.url


def test_a_meeting(house, plain):
    meeting = house.meeting()
    path = house.room(meeting)
    alice, sophie, oscar = plain("alice"), plain("sophie"), plain("oscar")
    alice.forgive("422")

    alice.go(path)
    assert alice.one("[data-view-of=waiting]").is_visible()
    assert "reload this page" in alice.one("[data-view-of=waiting]").inner_text()
    sophie.go(path)
    press(sophie, f'[data-waiting-list] [data-code="{meeting.seats["alice"].code}"] button')
    press(sophie, "[data-open-room]")
    assert house.session(meeting).phase == "live"
    for _ in range(2):
        press(sophie, "[data-guide] > [data-state=next] [data-launch]:visible")
    assert [line.item for line in house.lines(meeting, "launched")] == [item.code for item in meeting.items[:2]]

    alice.go(path)
    assert alice.one("[data-view-of=room]").is_visible()
    assert meeting.items[1].text in alice.one("[data-lines]").inner_text()
    alice.one("#message").fill("Last Tuesday,\nat the till.")
    press(alice, "form[data-composer] button[type=submit]")
    said = house.lines(meeting, "said")[-1]
    assert (said.text, said.item) == ("Last Tuesday,\nat the till.", meeting.items[1].code)
    assert "at the till" in alice.one("[data-lines]").inner_text()

    # What is refused stays in the box, with the reason.
    long = "x" * 2001
    alice.one("#message").fill(long)
    press(alice, "form[data-composer] button[type=submit]")
    assert alice.one("#message").input_value() == long
    assert "too long" in alice.one("[data-error]").inner_text()

    # The moderator answers that message and reacts to it; the confidential page is a page of its own.
    sophie.go(path)
    press(sophie, f"[data-lines] > [data-seq='{said.seq}'] .line__answer")
    assert "Heron" in sophie.one("[data-replying]").inner_text()
    press(sophie, ".line__choice button[value=thanks]")
    assert [(one.target, one.mark) for one in house.lines(meeting, "reacted")] == [(said.seq, "thanks")]
    press(sophie, f"[data-lines] > [data-seq='{said.seq}'] .line__answer")
    assert sophie.one(".line__choice button[value=thanks]").get_attribute("aria-pressed") == "true"
    sophie.one("#message").fill("Thank you, Heron.")
    press(sophie, "form[data-composer] button[type=submit]")
    thanked = house.lines(meeting, "said")[-1]
    assert (thanked.text, thanked.target) == ("Thank you, Heron.", said.seq)
    oscar.go(path.replace("/live/", "/back/"))
    oscar.one("input[name=kind][value=probe]").check(force=True)
    oscar.one("#confidential").fill("Ask which till.")
    press(oscar, "form.composer button[type=submit]")
    assert "Ask which till." in oscar.one("main").inner_text()
    with scope(community=house.cast.mariette):
        assert [(one.kind, one.text) for one in Remark.objects.all()] == [("probe", "Ask which till.")]
    alice.go(path)
    assert "till." not in re.sub("at the till.", "", alice.page.content())

    # Somebody comes, and is removed.
    bruno = plain("bruno")
    bruno.forgive("404")
    sophie.go(path)
    press(sophie, f'[data-waiting-list] [data-code="{meeting.seats["bruno"].code}"] button')
    bruno.go(path)
    assert bruno.one("[data-view-of=room]").is_visible()
    press(sophie, f'[data-people] [data-code="{meeting.seats["bruno"].code}"] button')
    assert "Remove Slate from the meeting?" in sophie.one(".hint").first.inner_text()
    press(sophie, ".hint .btn--bad")
    assert [line.item for line in house.lines(meeting, "removed")] == [meeting.seats["bruno"].code]
    assert bruno.go(path).status == 404

    # The end: thanks, then for good; the thread is read again.
    sophie.go(path)
    press(sophie, "[data-asks^=close]:visible")
    assert house.session(meeting).phase == "closing"
    press(sophie, "[data-asks^=close]:visible")
    assert house.session(meeting).phase == "closed"
    alice.go(path)
    assert alice.one("[data-view-of=closing]").is_visible()
    press(alice, "[data-read-again]")
    assert "at the till" in alice.one("[data-lines]").inner_text()
    alice.go(path)
    press(alice, "[data-view-of=closing] form[data-sign-out] button")
    alice.go("/account/")
    assert "/sign-in/" in alice.page.url
