"""From the mail's link to the community: what is asked, what is kept, and what happens when every seat is taken."""

import json
import threading
import time
from datetime import timedelta
from pathlib import Path

import pytest
from django.core import mail
from django.db import close_old_connections, connection
from django.db.models import F
from django_scopes import scope

from tests import cast as people
from tests.accounts.browser import is_in
from tests.cast import Cast
from tests.communities.invited import ANSWERS, answers, came_in, invited, membership_of, opens, proves
from tests.communities.opening import answered, founded
from vigie.accounts.models import Person
from vigie.communities.access import Actor, Role
from vigie.communities.actions import found_community, grant_membership, invitations, joining, memberships, opening
from vigie.communities.models import Community, Consent, Membership
from vigie.communities.queries.people import consents_of, invitation_of_key
from vigie.core import clock
from vigie.core.errors import Refused


@pytest.fixture
def phare(cast: Cast) -> Actor:
    """A community of Mona's that is open, with a charter."""
    mona = answered(founded(cast=cast))
    opening.open_community(mona)
    return mona


def text(response) -> str:
    return response.content.decode()


def test_somebody_new_comes_in(phare: Actor):
    client = opens(invited(phare))
    page = text(client.get("/join/"))
    for words in ("Le Phare", "Keeper", "Phare, retail company", "The product team"):
        assert words in page
    assert "nadia@example.net" not in page
    proves(client)
    asked = text(client.get("/join/"))
    assert "The charter, version 1" in asked
    assert " checked" not in asked  # nothing is ticked beforehand
    assert answers(client, charter="1", accepts="on", phone="on")["Location"] == "/c/phare/"
    assert client.get("/c/phare/").status_code == 200
    found = membership_of(phare)
    assert (found.pseudonym, found.role, found.status, found.charter_accepted) == (
        "Goéland gris",
        "member",
        "active",
        1,
    )
    assert (found.person.name, found.person.language, found.person.time_zone) == (
        "Nadia Dubreuil",
        "en",
        "Europe/Paris",
    )
    kept = consents_of(found)
    assert {kind.value: one.given for kind, one in kept.items()} == {
        "participation": True,
        "email": False,
        "phone": True,
        "profile": False,
        "sensitive": False,
        "image": False,
    }
    assert {one.charter for one in kept.values()} == {1}
    assert len({one.notice for one in kept.values()} - {""}) == 1


def test_looking_spends_nothing(phare: Actor):
    key = invited(phare)
    before = invitation_of_key(invitations.hash_of(key))
    client = opens(key)
    for _ in range(3):
        assert client.head(f"/join/{key}/").status_code == 302
        assert client.get("/join/").status_code == 200
        assert client.head("/join/").status_code == 200
    assert vars(invitation_of_key(invitations.hash_of(key)))["ended"] == before.ended == ""
    assert Person.objects.filter(email="nadia@example.net").count() == 0
    assert client.post(f"/join/{key}/").status_code == 405


def test_the_key_shows_in_no_page_and_no_address(phare: Actor):
    key = invited(phare)
    client = opens(key)
    page = client.get("/join/")
    assert key not in text(page)
    assert key not in text(proves(client).get("/join/"))
    assert page["Referrer-Policy"] == "same-origin"
    assert "no-store" in page["Cache-Control"]


def test_an_unknown_key_reads_like_one_that_is_over(phare: Actor):
    answer = opens("x" * 43).get("/join/")
    assert (answer.status_code, "This invitation is over" in text(answer)) == (410, True)
    assert opens("x" * 43).post("/join/code/")["Location"] == "/join/"
    assert mail.outbox == []


def test_an_address_with_an_account_is_asked_exactly_the_same(cast: Cast, phare: Actor):
    pages = []
    for email in ("nadia@example.net", "victor@example.org"):
        client = opens(invited(phare, email))
        page = client.get("/join/").content
        proves(client)
        pages.append(page[page.index(b"<main") :].split(b"csrfmiddlewaretoken")[0])
        assert mail.outbox[-1].to == [email]
    assert pages[0] == pages[1]


