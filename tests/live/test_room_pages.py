"""The pages of a meeting: who sees what, what works without a script, and what the script finds there."""

import re
from datetime import timedelta
from html.parser import HTMLParser
from pathlib import Path
from random import Random

import pytest
from django_scopes import scope

from vigie.backroom.rules import LIMIT
from vigie.core import clock
from vigie.live.actions import room as actions
from vigie.live.protocol import messages as m
from vigie.live.protocol.state import Duty, Viewer
from vigie.live.queries import room
from vigie.shell.assets import MANIFEST, manifest

pytestmark = pytest.mark.django_db

FRONTEND = Path(__file__).resolve().parents[2] / "frontend" / "src"
OBSERVED = "Mariette’s team follows this meeting without taking part."
#: What nothing that reaches a participant may say.
SECRET_WORDS = (
    "back room",
    "backroom",
    "vg-back",
    "confidential",
    "observer",
    "guide",
    "instruction",
    "/back/",
    "bloc conf",
)


@pytest.fixture
def url(meeting):
    return f"/c/mariette/live/{meeting.session.code}/"


@pytest.fixture
def talk(cast, meeting):
    """Alice and Bruno are in, the first question was asked, both have spoken."""
    with scope(community=cast.mariette):
        sophie, alice, bruno = (meeting.place(cast, name) for name in ("sophie", "alice", "bruno"))
        actions.admit(sophie, [seat.code for seat in meeting.seats.values()])
        actions.open_session(sophie)
        for item in meeting.items[:3]:
            actions.launch(sophie, item.code)
        said = actions.say(alice, text="Last <b>Tuesday</b>.\nNo more bags.", item=meeting.items[1].code)
        actions.say(sophie, text="Which day?", to=said)
        actions.react(bruno, to=said, mark="same", on=True)
    return said


def get(cast, name, url, status=200):
    response = cast.client(name).get(url)
    assert response.status_code == status
    return response.content.decode()


class Tags(HTMLParser):
    def __init__(self, html):
        super().__init__()
        self.found = []
        self.feed(html)

    def handle_starttag(self, tag, attributes):
        self.found.append((tag, dict(attributes)))

    def all(self, **wanted):
        names = {name.replace("_", "-"): value for name, value in wanted.items()}
        return [attrs for _, attrs in self.found if names.items() <= attrs.items()]


def the(html, **wanted):
    (found,) = Tags(html).all(**wanted)
    return found


# Participants -------------------------------------------------------------------


def test_who_waits_reads_the_rules_under_their_alias(cast, url):
    html = get(cast, "alice", url)
    assert 'data-view="waiting"' in html
    assert OBSERVED in html
    assert "Heron" in html
    assert "2 are expected" in html
    assert "hidden" not in the(html, data_lead="soon")


def test_who_waits_sees_neither_the_others_nor_a_line(cast, meeting, url, talk):
    with scope(community=cast.mariette):
        seat = meeting.session.seats.create(membership=cast.chloe, alias="Maple")
    html = get(cast, "chloe", url)
    assert 'data-view="waiting"' in html
    assert "hidden" not in the(html, data_lead="begun")
    assert "Tuesday" not in html
    assert "Heron" not in html
    assert seat.alias in html


def test_the_room_shows_each_line_once_and_escapes_it(cast, url, talk):
    html = get(cast, "bruno", url)
    assert 'data-view="room"' in html
    seqs = [attrs["data-seq"] for tag, attrs in Tags(html).found if "data-seq" in attrs]
    assert seqs == sorted(set(seqs), key=int)
    assert "Last &lt;b&gt;Tuesday&lt;/b&gt;.<br>No more bags." in html
    assert the(html, data_seq=str(talk))["data-by"]
    assert html.count("Which day?") == 1
    assert OBSERVED in html


def test_reactions_and_quotes_read_without_a_script(cast, url, talk):
    html = get(cast, "bruno", url)
    line = html[html.index(f'data-seq="{talk}"') :]
    assert re.search(r'data-mark="same"[^>]*>(?:(?!</button>).)*<span data-slot="count">1</span>', line, re.DOTALL)
    quote = html[html.index("Which day?") - 400 : html.index("Which day?")]
    assert 'data-slot="quote-name">Heron<' in quote


