"""The pure room against a small model of what it promises, under random commands; then the same on the database."""

import contextlib
import os
import subprocess
import sys
from datetime import UTC, datetime, timedelta

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from tests.harness.installation import ROOT
from tests.harness.marks import once
from tests.harness.planted import names, planted
from vigie.live import log
from vigie.live.committer import decide_all
from vigie.live.protocol import messages as m
from vigie.live.protocol.rules import decide, evolve, number, visible
from vigie.live.protocol.state import STAFF_LOG, Duty, Item, ItemKind, Limits, Phase, Room, Seat, Viewer

NOON = datetime(2026, 6, 15, 12, 0, tzinfo=UTC)
SEATS = ("a", "b", "c", "d")
ITEMS = {"q1": ItemKind.QUESTION, "q2": ItemKind.QUESTION, "word": ItemKind.MESSAGE, "slow": ItemKind.INSTRUCTION}
STAFF = {"m": Duty.MODERATOR, "o": Duty.OBSERVER}
LIMITS = Limits(characters=20, pace=timedelta(seconds=1), seats=2)


def viewer(code):
    return Viewer(code, STAFF.get(code))


class Model:
    """What the room promises, in the plainest words: a list of lines, and who stood where when each was written."""

    def __init__(self):
        self.phase, self.lines, self.side = "planned", [], []
        self.stay = dict.fromkeys(SEATS, None)  # None, (from, question read again) or (from, question, until)
        self.said_at, self.sent, self.current, self.ids = {}, {}, 0, {}

    def inside(self, who):
        return who == "m" or (self.stay.get(who) is not None and len(self.stay[who]) == 2)

    def sees(self, who):
        numbers = range(1, len(self.lines) + 1)
        if who in STAFF:
            return list(numbers)
        stay = self.stay[who]
        if stay is None or stay[0] == 0:
            return []
        until = stay[2] if len(stay) == 3 else len(self.lines)
        return [seq for seq in numbers if stay[0] <= seq <= until or seq == stay[1]]

    def write(self, kind, author, client_id=""):
        self.lines.append((author, kind))
        if client_id:
            self.ids[author, client_id] = len(self.lines)
        return len(self.lines)

    def hear(self, who, command, at):
        """The number that is acknowledged, None for a refusal."""
        if (who, command.id) in self.ids:
            return self.ids[who, command.id]
        return getattr(self, f"hear_{type(command).__name__.lower()}")(who, command, at)

    def speaks(self, who):
        return self.phase in {"live", "closing"} and self.inside(who)

    def answers(self, who, seq):
        return 0 < seq <= len(self.lines) and self.lines[seq - 1][1] == "said" and seq in self.sees(who)

    def hear_post(self, who, command, at):
        good = self.speaks(who) and 0 < len(command.text) <= 20 and command.text.strip()
        good = (
            good
            and (not command.item or command.item in self.sent)
            and (not command.to or self.answers(who, command.to))
        )
        if not good or (who != "m" and at - self.said_at.get(who, at - timedelta(1)) < timedelta(seconds=1)):
            return None
        self.said_at[who] = at
        return self.write("said", who, command.id)

    def hear_react(self, who, command, at):
        good = self.speaks(who) and command.mark != "bad" and self.answers(who, command.to)
        return self.write("reacted", who, command.id) if good else None

    def hear_admit(self, who, command, at):
        arriving = [seat for seat in dict.fromkeys(command.seats) if not self.inside(seat)]
        fits = sum(map(self.inside, SEATS)) + len(arriving) <= 2
        if who != "m" or self.phase not in {"waiting", "live"} or not arriving or not fits:
            return None
        if any(self.stay[seat] is not None for seat in arriving):
            return None
        for seat in arriving:
            seq = self.write("admitted", who, command.id if seat == arriving[-1] else "")
            self.stay[seat] = (seq, self.current)
        return seq

    def hear_remove(self, who, command, at):
        stay = self.stay[command.seat]
        if who != "m" or (stay is not None and len(stay) == 3):
            return None
        seq = self.write("removed", who, command.id)
        self.stay[command.seat] = (*(stay or (0, 0)), seq)
        return seq

    def hear_launch(self, who, command, at):
        if who != "m" or self.phase != "live" or command.item in self.sent:
            return None
        if ITEMS[command.item] == "instruction":
            if command.item not in self.side:
                self.side.append(command.item)
            return self.side.index(command.item) + 1
        self.sent[command.item] = self.write("launched", who, command.id)
        if ITEMS[command.item] == "question":
            self.current = self.sent[command.item]
        return self.sent[command.item]

    def hear_open(self, who, command, at):
        if who != "m" or self.phase != "waiting":
            return None
        self.phase = "live"
        return self.write("opened", who, command.id)

    def hear_close(self, who, command, at):
        if who != "m" or self.phase not in {"live", "closing"}:
            return None
        self.phase = {"live": "closing", "closing": "closed"}[self.phase]
        return self.write(self.phase, who, command.id)


