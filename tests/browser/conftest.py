"""Chromium, as VIGIE_CHROMIUM names it or as the path finds it. Without one, these tests say so and are skipped."""

import os
import shutil
from pathlib import Path

import pytest
from django.core.management import call_command
from playwright.sync_api import sync_playwright

from tests.browser.house import open_house
from tests.browser.window import ARGUMENTS

CHROMIUM = Path(os.environ.get("VIGIE_CHROMIUM") or shutil.which("chromium") or "/usr/bin/chromium")
HERE = Path(__file__).parent


def pytest_collection_modifyitems(items):
    for item in items:
        if item.path.is_relative_to(HERE):
            item.add_marker(pytest.mark.browser)


def pytest_terminal_summary(terminalreporter):
    if not CHROMIUM.exists():
        terminalreporter.write_line(
            "SKIPPED: no Chromium (VIGIE_CHROMIUM): nothing was seen in a browser.", yellow=True, bold=True
        )


# Not the session's: while its loop runs, no test elsewhere could start one.
@pytest.fixture(scope="package")
def chromium():
    if not CHROMIUM.exists():
        pytest.skip("no Chromium")
    with sync_playwright() as playwright, pytest.MonkeyPatch.context() as patch:
        # Its loop runs beside the test in the same thread; the test's own queries are as safe as ever.
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
        browser = playwright.chromium.launch(executable_path=str(CHROMIUM), args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture
def house(chromium, transactional_db):
    """A house of this test's own."""
    with open_house(chromium) as opened:
        yield opened


@pytest.fixture(scope="module")
def db(django_db_setup, django_db_blocker):
    """A database for all the tests of a module, in place of one for each; empty again at its end."""
    with django_db_blocker.unblock():
        yield
        # Numbers are not given twice, as they are not in life: processes remember rooms by theirs.
        call_command("flush", verbosity=0, interactive=False, reset_sequences=False)


@pytest.fixture(scope="module")
def shared_house(chromium, db):
    """One house for all the tests of a module, which only look."""
    with open_house(chromium) as opened:
        yield opened
