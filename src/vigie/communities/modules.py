"""What communities offer to other screens: their line on a person's account page, and the way to their public page."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from vigie.accounts.actions import ERASERS
from vigie.accounts.models import Person
from vigie.accounts.queries import BELONGINGS, MY_DATA, OBSTACLES, Belonging
from vigie.communities.access import GRANTS, STAFF, Actor, Can, Role
from vigie.communities.actions.erasure import forget_memberships
from vigie.communities.desk import DESK
from vigie.communities.models import Membership
from vigie.communities.queries import communities_of
from vigie.communities.queries.desk import community_part
from vigie.communities.queries.leaving import my_data, obstacles
from vigie.core.registry import Registry
from vigie.shell.banners import BANNERS
from vigie.shell.navigation import Area, NavigationItem, register

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise as Words

ROLE_NAMES = {
    Role.CANDIDATE: _("candidate"),
    Role.MEMBER: _("member"),
    Role.EXPERT: _("expert member"),
    Role.MODERATOR: _("moderator"),
    Role.OBSERVER: _("observer"),
    Role.MANAGER: _("community manager"),
}


def belongings(person: Person) -> list[Belonging]:
    return [
        Belonging(
            place=membership.community.name,
            url=reverse(way_in(membership), args=[membership.community.slug]),
            called=membership.pseudonym,
            role=membership.title or ROLE_NAMES[Role(membership.role)],
            flag_seed=membership.flag_seed,
            is_staff=Role(membership.role) in STAFF,
        )
        for membership in communities_of(person)
    ]


def way_in(membership: Membership) -> str:
    role = Role(membership.role)
    if membership.community.opened_at is None and Can.EDIT_SETTINGS in GRANTS[role]:
        return "opening"
    return "live:home" if Can.VIEW_MEMBER_AREA in GRANTS[role] else "community-about"


def _is_inside(actor: Actor | None) -> bool:
    return actor is not None and actor.can(Can.VIEW_MEMBER_AREA)


@dataclass(frozen=True)
class Door:
    """What an app above offers on a member's page, for those who hold its right."""

    label: "Words"
    icon: str
    url_name: str
    right: Can


#: `MEMBER_DOORS.register("identity", Door(…))`; its address takes the slug and `who`, a public id.
MEMBER_DOORS: Registry[Door] = Registry()

DESK.register("communities", community_part)
BELONGINGS.register("communities", belongings)
MY_DATA.register("communities", my_data)
OBSTACLES.register("communities", obstacles)
ERASERS.register("communities", forget_memberships)
BANNERS.register("charter", ("communities/_charter_banner.html", lambda actor: actor.owes_charter))
AREAS: tuple[Area, ...] = ("member", "team")
for area in AREAS:
    register(
        NavigationItem(
            code=f"transparency-{area}",
            label=_("Transparency"),
            icon="binoculars",
            url_name="community-transparency",
            shown=_is_inside,
            area=area,
            filled=False,
            place=85,
        )
    )
    register(
        NavigationItem(
            code=f"about-{area}",
            label=_("About"),
            icon="info",
            url_name="community-about",
            shown=_is_inside,
            area=area,
            place=90,
        )
    )

register(
    NavigationItem(
        code="settings",
        label=_("Settings"),
        icon="gear",
        url_name="opening",
        shown=lambda actor: actor is not None and actor.can(Can.EDIT_SETTINGS),
        area="team",
        place=80,
    )
)
register(
    NavigationItem(
        code="people",
        label=_("Members"),
        icon="users-three",
        url_name="people",
        shown=lambda actor: actor is not None and actor.can(Can.ASSIGN_ROLE),
        area="team",
        place=70,
    )
)
register(
    NavigationItem(
        code="desk",
        label=_("Desk"),
        icon="sun-horizon",
        url_name="desk",
        shown=lambda actor: actor is not None and actor.can(Can.VIEW_TRANSCRIPT),
        area="team",
        place=-10,
    )
)
register(
    NavigationItem(
        code="history",
        label=_("History"),
        icon="clock-counter-clockwise",
        url_name="history",
        shown=lambda actor: actor is not None and actor.can(Can.VIEW_HISTORY),
        area="team",
        filled=False,
        place=82,
    )
)
