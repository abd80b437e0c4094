"""What happened: written with its change or not at all, told to every listener, sealed so that nobody rewrites it."""

import threading
from dataclasses import dataclass, fields
from datetime import timedelta
from typing import ClassVar

import pytest
from django.db import connection, transaction

from tests import cast as people
from vigie.core import clock
from vigie.facts import actions, queries, tasks
from vigie.facts.facts import FACTS, LISTENERS, Fact, Listener, on, revive
from vigie.facts.models import Chain, Delivery, Entry
from vigie.verify import verify

pytestmark = [pytest.mark.both, pytest.mark.django_db]


@dataclass(frozen=True, kw_only=True)
class LampLit(Fact):
    app: ClassVar[str] = "tests"
    lamp: int


FACTS.pop(LampLit.fact_name())


@pytest.fixture(autouse=True)
def known():
    """The fact of these tests exists during one test, with nobody listening yet."""
    name = LampLit.fact_name()
    FACTS[name] = LampLit
    yield
    FACTS.pop(name)
    LISTENERS.pop(name, None)


@pytest.fixture
def heard():
    """Lamps that one listener was told of."""
    told: list[int] = []

    @on(LampLit)
    def light(fact: LampLit) -> None:
        told.append(fact.lamp)

    return told


def lit(lamp: int = 1, community: int = 7) -> Entry:
    with transaction.atomic():
        return actions.emit(LampLit(community=community, actor=3, lamp=lamp))


def states() -> list[tuple[str, int, str]]:
    return list(Delivery.objects.order_by("id").values_list("state", "attempts", "error"))


def make_due() -> None:
    """As if the back-off had passed."""
    Delivery.objects.filter(state="waiting").update(due_at=clock.now() - timedelta(seconds=1))


# Writing ----------------------------------------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_a_fact_outside_a_transaction_is_a_mistake():
    with pytest.raises(RuntimeError, match=r"tests\.LampLit emitted outside a transaction"):
        actions.emit(LampLit(community=7, lamp=1))
    assert Entry.objects.count() == 0


def test_a_fact_is_kept_as_it_was(heard):
    entry = Entry.objects.get(id=lit(42).id)
    assert (entry.community_id, entry.actor_id, entry.name, entry.version, entry.data) == (
        7,
        3,
        "tests.LampLit",
        1,
        {"lamp": 42},
    )
    assert revive(entry.name, entry.version, 7, 3, entry.data) == LampLit(community=7, actor=3, lamp=42)
    assert states() == [("waiting", 0, "")]


@pytest.mark.django_db(transaction=True)
def test_what_is_rolled_back_never_happened(heard):
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        actions.emit(LampLit(community=7, lamp=1))
        _ = 1 / 0
    assert (Entry.objects.count(), Delivery.objects.count(), heard) == (0, 0, [])


@pytest.mark.django_db(transaction=True)
def test_a_committed_fact_wakes_its_listeners_and_is_sealed(heard):
    lit(1)
    assert heard == [1]
    assert states() == [("done", 1, "")]
    assert list(Entry.objects.values_list("position", flat=True)) == [1]


@pytest.mark.django_db(transaction=True)
def test_a_fact_without_listeners_wakes_nobody():
    lit()
    assert states() == []
    assert list(Entry.objects.values_list("position", flat=True)) == [None]  # the next sweep seals it


def test_a_field_that_todays_class_does_not_know_is_left_out_and_a_missing_one_is_a_mistake():
    assert revive("tests.LampLit", 1, 7, None, {"lamp": 1, "oil": 3}) == LampLit(community=7, lamp=1)
    with pytest.raises(TypeError):
        revive("tests.LampLit", 1, 7, None, {"oil": 3})


# Delivery ---------------------------------------------------------------------------------------------------------


def test_a_listener_that_fails_is_given_five_turns_then_its_letter_is_dead(heard):
    def fail(fact: LampLit) -> None:
        raise KeyError(fact.lamp)

    LISTENERS["tests.LampLit"].append(Listener("tests.fail", fail))
    lit(1)
    seen = []
    for _ in range(7):
        make_due()
        seen.append(actions.deliver_due())
    assert seen == [2, 1, 1, 1, 1, 0, 0]
    assert heard == [1]
    assert states() == [("done", 1, ""), ("dead", 5, "KeyError")]
    assert [letter.listener for letter in queries.dead_letters()] == ["tests.fail"]


