"""What a log may hold: kinds, places, codes, numbers. Never an address, a name, or what somebody wrote."""

import json
import logging
import sys
from pathlib import Path

import pytest

from tests.cast import Cast
from tests.commands.conftest import Operator
from tests.harness.marks import once
from vigie.core.logs import JsonLine, TextLine, scrubbed
from vigie.replay.server import Server

SECRETS = ("alice@example.org", "Alice Realname", "Alice-pseudo", "203.0.113.7", "2001:db8::7", "I hate Mondays")


def line(formatter: logging.Formatter, name: str, message: str, *args: object, error: bool = False) -> str:
    info = sys.exc_info() if error else None
    return formatter.format(logging.LogRecord(name, logging.WARNING, __file__, 1, message, args, info))


def test_a_json_line_says_when_who_and_what():
    told = json.loads(line(JsonLine(), "vigie.live.hub", "%s could not write %d units", "committer", 3))
    assert (told["level"], told["logger"]) == ("warning", "vigie.live.hub")
    assert told["message"] == "committer could not write 3 units"
    assert told["at"].endswith("Z")


@pytest.mark.parametrize("formatter", [TextLine(), JsonLine()], ids=["text", "json"])
def test_what_a_library_passes_is_not_written(formatter: logging.Formatter):
    texts = [line(formatter, "smtplib", "refused %s: %d times", secret, 3) for secret in SECRETS]
    texts.append(line(formatter, "strange", "%(who)s came", {"who": "Alice Realname"}))
    texts += [line(formatter, "strange", f"from {secret}, again") for secret in SECRETS[:1] + SECRETS[3:5]]
    assert [secret for secret in SECRETS for text in texts if secret in text] == []
    assert "3 times" in texts[0]


@pytest.mark.parametrize("formatter", [TextLine(), JsonLine()], ids=["text", "json"])
def test_an_error_is_told_by_its_kind_and_its_places(formatter: logging.Formatter):
    try:
        try:
            raise KeyError("alice@example.org")
        except KeyError as error:
            raise ValueError("Alice Realname wrote: I hate Mondays") from error
    except ValueError:
        text = line(formatter, "vigie.facts", "it failed", error=True)
    assert "ValueError from KeyError" in text
    assert "test_logs.py:" in text
    assert [secret for secret in SECRETS if secret in text] == []
    assert str(Path(__file__).parent) not in text


def test_times_and_places_are_no_addresses():
    kept = "at 12:30:45, version 5.2.19, live/hub.py:31"
    assert scrubbed(kept) == kept
    assert scrubbed("/sign-in/?email=alice&next=/") == "/sign-in/?…"


def test_the_product_itself_logs_nobody(cast: Cast, settings):
    """Errors of every kind, at the lowest level, through the pages: nothing of what was typed is in the log."""
    written: list[str] = []

    class Paper(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            written.append(self.format(record))

    paper = Paper(logging.DEBUG)
    paper.setFormatter(JsonLine())
    root = logging.getLogger()
    before = root.level
    root.addHandler(paper)
    root.setLevel(logging.DEBUG)
    try:
        browser = cast.client("alice")
        browser.raise_request_exception = False
        browser.post("/sign-in/?next=alice@example.org", {"email": "alice@example.org"})
        browser.get("/c/mariette/", REMOTE_ADDR="203.0.113.7")
        browser.get("/nobody/Alice-pseudo@example.org/?q=I hate Mondays")
        browser.get("/", HTTP_HOST="alice@example.org")
        browser.post("/account/", {"language": "Alice Realname", "time_zone": "I hate Mondays"})
    finally:
        root.removeHandler(paper)
        root.setLevel(before)
    assert written
    assert [(secret, text) for secret in SECRETS for text in written if secret in text] == []


@once
def test_a_server_writes_json_when_asked(operator: Operator, tmp_path: Path):
    log = tmp_path / "log"
    server = Server(operator.environment(VIGIE_LOG_FORMAT="json", VIGIE_LOG_LEVEL="info", VIGIE_SERVER_LOG=str(log)))
    server.start()
    server.stop()
    lines = [json.loads(text) for text in log.read_text().splitlines()]
    assert lines
    assert {"at", "level", "logger", "message", "process"} <= set.intersection(*(set(one) for one in lines))
