"""Which cycle a request falls in, and cycles that cannot be."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ckanext.msativo.programme.cycles import Cycle, checked, place, running
from ckanext.msativo.programme.errors import ProgrammeError

C26 = Cycle("2026", date(2026, 2, 1), date(2026, 12, 31), date(2026, 1, 10), date(2026, 3, 31))
C27 = Cycle("2027", date(2027, 2, 1), date(2027, 12, 31), date(2026, 12, 1), date(2027, 3, 31))


@pytest.mark.parametrize(
    ("day", "cycle", "opens", "missed"),
    [
        (date(2025, 12, 1), C26, date(2026, 1, 10), None),
        (date(2026, 1, 9), C26, date(2026, 1, 10), None),
        (date(2026, 1, 10), C26, date(2026, 1, 10), None),
        (date(2026, 3, 31), C26, date(2026, 3, 31), None),
        (date(2026, 4, 1), C27, date(2026, 12, 1), C26),
        (date(2026, 11, 30), C27, date(2026, 12, 1), C26),
        (date(2026, 12, 1), C27, date(2026, 12, 1), None),
        (date(2027, 3, 31), C27, date(2027, 3, 31), None),
    ],
)
def test_a_late_request_falls_in_the_next_cycle(day: date, cycle: Cycle, opens: date, missed: Cycle | None) -> None:
    found = place([C27, C26], day)
    assert (found.cycle, found.opens, found.missed, found.late) == (cycle, opens, missed, missed is not None)


def test_a_request_after_the_end_of_a_cycle_is_not_late_for_it() -> None:
    later = Cycle("2028", date(2028, 2, 1), date(2028, 12, 31), date(2028, 1, 1), date(2028, 3, 31))
    assert place([C26, later], date(2026, 12, 31)).missed == C26
    assert place([C26, later], date(2027, 1, 1)).missed is None


@pytest.mark.parametrize("cycles", [[], [C26]])
def test_without_a_window_ahead_it_says_so(cycles: list[Cycle]) -> None:
    with pytest.raises(ProgrammeError) as caught:
        place(cycles, date(2026, 4, 1))
    assert caught.value.code == "no_cycle"


def test_the_cycle_under_way() -> None:
    assert running([C26, C27], date(2026, 12, 31)) == C26
    assert running([C26, C27], date(2027, 1, 15)) is None
    assert (C26.over(date(2026, 12, 31)), C26.over(date(2027, 1, 1))) == (False, True)


@pytest.mark.parametrize(
    ("code", "changed"),
    [
        ("cycle_without_name", {"name": " "}),
        ("cycle_reversed", {"end": date(2026, 1, 31)}),
        ("window_reversed", {"window_end": date(2026, 1, 9)}),
        ("window_after_cycle", {"window_end": date(2027, 1, 1)}),
    ],
)
def test_a_cycle_that_cannot_be_is_refused(code: str, changed: dict[str, Any]) -> None:
    with pytest.raises(ProgrammeError) as caught:
        Cycle(**{**vars(C26), **changed})
    assert caught.value.code == code


@pytest.mark.parametrize(
    ("code", "other"),
    [
        ("cycle_twice", Cycle("2026", date(2027, 2, 1), date(2027, 12, 31), date(2027, 1, 1), date(2027, 3, 1))),
        ("windows_overlap", Cycle("x", date(2027, 1, 1), date(2027, 12, 31), date(2026, 3, 31), date(2026, 5, 1))),
        ("cycles_overlap", Cycle("x", date(2026, 12, 31), date(2027, 12, 31), date(2026, 4, 1), date(2026, 5, 1))),
    ],
)
def test_cycles_that_leave_a_request_two_homes_are_refused(code: str, other: Cycle) -> None:
    with pytest.raises(ProgrammeError) as caught:
        checked([other, C26])
    assert caught.value.code == code


@given(st.dates(date(2025, 1, 1), date(2027, 3, 31)))
def test_every_day_until_the_last_window_has_one_cycle_that_takes_it_or_opens_later(day: date) -> None:
    found = place([C26, C27], day)
    assert found.opens >= day
    assert found.cycle.takes(found.opens)
    assert sum(cycle.takes(found.opens) for cycle in (C26, C27)) == 1
