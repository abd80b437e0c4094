"""A community in preparation, and answers that let it open."""

from datetime import date

from tests import cast as people
from vigie.communities.access import Actor, Role
from vigie.communities.actions import found_community, grant_membership
from vigie.communities.actions import opening as act
from vigie.communities.rules import ObjectiveKind

CHARTER = {
    "sponsor": "Phare, retail company",
    "readers": "The animator\nThe product team",
    "data_use": "To decide what to change. Erased two years later.",
    "members_get": "Answers, with a date.",
    "brand_conventions": "Each idea is answered within thirty days.",
    "member_conventions": "To contradict, yes; to mock, no.",
    "independence": "shared",
    "privacy_notice": "You may withdraw at any time.",
}
CONTACT = {"contact_email": "hello@phare.example", "contact_phone": ""}
AIM = act.Aim(ObjectiveKind.CREATE, "Ideas put into practice", 12, date(2027, 5, 14))


def founded(cast: people.Cast | None = None, slug: str = "phare", name: str = "Le Phare") -> Actor:
    """Founded at the console, with its manager: Mona in a house that has her, Paula elsewhere."""
    community = found_community(slug=slug, name=name, brand="Phare")
    person = cast.mona.person if cast else people.person("paula")
    manager = grant_membership(community, person, pseudonym="Keeper", role=Role.MANAGER)
    manager.community = community
    return Actor(community, manager)


def answered(actor: Actor) -> Actor:
    act.set_objectives(actor, [AIM])
    act.write_charter(actor, **CHARTER, **CONTACT)
    return actor
