from __future__ import annotations

import numpy as np
import pytest
import scipy.stats
from hypothesis import given
from hypothesis import strategies as st

from ckanext.msativo.analysis import AnalysisError, normalise
from ckanext.msativo.analysis.normalisers import NORMALISERS
from ckanext.msativo.tests.analysis.strategies import vectors

NAN = float("nan")
BOUNDED = [name for name in NORMALISERS.names() if NORMALISERS.get(name).bounded]


def codes(result) -> list[str]:
    return [notice.code for notice in result.warnings]


def test_the_three_methods_that_challenges_may_use():
    assert BOUNDED == ["goalposts", "minmax", "percentile_rank"]


# goalposts


def test_goalposts_between_declared_ends_and_clipped_beyond():
    result = normalise([0.0, 20.0, 50.0, 80.0, 100.0, NAN], best=80, worst=20)
    assert result.scores[:5].tolist() == [0.0, 0.0, 50.0, 100.0, 100.0]
    assert np.isnan(result.scores[5])
    assert (result.best, result.worst) == (80.0, 20.0)
    assert not result.warnings


def test_goalposts_when_smaller_is_better():
    result = normalise([10.0, 20.0, 40.0, 60.0], polarity=-1, best=10, worst=50)
    assert result.scores.tolist() == [100.0, 75.0, 25.0, 0.0]


def test_derived_goalposts_are_the_mean_of_the_five_best_and_the_percentile_on_the_bad_side():
    x = np.arange(1.0, 42.0)  # 1…41: the 2.5th percentile is at position 1 → 2; five best 37…41
    result = normalise(x)
    assert (result.best, result.worst) == (39.0, 2.0)
    assert result.scores[[0, 1, 38, 40]].tolist() == [0.0, 0.0, 100.0, 100.0]
    down = normalise(x, polarity=-1)
    assert (down.best, down.worst) == (3.0, 40.0)


def test_frozen_goalposts_give_the_same_scores_to_the_same_values_next_year():
    first = normalise(np.arange(1.0, 42.0))
    later = normalise([2.0, 39.0, 500.0], best=first.best, worst=first.worst)
    assert later.scores.tolist() == [0.0, 100.0, 100.0]


def test_with_a_target_band_the_band_is_the_best():
    result = normalise([5.0, 10.0, 15.0, 25.0, 30.0], polarity=(10, 20), worst=10)
    # distances 5, 0, 0, 5, 10 on a scale from 10 (worst) to 0 (best)
    assert result.scores.tolist() == [50.0, 100.0, 100.0, 50.0, 0.0]
    assert (result.best, result.worst) == (0.0, 10.0)


def test_a_target_no_better_than_the_worst_goalpost_scores_only_what_meets_it():
    result = normalise([10.0, 60.0, 70.0, NAN], best=60, worst=65)
    assert result.scores[1:3].tolist() == [100.0, 100.0]
    assert np.isnan(result.scores[[0, 3]]).all()
    assert codes(result) == ["goalposts_collapsed"]


def test_derived_goalposts_of_a_constant_column_give_no_score_but_a_target_does():
    result = normalise([0.7] * 7)
    assert np.isnan(result.scores).all()
    assert codes(result) == ["constant_column"]
    assert normalise([3.0, 3.0], best=3).scores.tolist() == [100.0, 100.0]
    assert normalise([3.0, 3.0], best=6, worst=0).scores.tolist() == [50.0, 50.0]


def test_goals_can_be_given_for_some_columns_only():
    table = np.column_stack([np.arange(1.0, 42.0)] * 2)
    result = normalise(table, best=[NAN, 22], worst=[NAN, 2])
    assert result.best is not None and result.best.tolist() == [39.0, 22.0]
    assert result.scores[11, 1] == 50.0


# the others


def test_minmax():
    assert normalise([2.0, 4.0, 6.0], "minmax").scores.tolist() == [0.0, 50.0, 100.0]
    assert normalise([2.0, 4.0, 6.0], "minmax", polarity=-1).scores.tolist() == [100.0, 50.0, 0.0]


def test_rank_and_percentile_rank():
    x = [30.0, 10.0, NAN, 10.0, 20.0]
    assert normalise(x, "rank").scores[[0, 1, 3, 4]].tolist() == [4, 1, 1, 3]
    assert normalise(x, "percentile_rank").scores[[0, 1, 3, 4]].tolist() == [100, 25, 25, 75]
    assert normalise([1.0, 2.0], "rank", polarity=-1).scores.tolist() == [2, 1]


