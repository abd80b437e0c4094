"""The room's socket as the people at its ends live it, over a real server."""

import json
import threading
import time
from contextlib import ExitStack
from datetime import timedelta

import pytest
from django.conf import settings
from django.contrib.auth.signals import user_logged_out
from django.db import connection, transaction
from django.utils import translation
from django_scopes import scope

from tests import cast as people
from tests.live.serving import SOON, Serving, Socket, serving
from tests.rights.stage import open_meeting
from vigie.accounts import actions as accounts
from vigie.accounts.actions import set_preferences
from vigie.accounts.models import Erasure
from vigie.backroom import actions as back
from vigie.communities import actions as communities
from vigie.communities.access import Role
from vigie.communities.models import Membership
from vigie.core import clock
from vigie.live import actions as plans
from vigie.live.actions import room as actions
from vigie.live.models import Line, Seat, Session
from vigie.live.protocol.state import Duty, ItemKind

pytestmark = [pytest.mark.both, pytest.mark.django_db(transaction=True)]


class House:
    """The cast with one live meeting (Alice and Emma in, Bruno waiting) and a running server."""

    def __init__(self, served: Serving, tabs: ExitStack) -> None:
        self.served, self._tabs = served, tabs
        with transaction.atomic():
            self.cast = people.make_cast()
            self.meeting = open_meeting(self.cast)
        self._browsers = {}

    @property
    def code(self) -> str:
        return self.meeting.session.code

    def browser(self, name: str):
        """One sign-in a person."""
        if name not in self._browsers:
            self._browsers[name] = self.cast.client(name)
        return self._browsers[name]

    def key(self, name: str) -> str:
        return self.browser(name).cookies[settings.SESSION_COOKIE_NAME].value

    def door(self, name: str, plane: str = "front", **options) -> Socket:
        path = self.served.path(self.code, plane)
        return self._tabs.enter_context(self.served.connect(path, self.key(name), **options))

    def tab(self, name: str, plane: str = "front", **since) -> Socket:
        """A tab of this person's, in the room, everything on its way received."""
        tab = self.door(name, plane)
        tab.join(**since)
        tab.settle()
        return tab

    def say(self, name: str, text: str) -> int:
        """As another browser of theirs would, through a page."""
        return actions.say(self.meeting.place(self.cast, name), text=text)


@pytest.fixture
def served(transactional_db):
    with serving() as running:
        yield running


@pytest.fixture
def house(served):
    with ExitStack() as tabs:
        yield House(served, tabs)


# The door -------------------------------------------------------------------------------------------------------


def test_only_a_page_of_ours_opens_a_socket(house: House):
    own = settings.BASE_URL
    origins = {
        own: 101,
        None: 404,
        "null": 404,
        "": 404,
        f"{own}/": 404,
        f"{own}.evil.example": 404,
        own.replace("http", "https"): 404,
        own.replace("127.0.0.1", "localhost"): 404,
        own.replace(":8000", ":8001"): 404,
        "https://evil.example": 404,
    }
    path, key = house.served.path(house.code), house.key("alice")
    answers = {origin: house.served.handshake(path, key, origin) for origin in origins}
    assert {origin: int(answer.split(b" ")[1]) for origin, answer in answers.items()} == origins


def test_two_origins_in_one_opening_are_none(house: House):
    path, key = house.served.path(house.code), house.key("alice")
    twice = f"{settings.BASE_URL}\r\nOrigin: https://evil.example"
    assert house.served.handshake(path, key, twice).startswith(b"HTTP/1.1 400")


def test_every_no_is_the_same_bytes(house: House):
    own, room, block = settings.BASE_URL, house.served.path(house.code), house.served.path(house.code, "back")
    alice, chloe = house.key("alice"), house.key("chloe")
    every = {
        house.served.handshake("/nothing/at/all", alice, own),
        house.served.handshake(house.served.path("a" * 12), alice, own),
        house.served.handshake(house.served.path("a" * 12, "back"), alice, own),
        house.served.handshake(block, alice, own),
        house.served.handshake(room, chloe, own),
        house.served.handshake(room, "", own),
        house.served.handshake(room, "x" * 32, own),
        house.served.handshake(room, alice, "https://evil.example"),
        house.served.handshake(room, '";=', own),
    }
    assert len(every) == 1
    assert every.pop().startswith(b"HTTP/1.1 404 Not Found\r\n")


