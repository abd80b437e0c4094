"""The same meeting twice, with and without the confidential one beside it: what did participants receive?

A play is plain values: steps of the front plane, each with what the confidential plane does before it or meanwhile.
`python -m tests.harness.theatre` reads one play a line and answers with two traces. Each performance is a forked child
with its own copy of one database, the real application under uvicorn, and real sockets. Codes, cookies, flags and
times are the same in both: time is the harness's, and passes only where the front plane's steps say so. So nothing
needs to be forgiven in the comparison but the form tokens that pages draw at random.
"""

import asyncio
import contextlib
import json
import os
import re
import shutil
import socket
import sqlite3
import sys
import tempfile
import traceback
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from tests.harness.zygote import fork, settle_memory

BEGIN = datetime(2026, 6, 15, 18, 0, tzinfo=UTC)
SEATS = ("p0", "p1", "p2", "p3")
STAFF = ("m", "o0", "o1")
CANARY = "zzcanary"
#: A number that no line reaches: a ping that asks for nothing, whatever is still on its way to its author.
FAR = 2**31 - 1


class Time:
    """The harness's clock, in place of every clock that the product reads."""

    now = BEGIN

    @classmethod
    def read(cls) -> datetime:
        return cls.now


class Beats:
    """Stands in for the `asyncio` module in the hubs: a sleep lasts until the play says that a second has passed."""

    def __init__(self) -> None:
        self.sleepers: list[asyncio.Future[None]] = []

    def __getattr__(self, name: str) -> Any:
        return getattr(asyncio, name)

    async def sleep(self, seconds: float) -> None:
        sleeper: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.sleepers.append(sleeper)
        await sleeper

    def beat(self) -> None:
        sleepers, self.sleepers = self.sleepers, []
        for one in sleepers:
            if not one.done():
                one.set_result(None)


BEATS = Beats()


def load(directory: Path) -> dict[str, Any]:
    """Import everything, take the clocks over, and write the one database that every performance begins with."""
    from django.utils import timezone

    timezone.now = Time.read
    import django

    django.setup()
    import uvicorn.lifespan.on
    import uvicorn.protocols.http.auto
    import uvicorn.protocols.websockets.websockets_sansio_impl
    import websockets.asyncio.client

    import vigie.asgi
    import vigie.backroom.hub
    import vigie.live.hub
    from vigie.core import clock

    assert uvicorn
    assert vigie.asgi
    assert websockets
    clock.now = Time.read
    vigie.live.hub.asyncio = vigie.backroom.hub.asyncio = BEATS  # type: ignore[assignment]
    scene = _write_database()
    _warm(scene)
    from django.db import connections

    connections.close_all()
    path = Path(connections["default"].settings_dict["NAME"])
    with contextlib.closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    shutil.copy(path, directory / "template.sqlite3")
    settle_memory()
    return scene


def _warm(scene: dict[str, Any]) -> None:
    """Render each page once, so that children inherit what is compiled."""
    from django.conf import settings
    from django.test import Client

    inside = f"/c/{scene['slug']}"
    for name in ("p0", "m", "o0"):
        client = Client(raise_request_exception=False, HTTP_HOST="127.0.0.1")
        client.cookies[settings.SESSION_COOKIE_NAME] = scene["members"][name]["cookie"]
        for path in ("/", f"/live/{scene['code']}/", f"/live/{scene['code']}/transcript/", f"/back/{scene['code']}/"):
            client.get(inside + path)


