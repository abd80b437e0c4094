from typing import Any

from django.conf import settings
from django.contrib.auth import update_session_auth_hash
from django.contrib.sessions.models import Session
from django.db import IntegrityError, models, transaction
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from vigie.accounts.actions.tries import knock
from vigie.accounts.facts import AccountClosed, AddressChanged, AddressChangeUndone, KeysChanged, SignInsEnded
from vigie.accounts.models import AddressChange, Person, RevocationClock
from vigie.accounts.queries import has_second_key, person_at, zone_of
from vigie.accounts.rules import UNDO_WITHIN, Door
from vigie.core import clock
from vigie.core.codes import new_code
from vigie.core.errors import Refused
from vigie.facts.actions import emit
from vigie.shell.mails import send_mail


def tick_revocations() -> None:
    """Tell every live process to read rights again. Call it in the transaction that takes a right away."""
    if not RevocationClock.objects.filter(id=1).update(tick=models.F("tick") + 1):
        RevocationClock.objects.create(id=1, tick=1)


def end_sign_ins(person: Person, *, kept: str = "", code: str = "") -> int:
    """Close every browser of this person but the one whose session key is `kept`; or only that of `code`.

    Pages are shut at their next request, rooms within two seconds.
    """
    with transaction.atomic():
        ended = Session.objects.filter(sign_in__person=person).exclude(session_key=kept)
        if code:
            ended = ended.filter(sign_in__code=code)
        keys = list(ended.values_list("session_key", flat=True))
        Session.objects.filter(session_key__in=keys).delete()
        tick_revocations()
        if keys:
            emit(SignInsEnded(person=person.id, count=len(keys), kept=bool(kept)))
    return len(keys)


def close_account(person: Person) -> None:
    """Nobody gets in with this address any more, and whoever is in goes out. Nothing of theirs is deleted."""
    with transaction.atomic():
        if Person.objects.filter(id=person.id, is_active=True).update(is_active=False):
            end_sign_ins(person)
            emit(AccountClosed(person=person.id))
    person.is_active = False


def keys_changed(person: Person, key: str, change: str, *, kept: str = "") -> None:
    """Whoever came in with the keys of before goes out. Call it in the transaction that changes them."""
    end_sign_ins(person, kept=kept)
    emit(KeysChanged(person=person.id, key=key, change=change))


def register_person(
    email: str, *, name: str = "", language: str = "fr", time_zone: str = settings.DEFAULT_ZONE
) -> Person:
    """The person of this address, made if unknown. Nobody has a password here: the mailbox is the key."""
    known = person_at(email)
    if known:
        return known
    person = Person(email=email.strip().lower(), name=name, language=language, time_zone=time_zone)
    person.set_unusable_password()
    person.full_clean()
    with transaction.atomic():
        person.save()
    return person


def set_preferences(person: Person, *, language: str, time_zone: str) -> None:
    with transaction.atomic():
        Person.objects.filter(id=person.id).update(language=language, time_zone=time_zone)
    person.language, person.time_zone = language, time_zone


def introduce(person: Person, *, name: str, language: str, time_zone: str) -> None:
    """What somebody says of themselves as they come in."""
    with transaction.atomic():
        Person.objects.filter(id=person.id).update(name=name, language=language, time_zone=time_zone)
    person.name, person.language, person.time_zone = name, language, time_zone


def begin_sign_in(request: HttpRequest, person: Person) -> None:
    """Mail the code to the stored address; this browser is then asked for it. Raises `Refused` after too many."""
    from allauth.account.internal.flows.login_by_code import LoginCodeVerificationProcess

    if knock(Door.CODE_ASKED, network=request.META.get("REMOTE_ADDR", ""), account=person.email.lower()):
        raise Refused("too_many", _("Too many tries. Wait a few minutes, then ask for a new code."))
    LoginCodeVerificationProcess.initiate(request=request, user=person, email=person.email)


