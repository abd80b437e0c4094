"""Who is what in a community: what each change writes, says in the history, and tells live rooms."""

from datetime import timedelta

import pytest
from django_scopes import scope
from django_scopes.exceptions import ScopeError

from tests import cast as people
from tests.cast import Cast
from vigie.accounts.queries import revocation_tick
from vigie.communities import actions, facts
from vigie.communities.access import Actor, Can, Role
from vigie.communities.actions import memberships
from vigie.communities.models import Membership
from vigie.communities.queries import actor_for, arrive, communities_of
from vigie.core import clock
from vigie.core.errors import Denied, NotVisible, Refused
from vigie.facts.facts import revive
from vigie.facts.models import Entry

pytestmark = pytest.mark.both


def history() -> list[object]:
    return [
        revive(entry.name, entry.version, entry.community_id, entry.actor_id, entry.data)
        for entry in Entry.objects.order_by("id")
    ]


def since(before: int) -> list[object]:
    return history()[before:]


# Opening ----------------------------------------------------------------------------------------------------------


def test_an_operator_founds_a_community(db):
    community = actions.found_community(slug="phare", name="Le Phare", brand="Phare")
    assert (community.language, community.time_zone, community.opened_at) == ("fr", "Europe/Paris", None)
    assert history() == [facts.CommunityFounded(community=community.id)]


def test_a_stage_is_open_at_once(db):
    community = actions.open_stage(slug="phare", name="Le Phare", brand="Phare")
    assert arrive("phare", None).community == community
    assert history() == [
        facts.CommunityFounded(community=community.id),
        facts.CommunityOpened(community=community.id),
    ]


# Memberships ------------------------------------------------------------------------------------------------------


def test_a_membership_is_granted(cast: Cast):
    before, tick = len(history()), revocation_tick()
    ends_at = clock.now() + timedelta(days=30)
    granted = actions.grant_membership(
        cast.mariette, cast.victor, pseudonym="Vigneau", role=Role.OBSERVER, title="Brand", expires_at=ends_at
    )
    with scope(community=cast.mariette):
        kept = Membership.objects.get(id=granted.id)
    assert (kept.person, kept.pseudonym, kept.role, kept.title, kept.status, kept.expires_at) == (
        cast.victor,
        "Vigneau",
        "observer",
        "Brand",
        "active",
        ends_at,
    )
    assert since(before) == [facts.MembershipGranted(community=cast.mariette.id, membership=kept.id, role="observer")]
    assert revocation_tick() == tick  # nothing was taken away


@pytest.mark.parametrize(
    ("person", "pseudonym", "code"),
    [("victor", "ALICE-pseudo", "pseudonym_taken"), ("alice", "Alizarine", "already_there")],
)
def test_one_pseudonym_and_one_role_each(cast: Cast, person: str, pseudonym: str, code: str):
    before = len(history())
    who = cast.victor if person == "victor" else cast.members[person].person
    with pytest.raises(Refused) as refused:
        actions.grant_membership(cast.mariette, who, pseudonym=pseudonym, role=Role.MEMBER)
    assert (refused.value.code, since(before)) == (code, [])
    assert str(refused.value.message)


def test_the_same_pseudonym_and_person_may_be_in_another_community(cast: Cast):
    actions.grant_membership(cast.tramontane, cast.alice.person, pseudonym="Alice-pseudo", role=Role.MEMBER)
    assert [one.community.slug for one in communities_of(cast.alice.person)] == ["tramontane", "mariette"]


CHANGES = {
    "suspended": (actions.suspend, facts.MembershipSuspended),
    "active": (actions.restore, facts.MembershipRestored),
    "removed": (actions.remove, facts.MembershipRemoved),
}


@pytest.mark.parametrize("status", CHANGES)
def test_a_change_of_status_is_kept_told_and_ticks(cast: Cast, status: str):
    change, fact = CHANGES[status]
    before, tick = len(history()), revocation_tick()
    change(cast.alice, actor=cast.mona)
    with scope(community=cast.mariette):
        kept = Membership.objects.get(id=cast.alice.id)
    assert (cast.alice.status, kept.status) == (status, status)
    assert since(before) == [fact(community=cast.mariette.id, actor=cast.mona.id, membership=cast.alice.id)]
    assert revocation_tick() == tick + 1
    assert actor_for(cast.mariette, cast.alice.person).role == (Role.MEMBER if status == "active" else None)


def test_a_change_of_role_is_kept_told_and_ticks(cast: Cast):
    before, tick = len(history()), revocation_tick()
    actions.change_role(cast.alice, Role.OBSERVER)
    assert actor_for(cast.mariette, cast.alice.person).role is Role.OBSERVER
    assert since(before) == [
        facts.RoleChanged(community=cast.mariette.id, membership=cast.alice.id, before="member", after="observer")
    ]
    assert revocation_tick() == tick + 1


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("change", [actions.suspend, actions.remove, lambda who: actions.change_role(who, Role.EXPERT)])
def test_a_change_that_fails_leaves_nothing(monkeypatch, change):
    cast = people.make_cast()
    before, tick = len(history()), revocation_tick()

    def full(fact: object) -> None:
        raise OSError("the disk is full")

    monkeypatch.setattr(memberships, "emit", full)
    with pytest.raises(OSError, match="full"):
        change(cast.alice)
    with scope(community=cast.mariette):
        kept = Membership.objects.get(id=cast.alice.id)
    assert (kept.status, kept.role, since(before), revocation_tick()) == ("active", "member", [], tick)


# Actors -----------------------------------------------------------------------------------------------------------


def test_an_actor_is_what_the_person_is_here_and_now(cast: Cast):
    roles = {name: actor_for(cast.mariette, cast.members[name].person).role for name in cast.members}
    assert roles == {**people.MARIETTE, **dict.fromkeys(people.TRAMONTANE)}
    assert actor_for(cast.mariette, None) == Actor(cast.mariette, None)


@pytest.mark.parametrize("seconds", [-1, 0])
def test_a_membership_that_ran_out_gives_nothing(cast: Cast, seconds: int):
    with scope(community=cast.mariette):
        Membership.objects.filter(id=cast.alice.id).update(expires_at=clock.now() + timedelta(seconds=seconds))
    assert actor_for(cast.mariette, cast.alice.person).membership is None
    assert communities_of(cast.alice.person) == []


def test_an_account_that_was_closed_gives_nothing(cast: Cast):
    cast.alice.person.is_active = False
    assert actor_for(cast.mariette, cast.alice.person).membership is None


def test_a_platform_administrator_has_no_role_and_is_told_so(cast: Cast):
    peter = actor_for(cast.mariette, cast.peter)
    assert (peter.role, peter.is_staff, peter.can(Can.VIEW_MEMBER_AREA)) == (None, False, False)
    for right, error in {
        Can.SCHEDULE_ROOM: Denied,
        Can.VIEW_MEMBER_AREA: NotVisible,
        Can.READ_BACK_ROOM_HISTORY: NotVisible,
    }.items():
        with pytest.raises(error):
            peter.need(right)


def test_a_query_outside_a_community_raises(cast: Cast):
    with pytest.raises(ScopeError):
        Membership.objects.count()
    with scope(community=cast.mariette):
        assert Membership.objects.count() == len(people.MARIETTE)


def test_a_community_that_does_not_exist_is_not_visible(db):
    with pytest.raises(NotVisible):
        arrive("nowhere", None)
