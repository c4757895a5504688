from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given

from ckanext.msativo.analysis import AnalysisError, flag
from ckanext.msativo.tests.analysis.strategies import vectors

NAN = float("nan")
CLUSTERS = [1.0, 2.0, 10.0, 11.0, 20.0, 21.0, 30.0, 31.0, 40.0, 41.0]


def test_the_worst_class_is_critical_and_the_second_worst_needs_attention():
    result = flag([*CLUSTERS, NAN], "jenks")
    assert result.state.tolist() == [3, 3, 2, 2, 1, 1, 1, 1, 1, 1, 0]
    assert (result.limits["critico"], result.limits["atencao"]) == (2.0, 11.0)


def test_when_smaller_is_better_the_worst_class_is_the_largest():
    result = flag(CLUSTERS, "jenks", polarity=-1)
    assert result.state.tolist() == [1, 1, 1, 1, 1, 1, 2, 2, 3, 3]
    assert (result.limits["critico"], result.limits["atencao"]) == (40.0, 30.0)


def test_fewer_distinct_values_than_classes_cannot_be_judged():
    result = flag([1.0, 2.0, 3.0, 4.0, 4.0], "jenks")
    assert result.nao_aplicavel
    assert result.state.tolist() == [0] * 5
    assert result.reason(0).code == "nao_aplicavel"


def test_equal_values_have_no_variation():
    result = flag([4.0, 4.0], "jenks")
    assert result.sem_variacao and not result.nao_aplicavel
    assert result.state.tolist() == [1, 1]


def test_no_value_is_missing_not_inapplicable():
    result = flag([NAN, NAN], "jenks")
    assert result.state.tolist() == [0, 0] and not result.nao_aplicavel


def test_columns_are_judged_apart():
    table = np.column_stack([CLUSTERS, np.arange(10.0) // 5])
    result = flag(table, "jenks")
    assert result.nao_aplicavel.tolist() == [False, True]
    assert result.state[:, 0].tolist() == [3, 3, 2, 2, 1, 1, 1, 1, 1, 1]


@pytest.mark.parametrize("k", [2, 2.5, "5", True])
def test_k_is_a_whole_number_from_3_on(k):
    with pytest.raises(AnalysisError, match="whole number, 3 or more"):
        flag(CLUSTERS, "jenks", k=k)


@given(vectors(min_size=2))
def test_the_order_of_units_and_missing_ones_do_not_matter(x):
    state = flag(x, "jenks", k=3).state
    assert np.array_equal(flag(x[::-1], "jenks", k=3).state[::-1], state)
    assert np.array_equal(flag(np.append(x, NAN), "jenks", k=3).state[:-1], state)
