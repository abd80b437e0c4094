"""F1: `kill -9` under load loses, repeats and skips nothing. `tests/harness/kill.py` is the harness."""

import pytest

from tests.harness.checks import check_log, check_remarks, check_view, membership_rows
from tests.harness.installation import Installation
from tests.harness.kill import Real, kill
from tests.harness.marks import needs_both, once
from tests.harness.planted import names, planted

pytestmark = once
both = pytest.mark.parametrize("database", ["sqlite", pytest.param("postgresql", marks=needs_both)])


def run(cycles, database, **options):
    with Installation(database, **options) as vigie:
        figures = kill(vigie, cycles)
        return figures, [*figures.wrong, *vigie.call("tests.harness.scene:verify")]


@both
def test_two_kills(database):
    figures, wrong = run(2, database)
    assert wrong == []
    assert figures.cycles == 2


@pytest.mark.slow
@both
def test_twenty_kills(database):
    figures, wrong = run(20, database)
    assert wrong == []
    assert (figures.cycles, figures.interrupted > 0, figures.acknowledged > 100) == (20, True, True)


@pytest.mark.slow
def test_three_kills_of_the_process_that_an_operator_starts():
    with Installation("sqlite") as vigie:
        assert kill(vigie, 3, process=Real(vigie)).wrong == []


@pytest.mark.slow
@pytest.mark.parametrize("bug", names("kill"))
def test_the_harness_notices(bug):
    with planted(bug) as tree, Installation("sqlite", tree=tree) as vigie:
        cycles, wrong = 0, []
        while not wrong and cycles < 40:
            figures = kill(vigie, 5, seed=cycles)
            cycles, wrong = cycles + 5, figures.wrong
    assert wrong != []


def row(seq, **fields):
    return {"seq": seq, "kind": "said", "author": "a", "client_id": f"id{seq}", "text": f"text {seq}", "item": "",
            "target": None, "mark": "", **fields}  # fmt: skip


ROWS = [row(1, kind="admitted", item="a", author="mod", text=""), row(2), row(3)]
CLAIMS = {"text 2": ("a", 2), "text 3": ("a", 3)}


def lines(*changes):
    shown = [
        {"type": "line", "seq": 1, "prev": 0, "kind": "admitted", "by": "m", "id": "id1", "seat": "a"},
        {"type": "line", "seq": 2, "prev": 1, "kind": "said", "by": "a", "id": "id2", "text": "text 2"},
        {"type": "line", "seq": 3, "prev": 2, "kind": "said", "by": "a", "id": "id3", "text": "text 3"},
    ]
    for place, change in changes:
        shown[place] |= change
    return shown


def test_the_check_of_a_log_knows_good_from_bad():
    assert list(check_log("room", ROWS, 3, CLAIMS)) == []
    for rows, last, claims in (
        (ROWS, 4, CLAIMS),
        (ROWS[:2], 2, CLAIMS),
        ([*ROWS, row(4, text="text 3")], 4, CLAIMS),
        ([*ROWS, row(4, client_id="id3", text="other")], 4, CLAIMS),
        ([*ROWS, row(5)], 4, CLAIMS),
        (ROWS, 3, {"text 2": ("a", 3)}),
        (ROWS, 3, {"text 2": ("b", 2)}),
    ):
        assert list(check_log("room", rows, last, claims)) != []


def test_the_check_of_a_view_knows_good_from_bad():
    assert list(check_view("a", lines(), ROWS, {"a"})) == []
    assert list(check_view("a", lines()[:2], ROWS, {"a"})) != []
    assert list(check_view("a", lines((2, {"prev": 1})), ROWS, {"a"})) != []
    assert list(check_view("a", lines((1, {"text": "other"})), ROWS, {"a"})) != []
    assert list(check_view("a", lines((1, {"by": "m"})), ROWS, {"a"})) != []
    assert list(check_view("a", lines((1, {"remarks": 1})), ROWS, {"a"})) != []


def test_what_a_seat_may_read():
    log = [
        row(1, kind="launched"),
        row(2),
        row(3, kind="admitted", item="b", target=1),
        row(4),
        row(5, kind="removed", item="b"),
        row(6),
    ]
    assert [one["seq"] for one in membership_rows(log, "b")] == [1, 3, 4, 5]
    assert membership_rows(log, "nobody") == []


def test_the_check_of_remarks_knows_good_from_bad():
    kept = [{"seq": 1, "kind": "probe", "author": "o", "client_id": "x", "text": "Ask why."}]
    shown = {"seq": 1, "prev": 0, "kind": "probe", "by": "o", "id": "x", "text": "Ask why."}
    assert list(check_remarks("o", [shown], kept)) == []
    assert list(check_remarks("o", [], kept)) != []
    assert list(check_remarks("o", [{**shown, "text": "Ask."}], kept)) != []
