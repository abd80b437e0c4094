from django_scopes import scope

from vigie.accounts.models import Person
from vigie.communities.access import READS_CHARTER, Actor
from vigie.communities.models import Community, Membership, Objective, Preparation, SizeReason, Teammate
from vigie.communities.rules import Answers, ObjectiveKind


def preparation_of(community: Community) -> Preparation:
    """What was answered so far; a community from before this page existed has answered nothing."""
    with scope(community=community):
        found = Preparation.objects.filter(community=community).first()
    return found or Preparation(community=community)


def answers_of(community: Community, preparation: Preparation) -> Answers:
    with scope(community=community):
        objectives = Objective.objects.count()
    one = preparation
    return Answers(
        objectives=objectives,
        charter=(one.readers, one.data_use, one.brand_conventions, one.member_conventions),
        sponsor=one.sponsor,
        privacy_notice=one.privacy_notice,
        contact=community.contact_email,
    )


def objectives_of(community: Community) -> list[Objective]:
    """In the order of their kinds."""
    with scope(community=community):
        found = {one.kind: one for one in Objective.objects.all()}
    return [found[kind] for kind in ObjectiveKind if kind in found]


def team_of(actor: Actor) -> list[Teammate]:
    with scope(community=actor.community):
        return list(Teammate.objects.order_by("id"))


def size_reason_of(community: Community) -> str:
    """Why it is above the default cap; "" where it is not, or nobody said."""
    with scope(community=community):
        last = SizeReason.objects.filter(cap=community.cap).order_by("-id").first()
    return last.reason if last else ""


def headcount(community: Community) -> int:
    """Members who take a seat: neither the team nor observers do."""
    with scope(community=community):
        return Membership.objects.filter(status=Membership.Status.ACTIVE, role__in=READS_CHARTER).count()


def in_preparation(person: Person) -> list[Community]:
    """What a platform administrator may go on preparing. They read no community's content, and these have none."""
    if not person.is_platform_administrator:
        return []
    return list(Community.objects.filter(opened_at=None).order_by("name"))
