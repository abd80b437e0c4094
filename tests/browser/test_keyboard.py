"""By the keyboard alone, and with an eye that does not like to be moved."""

import pytest
from playwright.sync_api import expect

from tests.browser.room import Room
from tests.browser.window import PHONE

ACTIVE = "document.activeElement"


def focused(room, selector):
    return room.page.evaluate(f"(selector) => {ACTIVE}.matches(selector)", selector)


def tab_to(room, selector, key="Tab", most=60):
    """Presses Tab until this has the focus."""
    for _ in range(most):
        if focused(room, selector):
            return
        room.page.keyboard.press(key)
    raise AssertionError(f"{key} never reaches {selector}")


def test_a_participant_and_a_moderator(house):
    meeting = house.meeting()
    path = house.room(meeting)
    alice, bruno = Room(house.window("alice"), path).enter(), Room(house.window("bruno"), path).enter()
    sophie = Room(house.window("sophie"), path).enter()
    keys, desk = alice.page.keyboard, sophie.page.keyboard

    # The first stop skips to the content; the box to practise is reached and used.
    keys.press("Tab")
    assert focused(alice, "a.skip")
    keys.press("Enter")
    assert focused(alice, "#content")
    tab_to(alice, "#practice")
    keys.type("A try")
    keys.press("Enter")
    expect(alice.one("[data-practised]")).to_have_text("A try")
    assert focused(alice, "#practice")

    # The moderator lets in, opens and asks, without a pointer.
    tab_to(sophie, "[data-admit-all]")
    desk.press("Enter")
    bruno.see_view("room")
    alice.see_view("room")
    # What held the focus is gone with the waiting room: it goes to the room, not to nowhere.
    assert focused(alice, "#content")
    tab_to(sophie, "[data-open-room]", "Shift+Tab")
    desk.press("Enter")
    expect(sophie.one("vg-room")).to_have_attribute("data-phase", "live")
    sophie.page.evaluate(f"{ACTIVE}.blur()")
    desk.press("n")
    expect(sophie.one(f'[data-item="{meeting.items[0].code}"][data-state]')).not_to_have_attribute("data-state", "next")
    tab_to(sophie, f'[data-guide] [data-item="{meeting.items[1].code}"] [data-launch]')
    desk.press("Enter")
    alice.page.wait_for_selector(f'[data-lines] > li[data-item="{meeting.items[1].code}"]', state="attached")

    # M goes to the box; what arrives moves nothing.
    keys.press("m")
    assert focused(alice, "#message")
    keys.type("Mine: a lid")
    bruno.say("Bags everywhere.")
    expect(alice.line("Bags everywhere.")).to_be_visible()
    assert focused(alice, "#message")
    assert alice.one("#message").input_value() == "Mine: a lid"
    keys.press("m")
    keys.press("Enter")
    expect(alice.line("Mine: a lidm")).to_be_visible()

    # R replies to the last of the others; Escape lets go.
    alice.page.evaluate(f"{ACTIVE}.blur()")
    keys.press("r")
    expect(alice.one("[data-replying]")).to_be_visible()
    keys.press("Escape")
    expect(alice.one("[data-replying]")).to_be_hidden()
    alice.page.evaluate(f"{ACTIVE}.blur()")
    keys.press("r")
    keys.type("So do I")
    keys.press("Enter")
    expect(alice.line("So do I")).to_be_visible()
    assert house.lines(meeting, "said")[-1].target == house.lines(meeting, "said")[0].seq

    # A line's own tools: arrows to the line, Enter to its tools, a reaction.
    tab_to(alice, "[data-lines] > li", "Shift+Tab")
    bags = house.lines(meeting, "said")[0].seq
    for _ in range(8):
        if focused(alice, f'[data-seq="{bags}"]'):
            break
        keys.press("ArrowUp")
    assert focused(alice, f'[data-seq="{bags}"]')
    keys.press("Enter")
    assert focused(alice, "[data-tools] [data-do=reply]")
    keys.press("Tab")
    assert focused(alice, "[data-tools] [data-mark=same]")
    keys.press("Enter")
    expect(bruno.line("Bags everywhere.").locator("[data-marks] [data-mark=same] [data-slot=count]")).to_have_text("1")
    assert alice.page.evaluate(f"{ACTIVE} !== document.body"), "the focus is lost once the tools are gone"

    # A dialog keeps the focus in, gives it back, and asks twice.
    tab_to(sophie, "[data-asks=close]", "Shift+Tab")
    desk.press("Enter")
    expect(sophie.one("dialog[data-dialog=close]")).to_be_visible()
    for _ in range(8):
        desk.press("Tab")
        assert sophie.page.evaluate(f"{ACTIVE} === document.body || {ACTIVE}.closest('dialog') !== null")
    desk.press("Escape")
    expect(sophie.one("dialog[data-dialog=close]")).to_be_hidden()
    assert focused(sophie, "[data-asks=close]")
    assert house.session(meeting).phase == "live"

    # The bar between guide and confidential block is a slider for the arrows.
    tab_to(sophie, "[role=separator]")
    before = int(sophie.one("[role=separator]").get_attribute("aria-valuenow"))
    desk.press("ArrowDown")
    assert int(sophie.one("[role=separator]").get_attribute("aria-valuenow")) == before + 5
    tab_to(sophie, "#confidential")
    desk.type("zz aside")
    desk.press("Enter")
    expect(sophie.one("[data-remarks] > li")).to_have_count(1)
    assert focused(sophie, "#confidential")

    # Whoever reads above is not moved; a button says what came, and L goes there.
    bruno.page.set_viewport_size({"width": 1440, "height": 420})
    for number in range(12):
        bruno.say(f"Line {number}")
    scroller = bruno.one("[data-scroller]")
    scroller.evaluate("(one) => { one.scrollTop = 0; }")
    bruno.page.wait_for_timeout(100)
    alice.say("Below the fold")
    expect(bruno.one("[data-latest]")).to_contain_text("1 new message")
    assert scroller.evaluate("(one) => one.scrollTop") == 0
    bruno.page.evaluate(f"{ACTIVE}.blur()")
    bruno.page.keyboard.press("l")
    expect(bruno.one("[data-latest]")).to_be_hidden()


