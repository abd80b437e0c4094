"""Planning: what is kept, what is refused, and what the history says of it."""

from datetime import date, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from django_scopes import scope

from vigie.accounts.queries import revocation_tick
from vigie.communities.access import Role
from vigie.communities.actions import change_role, suspend
from vigie.communities.models import Membership
from vigie.core import clock
from vigie.core.errors import Denied, NotVisible, Refused
from vigie.facts.models import Entry
from vigie.live import actions, aliases, hints
from vigie.live.forms import NoSuchTime, instant
from vigie.live.models import Assignment, GuideItem, Line, Seat, Session, SideLine, SideLog
from vigie.live.protocol.state import Duty, ItemKind, Phase


def plan(cast, who="mona", **changes):
    settings = {
        "title": "Quick suppers",
        "agenda": "What you give up.",
        "starts_at": clock.now() + timedelta(days=3),
        "time_zone": "Europe/Paris",
        "minutes": 60,
    }
    return actions.plan_session(cast.actor(who), **{**settings, **changes})


@pytest.fixture
def session(cast):
    return plan(cast)


@pytest.fixture(autouse=True)
def mariette(request):
    """Tests read rows as a page does: inside the community."""
    if "cast" not in request.fixturenames:
        yield
        return
    with scope(community=request.getfixturevalue("cast").mariette):
        yield


def refused(call, *args, **kwargs):
    with pytest.raises(Refused) as caught:
        call(*args, **kwargs)
    assert str(caught.value.message)
    return caught.value.code


def history(name):
    return [entry.data for entry in Entry.objects.filter(name=f"live.{name}").order_by("id")]


@pytest.fixture
def heard():
    """The sessions that open rooms were told to read again."""
    told = []
    stop = hints.listen(lambda session_id, what: told.append((session_id, what)))
    yield told
    stop()


# The session


def test_a_manager_plans_the_next_session_of_the_community(cast):
    first, second = plan(cast), plan(cast, title="  Bulk buying ")
    assert [first.number, second.number] == [1, 2]
    assert second.title == "Bulk buying"
    assert [second.phase, second.last_seq, second.min_seats, second.max_seats] == [Phase.PLANNED, 0, 8, 16]
    assert history("SessionPlanned") == [{"session": first.id}, {"session": second.id}]
    assert Assignment.objects.count() == 0


def test_a_moderator_who_plans_moderates(cast):
    session = plan(cast, "sophie")
    assert list(Assignment.objects.values_list("session", "membership", "duty")) == [
        (session.id, cast.sophie.id, Duty.MODERATOR)
    ]


def test_two_communities_number_their_sessions_apart(cast):
    plan(cast)
    assert plan(cast, "tina").number == 1


@pytest.mark.parametrize("who", ["alice", "emma", "oscar"])
def test_who_may_not_plan_is_told_so(cast, who):
    with pytest.raises(Denied):
        plan(cast, who)
    assert Session.objects.count() == 0


def test_a_candidate_learns_nothing(cast):
    with pytest.raises(NotVisible):
        plan(cast, "kim")


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"title": "  "}, "no_title"),
        ({"title": "\u200b"}, "no_title"),
        ({"title": "x" * 81}, "title_too_long"),
        ({"agenda": "x" * 2001}, "agenda_too_long"),
        ({"agenda": "a\x00b"}, "unstorable"),
        ({"time_zone": "Europe/Atlantis"}, "no_such_zone"),
        ({"time_zone": "../../etc/passwd"}, "no_such_zone"),
        ({"time_zone": ""}, "no_such_zone"),
        ({"minutes": 4}, "bad_length"),
        ({"minutes": 481}, "bad_length"),
        ({"doors_minutes": 31}, "bad_doors"),
        ({"min_seats": 9, "max_seats": 8}, "bad_seats"),
        ({"min_seats": 0}, "bad_seats"),
        ({"answer_limit": 0}, "bad_limits"),
    ],
)
def test_settings_that_cannot_be_kept(cast, change, code):
    assert refused(plan, cast, **change) == code
    assert Session.objects.count() == 0


