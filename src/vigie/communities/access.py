"""Who may do what: the whole of it, on one page.

`GRANTS` is built by addition. A right that a role lacks is hidden (404, like a thing that does not exist) unless it
stands in `TOLD`, the rights a role may know it does not have (403). Rights over a live session also need an
assignment or a seat: that condition is in `live/rules.py`. The table itself is `tests/rights/permissions.csv`.
"""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, TypeVar

from vigie.core import rights
from vigie.core.errors import Denied, NotVisible
from vigie.core.rights import declare

if TYPE_CHECKING:
    from vigie.communities.models import Community, Membership

V = TypeVar("V", bound=Callable[..., object])


class Role(StrEnum):
    CANDIDATE = "candidate"
    MEMBER = "member"
    EXPERT = "expert"
    MODERATOR = "moderator"
    OBSERVER = "observer"
    MANAGER = "manager"


#: Staff need a second factor: they read what others wrote in confidence.
STAFF = frozenset({Role.MODERATOR, Role.OBSERVER, Role.MANAGER})

#: Who lives by the charter.
READS_CHARTER = frozenset({Role.MEMBER, Role.EXPERT})


class Can(StrEnum):
    #: Anyone, signed in or not.
    PUBLIC = rights.PUBLIC
    #: The person's own account, whatever their roles.
    OWN_ACCOUNT = rights.OWN_ACCOUNT
    VIEW_PUBLIC_PAGE = "community.public_page.view"
    VIEW_MEMBER_AREA = "community.member_area.view"
    #: Name, objectives, charter, size, term, team, theme.
    EDIT_SETTINGS = "community.branding_settings.edit"
    #: Accept a charter, for oneself alone.
    CONSENT = "consent.give_or_withdraw"
    INVITE = "invitation.create"
    #: The members' list and what changes a membership: role, suspension, removal.
    ASSIGN_ROLE = "role.assign"
    CHANGE_PSEUDONYM = "profile.pseudonym.change"
    #: Who is behind a pseudonym: one person at a time, for a reason that they read.
    VIEW_IDENTITY = "profile.real_identity.view"
    #: What concerns the whole installation: to found a community, for one.
    RUN_PLATFORM = "platform.settings.edit"
    #: The facts of the community as sentences: who by pseudonym, no identity, no word that was said.
    VIEW_HISTORY = "audit_log.view"
    #: What leaves for members by mail, and whom it does not reach.
    SEND_MAIL = "mail.campaign.send"
    #: From a link in a mail, signed in or not.
    UNSUBSCRIBE = "mail.unsubscribe"
    SCHEDULE_ROOM = "room.create_schedule"
    INVITE_TO_ROOM = "room.invite"
    ENTER_WAITING_ROOM = "room.waiting_room.enter"
    READ_ROOM = "room.read_and_subscribe"
    POST_IN_ROOM = "room.message.post"
    REACT_IN_ROOM = "room.react"
    REMOVE_FROM_ROOM = "room.mute_or_remove"
    OPEN_CLOSE_ROOM = "room.open_close"
    VIEW_TRANSCRIPT = "room.transcript.view"
    LIST_PRESENCE = "room.presence.list"
    COUNT_OBSERVERS = "room.observers.list_or_count"
    VIEW_GUIDE = "room.guide.view"
    KNOW_BACK_ROOM = "backroom.exists"
    SUBSCRIBE_BACK_ROOM = "backroom.subscribe (WebSocket)"
    POST_IN_BACK_ROOM = "backroom.message.post"
    READ_BACK_ROOM_HISTORY = "backroom.history_and_search"
    SEE_BACK_ROOM_PRESENCE = "backroom.presence"


_VISITOR = frozenset({Can.PUBLIC, Can.VIEW_PUBLIC_PAGE, Can.UNSUBSCRIBE})
_PERSON = _VISITOR | {Can.OWN_ACCOUNT, Can.CONSENT}
_CANDIDATE = _PERSON | {Can.CHANGE_PSEUDONYM, Can.VIEW_IDENTITY}
_MEMBER = _CANDIDATE | {
    Can.VIEW_MEMBER_AREA,
    Can.ENTER_WAITING_ROOM,
    Can.READ_ROOM,
    Can.POST_IN_ROOM,
    Can.REACT_IN_ROOM,
    Can.LIST_PRESENCE,
}
_OBSERVER = _PERSON | {
    Can.VIEW_MEMBER_AREA,
    Can.ENTER_WAITING_ROOM,
    Can.READ_ROOM,
    Can.VIEW_TRANSCRIPT,
    Can.LIST_PRESENCE,
    Can.COUNT_OBSERVERS,
    Can.VIEW_GUIDE,
    Can.KNOW_BACK_ROOM,
    Can.SUBSCRIBE_BACK_ROOM,
    Can.POST_IN_BACK_ROOM,
    Can.READ_BACK_ROOM_HISTORY,
    Can.SEE_BACK_ROOM_PRESENCE,
}
_PLANNER = _OBSERVER | {Can.SCHEDULE_ROOM, Can.INVITE_TO_ROOM, Can.SEND_MAIL}
_MANAGER = _PLANNER | {
    Can.EDIT_SETTINGS,
    Can.VIEW_HISTORY,
    Can.INVITE,
    Can.ASSIGN_ROLE,
    Can.CHANGE_PSEUDONYM,
    Can.VIEW_IDENTITY,
}
_MODERATOR = _PLANNER | {
    Can.POST_IN_ROOM,
    Can.REACT_IN_ROOM,
    Can.REMOVE_FROM_ROOM,
    Can.OPEN_CLOSE_ROOM,
    # Both need an assignment that does not exist yet: `need_manager()` says no.
    Can.INVITE,
    Can.VIEW_IDENTITY,
}
#: What a platform administrator may do without any role: prepare communities. They read no content.
ADMINISTRATOR = frozenset({Can.EDIT_SETTINGS, Can.RUN_PLATFORM, Can.VIEW_HISTORY})