def _write_database() -> dict[str, Any]:
    from django.contrib.sessions.models import Session as SignIn
    from django_scopes import scope

    from vigie.commands import migrate
    from vigie.communities.models import Membership
    from vigie.live.models import Assignment, GuideItem, Session
    from vigie.live.protocol.state import ItemKind
    from vigie.replay.stage import set_stage

    migrate()
    stage = set_stage(list(SEATS), title="A meeting", answer_limit=200, questions=("Which day?", "Why that day?"))
    with scope(community=stage.community_id):
        Session.objects.filter(id=stage.session_id).update(pace_seconds=1.5, max_seats=3)
        for position, kind, text in ((5, ItemKind.MESSAGE, "Take your time."), (6, ItemKind.INSTRUCTION, "Slow down.")):
            item = GuideItem.objects.create(session_id=stage.session_id, position=position, kind=kind, text=text)
            stage.items.append(item.code)
        duties = Assignment.objects.filter(session_id=stage.session_id).order_by("id")
        assignments = dict(zip(STAFF, duties.values_list("code", flat=True), strict=True))
        members = {}
        for name, cookie in stage.cookies.items():
            key = {"moderator": "m", "observer-1": "o0", "observer-2": "o1"}.get(name, name)
            person = int(SignIn.objects.get(session_key=cookie).get_decoded()["_auth_user_id"])
            membership = Membership.objects.select_related("person").get(person_id=person)
            members[key] = {"id": membership.id, "cookie": cookie, "email": membership.person.email}
    return {
        "slug": stage.slug,
        "code": stage.code,
        "session": stage.session_id,
        "community": stage.community_id,
        "seats": stage.seats,
        "assignments": assignments,
        "items": stage.items,
        "members": members,
    }


# One performance ---------------------------------------------------------------


def perform(
    scene: dict[str, Any],
    directory: Path,
    play: list[dict[str, Any]],
    tell: Callable[[dict[str, Any]], None],
    *,
    confidential: bool,
) -> None:
    """Tells each participant's trace, and what else left the house; the process ends with it."""
    from django.conf import settings
    from django.db import connections

    home = Path(tempfile.mkdtemp(dir=directory))
    shutil.copy(directory / "template.sqlite3", home / "vigie.sqlite3")
    connections.settings["default"]["NAME"] = str(home / "vigie.sqlite3")
    settings.DATA_DIR, settings.EMAIL_FILE_PATH = home, str(home / "outbox")

    async def whole() -> None:
        performance = Performance(scene, home)
        try:
            async with asyncio.timeout(60):
                tell(await performance.run(play, confidential=confidential))
        except BaseException:
            print(f"step {performance.place}: {play[performance.place : performance.place + 1]}", file=sys.stderr)
            traceback.print_exc()
        finally:
            shutil.rmtree(home, ignore_errors=True)
            # Nobody has to leave politely: the process ends here.
            sys.stderr.flush()
            os._exit(0)

    asyncio.run(whole())


