from __future__ import annotations

import itertools

import mapclassify
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ckanext.msativo.analysis.natural_breaks import natural_breaks
from ckanext.msativo.tests.analysis.strategies import exact


def deviation(x: np.ndarray, breaks) -> float:
    classes = np.searchsorted(breaks, x)
    return sum(((x[classes == c] - x[classes == c].mean()) ** 2).sum() for c in np.unique(classes))


def test_three_obvious_clusters():
    breaks = natural_breaks(np.array([10.0, 1.0, 2.0, 11.0, 30.0, 31.0, 1.0]), 3)
    assert breaks is not None and breaks.tolist() == [2.0, 11.0, 31.0]


def test_the_published_example_of_mapclassify():
    # employment density in the 58 counties of California, k = 5
    employment = mapclassify.load_example().to_numpy(dtype=float)
    breaks = natural_breaks(employment, 5)
    assert breaks is not None and breaks.tolist() == [75.29, 192.05, 370.5, 722.85, 4111.45]


def test_as_many_classes_as_values_and_one_too_many():
    breaks = natural_breaks(np.array([1.0, 5.0, 7.0]), 3)
    assert breaks is not None and breaks.tolist() == [1.0, 5.0, 7.0]
    assert natural_breaks(np.array([1.0, 5.0, 5.0]), 3) is None
    assert natural_breaks(np.empty(0), 3) is None


@given(st.lists(exact, min_size=3, max_size=9), st.integers(2, 4))
def test_no_other_partition_is_better(values, k):
    x = np.array(values)
    breaks = natural_breaks(x, k)
    distinct = np.unique(x)
    if len(distinct) < k:
        assert breaks is None
        return
    others = itertools.combinations(distinct[:-1], k - 1)
    least = min(deviation(x, [*other, distinct[-1]]) for other in others)
    assert deviation(x, breaks) == pytest.approx(least, rel=1e-9, abs=1e-9)


@pytest.mark.parametrize("seed", range(5))
def test_breaks_agree_with_mapclassify(seed):
    x = np.random.default_rng(seed).normal(size=60)
    breaks = natural_breaks(x, 5)
    assert breaks == pytest.approx(mapclassify.FisherJenks(x, 5).bins)


def test_far_from_zero_the_classes_are_the_same():
    x = np.array([1.0, 2.0, 10.0, 11.0, 30.0, 31.0])
    breaks = natural_breaks(x + 1e9, 3)
    assert breaks is not None and (breaks - 1e9).tolist() == [2.0, 11.0, 31.0]
