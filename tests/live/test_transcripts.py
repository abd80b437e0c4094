"""What was said, under the names that each reader may read, on the page and in the files."""

import json
import re
from datetime import UTC, datetime, timedelta
from html.parser import HTMLParser

import pytest
from django_scopes import scope

from vigie.communities.access import Role
from vigie.communities.actions import change_role, suspend
from vigie.core import clock
from vigie.core.errors import Denied, NotVisible
from vigie.facts.models import Entry
from vigie.live import actions, exports, tasks
from vigie.live.actions.transcripts import path_of
from vigie.live.models import Line, Seat, Session, TranscriptFile
from vigie.live.protocol.state import Phase
from vigie.live.queries.transcripts import PAGE, gini, transcript

AT = datetime(2026, 5, 14, 16, 30, tzinfo=UTC)
ODD = "Zoë\u0301 <b>&amp;</b> \U0001f468\u200d\U0001f469\u200d\U0001f467 \u202eabc\u202c ﬁ =1+1\n  two  spaces"


@pytest.fixture(autouse=True)
def mariette(cast):
    with scope(community=cast.mariette):
        yield


def log(meeting, rows):
    """Rows of a room's log: kind, author, then what else they hold. Numbers and times follow."""
    start = meeting.session.last_seq
    Line.objects.bulk_create(
        Line(
            session=meeting.session,
            seq=seq,
            kind=kind,
            author=author,
            at=AT + timedelta(seconds=seq),
            **values,
        )
        for seq, (kind, author, values) in enumerate(rows, start + 1)
    )
    meeting.session.last_seq = start + len(rows)
    Session.objects.filter(id=meeting.session.id).update(last_seq=meeting.session.last_seq)
    return meeting


@pytest.fixture
def told(meeting):
    """Alice and Bruno come, Sophie asks two questions, Bruno answers the first one late."""
    host = meeting.assignments["sophie"].code
    alice, bruno = meeting.seats["alice"].code, meeting.seats["bruno"].code
    welcome, first, _, second = meeting.items
    log(
        meeting,
        [
            ("admitted", host, {"item": alice}),
            ("admitted", host, {"item": bruno}),
            ("opened", host, {}),
            ("launched", host, {"item": welcome.code, "text": welcome.text, "mark": "message"}),
            ("launched", host, {"item": first.code, "text": first.text, "mark": "question"}),
            ("said", alice, {"text": ODD, "item": first.code}),
            ("said", host, {"text": "Tell me more.", "item": first.code, "target": 6}),
            ("launched", host, {"item": second.code, "text": second.text, "mark": "question"}),
            ("said", bruno, {"text": "Late, about the first.", "item": first.code}),
            ("said", alice, {"text": "A bigger shelf.", "item": second.code}),
            ("reacted", bruno, {"target": 10, "mark": "same"}),
            ("reacted", bruno, {"target": 6, "mark": "thanks"}),
            ("reacted", bruno, {"target": 6, "mark": "-thanks"}),
            ("closing", host, {"text": "Thank you."}),
            ("closed", host, {}),
        ],
    )
    Seat.objects.update(state=Seat.State.ADMITTED)
    Session.objects.update(phase=Phase.CLOSED, opened_at=AT, closed_at=AT + timedelta(minutes=71), starts_at=AT)
    meeting.session.refresh_from_db()
    return meeting


def page_url(meeting, query=""):
    return f"/c/mariette/live/{meeting.session.code}/transcript/{query}"


def lines(view):
    return [(line.seq, line.name, line.text) for line in view.lines if line.kind == "said"]


def order(cast, who, meeting, kind="json", identity="alias"):
    file = actions.order_transcript(cast.actor(who), meeting.session, kind=kind, identity=identity)
    actions.make_transcript(file.id)
    file.refresh_from_db()
    return file


def read(file):
    return json.loads(path_of(file).read_bytes())


# The view


def test_lines_stand_under_the_question_that_they_answer(told):
    view = transcript(told.session, "alias")
    shown = [(chapter.item and chapter.item.number, [line.seq for line in chapter.lines]) for chapter in view.chapters]
    assert shown == [(None, [1, 2, 3, 4]), (1, [6, 7, 9]), (2, [10, 14, 15])]
    assert [(item.number, item.messages) for item in view.items] == [(0, 0), (1, 3), (2, 1)]


