from __future__ import annotations

import numpy as np
import pytest

from ckanext.msativo.analysis import (
    AnalysisError,
    ReferenceYear,
    coverage,
    latest_within,
    reference_year,
)

NAN = float("nan")
YEARS = [2019, 2020, 2021, 2022]
VALUES = np.array(
    [
        [1.0, 2.0, 3.0, 4.0],
        [1.0, 2.0, 3.0, NAN],
        [1.0, NAN, NAN, NAN],
        [9.0, 2.0, 3.0, NAN],
        [9.0, 9.0, 3.0, NAN],
    ]
)
INSTALLED = np.array([[True] * 4] * 3 + [[False, True, True, True], [False, False, True, True]])


def test_coverage_counts_installed_units_only_and_drops_values_before_installation():
    assert coverage(VALUES, INSTALLED).tolist() == [1.0, 3 / 4, 4 / 5, 1 / 5]


def test_without_installation_everyone_counts():
    assert coverage(VALUES).tolist() == [1.0, 0.8, 0.8, 0.2]


def test_a_year_when_nobody_was_installed_has_no_coverage():
    assert np.isnan(coverage([[1.0]], [[False]])).all()


def test_the_reference_is_the_newest_year_with_enough_coverage():
    assert reference_year(YEARS, coverage(VALUES, INSTALLED)) == ReferenceYear(2021, 0.8, False)


def test_the_year_asked_for_wins_and_its_thin_coverage_is_said():
    found = reference_year(YEARS, coverage(VALUES, INSTALLED), asked=2022)
    assert found == ReferenceYear(2022, 0.2, True, asked=True)
    assert reference_year(YEARS, coverage(VALUES), asked=1999).under_coverage


def test_when_no_year_reaches_it_the_newest_with_any_value_is_used_and_marked():
    assert reference_year([2020, 2021, 2022], [0.5, 0.1, 0.0]) == ReferenceYear(2021, 0.1, True)


def test_without_any_value_there_is_no_reference_year():
    assert reference_year([2020], [0.0]).year is None
    assert reference_year([2020], [NAN]).year is None
    assert reference_year([], []).year is None


def test_newest_value_within_the_tolerance_with_its_year_and_lag():
    found = latest_within(YEARS, VALUES, 2022, installed=INSTALLED)
    assert found.value.tolist()[:2] == [4.0, 3.0]
    assert np.isnan(found.value[2])  # its only value is three years old
    assert found.year.tolist() == [2022, 2021, 0, 2021, 2021]
    assert found.lag.tolist() == [0, 1, -1, 1, 1]


def test_a_value_before_installation_is_never_used():
    found = latest_within([2019], VALUES[:, :1], 2019, installed=INSTALLED[:, :1])
    assert found.year.tolist() == [2019, 2019, 2019, 0, 0]


def test_later_years_are_not_looked_at_and_gaps_between_years_count_in_years():
    found = latest_within([2000, 2010, 2012], [[1.0, 2.0, 3.0]], 2011)
    assert (found.value[0], found.year[0], found.lag[0]) == (2.0, 2010, 1)
    assert latest_within([2000, 2010], [[1.0, NAN]], 2010, tolerance=10).lag.tolist() == [10]
    assert latest_within([2000, 2010], [[1.0, NAN]], 2010, tolerance=9).lag.tolist() == [-1]


@pytest.mark.parametrize("years", [[2020, 2020], [2021, 2020], [[2020, 2021]]])
def test_years_must_ascend(years):
    with pytest.raises(AnalysisError, match="ascending order"):
        latest_within(years, [[1.0, 2.0]], 2020)


def test_shapes_must_agree():
    with pytest.raises(AnalysisError, match="units × 2 years"):
        latest_within([2020, 2021], [[1.0]], 2020)
    with pytest.raises(AnalysisError, match="“installed” has shape"):
        coverage([[1.0]], [[True, False]])
