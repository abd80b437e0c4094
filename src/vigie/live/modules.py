"""What live sessions offer to other screens: ways in, their part of the team's desk, what they know of a person."""

from django.utils.translation import gettext_lazy as _

from vigie.accounts.actions import ERASERS
from vigie.accounts.queries import MY_DATA
from vigie.communities.access import Can
from vigie.communities.desk import DESK
from vigie.live.actions.transcripts import forget_in_files
from vigie.live.desk import sessions_part
from vigie.live.queries.own import my_data
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

MY_DATA.register("live", my_data)
ERASERS.register("live", forget_in_files)
