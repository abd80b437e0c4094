"""The operators' page: what did not go through, and no way to it but theirs."""

import smtplib

import pytest
from django.core import mail
from django.core.cache import cache
from django.test import override_settings

from tests.cast import Cast
from tests.mails.test_mails import SERVER, Server, ask
from vigie.accounts.queries import METHODS
from vigie.communities.actions import suspend
from vigie.core import clock
from vigie.facts.actions import seal
from vigie.facts.models import Delivery, Entry
from vigie.mails.models import Mail

pytestmark = [pytest.mark.django_db, pytest.mark.both]
PAGE = "/operators/"


@pytest.fixture(autouse=True)
def fresh():
    cache.clear()
    Server.answers, Server.took = [], []


def dead_mail() -> Mail:
    with override_settings(EMAIL_BACKEND=SERVER):
        Server.answers = [smtplib.SMTPDataError(554, b"5.7.1 <alice@example.org> refused")]
        return ask()


def test_a_dead_letter_is_named_without_its_text_or_its_address(cast: Cast):
    dead_mail()
    page = cast.client("peter").get(PAGE).content.decode()
    assert "Mail: account/email/login_code" in page and "554 5.7.1" in page
    assert "alice" not in page and "BCD-FGH" not in page and "Realname" not in page


def test_it_goes_again_or_no_more(cast: Cast):
    peter = cast.client("peter")
    again, never = dead_mail(), dead_mail()
    peter.post("/operators/again", {"what": "mail", "key": again.code})
    peter.post("/operators/discard", {"what": "mail", "key": never.code})
    for one in (again, never):
        one.refresh_from_db()
    assert (again.state, never.state, never.sealed) == ("waiting", "dropped", "")
    page = peter.post("/operators/again", {"what": "mail", "key": never.code}, follow=True)
    assert "no longer there" in page.content.decode()


def test_a_fact_that_did_not_go_through_too(cast: Cast, monkeypatch):
    suspend(cast.alice, actor=cast.mona)
    entry = Entry.objects.latest("id")
    dead = [
        Delivery.objects.create(entry=entry, listener=f"listener-{n}", state="dead", due_at=clock.now()) for n in "ab"
    ]
    peter = cast.client("peter")
    assert "communities.MembershipSuspended" in peter.get(PAGE).content.decode()
    peter.post("/operators/again", {"what": "fact", "key": dead[0].id})
    peter.post("/operators/discard", {"what": "fact", "key": dead[1].id})
    assert list(Delivery.objects.order_by("id").values_list("state", flat=True)) == ["waiting", "done"]
    for key in ("", "x", "9" * 40, "-1"):
        assert peter.post("/operators/again", {"what": "fact", "key": key}).status_code == 302


def test_a_test_goes_the_way_of_every_mail(cast: Cast):
    cast.client("peter").post("/operators/test-mail")
    assert [(one.to, one.subject) for one in mail.outbox] == [(["peter@example.org"], "A test from Vigie")]
    assert Mail.objects.get().kind == "insights/email/test"


def test_histories_the_queue_and_the_disk_are_told(cast: Cast):
    seal(cast.mariette.id)
    page = cast.client("peter").get(PAGE).content.decode()
    assert "Unbroken up to entry" in page and "mariette" in page
    assert "Everything went through." in page and "Free:" in page and "No backup in the data folder yet." in page


def test_the_doctor_speaks_when_asked(cast: Cast):
    peter = cast.client("peter")
    assert "Examine now" in peter.get(PAGE).content.decode()
    assert "time zone: Europe/Paris" in peter.get(f"{PAGE}?examine=1").content.decode()


@pytest.mark.parametrize("path", ["", "again", "discard", "test-mail"])
def test_an_old_key_opens_nothing(cast: Cast, path: str):
    peter, kept = cast.client("peter"), dead_mail()
    session = peter.session
    session[METHODS] = [{"method": "mfa", "at": clock.now().timestamp() - 1000}]
    session.save()
    sent = {"what": "mail", "key": kept.code}
    answer = peter.post(f"{PAGE}{path}", sent) if path else peter.get(PAGE)
    kept.refresh_from_db()
    assert (answer.status_code, answer["Location"], kept.state, len(mail.outbox)) == (
        302,
        "/account/second-factor/?next=/operators/",
        "dead",
        0,
    )


@pytest.mark.parametrize("who", [None, "victor", "alice", "sophie", "oscar", "mona"])
def test_it_exists_for_nobody_else(cast: Cast, who: str | None):
    assert cast.client(who).get(PAGE).status_code == 404


