"""A recorded debate, said again: each speaker types their turns in a browser of their own."""

import json
import random
from pathlib import Path

import pytest
from django_scopes import scope
from playwright.sync_api import expect

from tests.browser.room import Room, all_hold
from tests.browser.window import Window, wait_for
from vigie.live.exports import transcript_json
from vigie.live.models import Line, Session
from vigie.live.queries.transcripts import transcript
from vigie.replay.conversations import read
from vigie.replay.stage import set_stage

ROOT = Path(__file__).resolve().parents[2]
DEBATES = ROOT.parent / "shared/data/06_chat/debates_fr.jsonl"
NAME = "Bardella_Panot_Veran--Partie_1_Introduction"


@pytest.mark.skipif(not DEBATES.exists(), reason="the recorded debates are not on this machine")
def test_a_debate_in_browsers(house):
    debate = read(DEBATES, NAME)
    longest = max(len(turn.text) for turn in debate.turns)
    stage = set_stage(debate.speakers, title="Débat", answer_limit=longest + 1, questions=("Qu’en dites-vous ?",))
    path, dice = f"/c/{stage.slug}/live/{stage.code}/", random.Random(6)

    def come_in(name):
        window = Window(house.browser, house.base, cookie=stage.cookies[name], language="en", name=name)
        house.windows.append(window)
        window.forgive("ERR_INTERNET_DISCONNECTED", "WebSocket")
        return Room(window, path).enter()

    moderator = come_in(stage.moderator)
    rooms = {name: come_in(name) for name in debate.speakers}
    expect(moderator.one("[data-waiting-list] [data-admit]:visible")).to_have_count(len(rooms))
    moderator.one("[data-admit-all]").click()
    moderator.one("[data-open-room]").click()
    moderator.one("[data-guide] [data-launch]:visible").first.click()
    for room in rooms.values():
        room.see_view("room")
        room.page.wait_for_selector("[data-lines] > li[data-kind=launched]", state="attached")

    def log():
        with scope(community=stage.community_id):
            return list(Line.objects.filter(session_id=stage.session_id).order_by("seq"))

    away = None
    for number, turn in enumerate(debate.turns, 1):
        speaker = rooms[turn.speaker]
        if number % 4 == 2:
            away = dice.choice(sorted(rooms))
            rooms[away].window.context.set_offline(True)
        speaker.type(turn.text)
        speaker.send()
        # Whoever is cut off keeps their words, and their turn comes when the line is back.
        if away and (number % 4 == 0 or turn.speaker == away):
            rooms[away].window.context.set_offline(False)
            away = None
        wait_for(lambda said=number: sum(line.kind == "said" for line in log()) == said, 20, speaker.page)
        speaker.settled()
    if away:
        rooms[away].window.context.set_offline(False)
    moderator.one("[data-asks=close]").click()
    moderator.answer("close", "yes")
    wait_for(lambda: log()[-1].kind == "closing", page=moderator.page)

    lines = log()
    assert [line.seq for line in lines] == list(range(1, len(lines) + 1))
    all_hold([*rooms.values(), moderator], lines[-1].seq)
    for name, room in rooms.items():
        came = next(line.seq for line in lines if line.kind == "admitted" and line.item == stage.seats[name])
        shown = [(line["seq"], line["kind"], line["text"]) for line in room.lines()]
        assert shown == [(line.seq, line.kind, line.text) for line in lines if line.seq >= came], name
        mine = [line["text"] for line in room.lines() if line["by"] == stage.seats[name]]
        assert mine == [turn.text for turn in debate.turns if turn.speaker == name]

    with scope(community=stage.community_id):
        exported = json.loads(transcript_json(transcript(Session.objects.get(id=stage.session_id), "alias")))
    names = {one["id"]: one["name"] for one in exported["people"]}
    speakers = {alias: speaker for speaker, alias in stage.aliases.items()}
    said = [(speakers[names[line["by"]]], line["text"]) for line in exported["lines"] if line["kind"] == "said"]
    assert said == [(turn.speaker, turn.text) for turn in debate.turns]
