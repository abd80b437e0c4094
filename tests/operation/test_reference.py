import re
from pathlib import Path

import vigie
from vigie.operation.reference import settings_page
from vigie.settings import VARIABLES

PACKAGE = Path(vigie.__file__).parent
DOCUMENT = PACKAGE.parents[1] / "docs" / "reference" / "settings.md"
#: Written by tests and tools alone.
ELSEWHERE = {"VIGIE_SERVER_LOG"}


def test_the_page_of_settings_is_up_to_date():
    """Otherwise: `vigie settings > docs/reference/settings.md`."""
    assert DOCUMENT.read_text() == settings_page()


def test_every_variable_that_the_code_reads_is_declared():
    found = {
        name for path in PACKAGE.rglob("*.py") for name in re.findall(r"\"(VIGIE_[A-Z_]+)\"", path.read_text())
    } - ELSEWHERE
    assert found == set(VARIABLES)