@pytest.mark.parametrize("name", ["alice", "bruno", "oscar", "mona", "sophie"])
def test_aliases_for_all_pseudonyms_for_those_who_lead_or_manage(cast, url, talk, name):
    html = get(cast, name, url)
    assert "Heron" in html
    shown = {who for who in ("alice", "bruno") if cast.members[who].pseudonym in html}
    assert shown == ({"alice", "bruno"} if name in {"mona", "sophie"} else set())
    assert "Realname" not in html
    assert "example.org" not in html


@pytest.mark.parametrize("moment", ["before", "after"])
def test_a_participant_page_and_its_files_say_nothing_of_the_team(cast, request, url, moment):
    if moment == "after":
        request.getfixturevalue("talk")
    html = get(cast, "alice", url)
    assert html.count(OBSERVED) == 2
    if not MANIFEST.exists():
        pytest.skip("the front end is not built")
    files = re.findall(r'(?:src|href)="/static/([^"#]+)', html)
    assert any(name.startswith("room-") for name in files)
    assert not any(name.startswith("staff-") for name in files)
    texts = {"page": html.replace(OBSERVED, "")}
    for name in files:
        if name.endswith((".js", ".css")):
            texts[name] = (MANIFEST.parent / name).read_text()
    for name, text in texts.items():
        for word in SECRET_WORDS:
            assert word not in text.lower(), f"{word} in {name}"


def test_the_plain_form_speaks(cast, meeting, url, talk):
    client = cast.client("bruno")
    html = client.get(url).content.decode()
    assert the(html, name="item")["value"] == meeting.items[1].code
    answer = client.post(
        f"{url}say",
        {"text": "On a\r\nFriday.", "item": meeting.items[1].code, "client_id": the(html, name="client_id")["value"]},
    )
    assert answer.status_code == 302
    assert answer["Location"] == url
    assert "On a<br>Friday." in client.get(url).content.decode()


def test_the_same_form_sent_twice_speaks_once(cast, url, talk):
    client = cast.client("bruno")
    for _ in range(2):
        assert client.post(f"{url}say", {"text": "Once.", "client_id": "abc"}).status_code == 302
    assert client.get(url).content.decode().count("Once.") == 1


def test_a_refusal_keeps_the_words_in_the_box(cast, url, talk):
    response = cast.client("bruno").post(f"{url}say", {"text": "x" * 2001, "item": "", "to": "nonsense"})
    html = response.content.decode()
    assert response.status_code == 422
    assert "x" * 2001 in html
    assert "This message is too long. Shorten it; nothing is lost." in html


def test_a_message_is_answered_by_a_link_and_a_form(cast, url, talk):
    client = cast.client("bruno")
    assert f'href="?to={talk}#composer"' in client.get(url).content.decode()
    html = client.get(f"{url}?to={talk}").content.decode()
    assert 'Reply to <b data-slot="reply-name">Heron</b>' in html
    (form,) = Tags(html).all(action=f"{url}say")
    sent = {name: the(html, name=name)["value"] for name in ("item", "client_id")}
    assert [one["value"] for one in Tags(html).all(name="to")] == [str(talk)] * 2
    assert client.post(form["action"], {**sent, "to": str(talk), "text": "Mine too."}).status_code == 302
    answer = client.get(url).content.decode().rpartition("Mine too.")[0].rpartition("<li")[2]
    assert "Heron" in answer
    assert "No more bags." in answer


def test_a_refused_answer_keeps_its_words_and_whom_it_answers(cast, url, talk):
    response = cast.client("bruno").post(f"{url}say", {"text": "x" * 2001, "to": str(talk)})
    html = response.content.decode()
    assert response.status_code == 422
    assert "x" * 2001 in html
    assert [one["value"] for one in Tags(html).all(name="to")] == [str(talk)] * 2


@pytest.mark.parametrize("to", ["0", "1", "999", "nonsense", "²", "-3"])
def test_what_is_not_a_message_of_somebody_else_is_not_answered(cast, url, talk, to):
    assert not Tags(get(cast, "bruno", f"{url}?to={to}")).all(name="to")
    assert not Tags(get(cast, "alice", f"{url}?to={talk}")).all(name="to")


