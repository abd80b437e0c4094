"""`vigie replay FILE`: a client per speaker, a moderator, two observers, cuts by seed; then everything is compared."""

import argparse
import asyncio
import json
import random
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.conf import settings
from django_scopes import scope

from vigie.live.exports import transcript_json
from vigie.live.models import Line, Session
from vigie.live.queries.transcripts import transcript
from vigie.replay.client import Client
from vigie.replay.conversations import Conversation, read
from vigie.replay.server import Server
from vigie.replay.stage import Stage, set_stage

CANARY = "confidential-canary"


@dataclass
class Played:
    """What a replay did and what it found wrong; nothing wrong is an empty list."""

    conversation: Conversation
    seconds: float = 0
    sent: int = 0
    cuts: int = 0
    remarks: int = 0
    wrong: list[str] = field(default_factory=list)


def replay(options: argparse.Namespace) -> int:
    try:
        conversation = read(Path(options.file), options.conversation, options.limit)
    except (OSError, ValueError, KeyError) as error:
        print(f"vigie replay: {error}", file=sys.stderr)
        return 2
    server = Server({"VIGIE_DATA_DIR": str(settings.DATA_DIR), "VIGIE_SOCKET_FLOOD_LIMIT": "1000000"})
    from vigie.commands import migrate

    migrate()
    longest = max((len(turn.text) for turn in conversation.turns), default=1)
    stage = set_stage(conversation.speakers, title=conversation.name, answer_limit=longest + 1)
    server.start()
    try:
        base = f"http://127.0.0.1:{server.port}"
        played = asyncio.run(play(conversation, stage, base, speed=options.speed, seed=options.seed))
    finally:
        server.stop()
    played.wrong += compare_transcript(conversation, stage)
    report(played)
    return 1 if played.wrong else 0


def report(played: Played) -> None:
    talk = played.conversation
    print(
        f"{talk.name}: {len(talk.turns)} turns of {len(talk.speakers)} speakers in {played.seconds:.1f} s; "
        f"{talk.system} system lines and {talk.empty} empty turns left out; {played.cuts} cuts, "
        f"{played.remarks} confidential remarks"
    )
    for sentence in played.wrong:
        print(f"  wrong: {sentence}")
    if not played.wrong:
        print("  every view complete and in order, equal to the log; the transcript equals the input")


async def play(
    conversation: Conversation, stage: Stage, base: str, *, speed: float = 0, seed: int = 1, cut_share: float = 0.03
) -> Played:
    """Play each turn in the conversation's order, through its speaker's own socket; `speed` in turns a second."""
    dice, played, started = random.Random(seed), Played(conversation), time.monotonic()
    front, back = stage.front(base), stage.back(base)
    speakers = {name: Client(front, stage.cookies[name], record=True) for name in conversation.speakers}
    moderator = Client(front, stage.cookies[stage.moderator])
    observers = [Client(back, stage.cookies[name]) for name in stage.observers]
    watching = [Client(front, stage.cookies[name]) for name in stage.observers]
    everyone = [*speakers.values(), moderator, *observers, *watching]
    for client in everyone:
        await client.start()
    await moderator.command("seat.admit", seats=list(stage.seats.values()))
    await moderator.command("session.open")
    await moderator.command("item.launch", item=stage.items[0])
    confidential = asyncio.create_task(_whisper(observers, dice, played))
    numbers: list[int] = []
    for turn in conversation.turns:
        due = started + len(numbers) / speed if speed else 0
        if due > time.monotonic():
            await asyncio.sleep(due - time.monotonic())
        if dice.random() < cut_share:
            dice.choice(everyone).cut()
            played.cuts += 1
        cut_after = dice.random() < cut_share
        played.cuts += cut_after
        fields: dict[str, Any] = {"item": stage.items[0]}
        if turn.to is not None:
            fields["to"] = numbers[turn.to]
        numbers.append(await speakers[turn.speaker].post(turn.text, cut_after=cut_after, **fields))
        played.sent += 1
    confidential.cancel()
    last = await moderator.command("session.close", text="Thank you.")
    for client in [*speakers.values(), moderator, *watching]:
        try:
            await client.until(last)
        except TimeoutError:
            played.wrong.append(f"a view stops at {client.held} of {last}")
    played.wrong += await asyncio.to_thread(lambda: list(compare_views(stage, speakers, numbers)))
    await moderator.command("session.close")
    await asyncio.sleep(0.2)
    for client in everyone:
        await client.stop()
    played.seconds = time.monotonic() - started
    return played


async def _whisper(observers: list[Client], dice: random.Random, played: Played) -> None:
    while True:
        kind = dice.choice(["remark", "question", "probe"])
        await dice.choice(observers).post(f"{CANARY} {played.remarks}", kind=kind)
        played.remarks += 1
        await asyncio.sleep(dice.uniform(0.01, 0.2))


def compare_views(stage: Stage, speakers: dict[str, Client], numbers: list[int]) -> Iterator[str]:
    """Each participant's view against the log: complete, in order, equal, and with nothing confidential in it."""
    with scope(community=stage.community_id):
        rows = Line.objects.filter(session_id=stage.session_id).order_by("seq")
        log = list(rows.values_list("seq", "kind", "author", "text", "target"))
    if [row[0] for row in log] != list(range(1, len(log) + 1)):
        yield "the log has a hole"
    if sorted(numbers) != numbers:
        yield "the log is not in the order of the conversation"
    for name, client in speakers.items():
        admitted = next(
            line["seq"] for line in client.lines if line["kind"] == "admitted" and line["seat"] == stage.seats[name]
        )
        expected = [(seq, kind, text) for seq, kind, _, text, _ in log if seq >= admitted]
        shown = [(line["seq"], line["kind"], line.get("text", "")) for line in client.lines]
        if shown != expected:
            yield f"{name}'s view differs from the log"
        if any(CANARY.encode() in frame or b"/back/" in frame for frame in client.raw):
            yield f"{name} was shown something confidential"
        authors = {line["seq"]: line.get("by") for line in client.lines if line["kind"] == "said"}
        wrong = [
            seq for seq, kind, author, _, _ in log if kind == "said" and seq >= admitted and authors[seq] != author
        ]
        if wrong:
            yield f"{name} was shown a wrong author"


def compare_transcript(conversation: Conversation, stage: Stage) -> list[str]:
    """The exported transcript against the input: same words, same authors, same order, same replies."""
    with scope(community=stage.community_id):
        session = Session.objects.get(id=stage.session_id)
        exported = json.loads(transcript_json(transcript(session, "alias")))
    names = {person["id"]: person["name"] for person in exported["people"]}
    aliases = {alias: speaker for speaker, alias in stage.aliases.items()}
    said = [line for line in exported["lines"] if line["kind"] == "said"]
    order = {line["seq"]: place for place, line in enumerate(said)}
    got = [(aliases.get(names.get(line["by"], "")), line["text"], order.get(line.get("to", 0))) for line in said]
    expected = [(turn.speaker, turn.text, turn.to) for turn in conversation.turns]
    if got == expected:
        return []
    differs = next(
        (place for place, pair in enumerate(zip(got, expected, strict=False)) if pair[0] != pair[1]),
        min(len(got), len(expected)),
    )
    return [
        f"the transcript differs from the input from line {differs} on ({len(got)} lines for {len(expected)} turns)"
    ]