def test_whoever_is_signed_in_as_somebody_else_proves_the_invited_mailbox(cast: Cast, phare: Actor):
    client = cast.client("alice")
    client.get(f"/join/{invited(phare)}/")
    assert "You are signed in with another address." in text(client.get("/join/"))
    assert "Keeper" not in text(client.post("/join/", ANSWERS)) or membership_count(phare) == 1
    proves(client)
    assert answers(client, charter="1", accepts="on")["Location"] == "/c/phare/"
    assert client.get("/c/mariette/").status_code == 404  # no longer Alice


def membership_count(actor: Actor) -> int:
    with scope(community=actor.community):
        return Membership.objects.count()


def test_a_closed_account_does_not_open_by_an_invitation(cast: Cast, phare: Actor):
    Person.objects.filter(id=cast.victor.id).update(is_active=False)
    client = opens(invited(phare, "victor@example.org"))
    assert client.post("/join/code/")["Location"] == "/join/"
    assert not is_in(client)


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"accepts": ""}, "Without the charter there is no coming in."),
        ({"participation": ""}, "Without this, there is nothing to take part in."),
        ({"pseudonym": ""}, "Choose a pseudonym."),
        ({"pseudonym": "Nadia"}, "Your name, or a part of your address, shows in it."),
        ({"pseudonym": "keeper"}, "This pseudonym is already taken, or reads like another one."),
        ({"pseudonym": "Кеереr"}, "This pseudonym is already taken, or reads like another one."),
        ({"name": ""}, "Type your name: the others never see it."),
        ({"charter": "7"}, "The charter has changed since."),
    ],
)
def test_what_is_missing_is_said_beside_it_and_nothing_is_lost(phare: Actor, change: dict[str, str], sentence: str):
    client = proves(opens(invited(phare)))
    answer = answers(client, **{"charter": "1", "accepts": "on", **change})
    page = text(answer)
    assert (answer.status_code, sentence in page.replace("&#39;", "'")) == (422, True)
    if "name" not in change:
        assert 'value="Nadia Dubreuil"' in page
    # The invitation still stands: what was wrong is mended, and they are in.
    assert answers(client, charter="1", accepts="on")["Location"] == "/c/phare/"


def test_three_free_pseudonyms_are_offered_and_one_is_taken_with_a_button(phare: Actor):
    client = proves(opens(invited(phare)))
    page = text(client.get("/join/"))
    offered = [part.split('"')[0] for part in page.split('name="take" value="')[1:]]
    assert len(set(offered)) == 3
    filled = client.post("/join/", {**ANSWERS, "pseudonym": "", "take": offered[0], "phone": "on"})
    assert f'value="{offered[0]}"' in text(filled)
    assert 'value="Nadia Dubreuil"' in text(filled)
    assert membership_count(phare) == 1


def test_the_team_signs_no_charter_and_owes_a_second_key(phare: Actor):
    client = proves(opens(invited(phare, role=Role.OBSERVER)))
    page = text(client.get("/join/"))
    assert "The charter, version" not in page
    assert answers(client, pseudonym="Nadia", participation="")["Location"] == "/c/phare/"
    assert client.get("/c/phare/")["Location"].startswith("/account/second-factor/")
    with scope(community=phare.community):
        assert Consent.objects.count() == 0


def test_nothing_of_one_community_shows_in_another(cast: Cast, phare: Actor):
    alice = cast.client("alice")
    alice.get(f"/join/{invited(phare, 'alice@example.org')}/")
    page = text(alice.get("/join/"))
    assert "Alice-pseudo" not in page
    assert answers(alice, pseudonym="Algue bleue", name="A. R.", charter="1", accepts="on")["Location"] == "/c/phare/"
    assert "Alice-pseudo" not in text(alice.get("/c/phare/"))
    assert "Algue bleue" not in text(alice.get("/c/mariette/"))
    found = membership_of(phare, "alice@example.org")
    assert found.public_id != cast.alice.public_id
    assert found.flag_seed != cast.alice.flag_seed


def test_a_consent_that_was_given_does_not_change(phare: Actor):
    came_in(invited(phare), charter="1", accepts="on")
    from django.db import DatabaseError, transaction

    with scope(community=phare.community), pytest.raises(DatabaseError), transaction.atomic():
        Consent.objects.update(given=True)


