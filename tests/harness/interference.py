"""I: whatever happens in the confidential block, participants receive the same bytes. Abuse cases 1 to 15.

Plays are drawn by Hypothesis, performed by `theatre` with and without the confidential plane, and compared here.
"""

import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from hypothesis import strategies as st

from tests.harness.installation import MEMORY, ROOT, Failed

SEATS = ("p0", "p1", "p2", "p3")
CANARY = "zzcanary"
Play = list[dict[str, Any]]


class Theatre:
    """`with Theatre(tree) as theatre: theatre.differences(play)`. A loud one logs as the product does."""

    def __init__(self, tree: Path = ROOT, *, loud: bool = False) -> None:
        self.directory = Path(tempfile.mkdtemp(prefix="vigie-theatre-", dir=MEMORY))
        self.environment = {
            **{key: value for key, value in os.environ.items() if not key.startswith("VIGIE_")},
            "DJANGO_SETTINGS_MODULE": "tests.harness.quiet",
            "HARNESS_LOUD": "1" if loud else "",
            "PYTHONPATH": os.pathsep.join([str(tree / "src"), str(ROOT), os.environ.get("PYTHONPATH", "")]),
            "PYTHONDONTWRITEBYTECODE": "1" if tree != ROOT else "",
            "VIGIE_DATA_DIR": str(self.directory),
            "VIGIE_SOCKET_FLOOD_LIMIT": "1000000",
        }
        self.pairs = 0

    def __enter__(self) -> Self:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.harness.theatre"],
            cwd=self.directory,
            env=self.environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=(self.directory / "server.log").open("a"),
            text=True,
        )
        self.scene = self._answer()["ready"]
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.process.kill()
        self.process.wait()
        for pipe in (self.process.stdin, self.process.stdout):
            if pipe:
                pipe.close()
        shutil.rmtree(self.directory, ignore_errors=True)

    def _answer(self) -> Any:
        assert self.process.stdout
        line = self.process.stdout.readline()
        if not line:
            raise Failed(f"the theatre is closed\n{self.tail()}")
        return json.loads(line)

    def tail(self, lines: int = 40) -> str:
        return "\n".join((self.directory / "server.log").read_text(errors="replace").splitlines()[-lines:])

    def perform(self, play: Play) -> list[dict[str, Any]]:
        """Without the confidential plane, then with it."""
        assert self.process.stdin
        self.process.stdin.write(json.dumps(play) + "\n")
        self.process.stdin.flush()
        both: list[dict[str, Any]] = self._answer()
        if any("error" in one for one in both):
            raise Failed(f"a performance broke: {both}\n{self.tail()}")
        self.pairs += 1
        return both

    def differences(self, play: Play) -> list[str]:
        return compare(*self.perform(play))


def compare(without: dict[str, Any], beside: dict[str, Any]) -> list[str]:
    """What a participant could tell apart, and what no participant may ever read."""
    wrong = []
    for name in SEATS:
        left, right = without["traces"][name], beside["traces"][name]
        if left != right:
            place = next((at for at, pair in enumerate(zip(left, right, strict=False)) if pair[0] != pair[1]), -1)
            first = (left[place : place + 1], right[place : place + 1]) if place >= 0 else (len(left), len(right))
            wrong.append(f"{name} can tell: {_shortened(first)}")
        wrong += [f"{name} read something confidential: {str(one)[:300]}" for one in right if CANARY in str(one)]
        wrong += [f"{name}: {sentence}" for sentence in twins(right)]
    if without["mails"] != beside["mails"]:
        wrong.append(f"mails differ: {without['mails']} and {beside['mails']}")
    return wrong


def _shortened(pair: tuple[Any, Any]) -> str:
    left, right = (json.dumps(one) for one in pair)
    at = next((at for at, two in enumerate(zip(left, right, strict=False)) if two[0] != two[1]), 0)
    return f"…{left[max(0, at - 80) : at + 160]}… against …{right[max(0, at - 80) : at + 160]}…"


TWINS = {"back": "unknown", "back post": "unknown post"}


def twins(trace: list[Any]) -> list[str]:
    """Addresses of the confidential plane answer a participant as addresses that do not exist."""
    wrong = []
    pages = {(place, page): rest for place, kind, page, *rest in trace if kind == "page"}
    for (place, page), rest in pages.items():
        twin = pages.get((place + 1, TWINS.get(page, "")))
        if twin is not None and twin != rest:
            wrong.append(f"{page} does not answer like an unknown address: {_shortened((rest, twin))}")
    knocks = {(place, plane): answer for place, kind, plane, *answer in trace if kind == "knock"}
    for (place, plane), answer in knocks.items():
        twin = knocks.get((place + 1, "wxyz"))
        if plane == "back" and twin is not None and twin != answer:
            wrong.append(f"the socket does not answer like an unknown one: {answer} against {twin}")
    return wrong


# Plays ----------------------------------------------------------------------------

WORDS = st.sampled_from(
    ["Tuesday.", "Because it is quiet then, and the shop is empty.", "Oui, très souvent !", "x" * 201, "", "  ", "😀"]
)
SEAT = st.sampled_from(SEATS)
SPEAKER = st.sampled_from([*SEATS, "m"])
STAFF = st.sampled_from(["m", "o0", "o1"])
OBSERVER = st.sampled_from(["o0", "o1"])