def test_settings_change_until_the_session_is_closed(cast, session, heard, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        actions.change_session(session, actor=cast.actor("mona"), title="Suppers", max_seats=12)
    assert heard == [(session.id, "plan")]
    assert list(Session.objects.values_list("title", "max_seats", "agenda")) == [("Suppers", 12, "What you give up.")]
    assert (session.title, session.max_seats) == ("Suppers", 12)
    assert history("SessionChanged") == [{"session": session.id, "items": 0}]
    Session.objects.update(phase=Phase.CLOSED)
    assert refused(actions.change_session, session, title="Never") == "closed"
    assert Session.objects.get().title == "Suppers"


def test_only_settings_are_settings(cast, session):
    for name in ("phase", "last_seq", "community", "code"):
        with pytest.raises(TypeError):
            actions.change_session(session, **{name: "x"})


def test_a_moderator_changes_only_what_they_moderate(cast, session):
    with pytest.raises(NotVisible):
        actions.change_session(session, actor=cast.actor("sophie"), title="Mine")
    actions.assign(session, cast.sophie, Duty.MODERATOR)
    actions.change_session(session, actor=cast.actor("sophie"), title="Mine")
    assert Session.objects.get().title == "Mine"


def test_another_community_s_manager_sees_nothing(cast, session):
    with pytest.raises(NotVisible):
        actions.change_session(session, actor=cast.actor("tina"), title="Theirs")


# Seats


def test_a_seat_has_a_name_drawn_for_this_session(cast, session):
    seats = [actions.give_seat(session, cast.members[name]) for name in ("alice", "bruno", "emma")]
    assert len({seat.alias for seat in seats}) == 3
    assert all(seat.alias in aliases.NAMES["fr"] for seat in seats)
    assert [seat.state for seat in seats] == [Seat.State.INVITED] * 3
    assert history("SeatGiven") == [
        {"session": session.id, "seat": seat.code, "membership": seat.membership_id} for seat in seats
    ]


def test_everybody_has_a_different_name_even_when_names_run_out(cast, session):
    drawn = set()
    for _ in range(150):
        drawn.add(aliases.draw_alias("en", pseudonym="Mimosa", used=drawn))
    assert len(drawn) == 150
    assert "Teal 2" in drawn


@pytest.mark.parametrize("pseudonym", ["Heron", "heron", "Heron42"])
def test_a_name_never_hides_in_the_pseudonym(pseudonym):
    names = set(aliases.NAMES["en"]) - {"Heron", "Slate"}
    assert aliases.draw_alias("en", pseudonym=pseudonym, used=names) == "Slate"


def test_a_name_is_no_other_member_s_pseudonym_while_there_is_a_choice():
    names = set(aliases.NAMES["en"]) - {"Heron", "Slate"}
    assert aliases.draw_alias("en", pseudonym="X", used=names, pseudonyms={"heron"}) == "Slate"
    assert aliases.draw_alias("en", pseudonym="X", used=names | {"Slate"}, pseudonyms={"heron"}) == "Heron"


@pytest.mark.parametrize("who", ["sophie", "oscar", "mona", "kim"])
def test_only_members_and_experts_take_a_seat(cast, session, who):
    assert refused(actions.give_seat, session, cast.members[who]) == "not_a_member"


def test_a_seat_is_given_once(cast, session):
    actions.give_seat(session, cast.alice)
    assert refused(actions.give_seat, session, cast.alice) == "already_invited"
    assert Seat.objects.count() == 1


def test_nobody_of_another_community_or_suspended_is_given_a_seat(cast, session):
    suspend(cast.bruno)
    assert refused(actions.give_seat, session, cast.bruno) == "not_here"
    assert refused(actions.give_seat, session, cast.tara) == "not_here"


def test_a_chosen_name_must_be_free_and_must_hide_the_person(cast, session):
    assert actions.give_seat(session, cast.bruno, alias=" Slate ").alias == "Slate"
    assert refused(actions.give_seat, session, cast.alice, alias="slate") == "alias_taken"
    assert refused(actions.give_seat, session, cast.alice, alias="alice-PSEUDO") == "alias_is_pseudonym"
    assert refused(actions.give_seat, session, cast.alice, alias=" ") == "bad_alias"
    assert refused(actions.give_seat, session, cast.alice, alias="x" * 41) == "bad_alias"


def test_whoever_had_a_duty_takes_no_seat(cast, session):
    assignment = actions.assign(session, cast.oscar, Duty.OBSERVER)
    actions.withdraw(assignment)
    change_role(cast.oscar, Role.MEMBER)
    assert refused(actions.give_seat, session, cast.oscar) == "has_duty"


def test_all_seats_are_given_or_none(cast, session):
    assert refused(actions.give_seats, session, [cast.alice, cast.oscar, cast.bruno]) == "not_a_member"
    assert Seat.objects.count() == 0
    actions.give_seats(session, Membership.objects.filter(role=Role.MEMBER), actor=cast.actor("mona"))
    assert {seat.membership_id for seat in Seat.objects.all()} == {cast.alice.id, cast.bruno.id, cast.chloe.id}


def test_a_seat_taken_back_closes_the_door_and_may_be_given_again(cast, session):
    seat = actions.give_seat(session, cast.alice)
    tick = revocation_tick()
    actions.take_seat_back(seat, actor=cast.actor("mona"))
    assert revocation_tick() == tick + 1
    assert Seat.objects.get().state == Seat.State.REMOVED
    assert refused(actions.take_seat_back, seat) == "already_gone"
    assert history("SeatTakenBack") == [{"session": session.id, "seat": seat.code, "membership": cast.alice.id}]
    again = actions.give_seat(session, cast.alice)
    assert (again.id, again.code, again.alias, again.state) == (seat.id, seat.code, seat.alias, Seat.State.INVITED)
    actions.take_seat_back(again)
    assert actions.give_seat(session, cast.alice, alias="Heron").alias == "Heron"


def test_who_is_in_the_room_leaves_by_its_moderator_only(cast, session):
    seat = actions.give_seat(session, cast.alice)
    Seat.objects.update(state=Seat.State.ADMITTED)
    assert refused(actions.take_seat_back, seat) == "already_in"


def test_who_was_removed_from_the_room_is_not_invited_again(cast, session):
    seat = actions.give_seat(session, cast.alice)
    Line.objects.create(session=session, seq=1, kind="removed", item=seat.code, at=clock.now())
    Seat.objects.update(state=Seat.State.REMOVED)
    assert refused(actions.give_seat, session, cast.alice) == "was_removed"


# Duties


def test_duties_go_with_roles(cast, session):
    actions.assign(session, cast.sophie, Duty.MODERATOR, actor=cast.actor("mona"))
    actions.assign(session, cast.oscar, Duty.OBSERVER)
    actions.assign(session, cast.mona, Duty.OBSERVER)
    assert set(Assignment.objects.values_list("membership", "duty")) == {
        (cast.sophie.id, "moderator"),
        (cast.oscar.id, "observer"),
        (cast.mona.id, "observer"),
    }
    assert [fact["duty"] for fact in history("DutyAssigned")] == ["moderator", "observer", "observer"]
    assert refused(actions.assign, session, cast.oscar, Duty.OBSERVER) == "has_duty"


@pytest.mark.parametrize(
    ("who", "duty", "code"),
    [
        ("mona", Duty.MODERATOR, "not_a_moderator"),
        ("oscar", Duty.MODERATOR, "not_a_moderator"),
        ("alice", Duty.MODERATOR, "not_a_moderator"),
        ("sophie", Duty.OBSERVER, "not_an_observer"),
        ("alice", Duty.OBSERVER, "not_an_observer"),
        ("kim", Duty.OBSERVER, "not_an_observer"),
        ("tom", Duty.OBSERVER, "not_here"),
    ],
)
def test_duties_that_are_refused(cast, session, who, duty, code):
    assert refused(actions.assign, session, cast.members[who], duty) == code
    assert Assignment.objects.count() == 0


def test_whoever_had_a_seat_never_observes(cast, session):
    actions.take_seat_back(actions.give_seat(session, cast.alice))
    change_role(cast.alice, Role.OBSERVER)
    assert refused(actions.assign, session, cast.alice, Duty.OBSERVER) == "had_seat"


def test_a_moderator_does_not_take_a_session_for_themselves(cast, session):
    with pytest.raises(NotVisible):
        actions.assign(session, cast.sophie, Duty.MODERATOR, actor=cast.actor("sophie"))


def test_a_duty_withdrawn_is_gone_at_once_and_written_for_ever(cast, session):
    assignment = actions.assign(session, cast.oscar, Duty.OBSERVER)
    tick = revocation_tick()
    actions.withdraw(assignment, actor=cast.actor("mona"))
    assert revocation_tick() == tick + 1
    assert Assignment.objects.count() == 0
    assert Assignment.ever.get().withdrawn_at is not None
    assert refused(actions.withdraw, assignment) == "already_gone"
    again = actions.assign(session, cast.oscar, Duty.OBSERVER)
    assert again.code == assignment.code
    assert Assignment.objects.count() == 1
    assert [fact["assignment"] for fact in history("DutyWithdrawn")] == [assignment.code]


# The guide


@pytest.fixture
def guide(session):
    kinds = [ItemKind.MESSAGE, ItemKind.QUESTION, ItemKind.INSTRUCTION, ItemKind.QUESTION]
    return [
        actions.add_guide_item(session, kind=kind, text=f"Item {number}", minutes=number)
        for number, kind in enumerate(kinds, 1)
    ]


def texts():
    return list(GuideItem.objects.order_by("position").values_list("text", flat=True))


def send(session, item):
    if item.kind == ItemKind.INSTRUCTION:
        log = SideLog.objects.create(session=session, name="staff")
        SideLine.objects.create(log=log, seq=1, kind="instruction", item=item.code, at=clock.now())
    else:
        Line.objects.create(session=session, seq=1, kind="launched", item=item.code, at=clock.now())


def test_items_come_one_after_the_other(session, guide):
    assert texts() == ["Item 1", "Item 2", "Item 3", "Item 4"]
    assert history("SessionChanged")[-1] == {"session": session.id, "items": 4}


def test_items_move_by_one_and_stop_at_the_ends(cast, guide):
    actions.move_guide_item(guide[3], "up", actor=cast.actor("mona"))
    assert texts() == ["Item 1", "Item 2", "Item 4", "Item 3"]
    actions.move_guide_item(guide[0], "up")
    assert texts() == ["Item 1", "Item 2", "Item 4", "Item 3"]
    actions.move_guide_item(guide[0], "down")
    assert texts() == ["Item 2", "Item 1", "Item 4", "Item 3"]
    actions.move_guide_item(guide[2], "down")
    assert texts() == ["Item 2", "Item 1", "Item 4", "Item 3"]


def test_an_item_is_rewritten_or_removed_before_it_is_sent(cast, guide):
    actions.edit_guide_item(guide[1], text=" Why? ", minutes=9, must_ask=True, actor=cast.actor("mona"))
    actions.remove_guide_item(guide[0])
    assert list(GuideItem.objects.order_by("position").values_list("text", "minutes", "must_ask")) == [
        ("Why?", 9, True),
        ("Item 3", 3, False),
        ("Item 4", 4, False),
    ]
    assert refused(actions.edit_guide_item, guide[0], text="Back?") == "gone"


@pytest.mark.parametrize("sent", [0, 1, 2])
def test_what_was_sent_stays_as_it_was_read(session, guide, sent):
    send(session, guide[sent])
    assert refused(actions.edit_guide_item, guide[sent], text="Other words") == "launched"
    assert refused(actions.remove_guide_item, guide[sent]) == "launched"
    assert refused(actions.move_guide_item, guide[sent], "down") == "launched"
    assert refused(actions.move_guide_item, guide[sent + 1], "up") == "launched"
    assert texts() == ["Item 1", "Item 2", "Item 3", "Item 4"]


def test_a_question_that_was_sent_keeps_its_number(session, guide):
    send(session, guide[3])
    assert refused(actions.remove_guide_item, guide[1]) == "numbered"
    actions.remove_guide_item(guide[0])
    assert texts() == ["Item 2", "Item 3", "Item 4"]


@pytest.mark.parametrize(
    ("text", "minutes", "code"),
    [(" ", 0, "empty"), ("x" * 2001, 0, "too_long"), ("a\x00", 0, "unstorable"), ("Why?", 241, "bad_minutes")],
)
def test_items_that_cannot_be_kept(session, text, minutes, code):
    assert refused(actions.add_guide_item, session, kind=ItemKind.QUESTION, text=text, minutes=minutes) == code
    assert GuideItem.objects.count() == 0


def test_no_write_reaches_a_closed_session(cast, session, guide):
    seat = actions.give_seat(session, cast.alice)
    duty = actions.assign(session, cast.oscar, Duty.OBSERVER)
    Session.objects.update(phase=Phase.CLOSED)
    assert {
        refused(actions.give_seat, session, cast.bruno),
        refused(actions.take_seat_back, seat),
        refused(actions.assign, session, cast.sophie, Duty.MODERATOR),
        refused(actions.withdraw, duty),
        refused(actions.add_guide_item, session, kind=ItemKind.MESSAGE, text="Hello"),
        refused(actions.edit_guide_item, guide[0], text="Hello"),
        refused(actions.move_guide_item, guide[0], "down"),
        refused(actions.remove_guide_item, guide[0]),
    } == {"closed"}


def test_history_holds_neither_name_nor_word(cast, session, guide):
    actions.give_seat(session, cast.alice, alias="Heron")
    actions.assign(session, cast.oscar, Duty.OBSERVER)
    written = str(list(Entry.objects.filter(name__startswith="live.").values_list("data", flat=True)))
    for word in ("Heron", "pseudo", "Quick suppers", "Item 1"):
        assert word not in written


# Nights when clocks change


PARIS = "Europe/Paris"


@pytest.mark.parametrize(
    ("day", "hour", "utc"),
    [
        (date(2026, 3, 29), time(1, 59), "2026-03-29T00:59:00+00:00"),
        (date(2026, 3, 29), time(3, 0), "2026-03-29T01:00:00+00:00"),
        (date(2026, 10, 25), time(1, 59), "2026-10-24T23:59:00+00:00"),
        (date(2026, 10, 25), time(3, 0), "2026-10-25T02:00:00+00:00"),
        (date(2026, 7, 14), time(18, 30), "2026-07-14T16:30:00+00:00"),
    ],
)
def test_a_local_time_is_one_moment(day, hour, utc):
    found = instant(day, hour, PARIS)
    assert (found.at.isoformat(), found.twice) == (utc, False)


@pytest.mark.parametrize("hour", [time(2, 0), time(2, 30), time(2, 59)])
def test_in_march_an_hour_does_not_exist(hour):
    with pytest.raises(NoSuchTime):
        instant(date(2026, 3, 29), hour, PARIS)


@pytest.mark.parametrize("hour", [time(2, 0), time(2, 30), time(2, 59)])
def test_in_october_an_hour_comes_twice_and_the_first_is_meant(hour):
    found = instant(date(2026, 10, 25), hour, PARIS)
    assert found.twice
    assert found.at.astimezone(ZoneInfo(PARIS)).utcoffset() == timedelta(hours=2)
