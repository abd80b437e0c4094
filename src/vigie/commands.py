"""The `vigie` command: one entry for operators. Beside asgi and urls, it knows every app."""

import argparse
import io
import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from vigie.operation.archive import Lock


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(prog="vigie", description="Customer communities with live moderated sessions.")
    commands = parser.add_subparsers(dest="command", required=True)
    serve = commands.add_parser("serve", help="run everything in one process, or one part of a larger installation")
    serve.add_argument("part", nargs="?", choices=["pages", "live", "jobs"], help="PostgreSQL and Redis only")
    commands.add_parser("demo", help="a living demo community on this machine, with one-click doors")
    commands.add_parser("migrate", help="bring the database to this version")
    replay = commands.add_parser("replay", help="play a recorded conversation through real sockets and compare")
    replay.add_argument("file")
    replay.add_argument("--id", dest="conversation", default="", help="which conversation of the file")
    replay.add_argument(
        "--speed", type=float, default=0.0, help="messages a second; 0: as fast as they are acknowledged"
    )
    replay.add_argument("--seed", type=int, default=1, help="decides cuts, reconnections and confidential remarks")
    replay.add_argument("--limit", type=int, default=0, help="play only the first N turns")
    commands.add_parser("doctor", help="look for what is missing or wrong on this installation")
    commands.add_parser("verify", help="check that everything promised is still true in the database")
    commands.add_parser("check", help="check settings and code: every route declares its right")
    community = commands.add_parser("community", help="found a community, which its manager then prepares and opens")
    community.add_argument("slug")
    community.add_argument("--name", required=True)
    community.add_argument("--brand", required=True)
    community.add_argument("--manager", required=True, help="the manager's e-mail address")
    community.add_argument("--pseudonym", required=True, help="the name under which the manager is known there")
    _operation(commands)
    options = parser.parse_args(arguments)
    if options.command == "restore" and options.to:
        # A rehearsal, or another machine: an installation of its own in that folder.
        os.environ["VIGIE_DATA_DIR"] = options.to
        os.environ["VIGIE_DATABASE_URL"] = ""
    if options.command == "demo":
        os.environ.setdefault("VIGIE_DEMO", "1")
        os.environ.setdefault("VIGIE_DATA_DIR", "var/demo")
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "vigie.settings")
    _COMMANDS[options.command](options)