@given(vectors(min_size=2))
def test_zscore_agrees_with_scipy(x):
    known = x[~np.isnan(x)]
    found = normalise(x, "zscore")
    if len(np.unique(known)) < 2:
        assert np.isnan(found.scores).all()
        assert codes(found) == (["constant_column"] if len(known) else [])
    else:
        expected = scipy.stats.zscore(known, ddof=1)
        assert found.scores[~np.isnan(x)] == pytest.approx(expected, rel=1e-9, abs=1e-12)


def test_ratio_to_a_reference():
    assert normalise([1.0, 2.0, 3.0], "ratio_to").scores.tolist() == [0.5, 1.0, 1.5]
    best = normalise([1.0, 2.0, 4.0], "ratio_to", reference="best")
    assert best.scores.tolist() == [0.25, 0.5, 1.0]
    # smaller is better: best is 1, and half as good means twice the value
    down = normalise([1.0, 2.0, 4.0], "ratio_to", polarity=-1, reference="best")
    assert down.scores.tolist() == [1.0, 0.5, 0.25]
    target = normalise([5.0, 20.0], "ratio_to", reference="target", target=10)
    assert target.scores.tolist() == [0.5, 2.0]


def test_a_ratio_never_divides_by_zero():
    down = normalise([0.0, 2.0], "ratio_to", polarity=-1, reference="worst")
    assert np.isnan(down.scores[0]) and down.scores[1] == 1.0
    assert codes(down) == ["division_by_zero"]
    assert np.isnan(normalise([0.0, 0.0, NAN], "ratio_to").scores).all()


def test_difference_to_a_reference():
    assert normalise([1.0, 2.0, 6.0], "difference_to").scores.tolist() == [-2.0, -1.0, 3.0]
    relative = normalise([1.0, 2.0, 6.0], "difference_to", relative=True, polarity=-1)
    assert relative.scores.tolist() == [2 / 3, 1 / 3, -1.0]
    band = normalise([5.0, 12.0], "difference_to", polarity=(10, 20), reference="best")
    assert band.scores.tolist() == [-5.0, 0.0]
    zero = normalise([-1.0, 1.0], "difference_to", relative=True)
    assert np.isnan(zero.scores).all() and codes(zero) == ["division_by_zero"]


@pytest.mark.parametrize(
    ("method", "arguments", "code"),
    [
        ("topsis", {}, "unknown_name"),
        ("minmax", {"best": 1}, "goals_unused"),
        ("ratio_to", {"polarity": (1, 2)}, "ratio_of_band"),
        ("ratio_to", {"reference": "median"}, "bad_parameter"),
        ("ratio_to", {"reference": "target"}, "target_mismatch"),
        ("ratio_to", {"target": 1}, "target_mismatch"),
        ("goalposts", {"best": [1, 2]}, "bad_length"),
        ("difference_to", {"relative": "yes"}, "bad_parameter"),
    ],
)
def test_wrong_use_is_an_error(method, arguments, code):
    with pytest.raises(AnalysisError) as caught:
        normalise([1.0, 2.0], method, **arguments)
    assert caught.value.code == code


@given(vectors(), st.sampled_from(BOUNDED), st.sampled_from([1, -1, (-3, 40)]))
def test_bounded_scores_stay_within_0_and_100_keep_the_order_and_the_gaps(x, method, polarity):
    found = normalise(x, method, polarity=polarity)
    known = ~np.isnan(found.scores)
    assert not (known & np.isnan(x)).any()
    assert ((found.scores[known] >= 0) & (found.scores[known] <= 100)).all()
    again = normalise(x[::-1], method, polarity=polarity).scores[::-1]
    assert np.array_equal(found.scores, again, equal_nan=True)
    if polarity in (1, -1):
        order = np.argsort(polarity * x[known], kind="stable")  # type: ignore[operator]
        assert (np.diff(found.scores[known][order]) >= 0).all()


@given(vectors(), st.sampled_from(BOUNDED))
def test_a_missing_unit_changes_no_other_score(x, method):
    longer = normalise(np.append(x, NAN), method).scores
    assert np.array_equal(longer[:-1], normalise(x, method).scores, equal_nan=True)
