"""`vigie verify` finds each broken promise, and nothing in a whole database."""

import pytest
from django.db import connection
from django_scopes import scopes_disabled

from tests import cast as people
from tests.rights.stage import open_meeting
from vigie.backroom import actions as back
from vigie.backroom.models import BackRoom, Remark
from vigie.communities.models import Community
from vigie.live.actions import room
from vigie.live.models import Assignment, Line, Seat, Session, SideLine, SideLog
from vigie.verify import verify

pytestmark = [pytest.mark.both, pytest.mark.django_db]


@pytest.fixture
def meeting():
    """A session with lines, an instruction reached, and two remarks."""
    cast = people.make_cast()
    meeting = open_meeting(cast)
    with scopes_disabled():
        room.launch(meeting.place(cast, "sophie"), meeting.items[2].code)
        for text in ("Ask her why.", "And when?"):
            back.remark(meeting.place(cast, "oscar"), text=text)
        meeting.cast = cast
        yield meeting


def test_a_whole_database_has_nothing_to_say(meeting):
    assert list(verify()) == []


def broken(meeting, harm) -> list[str]:
    harm()
    return list(verify())


def test_a_seat_that_nobody_has(meeting):
    mariette = meeting.cast.mariette

    def harm():
        Community.objects.filter(id=mariette.id).update(seats_taken=9)

    assert broken(meeting, harm) == [f"I8: community {mariette.id} counts 9 seats, and 4 are taken"]


def test_a_line_that_is_gone(meeting):
    session = meeting.session.id
    wrong = broken(meeting, lambda: Line.objects.filter(session_id=session, seq=5).delete())
    assert wrong == [f"I2: session {session} counts 5, and holds 4 lines from 1 to 4"]


def test_a_hole_in_the_middle(meeting):
    session = meeting.session.id
    wrong = broken(meeting, lambda: Line.objects.filter(session_id=session, seq=3).delete())
    assert wrong[0] == f"I2: session {session} counts 5, and holds 4 lines from 1 to 5"
    assert wrong[1].startswith(f"I3: session {session} cannot be told again: ")


def test_a_counter_that_ran_ahead(meeting):
    session = meeting.session.id
    wrong = broken(meeting, lambda: Session.objects.filter(id=session).update(last_seq=6))
    assert wrong == [f"I2: session {session} counts 6, and holds 5 lines from 1 to 5"]


def test_a_side_log_and_a_back_room_that_lost_a_line(meeting):
    log, block = SideLog.objects.get().id, BackRoom.objects.get().id

    def harm() -> None:
        SideLine.objects.all().delete()
        Remark.objects.filter(seq=1).delete()

    assert broken(meeting, harm) == [
        f"I2: side log {log} counts 1, and holds 0 lines from 1 to 0",
        f"I2: back room {block} counts 2, and holds 1 lines from 2 to 2",
    ]


def test_a_phase_or_a_seat_that_the_log_does_not_tell(meeting):
    session, bruno = meeting.session.id, meeting.seats["bruno"].code

    def harm() -> None:
        Session.objects.filter(id=session).update(phase="closed")
        Seat.objects.filter(code=bruno).update(state="admitted")

    assert broken(meeting, harm) == [
        f"I3: session {session} is closed, its log says live",
        f"I3: seat {bruno} is admitted, its log says invited",
    ]


def test_a_seat_taken_back_before_it_was_used_is_no_contradiction(meeting):
    from vigie.live import actions

    actions.take_seat_back(Seat.objects.select_related("session__community").get(code=meeting.seats["bruno"].code))
    assert list(verify()) == []


def test_a_row_that_joins_two_communities(meeting):
    alice, sophie = meeting.seats["alice"].code, meeting.assignments["sophie"].code

    def harm() -> None:
        Seat.objects.filter(code=alice).update(membership=meeting.cast.members["tara"])
        Assignment.objects.filter(code=sophie).update(membership=meeting.cast.members["tess"])

    assert broken(meeting, harm) == [
        f"I12: seat {alice} joins two communities",
        f"I12: assignment {sophie} joins two communities",
    ]


def test_a_remark_by_somebody_of_another_session(meeting):
    other = people.make_meeting(meeting.cast, title="Quick suppers")
    block = BackRoom.objects.get().id
    wrong = broken(meeting, lambda: Remark.objects.filter(seq=2).update(author=other.assignments["oscar"]))
    assert wrong == [f"I12: remark 2 of back room {block} was written by somebody of another session"]


@pytest.mark.skipif(connection.vendor != "sqlite", reason="a server checks its own keys")
def test_a_key_that_points_nowhere(tmp_path):
    """In a file of its own: the suite's database refuses such a row."""
    import sqlite3

    from tests.commands.conftest import Operator

    operator = Operator(tmp_path)
    assert operator.vigie("migrate")[0] == 0
    with sqlite3.connect(tmp_path / "vigie.sqlite3") as database:
        database.execute("PRAGMA foreign_keys=OFF")
        database.execute("INSERT INTO backroom_backroom (session_id, last_seq) VALUES (77, 0)")
    status, said, _ = operator.vigie("verify")
    assert (status, said) == (1, "a foreign key points nowhere\n1 broken\n")
