"""The demo's community: alive at once, the same when asked again, repaired when its hour has passed."""

from datetime import timedelta

import pytest
import time_machine
from django_scopes import scope

from vigie.backroom.models import Remark
from vigie.communities.models import Membership
from vigie.core import clock
from vigie.demo import plans, script
from vigie.demo.seed import seed_demo, session_of_the_evening
from vigie.live.models import Line, Seat, Session
from vigie.live.protocol.state import Phase


@pytest.fixture
def community(db):
    return seed_demo()


def counts(community):
    with scope(community=community):
        return [kind.objects.count() for kind in (Membership, Session, Seat, Line, Remark)]


def test_there_are_members_a_team_and_three_sessions(community):
    members, sessions, seats, lines, remarks = counts(community)
    assert (members, sessions, seats) == (29, 3, 29)
    assert lines == sum(act.does not in {"remark", "admit"} for act in script.read("caisse-express")) + 10
    assert remarks == 12


def test_asking_again_changes_nothing(community):
    before = counts(community)
    assert seed_demo() == community
    assert counts(community) == before


def test_the_past_session_is_closed_and_every_line_has_its_hour(community):
    with scope(community=community):
        past = Session.objects.get(title="Caisse express")
        lines = list(Line.objects.filter(session=past).order_by("seq"))
    assert past.phase == Phase.CLOSED
    assert past.starts_at < clock.now() - timedelta(days=18)
    assert [line.seq for line in lines] == list(range(1, len(lines) + 1))
    assert [line.at for line in lines] == sorted(line.at for line in lines)
    assert past.starts_at <= lines[0].at <= lines[-1].at <= past.ends_at


def test_answers_and_reactions_stand_where_the_play_puts_them(community):
    with scope(community=community):
        past = Session.objects.get(title="Caisse express")
        lines = {line.seq: line for line in Line.objects.filter(session=past)}
        answer = next(line for line in lines.values() if line.text.startswith("Paprika, si la machine"))
        assert lines[answer.target].text.startswith("Quand la lumière passe au rouge")
        quoted = Remark.objects.get(text__startswith="Nos chiffres de samedi")
        assert "200 déblocages" in lines[quoted.quote].text
        assert all(line.item for line in lines.values() if line.kind == "said" and line.seq > 25)


def test_names_of_the_evening_are_nobody_s_pseudonym(community):
    with scope(community=community):
        pseudonyms = set(Membership.objects.values_list("pseudonym", flat=True))
        assert not pseudonyms & set(Seat.objects.values_list("alias", flat=True))


def test_a_waiting_room_is_open_now_with_ten_seats_and_a_guide(community):
    session = session_of_the_evening(community)
    with scope(community=community):
        assert session.guide.count() == 8
        assert session.seats.count() == 10
    assert session.doors_at <= clock.now() < session.starts_at


def test_the_next_day_the_waiting_room_is_open_again(community):
    first = session_of_the_evening(community)
    with time_machine.travel(clock.now() + timedelta(days=1), tick=False):
        seed_demo()
        again = session_of_the_evening(community)
        assert again.id == first.id
        assert again.doors_at <= clock.now() < again.starts_at


@pytest.mark.parametrize("phase", [Phase.CLOSING, Phase.CLOSED])
def test_after_the_session_is_over_a_new_one_waits(community, phase):
    with scope(community=community):
        Session.objects.filter(title=plans.VRAC.title).update(phase=phase)
    fresh = session_of_the_evening(community)
    assert fresh.phase == Phase.PLANNED
    assert fresh.doors_at <= clock.now() < fresh.starts_at


def test_doors_lead_to_the_session_that_runs(community):
    first = session_of_the_evening(community)
    with scope(community=community):
        Session.objects.filter(id=first.id).update(phase=Phase.LIVE)
    assert session_of_the_evening(community).id == first.id


def test_next_week_s_session_is_always_ahead(community):
    with time_machine.travel(clock.now() + timedelta(days=30), tick=False):
        seed_demo()
        with scope(community=community):
            assert Session.objects.get(title=plans.RAYON.title).starts_at > clock.now()


@pytest.mark.parametrize("line", ["00:10 Sophie", "0:10 Sophie: a", "00:20 Sophie * x\n00:10 Sophie * y", "hello"])
def test_a_play_with_a_mistake_is_refused_with_its_line(tmp_path, monkeypatch, line):
    (tmp_path / "bad.txt").write_text(line, encoding="utf-8")
    monkeypatch.setattr(script, "STORIES", tmp_path)
    with pytest.raises(ValueError, match="bad, line"):
        list(script.read("bad"))
