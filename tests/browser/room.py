"""What a person does in a room, and what they see of it."""

from typing import Any

from playwright.sync_api import Locator, Page, expect

from tests.browser.window import Window, wait_for

LINES = """() => [...document.querySelectorAll("[data-lines] > li[data-seq]")].map((one) => ({
  seq: Number(one.dataset.seq), kind: one.dataset.kind, by: one.dataset.by || "", item: one.dataset.item || "",
  to: Number(one.dataset.to || 0),
  text: (() => {
    const place = one.querySelector("[data-slot=text]");
    if (!place) return "";
    const copy = place.cloneNode(true);
    for (const end of copy.querySelectorAll("br")) end.replaceWith("\\n");
    return copy.textContent;
  })(),
}))"""


def is_phone(page: Page) -> bool:
    return bool(page.viewport_size and page.viewport_size["width"] < 992)


class Room:
    """One tab of somebody's, in a meeting."""

    def __init__(self, window: Window, path: str, page: Page | None = None) -> None:
        self.window, self.path, self.page = window, path, page or window.page

    def enter(self) -> "Room":
        self.page.goto(self.path)
        return self.joined()

    def joined(self) -> "Room":
        self.page.wait_for_selector("vg-room[data-state=open]", state="attached")
        return self

    def one(self, selector: str) -> Locator:
        return self.page.locator(selector)

    @property
    def view(self) -> str:
        return self.one("vg-room").get_attribute("data-view") or ""

    @property
    def last(self) -> int:
        return int(self.one("vg-room").get_attribute("data-last-seq") or 0)

    def see_view(self, view: str) -> None:
        expect(self.one("vg-room")).to_have_attribute("data-view", view)

    def lines(self) -> list[dict[str, Any]]:
        return self.page.evaluate(LINES)  # type: ignore[no-any-return]

    def said(self) -> list[str]:
        return [line["text"] for line in self.lines() if line["kind"] == "said"]

    def hold(self, seq: int) -> None:
        """Until everything up to this line is here."""
        self.page.wait_for_function(
            "(seq) => Number(document.querySelector('vg-room').dataset.lastSeq) >= seq", arg=seq
        )

    def pane(self, name: str) -> None:
        """On a phone, its tab; side by side, it is there already."""
        tab = self.one(f"#t-{name}")
        if tab.is_visible():
            tab.click()

    def line(self, text: str) -> Locator:
        """The last line that says this; a quotation of it is another's."""
        words = self.page.locator("[data-slot=text]").filter(has_text=text)
        return self.one("[data-lines] > li").filter(has=words).last

    def type(self, text: str) -> None:
        self.pane("talk")
        self.one("#message").fill(text)

    def send(self) -> None:
        self.one("#message").press("Enter")

    def say(self, text: str) -> None:
        self.type(text)
        self.send()
        expect(self.line(text)).to_be_visible()
        self.settled()

    def settled(self) -> None:
        expect(self.one("vg-room")).to_have_attribute("data-pending", "0")

    def act(self, text: str, tool: str) -> None:
        """A tool of a line: by tap on a phone, by hovering elsewhere."""
        self.pane("talk")
        line = self.line(text)
        if is_phone(self.page):
            line.locator("[data-slot=text]").first.tap()
        else:
            line.hover()
        line.locator(f"[data-tools] {tool}").click()

    def answer(self, dialog: str, value: str) -> None:
        self.one(f"dialog[data-dialog={dialog}] button[value={value}]").click()

    # The confidential block --------------------------------------------------

    def remark(self, text: str, kind: str = "remark") -> None:
        self.pane("back")
        self.one(f"#p-back input[name=kind][value={kind}]").check(force=True)
        self.one("#confidential").fill(text)
        self.one("#confidential").press("Enter")
        expect(self.one("[data-remarks] > li").filter(has_text=text)).to_be_visible()

    def remarks(self) -> list[tuple[str, str]]:
        return self.page.evaluate(  # type: ignore[no-any-return]
            "() => [...document.querySelectorAll('[data-remarks] > li')].map("
            "(one) => [one.dataset.kind, one.querySelector('[data-slot=text]').textContent])"
        )


def all_hold(rooms: list[Room], seq: int) -> None:
    for room in rooms:
        room.hold(seq)


def until(true: Any, room: Room, seconds: float = 10) -> None:
    wait_for(true, seconds, room.page)