def test_a_sign_in_that_ended_opens_nothing(house: House):
    key = house.key("alice")
    house.browser("alice").post("/sign-out/")
    assert house.served.status(house.served.path(house.code), key) == 404


def test_the_waiting_room_has_an_hour(house: House):
    with scope(community=house.cast.mariette):
        Session.objects.filter(code=house.code).update(starts_at=clock.now() + timedelta(hours=1))
    path = house.served.path(house.code)
    status = {name: house.served.status(path, house.key(name)) for name in ("alice", "bruno", "sophie")}
    assert status == {"alice": 101, "bruno": 404, "sophie": 101}  # Alice is already in, and may come back


def test_nothing_is_compressed(house: House):
    """What somebody writes must not be measurable beside what others wrote."""
    tab = house.door("alice", compression="deflate")
    assert tab.response.headers.get("Sec-WebSocket-Extensions") is None


# Frames that are not of the protocol -----------------------------------------------------------------------------


def nested(levels: int) -> str:
    return '{"type":"ping","since":' + "[" * levels + "]" * levels + "}"


MALFORMED = {
    "not JSON": "hello",
    "nothing": "",
    "a list": "[]",
    "a string": '"join"',
    "a number": "1",
    "null": "null",
    "no verb": "{}",
    "an unknown verb": '{"type":"subscribe","room":"another"}',
    "a verb that is a list": '{"type":["join"]}',
    "an unknown field": '{"type":"ping","role":"moderator"}',
    "a missing field": '{"type":"post","id":"1"}',
    "a number as text": '{"type":"ping","since":"1"}',
    "text as a number": '{"type":"post","id":1,"text":"x"}',
    "a fraction": '{"type":"ping","since":1.5}',
    "a negative number": '{"type":"ping","since":-1}',
    "a huge number": '{"type":"ping","since":99999999999999999999}',
    "true for one": '{"type":"ping","since":true}',
    "NaN": '{"type":"ping","since":NaN}',
    "Infinity": '{"type":"ping","since":Infinity}',
    "null for text": '{"type":"post","id":"1","text":null}',
    "21 levels": nested(20),
    "1,000 levels": nested(1000),
    "two frames in one": '{"type":"ping"}{"type":"ping"}',
    "bytes": b'{"type":"ping"}',
    "half a character": '{"type":"post","id":"1","text":"\\ud83d"}',
}


@pytest.mark.parametrize("plane", ["front", "back"])
def test_a_frame_that_is_not_of_the_protocol_closes_its_own_socket_alone(house: House, plane: str):
    beside = house.tab("sophie", plane)
    closed = {}
    for name, frame in MALFORMED.items():
        tab = house.tab("oscar", plane)
        tab.raw(frame)
        closed[name] = tab.closed()
    assert closed == dict.fromkeys(MALFORMED, 4400)
    beside.settle()
    assert beside.closure is None


@pytest.mark.parametrize("plane", ["front", "back"])
def test_the_first_word_is_join(house: House, plane: str):
    closed = {}
    for verb, fields in {
        "ping": {},
        "post": {"id": "1", "text": "x", **({"kind": "remark"} if plane == "back" else {})},
    }.items():
        tab = house.door("sophie", plane)
        tab.send(verb, **fields)
        closed[verb] = tab.closed()
    assert closed == {"ping": 4400, "post": 4400}


def test_a_frame_over_64_kb_closes_the_socket(house: House):
    tab = house.tab("alice")
    tab.raw(json.dumps({"type": "post", "id": "1", "text": "x" * 65536}))
    assert tab.closed() == 1009


def test_a_flood_closes_the_socket_and_only_it(house: House):
    alice, emma = house.tab("alice"), house.tab("emma")
    for _ in range(2 * settings.SOCKET_FLOOD_LIMIT):
        alice.raw('{"type":"ping"}')
    assert alice.closed() == 4408
    assert [frame["type"] for frame in emma.settle()] == ["presence"]


def test_a_lively_talker_is_no_flood(house: House):
    alice = house.tab("alice")
    answers = [alice.command("post", text=f"Message {number}.")["type"] for number in range(20)]
    assert answers == ["ack"] * 20


# Losing a right ---------------------------------------------------------------------------------------------------


def leave_by_page(house: House, name: str) -> None:
    house.browser(name).post("/sign-out/")


