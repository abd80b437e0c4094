"""Charters: published for good, accepted by each for themselves, read by anybody."""

from dataclasses import replace

import pytest
from django.db import DatabaseError, transaction
from django_scopes import scope

from tests import cast as people
from tests.communities.opening import CHARTER, CONTACT, answered, founded
from tests.communities.test_actions import since
from tests.communities.test_opening import browser, told
from vigie.communities import facts
from vigie.communities.access import Actor, Role
from vigie.communities.actions import grant_membership, open_community
from vigie.communities.actions import opening as act
from vigie.communities.actions.charters import accept_charter, publish_charter
from vigie.communities.models import Acceptance, CharterVersion, Membership
from vigie.communities.queries import arrive
from vigie.core.errors import NotVisible, Refused

pytestmark = pytest.mark.both
BANNER = "tell us whether you accept it"


@pytest.fixture
def phare(db) -> Actor:
    """Open, with its first charter."""
    actor = answered(founded())
    open_community(actor)
    return actor


def member(phare: Actor, name: str = "mia", role: Role = Role.MEMBER) -> Actor:
    membership = grant_membership(phare.community, people.person(name), pseudonym=f"{name}-pseudo", role=role)
    return arrive("phare", membership.person)


def changed(phare: Actor) -> Actor:
    act.write_charter(phare, **{**CHARTER, "data_use": "Erased one year later."}, **CONTACT)
    publish_charter(phare)
    return phare


def again(actor: Actor) -> Actor:
    assert actor.membership is not None
    return arrive("phare", actor.membership.person)


def test_a_member_accepts_once_and_the_date_is_kept(phare: Actor):
    mia, before = member(phare), told()
    assert mia.owes_charter
    accept_charter(mia, 1)
    accept_charter(mia, 1)
    with scope(community=phare.community):
        (kept,) = Acceptance.objects.all()
    assert (kept.membership, kept.charter.number) == (mia.membership, 1)
    assert (mia.owes_charter, again(mia).owes_charter) == (False, False)
    who = mia.membership.id  # type: ignore[union-attr]
    assert since(before) == [facts.CharterAccepted(community=phare.community.id, actor=who, membership=who, number=1)]


def test_a_new_version_asks_again_and_the_old_one_stays_as_it_was_read(phare: Actor):
    mia = member(phare)
    accept_charter(mia, 1)
    changed(phare)
    assert again(mia).owes_charter
    with scope(community=phare.community):
        assert [(one.number, one.data_use) for one in CharterVersion.objects.order_by("number")] == [
            (1, CHARTER["data_use"]),
            (2, "Erased one year later."),
        ]
    page = browser(mia).get("/c/phare/charter/?version=1").content.decode()
    assert "This version is no longer in force." in page
    assert CHARTER["data_use"] in page
    assert "I accept this charter" not in page


def test_what_was_read_is_what_is_accepted(phare: Actor):
    mia = member(phare)
    changed(phare)
    for number in (1, 3, 0):
        with pytest.raises(Refused):
            accept_charter(again(mia), number)
    answer = browser(mia).post("/c/phare/charter/accept", {"number": "1"})
    assert answer.status_code == 422
    assert "The charter has changed since." in answer.content.decode()


@pytest.mark.parametrize("number", ["", "x", "-1", "1" * 30, "²"])
def test_a_number_that_is_none_is_refused(phare: Actor, number: str):
    assert browser(member(phare)).post("/c/phare/charter/accept", {"number": number}).status_code == 422


def test_a_published_charter_does_not_change(phare: Actor):
    with scope(community=phare.community):
        for change in ({"data_use": "Sold."}, {"number": 7}, {"sponsor": ""}):
            with pytest.raises(DatabaseError), transaction.atomic():
                CharterVersion.objects.update(**change)
        # Who published may be forgotten.
        assert CharterVersion.objects.update(published_by=None) == 1


def test_publishing_asks_for_something_new_and_whole(phare: Actor):
    with pytest.raises(Refused) as same:
        publish_charter(phare)
    act.write_charter(phare, **{**CHARTER, "readers": ""}, **CONTACT)
    with pytest.raises(Refused) as hollow:
        publish_charter(phare)
    assert (same.value.code, hollow.value.code) == ("nothing_new", "not_ready")


