"""What the room says yes and no to, told in its own words."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import reduce

import pytest

from vigie.live.protocol.messages import (
    Admit,
    Admitted,
    Already,
    Close,
    Closed,
    Closing,
    Entry,
    InstructionReached,
    Launch,
    Launched,
    Open,
    Opened,
    Post,
    React,
    Reacted,
    Refusal,
    Remove,
    Removed,
    Said,
)
from vigie.live.protocol.rules import decide, evolve, number, visible
from vigie.live.protocol.state import Duty, History, Item, ItemKind, Limits, Phase, Room, Seat, Viewer

NOON = datetime(2026, 5, 14, 12, 0, tzinfo=UTC)
ALICE, BRUNO, CHLOE = Viewer("alice"), Viewer("bruno"), Viewer("chloe")
SOPHIE, OSCAR = Viewer("sophie", Duty.MODERATOR), Viewer("oscar", Duty.OBSERVER)
ITEMS = {
    "hello": Item("hello", ItemKind.MESSAGE, "Welcome aboard."),
    "q1": Item("q1", ItemKind.QUESTION, "When did you last give up?", 1),
    "slow": Item("slow", ItemKind.INSTRUCTION, "Slow down."),
    "q2": Item("q2", ItemKind.QUESTION, "What would bring you back?", 2),
}


def planned(**changes):
    room = Room(
        doors_at=NOON,
        seats={name: Seat(name) for name in ("alice", "bruno", "chloe")},
        items=ITEMS,
        limits=Limits(characters=20, seats=2),
    )
    return replace(room, **changes)


def play(room, *steps):
    """The room after each (who, command), a minute apart; every one must be accepted."""
    at = NOON
    for who, command in steps:
        decision = decide(room, who, command, at)
        assert isinstance(decision, tuple), decision
        room = reduce(evolve, number(room, decision, at), room)
        at += timedelta(minutes=1)
    return room


def opened():
    return play(planned(), (SOPHIE, Admit("c1", ("alice",))), (SOPHIE, Open("c2")))


LATER = NOON + timedelta(hours=1)


@pytest.mark.parametrize(
    ("room", "who", "command", "outcome"),
    [
        # Speaking
        (opened(), ALICE, Post("a", "Tuesday."), (Said("alice", "a", "Tuesday."),)),
        (opened(), SOPHIE, Post("a", "Why?"), (Said("sophie", "a", "Why?"),)),
        (opened(), OSCAR, Post("a", "Why?"), Refusal("read_only")),
        (opened(), BRUNO, Post("a", "Hello"), Refusal("not_admitted")),
        (opened(), Viewer("nobody"), Post("a", "Hello"), Refusal("no_seat")),
        (planned(), ALICE, Post("a", "Hello"), Refusal("not_open")),
        (opened(), ALICE, Post("a", " \n "), Refusal("empty")),
        (opened(), ALICE, Post("a", ""), Refusal("empty")),
        (opened(), ALICE, Post("a", "x" * 21), Refusal("too_long")),
        (opened(), ALICE, Post("a", "x" * 20), (Said("alice", "a", "x" * 20),)),
        (opened(), ALICE, Post("a", "Hello", item="q1"), Refusal("unknown_item")),
        (opened(), ALICE, Post("a", "Hello", to=9), Refusal("unknown_line")),
        (opened(), ALICE, Post("a", "Hello", to=1), Refusal("unknown_line")),
        (opened(), ALICE, Post("", "Hello"), Refusal("client_id")),
        (opened(), ALICE, Post("i" * 37, "Hello"), Refusal("client_id")),
        # Reacting
        (opened(), ALICE, React("a", 9, "same"), Refusal("unknown_line")),
        (opened(), ALICE, React("a", 1, "applause"), Refusal("unknown_mark")),
        (opened(), OSCAR, React("a", 1, "same"), Refusal("read_only")),
        # The door
        (planned(), SOPHIE, Admit("a", ("alice", "bruno")), (
            Admitted("sophie", "", "alice"), Admitted("sophie", "a", "bruno"))),
        (planned(), ALICE, Admit("a", ("alice",)), Refusal("not_moderator")),
        (planned(), SOPHIE, Admit("a", ("alice", "bruno", "chloe")), Refusal("room_full")),
        (planned(), SOPHIE, Admit("a", ("nobody",)), Refusal("unknown_seat")),
        (planned(), SOPHIE, Admit("a", ()), Refusal("nobody_waits")),
        (opened(), SOPHIE, Admit("a", ("alice",)), Refusal("nobody_waits")),
        (opened(), SOPHIE, Remove("a", "alice"), (Removed("sophie", "a", "alice"),)),
        (opened(), SOPHIE, Remove("a", "nobody"), Refusal("unknown_seat")),
        (opened(), OSCAR, Remove("a", "alice"), Refusal("not_moderator")),
        # The guide
        (opened(), SOPHIE, Launch("a", "q1"), (Launched("sophie", "a", "q1", ItemKind.QUESTION, ITEMS["q1"].text),)),
        (opened(), SOPHIE, Launch("a", "slow"), (InstructionReached("sophie", "a", "slow"),)),
        (opened(), SOPHIE, Launch("a", "nothing"), Refusal("unknown_item")),
        (opened(), OSCAR, Launch("a", "q1"), Refusal("not_moderator")),
        (planned(), SOPHIE, Launch("a", "q1"), Refusal("not_open")),
        (play(opened(), (SOPHIE, Launch("l", "q1"))), SOPHIE, Launch("a", "q1"), Refusal("already_launched")),
        (play(opened(), (SOPHIE, Launch("l", "slow"))), SOPHIE, Launch("a", "slow"), Already(1)),
        # The session
        (planned(), SOPHIE, Open("a"), (Opened("sophie", "a"),)),
        (planned(), OSCAR, Open("a"), Refusal("not_moderator")),
        (planned(doors_at=LATER + timedelta(hours=1)), SOPHIE, Open("a"), Refusal("not_yet")),
        (planned(doors_at=LATER + timedelta(hours=1)), SOPHIE, Admit("a", ("alice",)), Refusal("not_open")),
        (opened(), SOPHIE, Open("a"), Refusal("already_open")),
        (opened(), SOPHIE, Close("a", "Thank you."), (Closing("sophie", "a", "Thank you."),)),
        (opened(), SOPHIE, Close("a", "x" * 21), Refusal("too_long")),
        (opened(), OSCAR, Close("a"), Refusal("not_moderator")),
        (planned(), SOPHIE, Close("a"), Refusal("not_open")),
        (play(opened(), (SOPHIE, Close("c"))), SOPHIE, Close("a"), (Closed("sophie", "a"),)),
        (play(opened(), (SOPHIE, Close("c"))), ALICE, Post("a", "Thanks"), (Said("alice", "a", "Thanks"),)),
        (play(opened(), (SOPHIE, Close("c")), (SOPHIE, Close("d"))), ALICE, Post("a", "Hey"), Refusal("not_open")),
        (play(opened(), (SOPHIE, Close("c")), (SOPHIE, Close("d"))), SOPHIE, Close("a"), Refusal("not_open")),
    ],
)  # fmt: skip
def test_what_a_command_becomes(room, who, command, outcome):
    assert decide(room, who, command, LATER) == outcome


def test_a_seat_may_speak_once_a_second_and_the_moderator_as_fast_as_she_likes():
    room = play(opened(), (ALICE, Post("a", "One")), (SOPHIE, Post("s", "One")))
    said = room.seats["alice"].last_said_at
    soon = said + timedelta(milliseconds=999)
    assert decide(room, ALICE, Post("b", "Two"), soon) == Refusal("too_fast")
    assert decide(room, SOPHIE, Post("t", "Two"), soon) == (Said("sophie", "t", "Two"),)
    assert decide(room, ALICE, Post("b", "Two"), said + timedelta(seconds=1)) == (Said("alice", "b", "Two"),)


def test_a_message_sent_again_is_the_line_it_already_was():
    room = play(opened(), (ALICE, Post("a", "Tuesday.")))
    assert decide(room, ALICE, Post("a", "Tuesday."), LATER) == Already(3)
    assert decide(room, SOPHIE, Post("a", "Same id, another author"[:20]), LATER) == (
        Said("sophie", "a", "Same id, another author"[:20]),
    )


def test_a_reaction_goes_to_what_somebody_said_and_can_be_taken_back():
    room = play(opened(), (ALICE, Post("a", "Tuesday.")))
    assert decide(room, SOPHIE, React("r", 3, "same"), LATER) == (Reacted("sophie", "r", 3, "same", on=True),)
    assert decide(room, SOPHIE, React("r", 3, "same", on=False), LATER) == (
        Reacted("sophie", "r", 3, "same", on=False),
    )


def test_somebody_removed_does_not_come_back_and_frees_the_seat():
    room = play(
        planned(), (SOPHIE, Admit("a", ("alice", "bruno"))), (SOPHIE, Open("o")), (SOPHIE, Remove("r", "alice"))
    )
    assert decide(room, SOPHIE, Admit("b", ("alice",)), LATER) == Refusal("was_removed")
    assert decide(room, SOPHIE, Remove("c", "alice"), LATER) == Refusal("was_removed")
    assert decide(room, ALICE, Post("d", "Hey"), LATER) == Refusal("not_admitted")
    assert decide(room, SOPHIE, Admit("e", ("chloe",)), LATER) == (Admitted("sophie", "e", "chloe"),)


def test_a_late_seat_reads_the_current_question_and_what_follows_its_admission():
    room = play(
        planned(),
        (SOPHIE, Admit("a", ("alice",))),  # 1
        (SOPHIE, Open("b")),  # 2
        (SOPHIE, Launch("c", "q1")),  # 3
        (ALICE, Post("d", "Tuesday.", item="q1")),  # 4
        (SOPHIE, Launch("e", "slow")),  # staff log, 1
        (SOPHIE, Admit("f", ("bruno",))),  # 5
        (ALICE, Post("g", "Hello Bruno")),  # 6
        (SOPHIE, Remove("h", "bruno")),  # 7
        (ALICE, Post("i", "Where is Bruno?")),  # 8
    )
    lines = [Entry(seq, NOON, Opened("", "")) for seq in range(1, room.seq + 1)]
    side = Entry(1, NOON, InstructionReached("sophie", "e", "slow"), "staff")

    def seen(viewer):
        return [line.seq for line in lines if visible(room, line, viewer)]

    assert room.seats["bruno"] == Seat("bruno", admitted_seq=5, recap_seq=3, removed_seq=7)
    assert seen(ALICE) == [1, 2, 3, 4, 5, 6, 7, 8]
    assert seen(BRUNO) == [3, 5, 6, 7]
    assert seen(CHLOE) == []
    assert seen(Viewer("nobody")) == []
    assert seen(OSCAR) == seen(SOPHIE) == [1, 2, 3, 4, 5, 6, 7, 8]
    assert [visible(room, side, who) for who in (ALICE, BRUNO, OSCAR, SOPHIE)] == [False, False, True, True]
    assert decide(room, BRUNO, Post("z", "Hey", to=4), LATER) == Refusal("not_admitted")


def test_nobody_answers_a_line_they_may_not_see():
    room = play(
        planned(),
        (SOPHIE, Admit("a", ("alice",))),
        (SOPHIE, Open("b")),
        (ALICE, Post("c", "Before Bruno")),
        (SOPHIE, Admit("d", ("bruno",))),
    )
    assert decide(room, BRUNO, Post("e", "What?", to=3), LATER) == Refusal("unknown_line")
    assert decide(room, BRUNO, React("f", 3, "same"), LATER) == Refusal("unknown_line")
    assert decide(room, ALICE, Post("g", "Me", to=3), LATER) == (Said("alice", "g", "Me", "", 3),)


def test_the_waiting_room_opens_by_the_clock():
    room = planned()
    assert [room.phase_at(NOON - timedelta(seconds=1)), room.phase_at(NOON)] == [Phase.PLANNED, Phase.WAITING]
    assert opened().phase_at(NOON) is Phase.LIVE


def test_a_question_becomes_current_and_a_message_does_not():
    room = play(opened(), (SOPHIE, Launch("a", "q1")), (SOPHIE, Launch("b", "hello")))
    assert (room.current, dict(room.launched)) == ("q1", {"q1": 3, "hello": 4})


@pytest.mark.parametrize(
    "entry", [Entry(9, NOON, Opened("", "")), Entry(2, NOON, InstructionReached("", "", "x"), "staff")]
)
def test_a_number_that_does_not_follow_is_an_error(entry):
    with pytest.raises(ValueError, match="does not follow"):
        evolve(planned(), entry)


def test_two_futures_of_one_room_do_not_mix():
    past = play(opened(), (ALICE, Post("a", "One")))
    left, right = play(past, (SOPHIE, Post("b", "Left"))), play(past, (SOPHIE, Post("c", "Right")))
    assert [list(room.history)[-1] for room in (past, left, right)] == [
        ("alice", "said"), ("sophie", "said"), ("sophie", "said"),
    ]  # fmt: skip
    assert (left.history.seq_of("sophie", "c"), right.history.seq_of("sophie", "c")) == (None, 4)
    assert (past.history.seq_of("sophie", "b"), left.history.line(5), left.history.line(0)) == (None, None, None)
    assert left.history != right.history
    assert History() != "a list"
    assert len(left.history) == 4