def test_a_reaction_is_put_on_and_taken_back_without_a_script(cast, url, talk):
    def pressed():
        html = client.get(f"{url}?to={talk}").content.decode()
        return {one["value"]: one["name"] for _, one in Tags(html).found if one.get("name") in {"on", "off"}}

    def count():
        html = client.get(url).content.decode()
        return re.findall(r'data-mark="(\w+)"[^>]*>(?:(?!</button>).)*data-slot="count">([1-9])', html, re.DOTALL)

    client = cast.client("sophie")
    assert (pressed(), count()) == ({"same": "on", "thanks": "on", "surprised": "on"}, [("same", "1")])
    assert client.post(f"{url}react", {"to": talk, "on": "same"}).status_code == 302
    assert (pressed()["same"], count()) == ("off", [("same", "2")])
    assert client.post(f"{url}react", {"to": talk, "off": "same"}).status_code == 302
    assert (pressed()["same"], count()) == ("on", [("same", "1")])
    refused = client.post(f"{url}react", {"to": talk, "on": "anger"})
    assert refused.status_code == 422
    assert "This reaction does not exist." in refused.content.decode()


def test_once_the_meeting_is_over_nothing_is_offered_and_the_thread_is_read_again(cast, meeting, url, talk):
    with scope(community=cast.mariette):
        for _ in range(2):
            actions.close_session(meeting.place(cast, "sophie"))
    html = get(cast, "bruno", url)
    assert 'data-view="closing"' in html
    assert the(html, data_read_again=None)["href"] == "?lines=all"
    again = get(cast, "bruno", f"{url}?lines=all")
    assert 'data-view="room"' in again
    assert "No more bags." in again
    assert "?to=" not in again
    assert cast.client("bruno").post(f"{url}react", {"to": talk, "on": "same"}).status_code == 422


def test_who_waits_is_told_so(cast, url):
    response = cast.client("alice").post(f"{url}say", {"text": "Early."})
    assert response.status_code == 422
    assert "Early." in response.content.decode()


def test_the_end_has_its_page(cast, meeting, url, talk):
    with scope(community=cast.mariette):
        sophie = meeting.place(cast, "sophie")
        actions.close_session(sophie, "Thank you, all of you.")
        assert 'data-view="room"' in get(cast, "alice", url)
        actions.close_session(sophie)
    html = get(cast, "alice", url)
    assert 'data-view="closing"' in html
    assert "Thank you, Heron" in html
    assert html.count("Thank you, all of you.") == 2
    assert "hidden" in the(html, data_composer=None)


def test_a_last_word_is_offered_while_the_room_closes_and_never_after(cast, meeting, url, talk):
    invitation = "The meeting is about to end. You may still add a last word."
    assert "hidden" in notice(get(cast, "alice", url), invitation)
    client = cast.client("sophie")
    proposed = the(client.get(url).content.decode(), name="text", type="hidden")["value"]
    assert client.post(f"{url}close", {"text": proposed}).status_code == 302
    assert "hidden" not in notice(get(cast, "alice", url), invitation)
    assert client.post(f"{url}close").status_code == 302
    html = get(cast, "alice", url)
    assert "hidden" in notice(html, invitation)
    assert html.count(proposed) == 2
    assert "last word" not in html.replace(invitation, "")


def notice(html, words):
    """The opening tag of the notice that says this."""
    return html[: html.index(words)].rpartition("<p ")[2].partition(">")[0]


# Staff ---------------------------------------------------------------------------


def test_the_moderator_works_without_a_script(cast, meeting, url):
    client = cast.client("sophie")
    assert client.post(f"{url}admit", {"seat": meeting.seats["alice"].code}).status_code == 302
    assert client.post(f"{url}admit").status_code == 302
    assert client.post(f"{url}open").status_code == 302
    assert client.post(f"{url}launch", {"item": meeting.items[1].code}).status_code == 302
    again = client.post(f"{url}launch", {"item": meeting.items[1].code})
    assert again.status_code == 422
    assert "This item was already sent." in again.content.decode()
    assert client.post(f"{url}close", {"text": "Thank you."}).status_code == 302
    assert client.post(f"{url}close").status_code == 302
    assert "The meeting is over." in client.get(url).content.decode()


def test_the_moderator_removes_somebody_after_being_asked_once_more(cast, meeting, url, talk):
    client, heron = cast.client("sophie"), meeting.seats["alice"].code
    asks = [one["value"] for one in Tags(client.get(url).content.decode()).all(data_asks="remove")]
    assert heron in asks
    html = client.get(f"{url}?remove={heron}").content.decode()
    assert "Remove Heron from the meeting?" in html
    assert (the(html, action=f"{url}remove")["method"], the(html, name="seat", type="hidden")["value"]) == (
        "post",
        heron,
    )
    assert "no longer in the meeting" not in html[: html.index("data-words")]
    assert client.post(f"{url}remove", {"seat": heron}).status_code == 302
    assert "Heron is no longer in the meeting." in client.get(url).content.decode()
    assert f"{url}remove" not in client.get(f"{url}?remove={heron}").content.decode()
    again = client.post(f"{url}remove", {"seat": heron})
    assert again.status_code == 422
    assert "This person was removed from the session." in again.content.decode()
    assert cast.client("alice").get(url).status_code == 404
    assert cast.client("oscar").get(f"{url}?remove={meeting.seats['bruno'].code}").content.count(b"/remove") == 0