ANYBODY = st.sampled_from([*SEATS, "m", "m", "o"])


class Rooms(RuleBasedStateMachine):
    @initialize(begun=st.sampled_from([True, True, True, False]))
    def plan(self, begun):
        self.at = NOON - timedelta(seconds=30)
        items = {code: Item(code, kind, code, 0) for code, kind in ITEMS.items()}
        self.blank = Room(doors_at=NOON, seats={code: Seat(code) for code in SEATS}, items=items, limits=LIMITS)
        self.room, self.entries, self.model, self.count = self.blank, [], Model(), 0
        self.heard = []
        if begun:
            self.wait(40)
            self.tell("m", m.Admit(self.fresh(), ("a",)))
            self.tell("m", m.Open(self.fresh()))
            self.tell("m", m.Launch(self.fresh(), "q1"))
            self.tell("a", m.Post(self.fresh(), "Hello."))

    def tell(self, who, command):
        decision = decide(self.room, viewer(who), command, self.at)
        expected = self.model.hear(who, command, self.at)
        if isinstance(decision, m.Refusal):
            assert expected is None, (decision, expected)
            return
        if isinstance(decision, m.Already):
            assert decision.seq == expected
            return
        new = number(self.room, decision, self.at)
        for entry in new:
            self.room = evolve(self.room, entry)
        self.entries += new
        assert new[-1].seq == expected, (new, expected)
        self.heard.append((who, command))

    def fresh(self):
        self.count += 1
        return f"id{self.count}"

    @rule(seconds=st.sampled_from([0.2, 0.9, 1.0, 40]))
    def wait(self, seconds):
        self.at += timedelta(seconds=seconds)
        if self.model.phase == "planned" and self.at >= NOON:
            self.model.phase = "waiting"

    @rule(who=ANYBODY, text=st.sampled_from(["Hello.", "", "  ", "x" * 20, "x" * 21]), to=st.integers(0, 9),
          item=st.sampled_from(["", "q1", "q2"]))  # fmt: skip
    def post(self, who, text, to, item):
        self.tell(who, m.Post(self.fresh(), text, item, to))

    @rule(who=ANYBODY, to=st.integers(0, 9), mark=st.sampled_from(["same", "bad"]), on=st.booleans())
    def react(self, who, to, mark, on):
        self.tell(who, m.React(self.fresh(), to, mark, on))

    @rule(who=ANYBODY, seats=st.lists(st.sampled_from(SEATS), max_size=3))
    def admit(self, who, seats):
        self.tell(who, m.Admit(self.fresh(), tuple(seats)))

    @rule(who=ANYBODY, seat=st.sampled_from(SEATS))
    def remove(self, who, seat):
        self.tell(who, m.Remove(self.fresh(), seat))

    @rule(who=ANYBODY, item=st.sampled_from(sorted(ITEMS)))
    def launch(self, who, item):
        self.tell(who, m.Launch(self.fresh(), item))

    @rule(seat=st.sampled_from(SEATS))
    def let_in(self, seat):
        self.tell("m", m.Admit(self.fresh(), (seat,)))

    @rule(who=st.sampled_from(["a", "a", "b", "m"]))
    def chat(self, who):
        self.tell(who, m.Post(self.fresh(), "And so on."))

    @rule(who=ANYBODY)
    def open(self, who):
        self.tell(who, m.Open(self.fresh()))

    @rule(who=ANYBODY)
    def close(self, who):
        self.tell(who, m.Close(self.fresh(), "Thanks."))

    @rule(place=st.integers(0, 30))
    def send_again(self, place):
        """The same command, as after a lost answer: nothing changes."""
        if self.heard:
            before = len(self.entries)
            self.tell(*self.heard[place % len(self.heard)])
            assert len(self.entries) == before

    @invariant()
    def state_is_what_the_log_says(self):
        rebuilt = self.blank
        for entry in self.entries:
            rebuilt = evolve(rebuilt, entry)
        assert rebuilt == self.room

    @invariant()
    def the_model_agrees(self):
        room, model = self.room, self.model
        assert [tuple(line) for line in room.history] == model.lines
        assert room.phase_at(self.at) == model.phase
        assert (dict(room.launched), len(room.reached)) == (model.sent, len(set(model.side)))
        assert room.side.get(STAFF_LOG, 0) == len(model.side)
        assert room.launched.get(room.current, 0) == model.current
        assert {code for code in SEATS if room.seats[code].is_in} == {code for code in SEATS if model.inside(code)}
        assert room.people_in() <= LIMITS.seats

    @invariant()
    def each_sees_exactly_their_stay(self):
        front = [entry for entry in self.entries if not entry.log]
        assert [entry.seq for entry in front] == list(range(1, len(front) + 1))
        for who in (*SEATS, "m", "o"):
            seen = [entry.seq for entry in front if visible(self.room, entry, viewer(who))]
            assert seen == self.model.sees(who)
            side = [entry for entry in self.entries if entry.log and visible(self.room, entry, viewer(who))]
            assert len(side) == (len(self.model.side) if who in STAFF else 0)

    @invariant()
    def what_was_seen_stays_seen(self):
        """A later entry never changes what earlier ones a viewer saw, but for the question read again on entering."""
        if not self.entries or self.entries[-1].log:
            return
        before = self.blank
        for entry in self.entries[:-1]:
            before = evolve(before, entry)
        front = [entry for entry in self.entries[:-1] if not entry.log]
        for who in (*SEATS, "m", "o"):
            then = {entry.seq for entry in front if visible(before, entry, viewer(who))}
            now = {entry.seq for entry in front if visible(self.room, entry, viewer(who))}
            recap = self.room.seats[who].recap_seq if who in self.room.seats else 0
            assert now - then <= {recap}
            assert then <= now


