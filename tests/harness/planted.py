"""Copies of the source with one bug planted in each: what proves that a check can fail."""

import contextlib
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

from tests.harness.installation import ROOT

PATCHES = ROOT / "tests" / "planted"


@contextlib.contextmanager
def planted(name: str, source: Path = ROOT) -> Iterator[Path]:
    """A copy of the tree `source` with `tests/planted/<name>.patch` applied, for as long as the block lasts.

    Raises `AssertionError` when the patch does not apply: the code moved, and the bug must be planted anew.
    """
    tree = Path(tempfile.mkdtemp(prefix="vigie-planted-"))
    try:
        shutil.copytree(source / "src", tree / "src", ignore=shutil.ignore_patterns("*.egg-info"))
        applied = subprocess.run(
            ["git", "apply", "-C1", "--recount", str(PATCHES / f"{name}.patch")],
            cwd=tree,
            capture_output=True,
            text=True,
            check=False,
        )
        assert applied.returncode == 0, f"{name}.patch does not apply any more: {applied.stderr}"
        yield tree
    finally:
        shutil.rmtree(tree, ignore_errors=True)


def names(surface: str) -> list[str]:
    """The bugs planted for one check: `tests/planted/<surface>-*.patch`."""
    return sorted(path.stem for path in PATCHES.glob(f"{surface}-*.patch"))
