"""Outlier treatment and normalisation beside the examples and tests of COINr (Becker et al. 2022), its R package.

The numbers are those of its `tests/testthat/test-treat.R` and `test-normalise.R`.
"""

from __future__ import annotations

import numpy as np
import pytest

from ckanext.msativo.analysis import normalise
from ckanext.msativo.analysis.outliers import Limits, treat_outliers


def test_one_outlier_is_winsorised_to_the_next_value():
    found = treat_outliers([*range(1, 11), 100.0])
    assert found.x.tolist() == [*range(1, 11), 10.0]


def test_when_one_point_is_not_enough_the_logarithm_is_taken_of_the_original():
    x = np.array([*range(1, 21), 100.0, 200.0])
    found = treat_outliers(x, Limits(max_points=1))
    # their log_CT: ln(x − min + 1 % of the range)
    assert found.x == pytest.approx(np.log(x - 1 + 0.01 * 199))
    # with five points it is winsorised: 200 to 100, then both to 20
    assert treat_outliers(x).x.tolist() == [*range(1, 21), 20.0, 20.0]


def test_a_low_outlier_is_winsorised_upwards():
    assert treat_outliers([*range(1, 11), -100.0]).x.tolist() == [*range(1, 11), 1.0]


def test_the_side_is_chosen_anew_for_each_point():
    # the long tail is first that of 100,000, then that of −1,000
    found = treat_outliers([*range(1, 21), 100_000.0, -1000.0])
    assert found.x.tolist() == [*range(1, 21), 20.0, 1.0]
    assert [note.params for note in found.log] == [{"points": 1, "bound": 20.0}, {"points": 1, "bound": 1.0}]


def test_a_column_with_one_other_value_becomes_constant_and_says_so():
    found = treat_outliers([0.0] * 30 + [1.0])
    assert found.x.tolist() == [0.0] * 31
    assert [note.params for note in found.log] == [{"points": 1, "bound": 0.0}]


def test_never_more_points_than_allowed_also_when_they_tie():
    x = np.array([*range(1, 21), 500.0, 500.0])
    assert treat_outliers(x, Limits(max_points=1)).log[0].code == "log"
    assert treat_outliers(x, Limits(max_points=2)).x[-2:].tolist() == [20.0, 20.0]


@pytest.mark.parametrize(
    ("x", "polarity", "score"),
    [(1, 1, 10), (11, 1, 100), (-1, 1, 0), (1, -1, 90), (-1, -1, 100), (11, -1, 0)],
)
def test_goalposts(x, polarity, score):
    best, worst = (10, 0) if polarity == 1 else (0, 10)
    assert normalise([float(x)], polarity=polarity, best=best, worst=worst).scores.tolist() == pytest.approx([score])


def test_distance_to_target_capped():
    # n_dist2targ: the worst goalpost is the smallest value, respectively the largest
    assert normalise([0.0, 5.0, 11.0], best=10, worst=0).scores.tolist() == [0.0, 50.0, 100.0]
    down = normalise([-1.0, 1.0, 10.0], polarity=-1, best=0, worst=10).scores
    assert down == pytest.approx([100.0, 90.0, 0.0])


def test_share_of_the_maximum():
    assert normalise([2.0, 5.0, 8.0], "ratio_to", reference="best").scores.tolist() == [0.25, 0.625, 1.0]
