"""Settings of the theatre: the product's, with nothing that acts by itself at its own time."""

import os

from vigie.settings import *  # noqa: F403
from vigie.settings import DATABASES, LOGGING

TESTING = True
JOBS_HERE = False
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
DATABASES["default"]["OPTIONS"]["init_command"] = (
    "PRAGMA journal_mode=WAL; PRAGMA synchronous=OFF; PRAGMA foreign_keys=ON; PRAGMA busy_timeout=20000;"
)
if not os.environ.get("HARNESS_LOUD"):
    # Refusals are what plays are about: they need not all be written down.
    LOGGING["loggers"] = {"django.request": {"level": "CRITICAL"}}
