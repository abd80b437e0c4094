from django.utils.translation import gettext_lazy as _

from vigie.facts.sentences import SENTENCES, Sentence

_CHANGES = {
    "added": _("added"),
    "renewed": _("renewed"),
    "removed": _("removed"),
    "undone": _("taken back"),
    "used": _("used"),
}
_KEYS = {
    "totp": _("an authenticator"),
    "passkey": _("a passkey"),
    "recovery_codes": _("recovery codes"),
    "password": _("a password"),
    "email": _("an e-mail address"),
    "all": _("every second key"),
}
_WORDS = {
    "SignInsEnded": _("Browsers of an account were signed out: %(count)s."),
    "AddressChanged": _("An account changed its e-mail address."),
    "AddressChangeUndone": _("An account took its e-mail address back."),
    "AccountClosed": _("An account was closed."),
    "DataFileMade": _("Somebody’s own data was made into a file for them."),
    "ErasureAsked": _("Somebody asked to be forgotten."),
    "ErasureTakenBack": _("Somebody who had asked to be forgotten stays."),
    "PersonErased": _("Somebody who had asked was forgotten."),
}
for name, words in _WORDS.items():
    SENTENCES.register(f"accounts.{name}", Sentence("accounts", words))
SENTENCES.register(
    "accounts.KeysChanged",
    Sentence("accounts", _("Keys of an account: %(key)s, %(change)s."), {"key": _KEYS, "change": _CHANGES}),
)