def of_person(do):
    return lambda house, name: do(house.cast.members[name].person)


def forget(person):
    Erasure.objects.create(person=person, asked_at=clock.now(), due_at=clock.now())
    assert accounts.carry_out(person.id)


LOSSES = {
    "they are forgotten": of_person(forget),
    "they sign out": leave_by_page,
    "their sign-ins are ended": of_person(accounts.end_sign_ins),
    "their second key is taken away": of_person(accounts.forget_second_factor),
    "their account is closed": of_person(accounts.close_account),
    "they are suspended": lambda house, name: communities.suspend(house.cast.members[name]),
    "they are removed": lambda house, name: communities.remove(house.cast.members[name]),
    "they become a candidate": lambda house, name: communities.change_role(house.cast.members[name], Role.CANDIDATE),
}
STAFF_LOSSES = {
    "their duty is withdrawn": lambda house, name: plans.withdraw(house.meeting.assignments[name]),
    "they become a member": lambda house, name: communities.change_role(house.cast.members[name], Role.MEMBER),
}


PLACES = [("alice", "front"), ("sophie", "front"), ("sophie", "back"), ("oscar", "front"), ("oscar", "back")]


@pytest.mark.parametrize("loss", LOSSES)
def test_whoever_loses_the_right_is_shown_out_of_room_and_block(house: House, loss: str):
    """A participant, a moderator and an observer at once; those who lost nothing stay."""
    tabs = {f"{name} {plane}": house.tab(name, plane) for name, plane in PLACES}
    stays = house.tab("emma")
    for name in ("alice", "sophie", "oscar"):
        LOSSES[loss](house, name)
    assert {place: tab.closed() for place, tab in tabs.items()} == dict.fromkeys(tabs, 4401)
    assert tabs["alice front"].frames[-1] == {"type": "closed", "code": "no_right"}
    again = {
        f"{name} {plane}": house.served.status(house.served.path(house.code, plane), house.key(name))
        for name, plane in PLACES
    }
    assert again == dict.fromkeys(tabs, 404)
    stays.settle()
    assert stays.closure is None


def test_a_sign_out_that_takes_its_time_closes_all_the_same(house: House):
    """Whatever else happens on leaving, no room may look between the word and the end of the sign-in."""
    alice = house.tab("alice")

    def dawdle(**kwargs) -> None:
        time.sleep(1.3)

    user_logged_out.connect(dawdle)
    try:
        house.browser("alice").post("/sign-out/")
    finally:
        user_logged_out.disconnect(dawdle)
    assert alice.closed() == 4401


@pytest.mark.parametrize("loss", STAFF_LOSSES)
def test_whoever_leaves_the_team_is_shown_out_of_both_planes(house: House, loss: str):
    tabs = [house.tab(name, plane) for name, plane in PLACES if name != "alice"]
    for name in ("sophie", "oscar"):
        STAFF_LOSSES[loss](house, name)
    assert [tab.closed() for tab in tabs] == [4401] * 4


def test_a_moderator_who_becomes_an_observer_moderates_no_more(house: House):
    sophie = house.tab("sophie")
    communities.change_role(house.cast.sophie, Role.OBSERVER)
    assert sophie.closed() == 4401


def test_a_seat_taken_back_closes_the_waiting_room(house: House):
    bruno = house.tab("bruno")
    with scope(community=house.cast.mariette):
        plans.take_seat_back(
            Seat.objects.select_related("session__community").get(code=house.meeting.seats["bruno"].code)
        )
    assert bruno.closed() == 4401


def test_somebody_removed_by_the_moderator_reads_their_removal_and_nothing_after(house: House):
    alice, sophie = house.tab("alice"), house.tab("sophie")
    removal = sophie.command("seat.remove", seat=house.meeting.seats["alice"].code)["seq"]
    after = sophie.command("post", text="We go on.")["seq"]
    assert alice.closed() == 4401
    assert (alice.held, after) == (removal, removal + 1)
    assert alice.frames[-1] == {"type": "closed", "code": "was_removed"}


def test_a_membership_that_runs_out_closes_by_the_clock(house: House):
    with scope(community=house.cast.mariette):
        ends_at = clock.now() + timedelta(seconds=1.5)
        Membership.objects.filter(id=house.cast.alice.id).update(expires_at=ends_at)
    alice = house.tab("alice")
    assert alice.closed(1.5 + SOON) == 4401
    assert clock.now() >= ends_at


