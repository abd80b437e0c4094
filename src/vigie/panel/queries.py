from django.utils.translation import gettext as _
from django_scopes import scope, scopes_disabled

from vigie.accounts.models import Person
from vigie.accounts.queries import Table
from vigie.communities.models import Membership
from vigie.panel.models import IdentityRead


def reads_of(person: Person) -> list[IdentityRead]:
    """Who looked at this person's identity, in every community, the newest first: their own read."""
    with scopes_disabled():
        rows = IdentityRead.objects.filter(membership__person=person)
        return list(rows.select_related("community", "reader").order_by("-id"))


def my_data(person: Person) -> list[Table]:
    columns = {"community": _("Community"), "by": _("Who"), "reason": _("Reason"), "at": _("When")}
    return [
        Table(
            _("Who looked at my identity"),
            columns,
            [
                {"community": one.community.name, "by": one.reader.pseudonym, "reason": one.reason, "at": one.at}
                for one in reads_of(person)
            ],
        )
    ]


def reads_in_all(membership: Membership) -> int:
    """How often this identity was read here, by whomever."""
    with scope(community=membership.community_id):
        return IdentityRead.objects.filter(membership=membership).count()
