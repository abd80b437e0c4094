"""F8, F23, F24, F25: a disk that is full; backups while members write, restored elsewhere; archives that were damaged;
the move to PostgreSQL.

What runs in a child that has the application stands first, what orders it about afterwards.
"""

import asyncio
import contextlib
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tests.harness.faults import Figures
from tests.harness.installation import Installation
from tests.harness.witness import Claims, Witness
from vigie.replay.client import RefusedByServer

# In a child -------------------------------------------------------------------


def back_up(file: str, recipient: str = "") -> dict[str, Any]:
    from vigie.operation.archive import Lock
    from vigie.operation.backup import back_up as write

    made = write(Path(file), Lock((recipient,) if recipient else ()))
    return {"rows": made.rows, "size": made.size}


def restore(file: str, *, replace: bool = False, key: str = "") -> dict[str, Any]:
    """What was restored, or the sentence that says why nothing was."""
    from vigie.operation.archive import Lock
    from vigie.operation.errors import Impossible
    from vigie.operation.restore import restore as put

    try:
        told = put(Path(file), Lock(key=key), replace=replace)
    except Impossible as reason:
        return {"refused": str(reason)}
    return {"rows": told.rows, "files": told.files, "erased": told.erased, "aside": told.aside}


def move(url: str) -> dict[str, Any]:
    from vigie.operation.errors import Impossible
    from vigie.operation.restore import move as copy

    try:
        moved = copy(url)
    except Impossible as reason:
        return {"refused": str(reason)}
    return {"rows": moved.rows, "tables": moved.tables}


def content() -> dict[str, Any]:
    """Each table: rows, digest, and the last number that was given out."""
    from vigie.operation import portable

    found = {}
    for table in portable.tables_after(portable.every_migration()):
        total = portable.summed("default", table)
        found[table.label] = [total.rows, total.digest, portable.counter("default", table)]
    return found


def schema() -> dict[str, Any]:
    """Everything that PostgreSQL says of its tables: columns, constraints, indexes, sequences."""
    from django.db import connection

    asked = {
        "columns": "SELECT table_name, column_name, data_type, is_nullable, column_default, character_maximum_length,"
        " identity_generation FROM information_schema.columns WHERE table_schema = 'public' ORDER BY 1, 2",
        "constraints": "SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid) FROM pg_constraint"
        " WHERE connamespace = 'public'::regnamespace ORDER BY 1, 2",
        "indexes": "SELECT tablename, indexname, indexdef FROM pg_indexes WHERE schemaname = 'public' ORDER BY 1, 2",
        "sequences": "SELECT sequence_name, data_type, increment FROM information_schema.sequences"
        " WHERE sequence_schema = 'public' ORDER BY 1",
        "triggers": "SELECT event_object_table, trigger_name, event_manipulation, action_timing, action_statement"
        " FROM information_schema.triggers WHERE trigger_schema = 'public' ORDER BY 1, 2, 3",
        "functions": "SELECT proname, prosrc FROM pg_proc WHERE pronamespace = 'public'::regnamespace ORDER BY 1",
    }
    found = {}
    with connection.cursor() as cursor:
        for name, sql in asked.items():
            cursor.execute(sql)
            # The queue makes its own tables when a process starts.
            rows = [list(map(str, row)) for row in cursor.fetchall()]
            found[name] = [row for row in rows if not row[0].startswith("vigie_jobs")]
    return found


def write_on() -> dict[str, int]:
    """One person, who comes and goes: the number they were given, 0 when it was somebody else's."""
    from django.db import IntegrityError

    from vigie.accounts.models import Person
    from vigie.core.codes import new_code

    try:
        one = Person.objects.create(email=f"{new_code()}@example.org")
    except IntegrityError:
        return {"id": 0}
    one_id = one.id
    one.delete()
    return {"id": one_id}


def order_transcript(slug: str, session_id: int) -> str:
    """A file of the data folder: the moderator's copy of what was said so far. Its path."""
    from django_scopes import scope

    from vigie.communities.access import Actor, Role
    from vigie.communities.models import Community, Membership
    from vigie.live import actions
    from vigie.live.actions.transcripts import path_of
    from vigie.live.models import Session

    community = Community.objects.get(slug=slug)
    with scope(community=community):
        session = Session.objects.get(id=session_id)
        actor = Actor(community, Membership.objects.get(role=Role.MODERATOR))
        file = actions.order_transcript(actor, session, kind="json", identity="alias")
    actions.make_transcript(file.id)
    return str(path_of(file))


