"""A meeting told as a play: one line an act, read in the order of the clock.

02:20 Estragon: Six articles, quatre minutes.  #pain     says, and the line is called "pain" from here on
04:02 Sophie >honte: Elle vient du bruit ?               answers the line called "honte"
03:01 Muscade +pain same                                 reacts to it
01:45 Sophie * choix                                     launches the guide's item called "choix"
03:52 Hélène ~probe honte: Le bruit, ou les regards ?    in the back room, about that line
00:00 Sophie admits | opens | closes[: words of thanks]
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

STORIES = Path(__file__).parent / "stories"
_CLOCK = re.compile(r"(?P<minutes>\d\d):(?P<seconds>\d\d) (?P<who>\S+?)(?=[ :])(?P<rest>.*)")
_ACTS = {
    "say": re.compile(r"(?: >(?P<about>\w+))?: (?P<text>.+?)(?: #(?P<label>\w+))?"),
    "react": re.compile(r" \+(?P<about>\w+) (?P<mark>\w+)"),
    "launch": re.compile(r" \* (?P<item>\w+)"),
    "remark": re.compile(r" ~(?P<mark>\w+)(?: (?P<about>\w+))?: (?P<text>.+)"),
    "admit": re.compile(r" admits"),
    "open": re.compile(r" opens"),
    "close": re.compile(r" closes(?:: (?P<text>.+))?"),
}


@dataclass(frozen=True)
class Act:
    after: timedelta
    who: str
    does: str
    text: str = ""
    about: str = ""
    label: str = ""
    mark: str = ""
    item: str = ""


def read(story: str) -> Iterator[Act]:
    """Raises `ValueError` on a line that is no act, and on a clock that goes back."""
    before = timedelta()
    for number, line in enumerate((STORIES / f"{story}.txt").read_text(encoding="utf-8").splitlines(), start=1):
        if line.startswith("#"):
            continue
        clock = _CLOCK.fullmatch(line)
        found = clock and next(
            ((does, match) for does, pattern in _ACTS.items() if (match := pattern.fullmatch(clock["rest"]))), None
        )
        if not clock or not found:
            raise ValueError(f"{story}, line {number}: {line}")
        after = timedelta(minutes=int(clock["minutes"]), seconds=int(clock["seconds"]))
        if after < before:
            raise ValueError(f"{story}, line {number}: the clock goes back")
        before = after
        does, match = found
        yield Act(after, clock["who"], does, **{name: value or "" for name, value in match.groupdict().items()})
