"""F3: the power goes at any moment. Only what the server had synced is still there when it comes back.

`strace` records the server's own system calls while words are acknowledged. Each file is then rebuilt as a disk would
hold it at a chosen moment – its content at the last `fsync` or `fdatasync` that had returned, nothing of what was
written since – and opened again: every acknowledgement that had left the machine by then must be in it.

Limits: an unsynced write vanishes whole; torn sectors, disks that lie and lost directory entries are not modelled.
"""

import asyncio
import random
import re
import shutil
import sqlite3
import subprocess
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.harness.installation import MEMORY, Installation
from tests.harness.witness import Claims, Witness

STRACE = shutil.which("strace")
CALLS = "pwrite64,pwritev,write,writev,ftruncate,fallocate,fsync,fdatasync,unlink,unlinkat,rename,sendto,sendmsg"


@dataclass
class Figures:
    acknowledged: int = 0
    syncs: int = 0
    cuts: int = 0
    lost: int = 0
    worst: int = 0
    broken: int = 0
    wrong: list[str] = field(default_factory=list)


def power_cut(vigie: Installation, cuts: int, *, messages: int = 400, seed: int = 1) -> Figures:
    """Record one session of so many messages, then cut the power at so many moments of it."""
    pid = vigie.serve()
    vigie.wait()
    trace, start = vigie.directory / "trace", vigie.directory / "start"
    start.mkdir()
    try:
        asyncio.run(_record(vigie, pid, trace, start, messages))
    finally:
        vigie.end(pid)
    return replay(trace, start, vigie.directory / "vigie.sqlite3", cuts, seed)


