from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ckanext.msativo.analysis import ADEQUADO, ATENCAO, CRITICO, SEM_DADO, AnalysisError, flag
from ckanext.msativo.tests.analysis.strategies import exact, vectors

NAN = float("nan")


def bands(result) -> list[str]:
    return [result.band_names[code] for code in result.band]


def test_bands_and_a_value_at_a_cut_belongs_to_the_better_one():
    result = flag([59.9, 60, 69.9, 70, 79.9, 80, NAN], "limiar", verde=80, vermelho=60)
    assert bands(result) == ["vermelho", "laranja", "laranja", "amarelo", "amarelo", "verde", ""]
    assert result.state.tolist() == [
        CRITICO, ATENCAO, ATENCAO, ATENCAO, ATENCAO, ADEQUADO, SEM_DADO,
    ]  # fmt: skip
    assert result.limits["critico"] == 60
    assert result.limits["laranja"] == 70
    assert result.limits["atencao"] == 80


def test_bands_when_smaller_is_better():
    result = flag([30.1, 30, 20.1, 20, 10.1, 10], "limiar", polarity=-1, verde=10, vermelho=30)
    assert bands(result) == ["vermelho", "laranja", "laranja", "amarelo", "amarelo", "verde"]
    assert result.limits["critico"] == 30


def test_a_declared_orange_cut_replaces_the_midpoint():
    result = flag([62.0, 64.0], "limiar", verde=80, vermelho=60, laranja=64)
    assert bands(result) == ["laranja", "amarelo"]


def test_for_a_target_band_the_limits_are_distances_from_it():
    result = flag([5, 9, 10, 20, 22, 26], "limiar", polarity=(10, 20), verde=0, vermelho=4)
    # distances 5, 1, 0, 0, 2, 6 with cuts 4 (red), 2 (orange), 0 (green)
    assert bands(result) == ["vermelho", "amarelo", "verde", "verde", "amarelo", "vermelho"]
    assert result.limits["critico"] == 4


def test_one_legal_limit_makes_two_bands():
    result = flag([24.9, 25.0], "limiar", verde=25, vermelho=25)
    assert bands(result) == ["vermelho", "verde"]


@pytest.mark.parametrize(
    ("polarity", "cuts"),
    [
        (1, {"verde": 1, "vermelho": 2}),
        (-1, {"verde": 2, "vermelho": 1}),
        (1, {"verde": 2, "vermelho": 1, "laranja": 3}),
        ((0, 1), {"verde": 2, "vermelho": 1}),
    ],
)
def test_limits_on_the_wrong_side_are_an_error_that_shows_them(polarity, cuts):
    with pytest.raises(AnalysisError, match="limits are out of order") as caught:
        flag([1.0], "limiar", polarity=polarity, **cuts)
    assert caught.value.code == "limits_out_of_order"
    assert caught.value.params["verde"] == cuts["verde"]


def test_both_limits_are_required():
    with pytest.raises(AnalysisError, match="needs the parameter “vermelho”"):
        flag([1.0], "limiar", verde=1)


def test_equal_values_are_judged_too():
    result = flag([1.0, 1.0], "limiar", verde=3, vermelho=2)
    assert result.state.tolist() == [CRITICO, CRITICO]
    assert not result.sem_variacao


@given(vectors(), exact, exact, st.sampled_from([1, -1]))
def test_each_state_depends_on_its_own_value_only(x, one, other, polarity):
    red, green = sorted((one, other), key=lambda cut: polarity * cut)
    state = flag(x, "limiar", polarity=polarity, verde=green, vermelho=red).state
    for value, found in zip(x, state, strict=True):
        y = polarity * value
        expected = (
            SEM_DADO
            if np.isnan(value)
            else ADEQUADO
            if y >= polarity * green
            else ATENCAO
            if y >= polarity * red
            else CRITICO
        )
        assert found == expected