EXAMPLES = int(os.environ.get("VIGIE_MODEL_EXAMPLES", "25"))
Rooms.TestCase.settings = settings(max_examples=EXAMPLES, stateful_step_count=40, deadline=None, database=None)
TestRooms = Rooms.TestCase


@once
@pytest.mark.slow
@pytest.mark.parametrize("bug", [None, *names("model")])
def test_five_hundred_examples_and_what_they_notice(bug):
    """In a process of its own: the copy with the planted bug must be the one that is imported."""
    with contextlib.ExitStack() as stack:
        tree = stack.enter_context(planted(bug)) if bug else ROOT
        done = subprocess.run(
            [
                *(sys.executable, "-m", "pytest", "-o", f"pythonpath={ROOT} {tree / 'src'}"),
                *("tests/live/test_room_model.py", "-k", "TestRooms"),
            ],
            cwd=ROOT,
            env={**os.environ, "PYTHONPATH": str(tree / "src"), "VIGIE_MODEL_EXAMPLES": "500"},
            capture_output=True,
            text=True,
            check=False,
        )
    assert done.returncode == (1 if bug else 0), done.stdout[-3000:]


# On the database ------------------------------------------------------------------

COMMANDS = st.lists(
    st.tuples(
        st.sampled_from(["alice", "bruno", "sophie", "sophie", "oscar"]),
        st.one_of(
            st.tuples(st.just("post"), st.sampled_from(["Hello.", "Oui, 😀.", ""]), st.integers(0, 6)),
            st.tuples(st.just("react"), st.integers(0, 6), st.booleans()),
            st.tuples(st.just("admit"), st.sampled_from([("alice",), ("bruno",), ("alice", "bruno")])),
            st.tuples(st.just("remove"), st.sampled_from(["alice", "bruno"])),
            st.tuples(st.just("launch"), st.integers(0, 3)),
            st.tuples(st.just("open")),
            st.tuples(st.just("close")),
        ),
    ),
    max_size=12,
)
OPENING = [("sophie", ("admit", ("alice",))), ("sophie", ("open",)), ("sophie", ("launch", 1))]