class Chair:
    """One person's socket on one plane, and what came through it."""

    def __init__(self, stage: "Performance", name: str, plane: str) -> None:
        self.stage, self.name, self.plane = stage, name, plane
        self.socket: Any = None
        self.reader: asyncio.Task[None] | None = None
        self.held = 0
        self.answers: dict[str, asyncio.Future[None]] = {}
        self.pong: asyncio.Future[None] | None = None
        self.first: asyncio.Future[None] | None = None
        #: A person does one thing at a time on one plane.
        self.busy = asyncio.Lock()

    @property
    def open(self) -> bool:
        return self.socket is not None

    def note(self, *what: Any) -> None:
        if self.plane == "live" and self.name in SEATS:
            self.stage.traces[self.name].append([self.stage.place, *what])

    async def join(self, since: int | None = None) -> None:
        async with self.busy:
            await self._join(since)

    async def _join(self, since: int | None = None) -> None:
        import websockets
        from django.conf import settings

        if self.open:
            return
        try:
            self.socket = await websockets.connect(
                f"ws://127.0.0.1:{self.stage.port}/c/{self.stage.scene['slug']}/{self.plane}/{self.stage.scene['code']}/socket",
                additional_headers={"Cookie": self.stage.cookies(self.name)},
                origin=settings.BASE_URL,  # type: ignore[arg-type]
                compression=None,
                ping_interval=None,
                close_timeout=1,
            )
        except websockets.InvalidStatus as refusal:
            answer = refusal.response
            self.note("refused", answer.status_code, _sorted_headers(answer.headers.raw_items()), _text(answer.body))
            return
        loop = asyncio.get_running_loop()
        self.first = loop.create_future()
        self.reader = loop.create_task(self._read(self.socket))
        await self.send(type="join", since=self.held if since is None else since)
        await self.first

    async def _read(self, connection: Any) -> None:
        import websockets

        try:
            while True:
                frame = await connection.recv(decode=False)
                self.note("frame", _text(frame))
                self._take(json.loads(frame))
        except websockets.ConnectionClosed as closed:
            self.note("closed", closed.rcvd.code if closed.rcvd else None, closed.rcvd.reason if closed.rcvd else "")
        finally:
            self.socket = None
            for future in [*self.answers.values(), self.pong, self.first]:
                if future and not future.done():
                    future.set_result(None)

    def _take(self, frame: dict[str, Any]) -> None:
        kind = frame["type"]
        if kind == "snapshot":
            for line in frame["lines"]:
                self.held = max(self.held, line["seq"])
            if self.first and not self.first.done():
                self.first.set_result(None)
        elif kind == "line" and not frame.get("log"):
            self.held = max(self.held, frame["seq"])
        elif kind in {"ack", "refused"} and frame["id"] in self.answers:
            future = self.answers.pop(frame["id"])
            if not future.done():
                future.set_result(None)
        elif kind == "pong" and self.pong and not self.pong.done():
            self.pong.set_result(None)

    async def send(self, **frame: Any) -> None:
        import websockets

        if self.socket is not None:
            with contextlib.suppress(websockets.ConnectionClosed):
                await self.socket.send(json.dumps(frame))

    async def command(self, verb: str, **fields: Any) -> None:
        """Send, and wait for the answer that only this socket gets."""
        async with self.busy:
            await self._command(verb, **fields)

    async def _command(self, verb: str, **fields: Any) -> None:
        if not self.open:
            return
        command_id = self.stage.next_id(self.name, self.plane)
        self.answers[command_id] = asyncio.get_running_loop().create_future()
        await self.send(type=verb, id=command_id, **fields)
        await self.answers.get(command_id, _done())

    async def ping(self, since: int | None = None) -> None:
        async with self.busy:
            await self._ping(since)

    async def _ping(self, since: int | None = None) -> None:
        if self.open:
            self.pong = asyncio.get_running_loop().create_future()
            await self.send(type="ping", since=self.held if since is None else since)
            await self.pong

    async def cut(self) -> None:
        async with self.busy:
            await self._cut()

    async def _cut(self) -> None:
        if self.socket is not None:
            self.socket.transport.abort()
        await self.gone()

    async def gone(self) -> None:
        """Until the server knows that this socket is no more."""
        key = self.stage.scene["members"][self.name]["cookie"]
        hub = self.stage.hubs[self.plane]
        while any(one.ticket.session_key == key for one in hub._all):
            await asyncio.sleep(0.0005)
        if self.reader:
            with contextlib.suppress(Exception):
                await asyncio.wait_for(asyncio.shield(self.reader), 5)


def _done() -> "asyncio.Future[None]":
    future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
    future.set_result(None)
    return future


