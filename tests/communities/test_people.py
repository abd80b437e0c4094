"""The members' list, one member, leaving, and changing one's mind: what each shows, changes, and keeps apart."""

import re

import pytest
from django_scopes import scope

from tests import cast as people
from tests.cast import Cast
from tests.communities.test_actions import history
from vigie.accounts.queries import revocation_tick
from vigie.communities import facts
from vigie.communities.access import Role
from vigie.communities.actions import consents, grant_membership, memberships
from vigie.communities.models import Consent, Membership
from vigie.communities.queries.people import consents_of
from vigie.communities.rules import Agreement
from vigie.core.errors import Denied, NotVisible, Refused

ROW = re.compile(r'<th scope="row"><a class="person" [^\n]*person__name">(\w+)-pseudo<')
LIST = "/c/mariette/manage/people/"


def listed(page: bytes) -> list[str]:
    """Whom the table names, in the order of the cast."""
    rows = {name.lower() for name in ROW.findall(page.decode())}
    return [name for name in people.MARIETTE if name in rows]


def there(membership: Membership) -> str:
    return f"{LIST}{membership.public_id}/"


def test_a_manager_reads_pseudonyms_and_neither_names_nor_addresses(cast: Cast):
    mona = cast.client("mona")
    pages = [mona.get(path).content.decode() for path in (LIST, there(cast.alice))]
    assert listed(pages[0].encode()) == list(people.MARIETTE)
    for page in pages:
        assert "Realname" not in page
        assert "@example.org" not in page
    assert "4 members" in pages[0]
    assert "4 seats of 400 are taken" in pages[0]


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("?q=ALICE", ["alice"]),
        ("?q=аliсe", ["alice"]),
        ("?q=zz", []),
        ("?q=%F0%9F%98%80", []),
        ("?role=observer", ["oscar"]),
        ("?status=suspended", ["chloe"]),
        ("?role=member&status=active", ["alice", "bruno"]),
        ("?role=nothing&status=nothing&page=nothing", list(people.MARIETTE)),
    ],
)
def test_the_list_is_searched_and_filtered(cast: Cast, asked: str, found: list[str]):
    memberships.suspend(cast.chloe)
    answer = cast.client("mona").get(f"{LIST}{asked}")
    assert (answer.status_code, listed(answer.content)) == (200, found)


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_asks_as_much_for_one_as_for_many(cast: Cast, statements, count: int):
    for number in range(count):
        grant_membership(cast.mariette, people.person(f"p{number}"), pseudonym=f"Galet-{number}", role=Role.MEMBER)
    mona = cast.client("mona")
    mona.get(LIST)
    with statements(7):
        mona.get(LIST)


def test_a_long_list_has_pages_that_keep_what_was_asked(cast: Cast):
    for number in range(30):
        grant_membership(cast.mariette, people.person(f"p{number}"), pseudonym=f"Galet-{number:02}", role=Role.MEMBER)
    mona = cast.client("mona")
    first = mona.get(f"{LIST}?q=galet").content.decode()
    assert "1 to 25 of 30" in first
    assert 'href="?page=2&amp;q=galet"' in first
    assert "26 to 30 of 30" in mona.get(f"{LIST}?q=galet&page=2").content.decode()


def test_a_member_of_another_community_is_not_found(cast: Cast):
    for path in (there(cast.tara), f"/c/tramontane/manage/people/{cast.tara.public_id}/"):
        assert cast.client("mona").get(path).status_code == 404


@pytest.mark.parametrize("role", ["moderator", "observer", "expert", "member"])
def test_a_manager_gives_a_role(cast: Cast, role: str):
    tick = revocation_tick()
    assert cast.client("mona").post(f"{there(cast.alice)}role", {"role": role})["Location"] == there(cast.alice)
    with scope(community=cast.mariette):
        assert Membership.objects.get(id=cast.alice.id).role == role
    assert (revocation_tick() > tick) == (role != "member")


@pytest.mark.parametrize("role", ["manager", "candidate", "god", ""])
def test_nobody_is_raised_above(cast: Cast, role: str):
    assert cast.client("mona").post(f"{there(cast.alice)}role", {"role": role}).status_code == 422
    with pytest.raises((Refused, ValueError)):
        memberships.assign_role(cast.actor("mona"), cast.alice.public_id, Role(role))


def test_a_role_is_given_to_somebody_who_is_in(cast: Cast):
    memberships.remove(cast.alice)
    answer = cast.client("mona").post(f"{there(cast.alice)}role", {"role": "observer"})
    assert (answer.status_code, "somebody who is in" in answer.content.decode()) == (422, True)


def test_nobody_changes_themselves_nor_another_manager(cast: Cast):
    other = grant_membership(cast.mariette, cast.victor, pseudonym="Marée", role=Role.MANAGER)
    mona = cast.actor("mona")
    for who, code in ((cast.mona, "oneself"), (other, "manager")):
        with pytest.raises(Refused, match=code):
            memberships.assign_role(mona, who.public_id, Role.MEMBER)
        with pytest.raises(Refused, match=code):
            memberships.set_status(mona, who.public_id, "remove")
    assert cast.client("mona").get(there(cast.mona)).status_code == 200


@pytest.mark.parametrize(
    ("name", "no"), [("alice", Denied), ("sophie", Denied), ("oscar", Denied), ("kim", NotVisible)]
)
def test_nobody_else_changes_anything(cast: Cast, name: str, no: type[Exception]):
    with pytest.raises(no):
        memberships.assign_role(cast.actor(name), cast.bruno.public_id, Role.EXPERT)
    with pytest.raises(no):
        memberships.set_status(cast.actor(name), cast.bruno.public_id, "remove")
    with pytest.raises((Denied, NotVisible)):
        memberships.rename(cast.actor(name), cast.bruno.public_id, "Autre")


