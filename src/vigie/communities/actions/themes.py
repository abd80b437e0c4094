from dataclasses import asdict

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from vigie.communities import facts
from vigie.communities.access import Actor, Can
from vigie.communities.models import Community
from vigie.core.errors import Refused
from vigie.facts.actions import emit
from vigie.shell.themes import Theme, verdicts


def set_theme(actor: Actor, theme: Theme) -> None:
    """Refused when one pair of colours is below AA, by day or by night."""
    actor.check(Can.EDIT_SETTINGS)
    if not all(verdict.passes for verdict in verdicts(theme)):
        raise Refused("unreadable", _("These colours cannot be read everywhere: see the pairs below."))
    numbers = asdict(theme)
    with transaction.atomic():
        Community.objects.filter(id=actor.community.id).update(**numbers)
        emit(facts.ThemeKept(community=actor.community.id, actor=actor.membership.id if actor.membership else None))
    for name, value in numbers.items():
        setattr(actor.community, name, value)
