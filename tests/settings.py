"""The product's settings, with what a test must not wait for switched off.

VIGIE_TEST_DATABASE=postgresql runs the same suite on PostgreSQL and Redis.
"""

import os
import tempfile

os.environ.setdefault("VIGIE_DATA_DIR", tempfile.mkdtemp(prefix="vigie-tests-"))
_postgresql = os.environ.get("VIGIE_TEST_DATABASE") == "postgresql"
if _postgresql:
    os.environ["VIGIE_DATABASE_URL"] = os.environ.get(
        "VIGIE_TEST_DATABASE_URL", "postgresql://postgres@127.0.0.1:5432/postgres"
    )
    os.environ.setdefault("VIGIE_REDIS_URL", os.environ.get("VIGIE_TEST_REDIS_URL", "redis://127.0.0.1:6379/9"))
else:
    os.environ.pop("VIGIE_DATABASE_URL", None)
    os.environ.pop("VIGIE_REDIS_URL", None)

from vigie.settings import *
from vigie.settings import DATA_DIR, DATABASES, EMBEDDED, INSTALLED_APPS

TESTING = True
DEMO = False
INSTALLED_APPS = [app for app in INSTALLED_APPS if app != "vigie.demo"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
DATABASES["default"]["CONN_MAX_AGE"] = 0
DATABASES["default"]["TEST"] = (
    # A file, not memory: sockets and jobs have connections of their own.
    {"NAME": str(DATA_DIR / "test.sqlite3")}
    if EMBEDDED
    # A run that was killed leaves its rows behind: no other run may find them.
    else {"NAME": f"vigie_test_{os.getpid()}"}
)
JOBS_HERE = False