def test_the_moderator_has_guide_door_and_block(cast, meeting, url):
    html = get(cast, "sophie", url)
    codes = [
        attrs["data-item"]
        for tag, attrs in Tags(html).found
        if attrs.get("class", "").startswith("gi") and "data-item" in attrs
    ]
    assert codes == [item.code for item in meeting.items]
    assert [attrs["value"] for attrs in Tags(html).all(name="seat") if attrs["value"]] == [
        seat.code for seat in meeting.seats.values()
    ]
    assert the(html, id="p-back")["data-socket"] == f"/c/mariette/back/{meeting.session.code}/socket"
    assert "For you alone" in html


@pytest.mark.parametrize("name", ["oscar", "mona"])
def test_who_observes_reads_and_cannot_write_in_the_room(cast, url, talk, name):
    html = get(cast, name, url)
    assert "Tuesday" in html
    tags = Tags(html)
    assert not tags.all(data_composer=None)
    assert not tags.all(data_launch=None)
    assert not [one for _, one in tags.found if one.get("data-asks")]
    assert "You read what the participants read, no more and no less." in html
    assert cast.client(name).post(f"{url}say", {"text": "Hello."}).status_code == 403


@pytest.mark.parametrize("verb", ["admit", "open", "close", "launch", "remove"])
def test_only_the_moderator_leads(cast, url, verb):
    answers = {
        name: cast.client(name).post(f"{url}{verb}").status_code
        for name in ("alice", "oscar", "mona", "kim", "tess", None)
    }
    assert answers == {"alice": 403, "oscar": 403, "mona": 403, "kim": 404, "tess": 404, None: 404}


@pytest.mark.parametrize("name", ["chloe", "emma", "kim", "tara", "tess", "tom", "victor", "peter", None])
def test_without_a_place_there_is_no_page(cast, url, name):
    client = cast.client(name)
    elsewhere = client.get("/c/mariette/live/abcdefghijkl/")
    here = client.get(url)
    assert here.status_code == elsewhere.status_code == 404
    assert here.content == elsewhere.content


# The confidential block as a page ---------------------------------------------------


def test_the_block_reads_and_posts_without_a_script(cast, meeting, talk):
    url = f"/c/mariette/back/{meeting.session.code}/"
    client = cast.client("oscar")
    assert client.post(f"{url}post", {"kind": "probe", "text": "Which brand?", "quote": str(talk)}).status_code == 302
    html = get(cast, "sophie", url)
    assert "Which brand?" in html
    assert "Last &lt;b&gt;Tuesday" in html
    assert "Oscar-pseudo" in html
    refused = client.post(f"{url}post", {"kind": "gossip", "text": "Kept in the box"})
    assert refused.status_code == 422
    assert "Kept in the box" in refused.content.decode()


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("sophie", "Between you and Mariette’s team…"),
        ("oscar", "Between you, your team and Sophie-pseudo…"),
        ("mona", "Between you, your team and Sophie-pseudo…"),
    ],
)
def test_the_block_says_to_each_who_reads_it_and_how_much_it_takes(cast, url, name, words):
    html = get(cast, name, url)
    assert the(html, id="confidential")["placeholder"] == words
    assert the(html, id="p-back")["data-limit"] == str(LIMIT)


@pytest.mark.parametrize("name", ["alice", "emma", "kim", "tom", "tess", "victor", None])
@pytest.mark.parametrize("method", ["get", "post"])
def test_the_block_is_an_unknown_path_for_all_others(cast, meeting, talk, name, method):
    client = cast.client(name)
    code = meeting.session.code
    answers = [
        getattr(client, method)(path)
        for path in (
            f"/c/mariette/back/{code}/",
            f"/c/mariette/back/{code}/post",
            "/c/mariette/back/abcdefghijkl/",
            "/c/mariette/nothing/here/",
        )
    ]
    assert {answer.status_code for answer in answers} == {404}
    assert len({answer.content for answer in answers}) == 1