def damages(whole: bytes, count: int, dice: random.Random) -> Iterator[tuple[str, bytes]]:
    """Copies of an archive, each hurt in one way: a bit, the end, the middle, more than there was."""
    for number in range(count):
        place = dice.randrange(len(whole))
        match number % 4:
            case 0 | 1:
                bit = 1 << dice.randrange(8)
                yield f"bit {bit} of byte {place}", whole[:place] + bytes([whole[place] ^ bit]) + whole[place + 1 :]
            case 2:
                yield f"cut after byte {place}", whole[:place]
            case _:
                more = dice.randbytes(1 + dice.randrange(40))
                yield f"{len(more)} bytes more", whole + more


def refuse_damages(file: str, count: int, seed: int, key: str = "") -> list[str]:
    """Restore each damaged copy over this installation: all must be refused, and nothing here may change."""
    from django.conf import settings

    from vigie.operation.archive import Lock
    from vigie.operation.errors import Impossible
    from vigie.operation.restore import restore as put

    root, wrong = Path(settings.DATA_DIR), []
    before = content(), sorted(path.name for path in root.iterdir())
    hurt = Path(file).with_suffix(".hurt")
    assert len({what for what, _ in damages(b"x" * 9999, count, random.Random(seed))}) > count / 2
    for what, data in damages(Path(file).read_bytes(), count, random.Random(seed)):
        hurt.write_bytes(data)
        try:
            put(hurt, Lock(key=key), replace=True)
            wrong.append(f"restored with {what}")
        except Impossible as reason:
            if not str(reason).endswith(("Nothing was touched", "(--passphrase-file)")):
                wrong.append(f"{what}: {reason}")
        except Exception as error:
            wrong.append(f"{what}: {type(error).__name__}: {error}"[:300])
        if len(wrong) > 5:
            break
    hurt.unlink(missing_ok=True)
    if before != (content(), sorted(path.name for path in root.iterdir())):
        wrong.append("the installation is not what it was")
    return wrong


def pages() -> int:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("PRAGMA page_count")
        return int(cursor.fetchone()[0])


def bound_database(limit: str) -> None:
    """Before it serves: the database may hold as many pages as this file says when a connection is opened."""
    from django.db.backends.signals import connection_created

    def bound(connection: Any, **kwargs: Any) -> None:
        with connection.cursor() as cursor:
            cursor.execute(f"PRAGMA max_page_count = {Path(limit).read_text()}")

    connection_created.connect(bound, weak=False)


# From outside -----------------------------------------------------------------


async def _talk(vigie: Installation, lines: int, during: Any = None, seats: int = 4) -> dict[str, Any]:
    """A session in which all speak: so many lines each, or until `during` is over. It is closed at the end."""
    scene = await asyncio.to_thread(vigie.call, "tests.harness.scene:set_scene", seats=seats)
    address = f"{vigie.base.replace('http', 'ws', 1)}/c/{scene['slug']}/{{}}/{scene['code']}/socket"
    claims = Claims()
    speakers = [
        Witness(address.format("live"), scene["cookies"][name], code, claims) for name, code in scene["seats"].items()
    ]
    moderator = Witness(address.format("live"), scene["cookies"]["moderator"], "moderator", claims)
    observer = Witness(address.format("back"), scene["cookies"]["observer-1"], "observer", claims)
    everyone = [*speakers, moderator, observer]
    await asyncio.gather(*(one.start() for one in everyone))
    await moderator.command("seat.admit", seats=[one.code for one in speakers])
    await moderator.command("session.open")
    over = asyncio.Event()

    async def speak(one: Witness, **fields: Any) -> None:
        said = 0
        while not over.is_set() and (during is not None or said < lines):
            await one.say(**fields)
            said += 1

    speaking = [asyncio.create_task(speak(one)) for one in speakers]
    speaking.append(asyncio.create_task(speak(observer, kind="remark")))
    try:
        if during is not None:
            await during(claims)
            over.set()
        await asyncio.gather(*speaking)
        await moderator.command("session.close")
    finally:
        over.set()
        for task in speaking:
            task.cancel()
        await asyncio.gather(*(one.stop() for one in everyone), return_exceptions=True)
    return {**scene, "claims": claims}