def test_shares_are_those_of_a_plain_count(told):
    view = transcript(told.session, "alias")
    counts = {voice.name: (voice.messages, voice.words) for voice in view.participants}
    assert counts == {
        "Heron": (2, len(ODD.split()) + 3),
        "Slate": (1, 4),
    }
    assert sum(voice.share for voice in view.participants) == pytest.approx(1)
    assert (view.messages, view.minutes, view.invited) == (4, 71, 2)


@pytest.mark.parametrize(
    ("words", "index"),
    [([5, 5], 0), ([0, 10], 0.5), ([1, 2, 3], 2 / 9), ([0, 0, 0, 8], 0.75), ([7], None), ([0, 0], None), ([], None)],
)
def test_the_gini_index(words, index):
    assert gini(words) == (None if index is None else pytest.approx(index))


def test_each_way_of_naming_is_exact(told):
    assert lines(transcript(told.session, "alias")) == [
        (6, "Heron", ODD),
        (7, "Sophie-pseudo", "Tell me more."),
        (9, "Slate", "Late, about the first."),
        (10, "Heron", "A bigger shelf."),
    ]
    assert [name for _, name, _ in lines(transcript(told.session, "pseudonym"))] == [
        "Alice-pseudo",
        "Sophie-pseudo",
        "Bruno-pseudo",
        "Alice-pseudo",
    ]
    numbered = transcript(told.session, "id")
    assert [name for _, name, _ in lines(numbered)] == ["", "", "", ""]
    assert sorted(voice.id for voice in numbered.voices) == ["1", "2", "m1"]
    assert [voice.flag for voice in numbered.voices] == ["", "", ""]


def test_numbers_follow_neither_invitations_nor_names(cast, told):
    """Over many sessions, the first invited is number 1 about half of the time."""
    firsts = set()
    for seed in range(40):
        Seat.objects.filter(code=told.seats["alice"].code).update(flag_seed=f"a{seed}")
        Seat.objects.filter(code=told.seats["bruno"].code).update(flag_seed=f"b{seed}")
        view = transcript(told.session, "alias")
        firsts.add(next(voice.name for voice in view.voices if voice.id == "1"))
    assert firsts == {"Heron", "Slate"}


def test_a_seat_that_never_came_is_not_a_voice(cast, told):
    actions_seat = Seat.objects.create(session=told.session, membership=cast.chloe, alias="Maple")
    view = transcript(told.session, "alias")
    assert {voice.name for voice in view.participants} == {"Heron", "Slate"}
    assert view.invited == 3
    Seat.objects.filter(id=actions_seat.id).update(state=Seat.State.REMOVED)
    assert transcript(told.session, "alias").invited == 2


def test_long_sessions_are_read_by_pages(meeting):
    first = meeting.items[1]
    host, alice = meeting.assignments["sophie"].code, meeting.seats["alice"].code
    rows = [("launched", host, {"item": first.code, "text": first.text, "mark": "question"})]
    rows += [("said", alice, {"text": f"line {seq}", "item": first.code}) for seq in range(2, PAGE + 1)]
    rows += [("said", host, {"text": "And then?", "target": 2}), ("reacted", alice, {"target": 3, "mark": "same"})]
    log(meeting, rows)
    one, two = (transcript(meeting.session, "alias", page=page) for page in (1, 2))
    assert [(view.page, view.pages, len(view.lines)) for view in (one, two)] == [(1, 2, PAGE), (2, 2, 1)]
    assert [(chapter.item.number, chapter.continued) for chapter in two.chapters] == [(1, True)]
    assert (two.lines[0].quote, two.lines[0].quote_name) == ("line 2", "Heron")
    assert dict(one.lines[2].marks) == {"same": 1}
    assert two.items[0].messages == PAGE
    assert transcript(meeting.session, "alias", page=99).page == 2
    assert len(transcript(meeting.session, "alias").lines) == PAGE + 1


def test_a_page_costs_as_much_whatever_was_said_elsewhere(cast, told, statements):
    with statements(1):
        transcript(told.session, "alias", page=1)
    from tests.cast import make_meeting

    log(
        make_meeting(cast),
        [("said", "x", {"text": "word " * 20}) for _ in range(500)],
    )
    with statements(1):
        transcript(told.session, "alias", page=1)
    client = cast.client("mona")
    with statements(6):
        client.get(page_url(told))


# The page


