"""The technical words: commands, codes, clock, registry, text, errors."""

from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vigie.core import clock, codes
from vigie.core.commands import LARGEST, Malformed, Parser
from vigie.core.errors import Denied, NotVisible, Refused
from vigie.core.fields import CodeField, PublicIdField
from vigie.core.registry import Registry
from vigie.core.rights import declare
from vigie.core.text import blank, unstorable

# Commands -----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Row:
    to: int
    text: str
    on: bool = True
    names: tuple[str, ...] = ()


parse = Parser({"row": Row})


def test_a_command_is_its_dataclass():
    assert parse({"type": "row", "to": 1, "text": "x"}) == Row(1, "x")
    assert parse({"type": "row", "to": LARGEST, "text": "", "on": False, "names": ["a", "b"]}) == Row(
        LARGEST, "", False, ("a", "b")
    )


@pytest.mark.parametrize(
    ("frame", "why"),
    [
        ([], "a frame is an object"),
        (None, "a frame is an object"),
        ({}, "unknown type"),
        ({"type": None}, "unknown type"),
        ({"type": ["row"]}, "unknown type"),
        ({"type": "column"}, "unknown type"),
        ({"type": "row", "to": 1}, "text is missing"),
        ({"type": "row", "to": 1, "text": "x", "more": 1}, "unknown field"),
        ({"type": "row", "to": "1", "text": "x"}, "to must be of type int"),
        ({"type": "row", "to": True, "text": "x"}, "to must be of type int"),
        ({"type": "row", "to": 1.0, "text": "x"}, "to must be of type int"),
        ({"type": "row", "to": -1, "text": "x"}, "to is out of range"),
        ({"type": "row", "to": LARGEST + 1, "text": "x"}, "to is out of range"),
        ({"type": "row", "to": 1, "text": None}, "text must be of type str"),
        ({"type": "row", "to": 1, "text": "x", "on": 1}, "on must be of type bool"),
        ({"type": "row", "to": 1, "text": "x", "names": "ab"}, "names must be a list of strings"),
        ({"type": "row", "to": 1, "text": "x", "names": ["a", 1]}, "names must be a list of strings"),
    ],
)
def test_anything_else_is_malformed(frame: object, why: str):
    with pytest.raises(Malformed, match=f"^{why}$"):
        parse(frame)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["type", "to", "text", "x"]), inner),
)


@given(JSON)
def test_no_value_breaks_the_parser(value: object):
    with suppress(Malformed):
        assert isinstance(parse(value), Row)


# Codes --------------------------------------------------------------------------------------------------------------


def test_codes_are_random_readable_and_of_their_length():
    made = {codes.new_code() for _ in range(2000)}
    assert len(made) == 2000
    assert {len(code) for code in made} == {12}
    assert set("".join(made)) == set(codes.ALPHABET)
    assert not set("01ilo") & set(codes.ALPHABET)


def test_public_ids_tell_neither_time_nor_order():
    """Rank correlation of ten thousand ids with the order in which they were made, as the threat model asks."""
    made = [codes.new_public_id() for _ in range(10_000)]
    ranks = {value: rank for rank, value in enumerate(sorted(made))}
    gaps = sum((place - ranks[value]) ** 2 for place, value in enumerate(made))
    count = len(made)
    assert abs(1 - 6 * gaps / (count * (count**2 - 1))) < 0.05
    assert {len(one) for one in made} == {32}


@pytest.mark.parametrize("kind", [CodeField, PublicIdField])
def test_migrations_see_a_plain_column(kind: type):
    _, path, args, kwargs = kind().deconstruct()
    assert (path, args, "default" in kwargs) == ("django.db.models.CharField", [], False)


# Clock --------------------------------------------------------------------------------------------------------------


def test_a_moment_is_written_in_utc_with_milliseconds():
    at = datetime(2026, 3, 29, 2, 30, 0, 123999, tzinfo=timezone(timedelta(hours=2)))
    assert clock.instant(at) == "2026-03-29T00:30:00.123Z"
    assert clock.now().tzinfo is UTC


# Registry, rights, errors -------------------------------------------------------------------------------------------


def test_a_registry_keeps_its_order_and_takes_no_code_twice():
    registry: Registry[int] = Registry()
    registry.register("b", 2)
    registry.register("a", 1)
    with pytest.raises(ValueError, match="a is registered twice"):
        registry.register("a", 3)
    assert (list(registry), list(registry.items()), registry["a"], "b" in registry, "c" in registry) == (
        [2, 1],
        [("b", 2), ("a", 1)],
        1,
        True,
        False,
    )


def test_a_right_is_written_on_the_view_itself():
    def view() -> None: ...

    assert declare("room.react")(view) is view
    assert view.right_name == "room.react"  # type: ignore[attr-defined]


def test_the_three_ways_to_say_no():
    from django.core.exceptions import PermissionDenied
    from django.http import Http404

    assert issubclass(NotVisible, Http404)
    assert issubclass(Denied, PermissionDenied)
    refused = Refused("full", "The room is full.")
    assert (str(refused), refused.code, refused.message) == ("full", "full", "The room is full.")


# Text ---------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "cannot"), [("", False), ("é🌊\u202e", False), ("a\x00", True), ("\ud800", True), ("\udc00x", True)]
)
def test_what_no_database_can_hold(text: str, cannot: bool):
    assert unstorable(text) == cannot


@pytest.mark.parametrize(
    ("text", "nothing"),
    [("", True), (" \t\n\u00a0\u200b\u2060\ufeff\u202e", True), ("x", False), ("\u200bx", False), (".", False)],
)
def test_what_nobody_would_see(text: str, nothing: bool):
    assert blank(text) == nothing
