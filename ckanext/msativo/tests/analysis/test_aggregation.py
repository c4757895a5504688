from __future__ import annotations

import numpy as np
import pytest
import scipy.stats
from hypothesis import given
from hypothesis import strategies as st

from ckanext.msativo.analysis import AnalysisError, aggregate, challenge_need
from ckanext.msativo.analysis.means import MEANS

NAN = float("nan")


def test_the_means_that_exist():
    assert MEANS.names() == ("arithmetic", "geometric", "harmonic")


def test_by_hand():
    scores = [[20.0, 80.0, 50.0]]
    assert aggregate(scores, [2, 1, 1]).tolist() == [42.5]
    # fourth root of 20·20·80·50 = 1,600,000^(1/4)
    assert aggregate(scores, [2, 1, 1], "geometric") == pytest.approx([1_600_000**0.25])
    # 4 / (2/20 + 1/80 + 1/50)
    assert aggregate(scores, [2, 1, 1], "harmonic") == pytest.approx([4 / 0.1325])
    assert challenge_need(aggregate(scores, [2, 1, 1])).tolist() == [57.5]


def test_a_score_of_zero_counts_as_one_in_geometric_and_harmonic_means():
    assert aggregate([[0.0, 100.0]], [1, 1], "geometric").tolist() == [10.0]
    assert aggregate([[0.0, 100.0]], [1, 1], "harmonic") == pytest.approx([2 / 1.01])


def test_missing_indicators_are_left_out_while_two_thirds_of_the_weight_are_there():
    scores = [[10.0, 20.0, NAN], [10.0, NAN, NAN], [NAN, NAN, NAN], [10.0, 20.0, 60.0]]
    found = aggregate(scores, [1, 1, 1])
    assert found[[0, 3]].tolist() == [15.0, 30.0]
    assert np.isnan(found[[1, 2]]).all()
    assert aggregate(scores, [1, 1, 1], min_weight=0.3)[1] == 10.0


def test_the_threshold_of_two_thirds_survives_rounding():
    assert aggregate([[10.0, 20.0, NAN]], [0.2, 0.2, 0.2]).tolist() == [15.0]


@pytest.mark.parametrize(
    ("weights", "code"),
    [
        ([1, 1], "bad_weights"),
        ([1, -1, 1], "bad_weights"),
        ([1, NAN, 1], "bad_weights"),
        ([0, 0, 0], "no_weight"),
    ],
)
def test_weights_that_cannot_be_used_are_errors(weights, code):
    with pytest.raises(AnalysisError) as caught:
        aggregate([[1.0, 2.0, 3.0]], weights)
    assert caught.value.code == code


def test_a_weight_above_half_is_an_error_that_names_the_indicator():
    with pytest.raises(AnalysisError, match=r"“ideb” has 60.0 % of the weight"):
        aggregate([[1.0, 2.0, 3.0]], [6, 2, 2], names=["ideb", "b", "c"])
    assert aggregate([[1.0, 2.0]], [1, 1]).tolist() == [1.5]


def test_an_unknown_mean_lists_the_known_ones():
    with pytest.raises(AnalysisError, match="Known: arithmetic, geometric, harmonic"):
        aggregate([[1.0, 2.0]], [1, 1], "median")


scores = st.lists(st.floats(1, 100), min_size=4, max_size=4)
weights = st.lists(st.integers(1, 3), min_size=4, max_size=4)


@given(scores, weights)
def test_means_agree_with_scipy(values, w):
    x = np.array(values)
    assert aggregate([x], w) == pytest.approx([np.average(x, weights=w)])
    assert aggregate([x], w, "geometric") == pytest.approx([scipy.stats.gmean(x, weights=w)])
    assert aggregate([x], w, "harmonic") == pytest.approx([scipy.stats.hmean(x, weights=w)])


@given(scores, weights, st.integers(0, 3), st.floats(0, 50))
def test_a_better_indicator_never_lowers_the_score(values, w, which, more):
    better = list(values)
    better[which] = min(100.0, better[which] + more)
    for method in MEANS.names():
        assert aggregate([better], w, method)[0] >= aggregate([values], w, method)[0] - 1e-9


@given(scores, weights, st.integers(1, 50))
def test_only_the_proportions_of_weights_matter(values, w, times):
    scaled = [times * weight for weight in w]
    assert aggregate([values], scaled) == pytest.approx(aggregate([values], w))