async def _record(vigie: Installation, pid: int, trace: Path, start: Path, messages: int) -> None:
    scene = await asyncio.to_thread(vigie.call, "tests.harness.scene:set_scene", seats=4)
    address = f"{vigie.base.replace('http', 'ws', 1)}/c/{scene['slug']}/{{}}/{scene['code']}/socket"
    claims = Claims()
    seats = [
        Witness(address.format("live"), scene["cookies"][name], code, claims) for name, code in scene["seats"].items()
    ]
    moderator = Witness(address.format("live"), scene["cookies"]["moderator"], "moderator", claims)
    observer = Witness(address.format("back"), scene["cookies"]["observer-1"], "observer", claims)
    everyone = [*seats, moderator, observer]
    await asyncio.gather(*(one.start() for one in everyone))
    await moderator.command("seat.admit", seats=[one.code for one in seats])
    await moderator.command("session.open")
    await asyncio.sleep(0.3)
    for file in vigie.directory.glob("vigie.sqlite3*"):
        shutil.copy(file, start)
    strace = subprocess.Popen(
        [str(STRACE), "-f", "-y", "-xx", "-s", "1000000", "-e", f"trace={CALLS}", "-o", str(trace), "-p", str(pid)],
        stderr=subprocess.PIPE,
    )
    try:
        assert strace.stderr
        said = await asyncio.to_thread(strace.stderr.readline)
        if b"attached" not in said:
            raise RuntimeError(f"strace: {said.decode()}")

        async def talk(one: Witness, times: int, **fields: Any) -> None:
            for _ in range(times):
                await one.say(**fields)

        shares = [talk(one, messages // 5) for one in seats]
        await asyncio.gather(*shares, talk(observer, messages // 5, kind="remark"))
    finally:
        strace.terminate()
        await asyncio.to_thread(strace.wait, 10)
        if strace.stderr:
            strace.stderr.close()
        await asyncio.gather(*(one.stop() for one in everyone))


@dataclass
class Step:
    """One thing that happened, in order: a change of a file, a sync, or acknowledgements that left."""

    kind: str
    path: str = ""
    data: bytes = b""
    at: int = 0
    ids: tuple[tuple[str, int], ...] = ()


_LINE = re.compile(r"^(\d+)\s+(.*)$", re.DOTALL)
_WRITE = re.compile(r'^pwrite64\(\d+<([^>]*)>, "([^"]*)"(\.\.\.)?, \d+, (\d+)\)\s+= (\d+)')
_SYNC = re.compile(r"^f(?:data)?sync\(\d+<([^>]*)>")
_CUT = re.compile(r"^ftruncate\(\d+<([^>]*)>, (\d+)\)\s+= 0")
_GONE = re.compile(r'^unlink(?:at)?\((?:AT_FDCWD[^,]*, )?"([^"]*)"')
_SENT = re.compile(r'^(?:sendto|write|sendmsg)\(\d+<[^>]*>, (?:\{.*?iov_base=)?"([^"]*)"')
_ACK = re.compile(rb'"type":"ack","id":"([^"]+)","seq":(\d+)')


def _bytes(text: str) -> bytes:
    return bytes.fromhex(text.replace("\\x", ""))


def _name(text: str) -> str:
    return _bytes(text).decode() if text.startswith("\\x") else text


def steps(trace: Path) -> Iterator[Step]:
    """What the trace tells, calls that were cut in two by another thread's put together again.

    An acknowledgement counts from the moment its sending begins; a sync covers what was written when it began, and
    counts from the moment it returns.
    """
    begun: dict[str, str] = {}
    with trace.open(encoding="ascii", errors="replace") as file:
        for raw in file:
            found = _LINE.match(raw.rstrip("\n"))
            if found is None:
                continue
            pid, line = found.groups()
            if line.endswith("<unfinished ...>"):
                begun[pid] = line.removesuffix("<unfinished ...>").rstrip()
                if sync := _SYNC.match(line):
                    yield Step("sync begins", f"{_name(sync[1])}", at=int(pid))
                if sent := _SENT.match(line):
                    yield from _acknowledged(sent[1])
                    begun.pop(pid)
                continue
            if line.startswith("<... "):
                head = begun.pop(pid, None)
                if head is None:
                    continue
                line = head + line[line.index("resumed>") + len("resumed>") :]
                if (sync := _SYNC.match(line)) and line.endswith("= 0"):
                    yield Step("sync ends", _name(sync[1]), at=int(pid))
                    continue
            if write := _WRITE.match(line):
                if write[3]:
                    raise ValueError("strace cut a write short")
                yield Step("write", _name(write[1]), _bytes(write[2])[: int(write[5])], int(write[4]))
            elif (sync := _SYNC.match(line)) and line.endswith("= 0"):
                yield Step("sync begins", _name(sync[1]), at=int(pid))
                yield Step("sync ends", _name(sync[1]), at=int(pid))
            elif cut := _CUT.match(line):
                yield Step("truncate", _name(cut[1]), at=int(cut[2]))
            elif gone := _GONE.match(line):
                yield Step("unlink", _name(gone[1]))
            elif sent := _SENT.match(line):
                yield from _acknowledged(sent[1])


def _acknowledged(text: str) -> Iterator[Step]:
    ids = tuple((match[1].decode(), int(match[2])) for match in _ACK.finditer(_bytes(text) if "\\x" in text else b""))
    if ids:
        yield Step("acknowledged", ids=ids)


def replay(trace: Path, start: Path, database: Path, cuts: int, seed: int) -> Figures:
    """Half of the cuts fall right after an acknowledgement, where a lie would show, the others anywhere."""
    told, figures = list(steps(trace)), Figures()
    figures.acknowledged = sum(len(step.ids) for step in told)
    figures.syncs = sum(step.kind == "sync ends" for step in told)
    if not figures.acknowledged or not any(step.kind == "write" for step in told):
        figures.wrong.append("the trace shows no write or no acknowledgement: nothing was tested")
        return figures
    dice = random.Random(seed)
    after = [place for place, step in enumerate(told) if step.kind == "acknowledged"]
    places = dice.sample(after, min(cuts // 2, len(after)))
    places += dice.sample(range(len(told)), min(cuts - len(places), len(told)))
    wanted = {place: places.count(place) for place in places}
    files = {str(database) + end: (start / (database.name + end)) for end in ("", "-wal")}
    written = {path: bytearray(file.read_bytes() if file.exists() else b"") for path, file in files.items()}
    synced = {path: bytes(content) for path, content in written.items()}
    syncing: dict[tuple[int, str], bytes] = {}
    promised: dict[str, int] = {}
    for place, step in enumerate(told):
        if step.path in written:
            content = written[step.path]
            match step.kind:
                case "write":
                    content.extend(b"\0" * (step.at - len(content)))
                    content[step.at : step.at + len(step.data)] = step.data
                case "truncate":
                    del content[step.at :]
                case "sync begins":
                    syncing[step.at, step.path] = bytes(content)
                case "sync ends":
                    synced[step.path] = syncing.pop((step.at, step.path))
                case "unlink":
                    content.clear()
                    synced[step.path] = b""
        promised.update(step.ids)
        if place in wanted:
            figures.cuts += wanted[place]
            lost, broken = _reopen(synced, database.name, promised)
            figures.lost += lost > 0
            figures.worst = max(figures.worst, lost)
            figures.broken += bool(broken)
            if lost and len(figures.wrong) < 20:
                figures.wrong.append(f"cut at step {place}: {lost} of {len(promised)} acknowledged lines are gone")
            if broken and len(figures.wrong) < 20:
                figures.wrong.append(f"cut at step {place}: {broken}")
    return figures


def _reopen(synced: dict[str, bytes], name: str, promised: dict[str, int]) -> tuple[int, str]:
    """How many promises the file broke, and what else is wrong with it."""
    with tempfile.TemporaryDirectory(prefix="vigie-powercut-", dir=MEMORY) as directory:
        for path, content in synced.items():
            (Path(directory) / Path(path).name).write_bytes(content)
        connection = sqlite3.connect(Path(directory) / name)
        try:
            found = dict(connection.execute("SELECT client_id, seq FROM live_line WHERE client_id <> ''").fetchall())
            found |= dict(connection.execute("SELECT client_id, seq FROM backroom_remark").fetchall())
            lost = sum(found.get(client_id) != seq for client_id, seq in promised.items())
            whole = connection.execute("PRAGMA quick_check").fetchone()[0]
            holes = connection.execute(
                "SELECT count(*) FROM live_session s WHERE last_seq <> (SELECT count(*) FROM live_line l "
                "WHERE l.session_id = s.id) OR last_seq <> (SELECT coalesce(max(seq), 0) FROM live_line l "
                "WHERE l.session_id = s.id)"
            ).fetchone()[0]
        except sqlite3.DatabaseError as error:
            return len(promised), f"the file cannot be read: {error}"
        finally:
            connection.close()
    return lost, "" if whole == "ok" and not holes else f"quick_check {whole}, {holes} sessions with holes"
