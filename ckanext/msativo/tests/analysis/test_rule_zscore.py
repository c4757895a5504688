from __future__ import annotations

import numpy as np
import pytest
import scipy.stats
from hypothesis import given
from hypothesis import strategies as st

from ckanext.msativo.analysis import AnalysisError, flag
from ckanext.msativo.tests.analysis.strategies import vectors

NAN = float("nan")


def test_zscore_by_hand_and_limits_are_strict():
    # mean 3, sd (n − 1) = 2: limits 1 and 2
    x = [1.0, 0.9, 2.0, 1.9, 3.0, 5.0]
    base = np.array([1.0, 3.0, 5.0])
    assert flag(base, "zscore").limits["critico"] == 1.0
    assert flag(base, "zscore").state.tolist() == [2, 1, 1]  # z = −1 is not under −1
    result = flag(x, "zscore")
    assert result.extras["media"] == pytest.approx(np.mean(x))
    assert result.extras["desvio"] == pytest.approx(np.std(x, ddof=1))


def test_zscore_when_smaller_is_better():
    result = flag([1.0, 3.0, 5.0, 9.0], "zscore", polarity=-1)
    # mean 4.5, sd √(35/3) ≈ 3.416: limits 7.916 and 6.208
    assert result.limits["critico"] == pytest.approx(4.5 + np.sqrt(35 / 3))
    assert result.state.tolist() == [1, 1, 1, 3]
    assert result.extras["media"] == 4.5


@given(vectors(min_size=2), st.sampled_from([1, -1]))
def test_zscore_agrees_with_scipy(x, polarity):
    known = x[~np.isnan(x)]
    result = flag(x, "zscore", polarity=polarity)
    if len(np.unique(known)) < 2:
        assert not (result.state >= 2).any()
        assert result.sem_variacao == (len(known) > 0)
        return
    z = np.asarray(scipy.stats.zscore(polarity * known, ddof=1))
    state = result.state[~np.isnan(x)]
    clear = (abs(z + 1) > 1e-9) & (abs(z + 0.5) > 1e-9)
    assert np.array_equal(state[clear], (1 + (z < -1) * 1 + (z < -0.5) * 1)[clear])


def test_robust_z_by_hand():
    # median 10, deviations 0 1 1 2 9 → MAD 1; limits 10 − 1.5·1.4826 and 10 − 0.75·1.4826
    result = flag([1.0, 9.0, 10.0, 11.0, 12.0], "robust_z")
    assert result.limits["critico"] == pytest.approx(7.7761)
    assert result.limits["atencao"] == pytest.approx(8.88805)
    assert result.state.tolist() == [3, 1, 1, 1, 1]
    assert result.extras["mad"] == 1.0
    assert flag([8.0, 9.0, 10.0, 11.0, 12.0], "robust_z").state.tolist() == [2, 1, 1, 1, 1]


@given(vectors(min_size=2))
def test_robust_z_agrees_with_scipy(x):
    known = x[~np.isnan(x)]
    mad = scipy.stats.median_abs_deviation(known) if len(known) else np.nan
    result = flag(x, "robust_z")
    if not mad > 0:
        assert (result.state == 0).all()
        assert result.nao_aplicavel == (len(known) > 0)
        return
    z = (known - np.median(known)) / (1.4826 * mad)
    state = result.state[~np.isnan(x)]
    clear = (abs(z + 1.5) > 1e-9) & (abs(z + 0.75) > 1e-9)
    assert np.array_equal(state[clear], (1 + (z < -1.5) * 1 + (z < -0.75) * 1)[clear])


def test_robust_z_cannot_judge_when_more_than_half_of_the_values_are_equal():
    result = flag([0.0, 0.0, 0.0, 5.0, NAN], "robust_z")
    assert result.nao_aplicavel and result.state.tolist() == [0] * 5


@pytest.mark.parametrize("rule", ["zscore", "robust_z"])
def test_limits_out_of_order_are_an_error(rule):
    with pytest.raises(AnalysisError, match="must not exceed"):
        flag([1.0, 2.0], rule, critico=-0.1, atencao=-1)
