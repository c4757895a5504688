"""Where a decimal number meets a limit exactly, its binary rounding must not decide.

Every number here has one decimal, so that what is equal on paper is known.
"""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ckanext.msativo.analysis import (
    ADEQUADO,
    CRITICO,
    Series,
    flag,
    local_moran,
    normalise,
    smooth_rates,
    target_pace,
)
from ckanext.msativo.analysis.colours import colour_at, two_worst_colour
from ckanext.msativo.analysis.trend import PACE_NAMES

tenths = st.integers(-500, 500).map(lambda i: i / 10)
steps = st.integers(1, 50).map(lambda i: i / 10)


def tenth(value: float) -> float:
    """The decimal number that a sum of decimal numbers stands for."""
    return round(value, 1)


@given(tenths, st.sampled_from([1, -1]))
def test_whoever_equals_the_mean_of_the_best_scores_100(best, polarity):
    x = np.array([best - polarity, *[best] * 60])
    scores = normalise(x, polarity=polarity).scores
    assert scores[1:].tolist() == [100.0] * 60


@given(tenths, st.integers(1, 12), st.sampled_from(["mean", "best", "worst"]))
def test_equal_values_differ_by_nothing_from_their_mean(value, n, reference):
    assert normalise([value] * n, "difference_to", reference=reference).scores.tolist() == [0.0] * n


@given(tenths, steps, st.sampled_from([1, -1]), st.sampled_from(["zscore", "robust_z"]))
def test_one_deviation_on_the_bad_side_is_not_beyond_one_deviation(start, step, polarity, rule):
    x = np.array([tenth(start + polarity * i * step) for i in range(3)])
    limits = {"critico": -1.0, "atencao": -0.5} if rule == "zscore" else {"critico": -1 / 1.4826, "atencao": -0.1}
    state = flag(x, rule, polarity=polarity, **limits).state
    assert state[0] != CRITICO
    assert state[2] == ADEQUADO


@given(steps, st.integers(5, 8), tenths, st.sampled_from([1, -1]))
def test_a_fall_by_the_smallest_change_that_matters_is_critical(step, n, start, polarity):
    table = np.array([[tenth(start - polarity * i * step) for i in range(n)]])
    series = Series.of(range(2020 - n + 1, 2021), table)
    found = flag(table[:, -1:], "tendencia", polarity=polarity, series=series, min_slope=step)
    assert found.state[0, 0] == CRITICO


@given(steps, st.integers(1, 10), tenths)
def test_a_change_that_just_reaches_the_target_in_time_is_on_track(step, years, value):
    found = target_pace([step], [value], tenth(value + step * years), years)
    assert PACE_NAMES[found.code[0]] == "no_ritmo"
    half = target_pace([step], [value], tenth(value + 2 * step * years), years)
    assert PACE_NAMES[half.code[0]] == "melhorando"


@given(tenths, steps, st.sampled_from([1, -1]))
def test_a_value_at_the_middle_of_the_cuts_is_yellow(green, step, polarity):
    red = tenth(green - 2 * polarity * step)
    found = flag([tenth(green - polarity * step)], "limiar", polarity=polarity, verde=green, vermelho=red)
    assert found.band is not None and found.band_names[found.band[0]] == "amarelo"


@given(tenths, steps)
def test_a_value_at_the_red_distance_from_a_target_band_is_not_red(lo, distance):
    hi = tenth(lo + 10)
    ends = [tenth(lo - distance), tenth(hi + distance)]
    found = flag(ends, "limiar", polarity=(lo, hi), verde=0, vermelho=distance)
    assert CRITICO not in found.state
    beyond = flag([tenth(end) for end in (ends[0] - 0.1, ends[1] + 0.1)], "limiar", polarity=(lo, hi), verde=0,
                  vermelho=distance)  # fmt: skip
    assert beyond.state.tolist() == [CRITICO, CRITICO]


@given(tenths, steps, st.sampled_from(["rank", "percentile_rank", "minmax", "goalposts"]))
def test_equal_distances_on_both_sides_of_a_target_band_score_alike(lo, distance, method):
    hi = tenth(lo + 10)
    x = [tenth(lo - distance), tenth(hi + distance), lo, tenth(hi + 2 * distance)]
    scores = normalise(x, method, polarity=(lo, hi)).scores
    assert scores[0] == scores[1]


@pytest.mark.parametrize(("events", "population", "factor"), [(7, 100, 100), (29, 100, 100), (3, 1000, 100_000)])
def test_a_rate_is_the_nearest_number_to_events_times_factor_by_population(events, population, factor):
    found = smooth_rates([events], [population], factor=factor)
    assert found.raw.tolist() == found.smoothed.tolist() == [events * factor / population]


@given(st.integers(0, 30), st.integers(0, 30))
def test_the_mean_of_two_places_is_judged_as_on_paper(first, second):
    mean = tenth(5 * (first + second)) / 100
    places = [[tenth(first) / 10, tenth(second) / 10]]
    plain = int(colour_at(mean))
    colour = int(two_worst_colour(places)[0])
    ends = {int(colour_at(first / 10)), int(colour_at(second / 10))}
    if plain == 1 and ends != {1}:
        assert colour == 2
    elif plain == 4 and ends != {4}:
        assert colour == 3
    else:
        assert colour == plain


@given(tenths, st.lists(steps, min_size=3, max_size=3), st.integers(0, 5))
def test_a_unit_at_the_mean_is_in_no_cluster_whatever_its_neighbours_are(centre, around, seed):
    x = np.array([centre, *(tenth(centre + step) for step in around), *(tenth(centre - step) for step in around)])
    neighbours = [[1, 2, 3], *([0] for _ in range(6))]
    found = local_moran(x, neighbours, 99, seed=seed)
    assert (found.i[0], found.p[0]) == (0.0, 1.0)
