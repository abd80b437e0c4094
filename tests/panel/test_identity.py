"""Who is behind a pseudonym: who may ask, what is written down, and what the person reads of it."""

from datetime import timedelta

import pytest
import time_machine
from django.db import DatabaseError, transaction
from django_scopes import scope

from tests import cast as people
from tests.cast import Cast
from tests.communities.test_actions import history
from vigie.communities.access import Role
from vigie.communities.actions import grant_membership
from vigie.communities.models import Membership
from vigie.core import clock
from vigie.core.errors import Denied, NotVisible, Refused
from vigie.panel.actions import Identity, read_identity
from vigie.panel.facts import IdentityShown
from vigie.panel.models import IdentityRead
from vigie.panel.rules import ReasonKind

WHY = {"kind": "call", "reason": "To call her about Thursday."}


def door(membership: Membership) -> str:
    return f"/c/mariette/manage/people/{membership.public_id}/identity/"


def lines(cast: Cast) -> list[tuple[str, str, str]]:
    with scope(community=cast.mariette):
        rows = IdentityRead.objects.order_by("id").select_related("membership")
        return [(one.membership.pseudonym, one.kind, one.reason) for one in rows]


def test_a_manager_says_why_and_sees_one_person(cast: Cast):
    mona = cast.client("mona")
    asked = mona.get(door(cast.alice)).content.decode()
    assert "Realname" not in asked
    assert lines(cast) == []
    shown = mona.post(door(cast.alice), WHY)
    page = shown.content.decode()
    assert "Alice Realname" in page
    assert "alice@example.org" in page
    assert "no-store" in shown["Cache-Control"]
    assert lines(cast) == [("Alice-pseudo", "call", "To call her about Thursday.")]
    with scope(community=cast.mariette):
        (row,) = IdentityRead.objects.all()
    assert history()[-1] == IdentityShown(
        community=cast.mariette.id, actor=cast.mona.id, membership=cast.alice.id, read=row.id, kind="call"
    )
    # Looking again asks again.
    assert "Realname" not in mona.get(door(cast.alice)).content.decode()


@pytest.mark.parametrize(
    ("sent", "sentence"),
    [
        ({}, "Choose a reason."),
        ({"kind": "call"}, "Say why in a few words."),
        ({"kind": "call", "reason": "   a doubt  "}, "ten letters at least"),
        ({"kind": "curiosity", "reason": "I would like to know."}, "Select a valid choice"),
        ({"kind": "call", "reason": "x" * 501}, "at most 500"),
    ],
)
def test_without_a_reason_nothing_is_shown_nor_written(cast: Cast, sent: dict[str, str], sentence: str):
    answer = cast.client("mona").post(door(cast.alice), sent)
    page = answer.content.decode()
    assert (answer.status_code, sentence in page, "Realname" in page) == (422, True, False)
    assert lines(cast) == []


@pytest.mark.parametrize(
    ("name", "no"),
    [("alice", NotVisible), ("bruno", NotVisible), ("kim", NotVisible), ("sophie", Denied), ("oscar", NotVisible)],
)
def test_nobody_else_asks_not_even_for_themselves(cast: Cast, name: str, no: type[Exception]):
    for who in (cast.alice, cast.bruno):
        with pytest.raises(no):
            read_identity(cast.actor(name), who.public_id, kind=ReasonKind.CALL, reason=WHY["reason"])
    answer = cast.client(name).post(door(cast.alice), WHY)
    assert answer.status_code == (403 if no is Denied else 404)
    assert b"Alice Realname" not in answer.content
    assert lines(cast) == []


def test_a_person_of_another_community_does_not_exist(cast: Cast):
    assert cast.client("mona").post(door(cast.tara), WHY).status_code == 404
    assert cast.client("tina").post(door(cast.alice), WHY).status_code == 404


def test_twenty_in_an_hour_and_no_more(cast: Cast):
    made = [
        grant_membership(cast.mariette, people.person(f"p{number}"), pseudonym=f"Galet-{number}", role=Role.MEMBER)
        for number in range(20)
    ]
    mona = cast.actor("mona")
    for one in made:
        read_identity(mona, one.public_id, kind=ReasonKind.DOUBT, reason=WHY["reason"])
    with pytest.raises(Refused, match="too_many"):
        read_identity(mona, cast.alice.public_id, kind=ReasonKind.DOUBT, reason=WHY["reason"])
    answer = cast.client("mona").post(door(cast.alice), WHY)
    assert (answer.status_code, "Twenty identities in an hour" in answer.content.decode()) == (422, True)
    assert len(lines(cast)) == 20
    with time_machine.travel(clock.now() + timedelta(minutes=61)):
        shown = read_identity(mona, cast.alice.public_id, kind=ReasonKind.DOUBT, reason=WHY["reason"])
    assert shown == Identity("Alice Realname", "alice@example.org")


def test_the_person_reads_who_looked_and_why(cast: Cast):
    alice = cast.client("alice")
    assert "Nobody has looked at it." in alice.get("/account/identity-reads/").content.decode()
    cast.client("mona").post(door(cast.alice), WHY)
    page = alice.get("/account/identity-reads/").content.decode()
    for words in ("Mona-pseudo", "Le Comptoir Mariette", "To call them about a session", "To call her about Thursday."):
        assert words in page
    assert "Mona Realname" not in page
    assert "1 line" in alice.get("/account/").content.decode()
    assert "Thursday" not in cast.client("bruno").get("/account/identity-reads/").content.decode()


@pytest.mark.both
def test_a_line_does_not_change(cast: Cast):
    cast.client("mona").post(door(cast.alice), WHY)
    with scope(community=cast.mariette), pytest.raises(DatabaseError), transaction.atomic():
        IdentityRead.objects.update(reason="Nothing.")


def test_what_was_typed_as_a_reason_is_read_as_words(cast: Cast):
    cast.client("mona").post(door(cast.alice), {"kind": "other", "reason": "<script>alert(1)</script> 12345"})
    page = cast.client("alice").get("/account/identity-reads/").content
    assert b"<script>alert" not in page
    assert b"&lt;script&gt;alert" in page
