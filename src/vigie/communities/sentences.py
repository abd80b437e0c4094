"""How the facts of a community read, and what its members are called in them: by pseudonym, never by name."""

from collections.abc import Iterable

from django.utils.translation import gettext_lazy as _
from django_scopes import scope

from vigie.communities.models import Membership
from vigie.communities.modules import ROLE_NAMES
from vigie.facts.sentences import NAMES, SENTENCES, Sentence

_STEPS = {
    "name": _("Name"),
    "objectives": _("Objectives"),
    "charter": _("Charter"),
    "size": _("Size"),
    "term": _("Term"),
    "team": _("Team"),
}
_ANSWERS = {True: _("given"), False: _("not given")}
_ROLES = {role.value: words for role, words in ROLE_NAMES.items()}


def pseudonyms(community_id: int, ids: Iterable[int]) -> dict[int, str]:
    with scope(community=community_id):
        return dict(Membership.objects.filter(id__in=list(ids)).values_list("id", "pseudonym"))


for _field in ("actor", "membership"):
    NAMES.register(_field, pseudonyms)

for _name, _kind, _words, _codes in (
    ("CommunityFounded", "community", _("The community was founded."), {}),
    ("SettingsKept", "community", _("%(actor)s answered “%(step)s” in the settings."), {"step": _STEPS}),
    ("SizeKept", "community", _("%(actor)s set the size: %(target)s members wanted, %(cap)s at most."), {}),
    ("ThemeKept", "community", _("%(actor)s chose the colours."), {}),
    ("CharterPublished", "community", _("%(actor)s published version %(number)s of the charter."), {}),
    ("CharterAccepted", "members", _("%(membership)s accepted version %(number)s of the charter."), {}),
    ("CommunityOpened", "community", _("%(actor)s opened the doors."), {}),
    ("MembershipGranted", "members", _("%(membership)s came in as %(role)s."), {"role": _ROLES}),
    (
        "RoleChanged",
        "members",
        _("%(actor)s changed the role of %(membership)s, from “%(before)s” to “%(after)s”."),
        {"before": _ROLES, "after": _ROLES},
    ),
    ("MembershipSuspended", "members", _("%(actor)s suspended %(membership)s."), {}),
    ("MembershipRestored", "members", _("%(actor)s let %(membership)s in again."), {}),
    ("MembershipRemoved", "members", _("%(actor)s removed %(membership)s."), {}),
    ("MembershipWaits", "members", _("%(membership)s joined, and waits for a seat."), {}),
    ("MembershipLeft", "members", _("%(membership)s left."), {}),
    ("MembershipErased", "members", _("A member asked to be forgotten, and was."), {}),
    ("PseudonymChanged", "members", _("%(actor)s changed the pseudonym of %(membership)s."), {}),
    ("ConsentRecorded", "members", _("%(membership)s answered about their consent: %(given)s."), {"given": _ANSWERS}),
    ("InvitationSent", "members", _("%(actor)s invited somebody as %(role)s."), {"role": _ROLES}),
    ("InvitationRevoked", "members", _("%(actor)s took an invitation back."), {}),
    ("InvitationAccepted", "members", _("An invitation was accepted."), {}),
):
    SENTENCES.register(f"communities.{_name}", Sentence(_kind, _words, _codes))
