import pytest
from django.core.cache import cache


@pytest.fixture(autouse=True)
def unhurried():
    """Nobody asked for a code before."""
    cache.clear()
