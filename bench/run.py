"""`make bench`: Vigie under load beside the bare servers of the same run; figures into docs/performance.md.

The load generator is a folder of its own (VIGIE_BENCH_KIT, by default `../shared/bench`), copied before use. The
server runs on core 0, the generator on core 1. `--only T1,T3` chooses; `--repeats N`, medians are told.
"""

import argparse
import json
import os
import re
import shutil
import signal
import statistics
import subprocess
import sys
import time
from datetime import date
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
WORK = ROOT / "var/bench"
KIT = WORK / "kit"
PYTHON = sys.executable
PORT = 8001
POSTGRESQL = os.environ.get("VIGIE_TEST_DATABASE_URL", "postgresql://postgres@127.0.0.1:5432/postgres")
REDIS = os.environ.get("VIGIE_TEST_REDIS_URL", "redis://127.0.0.1:6379/9")
BARE = {"name": "bare", "environment": {"BCAST": "raw"}}
DURABLE = {
    "sqlite": {"BCAST": "raw", "STORE": "sqlite", "BATCH": "512", "SQLITE_SYNC": "FULL"},
    "postgresql": {"BCAST": "raw", "STORE": "pg", "BATCH": "512"},
}


def environment(database: str, folder: Path, **more: str) -> dict[str, str]:
    variables = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": os.environ.get("DJANGO_SETTINGS_MODULE", "vigie.settings"),
        "VIGIE_DATA_DIR": str(folder),
        "VIGIE_SOCKET_FLOOD_LIMIT": "1000000000",
        "VIGIE_LOG_LEVEL": "error",
        **more,
    }
    if database == "postgresql":
        variables |= {"VIGIE_DATABASE_URL": POSTGRESQL.rsplit("/", 1)[0] + "/vigie_bench", "VIGIE_REDIS_URL": REDIS}
    return variables


def psql(sql: str) -> None:
    import psycopg

    with psycopg.connect(POSTGRESQL, autocommit=True) as connection:
        connection.execute(sql)


def staged(database: str, rooms: int, members: int = 16) -> tuple[Path, Path]:
    """A fresh installation with open rooms: its data folder and the file that tells where everything is."""
    folder = WORK / f"{database}-{rooms}"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    if database == "postgresql":
        psql("drop database if exists vigie_bench with (force)")
        psql("create database vigie_bench")
    file = folder / "stage.json"
    command = [PYTHON, "bench/stage.py", str(rooms), str(members), str(file)]
    subprocess.run(command, env=environment(database, folder), cwd=ROOT, check=True)
    return folder, file


class Server:
    """A server pinned to core 0, up when its port answers."""

    def __init__(self, command: list[str], variables: dict[str, str], cwd: Path, port: int = PORT, core: str = "0"):
        log = (WORK / "server.log").open("ab")
        self.process = subprocess.Popen(
            ["taskset", "-c", core, *command], env=variables, cwd=cwd, stdout=log, stderr=log
        )
        import socket

        for _ in range(600):
            try:
                socket.create_connection(("127.0.0.1", port), 0.5).close()
                break
            except OSError:
                if self.process.poll() is not None:
                    raise SystemExit(f"a server ended: see {WORK / 'server.log'}") from None
                time.sleep(0.05)
        time.sleep(0.5)

    def __enter__(self) -> "Server":
        return self

    def __exit__(self, *problem: object) -> None:
        self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


def vigie(database: str, folder: Path, *part: str, port: int = PORT, **more: str) -> Server:
    command = [PYTHON, "-c", "from vigie.commands import main; main()", "serve", *part]
    return Server(command, environment(database, folder, VIGIE_LISTEN=f"127.0.0.1:{port}", **more), ROOT, port)


def bare(**variables: str) -> Server:
    command = [
        *(PYTHON, "-m", "uvicorn", "--app-dir", str(KIT / "servers"), "--loop", "uvloop", "--port", str(PORT)),
        *("--log-level", "error", "--no-access-log", "--ws-ping-interval", "1000", "--ws-ping-timeout", "1000"),
        *("--ws-per-message-deflate", "false", "--ws", "websockets-sansio", "asgi_hub:app"),
    ]
    more = {"PYTHONPATH": str(KIT / "servers"), "BENCH_WORK": str(WORK), **variables}
    if variables.get("STORE") == "pg":
        more["PG_DSN"] = POSTGRESQL
    return Server(command, {**os.environ, **more}, KIT)


