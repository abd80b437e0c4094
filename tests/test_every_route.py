"""The gate of `tests/requested.py`: what it counts, when it judges, and that it fails."""

import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

from tests import requested
from tests.cast import Cast
from tests.requested import Gate, everything, why_partial

ROOT = Path(__file__).parents[1]


def test_it_knows_every_route_and_every_verb():
    known = everything()
    assert {
        "",
        "c/<slug:slug>/live/<str:code>/say",
        "c/<slug:slug>/back/<str:code>/post",
        "demo/enter/<slug:role>/",
    } < known
    assert {"front session.open", "back typing"} < known
    assert len([one for one in known if one.startswith("front ")]) == 10


def test_a_request_counts(cast: Cast):
    requested.REQUESTED.discard("c/<slug:slug>/theme.css")
    cast.client().get("/c/mariette/theme.css")
    assert "c/<slug:slug>/theme.css" in requested.requested()


@pytest.mark.parametrize(
    ("option", "args", "status", "why"),
    [
        ({}, ["tests"], 0, ""),
        ({"markexpr": "not slow"}, ["tests"], 1, ""),
        ({"markexpr": "both and not slow"}, ["tests"], 0, "-m 'both and not slow'"),
        ({"keyword": "room"}, ["tests"], 0, "tests were left out by name"),
        ({"deselect": ["tests/x.py"]}, ["tests"], 0, "tests were left out by name"),
        ({}, ["tests/live"], 0, "only some files were run"),
        ({}, ["tests/test_headers.py::test_x"], 0, "only some files were run"),
        ({}, ["tests"], 2, "the run was cut short"),
    ],
)
def test_it_judges_whole_runs_only(option: dict, args: list[str], status: int, why: str):
    config = SimpleNamespace(
        option=SimpleNamespace(**{"markexpr": "", "keyword": "", "deselect": None, **option}),
        args=args,
        invocation_params=SimpleNamespace(dir=ROOT),
    )
    assert why_partial(config, status) == why  # type: ignore[arg-type]


def test_a_route_that_nobody_requested_fails_the_run(monkeypatch):
    session = SimpleNamespace(exitstatus=0)
    gate = Gate(SimpleNamespace(option=SimpleNamespace(collectonly=False)))  # type: ignore[arg-type]
    monkeypatch.setattr(requested, "why_partial", lambda config, status: "")
    monkeypatch.setattr(requested, "requested", lambda: everything() - {"offline/", "front react"})
    gate.pytest_sessionfinish(session, 0)  # type: ignore[arg-type]
    assert (gate.missing, session.exitstatus) == (["front react", "offline/"], 1)


def test_what_a_worker_saw_counts(monkeypatch):
    session = SimpleNamespace(exitstatus=0)
    gate = Gate(SimpleNamespace(option=SimpleNamespace(collectonly=False)))  # type: ignore[arg-type]
    monkeypatch.setattr(requested, "why_partial", lambda config, status: "")
    monkeypatch.setattr(requested, "requested", set)
    gate.pytest_testnodedown(SimpleNamespace(workeroutput={"requested": sorted(everything())}), None)
    gate.pytest_sessionfinish(session, 0)  # type: ignore[arg-type]
    assert (gate.missing, session.exitstatus) == ([], 0)


def test_parts_are_judged_together(monkeypatch, tmp_path: Path):
    first, second = sorted(everything())[::2], sorted(everything())[1::2]
    for name, seen in (("one", first), ("two", second[1:])):
        monkeypatch.setenv("VIGIE_REQUESTED", str(tmp_path / name))
        monkeypatch.setattr(requested, "requested", lambda seen=seen: set(seen))
        gate = Gate(SimpleNamespace(option=SimpleNamespace(markexpr="browser")))  # type: ignore[arg-type]
        gate.pytest_sessionfinish(SimpleNamespace(exitstatus=0), 0)  # type: ignore[arg-type]
        assert gate.missing == []
    assert requested.together(tmp_path) == [second[0]]


def test_a_part_of_the_suite_says_that_it_proves_nothing():
    command = [sys.executable, "-m", "pytest", "tests/test_every_route.py", "-k", "knows_every"]
    run = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert "SKIPPED: whether every route is requested (tests were left out by name)." in run.stdout
    assert run.returncode == 0