def test_a_turn_waits_longer_after_each_failure():
    LISTENERS["tests.LampLit"] = [Listener("tests.fail", lambda fact: 1 / 0)]
    lit()
    waits = []
    for _ in range(4):
        make_due()
        before = clock.now()
        actions.deliver_due()
        waits.append(round((Delivery.objects.get().due_at - before).total_seconds()))
    assert waits == [5, 30, 300, 3600]
    assert actions.deliver_due() == 0  # not due yet


def test_what_a_failed_listener_wrote_is_undone():
    def half(fact: LampLit) -> None:
        people.person("half")
        raise KeyError(fact.lamp)

    LISTENERS["tests.LampLit"] = [Listener("tests.half", half)]
    lit()
    actions.deliver_due()
    from vigie.accounts.models import Person

    assert Person.objects.count() == 0
    assert states() == [("waiting", 1, "KeyError")]


def test_an_error_is_kept_by_its_kind_alone_since_its_words_may_name_somebody():
    def fail(fact: LampLit) -> None:
        raise ValueError("alice@example.org said: …")

    LISTENERS["tests.LampLit"] = [Listener("tests.fail", fail)]
    lit()
    actions.deliver_due()
    assert states() == [("waiting", 1, "ValueError")]


def test_a_dead_letter_may_be_given_its_turns_again():
    turns = []

    def later(fact: LampLit) -> None:
        turns.append(fact.lamp)
        if len(turns) < 6:
            raise KeyError

    LISTENERS["tests.LampLit"] = [Listener("tests.later", later)]
    lit(9)
    for _ in range(5):
        make_due()
        actions.deliver_due()
    letter = Delivery.objects.get()
    assert (letter.state, actions.revive_dead(letter.id), actions.revive_dead(letter.id)) == ("dead", True, False)
    actions.deliver_due()
    assert (turns, states()) == ([9] * 6, [("done", 1, "")])


def test_a_listener_that_no_longer_exists_leaves_a_dead_letter(heard):
    lit()
    LISTENERS.pop("tests.LampLit")
    actions.deliver_due()
    assert states() == [("dead", 1, "nobody listens under this name")]


def test_the_sweep_finds_what_a_lost_wake_up_left(heard):
    for lamp in range(3):
        lit(lamp)  # inside the test's transaction no wake-up is ever sent
    assert heard == []
    tasks.sweep_facts.call_local()
    assert heard == [0, 1, 2]
    assert list(Entry.objects.order_by("id").values_list("position", flat=True)) == [1, 2, 3]


@pytest.mark.django_db(transaction=True)
def test_a_queue_that_is_down_fails_no_write(heard, monkeypatch):
    from vigie.facts.jobs import huey

    def down(*args: object) -> None:
        raise OSError("the queue is down")

    monkeypatch.setattr(huey, "enqueue", down)
    lit(1)
    assert (Entry.objects.count(), heard) == (1, [])
    tasks.sweep_facts.call_local()
    assert heard == [1]