def mail_sign_in_code(address: str, code: str) -> None:
    """Nothing leaves for an address that nobody has. The mail goes to the stored spelling, never to the typed one."""
    person = person_at(address) if code else None
    if person is None:
        return
    with timezone.override(zone_of(person.time_zone)):
        asked_at = timezone.localtime(clock.now())
    _mail(person, person.email, "login_code", code=code, asked_at=asked_at)


def mail_new_address_code(person_id: int, address: str, code: str) -> None:
    """The code that proves the new mailbox. Whoever already has this address receives nothing: no code opens it."""
    person = Person.objects.filter(id=person_id, is_active=True).first()
    if person is None or Person.objects.filter(email__iexact=address).exists():
        return
    _mail(person, address, "new_address", code=code)


def change_address(request: HttpRequest, address: str) -> AddressChange:
    """The account answers to another mailbox from now on; the one of before is told, and can take it back.

    Raises `Refused("taken")` when somebody else came with this address in the meantime.
    """
    person = request.user
    assert isinstance(person, Person)
    try:
        with transaction.atomic():
            change = AddressChange.objects.create(person=person, before=person.email, after=address, at=clock.now())
            Person.objects.filter(id=person.id).update(email=address)
            keys_changed(person, "email", "renewed", kept=request.session.session_key or "")
            emit(AddressChanged(person=person.id, change=change.id))
    except IntegrityError:
        raise Refused("taken", _("This code no longer works here. Ask for a new one.")) from None
    person.email = address
    request.session.cycle_key()
    return change


def mail_address_notice(change_id: int) -> None:
    """To the mailbox of before: what happened, and the way to undo it."""
    change = AddressChange.objects.select_related("person").get(id=change_id)
    link = f"{settings.BASE_URL}{reverse('undo-address')}?code={change.undo}"
    _mail(change.person, change.before, "address_changed", link=link, changed_at=timezone.localtime(change.at))


def undo_address_change(change: AddressChange) -> None:
    """The address of before opens the account again: every browser goes out, with the password and keys added since.

    Whoever changed the address held a key of this person; what was added with it cannot be told from what was theirs.
    Keys of before stay: the mailbox alone must not lift a second factor.
    Raises `Refused("over")` after three days or a second time, `Refused("taken")` when the address is another's now.
    """
    from allauth.mfa.models import Authenticator

    now = clock.now()
    try:
        with transaction.atomic():
            waiting = AddressChange.objects.filter(id=change.id, undone_at=None, at__gt=now - UNDO_WITHIN)
            if not waiting.update(undone_at=now):
                raise Refused("over", _("This address can no longer be taken back here."))
            person = Person.objects.get(id=change.person_id)
            person.email = change.before
            person.set_unusable_password()
            person.save(update_fields=["email", "password"])
            Authenticator.objects.filter(user=person, created_at__gte=change.at).delete()
            keys_changed(person, "email", "undone")
            emit(AddressChangeUndone(person=person.id, change=change.id))
    except IntegrityError:
        raise Refused("taken", _("This address can no longer be taken back here.")) from None


def _mail(person: Person, address: str, name: str, **context: object) -> None:
    """One of the account's mails, in the person's language and time."""
    zone = zone_of(person.time_zone)
    send_mail(f"account/email/{name}", address, language=person.language, zone=zone, **context)


def add_second_factor(request: HttpRequest, secret: str, code: str) -> None:
    """Keep the authenticator that was just proved with `code`, and count it for this sign-in.

    A second submission of the same form changes nothing.
    """
    from allauth.mfa.base.internal.flows import post_authentication
    from allauth.mfa.models import Authenticator
    from allauth.mfa.totp.internal.auth import TOTP, clear_totp_secret

    person = request.user
    assert isinstance(person, Person)
    with transaction.atomic():
        if Authenticator.objects.filter(user=person, type=Authenticator.Type.TOTP).exists():
            return
        authenticator = TOTP.activate(person, secret)
        _recovery_codes_for(person)
        keys_changed(person, "totp", "added", kept=request.session.session_key or "")
    authenticator.validate_code(code)  # spends it: the same six digits do not open a second door
    clear_totp_secret(request)
    post_authentication(request, authenticator.instance, reauthenticated=True)
    request.session.cycle_key()