@pytest.mark.parametrize(
    ("who", "status"),
    [
        ("mona", 200),
        ("sophie", 200),
        ("oscar", 200),
        ("alice", 403),
        ("emma", 403),
        ("kim", 404),
        ("tina", 404),
        ("tess", 404),
        ("victor", 404),
        (None, 404),
    ],
)
def test_who_reads_a_transcript(cast, told, who, status):
    assert cast.client(who).get(page_url(told)).status_code == status


def test_staff_without_a_duty_in_it_do_not_read_it_managers_do(cast, told):
    for duty in told.assignments.values():
        actions_withdraw(duty)
    answers = {who: cast.client(who).get(page_url(told)).status_code for who in ("mona", "sophie", "oscar")}
    assert answers == {"mona": 200, "sophie": 404, "oscar": 404}


def actions_withdraw(duty):
    from vigie.live.models import Assignment

    Assignment.ever.filter(id=duty.id).update(withdrawn_at=clock.now())


def test_the_page_shows_what_was_said_as_text(cast, told):
    html = cast.client("mona").get(page_url(told)).content.decode()
    assert "Zoë\u0301 &lt;b&gt;&amp;amp;&lt;/b&gt;" in html
    assert "<b>&amp;" not in html
    for words in ("Heron", "Slate", "Late, about the first.", "Gini", "2 of 2"):
        assert words in html


@pytest.mark.parametrize(
    "query", ["", "?names=pseudonym", "?names=id", "?names=alias&names=pseudonym", "?names[]=pseudonym"]
)
def test_no_parameter_gives_an_observer_a_pseudonym(cast, told, query):
    html = cast.client("oscar").get(page_url(told, query)).content.decode()
    assert "Heron" in html
    assert not re.search(r"(Alice|Bruno)-pseudo", html)


def test_the_team_chooses_the_names(cast, told):
    client = cast.client("mona")
    pages = {
        names: client.get(page_url(told, f"?names={names}")).content.decode() for names in ("alias", "pseudonym", "id")
    }
    assert ("Heron" in pages["alias"], "Alice-pseudo" in pages["alias"]) == (True, False)
    assert ("Heron" in pages["pseudonym"], "Alice-pseudo" in pages["pseudonym"]) == (False, True)
    assert ("Heron" in pages["id"], "Alice-pseudo" in pages["id"], "Respondent 1" in pages["id"]) == (
        False,
        False,
        True,
    )


@pytest.mark.parametrize("page", ["0", "-1", "x", "99999999999999999999", "²", "1.5", ""])
def test_any_page_number_is_answered(cast, told, page):
    assert cast.client("mona").get(page_url(told, f"?page={page}")).status_code == 200


def test_a_session_where_nothing_was_said(cast, meeting):
    html = cast.client("mona").get(page_url(meeting)).content.decode()
    assert "Nothing has been said yet" in html


# Files


def test_data_keeps_each_text_code_point_for_code_point(cast, told):
    document = read(order(cast, "mona", told))
    said = [(line["seq"], line["by"], line["text"]) for line in document["lines"] if line["kind"] == "said"]
    alice = next(person["id"] for person in document["people"] if person.get("name") == "Heron")
    bruno = next(person["id"] for person in document["people"] if person.get("name") == "Slate")
    assert said == [
        (6, alice, ODD),
        (7, "m1", "Tell me more."),
        (9, bruno, "Late, about the first."),
        (10, alice, "A bigger shelf."),
    ]
    assert document["lines"][6 - 1]["item"] == told.items[1].code
    assert document["lines"][7 - 1]["to"] == 6
    assert document["lines"][0] == {
        "seq": 1,
        "at": "2026-05-14T16:30:01.000Z",
        "kind": "admitted",
        "by": "m1",
        "seat": alice,
    }
    assert [(one["to"], one["by"], one["mark"], one["on"]) for one in document["reactions"]] == [
        (10, bruno, "same", True),
        (6, bruno, "thanks", True),
        (6, bruno, "thanks", False),
    ]
    numbers = sorted(one["seq"] for one in [*document["lines"], *document["reactions"]])
    assert numbers == list(range(1, 16))


def test_data_says_what_it_is(cast, told):
    document = read(order(cast, "mona", told))
    assert {key: document[key] for key in ("format", "version", "names")} == {
        "format": "vigie.transcript",
        "version": 1,
        "names": "alias",
    }
    assert document["session"] == {
        "code": told.session.code,
        "number": 1,
        "title": "Bulk buying",
        "agenda": "What bulk buying costs you.",
        "starts_at": "2026-05-14T16:30:00.000Z",
        "time_zone": "Europe/Paris",
        "minutes": 75,
        "opened_at": "2026-05-14T16:30:00.000Z",
        "closed_at": "2026-05-14T17:41:00.000Z",
        "invited": 2,
    }
    assert [(item["kind"], item["number"], item["seq"]) for item in document["items"]] == [
        ("message", 0, 4),
        ("question", 1, 5),
        ("question", 2, 8),
    ]


