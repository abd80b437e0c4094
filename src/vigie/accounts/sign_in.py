"""The two reads with which every page begins, as plain SQL: the sign-in of the browser, and the person it stands for.

Named in the settings. What the sign-in is worth (its key, its term, its signature) is still asked of Django.

A sign-in also has a row that its person reads, written with the session and gone with it.
"""

from datetime import UTC, datetime
from typing import Any

from allauth.account.auth_backends import AuthenticationBackend as EmailedCodes
from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends import db
from django.db import connection, transaction
from django.http import HttpRequest

from vigie.accounts.models import Person, SignIn
from vigie.accounts.rules import device_of
from vigie.core import clock
from vigie.core.codes import new_code
from vigie.core.database import select, stored_moment
from vigie.core.rows import fetch

#: What the session of a signed-in person remembers of the browser.
VISIT = "visit"
#: A visit is written down again after this many seconds.
HOUR = 3600


def note_visit(request: HttpRequest) -> None:
    """Remember that this browser was here: in the session, at most once an hour."""
    visit = request.session.get(VISIT)
    now = clock.now().timestamp()
    if visit and now - visit["seen"] < HOUR:
        return
    device = device_of(request.META.get("HTTP_USER_AGENT", ""))
    request.session[VISIT] = {
        "code": visit["code"] if visit else new_code(),
        "since": visit["since"] if visit else now,
        "seen": now,
        "kind": device.kind.value,
        "browser": device.browser,
        "system": device.system,
    }


class SessionStore(db.SessionStore):
    """Sessions in the database, read without the ORM."""

    def load(self) -> dict[str, Any]:
        # What Django does before its own first statement: a connection that died since the last page is opened again.
        connection.close_if_health_check_failed()
        found = select(
            "SELECT session_data FROM django_session WHERE session_key = %s AND expire_date > %s",
            [self.session_key, stored_moment(clock.now())],
        )
        if not found:
            self._session_key = None
            return {}
        return self.decode(found[0][0])

    def save(self, must_create: bool = False) -> None:
        if self.session_key is None:
            return self.create()
        with transaction.atomic():
            super().save(must_create)
            self._write_sign_in()
        return None

    def _write_sign_in(self) -> None:
        visit = self.get(VISIT)
        if visit is None or SESSION_KEY not in self:
            return
        seen = visit["seen"] - visit["seen"] % HOUR
        row = {
            "person_id": int(self[SESSION_KEY]),
            "since": datetime.fromtimestamp(visit["since"], UTC),
            "seen_at": datetime.fromtimestamp(seen, UTC),
            **{name: visit[name] for name in ("kind", "browser", "system")},
        }
        # A new key for the same sign-in: the row of the old key is about to go, and its code with it.
        SignIn.objects.filter(code=visit["code"]).exclude(session_id=self.session_key).delete()
        SignIn.objects.update_or_create(session_id=self.session_key, defaults={**row, "code": visit["code"]})


class AuthenticationBackend(EmailedCodes):
    def get_user(self, user_id: int) -> Person | None:
        """The person, unless their account is closed."""
        found = fetch(Person, "WHERE one.id = %s AND one.is_active", [user_id])
        return found[0] if found else None
