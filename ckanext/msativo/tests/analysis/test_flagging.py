from __future__ import annotations

import numpy as np
import pytest

from ckanext.msativo.analysis import AnalysisError, flag
from ckanext.msativo.analysis import cutting as cutting_module

NAN = float("nan")


def test_an_unknown_rule_lists_the_known_ones():
    with pytest.raises(AnalysisError, match=r"no rule named “quartil”. Known: .*quantil"):
        flag([1.0], "quartil")


@pytest.mark.parametrize("polarity", [0, 2, True, "maior", (2, 1), (1, 2, 3), None, (1, NAN)])
def test_a_polarity_that_means_nothing_is_an_error(polarity):
    with pytest.raises(AnalysisError) as caught:
        flag([1.0, 2.0], "quantil", polarity=polarity)
    assert caught.value.code == "bad_polarity"


def test_an_infinite_value_is_an_error_with_its_place():
    x = np.zeros((3, 4))
    x[2, 1] = np.inf
    with pytest.raises(AnalysisError, match="Row 2, column 1 holds an infinite value"):
        flag(x, "quantil")


def test_three_dimensions_are_an_error():
    with pytest.raises(AnalysisError, match="3 dimensions"):
        flag(np.zeros((2, 2, 2)), "quantil")


def test_one_polarity_per_column():
    x = np.column_stack([np.arange(5.0), np.arange(5.0)])
    result = flag(x, "quantil", polarity=np.array([1, -1]))
    assert result.state.T.tolist() == [[3, 3, 2, 1, 1], [1, 1, 2, 3, 3]]
    assert result.limits["critico"].tolist() == [1.0, 3.0]
    with pytest.raises(AnalysisError, match="3 polarities for 2 columns"):
        flag(x, "quantil", polarity=np.array([1, -1, 1]))


def test_groups_are_judged_against_themselves():
    low, high = np.arange(1.0, 10.0), np.arange(101.0, 110.0)
    result = flag(np.concatenate([low, high]), "quantil", groups=["a"] * 9 + ["b"] * 9)
    assert result.state.tolist() == [3, 3, 3, 2, 2, 1, 1, 1, 1] * 2
    assert result.limits["critico"].tolist() == [3.0] * 9 + [103.0] * 9
    assert result.n.tolist() == [9] * 18
    assert not result.fallback.any()


def test_a_group_under_eight_values_falls_back_to_everyone_and_says_so():
    x = np.arange(1.0, 18.0)
    x[8] = NAN  # "b" has nine units and eight values, "a" has eight units and seven
    x[0] = NAN
    result = flag(x, "quantil", groups=["a"] * 8 + ["b"] * 9)
    assert result.fallback.tolist() == [True] * 8 + [False] * 9
    everyone = flag(x, "quantil")
    assert result.state[:8].tolist() == everyone.state[:8].tolist()
    assert result.n[0] == 15
    # 10…17: Q25 at position 1.75 = 11.75, median 13.5
    assert result.limits["critico"][8:].tolist() == [11.75] * 9
    assert result.state[8:].tolist() == [0, 3, 3, 2, 2, 1, 1, 1, 1]


def test_fallback_is_decided_per_column():
    full = np.arange(1.0, 17.0)
    thin = full.copy()
    thin[7] = NAN
    result = flag(np.column_stack([full, thin]), "quantil", groups=["a"] * 8 + ["b"] * 8)
    assert result.fallback[:8].tolist() == [[False, True]] * 8
    assert not result.fallback[8:].any()


def test_a_unit_without_a_group_is_compared_with_everyone():
    result = flag(np.arange(9.0), "quantil", groups=["a"] * 8 + [None])
    assert result.fallback.tolist() == [False] * 8 + [True]
    assert result.n.tolist() == [8] * 8 + [9]


def test_a_constant_group_has_no_variation_though_the_state_has():
    x = np.concatenate([np.full(8, 5.0), np.arange(8.0)])
    result = flag(x, "quantil", groups=[1] * 8 + [2] * 8)
    assert result.sem_variacao.tolist() == [True] * 8 + [False] * 8
    assert (result.state[:8] == 1).all()


def test_nearest_units_as_reference_include_the_unit_itself():
    x = np.arange(10.0)
    nearest = np.array([[(unit + step) % 10 for step in range(1, 8)] for unit in range(10)])
    result = flag(x, "quantil", groups=nearest)
    # unit 0 among 0…7: Q25 = 1.75; unit 9 among 9, 0…6: Q25 = 1.75
    assert result.limits["critico"][[0, 9]].tolist() == [1.75, 1.75]
    assert result.state[[0, 9]].tolist() == [3, 1]
    assert (result.n == 8).all() and not result.fallback.any()


@pytest.mark.parametrize("groups", [["a"], [["a"]] * 3, np.array([[0], [1], [3]])])
def test_groups_of_the_wrong_shape_or_range_are_errors(groups):
    with pytest.raises(AnalysisError):
        flag([1.0, 2.0, 3.0], "quantil", groups=groups)


@pytest.mark.parametrize("order", ["C", "F"])
def test_blocks_and_memory_order_change_nothing(monkeypatch, order):
    x = np.random.default_rng(1).normal(size=(30, 17)).round(1)
    x[x > 1] = NAN
    whole = flag(x, "quantil", groups=np.arange(30) % 3)
    monkeypatch.setattr(cutting_module, "BLOCK_VALUES", 100)
    blocks = flag(np.array(x, order=order), "quantil", groups=np.arange(30) % 3)
    assert np.array_equal(whole.state, blocks.state)
    assert np.array_equal(whole.limits["critico"], blocks.limits["critico"], equal_nan=True)


def test_the_input_is_left_as_it_was():
    x = np.array([[3.0, NAN], [1.0, 2.0]], order="F")
    before = x.copy()
    for polarity in (1, -1, (1, 2)):
        flag(x, "quantil", polarity=polarity)
    assert np.array_equal(x, before, equal_nan=True)


def test_the_reason_carries_code_text_and_facts():
    reason = flag(np.arange(1.0, 10.0), "quantil").reason(0)
    assert reason.code == "quantil_critico"
    assert reason.params == {
        "rule": "quantil", "p": 0.25, "n": 9, "limite_critico": 3.0, "limite_atencao": 5.0,
    }  # fmt: skip
    assert reason.msgid.format(**reason.params)
