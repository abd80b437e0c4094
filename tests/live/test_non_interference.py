"""Participants cannot tell whether anything happens in the confidential block. Abuse cases 1 to 15.

`tests/harness/theatre.py` performs each play twice, `tests/harness/interference.py` draws and compares them.
"""

import re
import shutil

import pytest
from hypothesis import HealthCheck, given, settings

from tests.harness.installation import ROOT
from tests.harness.interference import CANARY, OPENING, TOUR, Theatre, compare, plays, twins
from tests.harness.marks import once
from tests.harness.planted import names, planted

pytestmark = once


@pytest.fixture(scope="module")
def theatre():
    with Theatre() as one:
        yield one


def drawn(theatre, examples):
    @settings(
        max_examples=examples,
        deadline=None,
        database=None,
        print_blob=True,
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.large_base_example],
    )
    @given(plays())
    def whatever_is_played(play):
        assert theatre.differences(play) == []

    whatever_is_played()


def test_a_tour_of_every_surface(theatre):
    without, beside = theatre.perform(TOUR)
    assert compare(without, beside) == []
    seen = {entry[1] for trace in beside["traces"].values() for entry in trace}
    assert seen == {"frame", "closed", "page", "knock"}
    pages = {(entry[2], entry[3]) for trace in beside["traces"].values() for entry in trace if entry[1] == "page"}
    assert pages == {
        ("say", 302),
        ("back", 404),
        ("unknown", 404),
        ("back post", 404),
        ("unknown post", 404),
        ("transcript", 403),
        ("session", 200),
        ("session", 404),
        ("home", 200),
    }


def test_twenty_five_plays(theatre):
    drawn(theatre, 25)


@pytest.mark.slow
def test_a_hundred_plays(theatre):
    drawn(theatre, 100)


@pytest.mark.slow
@pytest.mark.parametrize("leak", names("interference"))
def test_the_comparison_notices(leak):
    with planted(leak) as tree, Theatre(tree) as theatre:
        assert theatre.differences(TOUR) != []


FORBIDDEN = re.compile(r"back.?room|/back/|arri[èe]re.?salle|\bremark", re.IGNORECASE)


def words_of_the_other_plane(text):
    return sorted(set(FORBIDDEN.findall(text)))


def words_on_pages(theatre, play):
    """(page, words) for each page that a participant was given."""
    traces = theatre.perform(play)[1]["traces"].values()
    pages = [(entry[2], entry[5]) for trace in traces for entry in trace if entry[1] == "page" and entry[3] == 200]
    assert pages != []
    return sorted({(name, tuple(words_of_the_other_plane(content))) for name, content in pages})


def test_no_page_of_a_participant_speaks_of_it(theatre):
    """Waiting, talking, and after the end: markup and templates have no word of the other plane."""
    for play in (OPENING[:3], OPENING, TOUR):
        assert words_on_pages(theatre, play) == [("home", ()), ("session", ())]


@pytest.mark.slow
def test_a_word_on_a_page_is_noticed():
    with planted("words-page-prepares-the-block") as tree, Theatre(tree) as theatre:
        assert words_on_pages(theatre, OPENING) == [("home", ()), ("session", ("/back/",))]


def scripts(page, dist=ROOT / "src/vigie/static/dist"):
    """Every script and style that a page loads, and what these load, with the words they should not have."""
    waiting, found = set(re.findall(r"/static/([\w.-]+\.(?:js|css))", page)), {}
    while waiting:
        name = waiting.pop()
        text = (dist / name).read_text()
        found[name] = words_of_the_other_plane(text)
        waiting |= (set(re.findall(r"[\w.-]+\.js", text)) & {path.name for path in dist.iterdir()}) - set(found)
    return found


def test_no_script_of_a_participant_speaks_of_it(theatre, tmp_path):
    trace = theatre.perform(OPENING)[1]["traces"]["p0"]
    page = next(entry[5] for entry in trace if entry[1:3] == ["page", "session"])
    loaded = scripts(page)
    if not loaded:
        pytest.skip("the front end is not built: run `./dev setup`")
    assert loaded == {name: [] for name in loaded}
    assert any(name.startswith("vg-room") for name in loaded)
    shutil.copytree(ROOT / "src/vigie/static/dist", tmp_path / "dist")
    chunk = tmp_path / "dist" / next(name for name in loaded if name.startswith("vg-room"))
    chunk.write_text(chunk.read_text() + '\nfetch("./back/remarks")')
    assert scripts(page, tmp_path / "dist")[chunk.name] == ["/back/", "remark"]


def test_no_log_holds_a_word_that_was_said():
    """Abuse case 15, also when the database fails in the middle: what is written down has no text of anybody."""
    broken = [
        {"do": "break", "table": "backroom_remark"},
        {"do": "second", "beside": [{"do": "remark", "who": "o0", "kind": "remark", "text": "5"}]},
        {"do": "break", "table": "live_line"},
        {"do": "post", "who": "p0", "text": "On a broken Tuesday."},
        {"do": "page", "who": "p0", "page": "say"},
    ]  # fmt: skip
    with Theatre(loud=True) as theatre:
        theatre.perform(TOUR)
        theatre.perform([*TOUR[:8], *broken])
        log = theatre.tail(100_000)
    assert log.count("could not write") >= 2
    assert "error django.request" in log and "POST /c/<slug:slug>/live/<str:code>/say" in log
    assert [word for word in (CANARY, "Tuesday", "So do I", "Said on paper", "Said%20on%20paper") if word in log] == []


def test_the_check_of_twins_knows_good_from_bad():
    same = [[1, "page", "back", 404, [], "no"], [2, "page", "unknown", 404, [], "no"]]
    assert twins(same) == []
    assert twins([same[0], [2, "page", "unknown", 404, [], "No"]]) != []
    assert twins([[1, "knock", "back", "HTTP/1.1 403"], [2, "knock", "wxyz", "HTTP/1.1 404"]]) != []