def test_the_first_charter_waits_for_the_doors(db):
    with pytest.raises(Refused) as refused:
        publish_charter(answered(founded()))
    assert refused.value.code == "not_open"


def test_a_community_from_before_charters_publishes_its_first(cast: people.Cast):
    mona = cast.actor("mona")
    answered(mona)
    publish_charter(mona)
    assert arrive("mariette", cast.alice.person).owes_charter


def test_two_managers_cannot_publish_the_same_number(phare: Actor):
    late = replace(phare, community=arrive("phare", phare.membership.person).community)  # type: ignore[union-attr]
    changed(phare)
    act.write_charter(late, **{**CHARTER, "data_use": "Erased at once."}, **CONTACT)
    with pytest.raises(Refused) as refused:
        publish_charter(late)
    assert refused.value.code == "changed"


def test_nobody_accepts_for_another_nor_from_outside(phare: Actor):
    with pytest.raises(NotVisible):
        accept_charter(Actor(phare.community, None, is_administrator=True), 1)


# Pages ------------------------------------------------------------------------------------------------------------


def test_a_member_is_asked_quietly_on_every_page_until_they_answer(phare: Actor):
    mia = member(phare)
    client = browser(mia)
    assert BANNER in client.get("/c/phare/").content.decode()
    form = {"number": "1", "next": "/c/phare/?x=1"}
    assert client.post("/c/phare/charter/accept", form)["Location"] == "/c/phare/?x=1"
    assert BANNER not in client.get("/c/phare/").content.decode()
    changed(phare)
    assert "The charter has changed." in client.get("/c/phare/").content.decode()


def test_the_way_back_never_leaves_the_site(phare: Actor):
    form = {"number": "1", "next": "https://example.org/"}
    assert browser(member(phare)).post("/c/phare/charter/accept", form)["Location"] == "/c/phare/charter/"


@pytest.mark.parametrize("role", [Role.MODERATOR, Role.OBSERVER])
def test_the_team_is_not_asked(phare: Actor, role: Role):
    assert not member(phare, role=role).owes_charter


def test_the_banner_costs_no_query(phare: Actor, statements):
    mia = member(phare)
    client = browser(mia)
    client.get("/c/phare/")
    with scope(community=phare.community):
        Membership.objects.filter(id=mia.membership.id).update(charter_accepted=1)  # type: ignore[union-attr]
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    counts = []
    for accepted in (1, 0):
        with scope(community=phare.community):
            Membership.objects.filter(id=mia.membership.id).update(charter_accepted=accepted)  # type: ignore[union-attr]
        with CaptureQueriesContext(connection) as asked:
            page = client.get("/c/phare/").content.decode()
        counts.append(len(asked))
        assert (BANNER in page) is (accepted == 0)
    assert counts[0] == counts[1]


@pytest.mark.parametrize("path", ["about/", "transparency/", "charter/"])
def test_anybody_reads_the_answers_and_they_name_nobody(phare: Actor, path: str):
    from tests.accounts.browser import browser as fresh

    member(phare)
    page = fresh().get(f"/c/phare/{path}").content.decode()
    assert CHARTER["sponsor"] in page
    for words in ("Realname", "-pseudo", "Keeper", "paula"):
        assert words not in page


def test_the_public_pages_are_made_of_the_answers(phare: Actor):
    from tests.accounts.browser import browser as fresh

    about = fresh().get("/c/phare/about/").content.decode()
    for words in ("Ideas put into practice", "Led together", "Answers, with a date."):
        assert words in about
    page = fresh().get("/c/phare/transparency/").content.decode()
    for words in ("The animator", "The product team", "Erased two years later.", "Ideas put into practice"):
        assert words in page
    charter = fresh().get("/c/phare/charter/").content.decode()
    for words in ("You may withdraw at any time.", "Each idea is answered within thirty days.", "Version 1"):
        assert words in charter
    assert "I accept this charter" not in charter


def test_before_the_first_charter_the_pages_say_so(cast: people.Cast):
    for path in ("transparency", "charter"):
        assert "No charter yet" in cast.client("alice").get(f"/c/mariette/{path}/").content.decode()
    assert cast.client("alice").get("/c/mariette/charter/?version=1").status_code == 404