# What the script expects -------------------------------------------------------------


@pytest.mark.parametrize("name", ["alice", "sophie", "oscar"])
def test_no_page_holds_a_script_or_a_style_of_its_own(cast, url, talk, name):
    for tag, attributes in Tags(get(cast, name, url)).found:
        assert tag != "style"
        assert tag != "script" or attributes.get("src")
        assert not [key for key in attributes if key == "style" or key.startswith("on")]


def test_ids_are_unique(cast, url, talk):
    for name in ("alice", "sophie", "oscar"):
        ids = [attributes["id"] for _, attributes in Tags(get(cast, name, url)).found if "id" in attributes]
        assert sorted(ids) == sorted(set(ids))


def source(*folders):
    files = (path for folder in folders for path in (FRONTEND / folder).glob("*.ts"))
    return "\n".join(path.read_text() for path in files if "test" not in path.name and path.name != "fixture.ts")


def quoted(pattern, text):
    return {word for call in re.findall(pattern, text) for word in re.findall(r'"([a-z][a-z0-9-]*)"', call)}


@pytest.mark.parametrize(("name", "folders"), [("alice", ["room"]), ("sophie", ["room", "staff"])])
def test_every_piece_and_sentence_that_the_script_asks_for_is_there(cast, url, name, folders):
    html, code = get(cast, name, url), source(*folders)
    pieces = quoted(r"clone\(([^)]*)\)", code)
    if name == "sophie":
        pieces -= {"arrived", "awaited", "instruction"}
    assert {"line", "host-line", "question", "person", "unsent"} < pieces
    there = {attributes["data-template"] for _, attributes in Tags(html).found if "data-template" in attributes}
    assert pieces - there == set()
    words = quoted(r"\.say\(([^{;]*?)[,)]", code) - {"post"}
    if name == "sophie":
        words -= {"hoisted", "expected", "opens-in", "trip"}
    written = {attributes["data-word"] for _, attributes in Tags(html).found if "data-word" in attributes}
    assert words - written == set()


def test_the_script_finds_its_files():
    if not MANIFEST.exists():
        pytest.skip("the front end is not built")
    assert {"src/room.ts", "src/staff.ts"} <= set(manifest())


@pytest.mark.parametrize("seed", range(12))
def test_the_latest_lines_are_the_end_of_the_whole_log(cast, meeting, monkeypatch, seed):
    """Whatever mixture of words, reactions and arrivals ends it, for early seats, late ones, removed ones and staff."""
    chance = Random(seed)
    monkeypatch.setattr(room, "LATEST", 5)
    monkeypatch.setattr(room, "TAIL", 9)
    alice, bruno = (meeting.seats[name].code for name in ("alice", "bruno"))
    sophie, late = Viewer(meeting.assignments["sophie"].code, Duty.MODERATOR), chance.randrange(30)
    at, said = clock.now(), []
    told = [(sophie, m.Admit("in", (alice,)), at), (sophie, m.Open("open"), at)]
    told += [(sophie, m.Launch(item.code, item.code), at) for item in meeting.items[:2]]
    seq = 2 + sum(item.kind != "instruction" for item in meeting.items[:2])
    for turn in range(40):
        at, seq = at + timedelta(seconds=5), seq + 1
        if turn == late:
            told.append((sophie, m.Admit("late", (bruno,)), at))
        elif turn == late + 8 and chance.random() < 0.5:
            told.append((sophie, m.Remove("out", bruno), at))
        elif said and chance.random() < 0.6:
            mark = chance.choice(["same", "thanks"])
            told.append((Viewer(alice), m.React(f"{turn}", chance.choice(said), mark, chance.random() < 0.7), at))
        else:
            to = chance.choice(said) if said and chance.random() < 0.5 else 0
            told.append((Viewer(alice), m.Post(f"{turn}", f"word {turn}", "", to), at))
            said.append(seq)
    with scope(community=cast.mariette):
        actions.write(meeting.session, told)
        for name in ("alice", "bruno", "sophie"):
            seat = meeting.seats.get(name)
            if seat is not None:
                seat.refresh_from_db()
            if seat is not None and seat.state == "removed":
                continue
            place = meeting.place(cast, name)
            page, whole = room.room_view(place), room.room_view(place, whole=True)
            assert page.lines == whole.lines[-5:]
            assert page.hidden == max(0, len(whole.lines) - 5)
            assert (page.asked, page.people, page.guide) == (whole.asked, whole.people, whole.guide)