def load(pids: list[int], *arguments: object, urls: list[str], stage: Path | None = None) -> dict:
    command = ["taskset", "-c", "1", PYTHON, str(KIT / "ws_rooms_load.py")]
    for url in urls:
        command += ["--url-template", url]
    for pid in pids:
        command += ["--server-pid", str(pid)]
    if stage:
        command += ["--protocol", str(ROOT / "bench/protocol_vigie.py"), "--opt", f"stage={stage}"]
    command += [str(one) for one in arguments]
    done = subprocess.run(command, capture_output=True, text=True, timeout=300)
    if done.returncode:
        raise SystemExit(done.stderr[-2000:])
    return json.loads(done.stdout.strip().splitlines()[-1])


VIGIE_URL, BARE_URL = f"ws://127.0.0.1:{PORT}{{path}}", f"ws://127.0.0.1:{PORT}/ws/{{room}}/?u={{user}}"


def quiet() -> None:
    sys.path.insert(0, str(KIT))
    from quiet import wait_quiet

    wait_quiet()


def median(rows: list[dict], key: str) -> float:
    return round(statistics.median(row[key] for row in rows if row.get(key) is not None), 3)


class Bench:
    def __init__(self, repeats: int) -> None:
        self.repeats = repeats
        self.found: dict[str, dict] = {}

    def note(self, name: str, **figures: object) -> None:
        self.found[name] = figures
        print(name, json.dumps(figures), flush=True)

    def rounds(
        self, database: str, rooms: int, arguments: list[object], kinds: tuple[str, ...]
    ) -> dict[str, list[dict]]:
        """The same load on each kind of server in turn, so that a noisy minute spoils all of them alike."""
        rows: dict[str, list[dict]] = {kind: [] for kind in kinds}
        for _ in range(self.repeats):
            for kind in kinds:
                quiet()
                if kind == "vigie":
                    folder, stage = staged(database, rooms)
                    with vigie(database, folder) as server:
                        rows[kind].append(
                            load([server.process.pid], *arguments, "--rooms", rooms, urls=[VIGIE_URL], stage=stage)
                        )
                else:
                    with bare(**(BARE["environment"] if kind == "bare" else DURABLE[database])) as server:
                        rows[kind].append(load([server.process.pid], *arguments, "--rooms", rooms, urls=[BARE_URL]))
        return rows

    def t1(self, database: str) -> None:
        rows = self.rounds(
            database,
            20,
            ["--mode", "open", "--rate", 250, "--duration", 5, "--check-order"],
            ("bare", "durable", "vigie"),
        )
        cpu = {kind: median(found, "us_per_delivery") for kind, found in rows.items()}
        self.note(
            f"T1 {database}",
            us_per_delivery=cpu,
            against_durable=round(cpu["vigie"] / cpu["durable"], 2),
            against_bare=round(cpu["vigie"] / cpu["bare"], 2),
            p50_ms={kind: median(found, "p50_ms") for kind, found in rows.items()},
            p99_ms={kind: median(found, "p99_ms") for kind, found in rows.items()},
            missing=max(row["missing"] for row in rows["vigie"]),
            order_errors=max(row["order_errors"] for row in rows["vigie"]),
        )

    def t2(self, database: str) -> None:
        rows = self.rounds(
            database,
            20,
            ["--mode", "closed", "--window", 2, "--duration", 4, "--sample", 16],
            ("bare", "durable", "vigie"),
        )
        speed = {kind: median(found, "deliveries_per_s") for kind, found in rows.items()}
        self.note(
            f"T2 {database}",
            deliveries_per_s=speed,
            against_bare=round(speed["vigie"] / speed["bare"], 2),
            against_durable=round(speed["vigie"] / speed["durable"], 2),
            us_per_delivery={kind: median(found, "us_per_delivery") for kind, found in rows.items()},
        )

    def t3(self, database: str) -> None:
        rows = self.rounds(
            database, 60, ["--mode", "open", "--rate", 480, "--duration", 6, "--check-order"], ("bare", "vigie")
        )
        self.note(
            f"T3 {database}",
            p50_ms={kind: median(found, "p50_ms") for kind, found in rows.items()},
            p99_ms={kind: median(found, "p99_ms") for kind, found in rows.items()},
            against_bare=round(median(rows["vigie"], "p99_ms") / median(rows["bare"], "p99_ms"), 2),
            lag_p99_ms={kind: median(found, "lag_p99_ms") for kind, found in rows.items()},
            other_cpu=median(rows["vigie"], "other_cpu"),
            missing=max(row["missing"] for row in rows["vigie"]),
            order_errors=max(row["order_errors"] for row in rows["vigie"]),
        )

    def t4(self, database: str) -> None:
        folder, stage = staged(database, 200)
        with vigie(database, folder) as server:
            idle = load(
                [server.process.pid], "--mode", "idle", "--rooms", 200, "--duration", 3, urls=[VIGIE_URL], stage=stage
            )
        slow_arguments = ["--mode", "open", "--rate", 250, "--rooms", 200, "--duration", 8, "--size", 1900]
        plain, slow = [], []
        for _ in range(self.repeats):
            for found, more in ((plain, []), (slow, ["--slow", 200])):
                folder, stage = staged(database, 200)
                with vigie(database, folder) as server:
                    found.append(load([server.process.pid], *slow_arguments, *more, urls=[VIGIE_URL], stage=stage))
        growth = median(slow, "server_rss_mb") - median(plain, "server_rss_mb")
        self.note(
            f"T4 {database}",
            kb_per_idle_socket=idle["kb_per_conn"],
            sockets=idle["conns"],
            growth_mb_with_200_that_never_read=round(growth, 1),
            p99_ms={"all read": median(plain, "p99_ms"), "200 never read": median(slow, "p99_ms")},
            p99_ratio=round(median(slow, "p99_ms") / median(plain, "p99_ms"), 2),
        )

    def t5(self) -> None:
        """Two live processes on the same core, every room spread over both, against one."""
        one, two = [], []
        moderate = ["--mode", "open", "--rate", 250, "--duration", 5, "--check-order", "--rooms", 20]
        full = ["--mode", "closed", "--window", 2, "--duration", 4, "--sample", 16, "--rooms", 20]
        order = []
        for _ in range(self.repeats):
            quiet()
            folder, stage = staged("postgresql", 20)
            with vigie("postgresql", folder, "live") as first:
                one.append(load([first.process.pid], *full, urls=[VIGIE_URL], stage=stage))
            folder, stage = staged("postgresql", 20)
            with (
                vigie("postgresql", folder, "live") as first,
                vigie("postgresql", folder, "live", port=PORT + 1) as second,
            ):
                pids = [first.process.pid, second.process.pid]
                urls = [VIGIE_URL, VIGIE_URL.replace(str(PORT), str(PORT + 1))]
                order.append(load(pids, *moderate, urls=urls, stage=stage))
                two.append(load(pids, *full, urls=urls, stage=stage))
        self.note(
            "T5",
            deliveries_per_s={"one": median(one, "deliveries_per_s"), "two": median(two, "deliveries_per_s")},
            ratio=round(median(two, "deliveries_per_s") / median(one, "deliveries_per_s"), 2),
            missing=max(row["missing"] for row in order),
            order_errors=max(row["order_errors"] for row in order),
            p99_ms=median(order, "p99_ms"),
        )

    def t6(self, database: str) -> None:
        folder, stage = staged(database, 60)
        found = []
        for _ in range(self.repeats):
            with vigie(database, folder) as server:
                command = ["taskset", "-c", "1", PYTHON, "bench/storm.py", str(stage), str(PORT)]
                done = subprocess.run(
                    command, cwd=ROOT, env=environment(database, folder), capture_output=True, text=True, timeout=200
                )
                if done.returncode:
                    raise SystemExit(done.stderr[-2000:])
                found.append(json.loads(done.stdout.strip().splitlines()[-1]))
                assert server.process.poll() is None
        self.note(
            f"T6 {database}",
            sockets=found[0]["sockets"],
            all_back_s=median(found, "all_back_s"),
            complete=all(row["complete"] for row in found),
            errors=max(row["errors"] for row in found),
        )

    def t7(self) -> None:
        """Pages of a signed-in member and of staff on `serve pages`, beside the reference page of the kit."""
        folder, stage = staged("postgresql", 1)
        told = json.loads(stage.read_text())
        room = told["rooms"][0]
        subprocess.run(
            [PYTHON, "bench/lines.py", room["code"], "200"], env=environment("postgresql", folder), cwd=ROOT, check=True
        )
        pages = self._pages(folder, told, room)
        sys.path.insert(0, str(KIT))
        subprocess.run(
            [PYTHON, str(KIT / "servers/dj/seed.py")], cwd=KIT / "servers/dj", check=True, capture_output=True
        )
        done = subprocess.run(
            [PYTHON, "run_http.py", "--only", "jinja2"], cwd=KIT, capture_output=True, text=True, check=False
        )
        found = re.search(r"cpu/req ([\d.]+) ms", done.stdout)
        reference = float(found[1]) if found else None
        ratios = {name: round(row["cpu_ms"] / reference, 2) for name, row in pages.items()} if reference else None
        self.note("T7", reference_cpu_ms=reference, pages=pages, ratios=ratios)
        subprocess.run(
            [PYTHON, "bench/lines.py", "--elsewhere", str(int(os.environ.get("VIGIE_BENCH_LINES", "1000000")))],
            env=environment("postgresql", folder),
            cwd=ROOT,
            check=True,
        )
        grown = self._pages(folder, told, room)
        self.note(
            "T8",
            pages=grown,
            ratios={name: round(grown[name]["cpu_ms"] / pages[name]["cpu_ms"], 2) for name in pages},
        )

    def _pages(self, folder: Path, told: dict, room: dict) -> dict[str, dict]:
        member, moderator = room["cookies"][0], room["moderator"]
        base = f"http://127.0.0.1:{PORT}/c/{room['slug']}"
        wanted = {
            "home": (f"{base}/", member),
            "session": (f"{base}/live/{room['code']}/", member),
            "sessions": (f"{base}/manage/live/", moderator),
            "transcript": (f"{base}/live/{room['code']}/transcript/", moderator),
        }
        pages = {}
        with vigie("postgresql", folder, "pages") as server:
            for name, (url, cookie) in wanted.items():
                found = [self._page(server.process.pid, url, f"{told['cookie']}={cookie}") for _ in range(self.repeats)]
                pages[name] = {
                    "cpu_ms": median(found, "cpu_ms"),
                    "bytes": found[0]["bytes"],
                    "not_200": max(row["not_200"] for row in found),
                }
        return pages

    def _page(self, pid: int, url: str, cookie: str) -> dict:
        sys.path.insert(0, str(KIT))
        from run_http import wrk
        from ws_rooms_load import cpu_of, tree

        headers = [f"Cookie: {cookie}", "Host: 127.0.0.1"]
        wrk(url, 4, 1, headers)
        quiet()
        pids = tree([pid])
        before = cpu_of(pids)
        found = wrk(url, 8, 3, headers)
        spent = cpu_of(pids) - before
        body = subprocess.run(["curl", "-s", "-H", headers[0], url], capture_output=True, check=True).stdout
        return {"cpu_ms": spent * 1e3 / max(1, found["rps"] * 3), "bytes": len(body), "not_200": found["non2xx"]}

    def write(self) -> None:
        """Keep the figures: `var/bench/figures.json`, and the tables of docs/performance.md between its marks."""
        kept = WORK / "figures.json"
        figures = json.loads(kept.read_text()) if kept.exists() else {}
        for name, found in self.found.items():
            figures[name] = {"date": date.today().isoformat(), "repeats": self.repeats, **found}
        kept.write_text(json.dumps(figures, indent=1))
        page = ROOT / "docs/performance.md"
        if page.exists():
            table = "\n".join(
                ["| | date | figures |", "|---|---|---|"]
                + [f"| {name} | {row['date']} | {_told(_figures(row))} |" for name, row in sorted(figures.items())]
            )
            text = page.read_text()
            page.write_text(
                re.sub(r"(<!-- figures -->\n).*(\n<!-- /figures -->)", lambda m: m[1] + table + m[2], text, flags=re.S)
            )


