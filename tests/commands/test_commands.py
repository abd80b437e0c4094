"""What an operator types, and what is answered."""

import json
import signal
import socketserver
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.commands.conftest import Operator
from vigie.replay.server import Server


def test_a_command_that_does_not_exist_is_told_the_ones_that_do(operator: Operator):
    for arguments in ((), ("dance",), ("serve", "tea")):
        status, _, complaint = operator.vigie(*arguments)
        assert (status, complaint.startswith("usage: vigie")) == (2, True)


def test_a_setting_that_cannot_be_is_one_sentence(operator: Operator):
    for command in ("check", "migrate", "serve", "doctor", "verify", "demo"):
        told = operator.vigie(command, VIGIE_BASE_URL="http://panel.example.org")
        assert told == (
            1,
            "",
            "vigie: VIGIE_BASE_URL must start with https:// for any address but this machine's own\n",
        )


def test_check_finds_nothing_to_say(operator: Operator):
    status, said, complaint = operator.vigie("check")
    assert (status, "no issues" in said, complaint) == (0, True, "")


def test_migrating_again_changes_nothing(installed: Operator):
    assert installed.vigie("migrate") == (0, "", "")


# A community --------------------------------------------------------------------------------------------------------


def community(operator: Operator, slug: str, manager: str = "mona@example.org") -> tuple[int, str, str]:
    return operator.vigie(
        *("community", slug, "--name", "Le Comptoir Mariette", "--brand", "Mariette"),
        *("--manager", manager, "--pseudonym", "Mona"),
    )


def rows(operator: Operator, query: str) -> list[tuple]:
    with sqlite3.connect(operator.directory / "vigie.sqlite3") as database:
        return database.execute(query).fetchall()


def test_a_community_is_founded_with_its_manager(installed: Operator):
    status, said, complaint = community(installed, "mariette", "Mona@Example.org")
    assert (status, complaint) == (0, "")
    assert said == (
        "Le Comptoir Mariette is founded. mona@example.org can sign in, prepare it in six steps, and open it.\n"
    )
    assert rows(installed, "SELECT slug, opened_at FROM communities_community") == [("mariette", None)]
    assert rows(
        installed,
        "SELECT p.email, m.role, m.pseudonym, p.password LIKE '!%' FROM communities_membership m"
        " JOIN accounts_person p ON p.id = m.person_id",
    ) == [("mona@example.org", "manager", "Mona", 1)]


@pytest.mark.parametrize(
    ("slug", "manager"), [("mariette", "other@example.org"), ("Not A Slug", "a@example.org"), ("other", "nobody")]
)
def test_a_community_that_cannot_be_leaves_nothing_and_says_why(installed: Operator, slug: str, manager: str):
    if slug == "mariette":
        community(installed, "mariette")
    before = (
        rows(installed, "SELECT slug FROM communities_community"),
        rows(installed, "SELECT email FROM accounts_person"),
    )
    status, said, complaint = community(installed, slug, manager)
    assert (status, said, bool(complaint), "Traceback" in complaint) == (1, "", True, False)
    assert before == (
        rows(installed, "SELECT slug FROM communities_community"),
        rows(installed, "SELECT email FROM accounts_person"),
    )


# Doctor and verify --------------------------------------------------------------------------------------------------


def test_the_doctor_names_what_must_be_mended(operator: Operator):
    status, said, complaint = operator.vigie("doctor")
    mend = [line.split("  ", 1)[1] for line in said.splitlines() if line.startswith("MEND")]
    assert (status, complaint) == (1, "")
    assert any("migrations to run" in line for line in mend)
    assert any(line.startswith("mail:") and "VIGIE_MAIL_URL" in line for line in mend)


@contextmanager
def mail_server() -> Iterator[str]:
    """Greets whoever calls, and says yes to everything."""

    class Greeting(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            self.wfile.write(b"220 here\r\n")
            while self.rfile.readline():
                self.wfile.write(b"250 yes\r\n")

    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Greeting) as server:
        server.daemon_threads = True
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"smtp://127.0.0.1:{server.server_address[1]}"
        server.shutdown()


def test_the_doctor_finds_a_mail_server_that_does_not_answer(installed: Operator):
    status, said, _ = installed.vigie("doctor", VIGIE_MAIL_URL="smtp://127.0.0.1:1")
    assert status == 1
    wanted = "MEND  mail: the server does not take us: ConnectionRefusedError"
    assert [line for line in said.splitlines() if line.startswith("MEND")] == [wanted]


