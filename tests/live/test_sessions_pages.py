"""The pages around a session: who sees which, what they say, what their forms do."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from django_scopes import scope

from tests.cast import make_meeting
from vigie.communities.actions import suspend
from vigie.core import clock
from vigie.live import actions
from vigie.live.models import Assignment, GuideItem, Line, Seat, Session
from vigie.live.protocol.state import Duty, ItemKind, Phase

HOME, LIST, NEW = "/c/mariette/", "/c/mariette/manage/live/", "/c/mariette/manage/live/new"
THURSDAY = datetime(2026, 5, 14, 16, 22, tzinfo=UTC)


@pytest.fixture(autouse=True)
def mariette(cast):
    with scope(community=cast.mariette):
        yield


def plan_of(session, verb=""):
    return f"{LIST}{session.code}/{verb}"


def text(response):
    """The words of a page, as one line."""
    html = response.content.decode()
    main = html[html.index("<main") : html.index("</main>")]
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", main)).replace("\xa0", " ").strip()


def titles(response):
    return re.findall(r"<h3>(?:<a[^>]*>)?([^<]+)", response.content.decode())


def closed(meeting, came=("alice",)):
    start = meeting.session.starts_at
    Session.objects.filter(id=meeting.session.id).update(
        phase=Phase.CLOSED, opened_at=start, closed_at=start + timedelta(minutes=70)
    )
    for name in came:
        Seat.objects.filter(id=meeting.seats[name].id).update(state=Seat.State.ADMITTED)
    return meeting


# A member's home


def test_a_member_finds_the_next_session_first(cast):
    make_meeting(cast, title="Tomorrow", minutes_to_start=60 * 24)
    make_meeting(cast, title="Soon", minutes_to_start=8)
    closed(make_meeting(cast, title="Last week", minutes_to_start=-60 * 24 * 7))
    make_meeting(cast, title="Not mine", seats=("bruno",), minutes_to_start=3)
    page = cast.client("alice").get(HOME)
    assert titles(page) == ["Soon", "Tomorrow", "Last week"]
    words = text(page)
    assert "Hello, Alice-pseudo" in words
    assert "The waiting room is open. It begins in eight minutes." in words
    assert "In this session you are called Heron" in words
    assert "Mariette’s team follows this meeting without taking part." in words


def test_the_door_opens_by_the_clock(cast):
    meeting = make_meeting(cast, minutes_to_start=11)
    door = f'href="/c/mariette/live/{meeting.session.code}/"'
    client = cast.client("alice")
    assert door not in client.get(HOME).content.decode()
    Session.objects.update(starts_at=clock.now() + timedelta(minutes=10))
    assert door in client.get(HOME).content.decode()


def test_nothing_in_a_member_s_home_depends_on_who_observes(cast, meeting):
    client = cast.client("alice")
    before = text(client.get(HOME))
    Assignment.objects.filter(duty=Duty.OBSERVER).update(withdrawn_at=clock.now())
    assert text(client.get(HOME)) == before


def test_a_seat_taken_back_leaves_the_home(cast, meeting):
    actions.take_seat_back(meeting.seats["alice"])
    page = cast.client("alice").get(HOME)
    assert titles(page) == []
    assert "No session for you yet" in text(page)


def test_a_session_never_opened_is_past_when_its_time_is(cast):
    make_meeting(cast, title="Nobody came", minutes_to_start=-76)
    assert "Not held" in text(cast.client("alice").get(HOME))


@pytest.mark.parametrize("who", ["sophie", "oscar", "mona"])
def test_the_team_goes_to_its_desk(cast, who):
    answer = cast.client(who).get(HOME)
    assert (answer.status_code, answer["Location"]) == (302, "/c/mariette/manage/")


@pytest.mark.parametrize("who", ["kim", "tara", "victor", "peter", None])
def test_nobody_else_has_a_home_here(cast, who):
    assert cast.client(who).get(HOME).status_code == 404


# The team's list


def test_each_reads_the_list_of_what_is_theirs(cast, meeting):
    with_tess = make_meeting(cast, title="Without them", minutes_to_start=600)
    Assignment.objects.filter(session=with_tess.session).update(withdrawn_at=clock.now())
    seen = {who: titles(cast.client(who).get(LIST)) for who in ("mona", "sophie", "oscar")}
    assert seen == {
        "mona": ["Bulk buying", "Without them"],
        "sophie": ["Bulk buying"],
        "oscar": ["Bulk buying"],
    }


@pytest.mark.parametrize(
    ("who", "status"), [("alice", 403), ("emma", 403), ("kim", 404), ("tina", 404), ("victor", 404), (None, 404)]
)
def test_the_list_is_the_team_s(cast, meeting, who, status):
    assert cast.client(who).get(LIST).status_code == status


def test_an_observer_plans_nothing(cast, meeting):
    html = cast.client("oscar").get(LIST).content.decode()
    assert [link for link in (NEW, plan_of(meeting.session)) if f'"{link}"' in html] == []
    assert f'href="/c/mariette/live/{meeting.session.code}/"' in html


def heading(page):
    return re.search(r"<h1>(.*?)</h1>", page.content.decode()).group(1).replace("\xa0", " ")


@pytest.mark.parametrize(
    ("minutes", "title"),
    [
        (8, "A room opens in eight minutes"),
        (1, "A room opens in one minute"),
        (-2, "A room is waiting to be opened"),
        (70, "A session is due today at 7:32 pm"),
        (60 * 24, "A session is due tomorrow"),
        (60 * 24 * 12, "The next session is in twelve days"),
        (60 * 24 * 40, "The next session is in 40 days"),
    ],
)
def test_the_title_says_what_matters_now(cast, time_machine, minutes, title):
    time_machine.move_to(THURSDAY, tick=False)
    make_meeting(cast, minutes_to_start=minutes)
    assert heading(cast.client("mona").get(LIST)) == title


@pytest.mark.parametrize(
    ("zone", "headline", "title", "pennant"),
    [
        (
            "Europe/Paris",
            "In two days. The waiting room opens at 12:20 am.",
            "The next session is in two days",
            "2 days",
        ),
        (
            "America/Montreal",
            "It is tomorrow. The waiting room opens at 6:20 pm.",
            "A session is due tomorrow",
            "tomorrow",
        ),
    ],
)
def test_days_are_those_of_the_reader_s_calendar(cast, time_machine, zone, headline, title, pennant):
    """Thursday 18:22 in Paris; the sessions start at 0:30 on Saturday there, on Friday evening in Montreal."""
    time_machine.move_to(THURSDAY, tick=False)
    for name in ("alice", "mona"):
        cast.members[name].person.time_zone = zone
        cast.members[name].person.save()
    for _ in range(2):
        make_meeting(cast, minutes_to_start=30 * 60 + 8)
    words = text(cast.client("alice").get(HOME))
    assert headline in words
    assert words.count(pennant) == 2 + (pennant == "tomorrow")
    assert heading(cast.client("mona").get(LIST)) == title


def test_a_session_of_another_year_shows_it(cast, time_machine):
    time_machine.move_to(THURSDAY, tick=False)
    closed(make_meeting(cast, minutes_to_start=-60 * 24 * 200))
    closed(make_meeting(cast, minutes_to_start=-60 * 24))
    rows = cast.client("mona").get(LIST).content.decode().split('class="berth__day"')[1:]
    assert ["2025" in row.partition("</p>")[0] for row in rows] == [False, True]


def test_the_title_of_a_live_room_and_of_an_empty_sea(cast, meeting):
    Session.objects.update(phase=Phase.LIVE)
    assert heading(cast.client("mona").get(LIST)) == "“Bulk buying” is under way"
    Line.objects.all().delete()
    closed(meeting)
    assert heading(cast.client("mona").get(LIST)) == "No session is planned"


def test_twelve_months_of_flags(cast, time_machine):
    time_machine.move_to(THURSDAY, tick=False)
    for days in (-3, -2, -40, -400):
        closed(make_meeting(cast, minutes_to_start=60 * 24 * days))
    make_meeting(cast, minutes_to_start=60 * 24 * 5)
    html = cast.client("mona").get(LIST).content.decode()
    months = html[html.index('<ol class="months">') :]
    months = months[: months.index("</ol>")]
    flags = [(item.count("<i></i>"), item.count("<i data-plan>")) for item in months.split("<li")[1:]]
    assert flags == [(0, 0)] * 10 + [(1, 0), (2, 1)]
    read = [re.findall(r">([^<>]+)</(?:b|span)>", item) for item in months.split("<li")[1:]]
    assert [item[0].replace("\xa0", " ") for item in read] == ["0"] * 10 + ["1", "2 +1"]
    assert [item[-1] for item in read[-2:]] == ["April: one session", "May: 3 sessions, one of them planned"]
    assert read[0][-1] == "June 2025: no session"
    assert "2 members of 4 were invited in twelve months" in text(cast.client("mona").get(LIST))


def test_a_past_session_leads_to_its_transcript(cast):
    meeting = closed(make_meeting(cast, minutes_to_start=-200))
    page = cast.client("oscar").get(LIST)
    assert f'href="/c/mariette/live/{meeting.session.code}/transcript/"' in page.content.decode()
    assert "1 came of 2" in text(page)


def test_older_sessions_are_on_the_next_page(cast):
    for hours in range(14):
        closed(make_meeting(cast, title=f"Session of {hours}", minutes_to_start=-200 - 60 * hours), came=())
    client = cast.client("mona")
    assert titles(client.get(LIST)) == [f"Session of {hours}" for hours in range(12)]
    assert titles(client.get(f"{LIST}?page=2")) == ["Session of 12", "Session of 13"]


@pytest.mark.parametrize("rows", [1, 3])
@pytest.mark.parametrize(("who", "path", "queries"), [("alice", HOME, 5), ("mona", LIST, 8), ("oscar", LIST, 7)])
def test_lists_cost_the_same_for_one_row_and_for_three(cast, statements, rows, who, path, queries):
    for row in range(rows):
        make_meeting(cast, minutes_to_start=60 * 24 * (row + 1))
        make_meeting(cast, minutes_to_start=5)
        closed(make_meeting(cast, minutes_to_start=-60 * 24 * (row + 1)))
    client = cast.client(who)
    with statements(queries):
        client.get(path)


@pytest.mark.parametrize("rows", [1, 3])
def test_a_plan_costs_the_same_for_one_person_and_for_three(cast, statements, rows):
    meeting = make_meeting(cast, seats=("alice", "bruno", "emma")[:rows])
    for number in range(rows):
        actions.add_guide_item(meeting.session, kind=ItemKind.QUESTION, text=f"Why {number}?")
    client = cast.client("mona")
    with statements(11):
        client.get(plan_of(meeting.session))


def test_times_are_the_session_s_then_the_reader_s(cast, time_machine):
    time_machine.move_to(THURSDAY, tick=False)
    make_meeting(cast, minutes_to_start=8)
    assert "for you" not in text(cast.client("mona").get(LIST))
    cast.mona.person.time_zone = "Indian/Reunion"
    cast.mona.person.save()
    assert "6:30 pm, 1 h 15 min (Paris time, 8:30 pm for you)" in text(cast.client("mona").get(LIST))


# Planning


FIELDS = {
    "title": "Quick suppers",
    "agenda": "What you give up.",
    "day": "2026-05-26",
    "hour": "18:30",
    "time_zone": "Europe/Paris",
    "minutes": "60",
    "doors_minutes": "10",
    "min_seats": "8",
    "max_seats": "12",
}


@pytest.fixture
def may(time_machine):
    time_machine.move_to(THURSDAY, tick=False)


def test_a_zone_is_offered_by_its_city_alone(cast, may):
    def offered():
        html = cast.client("mona").get(NEW).content.decode()
        return dict(re.findall(r'<option value="([A-Z][^"]+)"[^>]*>([^<]+)', html))

    assert (offered()["Europe/Paris"], offered()["America/Montreal"]) == ("Paris", "Toronto")
    cast.mona.person.time_zone = "America/Toronto"
    cast.mona.person.save()
    two = offered()
    assert (two["America/Montreal"], two["America/Toronto"]) == (
        "Toronto (America/Montreal)",
        "Toronto (America/Toronto)",
    )


def test_a_manager_plans_a_session(cast, may):
    answer = cast.client("mona").post(NEW, FIELDS, follow=True)
    session = Session.objects.get()
    assert answer.redirect_chain == [(plan_of(session), 302)]
    assert (session.title, session.starts_at, session.max_seats) == (
        "Quick suppers",
        datetime(2026, 5, 26, 16, 30, tzinfo=UTC),
        12,
    )
    assert "The session is planned. Nobody was told yet." in text(answer)


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"title": ""}, "This field is required."),
        ({"day": "2026-05-13"}, "This moment has passed."),
        (
            {"day": "2027-03-28", "hour": "02:30"},
            "Clocks go forward that night: this time does not exist. Choose another.",
        ),
        ({"max_seats": "7"}, "The maximum is below the minimum."),
        ({"agenda": "a\x00b"}, "Null characters are not allowed."),
        ({"time_zone": "Europe/Atlantis"}, "is not one of the available choices"),
    ],
)
def test_a_form_that_cannot_be_kept_comes_back_with_its_words(cast, may, change, sentence):
    answer = cast.client("mona").post(NEW, {**FIELDS, **change})
    assert (answer.status_code, Session.objects.count()) == (422, 0)
    assert sentence in text(answer)
    if "title" not in change:
        assert 'value="Quick suppers"' in answer.content.decode()


def test_a_time_that_comes_twice_is_the_first_and_is_said(cast, may):
    answer = cast.client("mona").post(NEW, {**FIELDS, "day": "2026-10-25", "hour": "02:30"}, follow=True)
    assert Session.objects.get().starts_at == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
    assert "this time comes twice. The session starts the first time." in text(answer)


def test_other_settings_change_without_moving_a_session_that_has_begun(cast, meeting):
    start = Session.objects.get().starts_at
    client = cast.client("mona")
    Session.objects.update(starts_at=start - timedelta(hours=1))
    shown = client.get(plan_of(meeting.session)).content.decode()
    values = dict(re.findall(r'name="(day|hour)" value="([^"]+)"', shown))
    answer = client.post(plan_of(meeting.session, "change"), {**FIELDS, **values, "title": "Renamed"})
    assert (answer.status_code, answer["Location"]) == (302, f"{plan_of(meeting.session)}#settings")
    session = Session.objects.get()
    assert (session.title, session.starts_at) == ("Renamed", start - timedelta(hours=1))


@pytest.mark.parametrize(
    ("who", "status"), [("oscar", 403), ("alice", 403), ("kim", 404), ("tina", 404), ("tess", 404), (None, 404)]
)
def test_a_plan_is_for_those_who_write_it(cast, meeting, who, status):
    client = cast.client(who)
    answers = [
        client.get(plan_of(meeting.session)).status_code,
        client.post(plan_of(meeting.session, "change"), FIELDS).status_code,
        client.post(plan_of(meeting.session, "seats/give"), {"members": [cast.chloe.public_id]}).status_code,
        client.post(plan_of(meeting.session, "guide/add"), {"kind": "message", "text": "x", "minutes": 0}).status_code,
    ]
    assert answers == [status] * 4
    assert Session.objects.get().title == "Bulk buying"


def test_a_moderator_without_a_duty_in_it_finds_no_plan(cast, meeting):
    Assignment.objects.filter(membership=cast.sophie).update(withdrawn_at=clock.now())
    assert cast.client("sophie").get(plan_of(meeting.session)).status_code == 404


def test_seats_are_given_by_choosing_members(cast, meeting):
    client = cast.client("sophie")
    assert "Choose at least one member." in text(client.post(plan_of(meeting.session, "seats/give"), follow=True))
    chosen = {"members": [cast.chloe.public_id, cast.emma.public_id]}
    assert "The seats are given" in text(client.post(plan_of(meeting.session, "seats/give"), chosen, follow=True))
    names = {name for name, _ in Seat.objects.values_list("membership__pseudonym", "alias")}
    assert names == {f"{name}-pseudo" for name in ("Alice", "Bruno", "Chloe", "Emma")}
    strangers = {"members": [cast.tara.public_id, cast.mona.public_id]}
    client.post(plan_of(meeting.session, "seats/give"), strangers)
    assert Seat.objects.count() == 4


def test_a_seat_is_taken_back_by_its_button(cast, meeting):
    client = cast.client("mona")
    url = plan_of(meeting.session, f"seats/{meeting.seats['alice'].code}/take-back")
    assert "Heron no longer has a seat." in text(client.post(url, follow=True))
    assert "This seat was already taken back." in text(client.post(url, follow=True))
    assert client.get(url).status_code == 405
    assert client.post(plan_of(meeting.session, "seats/nothing/take-back")).status_code == 404


def test_observers_come_and_go(cast, meeting):
    client = cast.client("mona")
    gone = client.post(plan_of(meeting.session, f"duties/{meeting.assignments['oscar'].code}/withdraw"), follow=True)
    assert "Oscar-pseudo is no longer part" in text(gone)
    url = plan_of(meeting.session, "duties/assign")
    back = client.post(url, {"member": cast.oscar.public_id, "duty": "observer"}, follow=True)
    assert "Oscar-pseudo is now part" in text(back)
    member = client.post(url, {"member": cast.chloe.public_id, "duty": "observer"}, follow=True)
    assert "Only observers and managers can observe." in text(member)
    assert "Choose somebody." in text(client.post(url, {"member": "x", "duty": "observer"}, follow=True))


def test_a_moderator_who_leaves_goes_back_to_the_list(cast, meeting):
    url = plan_of(meeting.session, f"duties/{meeting.assignments['sophie'].code}/withdraw")
    assert cast.client("sophie").post(url)["Location"] == LIST


def test_the_guide_is_written_without_script(cast, meeting):
    client, session = cast.client("sophie"), meeting.session
    GuideItem.objects.all().delete()
    for words in ("First", "Second"):
        client.post(plan_of(session, "guide/add"), {"kind": "question", "text": words, "minutes": 40, "must_ask": "on"})
    first, second = GuideItem.objects.order_by("position")
    client.post(plan_of(session, f"guide/{second.code}/move"), {"direction": "up"})
    client.post(
        plan_of(session, f"guide/{first.code}/edit"),
        {"item-text": "First, rewritten", "item-minutes": 30, "item-must_ask": ""},
    )
    page = client.get(plan_of(session, f"?item={first.code}"))
    assert "First, rewritten</textarea>" in page.content.decode()
    assert "70 of 75 min" in text(page)
    client.post(plan_of(session, f"guide/{second.code}/remove"))
    assert list(GuideItem.objects.values_list("text", "minutes", "must_ask")) == [("First, rewritten", 30, False)]


def test_a_refused_item_keeps_what_was_typed(cast, meeting):
    client, item = cast.client("sophie"), meeting.items[1]
    new = client.post(plan_of(meeting.session, "guide/add"), {"kind": "question", "text": "Kept?", "minutes": 999})
    assert (new.status_code, "Kept?</textarea>" in new.content.decode()) == (422, True)
    edited = client.post(
        plan_of(meeting.session, f"guide/{item.code}/edit"), {"item-text": "Kept too?", "item-minutes": 999}
    )
    assert (edited.status_code, "Kept too?</textarea>" in edited.content.decode()) == (422, True)


def test_what_was_sent_is_shown_as_sent(cast, meeting):
    item = meeting.items[1]
    Line.objects.create(session=meeting.session, seq=1, kind="launched", item=item.code, at=clock.now())
    client = cast.client("sophie")
    edit = plan_of(meeting.session, f"guide/{item.code}/edit")
    answer = client.post(edit, {"item-text": "Other", "item-minutes": 5}, follow=True)
    assert "This item was already sent: it stays as it was read." in text(answer)
    assert f"guide/{item.code}/move" not in client.get(plan_of(meeting.session)).content.decode()


def test_a_guide_too_long_says_so(cast, meeting):
    actions.add_guide_item(meeting.session, kind=ItemKind.QUESTION, text="Long", minutes=70)
    words = text(cast.client("mona").get(plan_of(meeting.session)))
    assert "90 of 75 min" in words
    assert "15 minutes too many" in words


def test_the_constant_sentence_is_shown_and_is_no_field(cast, meeting):
    html = cast.client("mona").get(plan_of(meeting.session)).content.decode()
    area = re.search(r"<textarea[^>]*readonly[^>]*>([^<]*)</textarea>", html)
    assert area.group(1) == "Mariette’s team follows this meeting without taking part."
    assert "name=" not in area.group(0)


def test_a_closed_plan_is_only_read(cast, meeting):
    closed(meeting)
    client = cast.client("mona")
    html = client.get(plan_of(meeting.session)).content.decode()
    main = html[html.index("<main") :]
    assert re.findall(r'action="([^"]+)"', main[: main.index("</main>")]) == [plan_of(meeting.session, "change")]
    answer = client.post(plan_of(meeting.session, "change"), {**FIELDS, "day": "2036-05-26"})
    assert "This session is closed: its plan no longer changes." in text(answer)


def test_a_suspended_person_is_offered_nowhere(cast, meeting):
    suspend(cast.chloe)
    html = cast.client("mona").get(plan_of(meeting.session)).content.decode()
    assert (cast.chloe.public_id in html, cast.emma.public_id in html) == (False, True)


@pytest.mark.parametrize("path", [LIST, NEW, "plan", "transcript"])
def test_staff_without_a_second_factor_read_nothing(cast, meeting, path):
    path = {"plan": plan_of(meeting.session), "transcript": f"/c/mariette/live/{meeting.session.code}/transcript/"}.get(
        path, path
    )
    answer = cast.client("mona", second_factor=False).get(path)
    assert answer.status_code == 302
    assert "second-factor" in answer["Location"] or "next=" in answer["Location"]


HOSTILE = "<script>alert(1)</script>\"'{{7*7}}"


def test_words_are_words(cast):
    meeting = make_meeting(cast, title=HOSTILE)
    Seat.objects.filter(id=meeting.seats["alice"].id).update(alias=HOSTILE[:40])
    actions.add_guide_item(meeting.session, kind=ItemKind.MESSAGE, text=HOSTILE)
    for who, path in (("alice", HOME), ("mona", LIST), ("mona", plan_of(meeting.session))):
        html = cast.client(who).get(path).content.decode()
        assert "<script>alert" not in html
        assert "&lt;script&gt;alert(1)" in html
