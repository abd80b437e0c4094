"""Being forgotten: asked for with a key in hand, taken back within seven days, then whole and for good."""

import json
from datetime import timedelta
from pathlib import Path

import pytest
import time_machine
from allauth.mfa.totp.internal.auth import TOTP
from django.core import mail
from django.db import connection
from django_scopes import scope, scopes_disabled

from tests.accounts.browser import ask_for_code, browser, come_in, is_in
from tests.cast import Cast
from vigie.accounts import actions
from vigie.accounts.models import AddressChange, Erasure, Person
from vigie.accounts.queries import revocation_tick
from vigie.communities.access import Role
from vigie.communities.actions import grant_membership
from vigie.communities.models import Community, FreedPseudonym, Invitation, Membership
from vigie.communities.queries import is_freed
from vigie.core import clock, erasures
from vigie.core.errors import Refused
from vigie.core.keeping import RETENTION
from vigie.facts.actions import deliver_due
from vigie.live.actions import make_transcript, order_transcript
from vigie.live.actions import room as act
from vigie.live.actions.transcripts import path_of
from vigie.live.models import TranscriptFile

pytestmark = pytest.mark.both
ALICE = "alice@example.org"
ERASE = "/account/erase/"


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, settings) -> Path:
    settings.DATA_DIR = tmp_path
    return tmp_path


@pytest.fixture
def alice(cast: Cast):
    client = browser()
    come_in(client, ALICE)
    return client


def ask(client, typed=ALICE):
    return client.post(ERASE, {"email": typed})


def a_week_later():
    with time_machine.travel(clock.now() + timedelta(days=7, seconds=1), tick=False):
        return actions.carry_out_due_erasures()


def test_the_page_says_what_goes_and_what_stays(alice):
    page = alice.get(ERASE).content.decode()
    assert all(one in page for one in ("What goes", "What stays", "Removed member", "seven days"))


def test_a_slip_of_the_finger_erases_nothing(alice):
    for typed in ("", "bruno@example.org", "yes"):
        page = ask(alice, typed)
        assert page.status_code == 200
        assert f'value="{typed}"' in page.content.decode() or not typed
    assert not Erasure.objects.exists()


def test_a_device_left_open_erases_nobody(alice):
    with time_machine.travel(clock.now() + timedelta(minutes=16), tick=False):
        assert "Sign in once more" in ask(alice).content.decode()
    assert not Erasure.objects.exists()


def test_i_ask_am_told_by_mail_and_my_other_browsers_go_out(alice, cast: Cast):
    other = cast.client("alice")
    mail.outbox.clear()
    assert ask(alice)["Location"] == ERASE
    assert [is_in(alice), is_in(other)] == [True, False]
    assert "Keep my account" in alice.get(ERASE).content.decode()
    deliver_due()
    [sent] = mail.outbox
    assert (sent.to, sent.subject) == ([ALICE], "You asked to be forgotten")


def test_asking_twice_is_asking_once(alice, cast: Cast):
    ask(alice)
    due = Erasure.objects.get().due_at
    assert actions.ask_erasure(cast.alice.person).due_at == due


def test_i_think_better_of_it(alice):
    ask(alice)
    assert alice.post("/account/erase/keep/")["Location"] == "/account/"
    assert a_week_later() == 0
    assert is_in(alice)


def test_coming_back_within_the_week_is_staying(alice):
    ask(alice)
    assert alice.post("/account/erase/leave/")["Location"] == "/farewell/"
    assert not is_in(alice)
    assert "signing in is enough" in alice.get("/farewell/").content.decode()
    come_in(alice, ALICE)
    assert "Your account stays" in alice.get("/account/").content.decode()
    assert a_week_later() == 0


def test_nothing_happens_before_the_seventh_day(alice):
    ask(alice)
    with time_machine.travel(clock.now() + timedelta(days=6, hours=23), tick=False):
        assert actions.carry_out_due_erasures() == 0
    assert a_week_later() == 1
    assert a_week_later() == 0


def test_once_forgotten_i_meet_a_last_word_and_my_address_opens_nothing(alice):
    ask(alice)
    a_week_later()
    assert not is_in(alice)
    assert alice.get("/sign-in/")["Location"] == "/farewell/"
    assert "You are forgotten here" in alice.get("/farewell/").content.decode()
    assert alice.get("/sign-in/").status_code == 200
    mail.outbox.clear()
    ask_for_code(alice, ALICE)
    assert mail.outbox == []


def test_rooms_are_told_at_once(alice):
    ask(alice)
    before = revocation_tick()
    a_week_later()
    assert revocation_tick() > before


def test_who_comes_by_chance_to_the_farewell_learns_nothing(db):
    assert "You are forgotten" not in browser().get("/farewell/").content.decode()


def test_the_last_manager_is_told_what_to_do_first(cast: Cast):
    client = browser()
    come_in(client, "mona@example.org")
    page = client.get(ERASE).content.decode()
    assert "You are the last manager of Le Comptoir Mariette." in page
    with pytest.raises(Refused, match="needed"):
        actions.ask_erasure(cast.mona.person)
    ask(client, "mona@example.org")
    assert not Erasure.objects.exists()
    second = Person.objects.create(email="m2@example.org")
    grant_membership(cast.mariette, second, pseudonym="Second", role=Role.MANAGER)
    ask(client, "mona@example.org")
    assert Erasure.objects.exists()
    with scopes_disabled():
        Membership.objects.filter(person=second).update(status=Membership.Status.REMOVED)
    assert a_week_later() == 0
    assert Person.objects.filter(email="mona@example.org").exists()


