"""What communities say to somebody who asks what is known of them, or asks to be forgotten."""

from django.utils.translation import gettext as _
from django_scopes import scopes_disabled

from vigie.accounts.models import Person
from vigie.accounts.queries import Table
from vigie.communities.access import Role
from vigie.communities.models import Acceptance, Consent, Membership, PseudonymClaim
from vigie.core import clock


def obstacles(person: Person) -> list[str]:
    """The communities that would be left without anybody who answers for them."""
    with scopes_disabled():
        managed = Membership.objects.filter(person=person, role=Role.MANAGER.value, status=Membership.Status.ACTIVE)
        return [
            _("You are the last manager of %(community)s. Name another one first, or close it.")
            % {"community": one.community.name}
            for one in managed.select_related("community").order_by("community__name")
            if not _has_another_manager(one)
        ]


def _has_another_manager(membership: Membership) -> bool:
    others = Membership.objects.filter(
        community_id=membership.community_id, role=Role.MANAGER.value, status=Membership.Status.ACTIVE
    )
    return any(
        one.is_active(clock.now())
        for one in others.filter(person__is_active=True).exclude(person_id=membership.person_id)
    )


def my_data(person: Person) -> list[Table]:
    with scopes_disabled():
        memberships = list(Membership.objects.filter(person=person).select_related("community").order_by("id"))
        accepted = list(
            Acceptance.objects.filter(membership__person=person)
            .select_related("charter", "community")
            .order_by("accepted_at")
        )
        consents = list(Consent.objects.filter(membership__person=person).select_related("community").order_by("id"))
        claims = list(PseudonymClaim.objects.filter(membership__person=person).select_related("community"))
    roles = {
        "community": _("Community"),
        "pseudonym": _("Pseudonym"),
        "role": _("Role"),
        "title": _("Title"),
        "status": _("State"),
        "number": _("Public number"),
        "since": _("Since"),
        "until": _("Until"),
    }
    answers = {"community": _("Community"), "about": _("About"), "given": _("Agreed"), "charter": _("Charter")}
    names = {"community": _("Community"), "pseudonym": _("Pseudonym"), "since": _("Since"), "until": _("Until")}
    charters = {"community": _("Community"), "charter": _("Charter"), "at": _("Accepted")}
    return [
        Table(
            _("What you are in each community"),
            roles,
            [
                {
                    "community": one.community.name,
                    "pseudonym": one.pseudonym,
                    "role": one.role,
                    "title": one.title,
                    "status": one.status,
                    "number": one.public_id,
                    "since": one.created_at,
                    "until": one.expires_at,
                }
                for one in memberships
            ],
        ),
        Table(
            _("Charters that you accepted"),
            charters,
            [
                {"community": one.community.name, "charter": one.charter.number, "at": one.accepted_at}
                for one in accepted
            ],
        ),
        Table(
            _("What you agreed to, answer by answer"),
            {**answers, "at": _("When")},
            [
                {
                    "community": one.community.name,
                    "about": one.kind,
                    "given": _("yes") if one.given else _("no"),
                    "charter": one.charter,
                    "at": one.at,
                }
                for one in consents
            ],
        ),
        Table(
            _("Pseudonyms that are or were yours"),
            names,
            [
                {
                    "community": one.community.name,
                    "pseudonym": one.pseudonym,
                    "since": one.since,
                    "until": one.freed_at,
                }
                for one in claims
            ],
        ),
    ]
