"""A worker that hands mails to a real SMTP server and is killed around the server's answer (F15, I9)."""

import email
import random
import socketserver
import threading
import time
from collections import Counter
from dataclasses import dataclass, field

from tests.harness.installation import Installation
from vigie.replay.server import free_port

#: Mails kept before each life of the worker.
EACH = 4


# In the application ---------------------------------------------------------------------------------------------------


def keep(first: int, count: int) -> None:
    """As actions do: in a transaction, to leave after it."""
    from django.core.mail import EmailMultiAlternatives
    from django.db import transaction

    from vigie.mails import actions

    with transaction.atomic():
        for number in range(first, first + count):
            mail = EmailMultiAlternatives(f"Mail {number}", "A word.", to=[f"m{number}@example.org"])
            actions.keep(mail, "harness")


def deliver_for_ever() -> None:
    """A worker's whole life; a turn that a kill interrupted comes again at once."""
    from vigie.mails import actions

    actions.BACK_OFF = (0,) * 500
    while True:
        actions.deliver_due()
        time.sleep(0.002)


def told() -> list[tuple[str, str]]:
    """Message-ID and state of every mail, in the order in which they were asked for."""
    from vigie.mails.models import Mail

    return [(f"<{one.code}@127.0.0.1>", one.state) for one in Mail.objects.order_by("id")]


# Outside --------------------------------------------------------------------------------------------------------------


class PostOffice(socketserver.ThreadingTCPServer):
    """Takes every mail, and remembers each that it said yes to or was about to."""

    daemon_threads, allow_reuse_address = True, True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", free_port()), Conversation)
        self.arrived: list[tuple[str, str]] = []
        #: Seconds before each yes: the window in which a kill is worst.
        self.hesitation = 0.0
        self.taken = threading.Event()

    @property
    def url(self) -> str:
        return f"smtp://127.0.0.1:{self.server_address[1]}"


class Conversation(socketserver.StreamRequestHandler):
    server: PostOffice

    def handle(self) -> None:
        try:
            self._talk()
        except OSError:
            return

    def _talk(self) -> None:
        self._say("220 here")
        while line := self.rfile.readline():
            verb = line[:4].upper()
            if verb == b"DATA":
                self._say("354 go on")
                self._take()
            elif verb == b"QUIT":
                self._say("221 bye")
                return
            else:
                self._say("250 yes")

    def _take(self) -> None:
        text = b""
        while (line := self.rfile.readline()) not in (b".\r\n", b""):
            text += line
        mail = email.message_from_bytes(text)
        self.server.arrived.append((str(mail["Message-ID"]), str(mail["Subject"])))
        self.server.taken.set()
        time.sleep(self.server.hesitation)
        self._say("250 taken")

    def _say(self, words: str) -> None:
        self.wfile.write(f"{words}\r\n".encode())


@dataclass
class Figures:
    kills: int = 0
    mails: int = 0
    twice: int = 0
    wrong: list[str] = field(default_factory=list)


def post(office: PostOffice, vigie: Installation, kills: int, seed: int = 0) -> Figures:
    """So many lives of the worker, each ended a moment after the server had a mail in hand; then one that goes on.

    Wrong is a mail that never came, a mail that came under two names, and one that is still said to wait.
    """
    random_ = random.Random(seed)
    figures = Figures(kills)
    for _ in range(kills):
        vigie.call("tests.harness.post:keep", first=figures.mails, count=EACH)
        figures.mails += EACH
        office.taken.clear()
        office.hesitation = random_.choice((0, 0, 0.002, 0.01))
        worker = vigie.serve(**{"with": "tests.harness.post:deliver_for_ever"})
        office.taken.wait(10)
        time.sleep(random_.random() * 0.02)
        vigie.end(worker)
    office.hesitation = 0
    worker = vigie.serve(**{"with": "tests.harness.post:deliver_for_ever"})
    until = time.monotonic() + 60 + figures.mails / 5
    rows = vigie.call("tests.harness.post:told")
    while any(state == "waiting" for _, state in rows) and time.monotonic() < until:
        time.sleep(0.1)
        rows = vigie.call("tests.harness.post:told")
    vigie.end(worker)
    came = Counter(office.arrived)
    figures.twice = sum(times > 1 for times in came.values())
    for number, (name, state) in enumerate(rows):
        if state != "sent":
            figures.wrong.append(f"mail {number} is {state}")
        if not came.pop((name, f"Mail {number}"), 0):
            figures.wrong.append(f"mail {number} never came under its name")
    figures.wrong += [f"{subject} came under another name, {name}" for name, subject in came]
    if len(rows) != figures.mails:
        figures.wrong.append(f"{figures.mails} mails were kept, {len(rows)} are known")
    return figures
