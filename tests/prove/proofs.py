"""What is proved, how, and how often."""

import os
import re
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from threading import Thread
from typing import Any

from tests.harness import faults, keeping
from tests.harness.holes import HOLES, unnoticed
from tests.harness.installation import ROOT, Installation, grown_up
from tests.harness.interference import Theatre, plays
from tests.harness.kill import AtSync, Real, kill
from tests.harness.post import PostOffice, post
from tests.harness.powercut import STRACE, power_cut
from tests.harness.timing import timing

#: A participant's acknowledgements may shift by so much beside one remark a second (abuse case 14): more than a lively
#: block of three people writes. Twenty a second is a stress, to see what the one writer of SQLite makes of it.
TIMING_BOUND, STRESS_BOUND = 0.1, 0.2


@dataclass
class Part:
    """What one part of a proof did. Numbers under `added` add up, of those under `most` the largest is kept."""

    done: int
    wrong: list[str] = field(default_factory=list)
    added: dict[str, float] = field(default_factory=dict)
    most: dict[str, float] = field(default_factory=dict)


@dataclass(frozen=True)
class Proof:
    name: str
    #: The ids of invariants, faults and abuse cases.
    promise: str
    method: str
    unit: str
    count: int
    part: int
    run: Callable[[Path, int, int], Part]
    missing: Callable[[], str] = lambda: ""


def _needs_both() -> str:
    return "" if grown_up() else "PostgreSQL or Redis does not answer"


def _needs_strace() -> str:
    return "" if STRACE else "strace is not installed"


def holes(tree: Path, count: int, done: int) -> Part:
    chosen = HOLES[done : done + count]
    return Part(len(chosen), [wrong for hole in chosen for wrong in unnoticed(hole, tree)])


def kills(database: str, *, real: bool = False) -> Callable[[Path, int, int], Part]:
    def run(tree: Path, count: int, done: int) -> Part:
        with Installation(database, tree=tree) as vigie:
            figures = kill(vigie, count, seed=done + 1, process=Real(vigie) if real else None)
            wrong = [*figures.wrong, *vigie.call("tests.harness.scene:verify")]
        added = {
            "acknowledged lines": figures.acknowledged,
            "acknowledged remarks": figures.remarks,
            "commands in flight when killed": figures.interrupted,
        }
        return Part(figures.cycles, wrong, added, {"slowest cycle, s": round(figures.slowest, 2)})

    return run


def posts(database: str) -> Callable[[Path, int, int], Part]:
    def run(tree: Path, count: int, done: int) -> Part:
        with PostOffice() as office:
            Thread(target=office.serve_forever, daemon=True).start()
            try:
                with Installation(database, tree=tree, VIGIE_MAIL_URL=office.url) as vigie:
                    figures = post(office, vigie, count, seed=done + 1)
            finally:
                office.shutdown()
        return Part(figures.kills, figures.wrong, {"mails": figures.mails, "came twice": figures.twice})

    return run


def kills_at_sync(tree: Path, count: int, done: int) -> Part:
    with Installation(tree=tree) as vigie:
        process = AtSync(vigie, done + 1)
        figures = kill(vigie, count, seed=done + 1, process=process)
        wrong = [*figures.wrong, *vigie.call("tests.harness.scene:verify")]
    return Part(count, wrong, {"struck at a sync": process.struck, "acknowledged lines": figures.acknowledged})


def power_cuts(tree: Path, count: int, done: int) -> Part:
    with Installation(tree=tree) as vigie:
        figures = power_cut(vigie, count, seed=done + 1)
    return Part(
        figures.cuts,
        figures.wrong,
        {"acknowledged lines and remarks": figures.acknowledged, "syncs": figures.syncs},
        {"most lost at one cut": figures.worst},
    )


