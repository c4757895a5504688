from __future__ import annotations

import numpy as np
import scipy.stats
from hypothesis import given

from ckanext.msativo.analysis import percentile_rank, rank_worst_first
from ckanext.msativo.tests.analysis.strategies import vectors

NAN = float("nan")


def test_rank_1_is_the_worst_and_ties_share_the_lowest_rank():
    assert rank_worst_first([30.0, 10.0, NAN, 10.0, 20.0]).tolist() == [4, 1, 0, 1, 3]


def test_when_smaller_is_better_the_largest_is_the_worst():
    assert rank_worst_first([30.0, 10.0, 20.0], -1).tolist() == [1, 3, 2]


def test_percentile_rank_is_a_hundred_times_rank_over_n():
    found = percentile_rank([30.0, 10.0, NAN, 10.0, 20.0])
    assert found[[0, 1, 3, 4]].tolist() == [100.0, 25.0, 25.0, 75.0]
    assert np.isnan(found[2])


def test_no_value_and_no_unit():
    assert rank_worst_first([NAN, NAN]).tolist() == [0, 0]
    assert rank_worst_first(np.empty(0)).shape == (0,)


@given(vectors())
def test_ranks_agree_with_scipy_min_ranks(x):
    known = ~np.isnan(x)
    assert np.array_equal(rank_worst_first(x)[known], scipy.stats.rankdata(x[known], "min"))
    table = np.column_stack([x, -x])
    assert np.array_equal(rank_worst_first(table)[:, 1], rank_worst_first(x, -1))
