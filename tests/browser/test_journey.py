"""An evening of eight participants, a moderator and an observer, in ten browsers at once."""

import json
import re

from django_scopes import scope
from playwright.sync_api import expect

from tests.browser.house import CREW
from tests.browser.room import Room, all_hold
from tests.browser.window import wait_for
from vigie.backroom.models import Remark

REMARK = "zzremark the tall one hides the price"
QUESTION = "zzquestion would they pay more at the till"
PROBE = "zzprobe ask what tall means"
SECRETS = (
    *("zzremark", "zzquestion", "zzprobe", "/back/", "vg-backroom", "p-back", "Oscar", "Mona", "Realname"),
    *("For you alone", "Slow down here", *(f"{name.title()}-pseudo" for name in CREW)),
)
LATE = "wren"


def test_an_evening_of_ten(house):
    meeting = house.crew()
    path, items = house.room(meeting), meeting.items
    rooms = {}

    def open_room(name, size=None):
        options = {"size": size} if size else {}
        rooms[name] = Room(house.window(name, **options), path)
        return rooms[name]

    # The waiting room: time left, flags that go up, a box to practise.
    early = [name for name in CREW if name != LATE]
    for name in early:
        open_room(name, CREW[name][1]).enter()
    first = rooms[early[0]]
    for name in early:
        room = rooms[name]
        room.see_view("waiting")
        expect(room.one("[data-arrived] [data-code]")).to_have_count(len(early))
        expect(room.one("[data-awaited] [data-waiting], [data-arrived] [data-waiting]")).to_have_count(1)
        assert re.fullmatch(r"[45]:\d\d", room.one("[data-countdown]").first.inner_text())
    frames = len(first.window.frames)
    first.one("#practice").fill("Le pain de mardi")
    first.one("#practice").press("Enter")
    expect(first.one("[data-practised]")).to_have_text("Le pain de mardi")
    assert house.lines(meeting) == []
    assert "Le pain" not in "".join(first.window.frames[frames:])

    moderator, observer = open_room("sophie").enter(), open_room("oscar").enter()
    expect(moderator.one("[data-waiting-list] [data-code]")).to_have_count(8)

    # One is let in, then all who are here.
    code = meeting.seats["heron"].code
    moderator.one(f'[data-waiting-list] [data-code="{code}"] [data-admit]').click()
    rooms["heron"].see_view("room")
    assert rooms["slate"].view == "waiting"
    moderator.one("[data-admit-all]").click()
    for name in early:
        rooms[name].see_view("room")
    assert not moderator.one("#p-guide [data-launch]").first.is_visible()
    moderator.one("[data-open-room]").click()
    expect(moderator.one("vg-room")).to_have_attribute("data-phase", "live")

    # The guide: a message, a question, something for the moderator alone.
    def launch(place):
        moderator.one(f'[data-guide] [data-item="{items[place].code}"] [data-launch]:visible').click()
        state = moderator.one(f'[data-guide] > [data-item="{items[place].code}"]')
        expect(state).not_to_have_attribute("data-state", "next")

    launch(0)
    launch(1)
    for name in early:
        rooms[name].page.wait_for_selector(f'[data-lines] > li[data-item="{items[1].code}"]', state="attached")
    rooms["slate"].say("La semaine dernière, la balance était en panne.")
    rooms["maple"].say("Last Tuesday: bags “everywhere”, and no lid — 3 €.")

    # Who began to type keeps the question of that moment.
    heron, lark = rooms["heron"], rooms["lark"]
    heron.type("Je finis ma phrase")
    expect(heron.one("[data-answering] [data-slot=number]")).to_have_text("1")
    expect(lark.one("[data-typing] [data-slot=typing]")).to_have_text("Heron is writing")
    seat = moderator.one(f'[data-people] [data-code="{code}"]')
    expect(seat).to_have_attribute("data-presence", "writing")
    launch(2)
    launch(3)
    heron.page.wait_for_selector(f'[data-lines] > li[data-item="{items[3].code}"]', state="attached")
    expect(heron.one("[data-answering] [data-slot=number]")).to_have_text("1")
    expect(heron.one("[data-take-current]")).to_be_visible()
    heron.send()
    heron.settled()
    lark.say("A lid that closes by itself.")
    answers = {line.text: line.item for line in house.lines(meeting, "said")}
    assert answers["Je finis ma phrase"] == items[1].code
    assert answers["A lid that closes by itself."] == items[3].code
    expect(lark.line("Je finis ma phrase")).to_have_attribute("data-item", items[1].code)

    # Replies and reactions.
    rooms["opal"].act("A lid that closes", "[data-do=reply]")
    expect(rooms["opal"].one("[data-replying]")).to_be_visible()
    rooms["opal"].say("Chez moi aussi, et une pelle attachée.")
    rooms["cedar"].act("A lid that closes", "[data-do=react][data-mark=same]")
    heron.act("A lid that closes", "[data-do=react][data-mark=same]")
    for name in early:
        count = rooms[name].line("A lid that closes").locator("[data-marks] [data-mark=same] [data-slot=count]")
        expect(count).to_have_text("2")
    reply = house.lines(meeting, "said")[-1]
    lid = next(line for line in house.lines(meeting, "said") if line.text.startswith("A lid"))
    assert reply.target == lid.seq
    expect(lark.line("une pelle").locator("[data-slot=quote-text]")).to_have_text("A lid that closes by itself.")

    # Beside it, between the client and the moderator alone.
    observer.remark(REMARK)
    observer.remark(QUESTION, "question")
    observer.act("A lid that closes", "[data-do=quote]")
    observer.remark(PROBE, "probe")
    expect(moderator.one("[data-remarks] > li")).to_have_count(3)
    assert [kind for kind, _ in moderator.remarks()] == ["remark", "question", "probe"]
    expect(moderator.one("[data-remarks] > li").last.locator("[data-slot=quote-text]")).to_contain_text("A lid that")
    moderator.remark("zzremark I will ask")
    expect(observer.one("[data-remarks] > li")).to_have_count(4)
    assert observer.one("#message").count() == 0
    # Words that repeat a remark wait, and can be taken back.
    said = len(house.lines(meeting, "said"))
    moderator.type(QUESTION)
    moderator.send()
    moderator.one("[data-take-back]").click()
    expect(moderator.one("#message")).to_have_value(QUESTION)
    moderator.type("Qu’est-ce qui vous manque ?")
    moderator.send()
    moderator.settled()
    wait_for(lambda: len(house.lines(meeting, "said")) == said + 1, page=moderator.page)

    # Late: from the question that flies on, nothing before.
    late = open_room(LATE, CREW[LATE][1]).enter()
    late.see_view("waiting")
    assert late.lines() == []
    late_code = meeting.seats[LATE].code
    moderator.one(f'[data-waiting-list] [data-code="{late_code}"] [data-admit]').click()
    late.see_view("room")
    expect(late.one(f'[data-lines] > li[data-item="{items[3].code}"]')).to_be_visible()
    assert late.said() == []
    late.say("I was late, sorry.")
    expect(late.one("[data-now-asked] [data-slot=asked-text]")).to_have_text(items[3].text)

    # Somebody is removed: at once, and for good.
    gone = rooms["birch"]
    gone.window.forgive("404")
    gone_code = meeting.seats["birch"].code
    moderator.one(f'[data-people] [data-code="{gone_code}"] [data-asks=remove]').click()
    expect(moderator.one("dialog[data-dialog=remove] [data-slot=name]")).to_have_text("Birch")
    moderator.answer("remove", "yes")
    gone.see_view("gone")
    gone_for_good = gone.one("[data-view-of=gone] h1")
    expect(gone_for_good).to_have_text("Vous n’êtes plus dans cette réunion")
    rooms["slate"].say("Après le départ de Birch.")
    assert "Après le départ" not in gone.window.everything()
    answer = gone.page.goto(path)
    assert answer and answer.status == 404
    there = [room for name, room in rooms.items() if name != "birch"]

    # A page made anew shows what it showed.
    opal = rooms["opal"]
    before = opal.lines()
    opal.type("Un brouillon")
    opal.page.reload()
    opal.joined()
    opal.hold(before[-1]["seq"])
    assert [line for line in opal.lines() if line["seq"] <= before[-1]["seq"]] == before
    assert opal.one("#message").input_value() == "Un brouillon"
    opal.one("#message").fill("")

    # A cut: what was said meanwhile comes, what was typed meanwhile leaves, once.
    cedar = rooms["cedar"]
    cedar.window.forgive("ERR_INTERNET_DISCONNECTED", "WebSocket")
    cedar.window.context.set_offline(True)
    rooms["slate"].say("Pendant la coupure, un.")
    lark.say("During the cut, two.")
    cedar.type("From the lift")
    cedar.send()
    expect(cedar.one("[data-unsent] > li")).to_have_attribute("data-pending", "waiting")
    expect(cedar.one("vg-room")).to_have_attribute("data-state", "offline", timeout=8000)
    expect(cedar.one("[data-line-down]")).to_be_visible()
    cedar.window.context.set_offline(False)
    cedar.settled()
    expect(cedar.one("[data-unsent] > li")).to_have_count(0)
    last = house.lines(meeting)[-1].seq
    all_hold(there, last)
    assert [line.text for line in house.lines(meeting, "said")].count("From the lift") == 1
    assert cedar.said()[-3:] == ["Pendant la coupure, un.", "During the cut, two.", "From the lift"]

    # Two tabs of one person.
    second = Room(lark.window, path, lark.window.open()).enter()
    second.see_view("room")
    second.say("From my other tab")
    expect(lark.line("From my other tab")).to_be_visible()
    expect(lark.line("From my other tab")).to_have_class(re.compile("line--me"))
    assert second.lines()[-3:] == lark.lines()[-3:]

    # The end, in two steps.
    moderator.one("[data-asks=close]").click()
    moderator.one("#thanks").fill("Merci à vous huit.")
    moderator.answer("close", "yes")
    for room in there:
        expect(room.one("vg-room")).to_have_attribute("data-phase", "closing")
        expect(room.line("Merci à vous huit.")).to_be_attached()
    rooms["maple"].say("A last word.")
    moderator.one("[data-asks=close-for-good]").click()
    moderator.answer("close-for-good", "no")
    assert house.session(meeting).phase == "closing"
    moderator.one("[data-asks=close-for-good]").click()
    moderator.answer("close-for-good", "yes")
    log = house.lines(meeting)
    members = [rooms[name] for name in CREW if name != "birch"]
    for room in members:
        room.see_view("closing")
        expect(room.one("[data-view-of=closing] [data-thanks]")).to_contain_text("Merci à vous huit.")
    wait_for(lambda: house.session(meeting).phase == "closed", page=moderator.page)

    # Each view is the log, from the admission of its reader on.
    log = house.lines(meeting)
    assert [line.seq for line in log] == list(range(1, len(log) + 1))
    whole = [
        (line.seq, line.kind, line.text, line.item if line.kind in {"said", "launched"} else "")
        for line in log
        if line.kind in {"said", "launched", "admitted", "removed", "opened", "closing", "closed"}
    ]
    admitted = {line.item: line.seq for line in log if line.kind == "admitted"}
    for name, room in rooms.items():
        if name == "birch":
            continue
        room.hold(log[-1].seq)
        shown = [(line["seq"], line["kind"], line["text"], line["item"]) for line in room.lines()]
        since = admitted[meeting.seats[name].code] if name in CREW else 0
        # Who came late sees first the question that flew.
        before = [line for line in whole if line[3] == items[3].code][:1] if name == LATE else []
        assert shown == before + [line for line in whole if line[0] >= since], name
    assert rooms["slate"].said() == [line.text for line in log if line.kind == "said"]

    # Nothing confidential ever reached a participant, by any way.
    with scope(community=house.cast.mariette):
        assert Remark.objects.count() == 4
    for name in CREW:
        everything = rooms[name].window.everything()
        assert [one for one in SECRETS if one in everything] == [], name

    # Out, and nothing stays on the device.
    slate = rooms["slate"]
    slate.one("[data-view-of=closing] form[data-sign-out] button").click()
    slate.page.wait_for_url(re.compile(r"/sign-in/|/$"))
    assert slate.page.evaluate("Object.keys(localStorage).filter((key) => key.startsWith('vigie:'))") == []

    # The transcript, read and taken away.
    mona = house.window("mona")
    mona.go(f"{path}transcript/")
    told = [line for line in log if line.kind == "said"]
    words = mona.page.locator(".script .line .line__said > p:not(.mini)").all_inner_texts()
    messages = [line.text for line in log if line.kind in {"said", "closing"} or line.item == items[0].code]
    assert words == messages
    mona.page.locator("#format").select_option("json")
    mona.page.locator("#export form button").click()
    mona.page.wait_for_load_state()
    with mona.page.expect_download() as download:
        mona.page.locator("#export a.btn").first.click()
    exported = json.loads(download.value.path().read_bytes())
    names = {one["id"]: one.get("name", "") for one in exported["people"]}
    aliases = {seat.code: seat.alias for seat in meeting.seats.values()}
    aliases[meeting.assignments["sophie"].code] = "Sophie-pseudo"
    given = [line for line in exported["lines"] if line["kind"] == "said"]
    assert [(names[line["by"]], line["text"], line.get("to", 0)) for line in given] == [
        (aliases[line.author], line.text, line.target or 0) for line in told
    ]
