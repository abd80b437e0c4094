"""Random public names for things: never a row id, nothing to guess, nothing to sort by."""

import secrets

ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"


def new_code() -> str:
    """Twelve characters of an alphabet without look-alikes: 59 bits, unique by constraint where stored."""
    return "".join(secrets.choice(ALPHABET) for _ in range(12))


def new_public_id() -> str:
    """128 random bits in hexadecimal; carries neither time nor order."""
    return secrets.token_hex(16)