def talk(vigie: Installation, lines: int) -> dict[str, Any]:
    pid = vigie.serve()
    vigie.wait()
    try:
        return asyncio.run(_talk(vigie, lines))
    finally:
        vigie.end(pid)


@contextlib.contextmanager
def another(vigie: Installation, database: str) -> Iterator[Installation]:
    """An empty installation of the same source: another machine."""
    with Installation(database, tree=vigie.tree, in_memory=True) as other:
        yield other


def backups(vigie: Installation, count: int, *, elsewhere: tuple[str, ...] = ("sqlite",), seed: int = 1) -> Figures:
    """So many backups while everybody writes; each restored on another machine, verified, and compared."""
    figures, made, last = Figures(), [], 0

    async def during(claims: Claims) -> None:
        nonlocal last
        # A number that was given and whose row is gone.
        last = (await asyncio.to_thread(vigie.call, "tests.harness.keeping:write_on"))["id"]
        for number in range(count):
            known = dict(claims.by_text)
            file = str(vigie.directory / f"{number}.vigie")
            told = await asyncio.to_thread(vigie.call, "tests.harness.keeping:back_up", file=file)
            made.append((file, known, dict(claims.by_text), told))

    pid = vigie.serve()
    vigie.wait()
    try:
        scene = asyncio.run(_talk(vigie, 0, during))
    finally:
        vigie.end(pid)
    figures.wrong += scene["claims"].wrong
    for number, (file, known, later, told) in enumerate(made):
        with another(vigie, elsewhere[number % len(elsewhere)]) as other:
            figures.wrong += _judge(other, file, known, later, told, scene["session_id"])
            if other.call("tests.harness.keeping:write_on")["id"] <= last:
                figures.wrong.append(f"{file}: a number is given twice")
        Path(file).unlink()
        figures.counted += 1
    figures.measured["lines written meanwhile"] = len(scene["claims"].by_text)
    figures.measured["most rows in one"] = max(told["rows"] for *_, told in made)
    return figures


def _judge(
    other: Installation,
    file: str,
    known: dict[str, tuple[str, int]],
    later: dict[str, tuple[str, int]],
    told: dict[str, Any],
    session_id: int,
) -> list[str]:
    """All that was acknowledged before the backup began is in it, each under its number; then life goes on."""
    found = other.call("tests.harness.keeping:restore", file=file)
    if "refused" in found:
        return [f"{file}: {found['refused']}"]
    wrong = [] if found["rows"] == told["rows"] else [f"{file}: {found['rows']} rows of {told['rows']}"]
    kept = other.call("tests.harness.scene:read_logs", session_id=session_id)
    said = {line["text"]: line["seq"] for line in [*kept["lines"], *kept["remarks"]] if line["text"]}
    lost = [text for text, (_, seq) in known.items() if said.get(text) != seq]
    wrong += [f"{file}: {len(lost)} acknowledged lines are not in it, such as {lost[0]}"] if lost else []
    moved = [text for text, (_, seq) in later.items() if said.get(text, seq) != seq]
    wrong += [f"{file}: {len(moved)} lines have another number"] if moved else []
    return [*wrong, *other.call("tests.harness.scene:verify")]


def damaged(vigie: Installation, count: int, *, lines: int = 20, seed: int = 1) -> Figures:
    """Half of the damages hit a plain archive, half an encrypted one."""
    from vigie.operation.archive import new_key

    figures = Figures()
    talk(vigie, lines)
    key, recipient = new_key()
    for name, given, closed in (("plain", "", ""), ("closed", key, recipient)):
        file = str(vigie.directory.parent / f"{vigie.directory.name}-{name}.vigie")
        try:
            vigie.call("tests.harness.keeping:back_up", file=file, recipient=closed)
            figures.wrong += vigie.call(
                "tests.harness.keeping:refuse_damages", file=file, count=count // 2, seed=seed, key=given
            )
            figures.counted += count // 2
            whole = vigie.call("tests.harness.keeping:restore", file=file, replace=True, key=given)
            if "refused" in whole:
                figures.wrong.append(f"the whole {name} archive was refused: {whole['refused']}")
        finally:
            Path(file).unlink(missing_ok=True)
    return figures


