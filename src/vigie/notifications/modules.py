"""What notifications lay on the team's desk: members whom mail does not reach."""

from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from vigie.communities.access import Actor, Role
from vigie.communities.desk import DESK, Part, Waiting
from vigie.core.addresses import address
from vigie.notifications.queries import unreachable
from vigie.shell import formats


def mail_part(actor: Actor, at: datetime) -> Part:
    """Two reads for a manager, none for the others."""
    if actor.role is not Role.MANAGER:
        return Part()
    found = unreachable(actor)
    if not found:
        return Part()
    title = ngettext("Mail does not reach one member", "Mail does not reach %(count)s members", len(found))
    since = found[0].since
    return Part(
        waiting=(
            Waiting(
                title % {"count": formats.number(len(found))},
                _("The first since %(day)s. Ask them for another address, or try again.") % {"day": formats.day(since)},
                address("unreachable", slug=actor.community.slug),
                _("See who"),
                "envelope-simple",
                since,
            ),
        )
    )


DESK.register("mail", mail_part)
