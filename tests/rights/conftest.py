import pytest
from django.core.cache import cache

from tests.rights.stage import Stage, set_stage, undone


@pytest.fixture(scope="module")
def stage(django_db_setup, django_db_blocker):
    """The cast and its meetings, made once for all cases of a module; each case is undone after it."""
    with django_db_blocker.unblock(), undone():
        yield set_stage()


@pytest.fixture
def case(stage: Stage, db) -> Stage:
    cache.clear()
    return stage
