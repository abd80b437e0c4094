import pytest
from django.core.cache import cache


@pytest.fixture(autouse=True)
def nobody_tried_before():
    """Counters of tries live in the cache, which outlives a test."""
    cache.clear()
