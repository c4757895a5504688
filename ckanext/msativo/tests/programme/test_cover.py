"""Who acts for whom: chains are followed, and what nobody covers stays where it is."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ckanext.msativo.programme.cover import Absence, acting_for, covered_by

TODAY = date(2026, 11, 24)


def away(person: str, cover: str, first: int = 0, last: int = 0) -> Absence:
    """An absence by its days from today."""
    return Absence(person, TODAY + timedelta(days=first), TODAY + timedelta(days=last), cover)


def test_nobody_is_away() -> None:
    assert acting_for("ana", [], TODAY) == "ana"
    assert covered_by("ana", [], TODAY) == frozenset()


@pytest.mark.parametrize(("first", "last", "acting"), [(-3, -1, "ana"), (-3, 0, "bia"), (0, 3, "bia"), (1, 3, "ana")])
def test_the_first_and_the_last_day_belong_to_an_absence(first: int, last: int, acting: str) -> None:
    assert acting_for("ana", [away("ana", "bia", first, last)], TODAY) == acting


def test_a_cover_who_is_away_is_covered_in_turn() -> None:
    chain = [away("bia", "caio"), away("ana", "bia"), away("caio", "davi", 1, 9)]
    assert acting_for("ana", chain, TODAY) == "caio"
    assert acting_for("bia", chain, TODAY) == "caio"
    assert covered_by("caio", chain, TODAY) == {"ana", "bia"}
    assert covered_by("bia", chain, TODAY) == frozenset()


def test_when_all_of_a_circle_are_away_each_keeps_what_is_his() -> None:
    circle = [away("ana", "bia"), away("bia", "caio"), away("caio", "ana")]
    assert [acting_for(person, circle, TODAY) for person in ("ana", "bia", "caio")] == ["ana", "bia", "caio"]
    assert acting_for("davi", [*circle, away("davi", "ana")], TODAY) == "davi"


def test_an_absence_without_a_cover_or_covered_by_oneself_is_none() -> None:
    assert acting_for("ana", [away("ana", "")], TODAY) == "ana"
    assert acting_for("ana", [away("ana", "ana")], TODAY) == "ana"


def test_of_two_absences_the_one_that_began_last_counts() -> None:
    both = [away("ana", "caio", -1, 5), away("ana", "bia", -9, 9)]
    assert acting_for("ana", both, TODAY) == acting_for("ana", both[::-1], TODAY) == "caio"


people = st.sampled_from("abcdef")
absences = st.lists(st.builds(away, people, people, st.integers(-3, 1), st.integers(-1, 3)), max_size=12)


@given(people, absences)
def test_who_acts_is_at_work_or_it_is_oneself(person: str, given_absences: list[Absence]) -> None:
    acting = acting_for(person, given_absences, TODAY)
    gone = {one.person for one in given_absences if one.holds(TODAY) and one.cover != one.person}
    assert acting == person or acting not in gone


@given(absences)
def test_everyone_has_exactly_one_who_acts(given_absences: list[Absence]) -> None:
    for person in "abcdef":
        acting = acting_for(person, given_absences, TODAY)
        holders = [one for one in "abcdef" if person in covered_by(one, given_absences, TODAY)]
        assert holders == ([] if acting == person else [acting])
