"""Every check of rights and doors can fail: weakened one by one in a copy of the source, each is noticed."""

import pytest

from tests.harness.holes import HOLES, caught_by, failing_without_a_hole, unnoticed
from tests.harness.installation import ROOT
from tests.harness.marks import once


@pytest.mark.parametrize("hole", HOLES)
def test_a_hole_names_tests_that_exist(hole: str):
    for test in caught_by(hole):
        file, _, name = test.partition("::")
        assert f"def {name}(" in (ROOT / file).read_text()


@once
@pytest.mark.slow
def test_without_a_hole_these_tests_pass():
    assert failing_without_a_hole() == ""


@once
@pytest.mark.slow
@pytest.mark.parametrize("hole", HOLES)
def test_a_hole_is_noticed(hole: str):
    assert unnoticed(hole) == []
