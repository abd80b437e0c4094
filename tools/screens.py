"""The pictures of the README and of a review: a demo of its own, an evening played in it, each screen photographed.

`screens.py` makes those of the README, in docs/screens; `screens.py --to FOLDER [--language fr] [--dark]` makes all.
"""

import argparse
import asyncio
import os
import shutil
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path

FOLDER = Path(tempfile.mkdtemp(prefix="vigie-screens-"))
PORT = 8765
os.environ |= {
    "DJANGO_SETTINGS_MODULE": "vigie.settings",
    "VIGIE_DEMO": "1",
    "VIGIE_DATA_DIR": str(FOLDER),
    "VIGIE_BASE_URL": f"http://127.0.0.1:{PORT}",
    "VIGIE_SOCKET_FLOOD_LIMIT": "100000",
}

import django

django.setup()

from django.conf import settings
from django_scopes import scopes_disabled
from playwright.sync_api import Browser, Page, sync_playwright

from vigie.commands import migrate
from vigie.demo.seed import seed_demo, session_of_the_evening
from vigie.live.models import Assignment, Seat, Session
from vigie.live.protocol.state import Duty
from vigie.replay.client import Client
from vigie.replay.server import Server
from vigie.replay.stage import sign_in

BASE = settings.BASE_URL
ARGUMENTS = [
    *("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
]
SIZES = {1440: 900, 390: 844}
README = frozenset(
    {"room-moderator-1440.png", "waiting-room-1440.png", "room-member-390.png", "transcript-1440.png", "door-1440.png"}
)
ANSWERS = [
    "Mardi. Plus de sachets, et la balance imprimait une étiquette sur deux.",
    "Moi je ne renonce pas, je râle. Le bac à lentilles colle, la pelle tombe par terre, on la ramasse, on la remet. "
    "C’est ça le problème du vrac : personne n’est responsable du bac.",
    "Trop de monde derrière moi. On se sent jugé quand on pèse trois fois.",
    "Samedi, pour du riz. J’avais oublié mes bocaux, j’ai pris un sachet, et je me suis senti bête.",
    "Quand je reviens à la balance, j’ai l’impression de bloquer le rayon.",
    "Pareil. Du coup je prends le paquet, même plus cher.",
    "Je viens exprès le matin, quand il n’y a personne. Le soir, jamais.",
    "Le prix saute aux yeux, mais je ne sais pas si c’est au kilo ou aux cent grammes.",
]


class Evening:
    """The people of tonight's session, each with a socket of their own, in a loop of their own."""

    def __init__(self, session: Session, seats: list[Seat], duties: list[Assignment]) -> None:
        self.loop = asyncio.new_event_loop()
        threading.Thread(target=self.loop.run_forever, daemon=True).start()
        front = f"{BASE.replace('http', 'ws')}/c/mariette/live/{session.code}/socket"
        back = front.replace("/live/", "/back/")
        self.members = [Client(front, sign_in(seat.membership.person)) for seat in seats]
        self.codes = [seat.code for seat in seats]
        moderator = next(one for one in duties if one.duty == Duty.MODERATOR)
        self.moderator = Client(front, sign_in(moderator.membership.person))
        self.observers = [Client(back, sign_in(one.membership.person)) for one in duties if one.duty == Duty.OBSERVER]
        self.items = list(session.guide.exclude(kind="instruction").values_list("code", flat=True))

    def do(self, coroutine: object) -> object:
        return asyncio.run_coroutine_threadsafe(coroutine, self.loop).result(30)  # type: ignore[arg-type]

    def arrive(self, count: int) -> None:
        for client in self.members[:count]:
            self.do(client.start())

    def begin(self) -> None:
        self.do(self.moderator.start())
        self.do(self.moderator.command("seat.admit", seats=self.codes))
        self.do(self.moderator.command("session.open"))
        for observer in self.observers:
            self.do(observer.start())

    def talk(self) -> None:
        post, members = self._post, self.members
        self.do(self.moderator.command("item.launch", item=self.items[0]))
        self.do(self.moderator.command("item.launch", item=self.items[1]))
        numbers = [post(client, text, self.items[1]) for client, text in zip(members[1:5], ANSWERS, strict=False)]
        for client in members[5:9]:
            self.do(client.command("react", to=numbers[2], mark="same", on=True))
        self.do(members[6].command("react", to=numbers[1], mark="surprised", on=True))
        probe = post(self.moderator, "« Jugé » par qui, à quel moment précis ?", "", numbers[2])
        # One message a second from each seat, as for everybody.
        time.sleep(1.1)
        post(members[3], ANSWERS[4], self.items[1], probe)
        post(members[5], ANSWERS[5], self.items[1], numbers[2])
        self.do(self.observers[0].post("« Jugé » revient aussi dans le courrier des magasins.", kind="remark"))
        self.do(
            self.observers[-1].post(
                "Et si la pesée se faisait en caisse, viendriez-vous plus ?", kind="probe", quote=numbers[2]
            )
        )
        self.do(self.moderator.command("item.launch", item=self.items[2]))
        post(members[6], ANSWERS[6], self.items[2])
        post(members[7], ANSWERS[7], self.items[2])

    def _post(self, client: Client, text: str, item: str, to: int = 0) -> int:
        fields = {name: value for name, value in (("item", item), ("to", to)) if value}
        return self.do(client.post(text, **fields))  # type: ignore[return-value]

    def end(self) -> None:
        self.do(self.moderator.command("session.close", text="Merci à toutes et à tous. À mardi pour le compte rendu."))


class Camera:
    def __init__(self, browser: Browser, to: Path, language: str, dark: bool, only: frozenset[str] | None) -> None:
        self.browser, self.to, self.language, self.dark, self.only = browser, to, language, dark, only
        self.complaints: list[str] = []

    def enter(self, role: str = "") -> Page:
        context = self.browser.new_context(locale=self.language, color_scheme="dark" if self.dark else "light")
        page = context.new_page()
        page.on("console", lambda message: self._hear(role, message.type, message.text))
        page.on("pageerror", lambda error: self._hear(role, "error", str(error)))
        page.goto(f"{BASE}/demo/")
        if role:
            page.locator(f'form[action$="/demo/enter/{role}/"] button').click()
            page.wait_for_load_state()
        return page

    def _hear(self, role: str, kind: str, text: str) -> None:
        if kind in {"error", "warning"}:
            self.complaints.append(f"{role}: {text}")

    def shoot(self, page: Page, name: str, path: str = "", before: Callable[[Page, int], None] | None = None) -> None:
        for width, height in SIZES.items():
            page.set_viewport_size({"width": width, "height": height})
            if path:
                page.goto(f"{BASE}{path}")
            page.wait_for_timeout(500)
            if before:
                before(page, width)
            picture = f"{name}-{width}{'-dark' if self.dark else ''}.png"
            if self.only is None or picture in self.only:
                page.screenshot(path=str(self.to / picture))


def tab(label_part: str) -> Callable[[Page, int], None]:
    def open_tab(page: Page, width: int) -> None:
        if width < 992:
            page.locator(f'[role=tab][aria-controls="{label_part}"]').click()
            page.wait_for_timeout(200)

    return open_tab


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--to", type=Path)
    parser.add_argument("--language", default="fr")
    parser.add_argument("--dark", action="store_true")
    options = parser.parse_args()
    folder, only = options.to or Path("docs/screens"), None if options.to else README
    folder.mkdir(parents=True, exist_ok=True)
    migrate()
    community = seed_demo()
    session = session_of_the_evening(community)
    with scopes_disabled():
        seats = list(Seat.objects.filter(session=session).select_related("membership__person").order_by("id"))
        duties = list(Assignment.objects.filter(session=session).select_related("membership__person"))
        past = Session.objects.filter(community=community, phase="closed").first()
        planned = Session.objects.filter(community=community, phase="planned").order_by("-starts_at").first()
        evening = Evening(session, seats, duties)
    server = Server({}, port=PORT).start()
    try:
        with sync_playwright() as playwright:
            chromium = shutil.which("chromium") or os.environ.get("VIGIE_CHROMIUM")
            browser = playwright.chromium.launch(executable_path=chromium, args=ARGUMENTS)
            camera = Camera(browser, folder, options.language, options.dark, only)
            visitor = camera.enter()
            for name, path in (
                ("door", "/demo/"),
                ("sign-in", "/sign-in/"),
                ("outbox", "/demo/outbox/"),
                ("error-404", "/nowhere/"),
                ("about", "/c/mariette/about/"),
            ):
                camera.shoot(visitor, name, path)
            member, moderator = camera.enter("member"), camera.enter("moderator")
            observer, manager = camera.enter("observer"), camera.enter("manager")
            evening.arrive(7)
            camera.shoot(member, "waiting-room")
            camera.shoot(moderator, "moderator-before")
            camera.shoot(manager, "sessions", "/c/mariette/manage/live/")
            camera.shoot(manager, "plan", f"/c/mariette/manage/live/{planned.code}/")
            camera.shoot(manager, "plan-new", "/c/mariette/manage/live/new")
            camera.shoot(manager, "transcript", f"/c/mariette/live/{past.code}/transcript/")
            camera.shoot(manager, "account", "/account/")
            camera.shoot(member, "home", "/c/mariette/")
            member.goto(f"{BASE}/c/mariette/live/{session.code}/")
            evening.begin()
            evening.arrive(len(evening.members))
            evening.talk()
            camera.shoot(member, "room-member")
            camera.shoot(moderator, "room-moderator")
            camera.shoot(observer, "room-observer")
            for pane in ("p-guide", "p-crew", "p-back"):
                if moderator.locator(f'[role=tab][aria-controls="{pane}"]').count():
                    camera.shoot(moderator, f"room-moderator-{pane[2:]}", before=tab(pane))
            evening.end()
            camera.shoot(member, "closing")
            camera.shoot(moderator, "room-moderator-closing")
            browser.close()
            for complaint in camera.complaints:
                print(complaint)
    finally:
        server.stop()
        shutil.rmtree(FOLDER, ignore_errors=True)
    print(f"pictures in {folder}")


if __name__ == "__main__":
    sys.exit(main())
