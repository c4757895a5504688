from __future__ import annotations

import numpy as np
import pytest
import scipy.stats
from hypothesis import given
from hypothesis import strategies as st

from ckanext.msativo.analysis import AnalysisError
from ckanext.msativo.analysis.outliers import (
    Limits,
    sample_kurtosis,
    sample_skewness,
    treat_outliers,
)

NAN = float("nan")


@given(st.lists(st.integers(-1000, 1000), min_size=4, max_size=50))
def test_moments_agree_with_scipy(values):
    x = np.array(values, dtype=float)
    if x.min() == x.max():
        assert sample_skewness(x) == sample_kurtosis(x) == 0
        return
    assert sample_skewness(x) == pytest.approx(scipy.stats.skew(x, bias=False), abs=1e-9)
    assert sample_kurtosis(x) == pytest.approx(scipy.stats.kurtosis(x, bias=False), abs=1e-9)


def test_a_column_within_the_limits_is_left_alone():
    found = treat_outliers(np.arange(20.0))
    assert found.x.tolist() == list(range(20)) and not found.log


def test_one_extreme_value_is_set_to_the_next_one():
    x = np.array([*range(1, 21), 500.0, NAN])
    found = treat_outliers(x)
    assert found.x[:21].tolist() == [*range(1, 21), 20.0]
    assert np.isnan(found.x[21])
    assert [(note.code, note.params) for note in found.log] == [("winsorised", {"points": 1, "bound": 20.0})]
    assert x[20] == 500.0


def test_a_tail_on_the_left_is_pulled_up():
    found = treat_outliers(np.array([*range(1, 21), -500.0]))
    assert found.x[-1] == 1.0
    assert found.log[0].params["bound"] == 1.0


def test_when_winsorising_is_not_enough_it_is_undone_and_a_log_is_taken():
    x = np.exp(np.linspace(0, 12, 40))
    found = treat_outliers(x, Limits(max_points=1))
    assert [note.code for note in found.log] == ["log"]
    expected = np.log(x - x.min() + 0.01 * (x.max() - x.min()))
    assert found.x == pytest.approx(expected)
    left = treat_outliers(-x, Limits(max_points=1))
    assert left.x == pytest.approx(-expected)


def test_what_no_step_can_mend_is_said():
    x = np.array([0.0] * 30 + [1.0])
    found = treat_outliers(x, Limits(max_points=0))
    assert [note.code for note in found.log] == ["log", "still_skewed"]


def test_columns_are_treated_apart_and_named_in_the_log():
    table = np.column_stack([np.arange(21.0), [*range(1, 21), 500.0]])
    found = treat_outliers(table)
    assert found.x[:, 0].tolist() == list(range(21))
    assert [note.column for note in found.log] == [1]


def test_an_unknown_step_lists_the_known_ones():
    with pytest.raises(AnalysisError, match="Known: log, winsorise"):
        treat_outliers([*range(1, 21), 500.0], steps=("trim",))


@given(st.lists(st.floats(-1e3, 1e6), min_size=0, max_size=40))
def test_treatment_keeps_the_order_of_values(values):
    x = np.array(values, dtype=float)
    found = treat_outliers(x).x
    order = np.argsort(x, kind="stable")
    assert (np.diff(found[order]) >= 0).all()
