"""What every normaliser must hold to, the registered ones of today and of tomorrow."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ckanext.msativo.analysis import NORMALISERS, Normalised, normalise
from ckanext.msativo.tests.analysis.strategies import vectors

NAN = float("nan")
few = settings(max_examples=30, deadline=None)
BAND = (-10.0, 25.0)
POLARITIES: list[Any] = [1, -1, BAND]
# a quotient has no mirror, and needs a zero that means something
QUOTIENTS = {"ratio_to"}
# measured in the indicator's unit
IN_UNITS = {"difference_to"}

every_method = pytest.mark.parametrize("method", NORMALISERS.names())
bounded = pytest.mark.parametrize("method", [item.name for item in NORMALISERS if item.bounded])


def scored(x: Any, method: str, polarity: Any = 1) -> Normalised:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        return normalise(np.asarray(x, dtype=float), method, polarity=polarity)


def polarities(method: str) -> st.SearchStrategy[Any]:
    return st.sampled_from(POLARITIES[:2] if method in QUOTIENTS else POLARITIES)


def same(one: np.ndarray, other: np.ndarray) -> None:
    assert one == pytest.approx(other, rel=1e-9, abs=1e-9, nan_ok=True)


@every_method
@few
@given(data=st.data(), x=vectors(), random=st.randoms())
def test_the_order_of_units_does_not_matter(method, data, x, random):
    polarity = data.draw(polarities(method))
    order = list(range(len(x)))
    random.shuffle(order)
    same(scored(x, method, polarity).scores[order], scored(x[order], method, polarity).scores)


@every_method
@few
@given(data=st.data(), x=vectors(), at=st.integers(0, 40))
def test_a_missing_unit_changes_no_other(method, data, x, at):
    polarity = data.draw(polarities(method))
    place = min(at, len(x))
    longer = scored(np.insert(x, place, NAN), method, polarity).scores
    assert np.isnan(longer[place])
    same(np.delete(longer, place), scored(x, method, polarity).scores)


@every_method
@few
@given(data=st.data(), x=vectors())
def test_equal_values_have_equal_scores_and_a_better_one_never_a_lower(method, data, x):
    polarity = data.draw(polarities(method))
    x = np.abs(x) + 1 if method in QUOTIENTS else x
    scores = scored(x, method, polarity).scores
    there = ~np.isnan(scores)
    y = -np.maximum(np.maximum(BAND[0] - x, x - BAND[1]), 0) if polarity == BAND else polarity * x
    order = np.argsort(y[there], kind="stable")
    step, rise = np.diff(y[there][order]), np.diff(scores[there][order])
    assert (rise >= 0).all()
    assert (rise[step == 0] == 0).all()


@pytest.mark.parametrize("method", [name for name in NORMALISERS.names() if name not in QUOTIENTS])
@few
@given(x=vectors())
def test_smaller_is_better_is_the_mirror_of_larger_is_better(method, x):
    same(scored(x, method, 1).scores, scored(-x, method, -1).scores)


@pytest.mark.parametrize("method", [name for name in NORMALISERS.names() if name not in QUOTIENTS | IN_UNITS])
@few
@given(x=vectors(), polarity=st.sampled_from([1, -1]), shift=st.integers(-1000, 1000), power=st.integers(-6, 6))
def test_the_unit_of_measure_does_not_matter(method, x, polarity, shift, power):
    changed = (x + shift) * 2.0**power
    same(scored(x, method, polarity).scores, scored(changed, method, polarity).scores)


@bounded
@few
@given(data=st.data(), x=vectors())
def test_scores_that_challenges_use_lie_between_0_and_100(method, data, x):
    scores = scored(x, method, data.draw(polarities(method))).scores
    there = ~np.isnan(scores)
    assert ((scores[there] >= 0) & (scores[there] <= 100)).all()


@every_method
@few
@given(data=st.data(), x=vectors())
def test_a_value_without_a_score_comes_with_a_warning(method, data, x):
    found = scored(x, method, data.draw(polarities(method)))
    lost = ~np.isnan(x) & np.isnan(found.scores)
    assert bool(found.warnings) or not lost.any()
    for warning in found.warnings:
        assert str(warning)


@every_method
@few
@given(value=st.integers(-400, 400).map(lambda i: i / 10), n=st.integers(1, 30))
def test_equal_values_score_alike_or_not_at_all(method, value, n):
    scores = scored(np.full(n, value), method).scores
    assert np.isnan(scores).all() or len(set(scores.tolist())) == 1


@every_method
@pytest.mark.parametrize("x", [[], [5.0], [NAN], [5.0, 5.0], [1.0, 9.0], [1.0, NAN], [1.0, 2.0, 30.0], [NAN] * 3])
def test_few_or_no_values(method, x):
    found = scored(x, method)
    assert found.scores.shape == (len(x),)
    assert np.isnan(found.scores[np.isnan(x)]).all() if len(x) else True
    if not len(x) or np.isnan(x).all():
        assert not found.warnings


@every_method
@few
@given(x=vectors(min_size=2, max_size=15))
def test_a_table_is_its_columns(method, x):
    table = np.column_stack([x, -x, np.full(len(x), NAN), x * 2 + 1])
    together = scored(table, method).scores
    for column in range(table.shape[1]):
        same(together[:, column], scored(table[:, column], method).scores)


@pytest.mark.parametrize("method", [item.name for item in NORMALISERS if item.uses_goals])
@few
@given(x=vectors(min_size=2), polarity=st.sampled_from(POLARITIES))
def test_a_frozen_scale_gives_the_same_scores(method, x, polarity):
    first = scored(x, method, polarity)
    if first.warnings or np.isnan(x).all():
        return
    again = normalise(x, method, polarity=polarity, best=first.best, worst=first.worst)
    same(again.scores, first.scores)
