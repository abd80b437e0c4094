"""The team's desk: what waits, what is late first, and who is shown what."""

import re
from datetime import timedelta

import pytest
from django_scopes import scope

from tests.cast import Cast, make_meeting
from tests.communities.opening import answered, founded
from tests.live.test_sessions_pages import closed, text
from vigie.communities.access import Role
from vigie.communities.actions import grant_membership, opening
from vigie.core import clock
from vigie.live.models import Assignment, Session
from vigie.live.protocol.state import Phase

DESK = "/c/mariette/manage/"
DAY = 60 * 24


@pytest.fixture(autouse=True)
def mariette(cast: Cast):
    with scope(community=cast.mariette):
        yield


def waiting(page) -> list[tuple[bool, str]]:
    """Each line: is it late, and what it says."""
    lines = re.findall(r"<li( data-late)?><span class=\"watch__m\">.*?<b>(.*?)</b>", page.content.decode(), re.DOTALL)
    return [(bool(late), title) for late, title in lines]


def test_the_team_arrives_at_its_desk(cast: Cast):
    for who in ("mona", "sophie", "oscar"):
        assert cast.client(who).get("/c/mariette/")["Location"] == DESK
    assert cast.client("alice").get(DESK).status_code == 403
    assert cast.client("kim").get(DESK).status_code == 404


def test_a_plan_that_lacks_something_is_named_with_the_way_to_mend_it(cast: Cast):
    meeting = make_meeting(cast, title="Half planned", minutes_to_start=3 * DAY)
    Assignment.objects.filter(session=meeting.session, duty="moderator").delete()
    meeting.session.guide.all().delete()
    page = cast.client("mona").get(DESK)
    assert waiting(page)[1:] == [
        (False, "Find a moderator for “Half planned”"),
        (False, "Give seats in “Half planned”"),
        (False, "Write the guide of “Half planned”"),
    ]
    assert page.content.decode().count(f'href="/c/mariette/manage/live/{meeting.session.code}/"') >= 4
    assert "2 invited, 8 people needed. It begins in 3 days." in text(page)


def test_the_last_day_makes_it_late_and_late_comes_first(cast: Cast):
    make_meeting(cast, title="In three days", minutes_to_start=3 * DAY)
    make_meeting(cast, title="Tonight", minutes_to_start=300)
    forgotten = make_meeting(cast, title="Forgotten", minutes_to_start=-200)
    Session.objects.filter(id=forgotten.session.id).update(phase=Phase.LIVE, opened_at=forgotten.session.starts_at)
    make_meeting(cast, title="Missed", minutes_to_start=-2 * DAY)
    found = [one for one in waiting(cast.client("mona").get(DESK)) if one[1] != "Publish a charter"]
    assert found == [
        (True, "“Missed” was not held"),
        (True, "Close “Forgotten”"),
        (True, "Give seats in “Tonight”"),
        (False, "Give seats in “In three days”"),
    ]


def test_an_observer_sees_what_they_watch_and_is_asked_nothing(cast: Cast):
    mine = make_meeting(cast, title="Mine", minutes_to_start=3 * DAY)
    other = make_meeting(cast, title="Not mine", minutes_to_start=2 * DAY)
    Assignment.objects.filter(session=other.session, membership=cast.oscar).delete()
    page = cast.client("oscar").get(DESK)
    words = text(page)
    assert (waiting(page), "Mine" in words, "Not mine" in words) == ([], True, False)
    assert f"/manage/live/{mine.session.code}/" not in page.content.decode()
    assert "/manage/history/" not in page.content.decode()


def test_a_moderator_is_asked_for_their_own_sessions_alone(cast: Cast):
    make_meeting(cast, title="Mine", minutes_to_start=3 * DAY)
    other = make_meeting(cast, title="Not mine", minutes_to_start=2 * DAY)
    Assignment.objects.filter(session=other.session, membership=cast.sophie).delete()
    assert waiting(cast.client("sophie").get(DESK)) == [(False, "Give seats in “Mine”")]


def test_the_next_session_leads_to_its_plan_then_to_its_door(cast: Cast):
    meeting = make_meeting(cast, title="Soon", minutes_to_start=50)
    client = cast.client("mona")
    page = client.get(DESK).content.decode()
    assert "<vg-countdown" in page
    assert f'/c/mariette/live/{meeting.session.code}/"' not in page
    Session.objects.update(starts_at=clock.now() + timedelta(minutes=5))
    page = client.get(DESK)
    assert "Waiting room open" in text(page)
    assert f'/c/mariette/live/{meeting.session.code}/"' in page.content.decode()


def test_what_was_held_this_week_leads_to_its_transcript(cast: Cast):
    meeting = closed(make_meeting(cast, title="Held", minutes_to_start=-300))
    page = cast.client("mona").get(DESK)
    assert f"/c/mariette/live/{meeting.session.code}/transcript/" in page.content.decode()
    assert "1 came of 2" in text(page)


def test_figures_are_told_and_what_is_not_measured_is_said(cast: Cast):
    words = text(cast.client("mona").get(DESK))
    assert "4 seats of 400 are taken." in words
    assert "Not measured yet" in words
    assert "0 members of 4 were invited within twelve months." in words


def test_before_the_doors_open_the_steps_wait(cast: Cast):
    founded(cast=cast, slug="ponton", name="Le Ponton")
    page = cast.client("mona").get("/c/ponton/manage/")
    assert [title for _, title in waiting(page)] == [
        "Give the community an objective",
        "Write the charter",
        "Say who pays",
        "Write the privacy notice",
        "Give a contact address",
    ]


def test_a_charter_not_accepted_waits_then_is_late(cast: Cast, time_machine):
    time_machine.move_to(clock.now(), tick=False)
    actor = answered(founded(cast=cast))
    opening.open_community(actor)
    grant_membership(actor.community, cast.alice.person, pseudonym="Algue", role=Role.MEMBER)
    client = cast.client("mona")
    assert waiting(client.get("/c/phare/manage/")) == [(False, "1 member has not accepted the charter")]
    time_machine.shift(timedelta(days=15))
    assert waiting(cast.client("mona").get("/c/phare/manage/")) == [(True, "1 member has not accepted the charter")]


@pytest.mark.both
@pytest.mark.parametrize("rows", [1, 3])
@pytest.mark.parametrize(("who", "reads"), [("mona", 10), ("sophie", 6), ("oscar", 6)])
def test_a_desk_costs_the_same_for_one_row_and_for_three(cast: Cast, statements, rows: int, who: str, reads: int):
    for row in range(rows):
        make_meeting(cast, minutes_to_start=DAY * (row + 1))
        closed(make_meeting(cast, minutes_to_start=-300 - row))
    client = cast.client(who)
    with statements(reads):
        client.get(DESK)
