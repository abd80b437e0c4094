from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.commands.conftest import Operator
from tests.harness import keeping
from tests.harness.installation import Installation


@pytest.fixture(scope="module")
def lively() -> Iterator[Installation]:
    """An installation where a session was held and closed, and whose transcript somebody asked for."""
    with Installation(in_memory=True) as vigie:
        scene = keeping.talk(vigie, 4)
        vigie.transcript = vigie.call(  # type: ignore[attr-defined]
            "tests.harness.keeping:order_transcript", slug=scene["slug"], session_id=scene["session_id"]
        )
        yield vigie


@pytest.fixture(scope="module")
def archive(lively: Installation, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Its backup."""
    file = tmp_path_factory.mktemp("backup") / "lively.vigie"
    lively.call("tests.harness.keeping:back_up", file=str(file))
    return file


@pytest.fixture
def operator(tmp_path: Path) -> Operator:
    (tmp_path / "vigie").mkdir()
    return Operator(tmp_path / "vigie")
