"""Being forgotten: asked for, taken back within seven days, carried out once and for all."""

import logging
from collections.abc import Callable
from pathlib import Path

from django.conf import settings
from django.contrib.sessions.models import Session
from django.db import IntegrityError, transaction

from vigie.accounts.actions.keys import end_sign_ins
from vigie.accounts.actions.my_data import path_of
from vigie.accounts.facts import ErasureAsked, ErasureTakenBack, PersonErased
from vigie.accounts.models import AddressChange, DataFile, Erasure, Person
from vigie.accounts.queries import obstacles_for
from vigie.accounts.rules import COOLING_OFF
from vigie.core import clock, erasures
from vigie.core.codes import new_public_id
from vigie.core.errors import Refused
from vigie.core.registry import Registry
from vigie.facts.actions import emit
from vigie.mails import actions as mails

log = logging.getLogger(__name__)

#: Apps above say here how they forget a person: `ERASERS.register("communities", function_of_a_person)`. Called in the
#: transaction of the erasure, and again when a backup comes back; returns the files to take off the disk after it.
ERASERS: Registry[Callable[[Person], list[Path]]] = Registry()


def ask_erasure(person: Person, *, kept: str = "") -> Erasure:
    """From now on the person has seven days to take it back. Every browser but `kept` is signed out.

    Raises `Refused("needed")` while a community or the installation needs them.
    """
    sentences = obstacles_for(person)
    if sentences:
        raise Refused("needed", " ".join(sentences))
    now = clock.now()
    try:
        with transaction.atomic():
            asked = Erasure.objects.create(person=person, asked_at=now, due_at=now + COOLING_OFF)
            end_sign_ins(person, kept=kept)
            emit(ErasureAsked(person=person.id))
    except IntegrityError:
        return Erasure.objects.get(person=person)
    return asked


def take_back_erasure(person: Person) -> bool:
    """Whether there was one to take back."""
    with transaction.atomic():
        if not Erasure.objects.filter(person=person, carried_out_at=None).delete()[0]:
            return False
        emit(ErasureTakenBack(person=person.id))
    return True


def carry_out_due_erasures() -> int:
    """Those whose seven days are over, and those that a crash left half told. Returns how many were carried out."""
    due = Erasure.objects.filter(carried_out_at=None, due_at__lte=clock.now())
    done = sum(carry_out(person_id) for person_id in list(due.values_list("person_id", flat=True)))
    for untold in Erasure.objects.filter(carried_out_at__isnull=False, written_at=None):
        _write_down(untold.person_id)
    return done


def carry_out(person_id: int) -> bool:
    person = Person.objects.get(id=person_id)
    if obstacles_for(person):
        # They were needed since: the page says so, and the next turn looks again.
        log.warning("the erasure of person %d waits: they are the last to hold a role", person_id)
        return False
    with transaction.atomic():
        waiting = Erasure.objects.filter(person=person, carried_out_at=None, due_at__lte=clock.now())
        if not waiting.update(carried_out_at=clock.now()):
            return False
        files = _forget(person)
        emit(PersonErased(person=person.id))
    _remove(files)
    _write_down(person.id)
    return True


def erase_again(key: str) -> None:
    """A backup brought somebody back who had been forgotten. Once more changes nothing."""
    person = Person.objects.filter(id=int(key)).first()
    if person is None:
        return
    now = clock.now()
    with transaction.atomic():
        told = {"carried_out_at": now, "written_at": now}
        Erasure.objects.update_or_create(
            person=person, defaults=told, create_defaults={**told, "asked_at": now, "due_at": now}
        )
        files = _forget(person)
    _remove(files)


def _forget(person: Person) -> list[Path]:
    from allauth.account.models import EmailAddress
    from allauth.mfa.models import Authenticator

    files = [file for eraser in ERASERS for file in eraser(person)]
    end_sign_ins(person)
    _forget_typed_address(person.email)
    mails.forget(person.email)
    for model in (EmailAddress, Authenticator):
        model.objects.filter(user=person).delete()
    AddressChange.objects.filter(person=person).delete()
    files += [path_of(file) for file in DataFile.objects.filter(person=person)]
    DataFile.objects.filter(person=person).delete()
    Person.objects.filter(id=person.id).update(
        # Unlike any address that can be typed, and unlike that of anybody else who was forgotten.
        email=f"{new_public_id()}@erased.invalid",
        name="",
        password="!",  # noqa: S106  nothing opens this
        language=settings.LANGUAGE_CODE,
        time_zone=settings.DEFAULT_ZONE,
        is_active=False,
        is_platform_administrator=False,
        last_login=None,
    )
    return files


def _forget_typed_address(address: str) -> None:
    """Sign-ins that were begun with it and not ended."""
    for session in Session.objects.filter(sign_in=None).iterator():
        if address in str(session.get_decoded()):
            session.delete()


def _remove(files: list[Path]) -> None:
    for file in files:
        file.unlink(missing_ok=True)


def _write_down(person_id: int) -> None:
    erasures.write_down("person", str(person_id))
    Erasure.objects.filter(person_id=person_id).update(written_at=clock.now())


erasures.on_restore.register("person", erase_again)