def people(cast, told, identity):
    document = read(order(cast, "mona", told, identity=identity))
    return {(person["part"], person.get("name")) for person in document["people"]}


def test_data_names_people_as_it_was_asked(cast, told):
    assert people(cast, told, "alias") == {
        ("moderator", "Sophie-pseudo"),
        ("participant", "Heron"),
        ("participant", "Slate"),
    }
    assert people(cast, told, "pseudonym") == {
        ("moderator", "Sophie-pseudo"),
        ("participant", "Alice-pseudo"),
        ("participant", "Bruno-pseudo"),
    }
    assert people(cast, told, "id") == {("moderator", None), ("participant", None)}


SECRETS = ("Realname", "@example.org")


@pytest.mark.parametrize("kind", ["json", "html"])
@pytest.mark.parametrize("identity", ["alias", "pseudonym", "id"])
def test_no_file_holds_a_person(cast, told, kind, identity):
    text = path_of(order(cast, "mona", told, kind, identity)).read_text()
    known = {"alias": "Heron", "pseudonym": "Alice-pseudo"}
    for mode, name in known.items():
        assert (name in text) is (mode == identity)
    hidden = [
        *SECRETS,
        cast.alice.public_id,
        cast.alice.flag_seed,
        told.seats["alice"].code,
        told.seats["alice"].flag_seed,
    ]
    assert [word for word in hidden if word in text] == []


class Outline(HTMLParser):
    def __init__(self):
        super().__init__(convert_charrefs=True)
        self.tags, self.attributes, self.words = [], [], []

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.attributes += attrs

    def handle_data(self, data):
        self.words.append(data)


def test_the_page_to_keep_is_one_file_that_loads_and_runs_nothing(cast, told):
    text = path_of(order(cast, "mona", told, "html")).read_text()
    outline = Outline()
    outline.feed(text)
    assert set(outline.tags) & {"script", "link", "img", "iframe", "object", "form", "a", "base"} == set()
    assert {name for name, _ in outline.attributes} & {"src", "href", "style", "onclick", "action"} == set()
    assert "http:" not in text
    assert "https:" not in text
    assert "url(" not in text
    assert ODD in "".join(outline.words)
    assert "When did you last give up buying in bulk?" in "".join(outline.words)


def test_arrivals_are_told_together(cast, told):
    words = re.sub(r"<[^>]+>", " ", path_of(order(cast, "mona", told, "html")).read_text())
    assert re.findall(r"18:30\s+([^<\n]*(?:come in|comes in|opens)\.)", words) == [
        "Heron, Slate come in.",
        "The session opens.",
    ]


def test_the_page_to_keep_speaks_the_language_of_who_asked(cast, told):
    assert '<html lang="en">' in path_of(order(cast, "mona", told, "html")).read_text()
    cast.mona.person.language = "fr"
    cast.mona.person.save()
    assert '<html lang="fr">' in path_of(order(cast, "mona", told, "html")).read_text()


def test_asking_and_downloading(cast, told):
    client = cast.client("mona")
    answer = client.post(page_url(told, "export"), {"format": "json", "identity": "pseudonym"})
    assert (answer.status_code, answer["Location"]) == (302, f"{page_url(told)}#export")
    file = TranscriptFile.objects.get()
    assert (file.requested_by_id, file.format, file.identity, file.state) == (
        cast.mona.id,
        "json",
        "pseudonym",
        "ready",
    )
    assert f"files/{file.code}" in client.get(page_url(told)).content.decode()
    answer = client.get(page_url(told, f"files/{file.code}"))
    assert answer.content == path_of(file).read_bytes()
    assert file.size == len(answer.content)
    assert {
        name: answer[name]
        for name in ("Content-Type", "Content-Disposition", "X-Content-Type-Options", "Cache-Control")
    } == {
        "Content-Type": "application/json",
        "Content-Disposition": 'attachment; filename="transcript-mariette-1-pseudonym.json"',
        "X-Content-Type-Options": "nosniff",
        "Cache-Control": "private, no-store",
    }
    assert "sandbox" in answer["Content-Security-Policy"]
    assert [entry.data for entry in Entry.objects.filter(name="live.TranscriptOrdered")] == [
        {"session": told.session.id, "file": file.code, "format": "json", "identity": "pseudonym"}
    ]


