from itertools import combinations

from vigie.shell.pavillons import CHARGES, CLOTHS, DARK, LIGHT, PATTERNS, REFUSED, draw, recipe


def test_a_community_of_four_hundred_never_shares_a_flag() -> None:
    flown: set[tuple[str, ...]] = set()
    for seed in range(400):
        flown.add(recipe(f"member {seed}", flown)[:4])
    assert len(flown) == 400


def test_the_same_seed_gives_the_same_flag_for_ever() -> None:
    assert recipe("d41d8cd98f00b204") == ("carre", "quartiers", "fy", "fb", "", "")
    assert draw(recipe("d41d8cd98f00b204")) == draw(recipe("d41d8cd98f00b204"))


def test_a_taken_flag_leaves_the_next_choice_of_the_same_seed() -> None:
    first = recipe("one seed")
    second = recipe("one seed", {first[:4]})
    assert second[:4] != first[:4]
    assert second == recipe("one seed", {first[:4]})


def test_a_flag_is_one_light_cloth_and_one_dark_one_and_never_a_nation() -> None:
    for seed in range(3000):
        cloth, pattern, field, figure, charge, third = recipe(str(seed))
        assert cloth in CLOTHS
        assert pattern in PATTERNS
        assert {field in LIGHT, figure in LIGHT} == {True, False}
        assert {field in DARK, figure in DARK} == {True, False}
        assert (pattern, frozenset((field, figure))) not in REFUSED
        assert charge in CHARGES
        assert bool(third) == bool(charge)
        assert third not in {field, figure}


def test_when_every_flag_is_taken_one_still_flies() -> None:
    class Everything(frozenset[tuple[str, ...]]):
        def __contains__(self, flag: object) -> bool:
            return True

    cloth, pattern, field, figure, *_ = recipe("late", Everything())
    assert (pattern, frozenset((field, figure))) not in REFUSED
    assert cloth in CLOTHS


def test_flags_that_differ_are_drawn_differently_and_write_no_colour() -> None:
    drawings = [draw(recipe(str(seed))) for seed in range(60)]
    flags = [recipe(str(seed)) for seed in range(60)]
    assert all((one == two) == (a == b) for (one, a), (two, b) in combinations(zip(drawings, flags, strict=True), 2))
    assert not any(word in drawing for drawing in drawings for word in ("style", "fill=", "#fff", "rgb"))