@pytest.mark.django_db(transaction=True)
def test_two_deliverers_never_run_one_turn_twice(monkeypatch):
    """Four threads, forty turns, each with a connection of its own; they start together."""
    told: list[int] = []
    LISTENERS["tests.LampLit"] = [Listener("tests.tell", lambda fact: told.append(fact.lamp))]
    monkeypatch.setattr(actions, "_wake", lambda: None)
    with transaction.atomic():
        for lamp in range(40):
            actions.emit(LampLit(community=7, lamp=lamp))
    gate, tried = threading.Barrier(4), []

    def deliver() -> None:
        try:
            gate.wait(10)
            tried.append(actions.deliver_due())
        finally:
            connection.close()

    threads = [threading.Thread(target=deliver) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert (sorted(told), sum(tried), len(tried)) == (list(range(40)), 40, 4)
    assert set(states()) == {("done", 1, "")}


# The chain --------------------------------------------------------------------------------------------------------


def sealed_chain(length: int = 4) -> list[Entry]:
    for lamp in range(length):
        lit(lamp)
    lit(99, community=8)
    assert actions.seal(7) == length
    return list(Entry.objects.filter(community_id=7).order_by("position"))


def test_a_chain_is_sealed_once_in_order_and_goes_on(heard):
    sealed_chain(3)
    assert actions.seal(7) == 0
    lit(4)
    assert queries.communities_to_seal() == [7, 8] or queries.communities_to_seal() == [8, 7]
    assert actions.seal(7) == 1
    chain = Entry.objects.filter(community_id=7).order_by("id")
    assert list(chain.values_list("position", flat=True)) == [1, 2, 3, 4]
    assert list(queries.broken_seals(7)) == []
    assert len(set(chain.values_list("seal", flat=True))) == 4


@pytest.mark.parametrize(
    ("change", "broken"),
    [
        ({"data": {"lamp": 3}}, [2]),
        ({"actor_id": 4}, [2]),
        ({"actor_id": None}, [2]),
        ({"name": "tests.LampOut"}, [2]),
        ({"version": 2}, [2]),
        ({"at": clock.now() - timedelta(days=1)}, [2]),
        ({"seal": "0" * 64}, [2, 3]),
        ({"community_id": 8, "position": 1}, [3]),
    ],
    ids=["data", "actor", "nobody", "name", "version", "moment", "seal", "community"],
)
def test_one_byte_flipped_is_found(change: dict[str, object], broken: list[int]):
    chain = sealed_chain()
    Entry.objects.filter(id=chain[1].id).update(**change)
    assert list(queries.broken_seals(7)) == broken


def test_an_entry_taken_out_of_the_middle_is_found():
    chain = sealed_chain()
    Entry.objects.filter(id=chain[1].id).delete()
    assert list(queries.broken_seals(7)) == [3]


@pytest.mark.parametrize("taken", [1, 2, 4])
def test_entries_cut_off_the_end_are_found(taken: int):
    sealed_chain(4)
    Entry.objects.filter(community_id=7, position__gt=4 - taken).delete()
    assert queries.communities_with_facts() == [7, 8]
    assert list(queries.broken_seals(7)) == [5 - taken]


def test_an_end_that_was_written_anew_is_found():
    sealed_chain(4)
    Chain.objects.filter(community_id=7).update(seal="f" * 64)
    assert list(queries.broken_seals(7)) == [4]


def test_a_history_whose_end_nobody_kept_is_found():
    sealed_chain(4)
    Chain.objects.filter(community_id=7).delete()
    assert list(queries.broken_seals(7)) == [5]


def test_verify_tells_which_history_is_broken():
    chain = sealed_chain()
    assert [sentence for sentence in verify() if sentence.startswith("I13")] == []
    Entry.objects.filter(id=chain[2].id).update(data={"lamp": 77})
    assert list(verify()) == ["I13: the history of community 7 is broken at position 3"]


@pytest.mark.django_db(transaction=True)
def test_two_sealers_make_one_chain(monkeypatch):
    with transaction.atomic():
        for lamp in range(40):
            actions.emit(LampLit(community=7, lamp=lamp))
    gate = threading.Barrier(3)

    def seal() -> None:
        try:
            gate.wait(10)
            while actions.seal(7):
                pass
        finally:
            connection.close()

    threads = [threading.Thread(target=seal) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    actions.seal(7)
    positions = Entry.objects.filter(community_id=7).order_by("position").values_list("position", flat=True)
    assert list(positions) == list(range(1, 41))
    assert list(queries.broken_seals(7)) == []


# The shape of every fact ------------------------------------------------------------------------------------------


#: Strings that a fact may hold: random codes, and words of a closed list. Never what somebody typed.
CODES = {
    "seat",
    "assignment",
    "file",
    "duty",
    "role",
    "before",
    "after",
    "format",
    "identity",
    "kind",
    "key",
    "change",
    "step",
}


@pytest.mark.parametrize("name", sorted(name for name in FACTS if not name.startswith("tests.")))
def test_a_fact_holds_ids_codes_and_numbers_never_free_text(name: str):
    kind = FACTS[name]
    types = {field.name: str(getattr(field.type, "__name__", field.type)) for field in fields(kind)}
    assert set(types.values()) <= {"int", "int | None", "bool", "str"}
    assert {field for field, of in types.items() if of == "str"} <= CODES
    words = {"name", "text", "title", "email", "pseudonym", "alias", "reason", "note", "person"}
    assert {types[field] for field in words & types.keys()} <= {"int", "int | None"}
    assert kind.__dataclass_params__.frozen  # type: ignore[attr-defined]
    assert name == f"{kind.app}.{kind.__name__}"
    assert kind.__module__ == f"vigie.{kind.app}.facts"


def test_the_history_of_a_whole_session_names_nobody():
    """Everything typed or known of people in a session, looked for in all that its history kept."""
    from tests.rights.stage import open_meeting

    cast = people.make_cast()
    open_meeting(cast)
    words = ["Quick suppers", "Once a month", "Heron", "When did you last"]
    names = [*(one.pseudonym for one in cast.members.values()), *(one.person.email for one in cast.members.values())]
    history = [str(entry.data) for entry in Entry.objects.all()]
    assert len(history) > 16
    assert [word for word in [*words, *names] if any(word in data for data in history)] == []