class Performance:
    def __init__(self, scene: dict[str, Any], home: Path) -> None:
        self.scene, self.home = scene, home
        self.place = -1
        self.traces: dict[str, list[Any]] = {name: [] for name in SEATS}
        self.visited: set[str] = set()
        self.front = {name: Chair(self, name, "live") for name in (*SEATS, *STAFF)}
        self.back = {name: Chair(self, name, "back") for name in STAFF}
        self.count: dict[tuple[str, str], int] = {}
        self.hubs: dict[str, Any] = {}
        self.port = 0
        self.begun = self.settled = 0

    async def run(self, play: list[dict[str, Any]], *, confidential: bool) -> dict[str, Any]:
        import uvicorn
        from django.conf import settings

        from vigie.backroom.socket import hub as back_hub
        from vigie.live.socket import hub as front_hub

        self.hubs = {"live": front_hub, "back": back_hub}
        for hub in self.hubs.values():
            self._count(hub.writer)
        listener = socket.create_server(("127.0.0.1", 0))
        self.port = listener.getsockname()[1]
        server = uvicorn.Server(
            uvicorn.Config(
                "vigie.asgi:application",
                ws="websockets-sansio",
                ws_per_message_deflate=False,
                ws_max_size=settings.SOCKET_FRAME_LIMIT,
                ws_ping_interval=None,
                lifespan="on",
                log_level="error",
                access_log=False,
                server_header=False,
                timeout_graceful_shutdown=1,
            )
        )
        serving = asyncio.create_task(server.serve(sockets=[listener]))
        while not server.started:
            await asyncio.sleep(0.001)
        for self.place, step in enumerate(play):
            Time.now += timedelta(seconds=step.get("after", 2))
            beside = step.get("beside", []) if confidential else []
            for act in beside:
                if not act.get("meanwhile"):
                    await self._act(act)
            acts = [self._act(act) for act in beside if act.get("meanwhile")]
            await asyncio.gather(self._act(step), *acts)
            await self._quiet()
            for chair in self.front.values():
                if chair.name not in {"o0", "o1"}:
                    await chair.ping(FAR)
        self.place = len(play)
        for name in SEATS:
            await self.do_page(name, "session")
        await self.do_page("p0", "home")
        await self.do_page("p1", "home")
        await self.do_page("p0", "transcript")
        # A page's answer and a frame race through two connections: within a step, frames come first.
        traces = {
            name: sorted(trace, key=lambda entry: (entry[0], entry[1] == "page")) for name, trace in self.traces.items()
        }
        result = {"traces": traces, "mails": self._mails()}
        assert not serving.done()
        return result

    def _count(self, writer: Any) -> None:
        """Know when everything that was handed to this plane's committer has had its effect."""
        submit, settle, failed = writer.submit, writer._settle, writer._failed

        def counted(unit: Any) -> None:
            self.begun += 1
            submit(unit)

        def done(how: Callable[..., None]) -> Callable[..., None]:
            def tell(units: Any, outcome: Any) -> None:
                how(units, outcome)
                self.settled += len(units)

            return tell

        writer.submit, writer._settle, writer._failed = counted, done(settle), done(failed)

    async def _quiet(self) -> None:
        while self.begun != self.settled:
            await asyncio.sleep(0.0005)

    def next_id(self, name: str, plane: str) -> str:
        self.count[name, plane] = self.count.get((name, plane), 0) + 1
        return f"{plane}-{name}-{self.count[name, plane]}"

    def cookies(self, name: str) -> str:
        from django.conf import settings

        member = self.scene["members"][name]
        return f"{settings.SESSION_COOKIE_NAME}={member['cookie']}; {settings.CSRF_COOKIE_NAME}={'c' * 32}"

    def _mails(self) -> list[Any]:
        """Every mail but those to staff: recipients and text."""
        staff = {self.scene["members"][name]["email"] for name in STAFF}
        found = []
        for path in sorted((self.home / "outbox").glob("*")) if (self.home / "outbox").exists() else []:
            text = path.read_text(errors="replace")
            to = set(re.findall(r"^(?:To|Cc|Bcc): (.+)$", text, re.MULTILINE))
            if not to <= staff:
                found.append([sorted(to), re.sub(r"(?m)^(Date|Message-ID): .*$", "", text)])
        return found

    async def _act(self, act: dict[str, Any]) -> None:
        method: Callable[..., Awaitable[None]] = getattr(self, f"do_{act['do']}")
        await method(**{key: value for key, value in act.items() if key not in {"do", "beside", "after", "meanwhile"}})

    # The front plane ----------------------------------------------------------

    async def do_join(self, who: str) -> None:
        await self.front[who].join()

    async def do_again(self, who: str, since: int) -> None:
        """Ask for what came after a line that was already held."""
        await self.front[who].ping(min(since, self.front[who].held))

    async def do_cut(self, who: str) -> None:
        await self.front[who].cut()

    async def do_admit(self, seats: list[str]) -> None:
        await self.front["m"].command("seat.admit", seats=[self.scene["seats"][name] for name in seats])

    async def do_admit_all(self) -> None:
        await self.front["m"].command("seat.admit")

    async def do_remove(self, who: str) -> None:
        await self.front["m"].command("seat.remove", seat=self.scene["seats"][who])

    async def do_open(self) -> None:
        await self.front["m"].command("session.open")

    async def do_close(self) -> None:
        await self.front["m"].command("session.close", text="Thank you.")

    async def do_launch(self, item: int) -> None:
        await self.front["m"].command("item.launch", item=self.scene["items"][item])

    async def do_post(self, who: str, text: str, to: int = 0, item: int | None = None) -> None:
        fields: dict[str, Any] = {"text": text}
        if to:
            fields["to"] = to
        if item is not None:
            fields["item"] = self.scene["items"][item]
        await self.front[who].command("post", **fields)

    async def do_react(self, who: str, to: int, mark: str, on: bool) -> None:
        await self.front[who].command("react", to=to, mark=mark, on=on)

    async def do_typing(self, who: str, on: bool) -> None:
        await self.front[who].send(type="typing", on=on)
        await self.front[who].ping(FAR)

    async def do_second(self) -> None:
        """Time passes in both planes' watches."""
        BEATS.beat()
        await asyncio.sleep(0)
        await asyncio.sleep(0)

    async def do_suspend(self, who: str) -> None:
        """A right is taken away from outside the room; the next second tells."""
        await asyncio.to_thread(self._suspend, self.scene["members"][who]["id"])
        await self.do_second()
        await self._quiet()
        await self.front[who].gone()

    def _suspend(self, membership: int) -> None:
        from django.db import connection
        from django_scopes import scope

        from vigie.communities.actions import suspend
        from vigie.communities.models import Membership

        try:
            with scope(community=self.scene["community"]):
                suspend(Membership.objects.get(id=membership))
        finally:
            connection.close()

    async def do_break(self, table: str) -> None:
        """The database fails from here on where this table is needed."""
        await asyncio.to_thread(self._rename, table)

    def _rename(self, table: str) -> None:
        with contextlib.closing(sqlite3.connect(self.home / "vigie.sqlite3")) as connection:
            connection.execute(f'ALTER TABLE "{table}" RENAME TO "{table}_gone"')

    async def do_page(self, who: str, page: str) -> None:
        slug, code = self.scene["slug"], self.scene["code"]
        method, path, body = {
            "session": ("GET", f"/c/{slug}/live/{code}/", ""),
            "home": ("GET", f"/c/{slug}/", ""),
            "transcript": ("GET", f"/c/{slug}/live/{code}/transcript/", ""),
            "back": ("GET", f"/c/{slug}/back/{code}/", ""),
            "unknown": ("GET", f"/c/{slug}/wxyz/{code}/", ""),
            "back post": ("POST", f"/c/{slug}/back/{code}/post", "kind=remark&text=hello"),
            "unknown post": ("POST", f"/c/{slug}/wxyz/{code}/post", "kind=remark&text=hello"),
            "say": ("POST", f"/c/{slug}/live/{code}/say", f"text=Said%20on%20paper&client_id=paper-{self.place}"),
        }[page]
        if who not in self.visited:
            # The first page of an hour renews the sign-in's cookie, whatever its address.
            self.visited.add(who)
            await self._fetch(who, "GET", "/account/", "")
        status, headers, content = await self._fetch(who, method, path, body)
        if who in self.traces:
            self.traces[who].append([self.place, "page", page, status, headers, content.replace(path, "PATH")])

    async def do_knock(self, who: str, plane: str) -> None:
        """A participant tries a socket by hand: the very bytes of the refusal."""
        path = f"/c/{self.scene['slug']}/{plane}/{self.scene['code']}/socket"
        answer = await self._upgrade(who, path)
        if who in self.traces:
            self.traces[who].append([self.place, "knock", plane, answer])

    async def _upgrade(self, who: str, path: str) -> str:
        from django.conf import settings

        reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        writer.write(
            f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nOrigin: {settings.BASE_URL}\r\nUpgrade: websocket\r\n"
            "Connection: Upgrade\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n"
            f"Cookie: {self.cookies(who)}\r\n\r\n".encode()
        )
        said = await reader.read(65536)
        writer.transport.abort()
        return re.sub(r"(?i)\r\ndate: [^\r]*", "", _text(said))

    async def _fetch(self, who: str, method: str, path: str, body: str) -> tuple[int, list[list[str]], str]:
        from django.conf import settings

        token = "c" * 32
        payload = f"csrfmiddlewaretoken={token}&{body}" if body else ""
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        head = (
            f"{method} {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nCookie: {self.cookies(who)}\r\nAccept-Language: en\r\n"
            f"Origin: {settings.BASE_URL}\r\nAccept-Encoding: identity\r\nConnection: close\r\n"
        )
        if payload:
            head += f"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {len(payload)}\r\n"
        writer.write(f"{head}\r\n{payload}".encode())
        answer = await reader.read(-1)
        writer.close()
        top, _, content = answer.partition(b"\r\n\r\n")
        first, *lines = top.decode("latin-1").split("\r\n")
        headers = [[name.lower(), value] for name, _, value in (line.partition(": ") for line in lines)]
        return int(first.split()[1]), _sorted_headers(headers), unmasked(_text(content))

    # The confidential plane: only in one of the two performances ---------------

    async def do_back_join(self, who: str) -> None:
        await self.back[who].join()

    async def do_back_cut(self, who: str) -> None:
        await self.back[who].cut()

    async def do_watch(self, who: str) -> None:
        """An observer opens the front room too, as their page does."""
        await self.front[who].join()

    async def do_unwatch(self, who: str) -> None:
        await self.front[who].cut()

    async def do_remark(self, who: str, kind: str, text: str, quote: int = 0) -> None:
        await self.back[who].command("post", kind=kind, text=f"{CANARY} {text}", quote=quote)

    async def do_back_typing(self, who: str, on: bool) -> None:
        await self.back[who].send(type="typing", on=on)

    async def do_front_typing(self, who: str) -> None:
        """An observer writes where only participants do."""
        await self.front[who].send(type="typing", on=True)
        await self.front[who].command("post", text=f"{CANARY} by mistake")

    async def do_back_ping(self, who: str) -> None:
        await self.back[who].ping(0)

    async def do_back_page(self, who: str) -> None:
        await self._fetch(who, "GET", f"/c/{self.scene['slug']}/back/{self.scene['code']}/", "")

    async def do_staff_page(self, who: str) -> None:
        await self._fetch(who, "GET", f"/c/{self.scene['slug']}/live/{self.scene['code']}/", "")

    async def do_back_form(self, who: str, text: str) -> None:
        body = f"kind=remark&text={CANARY}+{text}&client_id=form-{self.next_id(who, 'form')}"
        await self._fetch(who, "POST", f"/c/{self.scene['slug']}/back/{self.scene['code']}/post", body)

    async def do_nonsense(self, who: str) -> None:
        await self.back[who].send(type="shout")


