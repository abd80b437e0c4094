"""Holes in rights and doors: one check weakened in each, and the tests that must notice."""

import atexit
import functools
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from tests.harness.installation import MEMORY, ROOT
from tests.harness.planted import PATCHES, names, planted

HOLES = names("hole")
CAUGHT_BY = "Caught by: "
#: How pytest ends when every test was run and some of them failed: anything else proves nothing.
SOME_FAILED = 1


def caught_by(hole: str) -> list[str]:
    """The tests that the second line of a patch names."""
    said = (PATCHES / f"{hole}.patch").read_text().splitlines()[1]
    assert said.startswith(CAUGHT_BY), f"{hole}.patch does not say which tests notice it"
    return said.removeprefix(CAUGHT_BY).split()


def unnoticed(hole: str, source: Path = ROOT) -> list[str]:
    """What is wrong with the proof of one hole: nothing when its tests fail on a copy of the source that has it."""
    with planted(hole, source) as tree, tempfile.TemporaryDirectory(prefix="vigie-hole-", dir=MEMORY) as directory:
        shutil.copy(_migrated() / "test.sqlite3", directory)
        done = _run(caught_by(hole), tree, Path(directory), "-x")
    if done.returncode == SOME_FAILED and "failed" in done.stdout:
        return []
    return [f"{hole}: its tests did not notice it\n{done.stdout[-2000:]}"]


def _run(tests: list[str], tree: Path, directory: Path, *options: str) -> subprocess.CompletedProcess[str]:
    """In a process of its own: the copy with the hole must be the one that is imported."""
    return subprocess.run(
        [
            *(sys.executable, "-m", "pytest", "-o", f"pythonpath={ROOT} {tree / 'src'}", "--reuse-db"),
            *("--ds", "tests.settings", "-p", "no:xdist", "--no-header", "--tb=line", *options, *tests),
        ],
        cwd=ROOT,
        env={
            **{key: value for key, value in os.environ.items() if not key.startswith("VIGIE_")},
            "PYTHONPATH": str(tree / "src"),
            "VIGIE_DATA_DIR": str(directory),
        },
        capture_output=True,
        text=True,
        check=False,
    )


@functools.cache
def _migrated() -> Path:
    """A directory with the tests' database, migrated once for all holes."""
    directory = Path(tempfile.mkdtemp(prefix="vigie-holes-", dir=MEMORY))
    atexit.register(shutil.rmtree, directory, ignore_errors=True)
    done = _run(["tests/communities/test_pages.py::test_a_member_of_one_community_goes_straight_in"], ROOT, directory)
    assert done.returncode == 0, done.stdout[-2000:]
    return directory


def failing_without_a_hole(source: Path = ROOT) -> str:
    """The control: on a copy that has no hole, all of these tests pass; "" when they do."""
    tests = sorted({test for hole in HOLES for test in caught_by(hole)})
    with (
        tempfile.TemporaryDirectory(prefix="vigie-no-hole-") as tree,
        tempfile.TemporaryDirectory(prefix="vigie-hole-", dir=MEMORY) as directory,
    ):
        shutil.copytree(source / "src", Path(tree) / "src", ignore=shutil.ignore_patterns("*.egg-info"))
        shutil.copy(_migrated() / "test.sqlite3", directory)
        done = _run(tests, Path(tree), Path(directory))
    return "" if done.returncode == 0 else done.stdout[-3000:]
