"""What was proved so far: `var/prove.json`, and the table of `docs/reliability.md`."""

import json
import os
import platform
import re
import sqlite3
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from tests.harness.installation import ROOT
from tests.harness.planted import PATCHES
from tests.prove.proofs import Part, Proof

FILE = ROOT / "var" / "prove.json"
DOCUMENT = ROOT / "docs" / "reliability.md"


class Record:
    """Results by commit and proof, written after each part."""

    def __init__(self, commit: str, file: Path = FILE) -> None:
        self.commit, self.file = commit, file
        self.all: dict[str, dict[str, Any]] = json.loads(file.read_text()) if file.exists() else {}
        self.results = self.all.setdefault(commit, {})

    def begin(self, proof: Proof, *, again: bool = False) -> dict[str, Any]:
        if again or proof.name not in self.results:
            self.results[proof.name] = {"done": 0, "seconds": 0.0, "wrong": [], "added": {}, "most": {}}
        found: dict[str, Any] = self.results[proof.name]
        return found

    def add(self, proof: Proof, part: Part, seconds: float) -> None:
        result = self.results[proof.name]
        result["done"] += part.done
        result["seconds"] = round(result["seconds"] + seconds, 1)
        result["wrong"] += part.wrong
        for name, value in part.added.items():
            result["added"][name] = result["added"].get(name, 0) + value
        for name, value in part.most.items():
            result["most"][name] = max(value, result["most"].get(name, value))
        result["date"] = datetime.now(UTC).strftime("%Y-%m-%d")
        result["machine"] = machine()
        self.save()

    def save(self) -> None:
        self.file.parent.mkdir(parents=True, exist_ok=True)
        new = self.file.with_suffix(".new")
        new.write_text(json.dumps(self.all, indent=1))
        new.replace(self.file)

    def newest(self, name: str) -> tuple[str, dict[str, Any]] | None:
        """The last result of a proof that did anything, whatever the commit: the file keeps their order."""
        found = [(commit, results[name]) for commit, results in self.all.items() if results.get(name, {}).get("done")]
        return found[-1] if found else None

    def write_document(self, proofs: Mapping[str, Proof], document: Path = DOCUMENT) -> None:
        rows = ["| What | Promise | How | Count | Result | Measured | Commit, date |", "|---|---|---|---|---|---|---|"]
        machines = set()
        for proof in proofs.values():
            found = self.newest(proof.name)
            if found is None:
                rows.append(f"| {proof.name} | {proof.promise} | {proof.method} | not run yet | | | |")
                continue
            commit, result = found
            count = f"{result['done']:,} {proof.unit}"
            if result["done"] < proof.count:
                count += f" of {proof.count:,}"
            measured = ", ".join(
                f"{key} {_figure(value)}" for key, value in {**result["added"], **result["most"]}.items()
            )
            outcome = f"**{len(result['wrong'])} wrong**" if result["wrong"] else "0 wrong"
            machines.add(result["machine"])
            rows.append(
                f"| {proof.name} | {proof.promise} | {proof.method} | {count} in {_duration(result['seconds'])} "
                f"| {outcome} | {measured} | {commit}, {result['date']} |"
            )
        table = "\n".join([*rows, "", f"Machine: {'; '.join(sorted(machines))}."])
        text = _between("figures", table, document.read_text())
        document.write_text(_between("planted", planted_bugs(), text))


def _between(mark: str, new: str, text: str) -> str:
    marked = re.compile(rf"(<!-- {mark} -->).*?(<!-- /{mark} -->)", re.DOTALL)
    return marked.sub(lambda match: f"{match[1]}\n\n{new}\n\n{match[2]}", text)


def planted_bugs() -> str:
    """Each patch with the sentence that it begins with."""
    rows = ["| Patch | What it does |", "|---|---|"]
    rows += [f"| {path.stem} | {path.read_text().split(chr(10))[0]} |" for path in sorted(PATCHES.glob("*.patch"))]
    return "\n".join(rows)


def _figure(value: float) -> str:
    return f"{value:,.0f}" if value == int(value) else f"{value:,}"


def _duration(seconds: float) -> str:
    return f"{seconds:.0f} s" if seconds < 120 else f"{seconds / 60:.0f} min"


def machine() -> str:
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return (
        f"{os.cpu_count()} cores, {memory:.0f} GB, {platform.system()}, Python {platform.python_version()}, "
        f"SQLite {sqlite3.sqlite_version}"
    )
