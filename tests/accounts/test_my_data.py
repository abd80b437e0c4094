"""What is known of me, in a file that I alone can fetch."""

import json
import zipfile
from datetime import timedelta
from io import BytesIO
from pathlib import Path

import pytest
import time_machine
from django.core import mail
from django_scopes import scope

from tests.accounts.browser import browser, come_in
from tests.cast import Cast
from vigie.accounts import actions
from vigie.accounts.models import DataFile, Person
from vigie.core import clock
from vigie.core.keeping import RETENTION
from vigie.facts.actions import deliver_due
from vigie.live.actions import room as act

ALICE = "alice@example.org"
PAGE = "/account/my-data/"


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, settings) -> Path:
    settings.DATA_DIR = tmp_path
    return tmp_path


@pytest.fixture
def alice(cast: Cast):
    client = browser()
    come_in(client, ALICE)
    return client


@pytest.fixture
def talk(cast: Cast, meeting):
    with scope(community=cast.mariette):
        sophie = meeting.place(cast, "sophie")
        act.admit(sophie, [meeting.seats[name].code for name in ("alice", "bruno")])
        act.open_session(sophie)
        item = meeting.items[1].code
        act.launch(sophie, item)
        mine = act.say(meeting.place(cast, "alice"), text="I weigh the lentils at home.", item=item)
        act.say(meeting.place(cast, "bruno"), text="Bruno's own words.", item=item, to=mine)
        act.react(meeting.place(cast, "alice"), to=mine + 1, mark="same", on=True)


def link(client) -> str:
    return f"{PAGE}{DataFile.objects.latest('id').code}/"


def fetched(client) -> dict[str, str]:
    answer = client.get(link(client))
    assert answer["Content-Type"] == "application/zip"
    with zipfile.ZipFile(BytesIO(answer.content)) as archive:
        return {name: archive.read(name).decode() for name in archive.namelist()}


def test_i_ask_and_fetch_one_page_and_the_same_as_data(alice, talk):
    assert "Make my file" in alice.get(PAGE).content.decode()
    assert alice.post(PAGE)["Location"] == PAGE
    assert link(alice) in alice.get(PAGE).content.decode()
    files = fetched(alice)
    assert sorted(files) == ["data.json", "what-we-know-of-you.html"]
    for text in files.values():
        assert all(one in text for one in (ALICE, "Alice Realname", "Alice-pseudo", "Heron", "I weigh the lentils"))
        assert "When did you last give up buying in bulk?" in text
        assert "Bruno" not in text
    data = json.loads(files["data.json"])
    assert list(data) == ["format", "version", "made_at", "accounts", "communities", "panel", "live"]
    assert [one["mark"] for one in data["live"][3]["rows"]] == ["same"]


def test_the_file_speaks_my_language(alice):
    Person.objects.filter(email=ALICE).update(language="fr")
    alice.post(PAGE)
    files = fetched(alice)
    page = files["ce-que-nous-savons-de-vous.html"]
    assert "<h1>Ce qu’on sait de vous</h1>" in page
    assert "a écrit de vous en confidence" in page


def test_no_secret_of_a_key_is_in_it(alice, cast: Cast):
    from allauth.mfa.models import Authenticator

    data = {"name": "my telephone", "credential": {"id": "NOT-FOR-YOU"}, "code": "x"}
    Authenticator.objects.create(user=cast.alice.person, type="webauthn", data=data)
    Person.objects.filter(email=ALICE).update(password="argon2$NOT-FOR-YOU")
    actions.make_data_file(actions.order_data_file(cast.alice.person).id)
    file = DataFile.objects.get()
    with zipfile.ZipFile(BytesIO(actions.read_data_file(file))) as archive:
        text = "".join(archive.read(name).decode() for name in archive.namelist())
    assert "my telephone" in text
    assert "NOT-FOR-YOU" not in text


def test_markup_that_i_typed_stays_text(alice):
    Person.objects.filter(email=ALICE).update(name="<script>alert(1)</script>")
    alice.post(PAGE)
    assert "&lt;script&gt;" in fetched(alice)["what-we-know-of-you.html"]


def test_asking_twice_makes_one_file(cast: Cast):
    first, second = (actions.order_data_file(cast.alice.person) for _ in range(2))
    assert first == second
    page = cast.client("alice").get(PAGE).content.decode()
    assert "Your file is being made." in page
    assert 'http-equiv="refresh"' in page
    actions.make_data_file(first.id)
    made = DataFile.objects.get()
    actions.make_data_file(first.id)
    assert DataFile.objects.get().made_at == made.made_at
    third = actions.order_data_file(cast.alice.person)
    actions.make_data_file(third.id)
    assert [one.id for one in DataFile.objects.all()] == [third.id]


def test_a_mail_says_that_it_is_ready_and_holds_nothing_of_it(alice):
    alice.post(PAGE)
    mail.outbox.clear()
    deliver_due()
    [sent] = mail.outbox
    assert (sent.to, sent.subject) == ([ALICE], "Your file is ready")
    assert sent.attachments == []
    assert "Realname" not in sent.body
    assert DataFile.objects.get().code not in sent.body


def test_nobody_else_fetches_it(alice, cast: Cast):
    alice.post(PAGE)
    bruno = browser()
    come_in(bruno, "bruno@example.org")
    assert bruno.get(link(bruno)).status_code == 404
    assert browser().get(link(alice))["Location"].startswith("/sign-in/")


def test_a_device_left_open_hands_nothing_out(alice):
    alice.post(PAGE)
    with time_machine.travel(clock.now() + timedelta(minutes=16), tick=False):
        for answer in (alice.get(link(alice)), alice.post(PAGE)):
            assert answer.status_code == 200
            assert "Sign in once more" in answer.content.decode()
    assert DataFile.objects.count() == 1


def test_it_goes_after_seven_days(alice, folder: Path):
    alice.post(PAGE)
    path = link(alice)
    assert len(list(folder.glob("files/my-data/*.zip"))) == 1
    late = clock.now() + timedelta(days=7, seconds=1)
    assert RETENTION["accounts.data_files"].due(late) == 1
    assert RETENTION["accounts.data_files"].remove(late) == 1
    assert alice.get(path).status_code == 404
    assert list(folder.glob("files/my-data/*")) == []


def test_a_file_that_was_touched_on_the_disk_is_not_handed_out(alice, folder: Path):
    alice.post(PAGE)
    next(folder.glob("files/my-data/*.zip")).write_bytes(b"something else")
    assert alice.get(link(alice)).status_code == 404


def test_a_file_that_cannot_be_made_says_so_and_may_be_asked_again(alice, folder: Path):
    (folder / "files").write_text("not a folder")
    alice.post(PAGE)
    assert "The file could not be made." in alice.get(PAGE).content.decode()
    (folder / "files").unlink()
    alice.post(PAGE)
    assert "Fetch my file" in alice.get(PAGE).content.decode()
