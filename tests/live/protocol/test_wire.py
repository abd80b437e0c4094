import pytest

from vigie.live.protocol import messages as m
from vigie.live.protocol.state import ItemKind
from vigie.live.protocol.wire import Malformed, from_row, parse, row_fields, to_row

EVENTS = [
    m.Said("alice", "c1", "Mardi 🍋", "q1", 4),
    m.Said("m1", "", "Hello"),
    m.Reacted("alice", "c2", 3, "same", on=True),
    m.Reacted("alice", "c3", 3, "same", on=False),
    m.Launched("m1", "c4", "q1", ItemKind.QUESTION, "Why?"),
    m.Admitted("m1", "c5", "alice", 7),
    m.Admitted("m1", "", "bruno"),
    m.Removed("m1", "c6", "alice"),
    m.Opened("m1", "c7"),
    m.Closing("m1", "c8", "Thanks"),
    m.Closed("m1", "c9"),
    m.InstructionReached("m1", "c10", "slow"),
]


@pytest.mark.parametrize("event", EVENTS, ids=lambda event: event.kind)
def test_what_is_stored_comes_back_as_it_was(event):
    assert from_row(*to_row(event)) == event


def test_a_kind_of_line_that_does_not_exist_is_an_error():
    with pytest.raises(ValueError, match="no such kind"):
        from_row("sung", "", "", "", "", None, "")


def test_empty_fields_are_left_out():
    assert [row_fields(event) for event in EVENTS] == [
        {"text": "Mardi 🍋", "item": "q1", "to": 4},
        {"text": "Hello"},
        {"to": 3, "mark": "same", "on": True},
        {"to": 3, "mark": "same", "on": False},
        {"item": "q1", "item_kind": "question", "text": "Why?"},
        {"seat": "alice"},
        {"seat": "bruno"},
        {"seat": "alice"},
        {},
        {"text": "Thanks"},
        {},
        {"item": "slow"},
    ]


@pytest.mark.parametrize(
    ("frame", "command"),
    [
        ({"type": "join"}, m.Join()),
        ({"type": "join", "since": 41, "side": 2}, m.Join(41, 2)),
        ({"type": "ping", "since": 3}, m.Ping(3)),
        ({"type": "post", "id": "a", "text": "Hi", "item": "q1", "to": 3}, m.Post("a", "Hi", "q1", 3)),
        ({"type": "react", "id": "a", "to": 3, "mark": "same", "on": False}, m.React("a", 3, "same", on=False)),
        ({"type": "typing", "on": True}, m.Typing()),
        ({"type": "seat.admit", "id": "a", "seats": ["x", "y"]}, m.Admit("a", ("x", "y"))),
        ({"type": "seat.remove", "id": "a", "seat": "x"}, m.Remove("a", "x")),
        ({"type": "item.launch", "id": "a", "item": "q1"}, m.Launch("a", "q1")),
        ({"type": "session.open", "id": "a"}, m.Open("a")),
        ({"type": "session.close", "id": "a", "text": "Bye"}, m.Close("a", "Bye")),
    ],
)
def test_a_frame_becomes_a_command(frame, command):
    assert parse(frame) == command


@pytest.mark.parametrize(
    "frame",
    [
        None,
        [],
        "join",
        {},
        {"type": "subscribe"},
        {"type": ["join"]},
        {"type": "join", "room": "other"},
        {"type": "join", "since": "41"},
        {"type": "join", "since": -1},
        {"type": "join", "since": 2**31},
        {"type": "join", "since": True},
        {"type": "join", "since": 1.0},
        {"type": "post", "text": "no id"},
        {"type": "post", "id": "a", "text": ["Hi"]},
        {"type": "typing", "on": 1},
        {"type": "seat.admit", "id": "a", "seats": "x"},
        {"type": "seat.admit", "id": "a", "seats": [1]},
    ],
)
def test_anything_else_is_refused(frame):
    with pytest.raises(Malformed):
        parse(frame)
