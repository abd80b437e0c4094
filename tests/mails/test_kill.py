"""F15: a worker killed between the server's yes and its own note loses no mail, and sends none under two names."""

import threading

import pytest

from tests.harness.installation import Installation
from tests.harness.marks import needs_both, once
from tests.harness.planted import names, planted
from tests.harness.post import PostOffice, post

pytestmark = [once, pytest.mark.slow]


def run(kills: int, database: str = "sqlite", **options):
    with PostOffice() as office:
        threading.Thread(target=office.serve_forever, daemon=True).start()
        try:
            with Installation(database, VIGIE_MAIL_URL=office.url, **options) as vigie:
                return post(office, vigie, kills)
        finally:
            office.shutdown()


@pytest.mark.parametrize("database", ["sqlite", pytest.param("postgresql", marks=needs_both)])
def test_fifteen_kills(database):
    figures = run(15, database)
    assert figures.wrong == []
    assert (figures.mails, figures.twice > 0) == (60, True)


@pytest.mark.parametrize("bug", names("post"))
def test_the_harness_notices(bug):
    with planted(bug) as tree:
        assert run(15, tree=tree).wrong != []
