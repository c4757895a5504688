from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ckanext.msativo.analysis import AnalysisError, smooth_rates

NAN = float("nan")


def test_by_hand():
    # b = 0.1, s² = 0.01, b/P̄ = 0.001, a = 0.009; weight 0.009/(0.009 + 0.001) = 0.9
    found = smooth_rates([0, 20], [100, 100])
    assert found.raw.tolist() == [0.0, 0.2]
    assert found.smoothed == pytest.approx([0.01, 0.19])
    assert found.overall == pytest.approx(0.1)


def test_when_all_spread_is_chance_everyone_gets_the_overall_rate():
    # s² = 0.0001 is less than b/P̄ = 0.0002, so a = 0
    found = smooth_rates([1, 3], [100, 100], factor=1000)
    assert found.smoothed == pytest.approx([20.0, 20.0])
    assert found.raw == pytest.approx([10.0, 30.0])


def test_agrees_with_the_empirical_bayes_rates_of_esda():
    # values of esda 2.9 for these counts
    events = [43, 4, 12, 9, 7, 38, 39, 17, 2, 6, 19, 51, 42, 21, 13, 10, 90, 37, 0, 10]
    population = [
        40594, 4373, 9054, 11916, 9150, 40083, 43474, 29149, 2066, 4797,
        16676, 21713, 31099, 24004, 13312, 8070, 34601, 36755, 1731, 5772,
    ]  # fmt: skip
    expected = [
        0.00107426, 0.00106417, 0.00128724, 0.00087953, 0.00091128, 0.00097437, 0.00092632,
        0.0006667, 0.0011337, 0.00123115, 0.00115434, 0.00215413, 0.00133285, 0.00092757,
        0.00103535, 0.0012288, 0.00244169, 0.00102876, 0.00087276, 0.00150429,
    ]  # fmt: skip
    assert smooth_rates(events, population).smoothed == pytest.approx(expected, abs=5e-9)


def test_without_any_event_every_rate_is_zero():
    assert smooth_rates([0, 0], [10, 20]).smoothed.tolist() == [0.0, 0.0]


def test_missing_units_stay_missing_and_change_no_other():
    found = smooth_rates([0, NAN, 20, 5, 0], [100, 50, 100, NAN, 0])
    assert found.smoothed[[0, 2]] == pytest.approx([0.01, 0.19])
    assert np.isnan(found.smoothed[[1, 3, 4]]).all()
    assert np.isnan(smooth_rates([NAN], [1]).smoothed).all()


def test_columns_are_smoothed_apart():
    found = smooth_rates([[0, 1], [20, 3]], [[100, 100], [100, 100]])
    assert found.smoothed == pytest.approx(np.array([[0.01, 0.02], [0.19, 0.02]]))
    assert found.overall == pytest.approx([0.1, 0.02])


@pytest.mark.parametrize(
    ("events", "population", "code"),
    [
        ([1, 2], [1], "shapes_differ"),
        ([-1], [10], "negative_count"),
        ([1], [-10], "negative_count"),
        ([1], [0], "events_without_population"),
    ],
)
def test_impossible_numbers_are_errors_with_their_place(events, population, code):
    with pytest.raises(AnalysisError) as caught:
        smooth_rates(events, population)
    assert caught.value.code == code


@given(st.lists(st.tuples(st.integers(0, 50), st.integers(1, 10_000)), min_size=1, max_size=30))
def test_a_smoothed_rate_lies_between_the_raw_and_the_overall_rate(pairs):
    events, population = np.array(pairs, dtype=float).T
    found = smooth_rates(events, population)
    low = np.minimum(found.raw, found.overall)
    high = np.maximum(found.raw, found.overall)
    slack = 1e-12 * (1 + high)
    assert ((found.smoothed >= low - slack) & (found.smoothed <= high + slack)).all()
