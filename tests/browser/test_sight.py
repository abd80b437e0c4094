"""For those who ask their device for stillness, or for their own colours."""

import pytest
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP

from tests.browser.room import Room
from tests.browser.window import DESKTOP, PHONE
from vigie.accounts.queries import recovery_codes_of

MOVING = """() => document.getAnimations({ subtree: true })
  .filter((one) => one.effect.getTiming().duration !== "auto" && one.effect.getComputedTiming().duration > 20)
  .map((one) => `${one.animationName || one.transitionProperty} on ${one.effect.target.className}`)"""
#: Controls that would be words without a shape once backgrounds are gone.
SHAPELESS = """() => [...document.querySelectorAll(".btn:not(.btn--quiet), textarea, .input, .select, [role=tab]")]
  .filter((one) => one.getClientRects().length && !one.closest("dialog"))
  .filter((one) => {
    const bordered = (of) => ["borderTopStyle", "outlineStyle"].some((side) => getComputedStyle(of)[side] !== "none");
    return !bordered(one) && !bordered(one.parentElement);
  })
  .map((one) => one.outerHTML.slice(0, 90))"""
PAGES = ["/sign-in/", "/c/mariette/about/", "/demo-is-nowhere/"]


@pytest.mark.parametrize("motion", ["reduce", "no-preference"])
def test_stillness(house, motion):
    meeting = house.meeting()
    alice = house.window("alice", reduced_motion=motion)
    alice.forgive("404")
    moving = []
    for path in (*PAGES, "/c/mariette/", house.room(meeting)):
        alice.go(path)
        moving += alice.page.evaluate(MOVING)
    assert bool(moving) == (motion == "no-preference"), moving


def test_colours_of_the_reader(house):
    meeting = house.meeting()
    sophie = house.window("sophie", forced_colors="active")
    alice = house.window("alice", forced_colors="active", size=PHONE)
    for window in (alice, sophie):
        Room(window, house.room(meeting)).enter()
        assert window.page.evaluate("matchMedia('(forced-colors: active)').matches")
        assert window.page.evaluate(SHAPELESS) == []
    window = house.window(forced_colors="active")
    window.go("/sign-in/")
    assert window.page.evaluate(SHAPELESS) == []


#: What the widest of its choices needs, and what the control gives.
WIDTHS = """(select) => {
  const given = select.offsetWidth;
  select.style.inlineSize = "max-content";
  const needed = select.offsetWidth;
  select.style.inlineSize = "";
  return [needed, given];
}"""


@pytest.mark.parametrize("size", [PHONE, DESKTOP])
@pytest.mark.parametrize("language", ["fr", "en"])
def test_a_time_zone_is_read_to_its_end(house, size, language):
    meeting = house.meeting(minutes_to_start=60 * 24 * 9)
    mona = house.window("mona", size=size, language=language)
    for path in (f"/c/mariette/manage/live/{meeting.session.code}/", "/c/mariette/manage/live/new"):
        mona.go(path)
        needed, given = mona.one("select[name=time_zone]").evaluate(WIDTHS)
        assert needed <= given, path


def test_recovery_codes_are_printed_alone(house):
    tess = house.person("tess")
    TOTP.activate(tess, "JBSWY3DPEHPK3PXP")
    RecoveryCodes.activate(tess)
    window = house.window("tess")
    window.go("/account/recovery-codes/")
    window.page.emulate_media(media="print")
    read = window.one("body").inner_text()
    assert all(f"{code[:4]} {code[4:]}" in read for code in recovery_codes_of(tess))
    assert not window.one(".btn:visible, svg:visible, header:visible, footer:visible").count()
