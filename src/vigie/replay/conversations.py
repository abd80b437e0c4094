"""Reading recorded group conversations: one JSON a line, of two kinds.

A file of conversations holds `{"id", "turns": [{"i", "speaker", "text"}…]}` a line; a channel's log holds one message
a line: `{"i", "user", "kind", "text", "reply_to"}`, where kind `system` is nobody's word.
"""

import json
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Turn:
    """`to` is the index, among the turns kept, of the turn that this one answers; None for none."""

    speaker: str
    text: str
    to: int | None = None


@dataclass(frozen=True)
class Conversation:
    name: str
    turns: tuple[Turn, ...]
    #: Left out because nobody said them, or because they say nothing.
    system: int
    empty: int

    @property
    def speakers(self) -> list[str]:
        return list(dict.fromkeys(turn.speaker for turn in self.turns))


def read(path: Path, name: str = "", limit: int = 0) -> Conversation:
    """One conversation of a file. Raises `ValueError` in plain words when it is not there."""
    with path.open(encoding="utf-8") as file:
        rows = [json.loads(line) for line in file if line.strip()]
    if not rows:
        raise ValueError(f"{path} is empty")
    if "turns" in rows[0]:
        chosen = next((row for row in rows if not name or row["id"] == name), None)
        if chosen is None:
            raise ValueError(f"{path} has no conversation {name!r}; the first is {rows[0]['id']!r}")
        return _kept(
            chosen["id"], [(turn["i"], turn["speaker"], turn["text"], []) for turn in chosen["turns"]], 0, limit
        )
    spoken = [row for row in rows if row.get("kind") != "system" and "user" in row]
    said = [(row["i"], row["user"], row["text"], row.get("reply_to", [])) for row in spoken]
    return _kept(path.stem, said, len(rows) - len(spoken), limit)


def names(path: Path) -> list[str]:
    """The conversations that a file holds; a channel's log is one, named after the file."""
    with path.open(encoding="utf-8") as file:
        rows = [json.loads(line) for line in file if line.strip()]
    return [row["id"] for row in rows] if rows and "turns" in rows[0] else [path.stem]


def _kept(name: str, said: list[tuple[int, str, str, list[int]]], system: int, limit: int) -> Conversation:
    turns: list[Turn] = []
    places: dict[int, int] = {}
    empty = 0
    for i, speaker, text, replies in said:
        if not text or text.isspace():
            empty += 1
            continue
        if limit and len(turns) == limit:
            break
        answered = next((places[one] for one in replies if one != i and one in places), None)
        places[i] = len(turns)
        turns.append(Turn(speaker, text, answered))
    if not turns:
        raise ValueError(f"nobody says anything in {name!r}")
    return Conversation(name, tuple(turns), system, empty)
