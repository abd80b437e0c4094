from dataclasses import dataclass
from typing import ClassVar

from vigie.facts.facts import Fact

#: No community has this number: what happens to a person's keys happens in none.
NO_COMMUNITY = 0


@dataclass(frozen=True, kw_only=True)
class _Personal(Fact):
    app: ClassVar[str] = "accounts"
    community: int = NO_COMMUNITY
    person: int


@dataclass(frozen=True, kw_only=True)
class SignInsEnded(_Personal):
    """`kept`: the browser in which it was asked stays in."""

    count: int
    kept: bool


@dataclass(frozen=True, kw_only=True)
class KeysChanged(_Personal):
    """`key` is one of totp, recovery_codes, passkey, password, email, all; `change`: added, renewed, removed, used."""

    key: str
    change: str


@dataclass(frozen=True, kw_only=True)
class AddressChanged(_Personal):
    change: int


@dataclass(frozen=True, kw_only=True)
class AddressChangeUndone(_Personal):
    change: int


@dataclass(frozen=True, kw_only=True)
class ErasureAsked(_Personal):
    pass


@dataclass(frozen=True, kw_only=True)
class ErasureTakenBack(_Personal):
    pass


@dataclass(frozen=True, kw_only=True)
class PersonErased(_Personal):
    pass


@dataclass(frozen=True, kw_only=True)
class DataFileMade(_Personal):
    file: int


@dataclass(frozen=True, kw_only=True)
class AccountClosed(_Personal):
    pass