def _figures(row: dict) -> dict:
    return {name: value for name, value in row.items() if name not in {"date", "repeats"}}


def _told(value: object) -> str:
    if isinstance(value, dict):
        return "; ".join(
            f"{str(key).replace('_', ' ')}: {_told(one)}"
            if not isinstance(one, dict)
            else f"{str(key).replace('_', ' ')} ({_told(one)})"
            for key, one in value.items()
        )
    return str(value)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", default="")
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--database", default="sqlite,postgresql")
    options = parser.parse_args()
    kit = Path(os.environ.get("VIGIE_BENCH_KIT", ROOT.parent / "shared/bench"))
    if not kit.exists() or not shutil.which("taskset"):
        raise SystemExit("SKIPPED: the load generator (VIGIE_BENCH_KIT) or taskset is not on this machine.")
    WORK.mkdir(parents=True, exist_ok=True)
    shutil.copytree(kit, KIT, dirs_exist_ok=True, copy_function=shutil.copyfile)
    bench, only = Bench(options.repeats), {one.lower() for one in options.only.split(",") if one}
    for name in ("t1", "t2", "t3", "t4", "t6"):
        if not only or name in only:
            for database in options.database.split(","):
                getattr(bench, name)(database)
                bench.write()
    for name in ("t5", "t7"):
        if (not only or name in only) and shutil.which("wrk"):
            getattr(bench, name)()
            bench.write()


if __name__ == "__main__":
    main()
