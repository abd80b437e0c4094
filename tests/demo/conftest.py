import pytest
from django.conf import settings
from django.test import override_settings


@pytest.fixture
def demo(db, tmp_path):
    """Demo mode: its application, its addresses, its outbox."""
    apps = [*settings.INSTALLED_APPS, "vigie.demo"]
    with override_settings(
        DEMO=True, INSTALLED_APPS=apps, ROOT_URLCONF="tests.demo.urls", OUTBOX_DIR=tmp_path / "outbox"
    ):
        yield tmp_path / "outbox"