def test_a_room_that_closes_lets_everybody_go(house: House):
    tabs = {name: house.tab(name) for name in ("alice", "bruno", "sophie", "oscar")}
    block = house.tab("oscar", "back")
    tabs["sophie"].command("session.close", text="Thank you all.")
    tabs["sophie"].command("session.close")
    assert {name: tab.closed() for name, tab in tabs.items()} == dict.fromkeys(tabs, 4410)
    block.settle()
    assert block.closure is None  # the team may go on comparing notes


def test_twenty_times_nothing_said_after_the_loss_is_delivered(house: House):
    sophie, leaks, slow = house.tab("sophie"), [], []
    for _ in range(20):
        alice = house.tab("alice")
        began = time.monotonic()
        communities.suspend(house.cast.alice)
        after = sophie.command("post", text="Between us now.")["seq"]
        if alice.closed() != 4401:
            slow.append(time.monotonic() - began)
        leaks += [frame for frame in alice.frames if frame.get("seq", 0) >= after and frame["type"] == "line"]
        communities.restore(house.cast.alice)
    assert (leaks, slow) == ([], [])


def test_twenty_times_no_remark_written_after_the_loss_is_delivered(house: House):
    oscar = house.cast.oscar
    sophie, leaks, slow = house.tab("sophie", "back"), [], []
    for number in range(20):
        tab = house.tab("oscar", "back")
        communities.suspend(oscar)
        after = sophie.command("post", kind="remark", text=f"Between us {number}.")["seq"]
        if tab.closed() != 4401:
            slow.append(number)
        leaks += [frame for frame in tab.frames if frame["type"] == "line" and frame["seq"] >= after]
        communities.restore(oscar)
    assert (leaks, slow) == ([], [])


def test_a_command_that_arrives_with_the_loss_is_not_obeyed(house: House):
    alice = house.tab("alice")
    with scope(community=house.cast.mariette):
        before = Line.objects.count()
        communities.suspend(house.cast.alice)
        alice.send("post", id="late", text="Did you know?")
        alice.closed()
        assert Line.objects.count() == before
    assert [frame for frame in alice.frames if frame["type"] in {"ack", "line"} and frame.get("id") == "late"] == []


# Tabs, seats, reconnections ---------------------------------------------------------------------------------------


def test_two_tabs_of_one_person_both_work(house: House):
    first, second, emma = house.tab("alice"), house.tab("alice"), house.tab("emma")
    one = first.command("post", text="From the telephone.")["seq"]
    two = second.command("post", text="From the desk.")["seq"]
    assert [tab.line(two)["text"] for tab in (first, second, emma)] == ["From the desk."] * 3
    assert two == one + 1
    first.leave()
    emma.settle()
    assert not any(frame["type"] == "presence" and "alice" not in here(house, frame) for frame in emma.frames[-3:])


def here(house: House, frame: dict) -> set[str]:
    names = {seat.code: name for name, seat in house.meeting.seats.items()}
    return {names[code] for code in frame["here"]}


def test_the_seventeenth_of_sixteen_waits(house: House):
    meeting = people.make_meeting(house.cast, seats=())
    house.meeting = meeting
    seats = {}
    with scope(community=house.cast.mariette):
        for number in range(17):
            name = f"guest{number}"
            guest = communities.grant_membership(
                house.cast.mariette, people.person(name), pseudonym=name, role=Role.MEMBER
            )
            guest.community = house.cast.mariette
            house.cast.members[name] = guest
            seats[name] = Seat.objects.create(session=meeting.session, membership=guest, alias=name).code
    last = house.tab("guest16")
    sophie = house.tab("sophie")
    codes = list(seats.values())
    assert sophie.command("seat.admit", seats=codes)["code"] == "room_full"
    assert sophie.command("seat.admit", seats=codes[:16])["type"] == "ack"
    assert sophie.command("seat.admit", seats=[codes[16]])["code"] == "room_full"
    sophie.command("session.open")
    assert last.command("post", text="Am I in?")["code"] == "not_admitted"
    assert [frame for frame in last.frames if frame["type"] == "line"] == []


