"""A real browser, watched: whatever it complains of, and every byte that it was given."""

import re
import time
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from playwright.sync_api import Browser, ConsoleMessage, Locator, Page, Request, Response, WebSocket

ARGUMENTS = [
    *("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
]
PHONE = (390, 844)
DESKTOP = (1440, 900)
#: Keeps what the page's own policy stopped.
POLICY = """
window.stopped = [];
document.addEventListener("securitypolicyviolation", (event) =>
  window.stopped.push(`${event.effectiveDirective} ${event.blockedURI}`));
"""
AXE = Axe()
BUILT: dict[str, str] = {}
RULES = {"runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}}


class Window:
    """One context and its page. `complaints` is what a test fails on: see `quiet`."""

    def __init__(
        self,
        browser: Browser,
        base: str,
        *,
        cookie: str = "",
        language: str = "en",
        size: tuple[int, int] = DESKTOP,
        name: str = "",
        **options: Any,
    ) -> None:
        self.base, self.name = base, name
        self.complaints: list[str] = []
        self.frames: list[str] = []
        self.addresses: list[str] = []
        self._forgiven: list[re.Pattern[str]] = []
        options.setdefault("reduced_motion", "reduce")
        self.context = browser.new_context(
            viewport={"width": size[0], "height": size[1]},
            locale={"fr": "fr-FR", "en": "en-GB"}[language],
            has_touch=size[0] < 500,
            base_url=base,
            **options,
        )
        self.context.set_default_timeout(15_000)
        if cookie:
            self.context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": cookie, "url": base}])
        self.context.add_init_script(POLICY)
        self.page = self.open()

    def open(self) -> Page:
        """One more tab of the same browser."""
        page = self.context.new_page()
        page.on("console", self._console)
        page.on("pageerror", lambda error: self._complain(f"error: {error}"))
        page.on("request", self._request)
        page.on("response", self._response)
        page.on("websocket", self._socket)
        return page

    def close(self) -> None:
        """Looks once more at what the policy stopped, then closes."""
        self.check_policy()
        self.context.close()

    def go(self, path: str) -> Response | None:
        self.check_policy()
        return self.page.goto(path)

    def one(self, selector: str, **options: Any) -> Locator:
        return self.page.locator(selector, **options)

    def forgive(self, *patterns: str) -> None:
        """What this browser is right to complain of in this test: a cut, a page that is refused."""
        self._forgiven += [re.compile(pattern) for pattern in patterns]

    def check_policy(self) -> None:
        for page in self.context.pages:
            try:
                stopped = page.evaluate("window.stopped || []") if page.url.startswith("http") else []
            except Exception:
                continue
            for one in stopped:
                self._complain(f"policy: {one}")

    @property
    def quiet(self) -> list[str]:
        return [one for one in self.complaints if not any(pattern.search(one) for pattern in self._forgiven)]

    def everything(self) -> str:
        """Every word that reached this browser: its pages as they stand, their sources and scripts, its frames."""
        pages = [page.content() for page in self.context.pages]
        sources = [self._source(address) for address in dict.fromkeys(self.addresses)]
        return "\n".join([*pages, *sources, *self.frames, *self.addresses])

    def _source(self, address: str) -> str:
        """As this browser may read it now; built files are the same for everybody, and read once."""
        if "/static/" not in address:
            return self.context.request.get(address).text()
        if address not in BUILT:
            BUILT[address] = self.context.request.get(address).body().decode(errors="replace")
        return BUILT[address]

    def axe(self, about: str = "") -> list[str]:
        """What axe finds on the page as it stands, one line each."""
        found = AXE.run(self.page, options=RULES)
        return [
            f"{about or self.page.url}: {one['id']}: {node['target']} {node['failureSummary'].splitlines()[-1].strip()}"
            for one in found.response["violations"]
            for node in one["nodes"]
        ]

    def wide(self) -> list[str]:
        """What stands out of the page on its right, when the page scrolls sideways."""
        return self.page.evaluate(
            """() => {
              const width = document.documentElement.clientWidth;
              if (document.documentElement.scrollWidth <= width) return [];
              return [`${document.documentElement.scrollWidth} > ${width}`,
                ...[...document.body.querySelectorAll("*")]
                  .filter((one) => one.getBoundingClientRect().right > width + 1 && !one.closest("svg"))
                  .slice(0, 6).map((one) => `${one.tagName}.${one.className}`)];
            }"""
        )

    # -------------------------------------------------------------------------

    def _complain(self, words: str) -> None:
        self.complaints.append(f"{self.name or 'a browser'}: {words}")

    def _console(self, message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"}:
            self._complain(f"{message.type}: {message.text}")

    def _request(self, request: Request) -> None:
        self._here(request.url)

    def _response(self, response: Response) -> None:
        # What was posted is not asked again.
        if response.request.method == "GET" and response.status < 300 and response.url.startswith(self.base):
            self.addresses.append(response.url)

    def _socket(self, socket: WebSocket) -> None:
        self._here(socket.url)
        socket.on("framereceived", lambda frame: self.frames.append(str(frame)))

    def _here(self, url: str) -> None:
        parts = urlsplit(url)
        if parts.scheme in {"data", "blob", "about"}:
            return
        if parts.netloc != urlsplit(self.base).netloc:
            self._complain(f"asks elsewhere: {url}")


def wait_for(true: Callable[[], Any], seconds: float = 10, page: Page | None = None) -> None:
    """Until something outside any page is so. Browsers' events go on meanwhile when a page is given."""
    until = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < until, "it did not come"
        if page:
            page.wait_for_timeout(30)
        else:
            time.sleep(0.03)
