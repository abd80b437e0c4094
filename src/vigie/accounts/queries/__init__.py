import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from importlib import import_module
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.db import connection
from django.http import HttpRequest
from django.utils.functional import Promise
from django.utils.translation import gettext

from vigie.accounts.models import AddressChange, DataFile, Erasure, Person, SignIn
from vigie.accounts.rules import UNDO_WITHIN
from vigie.core import clock
from vigie.core.errors import NotVisible
from vigie.core.registry import Registry

#: Set in a session by demo mode's doors: they count as both factors.
DEMO_DOOR = "demo_door"
METHODS = "account_authentication_methods"
#: The first part of the names of time zones that people live in.
REGIONS = ("Africa", "America", "Antarctica", "Asia", "Atlantic", "Australia", "Europe", "Indian", "Pacific")


@dataclass(frozen=True)
class Belonging:
    """What a person is in one place, as their own account page tells it."""

    place: str
    url: str
    called: str
    role: str | Promise
    flag_seed: str
    is_staff: bool


#: Apps above say here where a person belongs: `BELONGINGS.register("communities", function_of_a_person)`.
BELONGINGS: Registry[Callable[[Person], list[Belonging]]] = Registry()


@dataclass(frozen=True)
class AccountDoor:
    """A page about oneself that an app above keeps: one line of the account page, and how many lines wait there."""

    label: str | Promise
    button: str | Promise
    icon: str
    url_name: str
    count: Callable[[Person], int]


#: `ACCOUNT_DOORS.register("identity-reads", AccountDoor(…))`.
ACCOUNT_DOORS: Registry[AccountDoor] = Registry()


def account_doors(person: Person) -> list[tuple[AccountDoor, int]]:
    return [(door, door.count(person)) for door in ACCOUNT_DOORS]


@dataclass(frozen=True)
class Table:
    """Something that the house knows of a person: a title, the names of its columns by code, and its rows."""

    title: str | Promise
    columns: Mapping[str, str | Promise]
    rows: list[dict[str, object]]


#: Apps above say here what they know of a person, in the person's own words and language; never another's words
#: beyond the question that was answered: `MY_DATA.register("live", function_of_a_person)`, under the app's own label.
MY_DATA: Registry[Callable[[Person], list[Table]]] = Registry()

#: Apps above say here why somebody cannot go yet, in sentences that say what to do first.
OBSTACLES: Registry[Callable[[Person], list[str]]] = Registry()


def obstacles_for(person: Person) -> list[str]:
    found = [sentence for source in OBSTACLES for sentence in source(person)]
    others = Person.objects.filter(is_platform_administrator=True, is_active=True).exclude(id=person.id)
    if person.is_platform_administrator and not others.exists():
        found.append(gettext("You are the last administrator of this installation. Have another one named first."))
    return found


def erasure_of(person: Person) -> Erasure | None:
    """The one that waits, if this person asked for it."""
    return Erasure.objects.filter(person=person, carried_out_at=None).first()


def is_erased(code: str) -> bool:
    """Was the erasure carried out that a browser remembers?"""
    return bool(code) and Erasure.objects.filter(code=code, carried_out_at__isnull=False).exists()


def data_file_of(person: Person) -> DataFile | None:
    """The last one that this person asked for, unless its time is over."""
    return DataFile.objects.filter(person=person, expires_at__gt=clock.now()).order_by("-asked_at", "-id").first()


def get_data_file(person: Person, code: str) -> DataFile:
    """Raises `NotVisible` for another person's, and for what is over or not made."""
    ready = DataFile.objects.filter(person=person, code=code, state=DataFile.State.READY, expires_at__gt=clock.now())
    found = ready.first()
    if found is None:
        raise NotVisible(code)
    return found


def belongings_of(person: Person) -> list[Belonging]:
    return [belonging for source in BELONGINGS for belonging in source(person)]


def person_at(email: str) -> Person | None:
    """Whose address this is. Look-alike letters of other scripts match nobody."""
    from allauth.account.internal.userkit import filter_users_by_email

    found: list[Person] = filter_users_by_email(email.strip(), is_active=True)
    return found[0] if found else None