def test_who_comes_late_reads_the_question_and_nothing_said_before(house: House):
    bruno, sophie = house.tab("bruno"), house.tab("sophie")
    assert bruno.frames[0]["lines"] == []
    sophie.command("seat.admit", seats=[house.meeting.seats["bruno"].code])
    snapshot = bruno.until("snapshot")
    question, admission = snapshot["lines"]
    assert (question["kind"], question["text"]) == ("launched", house.meeting.items[1].text)
    assert (admission["kind"], admission["seat"]) == ("admitted", house.meeting.seats["bruno"].code)
    assert snapshot["current"] == question["seq"]
    said = house.say("alice", "Twice, even.")
    assert bruno.line(said)["prev"] == admission["seq"]


def numbers(lines: list[dict]) -> list[tuple[int, int]]:
    return [(line["prev"], line["seq"]) for line in lines]


@pytest.mark.parametrize("name", ["alice", "sophie"])
def test_coming_back_brings_exactly_what_was_missed(house: House, name: str):
    for number in range(6):
        house.say("emma", f"Message {number}.")
    whole = house.door(name).join()["lines"]
    assert whole[0]["prev"] == 0
    for held in [0, *(line["seq"] for line in whole)]:
        missed = house.door(name).join(since=held)["lines"]
        assert numbers(missed) == numbers([line for line in whole if line["seq"] > held])
        assert missed == [line for line in whole if line["seq"] > held]


def test_a_number_that_never_was_brings_nothing_and_what_comes_next(house: House):
    alice = house.door("alice")
    assert alice.join(since=2**31 - 1)["lines"] == []
    seq = house.say("emma", "Here I am.")
    assert alice.line(seq)["text"] == "Here I am."


def test_a_seat_given_while_hints_were_lost_opens_all_the_same(house: House):
    """Another process gave it, and the word did not come through."""
    alice = house.tab("alice")
    with scope(community=house.cast.mariette):
        seat = Seat.objects.create(session=house.meeting.session, membership=house.cast.chloe, alias="Maple")
    chloe = house.tab("chloe")
    assert chloe.frames[0]["you"] == {"code": seat.code, "duty": "seat", "state": "waiting"}
    alice.settle()
    assert alice.closure is None


def test_a_message_sent_twice_is_one_message(house: House):
    alice, emma = house.tab("alice"), house.tab("emma")
    first = alice.command("post", id="the-same", text="Once only.")
    again = alice.command("post", id="the-same", text="Once only.")
    alice.leave()
    later = house.tab("alice").command("post", id="the-same", text="Once only.")
    assert first == again == later
    assert [frame["text"] for frame in emma.settle() if frame["type"] == "line"] == ["Once only."]


def test_one_message_a_second(house: House):
    with scope(community=house.cast.mariette):
        plans.change_session(house.meeting.session, pace_seconds=1)
    emma = house.tab("emma")
    answers = [emma.command("post", text=text) for text in ("One.", "Two.")]
    time.sleep(1)
    answers.append(emma.command("post", text="Three."))
    assert [answer.get("code", answer["type"]) for answer in answers] == ["ack", "too_fast", "ack"]


# Words ------------------------------------------------------------------------------------------------------------


NAUGHTY = [
    "é",
    "e\u0301",  # the same to the eye, not to the log
    "\u0644\u0627 \u0628\u0623\u0633",
    "\u202eright to left\u202c",
    "👩‍👩‍👧‍👦 🇫🇷 👍🏽",
    "Z̸̢͑a̶̛l̴͝g̷̈o̶͛",
    "𝒽𝑒𝓁𝓁𝑜 𠜎",
    "日本語 한국어 ไทย",
    "\ufeffwith a mark before",
    "zero\u200bwidth\u200d\u2060",
    "a\tb\nc\r\nd\x0be\x1f\x7f\x85\u2028\u2029",
    "\ufffe\uffff\U0010ffff",
    "<script>alert(1)</script><img src=x onerror=alert(1)>",
    "'; DROP TABLE live_line; --",
    "{{ 7*7 }} {% raw %} ${7*7} %s %(x)s \\n \\u0000",
    "\"quotes\" 'and' \\backslashes\\",
    "=1+1 @x -2 +3",
    "x" * 2000,
    "🌊" * 2000,
    "   spaces around   ",
]