def pairs(tree: Path, count: int, done: int) -> Part:
    from hypothesis import HealthCheck, Phase, given, seed, settings

    wrong: list[str] = []
    with Theatre(tree) as theatre:

        @seed(done + 1)
        @settings(
            max_examples=count,
            deadline=None,
            database=None,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        @given(plays(steps=20))
        def whatever_is_played(play: Any) -> None:
            found = theatre.differences(play)
            wrong.extend(f"{sentence} in {play}"[:2000] for sentence in found)

        whatever_is_played()
        performed = theatre.pairs
    return Part(performed, wrong)


def acknowledgements(rate: float, bound: float) -> Callable[[Path, int, int], Part]:
    def run(tree: Path, count: int, done: int) -> Part:
        with Installation(tree=tree) as vigie:
            figures = timing(vigie, count, remarks_a_second=rate, seed=done + 1)
        wrong = []
        if figures.distance > bound:
            wrong.append(f"the two distributions are {figures.distance} apart")
        measured = {
            "distance": figures.distance,
            "expected by chance once in 100": figures.chance,
            "median quiet, ms": figures.quiet_median,
            "median busy, ms": figures.busy_median,
            "p95 quiet, ms": figures.quiet_p95,
            "p95 busy, ms": figures.busy_p95,
        }
        return Part(count, wrong, {"remarks": figures.remarks}, measured)

    return run


def fault(
    name: str,
    database: str = "sqlite",
    counted: str = "rounds",
    *,
    real: bool = False,
    seeded: bool = True,
    **options: Any,
) -> Callable[[Path, int, int], Part]:
    def run(tree: Path, count: int, done: int) -> Part:
        with Installation(database, tree=tree) as vigie:
            more = {**options, "process": Real(vigie)} if real else dict(options)
            if seeded:
                more["seed"] = done + 1
            figures: faults.Figures = getattr(faults, name)(vigie, **{counted: count}, **more)
        added = {key: value for key, value in figures.measured.items() if key == "answers stolen"}
        most = {key: value for key, value in figures.measured.items() if key not in added}
        return Part(count, figures.wrong, added, most)

    return run


def kept(name: str, database: str = "sqlite", **options: Any) -> Callable[[Path, int, int], Part]:
    """Backups, restores and moves: `tests/harness/keeping.py`."""

    def run(tree: Path, count: int, done: int) -> Part:
        with Installation(database, tree=tree) as vigie:
            figures: faults.Figures = getattr(keeping, name)(vigie, count, seed=done + 1, **options)
        return Part(figures.counted, figures.wrong, {}, figures.measured)

    return run


def model(tree: Path, count: int, done: int) -> Part:
    chosen = (f"--hypothesis-seed={done + 1}", "tests/live/test_room_model.py", "-k", "TestRooms")
    ended = _tests(tree, *chosen, VIGIE_MODEL_EXAMPLES=str(count))
    passed = re.search(r"1 passed|^\.", ended.stdout) and ended.returncode == 0
    return Part(count, [] if passed else [ended.stdout[-1500:]])


def same_time(tree: Path, count: int, done: int) -> Part:
    ended = _tests(tree, "-s", "tests/prove/same_time.py")
    told = re.findall(r"known ([\d.]+) ms, unknown ([\d.]+) ms, between ([-+][\d.]+) ms", ended.stdout)
    names = ("code: known, ms", "code: unknown, ms", "code: between pairs, ms"), (
        "password: known, ms", "password: unknown, ms", "password: between pairs, ms",
    )  # fmt: skip
    most = {
        name: float(value)
        for row, values in zip(names, told, strict=False)
        for name, value in zip(row, values, strict=True)
    }
    return Part(count, [] if ended.returncode == 0 else [ended.stdout[-1500:]], most=most)


def _tests(tree: Path, *chosen: str, **settings: str) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, "-m", "pytest", "-o", f"pythonpath={ROOT} {tree / 'src'}", *chosen]
    environment = {key: value for key, value in os.environ.items() if not key.startswith(("VIGIE_", "DJANGO_"))}
    return subprocess.run(
        command,
        cwd=ROOT,
        env={**environment, "PYTHONPATH": str(tree / "src"), **settings},
        capture_output=True,
        text=True,
        check=False,
    )