def add_passkey(request: HttpRequest, name: str, credential: dict[str, Any]) -> None:
    """Keep the passkey that the device just made, and count it for this sign-in."""
    from allauth.mfa.base.internal.flows import post_authentication
    from allauth.mfa.models import Authenticator

    person = request.user
    assert isinstance(person, Person)
    with transaction.atomic():
        data = {"name": name, "credential": credential, "code": new_code()}
        passkey = Authenticator.objects.create(user=person, type=Authenticator.Type.WEBAUTHN, data=data)
        _recovery_codes_for(person)
        keys_changed(person, "passkey", "added", kept=request.session.session_key or "")
    post_authentication(request, passkey, reauthenticated=True)
    request.session.cycle_key()


def remove_passkey(person: Person, code: str, *, kept: str = "") -> bool:
    """Whether there was one of this code."""
    from allauth.mfa.models import Authenticator

    with transaction.atomic():
        passkeys = Authenticator.objects.filter(user=person, type=Authenticator.Type.WEBAUTHN)
        found = next((one for one in passkeys if one.data["code"] == code), None)
        if found is None:
            return False
        found.delete()
        _no_codes_without_a_key(person)
        keys_changed(person, "passkey", "removed", kept=kept)
    return True


def remove_authenticator(person: Person, *, kept: str = "") -> bool:
    """Whether there was one."""
    from allauth.mfa.models import Authenticator

    with transaction.atomic():
        if not Authenticator.objects.filter(user=person, type=Authenticator.Type.TOTP).delete()[0]:
            return False
        _no_codes_without_a_key(person)
        keys_changed(person, "totp", "removed", kept=kept)
    return True


def _recovery_codes_for(person: Person) -> None:
    from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes

    RecoveryCodes.activate(person)  # keeps those that are there


def _no_codes_without_a_key(person: Person) -> None:
    """Recovery codes replace a second key: without one they would be a way in that nobody asks for."""
    from allauth.mfa.models import Authenticator

    if not has_second_key(person):
        Authenticator.objects.filter(user=person).delete()


def set_password(request: HttpRequest, password: str | None) -> None:
    """Another password, or none any more."""
    person = request.user
    assert isinstance(person, Person)
    with transaction.atomic():
        if password is None:
            person.set_unusable_password()
        else:
            person.set_password(password)
        person.save(update_fields=["password"])
        change = "removed" if password is None else "renewed"
        keys_changed(person, "password", change, kept=request.session.session_key or "")
    update_session_auth_hash(request, person)


def renew_recovery_codes(person: Person, *, kept: str = "") -> list[str]:
    """Ten new codes; the old ones stop working."""
    from allauth.mfa.models import Authenticator
    from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes

    with transaction.atomic():
        Authenticator.objects.filter(user=person, type=Authenticator.Type.RECOVERY_CODES).delete()
        codes: list[str] = RecoveryCodes.activate(person).get_unused_codes()
        keys_changed(person, "recovery_codes", "renewed", kept=kept)
    return codes


def recovery_code_used(person: Person) -> None:
    """Its owner is told: somebody who found the sheet of paper would come in this way."""
    with transaction.atomic():
        emit(KeysChanged(person=person.id, key="recovery_codes", change="used"))


def forget_second_factor(person: Person) -> None:
    """The operator's help for somebody who lost both telephone and recovery codes. They set a new one at next entry."""
    from allauth.mfa.models import Authenticator

    with transaction.atomic():
        Authenticator.objects.filter(user=person).delete()
        keys_changed(person, "all", "removed")