def command_of(meeting, place, what):
    kind, *rest = what
    client_id = f"id{place}"
    match kind:
        case "post":
            return m.Post(client_id, rest[0], meeting.items[1].code if place % 2 else "", rest[1])
        case "react":
            return m.React(client_id, rest[0], "same", rest[1])
        case "admit":
            return m.Admit(client_id, tuple(meeting.seats[name].code for name in rest[0]))
        case "remove":
            return m.Remove(client_id, meeting.seats[rest[0]].code)
        case "launch":
            return m.Launch(client_id, meeting.items[rest[0]].code)
        case "open":
            return m.Open(client_id)
    return m.Close(client_id, "Thanks.")


@pytest.mark.both
@settings(
    max_examples=15,
    deadline=None,
    database=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(commands=COMMANDS)
def test_a_room_read_again_is_the_room_that_was_reached(cast, commands):
    from tests.cast import make_meeting

    with transaction.atomic():
        meeting = make_meeting(cast)
        session_id = meeting.session.id
        for place, (who, what) in enumerate([*OPENING, *commands]):
            loaded = log.read_room(session_id)
            at = NOON + timedelta(days=3650, seconds=2 * place)
            seat = meeting.seats.get(who)
            looking = Viewer(seat.code) if seat else Viewer(meeting.assignments[who].code, _duty(meeting, who))
            after, entries, _ = decide_all(loaded.room, [(looking, command_of(meeting, place, what), at)])
            assert log.append(loaded.plan, loaded.room, after, entries) or not entries
            again = log.read_room(session_id)
            assert again.room == after
            followed = log.read_room(session_id, loaded.room)
            assert (followed.room, followed.entries + followed.side) == (after, entries)
            assert again.plan.phase == (Phase.PLANNED if after.phase is Phase.PLANNED else after.phase)
        transaction.set_rollback(True)


def _duty(meeting, who):
    return Duty(meeting.assignments[who].duty)


@pytest.mark.both
def test_a_room_that_moved_meanwhile_is_not_written(cast):
    from tests.cast import make_meeting

    meeting = make_meeting(cast)
    sophie = Viewer(meeting.assignments["sophie"].code, Duty.MODERATOR)
    at = NOON + timedelta(days=3650)
    first, second = log.read_room(meeting.session.id), log.read_room(meeting.session.id)
    opened, entries, _ = decide_all(first.room, [(sophie, m.Open("one"), at)])
    late, late_entries, _ = decide_all(second.room, [(sophie, m.Open("two"), at)])
    with transaction.atomic():
        assert log.append(first.plan, first.room, opened, entries)
    with transaction.atomic():
        assert not log.append(second.plan, second.room, late, late_entries)
    assert log.read_room(meeting.session.id).room == opened