def revocation_tick() -> int:
    """Plain SQL: live rooms ask at every batch of messages."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT tick FROM accounts_revocationclock WHERE id = 1")
        row = cursor.fetchone()
    return row[0] if row else 0


def second_factor_in(session: Any) -> bool:
    """True when this sign-in passed a second factor: TOTP, recovery code, passkey, or a demo door."""
    if settings.DEMO and session.get(DEMO_DOOR):
        return True
    return any(record.get("method") == "mfa" for record in session.get(METHODS, []))


def has_second_factor(request: HttpRequest) -> bool:
    return second_factor_in(request.session)


def proved_lately(session: Any, *methods: str) -> bool:
    """Did this browser show one of these keys ("code", "mfa") in the last quarter of an hour?"""
    since = time.time() - settings.ACCOUNT_REAUTHENTICATION_TIMEOUT
    return any(record.get("method") in methods and record.get("at", 0) > since for record in session.get(METHODS, []))


def has_authenticator(person: Person) -> bool:
    from allauth.mfa.models import Authenticator

    return Authenticator.objects.filter(user=person, type=Authenticator.Type.TOTP).exists()


@dataclass(frozen=True)
class Passkey:
    """One of a person's own, as their page names it. `code` is drawn for it: the browser's name for it stays here."""

    code: str
    name: str
    added_at: datetime
    used_at: datetime | None


def passkeys_of(person: Person) -> list[Passkey]:
    from allauth.mfa.models import Authenticator

    found = Authenticator.objects.filter(user=person, type=Authenticator.Type.WEBAUTHN).order_by("id")
    return [Passkey(one.data["code"], one.data["name"], one.created_at, one.last_used_at) for one in found]


def has_password(person: Person) -> bool:
    return bool(person.password) and person.has_usable_password()


def has_second_key(person: Person) -> bool:
    """An authenticator or a passkey; recovery codes alone are none."""
    from allauth.mfa.models import Authenticator

    return Authenticator.objects.filter(
        user=person, type__in=[Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN]
    ).exists()


def recovery_codes_of(person: Person) -> list[str]:
    """Those not used yet."""
    from allauth.mfa.models import Authenticator
    from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes

    found = Authenticator.objects.filter(user=person, type=Authenticator.Type.RECOVERY_CODES).first()
    if found is None:
        return []
    codes: list[str] = RecoveryCodes(found).get_unused_codes()
    return codes


def sign_ins_of(person: Person) -> list[SignIn]:
    """The browsers in which this person is signed in now, the last one used first."""
    return list(
        SignIn.objects.filter(person=person, session__expire_date__gt=clock.now()).order_by("-seen_at", "-since")
    )


def get_address_change(undo: str) -> AddressChange:
    """What a mail to an old address leads to, while it can be undone. Raises `NotVisible`."""
    since = clock.now() - UNDO_WITHIN
    found = AddressChange.objects.filter(undo=undo, undone_at=None, at__gt=since, person__is_active=True).first()
    if found is None:
        raise NotVisible(undo)
    return found


def zone_of(name: str) -> ZoneInfo:
    """The zone of this name, or the installation's if the world has forgotten it."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return ZoneInfo(settings.DEFAULT_ZONE)


@lru_cache(maxsize=1)
def zone_choices() -> list[tuple[str, list[tuple[str, str]]]]:
    """Time zones by region, for a grouped list: one finds a city by typing its first letters."""
    names = sorted(name for name in available_timezones() if name.startswith(tuple(f"{one}/" for one in REGIONS)))
    return [
        (region, [(name, name.partition("/")[2].replace("_", " ")) for name in names if name.startswith(f"{region}/")])
        for region in REGIONS
    ]


def signed_in(session_key: str) -> tuple[Person, bool, datetime] | None:
    """Who a session cookie stands for, whether with a second factor, and when it ends. For sockets."""
    store = import_module(settings.SESSION_ENGINE).SessionStore(session_key)
    person_id = store.get(SESSION_KEY)
    if person_id is None:
        return None
    person = Person.objects.filter(id=person_id, is_active=True).first()
    if person is None:
        return None
    return person, second_factor_in(store), store.get_expiry_date()
