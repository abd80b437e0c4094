"""What accounts know of one person, told to that person alone. Keys are named, their secrets are not."""

from allauth.mfa.models import Authenticator
from django.utils.translation import gettext as _

from vigie.accounts.models import AddressChange, Person
from vigie.accounts.queries import Table, has_password, sign_ins_of


def own_data(person: Person) -> list[Table]:
    what, value, at = _("What"), _("Value"), _("When")
    identity = [
        (_("Name"), person.name),
        (_("E-mail address"), person.email),
        (_("Language"), person.get_language_display()),
        (_("Time zone"), person.time_zone),
        (_("Account since"), person.created_at),
        (_("Last sign-in"), person.last_login),
        (_("Password"), _("chosen") if has_password(person) else _("none")),
    ]
    keys = Authenticator.objects.filter(user=person).order_by("id")
    names = {"totp": _("Application with six digits"), "webauthn": _("Passkey"), "recovery_codes": _("Recovery codes")}
    changes = AddressChange.objects.filter(person=person).order_by("at")
    return [
        Table(_("Who you are"), {"what": what, "value": value}, [{"what": a, "value": b} for a, b in identity]),
        Table(
            _("Your second keys"),
            {"key": _("Key"), "name": _("Its name"), "added": _("Added"), "used": _("Last used")},
            [
                {
                    "key": names.get(one.type, one.type),
                    "name": one.data.get("name", "") if one.type == Authenticator.Type.WEBAUTHN else "",
                    "added": one.created_at,
                    "used": one.last_used_at,
                }
                for one in keys
            ],
        ),
        Table(
            _("Where you are signed in"),
            {"browser": _("Browser"), "system": _("System"), "since": _("Since"), "seen": _("Last seen")},
            [
                {"browser": one.browser, "system": one.system, "since": one.since, "seen": one.seen_at}
                for one in sign_ins_of(person)
            ],
        ),
        Table(
            _("Changes of your address in the last three days"),
            {"before": _("Before"), "after": _("After"), "at": at},
            [{"before": one.before, "after": one.after, "at": one.at} for one in changes],
        ),
    ]
