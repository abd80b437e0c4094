from dataclasses import dataclass
from typing import ClassVar

from vigie.facts.facts import Fact


@dataclass(frozen=True, kw_only=True)
class CommunityFounded(Fact):
    app: ClassVar[str] = "communities"


@dataclass(frozen=True, kw_only=True)
class SettingsKept(Fact):
    """One step of the opening was answered, or answered anew."""

    app: ClassVar[str] = "communities"
    step: str


@dataclass(frozen=True, kw_only=True)
class SizeKept(Fact):
    """`reason` is the row that says why the cap is above the default."""

    app: ClassVar[str] = "communities"
    target: int
    cap: int
    reason: int | None


@dataclass(frozen=True, kw_only=True)
class ThemeKept(Fact):
    app: ClassVar[str] = "communities"


@dataclass(frozen=True, kw_only=True)
class CharterPublished(Fact):
    app: ClassVar[str] = "communities"
    number: int


@dataclass(frozen=True, kw_only=True)
class CharterAccepted(Fact):
    app: ClassVar[str] = "communities"
    membership: int
    number: int


@dataclass(frozen=True, kw_only=True)
class CommunityOpened(Fact):
    app: ClassVar[str] = "communities"


@dataclass(frozen=True, kw_only=True)
class MembershipGranted(Fact):
    app: ClassVar[str] = "communities"
    membership: int
    role: str


@dataclass(frozen=True, kw_only=True)
class MembershipErased(Fact):
    """Its person asked to be forgotten."""

    app: ClassVar[str] = "communities"
    membership: int


@dataclass(frozen=True, kw_only=True)
class RoleChanged(Fact):
    app: ClassVar[str] = "communities"
    membership: int
    before: str
    after: str


@dataclass(frozen=True, kw_only=True)
class MembershipSuspended(Fact):
    app: ClassVar[str] = "communities"
    membership: int


@dataclass(frozen=True, kw_only=True)
class MembershipRestored(Fact):
    app: ClassVar[str] = "communities"
    membership: int


@dataclass(frozen=True, kw_only=True)
class MembershipRemoved(Fact):
    app: ClassVar[str] = "communities"
    membership: int


@dataclass(frozen=True, kw_only=True)
class MembershipWaits(Fact):
    """They joined while no seat was free."""

    app: ClassVar[str] = "communities"
    membership: int


@dataclass(frozen=True, kw_only=True)
class MembershipLeft(Fact):
    """Of their own will."""

    app: ClassVar[str] = "communities"
    membership: int


@dataclass(frozen=True, kw_only=True)
class PseudonymChanged(Fact):
    app: ClassVar[str] = "communities"
    membership: int
    claim: int


@dataclass(frozen=True, kw_only=True)
class ConsentRecorded(Fact):
    app: ClassVar[str] = "communities"
    membership: int
    consent: int
    kind: str
    given: bool


@dataclass(frozen=True, kw_only=True)
class InvitationSent(Fact):
    app: ClassVar[str] = "communities"
    invitation: int
    role: str


@dataclass(frozen=True, kw_only=True)
class InvitationRevoked(Fact):
    app: ClassVar[str] = "communities"
    invitation: int


@dataclass(frozen=True, kw_only=True)
class InvitationAccepted(Fact):
    """By whom is not said: an invitation has an address, a membership a pseudonym."""

    app: ClassVar[str] = "communities"
    invitation: int