def test_a_whole_installation_needs_nothing(installed: Operator):
    with mail_server() as url:
        status, said, complaint = installed.vigie("doctor", VIGIE_MAIL_URL=url)
    assert (status, complaint) == (0, "")
    assert {line[:4] for line in said.splitlines()} == {"ok  "}
    for sentence in ("journal_mode is wal", "synchronous is 2", "foreign_keys is 1", "0 migrations to run"):
        assert sentence in said


def test_the_doctor_finds_a_redis_that_does_not_answer(installed: Operator):
    status, said, _ = installed.vigie("doctor", VIGIE_REDIS_URL="redis://127.0.0.1:1/0")
    assert status == 1
    assert [line for line in said.splitlines() if line.startswith("MEND  rooms:")]


def test_verify_finds_a_history_that_was_rewritten(installed: Operator):
    community(installed, "mariette")
    assert installed.vigie("verify") == (0, "everything holds\n", "")
    with sqlite3.connect(installed.directory / "vigie.sqlite3") as database:
        kept = database.execute("SELECT id, seal, position FROM facts_entry").fetchall()
        database.execute("UPDATE facts_entry SET seal = 'x', position = 1 WHERE id = ?", [kept[0][0]])
    try:
        status, said, _ = installed.vigie("verify")
        assert status == 1
        assert said == "I13: the history of community 1 is broken at position 1\n1 broken\n"
    finally:
        with sqlite3.connect(installed.directory / "vigie.sqlite3") as database:
            database.executemany("UPDATE facts_entry SET seal = ?2, position = ?3 WHERE id = ?1", kept)


# Serving ------------------------------------------------------------------------------------------------------------


def test_one_process_serves_a_directory(operator: Operator):
    first = Server(operator.environment())
    first.start()
    try:
        status, said, complaint = operator.vigie("serve")
        assert (status, said) == (1, "")
        assert complaint.startswith(f"Vigie already runs on {operator.directory}. In embedded mode one process")
        assert operator.vigie("demo")[0] == 1
    finally:
        first.stop(signal.SIGKILL)
    again = Server(operator.environment())
    again.start()  # a lock dies with its process: nothing to clean up after a crash
    again.stop()
    assert again.process is not None
    assert again.process.returncode in {0, -signal.SIGTERM}


@pytest.mark.parametrize("part", ["pages", "live", "jobs"])
def test_a_part_needs_a_database_and_a_bus_that_several_processes_share(operator: Operator, part: str):
    assert operator.vigie("serve", part) == (
        1,
        "",
        f"vigie serve {part} needs VIGIE_DATABASE_URL (PostgreSQL) and VIGIE_REDIS_URL.\n",
    )


def test_demo_mode_is_for_this_machine_alone(operator: Operator):
    told = operator.vigie("demo", VIGIE_BASE_URL="https://panel.example.org")
    assert told == (
        1,
        "",
        "vigie: VIGIE_DEMO opens every door without a key: it is refused on any address but loopback\n",
    )


# Replay -------------------------------------------------------------------------------------------------------------


TURNS = [
    ("ada", "Shall we take the early boat?"),
    ("ben", "Only if there is coffee."),
    ("cleo", "☕ There is always coffee – even ‘early’."),
    ("ada", "\u202eThen it is settled\u202c"),
    ("system", ""),
    ("ben", "See you at six, é or e\u0301."),
]


def conversation(directory: Path) -> str:
    turns = [{"i": i, "speaker": speaker, "text": text} for i, (speaker, text) in enumerate(TURNS)]
    path = directory / "boat.jsonl"
    path.write_text(json.dumps({"id": "boat", "turns": turns}, ensure_ascii=False) + "\n", encoding="utf-8")
    return str(path)


def test_a_conversation_is_played_through_real_sockets_and_comes_out_as_it_went_in(operator: Operator, tmp_path: Path):
    status, said, complaint = operator.vigie("replay", conversation(tmp_path), "--seed", "3")
    assert (status, complaint) == (0, "")
    assert said.startswith("boat: 5 turns of 3 speakers in ")
    assert "1 empty turns left out" in said
    assert said.endswith("every view complete and in order, equal to the log; the transcript equals the input\n")
    assert operator.vigie("verify") == (0, "everything holds\n", "")


@pytest.mark.parametrize(
    ("content", "more"), [("", ()), ("not JSON\n", ()), ('{"x": 1}\n', ()), (None, ()), ("turns", ("--id", "ferry"))]
)
def test_a_file_that_is_no_conversation_is_one_sentence(operator: Operator, tmp_path: Path, content, more):
    path = tmp_path / "file.jsonl"
    if content == "turns":
        path = Path(conversation(tmp_path))
    elif content is not None:
        path.write_text(content)
    status, said, complaint = operator.vigie("replay", str(path), *more)
    assert (status, said) == (2, "")
    assert complaint.startswith("vigie replay: ")
    assert complaint.count("\n") == 1