def test_suspended_restored_removed(cast: Cast):
    mona, alice = cast.client("mona"), cast.client("alice")
    seen = [alice.get("/c/mariette/").status_code]
    for change in ("suspend", "restore", "remove", "restore"):
        assert mona.post(f"{there(cast.alice)}status", {"change": change})["Location"] == there(cast.alice)
        seen.append(alice.get("/c/mariette/").status_code)
    assert seen == [200, 404, 200, 404, 200]
    for change in ("restore", "admit", "erase", ""):
        assert mona.post(f"{there(cast.alice)}status", {"change": change}).status_code == 422


def test_two_managers_at_once_do_not_do_it_twice(cast: Cast):
    stale = cast.alice
    with scope(community=cast.mariette):
        fresh = Membership.objects.get(id=stale.id)
    memberships.remove(fresh)
    with pytest.raises(Refused, match="changed"):
        memberships.suspend(stale)


def test_another_pseudonym_and_the_one_of_before_is_kept_for_its_owner(cast: Cast):
    mona = cast.client("mona")
    assert mona.post(f"{there(cast.alice)}pseudonym", {"pseudonym": "Grand large"})["Location"] == there(cast.alice)
    page = mona.get(there(cast.alice)).content.decode()
    assert "Alice-pseudo" in page
    assert listed(mona.get(f"{LIST}?q=alice").content) == []  # shown by its new name, found by the old one
    assert ">Grand large<" in mona.get(f"{LIST}?q=alice").content.decode()
    taken = mona.post(f"{there(cast.bruno)}pseudonym", {"pseudonym": "Âlice-PSEUDO"})
    assert (taken.status_code, "already taken" in taken.content.decode()) == (422, True)
    assert "Âlice-PSEUDO" in taken.content.decode()
    assert mona.post(f"{there(cast.alice)}pseudonym", {"pseudonym": "Realname"}).status_code == 422
    # Their own old one is theirs to take back, where the rules let them.
    memberships.rename(cast.actor("mona"), cast.alice.public_id, "Grand large")
    memberships.rename(cast.actor("mona"), cast.alice.public_id, "Petit large")
    memberships.rename(cast.actor("mona"), cast.alice.public_id, "Grand large")
    assert [type(one).__name__ for one in history()[-3:]] == ["PseudonymChanged"] * 3


# Leaving ----------------------------------------------------------------------------------------------------------


def test_leaving_is_told_before_and_asked_twice(cast: Cast):
    alice = cast.client("alice")
    page = alice.get("/c/mariette/leave/").content.decode()
    for words in ("You come in no more", "Your seat is free", "What you said stays"):
        assert words in page
    again = alice.post("/c/mariette/leave/")
    assert (again.status_code, "Tick the box" in again.content.decode()) == (422, True)
    tick = revocation_tick()
    assert alice.post("/c/mariette/leave/", {"sure": "yes"})["Location"] == "/account/"
    assert revocation_tick() > tick
    assert alice.get("/c/mariette/").status_code == 404
    assert "You have left Le Comptoir Mariette." in alice.get("/account/").content.decode()
    assert history()[-1] == facts.MembershipLeft(
        community=cast.mariette.id, actor=cast.alice.id, membership=cast.alice.id
    )


def test_leaving_withdraws_what_was_required_and_nothing_else(cast: Cast):
    for kind in (Agreement.PARTICIPATION, Agreement.PHONE):
        consents.set_consent(cast.actor("alice"), kind, given=True)
    memberships.leave(cast.actor("alice"))
    assert {kind: one.given for kind, one in consents_of(cast.alice).items()} == {
        Agreement.PARTICIPATION: False,
        Agreement.PHONE: True,
    }


def test_the_last_manager_stays(cast: Cast):
    mona = cast.client("mona")
    answer = mona.post("/c/mariette/leave/", {"sure": "yes"})
    assert (answer.status_code, "last manager" in answer.content.decode()) == (422, True)
    grant_membership(cast.mariette, cast.victor, pseudonym="Marée", role=Role.MANAGER)
    assert mona.post("/c/mariette/leave/", {"sure": "yes"}).status_code == 302


# One's own agreements ---------------------------------------------------------------------------------------------


def test_an_agreement_is_given_and_withdrawn_and_each_answer_is_kept(cast: Cast):
    alice = cast.client("alice")
    path = "/c/mariette/my-consents/"
    for given in ("yes", "yes", "no"):
        assert alice.post(path, {"kind": "phone", "given": given})["Location"] == path
    with scope(community=cast.mariette):
        assert list(Consent.objects.order_by("id").values_list("kind", "given")) == [("phone", True), ("phone", False)]
    assert not consents_of(cast.alice)[Agreement.PHONE].given
    assert "no, You may call me" in alice.get(path).content.decode()


def test_what_is_required_is_withdrawn_by_leaving(cast: Cast):
    consents.set_consent(cast.actor("alice"), Agreement.PARTICIPATION, given=True)
    alice = cast.client("alice")
    answer = alice.post("/c/mariette/my-consents/", {"kind": "participation", "given": "no"})
    assert (answer.status_code, "to leave the community" in answer.content.decode()) == (422, True)
    assert 'href="/c/mariette/leave/"' in answer.content.decode()


def test_an_agreement_that_does_not_exist_is_refused(cast: Cast):
    assert cast.client("alice").post("/c/mariette/my-consents/", {"kind": "soul"}).status_code == 422


def test_the_manager_reads_what_was_agreed(cast: Cast):
    consents.set_consent(cast.actor("alice"), Agreement.PHONE, given=True)
    assert "yes, on" in cast.client("mona").get(there(cast.alice)).content.decode()