def act(do: str, **fields: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries({"do": st.just(do), **fields})


FRONT = st.one_of(
    act("join", who=SPEAKER),
    act("post", who=SPEAKER, text=WORDS),
    act("post", who=SPEAKER, text=WORDS, to=st.integers(0, 12), item=st.sampled_from([None, 0, 1, 2])),
    act("react", who=SPEAKER, to=st.integers(0, 12), mark=st.sampled_from(["same", "thanks", "bad"]), on=st.booleans()),
    act("typing", who=SPEAKER, on=st.booleans()),
    act("admit", seats=st.lists(SEAT, min_size=1, max_size=3, unique=True)),
    act("launch", item=st.integers(0, 3)),
    act("cut", who=SPEAKER),
    act("again", who=SEAT, since=st.integers(0, 9)),
    act("second"),
    act("page", who=SEAT, page=st.sampled_from(["session", "home", "transcript", "back", "say"])),
    act("remove", who=SEAT),
    act("suspend", who=SEAT),
    act("open"),
    act("close"),
)
BACK = st.one_of(
    act("back_join", who=STAFF),
    act(
        "remark",
        who=STAFF,
        kind=st.sampled_from(["remark", "question", "probe", "gossip"]),
        text=st.text(max_size=40),
        quote=st.integers(0, 12),
    ),
    act("watch", who=OBSERVER),
    act("unwatch", who=OBSERVER),
    act("back_typing", who=STAFF, on=st.booleans()),
    act("front_typing", who=OBSERVER),
    act("back_cut", who=STAFF),
    act("back_ping", who=STAFF),
    act("back_page", who=STAFF),
    act("back_form", who=STAFF, text=st.sampled_from(["one", "two", ""])),
    act("staff_page", who=OBSERVER),
    act("nonsense", who=STAFF),
)
KNOCKS: list[Play] = [
    [{"do": "knock", "who": "p0", "plane": "back"}, {"do": "knock", "who": "p0", "plane": "wxyz"}],
    [{"do": "page", "who": "p0", "page": "back"}, {"do": "page", "who": "p0", "page": "unknown"}],
    [{"do": "page", "who": "p1", "page": "back post"}, {"do": "page", "who": "p1", "page": "unknown post"}],
]
#: How far a meeting may have come when the drawn steps begin.
OPENING: Play = [
    {"do": "join", "who": "m"},
    {"do": "join", "who": "p0"},
    {"do": "join", "who": "p1"},
    {"do": "admit", "seats": ["p0", "p1"]},
    {"do": "open"},
    {"do": "launch", "item": 0},
    {"do": "post", "who": "p0", "text": "On Tuesdays."},
]


@st.composite
def plays(draw: st.DrawFn, steps: int = 14) -> Play:
    begun = draw(st.sampled_from([7, 7, 6, 5, 3, 1]))
    front = draw(st.lists(FRONT, min_size=2, max_size=steps))
    play = [dict(step) for step in [*OPENING[:begun], *front, *draw(st.sampled_from([[], *KNOCKS]))]]
    beside = draw(
        st.lists(st.tuples(st.integers(0, len(play) - 1), BACK, st.booleans()), min_size=2, max_size=2 * steps)
    )
    for place, confidential, meanwhile in beside:
        play[place].setdefault("beside", []).append({**confidential, "meanwhile": meanwhile})
    return play


#: A meeting that passes by every surface that participants have, with the other plane busy all along.
TOUR: Play = [
    {"do": "join", "who": "m", "beside": [{"do": "back_join", "who": "m"}, {"do": "back_join", "who": "o0"}]},
    {"do": "join", "who": "p0", "beside": [{"do": "watch", "who": "o0"}, {"do": "watch", "who": "o1"}]},
    {"do": "join", "who": "p1"},
    {"do": "admit", "seats": ["p0", "p1"], "beside": [{"do": "remark", "who": "o0", "kind": "remark", "text": "one"}]},
    {"do": "open"},
    {"do": "launch", "item": 0, "beside": [{"do": "back_form", "who": "m", "text": "two"}]},
    {"do": "second"},
    {"do": "post", "who": "p0", "text": "On Tuesdays.", "beside": [{"do": "back_typing", "who": "o0", "on": True}]},
    {
        "do": "post",
        "who": "p1",
        "text": "So do I.",
        "to": 5,
        "beside": [
            {"do": "remark", "who": "m", "kind": "probe", "text": "three", "quote": 5, "meanwhile": True},
            {"do": "front_typing", "who": "o1", "meanwhile": True},
        ],
    },
    {"do": "react", "who": "p0", "to": 6, "mark": "same", "on": True},
    {"do": "typing", "who": "p1", "on": True, "beside": [{"do": "nonsense", "who": "o0"}]},
    {"do": "cut", "who": "p1", "beside": [{"do": "unwatch", "who": "o0"}]},
    {"do": "post", "who": "m", "text": "Why?", "beside": [{"do": "remark", "who": "m", "kind": "remark", "text": "4"}]},
    {"do": "join", "who": "p1"},
    {"do": "join", "who": "p2", "beside": [{"do": "back_page", "who": "o1"}, {"do": "staff_page", "who": "o1"}]},
    {"do": "admit", "seats": ["p2"]},
    {"do": "page", "who": "p0", "page": "say"},
    {"do": "knock", "who": "p0", "plane": "back"},
    {"do": "knock", "who": "p0", "plane": "wxyz"},
    {"do": "page", "who": "p0", "page": "back"},
    {"do": "page", "who": "p0", "page": "unknown"},
    {"do": "page", "who": "p1", "page": "back post"},
    {"do": "page", "who": "p1", "page": "unknown post"},
    {"do": "page", "who": "p1", "page": "transcript"},
    {"do": "again", "who": "p0", "since": 2},
    {"do": "remove", "who": "p2"},
    {"do": "close"},
    {"do": "post", "who": "p0", "text": "Thank you.", "beside": [{"do": "back_cut", "who": "m"}]},
    {"do": "close"},
]