def test_a_pseudonym_that_was_left_stays_out_of_reach_for_two_years(cast: Cast):
    memberships.leave(cast.actor("alice"))
    key = invited(cast.actor("mona"))
    client = proves(opens(key))
    assert answers(client, pseudonym="alice PSEUDO").status_code == 422
    with scope(community=cast.mariette):
        cast.alice.claims.update(freed_at=clock.now() - timedelta(days=731))
    assert answers(client, pseudonym="alice PSEUDO")["Location"] == "/c/mariette/"


def test_whoever_left_comes_back_to_what_they_were(cast: Cast):
    memberships.leave(cast.actor("bruno"))
    alice = cast.client("bruno")
    alice.get(f"/join/{invited(cast.actor('mona'), 'bruno@example.org')}/")
    assert answers(alice, pseudonym="Bruno-pseudo", name="B. R.").status_code == 422  # it names them now: rules hold
    assert answers(alice, pseudonym="Brume basse", name="B. R.")["Location"] == "/c/mariette/"
    with scope(community=cast.mariette):
        assert Membership.objects.get(id=cast.bruno.id).pseudonym == "Brume basse"


# Seats ------------------------------------------------------------------------------------------------------------


def fill(community: Community) -> None:
    Community.objects.filter(id=community.id).update(cap=Community.objects.get(id=community.id).seats_taken)


def seats(community: Community) -> int:
    return Community.objects.get(id=community.id).seats_taken


def test_when_every_seat_is_taken_one_waits_and_is_told(cast: Cast):
    fill(cast.mariette)
    client = proves(opens(invited(cast.actor("mona"))))
    answer = answers(client)
    assert answer["Location"] == "/join/waiting/"
    assert "Every seat is taken" in text(client.get("/join/waiting/"))
    assert client.get("/c/mariette/").status_code == 404
    waiting = membership_of(cast.actor("mona"))
    mona = cast.client("mona")
    there = f"/c/mariette/manage/people/{waiting.public_id}/"
    assert mona.post(f"{there}status", {"change": "admit"}).status_code == 422
    cast.client("chloe").post("/c/mariette/leave/", {"sure": "yes"})
    assert mona.post(f"{there}status", {"change": "admit"})["Location"] == there
    assert client.get("/c/mariette/").status_code == 200
    invitations.mail_admission(cast.mariette.id, waiting.id)
    assert (mail.outbox[-1].to, mail.outbox[-1].subject) == (
        ["nadia@example.net"],
        "A seat is yours in Le Comptoir Mariette",
    )


def test_the_team_takes_no_seat(cast: Cast):
    fill(cast.mariette)
    before = seats(cast.mariette)
    assert came_in(invited(cast.actor("mona"), role=Role.OBSERVER), pseudonym="Nadia", participation="")
    assert membership_of(cast.actor("mona")).status == "active"
    assert seats(cast.mariette) == before


def test_seats_follow_every_change(cast: Cast):
    from vigie.communities.actions import change_role, remove, restore, suspend

    told = [seats(cast.mariette)]
    for change in (
        lambda: suspend(cast.alice),
        lambda: restore(cast.alice),
        lambda: remove(cast.alice),
        lambda: restore(cast.alice),
        lambda: change_role(cast.alice, Role.OBSERVER),
        lambda: change_role(cast.alice, Role.EXPERT),
        lambda: memberships.leave(cast.actor("emma")),
        lambda: memberships.leave(cast.actor("sophie")),
    ):
        change()
        told.append(seats(cast.mariette))
    assert told == [4, 4, 4, 3, 4, 3, 4, 3, 3]