GRANTS: dict[Role, frozenset[Can]] = {
    Role.CANDIDATE: _CANDIDATE,
    Role.MEMBER: _MEMBER,
    Role.EXPERT: _MEMBER,
    Role.OBSERVER: _OBSERVER,
    Role.MANAGER: _MANAGER,
    Role.MODERATOR: _MODERATOR,
}

_TOLD_MEMBER = frozenset(
    {
        Can.SCHEDULE_ROOM,
        Can.INVITE_TO_ROOM,
        Can.REMOVE_FROM_ROOM,
        Can.OPEN_CLOSE_ROOM,
        Can.VIEW_TRANSCRIPT,
        Can.EDIT_SETTINGS,
        Can.INVITE,
        Can.ASSIGN_ROLE,
        Can.SEND_MAIL,
    }
)
TOLD: dict[Role, frozenset[Can]] = {
    Role.CANDIDATE: frozenset(),
    Role.MEMBER: _TOLD_MEMBER,
    Role.EXPERT: _TOLD_MEMBER,
    Role.OBSERVER: frozenset(
        {
            Can.EDIT_SETTINGS,
            Can.INVITE,
            Can.ASSIGN_ROLE,
            Can.VIEW_HISTORY,
            Can.SEND_MAIL,
            Can.SCHEDULE_ROOM,
            Can.INVITE_TO_ROOM,
            Can.POST_IN_ROOM,
            Can.REACT_IN_ROOM,
            Can.REMOVE_FROM_ROOM,
            Can.OPEN_CLOSE_ROOM,
        }
    ),
    Role.MANAGER: frozenset({Can.POST_IN_ROOM, Can.REACT_IN_ROOM, Can.REMOVE_FROM_ROOM, Can.OPEN_CLOSE_ROOM}),
    Role.MODERATOR: frozenset({Can.EDIT_SETTINGS, Can.VIEW_HISTORY, Can.ASSIGN_ROLE, Can.CHANGE_PSEUDONYM}),
}
#: What a platform administrator without a role in the community is told that they may not do there. They read nothing.
TOLD_ADMINISTRATOR = frozenset({Can.SCHEDULE_ROOM, Can.INVITE_TO_ROOM, Can.INVITE, Can.CHANGE_PSEUDONYM, Can.SEND_MAIL})


@dataclass(frozen=True)
class Actor:
    """Somebody in a community. `membership` is None for a visitor, or for somebody who has no active role in it."""

    community: "Community"
    membership: "Membership | None"
    is_administrator: bool = False

    @property
    def role(self) -> Role | None:
        return Role(self.membership.role) if self.membership else None

    @property
    def is_staff(self) -> bool:
        return self.role in STAFF

    @property
    def owes_charter(self) -> bool:
        """A member who has not accepted the charter in force."""
        mine = self.membership
        return mine is not None and self.role in READS_CHARTER and mine.charter_accepted < self.community.charter_number

    def can(self, right: Can) -> bool:
        return right in (GRANTS[self.role] if self.role else _VISITOR) or (
            self.is_administrator and right in ADMINISTRATOR
        )

    def check(self, right: Can) -> None:
        """As `need()`, also for those who hold the right without a membership."""
        if not self.can(right):
            self.need(right)

    def need(self, right: Can) -> "Membership":
        """The membership that holds the right. Raises `Denied` where the role may know, else `NotVisible`."""
        if self.membership is not None and self.can(right):
            return self.membership
        told = TOLD[self.role] if self.role else TOLD_ADMINISTRATOR if self.is_administrator else frozenset()
        if right in told:
            raise Denied(right)
        raise NotVisible(right)

    def need_manager(self, right: Can) -> "Membership":
        """The same, for what concerns other people: what a member holds over themselves is not enough."""
        mine = self.need(right)
        if self.role is Role.MANAGER:
            return mine
        if self.is_staff:
            raise Denied(right)
        raise NotVisible(right)


def right(needed: Can) -> Callable[[V], V]:
    """Declare the right that a view or a socket verb asks for. Start-up fails on a route without one."""
    return declare(needed.value)
