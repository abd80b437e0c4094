"""Which pseudonyms may be taken, and which read alike. Pure rules."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vigie.communities.rules import (
    HUES,
    LONGEST,
    PLACES,
    addresses,
    proposals,
    pseudonym_fault,
    skeleton,
    tidy,
)

PERSON = {"name": "Nadia Le Goff", "email": "nadia.dubreuil@example.net", "place": ("Le Comptoir Mariette", "Mariette")}


@pytest.mark.parametrize(
    "pseudonym",
    ["Goéland", "Merle bleu", "L’Îlot", "Grain de sel", "Anse-42", "Ëtre", "Чайка", "Γλάρος", "Ébène 7", "Le vent"],
)
def test_a_name_that_says_nothing_of_its_person_may_be_taken(pseudonym: str):
    assert pseudonym_fault(tidy(pseudonym), **PERSON) is None


@pytest.mark.parametrize(
    ("pseudonym", "fault"),
    [
        ("", "short"),
        ("Ab", "short"),
        ("x" * 25, "long"),
        ("nadia@x.fr", "contact"),
        ("nadia＠x", "contact"),
        ("www vent fr", "contact"),
        ("vent.fr", "contact"),
        ("06 12 34 56 78", "contact"),
        ("٠٦١٢٣٤", "contact"),
        ("<b>vent</b>", "characters"),
        ("ve\u202ent", "characters"),
        ("ve\u200bnt", "characters"),
        ("vent\x00", "characters"),
        ("😀😀😀", "characters"),
        ("12345", "characters"),
        ("a" + "\u0301\u0302\u0303\u0304" * 3 + "bc", "characters"),
        ("Nadia", "own_name"),
        ("nàdïa 44", "own_name"),
        ("Super-Nadia", "own_name"),
        ("Goff", "own_name"),
        ("Nadia Goff", "own_name"),
        ("Dubreuil", "own_name"),
        ("Νadia", "own_name"),  # a Greek capital nu
        ("Modérateur", "staff"),
        ("La modératrice", "staff"),
        ("Animateur", "staff"),
        ("Équipe", "staff"),
        ("Vigie", "staff"),
        ("V1gie", "staff"),
        ("Mariette", "staff"),
        ("Маriette", "staff"),  # two Cyrillic letters
        ("Le Comptoir", "staff"),
        ("Team bleu", "staff"),
    ],
)
def test_a_name_that_names_somebody_or_the_team_may_not(pseudonym: str, fault: str):
    assert pseudonym_fault(tidy(pseudonym), **PERSON) == fault


def test_the_team_signs_with_its_own_name():
    assert pseudonym_fault("Nadia", **PERSON, staff=True) is None
    assert pseudonym_fault("<i>", **PERSON, staff=True) == "characters"


@pytest.mark.parametrize(
    "alike",
    [
        ("Nacre", "nacre", "NACRE", "nácre", "Nаcre", "N a c r e", "nacre-", "Νacre", "Ｎacre"),
        ("Brume", "brurne", "Bruмe"),
        ("Lili", "liii", "LIL1", "lıli", "l|li"),
        ("Œillet", "oeillet", "OEILLET", "0eillet"),
        ("Vague", "νague", "vagυe"),
    ],
    ids=lambda one: one[0],
)
def test_what_the_eye_takes_for_one_name_is_one_name(alike: tuple[str, ...]):
    assert {skeleton(one) for one in alike} == {skeleton(alike[0])}


def test_what_the_eye_tells_apart_stays_apart():
    for code in PLACES:
        names = [f"{one} {hue}" for one, hue in itertools.product(PLACES[code], HUES[code])]
        assert len({skeleton(one) for one in names}) == len(names)


@given(st.text(max_size=60))
def test_any_text_is_judged_and_its_case_changes_nothing(text: str):
    shown = tidy(text)
    fault = pseudonym_fault(shown, **PERSON)
    assert skeleton(skeleton(text)) == skeleton(text)
    assert fault is not None or (3 <= len(shown) <= LONGEST and skeleton(shown))


def test_proposals_are_taken_from_nothing_but_chance():
    for language in ("fr", "en"):
        found = list(itertools.islice(proposals(lambda names: names[-1], language), 2))
        assert found[0] == found[1]
        assert pseudonym_fault(found[0]) is None
        assert all(pseudonym_fault(f"{one} {hue}") is None for one in PLACES[language] for hue in HUES[language])


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("a@x.fr\nb@x.fr", ["a@x.fr", "b@x.fr"]),
        ("a@x.fr, b@x.fr; c@x.fr", ["a@x.fr", "b@x.fr", "c@x.fr"]),
        ("Nadia Le Goff <a@x.fr>\r\n\r\n  b@x.fr  ", ["a@x.fr", "b@x.fr"]),
        ("nothing like one", ["nothing like one"]),
        (" \n,;", []),
    ],
)
def test_a_pasted_list_is_read_as_people_paste_it(typed: str, found: list[str]):
    assert addresses(typed) == found
