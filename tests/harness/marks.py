"""Which suites run what stands on the harnesses."""

import os

import pytest

from tests.harness.installation import grown_up
from tests.harness.powercut import STRACE

#: The harnesses make databases of their own, of both kinds: the second run of the suite need not repeat them.
once = pytest.mark.skipif(
    os.environ.get("VIGIE_TEST_DATABASE") == "postgresql", reason="was run beside the SQLite suite, on both databases"
)
needs_both = pytest.mark.skipif(not grown_up(), reason="PostgreSQL or Redis does not answer")
needs_strace = pytest.mark.skipif(not STRACE, reason="strace is not installed: nothing was cut")
