from __future__ import annotations

import numpy as np
import pytest

from ckanext.msativo.analysis import influence

NAN = float("nan")


def test_two_independent_equal_indicators_share_the_effect():
    # all four combinations of 0 and 100: uncorrelated, each r² with the mean = 1/2
    found = influence([[0, 0], [0, 100], [100, 0], [100, 100]], [1, 1])
    assert found.effective == pytest.approx([0.5, 0.5])
    assert found.with_score == pytest.approx([0.5**0.5] * 2)
    assert found.correlations == pytest.approx(np.eye(2))
    assert not found.doubles


def test_spread_not_the_declared_weight_makes_the_effect():
    # second indicator varies ten times as much: r² = 1/101 and 100/101
    found = influence([[45, 0], [45, 100], [55, 0], [55, 100]], [1, 1])
    assert found.declared.tolist() == [0.5, 0.5]
    assert found.effective == pytest.approx([1 / 101, 100 / 101])
    assert found.no_effect.tolist() == [True, False]


def test_a_double_and_an_indicator_against_the_others_are_named():
    base = np.array([10.0, 20.0, 40.0, 70.0, 90.0])
    other = np.array([30.0, 10.0, 50.0, 20.0, 40.0])
    found = influence(np.column_stack([base, base * 0.5 + 3, other, 100 - base]), [2, 2, 1, 1])
    assert [(i, j) for i, j, _ in found.doubles] == [(0, 1), (0, 3), (1, 3)]
    assert found.against.tolist() == [False, False, False, True]


def test_correlations_agree_with_numpy_and_use_units_that_have_both():
    table = np.random.default_rng(2).normal(50, 10, size=(30, 3))
    full = influence(table, [1, 1, 1])
    assert full.correlations == pytest.approx(np.corrcoef(table.T))
    gaps = table.copy()
    gaps[:5, 0] = NAN
    expected = np.corrcoef(table[5:, 0], table[5:, 1])[0, 1]
    assert influence(gaps, [1, 1, 1]).correlations[0, 1] == pytest.approx(expected)


def test_a_constant_indicator_has_no_effect_and_no_correlation():
    found = influence([[50, 10], [50, 20], [50, 40]], [1, 1])
    assert np.isnan(found.with_score[0])
    assert found.effective.tolist() == [0.0, 1.0]
    assert found.no_effect.tolist() == [True, False]
