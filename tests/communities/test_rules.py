"""What the doors wait for, and what a size or a term may be."""

from datetime import date

import pytest

from vigie.communities.rules import Answers, Need, climbs, is_large, is_term, missing, needs_reason, stages

ALL = Answers(objectives=1, charter=("a", "b", "c", "d"), sponsor="Mariette", privacy_notice="You…", contact="a@b.org")
NOTHING = Answers(objectives=0, charter=("", "", "", ""), sponsor="", privacy_notice="", contact="")


def test_the_doors_wait_for_five_things():
    assert missing(NOTHING) == tuple(Need)
    assert missing(ALL) == ()


@pytest.mark.parametrize(
    ("need", "without"),
    [
        (Need.OBJECTIVES, {"objectives": 0}),
        (Need.CHARTER, {"charter": ("a", "", "c", "d")}),
        (Need.SPONSOR, {"sponsor": " "}),
        (Need.PRIVACY_NOTICE, {"privacy_notice": "\n"}),
        (Need.CONTACT, {"contact": ""}),
    ],
)
def test_each_of_them_alone_keeps_the_doors_closed(need: Need, without: dict):
    assert missing(Answers(**{**ALL.__dict__, **without})) == (need,)


def test_a_size_warns_then_asks_why():
    assert [(is_large(cap), needs_reason(cap)) for cap in (300, 301, 400, 401)] == [
        (False, False),
        (True, False),
        (True, False),
        (True, True),
    ]


def test_stages_are_whole_numbers_that_climb_up_to_the_cap():
    assert stages("25 → 50, 100") == (25, 50, 100)
    assert stages("") == ()
    with pytest.raises(ValueError, match="ten"):
        stages("ten")
    assert [climbs(sizes, 100) for sizes in ((), (25, 50, 100), (50, 25), (25, 25), (0,), (50, 101))] == [
        True,
        True,
        False,
        False,
        False,
        False,
    ]


def test_going_on_is_decided_inside_the_term():
    one, two, three = date(2027, 1, 1), date(2027, 10, 1), date(2027, 12, 31)
    assert [is_term(one, three, two), is_term(one, three, three)] == [True, True]
    assert [is_term(one, two, three), is_term(one, three, one), is_term(three, one, two)] == [False, False, False]
