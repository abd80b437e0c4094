"""What machines ask of an installation, and what they are told: is it there, is it well, how much. No names."""

import re
from datetime import timedelta

import pytest
import time_machine
from django.core.cache import cache
from django.test import Client

from tests.cast import Cast, Meeting
from tests.commands.conftest import Operator
from tests.harness.marks import once
from vigie.core import clock
from vigie.operation import health
from vigie.operation.tasks import beat
from vigie.replay.server import Server

pytestmark = [pytest.mark.both, pytest.mark.django_db]
TOKEN = "a-token-of-the-monitoring"


@pytest.fixture
def machine() -> Client:
    return Client(HTTP_HOST="127.0.0.1")


def test_a_process_that_answers_is_alive_and_asks_nothing_of_the_database(machine: Client, django_assert_num_queries):
    with django_assert_num_queries(0):
        answer = machine.get("/healthz")
    assert (answer.status_code, answer.content, answer["Content-Type"]) == (200, b"ok\n", "text/plain")
    assert answer["Cache-Control"] == "private, no-store"
    assert machine.post("/healthz").status_code == 405


def test_an_installation_that_is_well_is_ready(machine: Client):
    answer = machine.get("/readyz")
    assert answer.status_code == 200
    assert answer.json() == {"database": "ok", "migrations": "ok", "jobs": "ok", "disk": "ok"}


def test_a_migration_that_waits_a_full_disk_and_silent_jobs_are_told(machine: Client, settings, monkeypatch):
    from django.db.migrations.recorder import MigrationRecorder

    MigrationRecorder.Migration.objects.filter(app="live").delete()
    settings.DISK_RESERVE_MB = 10**9
    monkeypatch.setattr(health.huey, "immediate", False)
    cache.clear()
    beat.call_local()
    with time_machine.travel(clock.now() + timedelta(minutes=4), tick=False):
        answer = machine.get("/readyz")
    assert answer.status_code == 503
    assert answer.json() == {"database": "ok", "migrations": "failing", "jobs": "failing", "disk": "failing"}
    beat.call_local()
    assert health.jobs_alive()


def test_metrics_are_for_this_machine_or_for_who_holds_the_token(machine: Client, settings):
    def asked(**headers: str) -> int:
        return machine.get("/metrics", **headers).status_code

    assert asked() == 200
    assert asked(REMOTE_ADDR="::1") == 200
    assert asked(REMOTE_ADDR="203.0.113.7") == 404
    for header in ("X_FORWARDED_FOR", "FORWARDED", "X_REAL_IP", "VIA"):
        assert asked(**{f"HTTP_{header}": "203.0.113.7"}) == 404
    settings.METRICS_TOKEN = TOKEN
    assert asked() == 404
    assert asked(HTTP_AUTHORIZATION="Bearer another-token-altogether") == 404
    assert asked(HTTP_AUTHORIZATION=f"Bearer {TOKEN}é") == 404
    assert asked(HTTP_AUTHORIZATION=f"Bearer {TOKEN}", REMOTE_ADDR="203.0.113.7") == 200


def test_metrics_count_and_name_nobody(machine: Client, cast: Cast, meeting: Meeting):
    text = machine.get("/metrics").content.decode()
    samples = [line for line in text.splitlines() if not line.startswith("#")]
    assert [line for line in samples if not re.fullmatch(r'vigie_\w+(\{\w+="[\w.+-]+"\})? -?[\d.e+]+', line)] == []
    assert 'vigie_sessions{phase="planned"} 1' in samples
    assert 'vigie_ready{check="database"} 1' in samples
    assert 'vigie_deliveries{state="dead"} 0' in samples
    words = ["example.org", "mariette", meeting.session.code, *ALIASES]
    words += [one.pseudonym for one in cast.members.values()] + [one.public_id for one in cast.members.values()]
    assert [word for word in words if word.lower() in text.lower()] == []


ALIASES = ("Heron", "Slate")
#: Abuse case 87: what scanners look for first.
SOUGHT = """
.env .git/config .git/HEAD backup backup.zip backup.sql dump.sql db.sqlite3 vigie.sqlite3 vigie.lock secret-key
backups/ backups/vigie.vigie files/ files/transcripts/ outbox/ erasures.jsonl retention.json jobs.sqlite3 admin/
admin/login/ debug/ __debug__/ server-status phpinfo.php wp-login.php config.json settings.py requirements.txt sbom.json
static/../../settings.py static/%2e%2e/%2e%2e/settings.py metrics/ metrics.json actuator/health healthz/ .well-known/x
pyproject.toml var/vigie.sqlite3 data/ docs/ api/ graphql swagger.json openapi.json console .DS_Store robots.txt.bak
"""


def test_what_scanners_look_for_is_not_there(machine: Client, settings):
    settings.METRICS_TOKEN = TOKEN
    answers = {path: machine.get(f"/{path}", follow=True).status_code for path in [*SOUGHT.split(), "metrics"]}
    assert {path: status for path, status in answers.items() if status != 404} == {}


@once
def test_the_server_on_this_machine_says_whether_it_is_ready(operator: Operator):
    server = Server(operator.environment())
    listen = {"VIGIE_LISTEN": f"127.0.0.1:{server.port}"}
    status, said, _ = operator.vigie("ready", **listen)
    assert (status, said.startswith("nobody answers on 127.0.0.1:")) == (1, True)
    server.start()
    try:
        status, said, complaint = operator.vigie("ready", **listen)
        assert (status, complaint) == (0, "")
        assert said == '{"database": "ok", "migrations": "ok", "jobs": "ok", "disk": "ok"}\n'
    finally:
        server.stop()