def test_the_last_administrator_stays_too(cast: Cast):
    with pytest.raises(Refused, match="needed"):
        actions.ask_erasure(cast.peter)


def test_my_pseudonym_is_nobody_s_for_two_years(alice, cast: Cast):
    ask(alice)
    a_week_later()
    assert is_freed(cast.mariette.id, "ALICE-pseudo ")
    assert not is_freed(cast.tramontane.id, "Alice-pseudo")
    somebody = Person.objects.create(email="new@example.org")
    with pytest.raises(Refused, match="pseudonym_taken"):
        grant_membership(cast.mariette, somebody, pseudonym="alice-Pseudo", role=Role.MEMBER)
    late = clock.now() + timedelta(days=738)
    with time_machine.travel(late, tick=False):
        assert not is_freed(cast.mariette.id, "Alice-pseudo")
        assert RETENTION["communities.freed_pseudonyms"].remove(late) == 1


def test_several_removed_members_are_called_the_same(cast: Cast):
    for name in ("alice", "bruno"):
        actions.ask_erasure(cast.members[name].person)
    assert a_week_later() == 2
    with scope(community=cast.mariette):
        called = Membership.objects.exclude(erased_at=None).values_list("pseudonym", flat=True)
        assert list(called) == ["Membre supprimé"] * 2
        assert FreedPseudonym.objects.count() == 2


def everything_in_the_database() -> str:
    rows = []
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names():
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")
            rows += [f"{table}: {row}" for row in cursor.fetchall()]
    return "\n".join(rows)


def test_nothing_that_named_me_is_left_anywhere(alice, cast: Cast, meeting, folder: Path):
    """Name, address of now and before, pseudonym: in no table, in no file. My words stay under the session's name."""
    with scope(community=cast.mariette):
        sophie = meeting.place(cast, "sophie")
        act.admit(sophie, [meeting.seats["alice"].code])
        act.open_session(sophie)
        act.launch(sophie, meeting.items[1].code)
        act.say(meeting.place(cast, "alice"), text="I weigh the lentils at home.", item=meeting.items[1].code)
        actor = cast.actor("sophie")
        for identity in TranscriptFile.Identity.values:
            make_transcript(order_transcript(actor, meeting.session, kind="html", identity=identity).id)
        assert all(path_of(one).exists() for one in TranscriptFile.objects.all())
    with scope(community=cast.mariette):
        Invitation.objects.create(
            community=cast.mariette,
            email=ALICE,
            role="member",
            key_hash="x",
            created_at=clock.now(),
            expires_at=clock.now(),
        )
        seats = Community.objects.get(id=cast.mariette.id).seats_taken
    AddressChange.objects.create(person=cast.alice.person, before="alice@example.net", after=ALICE, at=clock.now())
    TOTP.activate(cast.alice.person, "JBSWY3DPEHPK3PXP")
    ask_for_code(browser(), ALICE)
    actions.make_data_file(actions.order_data_file(cast.alice.person).id)
    actions.ask_erasure(cast.alice.person)
    assert "Alice" in everything_in_the_database()
    a_week_later()
    assert Community.objects.get(id=cast.mariette.id).seats_taken == seats - 1
    left = everything_in_the_database().lower()
    for name in (ALICE, "alice@example.net", "alice realname", "alice-pseudo"):
        assert name not in left
    assert "heron" in left
    assert "i weigh the lentils" in left
    assert [one for one in folder.rglob("*") if one.is_file() and b"lice" in one.read_bytes()] == []
    assert list(folder.glob("files/*/*")) == []


def test_what_comes_back_with_a_backup_is_forgotten_again(alice, cast: Cast):
    ask(alice)
    a_week_later()
    person = Person.objects.get(id=cast.alice.person.id)
    [line] = [json.loads(one) for one in erasures.journal().read_text().splitlines()]
    assert (line["kind"], line["key"]) == ("person", str(person.id))
    Person.objects.filter(id=person.id).update(email=ALICE, name="Alice Realname", is_active=True)
    Erasure.objects.all().delete()
    with scopes_disabled():
        Membership.objects.filter(person=person).update(pseudonym="Alice-pseudo", erased_at=None, status="active")
    for _ in range(2):
        erasures.carry_out_again(erasures.known())
        assert not any(one in everything_in_the_database().lower() for one in (ALICE, "alice realname", "alice-pseudo"))


def test_a_crash_between_the_erasure_and_its_journal_is_made_good(alice):
    ask(alice)
    a_week_later()
    erasures.journal().unlink()
    Erasure.objects.update(written_at=None)
    actions.carry_out_due_erasures()
    assert len(erasures.known()) == 1


def test_sentences_of_refusal_are_shown_in_my_language(cast: Cast):
    Person.objects.filter(email="mona@example.org").update(language="fr")
    client = browser("fr")
    come_in(client, "mona@example.org")
    assert "Vous êtes la dernière personne à gérer" in client.get(ERASE).content.decode()
