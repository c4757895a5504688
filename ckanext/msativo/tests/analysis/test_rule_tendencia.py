from __future__ import annotations

import numpy as np
import pytest

from ckanext.msativo.analysis import AnalysisError, IndicatorMethod, Series, evaluate, flag

NAN = float("nan")
YEARS = list(range(2015, 2021))


def judge(values, polarity: int | tuple[float, float] = 1, **params):
    table = np.atleast_2d(np.array(values, dtype=float))
    return flag(table[:, -1:], "tendencia", polarity=polarity, series=Series.of(YEARS, table), **params)


def test_a_steady_fall_is_critical_when_larger_is_better():
    result = judge([10.0, 9.0, 8.0, 7.0, 6.0, 5.0])
    assert result.state.tolist() == [[3]]
    assert result.extras["inclinacao"].tolist() == [[-1.0]]
    assert result.reason(0).code == "tendencia_critica"


def test_a_steady_fall_is_fine_when_smaller_is_better_and_a_rise_is_not():
    assert judge([10.0, 9.0, 8.0, 7.0, 6.0, 5.0], -1).state.tolist() == [[1]]
    rise = judge([5.0, 6.0, 7.0, 8.0, 9.0, 10.5], -1)
    assert rise.state.tolist() == [[3]]
    assert rise.extras["inclinacao"][0, 0] == 1.0
    assert rise.extras["inferior"][0, 0] <= 1.0 <= rise.extras["superior"][0, 0]


def test_moving_away_from_a_target_band_is_adverse_on_either_side():
    away = [[5.0, 4.0, 3.0, 2.0, 1.0, 0.0], [21.0, 22.0, 23.0, 24.0, 25.0, 26.0]]
    assert judge(away, (10, 20)).state.tolist() == [[3], [3]]


def test_a_fall_smaller_than_what_matters_needs_attention():
    falling = [10.0, 9.0, 8.0, 7.0, 6.0, 5.0]
    assert judge(falling, min_slope=1.0).state.tolist() == [[3]]
    assert judge(falling, min_slope=1.1).state.tolist() == [[2]]


def test_a_fall_within_doubt_is_fine():
    assert judge([10.0, 5.0, 11.0, 4.0, 12.0, 3.0]).state.tolist() == [[1]]


def test_under_five_points_it_cannot_be_applied():
    result = judge([[10.0, NAN, NAN, 8.0, 7.0, 6.0], [10.0, NAN, 9.0, 8.0, 7.0, 6.0]])
    assert result.state.tolist() == [[0], [3]]
    assert result.nao_aplicavel.tolist() == [[True], [False]]


def test_a_unit_without_a_value_at_the_reference_year_is_missing():
    result = judge([10.0, 9.0, 8.0, 7.0, 6.0, NAN])
    assert result.state.tolist() == [[0]]
    assert not result.nao_aplicavel.any()


def test_a_window_forgets_older_years():
    values = [0.0, 20.0, 19.0, 18.0, 17.0, 16.0]
    assert judge(values, window=5).state.tolist() == [[3]]
    assert judge(values, window=5).extras["pontos"].tolist() == [[5]]


def test_evaluation_sees_only_years_up_to_each_reference_year():
    values = [[10.0, 9.0, 8.0, 7.0, 6.0, 50.0]]
    found = evaluate(YEARS, values, None, IndicatorMethod("tendencia"))
    assert found.state[0].tolist() == [0, 0, 0, 0, 3, 1]
    assert found.critical_since[0].tolist() == [0, 0, 0, 0, 2019, 0]
    assert np.isnan(found.limit_critical).all()


def test_it_needs_the_series_of_the_same_units():
    with pytest.raises(AnalysisError, match="looks at several years"):
        flag([1.0], "tendencia")
    with pytest.raises(AnalysisError, match="same units"):
        flag([1.0, 2.0], "tendencia", series=Series.of(YEARS, [[1.0] * 6]))
    with pytest.raises(AnalysisError, match="2 reference years for 1 columns"):
        flag([1.0], "tendencia", series=Series.of(YEARS, [[1.0] * 6], [2019, 2020]))