def test_words_arrive_as_they_were_typed_code_point_for_code_point(house: House):
    alice, emma = house.tab("alice"), house.tab("emma")
    last = 0
    for text in NAUGHTY:
        last = alice.command("post", text=text)["seq"]
    emma.line(last)
    said = [frame["text"] for frame in emma.frames if frame["type"] == "line" and frame["kind"] == "said"]
    assert said[-len(NAUGHTY) :] == NAUGHTY
    again = house.door("emma").join()["lines"]
    assert [line["text"] for line in again if line["kind"] == "said"][-len(NAUGHTY) :] == NAUGHTY


def test_words_of_the_team_arrive_as_they_were_typed(house: House):
    oscar, sophie = house.tab("oscar", "back"), house.tab("sophie", "back")
    for text in NAUGHTY:
        last = oscar.command("post", kind="remark", text=text)["seq"]
    sophie.until(lambda frame: frame["type"] == "line" and frame["seq"] == last)
    assert [frame["text"] for frame in sophie.frames if frame["type"] == "line"] == NAUGHTY


def test_what_cannot_be_kept_is_refused_with_a_sentence_and_the_socket_lives(house: House):
    alice = house.tab("alice")
    refusals = {
        "a NUL": {"text": "a\x00b"},
        "nothing": {"text": ""},
        "blanks": {"text": " \n\t "},
        "2,001 characters": {"text": "x" * 2001},
        "a question that is not open": {"text": "x", "item": house.meeting.items[3].code},
        "an answer to nobody": {"text": "x", "to": 9999},
        "an answer to what one may not read": {"text": "x", "to": 1},
        "an id without letters": {"text": "x", "id": ""},
        "an id too long": {"text": "x", "id": "x" * 36 + "y"},
        "an id with a NUL": {"text": "x", "id": "x\x00"},
    }
    codes = {}
    for name, fields in refusals.items():
        alice.send("post", **{"id": name[:36], **fields})
        frame = alice.until("refused")
        assert frame["message"]
        codes[name] = frame["code"]
    assert codes == {
        "a NUL": "unstorable",
        "nothing": "empty",
        "blanks": "empty",
        "2,001 characters": "too_long",
        "a question that is not open": "unknown_item",
        "an answer to nobody": "unknown_line",
        "an answer to what one may not read": "unknown_line",
        "an id without letters": "client_id",
        "an id too long": "client_id",
        "an id with a NUL": "unstorable",
    }
    assert alice.command("post", text="Still here.")["type"] == "ack"


@pytest.mark.parametrize("language", ["fr", "en"])
def test_a_refusal_speaks_the_readers_language(house: House, language: str):
    set_preferences(house.cast.bruno.person, language=language, time_zone="Europe/Paris")
    set_preferences(house.cast.oscar.person, language=language, time_zone="Europe/Paris")
    said = [
        house.tab("bruno").command("post", text="Am I in?")["message"],
        house.tab("oscar", "back").command("post", kind="remark", text="")["message"],
    ]
    with translation.override(language):
        assert said == [str(actions.SENTENCES["not_admitted"]), str(back.SENTENCES["empty"])]
    assert (said[0] == "The moderator has not let you in yet.") == (language == "en")


# What participants never learn ------------------------------------------------------------------------------------


def test_observers_are_in_nobodys_presence(house: House):
    alice, bruno, sophie = house.tab("alice"), house.tab("bruno"), house.tab("sophie")
    for tab in (alice, bruno):
        tab.settle()
    for name in ("oscar", "mona"):
        house.tab(name)
        house.tab(name, "back").send("typing", on=True)
    assert alice.settle() == []
    assert bruno.settle() == []
    codes = {house.meeting.assignments[name].code for name in ("oscar", "mona")}
    told = json.dumps([*alice.frames, *bruno.frames, *sophie.frames])
    assert [code for code in codes if code in told] == []


def launch_the_instruction(house: House) -> None:
    with scope(community=house.cast.mariette):
        actions.launch(house.meeting.place(house.cast, "sophie"), house.meeting.items[2].code)


def add_to_the_guide(house: House) -> None:
    plans.add_guide_item(house.meeting.session, kind=ItemKind.QUESTION, text="And what else?", minutes=5)


def edit_the_guide(house: House) -> None:
    item = house.meeting.items[3]
    item.session = house.meeting.session
    plans.edit_guide_item(item, text="What would bring you back for good?", minutes=5)


