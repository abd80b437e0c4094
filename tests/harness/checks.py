"""Judging what was kept against what was promised. Pure: values in, sentences out, none when all is well."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

Row = Mapping[str, Any]


def check_log(name: str, rows: Sequence[Row], last: int, claims: Mapping[str, tuple[str, int]]) -> Iterator[str]:
    """I1 and I2: nothing acknowledged is lost or moved, nothing is written twice, numbers run from 1 without a hole."""
    numbers = [row["seq"] for row in rows]
    if numbers != list(range(1, len(rows) + 1)):
        missing = sorted(set(range(1, max(numbers, default=0) + 1)) - set(numbers))
        yield f"{name}: holes or repeats in the numbers, {missing[:5]} are missing"
    if last != len(rows):
        yield f"{name}: the counter says {last} for {len(rows)} lines"
    by_number = {row["seq"]: row for row in rows}
    for text, (author, seq) in claims.items():
        row = by_number.get(seq)
        if row is None or row["text"] != text or row["author"] != author:
            yield f"{name}: LOST, {text!r} was acknowledged as {seq}"
    for text, times in Counter(row["text"] for row in rows if row["text"] and row["kind"] != "launched").items():
        if times > 1:
            yield f"{name}: DUPLICATED, {text!r} is there {times} times"
    ids = Counter((row["author"], row["client_id"]) for row in rows if row["client_id"])
    for (author, client_id), times in ids.items():
        if times > 1:
            yield f"{name}: DUPLICATED, {client_id} of {author} is there {times} times"


def expected_line(row: Row, seats: Iterable[str]) -> dict[str, Any]:
    """A row of the log as a viewer reads it, but for `seq`, `prev` and `at`."""
    mark = row.get("mark") or ""
    line: dict[str, Any] = {"kind": row["kind"]}
    if row["author"]:
        line["by"] = row["author"] if row["author"] in seats else "m"
    if row["client_id"]:
        line["id"] = row["client_id"]
    match row["kind"]:
        case "said":
            line |= {"text": row["text"], "item": row["item"], "to": row["target"]}
        case "reacted":
            line |= {"to": row["target"], "mark": mark.removeprefix("-"), "on": not mark.startswith("-")}
        case "launched":
            line |= {"item": row["item"], "item_kind": mark, "text": row["text"]}
        case "admitted" | "removed":
            line |= {"seat": row["item"]}
        case "closing":
            line |= {"text": row["text"]}
        case "instruction":
            line |= {"item": row["item"], "log": "staff"}
    return {key: value for key, value in line.items() if value not in ("", None)}


_BESIDE = {"type", "seq", "prev", "at", "number"}


def check_view(name: str, lines: Sequence[Row], rows: Sequence[Row], seats: Iterable[str]) -> Iterator[str]:
    """I3: a viewer holds exactly these rows, in this order, each following the one before."""
    seats = set(seats)
    before = 0
    for line in lines:
        if line["prev"] != before:
            yield f"{name}: line {line['seq']} says it follows {line['prev']}, but {before} came before"
            return
        before = line["seq"]
    held, kept = [line["seq"] for line in lines], [row["seq"] for row in rows]
    if held != kept:
        differs = next((pair for pair in zip(held, kept, strict=False) if pair[0] != pair[1]), (len(held), len(kept)))
        yield f"{name}: holds {len(held)} lines of {len(kept)}, they part at {differs}"
        return
    for line, row in zip(lines, rows, strict=True):
        shown = {key: value for key, value in line.items() if key not in _BESIDE}
        if shown != expected_line(row, seats):
            yield f"{name}: line {line['seq']} was shown as {shown}, the log holds {expected_line(row, seats)}"
            return


def membership_rows(rows: Sequence[Row], seat: str) -> list[Row]:
    """What a seat may read: from its admission on, plus the question current then, up to its removal."""
    admitted = next((row for row in rows if row["kind"] == "admitted" and row["item"] == seat), None)
    if admitted is None:
        return []
    removed = next((row["seq"] for row in rows if row["kind"] == "removed" and row["item"] == seat), None)
    return [
        row
        for row in rows
        if (row["seq"] >= admitted["seq"] or row["seq"] == admitted["target"])
        and (removed is None or row["seq"] <= removed)
    ]


def check_remarks(name: str, lines: Sequence[Row], rows: Sequence[Row]) -> Iterator[str]:
    """A confidential view against the confidential log."""
    shown = [(line["seq"], line["prev"], line["kind"], line["by"], line["id"], line["text"]) for line in lines]
    kept = [
        (row["seq"], row["seq"] - 1, row["kind"], row["author"], row["client_id"], row["text"]) for row in rows
    ]  # fmt: skip
    if shown != kept:
        yield f"{name}: holds {len(shown)} remarks, the log {len(kept)}, and they differ"