def test_tabs_on_a_phone(house):
    meeting = house.meeting()
    sophie = Room(house.window("sophie", size=PHONE), house.room(meeting)).enter()
    tab_to(sophie, "#t-talk")
    for tab in ("guide", "crew", "back", "talk"):
        sophie.page.keyboard.press("ArrowRight")
        assert focused(sophie, f"#t-{tab}")
        expect(sophie.one(f"#p-{tab}")).to_be_visible()
    sophie.page.keyboard.press("End")
    assert focused(sophie, "#t-back")


def test_single_keys_can_be_switched_off(house):
    meeting = house.meeting()
    sophie = Room(house.window("sophie"), house.room(meeting)).enter()
    sophie.one('[data-opens="comfort"]:visible').first.click()
    sophie.one("#comfort input[name=keys]").uncheck()
    sophie.page.keyboard.press("Escape")
    expect(sophie.one('[data-opens="comfort"]:visible').first).to_be_focused()
    sophie.page.evaluate(f"{ACTIVE}.blur()")
    sophie.page.keyboard.press("m")
    assert not focused(sophie, "#message")


@pytest.mark.parametrize("path", ["/sign-in/", "/c/mariette/about/"])
def test_the_skip_link_of_a_page(house, path):
    window = house.window()
    window.go(path)
    window.page.keyboard.press("Tab")
    expect(window.one("a.skip")).to_be_focused()
    window.page.keyboard.press("Enter")
    expect(window.one("#content")).to_be_focused()