_ALL = [
    Proof(
        "kills",
        "F1, I1, I2, I3",
        "`kill -9` at a random moment under 16 seats, a moderator and 2 confidential clients, SQLite; clients resend "
        "with the same id; the log, every view and `vigie verify` are compared with what was acknowledged",
        "kills", 1000, 100, kills("sqlite"),
    ),
    Proof(
        "kills-postgresql", "F1, I1, I2, I3", "the same on PostgreSQL and Redis",
        "kills", 200, 50, kills("postgresql"), _needs_both,
    ),
    Proof(
        "kills-cold", "F1", "the same, of the very `vigie serve` that an operator starts",
        "kills", 20, 10, kills("sqlite", real=True),
    ),
    Proof(
        "kills-at-sync", "F2, I1, I2", "the same, ended by the kernel (strace) on entering one of its next eight syncs",
        "kills", 200, 50, kills_at_sync, _needs_strace,
    ),
    Proof(
        "power-cuts", "F3, I1, I2",
        "the server's writes are recorded by strace while lines are acknowledged, and the database is rebuilt from "
        "what was synced, at random moments and right after acknowledgements; SQLite",
        "cuts", 500, 100, power_cuts, _needs_strace,
    ),
    Proof(
        "non-interference", "abuse 1–8, 13; BR",
        "random meetings performed with and without confidential traffic; every participant's frames, pages, refusals "
        "and mails are compared byte by byte",
        "pairs", 500, 50, pairs,
    ),
    Proof(
        "timing", "abuse 14",
        "a participant's acknowledgements with the block quiet and with one remark a second, Kolmogorov–Smirnov "
        f"distance, bound {TIMING_BOUND}",
        "lines each", 2000, 2000, acknowledgements(1, TIMING_BOUND),
    ),
    Proof(
        "timing-busy", "abuse 14", f"the same with twenty remarks a second, bound {STRESS_BOUND}",
        "lines each", 2000, 2000, acknowledgements(20, STRESS_BOUND),
    ),
    Proof(
        "same-time", "abuse 21",
        "the door asked for a code, or with a password, for a known and an unknown address side by side; the medians "
        "of 300 and 60 pairs differ by less than 5 ms",
        "runs", 1, 1, same_time,
    ),
    Proof(
        "lost-hints", "F7, I3",
        "two live processes on PostgreSQL and Redis, each hint dropped with probability 0.5; every view complete "
        "within 11 s",
        "sessions", 10, 2, fault("lost_hints", "postgresql"), _needs_both,
    ),
    Proof(
        "never-reading", "F11, abuse 55",
        "sockets that join and never read while 800 lines of 9 kB go by: memory grows by less than 50 MB, all are "
        "closed",
        "sockets", 200, 200, fault("never_reading", counted="clients"),
    ),
    Proof(
        "frozen", "F12", "a participant's process is stopped, its connection open: the others see it gone within 45 s",
        "clients", 3, 1, fault("frozen", seeded=False),
    ),
    Proof(
        "storm", "F13", "400 sockets in 20 rooms lose their server at once: all back within 20 s",
        "storms", 5, 1, fault("storm"),
    ),
    Proof(
        "lost-answers", "F14, abuse 57, I1",
        "a proxy cuts the connection instead of passing three acknowledgements in ten on: one line for each submission",
        "submissions", 10_000, 1000, fault("lost_answers", counted="submits"),
    ),
    Proof(
        "lost-answers-postgresql", "F14, abuse 57, I1", "the same on PostgreSQL",
        "submissions", 2000, 500, fault("lost_answers", "postgresql", counted="submits"), _needs_both,
    ),
    Proof(
        "restarts", "F20", "SIGTERM and a new `vigie serve` under 27 sockets: nothing lost, nobody away for 5 s",
        "restarts", 10, 5, fault("restarts", real=True, within=5),
    ),
    Proof(
        "restarts-postgresql", "F20", "the same on PostgreSQL and Redis",
        "restarts", 5, 5, fault("restarts", "postgresql", real=True, within=5), _needs_both,
    ),
    Proof(
        "posts", "F15, I9",
        "a worker killed around the moment when a real SMTP server says yes to a mail: every mail comes, under one "
        "Message-ID, and those that come twice are told by it",
        "kills", 500, 50, posts("sqlite"),
    ),
    Proof("posts-postgresql", "F15, I9", "the same on PostgreSQL", "kills", 100, 50, posts("postgresql"), _needs_both),
    Proof(
        "backups", "F24",
        "a backup on SQLite while four participants and a client write; each restored on another machine, on SQLite "
        "and PostgreSQL in turn; every table, every line acknowledged before, and `vigie verify`",
        "backups", 50, 10, kept("backups", elsewhere=("sqlite", "postgresql")), _needs_both,
    ),
    Proof(
        "backups-postgresql", "F24", "the same of an installation on PostgreSQL and Redis",
        "backups", 50, 10, kept("backups", "postgresql", elsewhere=("sqlite", "postgresql")), _needs_both,
    ),
    Proof(
        "disk-full", "F8",
        "a database that may not grow while four people speak: what is refused is not there, what was acknowledged is, "
        "and all go on without a restart once there is room; SQLite",
        "times", 20, 1, kept("disk_full"),
    ),
    Proof(
        "damaged-backups", "F25",
        "bits flipped, ends cut off or added, of a plain and of an encrypted archive, restored over an installation: "
        "all refused, and nothing of it changed",
        "archives", 2000, 500, kept("damaged"),
    ),
    Proof(
        "move", "F23",
        "from SQLite to an empty PostgreSQL database, and to another: every table and counter equal, the schema that "
        "of a fresh installation",
        "moves", 2, 2, kept("moves", lines=200), _needs_both,
    ),
    Proof(
        "model", "I2, I3, abuse 53, 57, 58",
        "random commands against the pure room and a model of it: same answers, same state from the log, exact "
        "visibility",
        "examples", 5000, 500, model,
    ),
    Proof(
        "holes", "abuse 30–51, 60–68, 87",
        "one check of rights or doors weakened in a copy of the source: the tests that its patch names fail",
        "holes", len(HOLES), 5, holes,
    ),
]  # fmt: skip
PROOFS = {proof.name: proof for proof in _ALL}