# Abuse case 87 ------------------------------------------------------------------

NAMES = [
    ".env",
    ".env.local",
    ".env.production",
    ".env.bak",
    ".git/HEAD",
    ".git/config",
    ".git/index",
    ".gitignore",
    ".svn/entries",
    ".hg/hgrc",
    ".htaccess",
    ".htpasswd",
    ".DS_Store",
    ".ssh/id_rsa",
    ".aws/credentials",
    ".npmrc",
    ".pypirc",
    ".docker/config.json",
    ".vscode/sftp.json",
    "secret-key",
    "var/secret-key",
    "data/secret-key",
    "vigie.sqlite3",
    "vigie.sqlite3-wal",
    "var/vigie.sqlite3",
    "db.sqlite3",
    "jobs.sqlite3",
    "vigie.lock",
    "retention.json",
    "erasures.jsonl",
    "outbox/",
    "files/",
    "files/transcripts/",
    "backups/",
    "backup/",
    "backup.zip",
    "backup.tar.gz",
    "backup.sql",
    "dump.sql",
    "database.sql",
    "db.sql",
    "site.tar.gz",
    "www.zip",
    "vigie.zip",
    "vigie.tar.gz",
    "vigie.age",
    "backups/vigie.age",
    "sbom.json",
    "bom.json",
    "sbom.xml",
    "cyclonedx.json",
    "spdx.json",
    "requirements.txt",
    "requirements/app.lock",
    "pyproject.toml",
    "Pipfile",
    "poetry.lock",
    "uv.lock",
    "package.json",
    "package-lock.json",
    "composer.json",
    "Makefile",
    "Dockerfile",
    "docker-compose.yml",
    "compose.yaml",
    "Procfile",
    "settings.py",
    "vigie/settings.py",
    "manage.py",
    "wsgi.py",
    "asgi.py",
    "config.php",
    "config.json",
    "config.yml",
    "config.yaml",
    "application.yml",
    "appsettings.json",
    "web.config",
    "wp-config.php",
    "wp-login.php",
    "wp-admin/",
    "xmlrpc.php",
    "phpinfo.php",
    "info.php",
    "test.php",
    "index.php",
    "server-status",
    "server-info",
    "nginx.conf",
    "admin/",
    "admin/login/",
    "administrator/",
    "phpmyadmin/",
    "adminer.php",
    "django-admin/",
    "__debug__/",
    "debug",
    "debug/",
    "_debug_toolbar/",
    "silk/",
    "console",
    "actuator",
    "actuator/env",
    "actuator/health",
    "trace",
    "metrics",
    "metrics/",
    "prometheus",
    "stats",
    "status",
    "health",
    "healthcheck",
    "api/",
    "api/v1/",
    "swagger.json",
    "openapi.json",
    "graphql",
    "graphiql",
    "media/",
    "uploads/",
    "static/",
    "static/manifest.json",
    "static/.vite/manifest.json",
    "static/../settings.py",
    "static/%2e%2e/settings.py",
    "locale/",
    "templates/",
    "jinja2/",
    "src/",
    "tests/",
    "docs/",
    "logs/",
    "log/",
    "error.log",
    "access.log",
    "vigie.log",
    "debug.log",
    ".well-known/security",
    "crossdomain.xml",
    "clientaccesspolicy.xml",
    "elmah.axd",
    "trace.axd",
    "cgi-bin/",
    "cgi-bin/test",
    "shell.php",
    "c99.php",
    "id_rsa",
    "key.pem",
    "server.key",
    "cert.pem",
    "ssl.key",
    "private.key",
    "users.csv",
    "members.csv",
    "export.csv",
    "export.xlsx",
    "dump.json",
    "fixtures.json",
    "old/",
    "new/",
    "test/",
    "tmp/",
    "temp/",
    "bak/",
    "private/",
    "secret/",
    "hidden/",
    "internal/",
    "demo/",
    "demo/outbox/",
    "style/",
]


def test_a_hundred_and_fifty_names_that_thieves_try_are_not_there(cast: Cast):
    assert len(set(NAMES)) >= 150
    visitor = cast.client()
    visitor.defaults["HTTP_X_FORWARDED_FOR"] = "203.0.113.9"
    # What belongs to a folder is sent on to its slash, and then is not there either.
    found = {name: visitor.get(f"/{name}", follow=True).status_code for name in NAMES}
    assert {name: status for name, status in found.items() if status != 404} == {}