@pytest.mark.parametrize("identity", ["pseudonym", "id"])
def test_an_observer_asks_for_aliases_or_for_nothing(cast, told, identity):
    client = cast.client("oscar")
    assert client.post(page_url(told, "export"), {"format": "json", "identity": identity}).status_code == 403
    with pytest.raises(Denied):
        actions.order_transcript(cast.actor("oscar"), told.session, kind="json", identity=identity)
    assert TranscriptFile.objects.count() == 0
    client.post(page_url(told, "export"), {"format": "json", "identity": "alias"})
    file = TranscriptFile.objects.get()
    assert "Alice-pseudo" not in client.get(page_url(told, f"files/{file.code}")).content.decode()


@pytest.mark.parametrize("data", [{}, {"format": "exe", "identity": "alias"}, {"format": "json", "identity": "name"}])
def test_no_other_format_nor_name(cast, told, data):
    assert cast.client("mona").post(page_url(told, "export"), data).status_code == 302
    assert TranscriptFile.objects.count() == 0


def test_a_file_is_for_the_one_who_asked(cast, told):
    file = order(cast, "mona", told, identity="pseudonym")
    mine, answers = page_url(told, f"files/{file.code}"), {}
    for who in ("mona", "sophie", "oscar", "alice", "kim", "tina", None):
        answers[who] = cast.client(who).get(mine).status_code
    assert answers == {"mona": 200, "sophie": 404, "oscar": 404, "alice": 403, "kim": 404, "tina": 404, None: 404}


def test_the_right_is_asked_at_each_download(cast, told):
    file = order(cast, "sophie", told, identity="pseudonym")
    mine = page_url(told, f"files/{file.code}")
    client = cast.client("sophie")
    assert client.get(mine).status_code == 200
    change_role(cast.sophie, Role.OBSERVER)
    assert client.get(mine).status_code == 404
    change_role(cast.sophie, Role.MODERATOR)
    assert client.get(mine).status_code == 200
    actions_withdraw(told.assignments["sophie"])
    assert client.get(mine).status_code == 404
    assert cast.client("sophie", second_factor=False).get(mine).status_code == 302


def test_a_file_of_another_session_is_not_found_here(cast, told):
    from tests.cast import make_meeting

    file = order(cast, "mona", told)
    other = make_meeting(cast)
    assert cast.client("mona").get(page_url(other, f"files/{file.code}")).status_code == 404


def test_a_right_lost_before_the_job_makes_no_file(cast, told):
    file = actions.order_transcript(cast.actor("sophie"), told.session, kind="json", identity="pseudonym")
    suspend(cast.sophie)
    actions.make_transcript(file.id)
    file.refresh_from_db()
    assert (file.state, path_of(file).exists()) == ("failed", False)


def test_a_file_lives_a_week(cast, told, time_machine):
    file = order(cast, "mona", told)
    assert actions.remove_expired_transcripts() == 0
    time_machine.move_to(clock.now() + timedelta(days=7, seconds=1))
    with pytest.raises(NotVisible):
        from vigie.live.queries.transcripts import get_transcript_file

        get_transcript_file(cast.actor("mona"), told.session.code, file.code, clock.now())
    assert actions.remove_expired_transcripts() == 1
    assert (TranscriptFile.objects.count(), path_of(file).exists()) == (0, False)


def test_the_sweep_makes_what_a_lost_wake_up_left(cast, told):
    file = actions.order_transcript(cast.actor("mona"), told.session, kind="html", identity="alias")
    tasks.sweep_transcripts.call_local()
    file.refresh_from_db()
    assert (file.state, path_of(file).exists()) == ("ready", True)


def test_a_file_changed_on_the_disk_is_not_handed_out(cast, told):
    file = order(cast, "mona", told)
    mine = page_url(told, f"files/{file.code}")
    path_of(file).write_bytes(b"{}")
    assert cast.client("mona").get(mine).status_code == 404
    path_of(file).unlink()
    assert cast.client("mona").get(mine).status_code == 404


def test_an_unknown_format_is_an_error(told):
    with pytest.raises(ValueError, match="docx"):
        exports.build(transcript(told.session, "alias"), "docx")
