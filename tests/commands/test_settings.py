"""A setting that cannot be right stops the start with one sentence that names it."""

import os
import runpy
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

import vigie

SETTINGS = Path(vigie.__file__).parent / "settings.py"


@pytest.fixture
def read(tmp_path, monkeypatch):
    """The settings of an installation with this environment and no other."""

    def settings(**environment: str) -> dict[str, object]:
        for name in [name for name in os.environ if name.startswith("VIGIE_")]:
            monkeypatch.delenv(name)
        for name, value in {"VIGIE_DATA_DIR": str(tmp_path), **environment}.items():
            monkeypatch.setenv(name, value)
        return runpy.run_path(str(SETTINGS))

    return settings


NONSENSE = [
    {"VIGIE_BASE_URL": "panel.example.org"},
    {"VIGIE_BASE_URL": "ftp://panel.example.org"},
    {"VIGIE_BASE_URL": "https://"},
    {"VIGIE_BASE_URL": "https://panel.example.org/vigie"},
    {"VIGIE_BASE_URL": "https://panel.example.org?x=1"},
    {"VIGIE_BASE_URL": "http://panel.example.org"},
    {"VIGIE_BASE_URL": "http://127.0.0.1:99999"},
    {"VIGIE_BASE_URL": "http://127.0.0.1:eight"},
    {"VIGIE_BASE_URL": "https://user:secret@panel.example.org"},
    {"VIGIE_BASE_URL": "https://panel.example.org#top"},
    {"VIGIE_DEMO": "perhaps"},
    {"VIGIE_DEMO": "1", "VIGIE_BASE_URL": "https://panel.example.org"},
    {"VIGIE_SECRET_KEY": "short"},
    {"VIGIE_DATABASE_URL": "mysql://127.0.0.1/vigie"},
    {"VIGIE_DATABASE_URL": "postgresql://127.0.0.1:x/vigie"},
    {"VIGIE_DATABASE_URL": "postgresql://127.0.0.1:5432"},
    {"VIGIE_REDIS_URL": "http://127.0.0.1:6379"},
    {"VIGIE_MAIL_URL": "imap://mail.example.org"},
    {"VIGIE_MAIL_URL": "smtp://"},
    {"VIGIE_MAIL_URL": "smtp://mail.example.org:x"},
    {"VIGIE_TIME_ZONE": "Mars/Olympus"},
    {"VIGIE_TIME_ZONE": "../../etc/passwd"},
    {"VIGIE_SOCKET_FLOOD_LIMIT": "many"},
    {"VIGIE_SOCKET_FLOOD_LIMIT": "0"},
    {"VIGIE_LOG_LEVEL": "loudly"},
    {"VIGIE_LOG_FORMAT": "xml"},
    {"VIGIE_METRICS_TOKEN": "secret"},
    {"VIGIE_DISK_RESERVE_MB": "0"},
    {"VIGIE_KEEP_BACKUPS_DAYS": "-1"},
    {"VIGIE_KEEP_DELIVERIES_DAYS": "for ever"},
]


@pytest.mark.parametrize("environment", NONSENSE, ids=lambda one: " ".join(f"{k}={v}" for k, v in one.items()))
def test_nonsense_stops_the_start_with_a_sentence_that_names_it(read, environment: dict[str, str]):
    name = next(iter(environment))
    with pytest.raises(ImproperlyConfigured, match=name) as stopped:
        read(**environment)
    assert "secret" not in str(stopped.value)
    assert "\n" not in str(stopped.value)


def test_nothing_set_is_a_whole_embedded_installation(read, tmp_path):
    found = read()
    assert (found["EMBEDDED"], found["JOBS_HERE"], found["DEMO"], found["DEBUG"]) == (True, True, False, False)
    assert (found["BASE_URL"], found["ALLOWED_HOSTS"]) == ("http://127.0.0.1:8000", ["127.0.0.1"])
    database = found["DATABASES"]["default"]  # type: ignore[index]
    assert database["NAME"] == str(tmp_path / "vigie.sqlite3")
    assert database["OPTIONS"]["transaction_mode"] == "IMMEDIATE"
    assert "synchronous=FULL" in database["OPTIONS"]["init_command"]
    assert "vigie.demo" not in found["INSTALLED_APPS"]  # type: ignore[operator]


def test_the_installations_secret_is_made_once_and_is_its_owners_alone(read, tmp_path):
    first, second = read()["SECRET_KEY"], read()["SECRET_KEY"]
    assert (first == second, len(str(first)) >= 48) == (True, True)
    assert (tmp_path / "secret-key").stat().st_mode & 0o777 == 0o600


def test_a_larger_installation_is_what_its_addresses_say(read):
    found = read(
        VIGIE_BASE_URL="https://panel.example.org/",
        VIGIE_DATABASE_URL="postgresql://vigie:p%40ss@db.example.org:5433/panel",
        VIGIE_REDIS_URL="redis://cache.example.org/1",
        VIGIE_MAIL_URL="smtp+tls://sender:word@mail.example.org",
    )
    database = found["DATABASES"]["default"]  # type: ignore[index]
    assert [database[key] for key in ("NAME", "USER", "PASSWORD", "HOST", "PORT")] == [
        "panel",
        "vigie",
        "p@ss",
        "db.example.org",
        5433,
    ]
    assert (found["EMBEDDED"], found["JOBS_HERE"], found["SESSION_COOKIE_NAME"]) == (False, False, "__Host-vigie")
    assert (found["EMAIL_HOST"], found["EMAIL_PORT"], found["EMAIL_USE_TLS"], found["EMAIL_USE_SSL"]) == (
        "mail.example.org",
        587,
        True,
        False,
    )
    assert found["ORIGINS"] == {"https://panel.example.org"}
