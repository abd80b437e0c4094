"""A telephone that keeps passkeys: it makes one, and shows it, as a browser would pass it on."""

import json
import re
from html import unescape

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from fido2.cose import ES256
from fido2.utils import sha256, websafe_encode
from fido2.webauthn import (
    Aaguid,
    AttestationObject,
    AttestedCredentialData,
    AuthenticatorData,
    CollectedClientData,
)

#: Passkeys work on a secure origin only; the test client's own address is not one.
ORIGIN = "https://127.0.0.1"
SEEN = AuthenticatorData.FLAG.UP | AuthenticatorData.FLAG.UV


def asked(page):
    """The question that a page carries for the device."""
    return json.loads(unescape(re.search(r'data-options="([^"]+)"', page.content.decode())[1]))["publicKey"]


class Telephone:
    def __init__(self, origin=ORIGIN, flags=SEEN):
        self.origin, self.flags = origin, flags
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.id = b"a passkey's own name"
        self.owner = ""

    def _said(self, kind, options):
        return CollectedClientData.create(type=kind, challenge=options["challenge"], origin=self.origin)

    def make(self, options):
        self.owner = options["user"]["id"]
        public = AttestedCredentialData.create(Aaguid.NONE, self.id, ES256.from_cryptography_key(self.key.public_key()))
        flags = self.flags | AuthenticatorData.FLAG.AT
        data = AuthenticatorData.create(sha256(options["rp"]["id"].encode()), flags, 0, public)
        response = {
            "clientDataJSON": websafe_encode(self._said("webauthn.create", options)),
            "attestationObject": websafe_encode(AttestationObject.create("none", data, {})),
        }
        return self._answer(response, {"credProps": {"rk": True}})

    def show(self, options):
        said = self._said("webauthn.get", options)
        data = AuthenticatorData.create(sha256(options["rpId"].encode()), self.flags, 1)
        response = {
            "clientDataJSON": websafe_encode(said),
            "authenticatorData": websafe_encode(data),
            "signature": websafe_encode(self.key.sign(bytes(data) + said.hash, ec.ECDSA(SHA256()))),
            "userHandle": self.owner,
        }
        return self._answer(response, {})

    def _answer(self, response, extensions):
        name = websafe_encode(self.id)
        answer = {"id": name, "rawId": name, "type": "public-key", "response": response}
        return json.dumps({**answer, "clientExtensionResults": extensions})
