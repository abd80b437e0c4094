from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager

import pytest
from django.db import connection

from tests import cast as people
from tests import requested


def pytest_configure(config):
    requested.listen()
    config.pluginmanager.register(requested.Gate(config), "every-route")


@pytest.fixture
def cast(db):
    return people.make_cast()


@pytest.fixture
def meeting(cast):
    return people.make_meeting(cast)


@pytest.fixture
def statements(db) -> Callable[[int], AbstractContextManager[None]]:
    """`with statements(9):` what the database itself is asked, through the ORM or not."""

    @contextmanager
    def count(expected: int) -> Iterator[None]:
        connection.ensure_connection()
        driver, told = connection.connection, []
        if connection.vendor == "sqlite":
            driver.set_trace_callback(told.append)
        else:
            own = driver.cursor_factory

            class Telling(own):
                def execute(self, query, *args, **kwargs):
                    told.append(query)
                    return super().execute(query, *args, **kwargs)

            driver.cursor_factory = Telling
        try:
            yield
        finally:
            if connection.vendor == "sqlite":
                driver.set_trace_callback(None)
            else:
                driver.cursor_factory = own
        assert len(told) == expected, "\n".join(str(one) for one in told)

    return count