def _text(data: bytes | bytearray | memoryview | None) -> str:
    return bytes(data or b"").decode("utf-8", "backslashreplace")


def _sorted_headers(items: Any) -> list[list[str]]:
    """As they came but for the date, and for what a form token puts into a cookie."""
    return [
        [name, _COOKIE.sub("TOKEN", value) if name.lower() == "set-cookie" else value]
        for name, value in items
        if name.lower() != "date"
    ]


_COOKIE = re.compile(r"[A-Za-z0-9]{32,64}|expires=[^;]*")
_TOKEN = re.compile(r'(csrfmiddlewaretoken" value=")[A-Za-z0-9]{64}')
_UUID = re.compile(r"\b[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}\b")


def unmasked(page: str) -> str:
    """A page without what it draws at random: form tokens, and ids for messages not yet written."""
    seen: dict[str, str] = {}
    page = _TOKEN.sub(r"\1TOKEN", page)
    return _UUID.sub(lambda match: seen.setdefault(match[0], f"UUID-{len(seen) + 1}"), page)


# The house ----------------------------------------------------------------------


def main() -> None:
    directory = Path(os.environ["VIGIE_DATA_DIR"])
    log = str(directory / "server.log")
    scene = load(directory)
    print(json.dumps({"ready": scene}), flush=True)
    for line in sys.stdin:
        play = json.loads(line)
        running = []
        for confidential in (False, True):
            reading, writing = os.pipe()

            def run(
                play: Any = play, confidential: bool = confidential, reading: int = reading, writing: int = writing
            ) -> None:
                os.close(reading)

                def tell(result: dict[str, Any]) -> None:
                    with os.fdopen(writing, "w") as file:
                        json.dump(result, file)

                perform(scene, directory, play, tell, confidential=confidential)

            pid = fork(run, log)
            os.close(writing)
            running.append((pid, reading))
        answer = []
        for pid, reading in running:
            with os.fdopen(reading) as file:
                said = file.read()
            os.waitpid(pid, 0)
            answer.append(json.loads(said) if said else {"error": "no trace"})
        print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    main()