def _operation(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """What keeps an installation alive: docs/operating.md."""
    backup = commands.add_parser("backup", help="everything that must survive, in one file, while members go on")
    backup.add_argument("file", nargs="?", type=Path, help="by default a dated one in the data folder")
    restore = commands.add_parser("restore", help="put a backup in place, and verify it")
    restore.add_argument("file", type=Path)
    restore.add_argument("--to", default="", metavar="FOLDER", help="into a new installation in this folder, on SQLite")
    restore.add_argument("--replace", action="store_true", help="where something is already: it is put aside")
    restore.add_argument("--anyway", action="store_true", help="even if the backup does not hold what was promised")
    restore.add_argument("--key", type=Path, metavar="FILE", help="the file that `vigie key` wrote")
    move = commands.add_parser("move", help="from SQLite into an empty PostgreSQL database")
    move.add_argument("--to", required=True, metavar="URL", help="postgresql://user@host:5432/name")
    upgrade = commands.add_parser("upgrade", help="backup, migrate, verify")
    for parser in (backup, upgrade):
        parser.add_argument(
            "--for",
            dest="recipients",
            action="append",
            default=[],
            metavar="AGE1…",
            help="encrypt for the holder of this key; VIGIE_BACKUP_RECIPIENT by default",
        )
    for parser in (backup, upgrade, restore):
        parser.add_argument("--passphrase-file", type=Path, metavar="FILE", help="its first line is the passphrase")
    key = commands.add_parser("key", help="make a key for encrypted backups; keep it away from this machine")
    key.add_argument("file", type=Path)
    retention = commands.add_parser("retention", help="delete what is out of date")
    retention.add_argument("--dry-run", action="store_true", help="say what would be deleted, and why")
    retention.add_argument(
        "--date-is-right", action="store_true", help="after a long stop: the clock is to be believed"
    )
    commands.add_parser("bounces", help="read a mail server's report from standard input: who is no longer written to")
    commands.add_parser("settings", help="every setting, as docs/reference/settings.md")
    commands.add_parser("ready", help="ask the server on this machine whether it is ready")


def _setup() -> None:
    import django
    from django.core.exceptions import ImproperlyConfigured

    try:
        django.setup()
    except ImproperlyConfigured as error:
        sys.exit(f"vigie: {error}")


def _check(options: argparse.Namespace) -> None:
    from django.core.management import call_command

    _setup()
    call_command("check")


def migrate() -> None:
    """Bring the database to this version; safe to run again."""
    from django.core.management import call_command

    call_command("migrate", verbosity=0, interactive=False)
    call_command("createcachetable", verbosity=0)


def _migrate(options: argparse.Namespace) -> None:
    _setup()
    migrate()


def _serve(options: argparse.Namespace) -> None:
    from django.core.management import call_command

    _setup()
    from django.conf import settings

    from vigie import serving

    call_command("check", stdout=io.StringIO())
    if options.part is None:
        if not settings.EMBEDDED:
            migrate()
            serving.serve_live()
            return
        with serving.alone(settings.DATA_DIR):
            migrate()
            serving.serve_live()
    elif settings.EMBEDDED or not settings.REDIS_URL:
        sys.exit(f"vigie serve {options.part} needs VIGIE_DATABASE_URL (PostgreSQL) and VIGIE_REDIS_URL.")
    else:
        {"pages": serving.serve_pages, "live": serving.serve_live, "jobs": serving.serve_jobs}[options.part]()


def _demo(options: argparse.Namespace) -> None:
    _setup()
    from django.conf import settings
    from django.core.management import call_command

    from vigie import serving
    from vigie.demo.seed import seed_demo

    call_command("check", stdout=io.StringIO())
    with serving.alone(settings.DATA_DIR):
        migrate()
        seed_demo()
        print(f"\n  Le Comptoir Mariette is open: {settings.BASE_URL}\n  Ctrl-C closes it.\n", flush=True)
        serving.serve_live()


def _replay(options: argparse.Namespace) -> None:
    _setup()
    from vigie.replay import replay

    sys.exit(replay(options))


def _doctor(options: argparse.Namespace) -> None:
    _setup()
    from vigie.doctor import examine

    sys.exit(examine())


def _verify(options: argparse.Namespace) -> None:
    _setup()
    from vigie.operation.portable import waiting
    from vigie.verify import verify

    if count := waiting("default"):
        sys.exit(f"vigie: {count} migrations wait: run vigie upgrade first.")
    broken = list(verify())
    for sentence in broken:
        print(sentence)
    print(f"{len(broken)} broken" if broken else "everything holds")
    sys.exit(bool(broken))


def _community(options: argparse.Namespace) -> None:
    _setup()
    from django.core.exceptions import ValidationError
    from django.db import transaction

    from vigie.accounts.actions import register_person
    from vigie.communities.access import Role
    from vigie.communities.actions import found_community, grant_membership

    try:
        with transaction.atomic():
            community = found_community(slug=options.slug, name=options.name, brand=options.brand)
            manager = register_person(options.manager)
            grant_membership(community, manager, pseudonym=options.pseudonym, role=Role.MANAGER)
    except ValidationError as error:
        sys.exit("; ".join(error.messages))
    print(f"{community.name} is founded. {manager.email} can sign in, prepare it in six steps, and open it.")


# Operation --------------------------------------------------------------------


@contextmanager
def _stopped() -> Iterator[None]:
    """The installation is ours alone; an order that cannot be carried out is one sentence."""
    from django.conf import settings

    from vigie import serving

    with _one_sentence():
        if settings.EMBEDDED:
            with serving.alone(settings.DATA_DIR):
                yield
        else:
            yield


@contextmanager
def _one_sentence() -> Iterator[None]:
    from vigie.operation.errors import Impossible

    try:
        yield
    except Impossible as reason:
        sys.exit(f"vigie: {reason}")


def _lock(options: argparse.Namespace) -> "Lock":
    """What closes or opens the archive."""
    from django.conf import settings

    from vigie.operation.archive import Lock
    from vigie.operation.errors import Impossible

    try:
        phrase = options.passphrase_file.read_text().partition("\n")[0] if options.passphrase_file else ""
        key = _key_of(options.key.read_text()) if getattr(options, "key", None) else ""
    except OSError as error:
        raise Impossible(f"{error.filename} cannot be read: {error.strerror}") from None
    if options.passphrase_file and len(phrase) < 12:
        raise Impossible("the passphrase is too short: 12 characters or more")
    usual = [settings.BACKUP_RECIPIENT] if settings.BACKUP_RECIPIENT and not phrase else []
    return Lock(tuple(getattr(options, "recipients", []) or usual), key, phrase)


def _key_of(text: str) -> str:
    return next((line.strip() for line in text.splitlines() if line.startswith("AGE-SECRET-KEY-")), "none")


def _backup(options: argparse.Namespace) -> None:
    _setup()
    from vigie.operation.backup import back_up

    with _one_sentence():
        print(f"backed up: {back_up(options.file, _lock(options))}")


def _restore(options: argparse.Namespace) -> None:
    _setup()
    from vigie.operation.restore import restore

    with _stopped():
        told = restore(options.file, _lock(options), replace=options.replace, anyway=options.anyway)
    print(f"restored: {told.rows} rows, {told.files} files, {told.migrations} migrations run after them")
    if told.erased:
        print(f"erased again: {told.erased} who asked for it after the backup was made")
    if told.aside:
        print(f"what stood there lies in {told.aside}: delete it when you are sure")
    if not told.same_key:
        print("the secret key is another one: second factors open again only with the former VIGIE_SECRET_KEY")
    for sentence in told.broken:
        print(sentence)
    print(f"{len(told.broken)} broken" if told.broken else "verified: everything holds; everybody signs in again")
    sys.exit(bool(told.broken))


def _move(options: argparse.Namespace) -> None:
    _setup()
    from vigie.operation.restore import move

    with _stopped():
        moved = move(options.to)
    print(f"moved: {moved.rows} rows of {moved.tables} tables, each table equal; files stay in the data folder")
    print("set VIGIE_DATABASE_URL, run vigie verify, then serve")


def _upgrade(options: argparse.Namespace) -> None:
    _setup()
    from vigie.operation.upgrade import upgrade

    with _stopped():
        for sentence in upgrade(_lock(options)):
            print(sentence, flush=True)


def _make_key(options: argparse.Namespace) -> None:
    from vigie.operation.archive import new_key

    key, recipient = new_key()
    try:
        with os.fdopen(os.open(options.file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(f"# {recipient}\n{key}\n")
    except OSError as error:
        sys.exit(f"vigie: {options.file} cannot be written: {error.strerror}")
    print(f"VIGIE_BACKUP_RECIPIENT={recipient}")


def _retention(options: argparse.Namespace) -> None:
    _setup()
    from vigie.operation.retention import apply_rules

    verb = "would be deleted" if options.dry_run else "deleted"
    with _one_sentence():
        for one in apply_rules(dry_run=options.dry_run, date_is_right=options.date_is_right):
            print(f"{one.count:6} {verb}: {one.rule.what} (kept {one.rule.kept}: {one.rule.why})")


def _bounces(options: argparse.Namespace) -> None:
    """Ends well whatever it reads: a mail server would answer anything else with one more bounce."""
    _setup()
    from vigie.mails.actions import note_report
    from vigie.mails.reports import LARGEST, read_report

    raw = sys.stdin.buffer.read(LARGEST)
    report = read_report(raw)
    new = note_report(report, raw)
    print(f"{len(report.told)} addresses told of, {new} of them new" if report.told else "no report of a bounce")


def _settings(options: argparse.Namespace) -> None:
    _setup()
    from vigie.operation.reference import settings_page

    print(settings_page(), end="")


def _ready(options: argparse.Namespace) -> None:
    _setup()
    from vigie.operation.ask import ask

    well, words = ask()
    print(words)
    sys.exit(not well)


_COMMANDS = {
    "backup": _backup,
    "restore": _restore,
    "move": _move,
    "upgrade": _upgrade,
    "key": _make_key,
    "retention": _retention,
    "settings": _settings,
    "ready": _ready,
    "serve": _serve,
    "demo": _demo,
    "migrate": _migrate,
    "replay": _replay,
    "bounces": _bounces,
    "doctor": _doctor,
    "verify": _verify,
    "check": _check,
    "community": _community,
}
