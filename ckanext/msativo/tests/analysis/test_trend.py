from __future__ import annotations

import numpy as np
import pytest
import scipy.stats
from hypothesis import given
from hypothesis import strategies as st

from ckanext.msativo.analysis.trend import PACE_NAMES, target_pace, theil_sen
from ckanext.msativo.tests.analysis.strategies import exact

NAN = float("nan")


def pace(slope, value, target, years, polarity=1) -> str:
    return PACE_NAMES[target_pace([slope], [value], target, years, polarity).code[0]]


def test_slope_by_hand():
    # slopes of pairs: 1, 2, 4, 3, 5.5, 8 → median 3.5
    found = theil_sen([2000, 2001, 2002, 2003], [[0.0, 1.0, 4.0, 12.0]])
    assert found.slope.tolist() == [3.5]
    assert found.n.tolist() == [4]


@given(
    st.lists(st.integers(1990, 2024), min_size=2, max_size=12, unique=True).map(sorted),
    st.data(),
)
def test_slope_and_interval_agree_with_scipy(years, data):
    values = data.draw(st.lists(exact, min_size=len(years), max_size=len(years)))
    found = theil_sen(years, [values])
    slope, _, low, high = scipy.stats.theilslopes(values, years, alpha=0.90)
    assert found.slope[0] == pytest.approx(slope, rel=1e-12, abs=1e-12)
    assert found.low[0] == pytest.approx(low, rel=1e-12, abs=1e-12)
    assert found.high[0] == pytest.approx(high, rel=1e-12, abs=1e-12)


def test_missing_years_are_left_out_row_by_row():
    years = [2000, 2001, 2002, 2005, 2006]
    rows = np.array([[1.0, NAN, 3.0, 4.0, 9.0], [5.0, 4.0, 4.0, NAN, 1.0]])
    found = theil_sen(years, rows)
    for row in (0, 1):
        known = ~np.isnan(rows[row])
        slope, _, low, high = scipy.stats.theilslopes(rows[row][known], np.array(years)[known], alpha=0.90)
        assert (found.slope[row], found.low[row], found.high[row]) == pytest.approx((slope, low, high))
    assert found.n.tolist() == [4, 4]


def test_fewer_than_two_points_have_no_slope():
    assert np.isnan(theil_sen([2000, 2001], [[1.0, NAN], [NAN, NAN]]).slope).all()
    assert np.isnan(theil_sen([2000], [[1.0]]).slope).all()


def test_pace_towards_a_target():
    # needed: (80 − 60) / 10 = 2 a year
    assert pace(-0.1, 60, 80, 10) == "caindo"
    assert pace(0.0, 60, 80, 10) == "estagnado"
    assert pace(0.9, 60, 80, 10) == "estagnado"
    assert pace(1.0, 60, 80, 10) == "melhorando"
    assert pace(2.0, 60, 80, 10) == "no_ritmo"
    assert pace(-5.0, 80, 80, 10) == "meta_atingida"
    assert pace(NAN, 60, 80, 10) == "sem_dado"
    assert pace(1.0, NAN, 80, 10) == "sem_dado"


def test_pace_when_smaller_is_better():
    # needed: (10 − 30) / 10 = −2 a year
    assert pace(1.0, 30, 10, 10, -1) == "caindo"
    assert pace(-1.5, 30, 10, 10, -1) == "melhorando"
    assert pace(-2.0, 30, 10, 10, -1) == "no_ritmo"
    assert target_pace([-1.5], [30.0], 10, 10, -1).ratio[0] == 0.75


def test_with_no_time_left_nothing_is_on_track():
    assert pace(5.0, 60, 80, 0) == "estagnado"
    assert pace(-5.0, 60, 80, 0) == "caindo"
    assert pace(0.0, 90, 80, -2) == "meta_atingida"