@pytest.mark.both
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("guarded", [True, False], ids=["as it is", "with a cap that is only looked at"])
def test_the_last_seats_go_to_as_many_people_as_there_are_seats(monkeypatch, guarded: bool):
    """Eight people press the button at once for three seats. The control shows that the race is real."""
    community = found_community(slug="phare", name="Le Phare", brand="Phare")
    Community.objects.update(cap=3, opened_at=clock.now())
    community.refresh_from_db()
    manager = grant_membership(community, people.person("paula"), pseudonym="Keeper", role=Role.MANAGER)
    manager.community = community
    keys = {
        people.person(f"p{number}"): invited(Actor(community, manager), f"p{number}@example.org") for number in range(8)
    }
    start, failed = threading.Barrier(8), []
    if not guarded:
        if connection.vendor == "sqlite":
            pytest.skip("one writer at a time: there is nothing to race")

        def looked_at(community_id: int) -> bool:
            free = Community.objects.filter(id=community_id, seats_taken__lt=F("cap")).exists()
            time.sleep(0.2)
            return free and bool(Community.objects.filter(id=community_id).update(seats_taken=F("seats_taken") + 1))

        monkeypatch.setattr(joining, "take_seat", looked_at)

    def press(person: Person, key: str, number: int) -> None:
        start.wait()
        try:
            joining.join(
                person,
                key,
                pseudonym=f"Galet {'abcdefgh'[number]}{'abcdefgh'[number]}",
                name="Nobody",
                language="en",
                time_zone="Europe/Paris",
                charter=0,
                agreed=dict.fromkeys(joining.Agreement, True),
            )
        except Exception as error:
            failed.append(error)
        finally:
            close_old_connections()
            connection.close()

    threads = [
        threading.Thread(target=press, args=(person, key, number)) for number, (person, key) in enumerate(keys.items())
    ]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert failed == []
    with scope(community=community):
        statuses = sorted(Membership.objects.exclude(id=manager.id).values_list("status", flat=True))
    if guarded:
        assert statuses == ["active"] * 3 + ["waiting"] * 5
        assert seats(community) == 3
    else:
        assert statuses.count("active") > 3


@pytest.mark.django_db(transaction=True)
def test_one_invitation_pressed_twice_at_once_lets_one_in(monkeypatch):
    community = found_community(slug="phare", name="Le Phare", brand="Phare")
    Community.objects.update(opened_at=clock.now())
    community.refresh_from_db()
    manager = grant_membership(community, people.person("paula"), pseudonym="Keeper", role=Role.MANAGER)
    manager.community = community
    key = invited(Actor(community, manager), "nia@example.org")
    person, told, start = people.person("nia"), [], threading.Barrier(4)

    def press(number: int) -> None:
        start.wait()
        try:
            joining.join(
                person,
                key,
                pseudonym=f"Galet {'abcd'[number] * 2}",
                name="Nobody",
                language="en",
                time_zone="Europe/Paris",
                charter=0,
                agreed=dict.fromkeys(joining.Agreement, True),
            )
            told.append("in")
        except Refused as refused:
            told.append(refused.code)
        finally:
            connection.close()

    threads = [threading.Thread(target=press, args=(number,)) for number in range(4)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert sorted(told) == ["in", "over", "over", "over"]
    assert seats(community) == 1


# What strangers type ----------------------------------------------------------------------------------------------

HOSTILE = Path(__file__).resolve().parents[3] / "shared/data/08_hostile/strings.jsonl"


def hostile() -> list[str]:
    if not HOSTILE.exists():
        return []
    rows = [json.loads(line) for line in HOSTILE.read_text().splitlines()]
    return [row["text"] for row in rows if isinstance(row.get("text"), str)][::12]


@pytest.mark.skipif(not HOSTILE.exists(), reason="the hostile strings are not on this machine")
def test_whatever_is_typed_is_refused_in_words_or_shown_as_words(cast: Cast):
    mona = cast.client("mona")
    client = proves(opens(invited(cast.actor("mona"))))
    there = f"/c/mariette/manage/people/{cast.alice.public_id}/"
    for one in hostile():
        typed = one.encode("utf-8", "replace").decode()
        sent = {**ANSWERS, "pseudonym": "", "name": typed, "language": typed[:20]}
        page = client.post("/join/", sent)
        assert page.status_code == 422
        asked = [
            mona.post(f"{there}pseudonym", {"pseudonym": typed}),
            mona.get("/c/mariette/manage/people/", {"q": typed, "role": typed, "status": typed, "page": typed}),
            mona.post(
                "/c/mariette/manage/people/invitations/",
                {"addresses": typed.replace("@", " "), "role": typed, "language": "fr"},
            ),
        ]
        assert {answer.status_code for answer in asked} <= {200, 302, 422}, repr(one)
        for answer in (page, *asked[:3]):
            assert b"<script>alert" not in answer.content
            assert b"<img src=x" not in answer.content