def assign_an_observer(house: House) -> None:
    olga = communities.grant_membership(
        house.cast.mariette, people.person("olga"), pseudonym="Olga-pseudo", role=Role.OBSERVER
    )
    plans.assign(house.meeting.session, olga, Duty.OBSERVER)


def withdraw_an_observer(house: House) -> None:
    plans.withdraw(house.meeting.assignments["oscar"])


def write_a_remark(house: House) -> None:
    with scope(community=house.cast.mariette):
        back.remark(house.meeting.place(house.cast, "oscar"), text="Ask her why.")


STAFF_EVENTS = [
    launch_the_instruction,
    add_to_the_guide,
    edit_the_guide,
    assign_an_observer,
    withdraw_an_observer,
    write_a_remark,
]


@pytest.mark.parametrize("event", STAFF_EVENTS)
def test_what_concerns_the_team_alone_sends_no_frame_to_a_participant(house: House, event):
    house.meeting.session.community = house.cast.mariette
    alice, bruno, sophie = house.tab("alice"), house.tab("bruno"), house.tab("sophie")
    for tab in (alice, bruno):
        tab.settle()
    event(house)
    sophie.settle()
    time.sleep(0.1)
    assert (alice.settle(), bruno.settle()) == ([], [])


def test_an_instruction_reaches_the_team_alone(house: House):
    tabs = {name: house.tab(name) for name in ("alice", "bruno", "sophie", "oscar")}
    pongs = {}
    tabs["sophie"].command("item.launch", item=house.meeting.items[2].code)
    for name, tab in tabs.items():
        tab.settle()
        pongs[name] = tab.frames[-1]["seq"]
    told = {name: house.meeting.items[2].code in json.dumps(tab.frames[2:]) for name, tab in tabs.items()}
    assert told == {"alice": False, "bruno": False, "sophie": True, "oscar": True}
    assert pongs["alice"] == pongs["sophie"]


def test_peers_and_observers_read_aliases_the_team_that_leads_reads_pseudonyms(house: House):
    pseudonyms = {
        name: "Alice-pseudo" in json.dumps(house.tab(name).frames)
        for name in ("alice", "emma", "sophie", "oscar", "mona")
    }
    assert pseudonyms == {"alice": False, "emma": False, "sophie": True, "oscar": False, "mona": True}


def test_no_frame_ever_names_a_person(house: House):
    names = [*people.MARIETTE, "victor"]
    tabs = [house.tab(name) for name in ("alice", "bruno", "sophie", "oscar", "mona")]
    tabs += [house.tab(name, "back") for name in ("sophie", "oscar", "mona")]
    house.say("alice", "Good evening.")
    frames = json.dumps([tab.settle() and tab.frames for tab in tabs])
    assert [name for name in names if f"{name}@example.org" in frames or f"{name.title()} Realname" in frames] == []


# The server's own life --------------------------------------------------------------------------------------------


def test_the_server_leaves_and_comes_back(transactional_db):
    with ExitStack() as tabs:
        with serving() as first:
            house = House(first, tabs)
            alice = house.tab("alice")
            seq = alice.command("post", text="Before.")["seq"]
        assert alice.closed() == 1012
        with serving() as second:
            house.served = second
            assert house.tab("alice").held == seq


@pytest.mark.skipif(connection.vendor != "postgresql", reason="a file does not hang up")
def test_a_database_that_hung_up_is_called_again(house: House):
    sophie = house.tab("sophie")
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
    answers = [
        sophie.command("post", id=f"try{number}", text="Are you there?").get("code", "ack") for number in range(3)
    ]
    assert answers[1:] == ["ack", "ack"]
    path = house.served.path(house.code)
    assert [house.served.status(path, house.key("alice")) for _ in range(12)][-1] == 101


def test_many_doors_at_once(house: House):
    """Ten people come back in the same moment; each finds everything."""
    path, found = house.served.path(house.code), []

    def come(name: str) -> None:
        with house.served.connect(path, keys[name]) as tab:
            found.append(tab.join()["lines"][-1]["seq"])

    keys = {name: house.key(name) for name in ("alice", "emma", "sophie", "oscar", "mona")}
    threads = [threading.Thread(target=come, args=(name,)) for name in [*keys, *keys]]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(10)
    with scope(community=house.cast.mariette):
        assert found == [Line.objects.count()] * 10
