"""What live sessions offer to other screens: the ways that lead to them, and their part of the team's desk."""

from django.utils.translation import gettext_lazy as _

from vigie.communities.access import Can
from vigie.communities.desk import DESK
from vigie.live.desk import sessions_part
from vigie.shell.navigation import NavigationItem, register

DESK.register("live", sessions_part)
register(
    NavigationItem(
        code="live-home",
        label=_("Home"),
        icon="house",
        url_name="live:home",
        shown=lambda actor: actor is not None and actor.can(Can.VIEW_MEMBER_AREA) and not actor.is_staff,
        area="member",
    )
)
register(
    NavigationItem(
        code="live-sessions",
        label=_("Sessions"),
        icon="chats-circle",
        url_name="live:sessions",
        shown=lambda actor: actor is not None and actor.can(Can.VIEW_TRANSCRIPT),
        area="team",
    )
)
