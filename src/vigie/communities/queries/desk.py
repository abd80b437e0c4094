"""What communities themselves lay on the team's desk."""

from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from vigie.communities.access import READS_CHARTER, Actor, Can
from vigie.communities.desk import Figure, Part, Waiting
from vigie.communities.models import Membership
from vigie.communities.queries.charters import charter_in_force
from vigie.communities.queries.openings import answers_of, preparation_of
from vigie.communities.rules import WARNING_CAP, Need, Step, missing
from vigie.core.addresses import address
from vigie.core.database import select
from vigie.shell import formats

#: A charter that is not accepted after so many days is late.
CHARTER_DAYS = 14


def community_part(actor: Actor, at: datetime) -> Part:
    """Four reads for those who write the settings, one for the others."""
    members, owing = _heads(actor)
    figures = (_size(members, actor.community.cap), _participation())
    if not actor.can(Can.EDIT_SETTINGS):
        return Part(figures=figures)
    waiting = _opening(actor) if actor.community.opened_at is None else _charter(actor, owing, at)
    return Part(waiting=waiting, figures=figures)


def _heads(actor: Actor) -> tuple[int, int]:
    """Members who take a seat, and how many of them have not accepted the charter in force."""
    roles = ", ".join(f"'{role.value}'" for role in sorted(READS_CHARTER))
    found = select(
        "SELECT COUNT(*), COUNT(CASE WHEN charter_accepted < %s THEN 1 END) FROM communities_membership "  # noqa: S608
        f"WHERE community_id = %s AND status = '{Membership.Status.ACTIVE.value}' AND role IN ({roles})",
        [actor.community.charter_number, actor.community.pk],
    )
    return found[0][0], found[0][1]


def _size(members: int, cap: int) -> Figure:
    sentence = ngettext("%(count)s seat of %(cap)s is taken", "%(count)s seats of %(cap)s are taken", members) % {
        "count": formats.number(members),
        "cap": formats.number(cap),
    }
    if members >= WARNING_CAP:
        warning = formats.number(WARNING_CAP)
        sentence = _("%(sentence)s: from %(warning)s on, members stop knowing each other") % {
            "sentence": sentence,
            "warning": warning,
        }
    return Figure(_("Members"), sentence, members, cap, "warn" if members >= WARNING_CAP else "")


def _participation() -> Figure:
    return Figure(_("Regular participation"), _("Not measured yet: it will count the weeks in which each member came."))


def _opening(actor: Actor) -> tuple[Waiting, ...]:
    community = actor.community
    steps = {
        Need.OBJECTIVES: (Step.OBJECTIVES, _("Give the community an objective")),
        Need.CHARTER: (Step.CHARTER, _("Write the charter")),
        Need.SPONSOR: (Step.CHARTER, _("Say who pays")),
        Need.PRIVACY_NOTICE: (Step.CHARTER, _("Write the privacy notice")),
        Need.CONTACT: (Step.CHARTER, _("Give a contact address")),
    }
    found = missing(answers_of(community, preparation_of(community)))
    if not found:
        way = address("opening", slug=community.slug)
        words = _("Everything is answered. Nobody but the team gets in until then.")
        return (Waiting(_("Open the doors"), words, way, _("Look it over"), "door-open", community.created_at),)
    return tuple(
        Waiting(
            steps[need][1],
            _("The doors wait for it."),
            address("opening-step", slug=community.slug, step=steps[need][0].value),
            _("Answer"),
            "pencil-simple",
            community.created_at,
        )
        for need in found
    )


def _charter(actor: Actor, owing: int, at: datetime) -> tuple[Waiting, ...]:
    charter = charter_in_force(actor.community)
    if charter is None:
        return (
            Waiting(
                _("Publish a charter"),
                _("Members live here without a charter that they could read."),
                address("opening", slug=actor.community.slug),
                _("Look it over"),
                "signature",
                actor.community.created_at,
                late=True,
            ),
        )
    if not owing:
        return ()
    return (
        Waiting(
            ngettext(
                "%(count)s member has not accepted the charter",
                "%(count)s members have not accepted the charter",
                owing,
            )
            % {"count": formats.number(owing)},
            _("Version %(number)s, published %(ago)s. They are asked at the top of every page.")
            % {"number": charter.number, "ago": formats.ago(charter.published_at, at)},
            address("community-charter", slug=actor.community.slug),
            _("Read the charter"),
            "signature",
            charter.published_at,
            late=(at - charter.published_at).days >= CHARTER_DAYS,
        ),
    )
