import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest


@dataclass
class Operator:
    """Somebody at the server's console: an empty directory, the command, and what it answers."""

    directory: Path

    def environment(self, **more: str) -> dict[str, str]:
        kept = {key: value for key, value in os.environ.items() if not key.startswith(("VIGIE_", "DJANGO_"))}
        # Empty, not absent: a server started from a test would inherit those of the suite.
        alone = {"DJANGO_SETTINGS_MODULE": "vigie.settings", "VIGIE_DATABASE_URL": "", "VIGIE_REDIS_URL": ""}
        return {**kept, **alone, "VIGIE_DATA_DIR": str(self.directory), **more}

    def vigie(self, *arguments: str, **more: str) -> tuple[int, str, str]:
        """Exit status, what was printed, what was complained of."""
        run = subprocess.run(
            [sys.executable, "-c", "from vigie.commands import main; main()", *arguments],
            env=self.environment(**more),
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        return run.returncode, run.stdout, run.stderr


@pytest.fixture
def operator(tmp_path: Path) -> Operator:
    return Operator(tmp_path)


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Operator:
    """An installation that is migrated; shared by the tests of a module, which leave it as it was."""
    operator = Operator(tmp_path_factory.mktemp("installation"))
    assert operator.vigie("migrate") == (0, "", "")
    return operator