def moves(vigie: Installation, count: int = 2, *, lines: int = 20, seed: int = 1) -> Figures:
    """From SQLite to one empty PostgreSQL database after the other: tables, numbers and schema equal every time."""
    figures = Figures()
    talk(vigie, lines)
    vigie.call("tests.harness.keeping:write_on")
    before = vigie.call("tests.harness.keeping:content")
    for number in range(count):
        with another(vigie, "postgresql") as other:
            fresh = other.call("tests.harness.keeping:schema")
            url = other.environment["VIGIE_DATABASE_URL"]
            told = vigie.call("tests.harness.keeping:move", url=url)
            if "refused" in told:
                figures.wrong.append(f"move {number + 1}: {told['refused']}")
                continue
            after = other.call("tests.harness.keeping:content")
            figures.wrong += [
                f"move {number + 1}: {label} is {after.get(label)}, was {was}"
                for label, was in before.items()
                if after.get(label) != was
            ]
            if (moved := other.call("tests.harness.keeping:schema")) != fresh:
                parts = [name for name, rows in fresh.items() if moved[name] != rows]
                figures.wrong.append(f"move {number + 1}: the schema is not a fresh one's: {', '.join(parts)}")
            figures.wrong += other.call("tests.harness.scene:verify")
            last = before["accounts.Person"][2]
            if other.call("tests.harness.keeping:write_on") != {"id": last + 1}:
                figures.wrong.append(f"move {number + 1}: a number was given twice")
            if "refused" not in vigie.call("tests.harness.keeping:move", url=url):
                figures.wrong.append(f"move {number + 1}: a database that is not empty was filled again")
            figures.counted += 1
            figures.measured["rows"] = told["rows"]
    if before != vigie.call("tests.harness.keeping:content"):
        figures.wrong.append("the source is not what it was")
    return figures


PLENTY = 1_000_000


def disk_full(vigie: Installation, count: int = 1, *, seed: int = 1) -> Figures:
    """The database finds no room while four people speak; then there is room, without a restart. SQLite, once."""
    figures = Figures()
    scene = vigie.call("tests.harness.scene:set_scene", seats=4)
    limit = vigie.directory / "pages"
    limit.write_text(str(vigie.call("tests.harness.keeping:pages") + 20 + seed % 10))
    with_limit = {"with": "tests.harness.keeping:bound_database", "arguments": {"limit": str(limit)}}
    pid = vigie.serve(**with_limit)
    vigie.wait()
    try:
        asyncio.run(_fill(vigie, scene, limit, figures))
    finally:
        vigie.end(pid)
    figures.wrong += vigie.call("tests.harness.scene:verify")
    return figures


async def _fill(vigie: Installation, scene: dict[str, Any], limit: Path, figures: Figures) -> None:
    address = f"{vigie.base.replace('http', 'ws', 1)}/c/{scene['slug']}/live/{scene['code']}/socket"
    claims = Claims()
    speakers = [Witness(address, scene["cookies"][name], code, claims) for name, code in scene["seats"].items()]
    moderator = Witness(address, scene["cookies"]["moderator"], "moderator", claims)
    everyone, refused = [*speakers, moderator], list[str]()
    await asyncio.gather(*(one.start() for one in everyone))
    await moderator.command("seat.admit", seats=[one.code for one in speakers])
    await moderator.command("session.open")

    async def speak(one: Witness, *, until_refused: bool) -> None:
        """Until the server says that it cannot keep what was said, or until it can again."""
        for _ in range(5000):
            try:
                await one.say()
            except RefusedByServer:
                refused.append(f"{one.code} says {one.said}")
                if until_refused:
                    return
                await asyncio.sleep(0.02)
            else:
                if not until_refused:
                    return
        figures.wrong.append("never refused" if until_refused else "never well again")

    try:
        await asyncio.gather(*(speak(one, until_refused=True) for one in speakers))
        limit.write_text(str(PLENTY))
        await asyncio.gather(*(speak(one, until_refused=False) for one in speakers))
        figures.counted += 1
    finally:
        await asyncio.gather(*(one.stop() for one in everyone), return_exceptions=True)
    kept = await asyncio.to_thread(vigie.call, "tests.harness.scene:read_logs", session_id=scene["session_id"])
    said = {line["text"]: line["seq"] for line in kept["lines"] if line["text"]}
    figures.wrong += claims.wrong
    lost = [text for text, (_, seq) in claims.by_text.items() if said.get(text) != seq]
    figures.wrong += [f"{text} was acknowledged and is gone" for text in lost]
    figures.wrong += [f"{text} was refused and is there" for text in refused if text in said]
    figures.measured = {"acknowledged lines": len(claims.by_text), "refused": len(refused)}
