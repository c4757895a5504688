from __future__ import annotations

import mapclassify
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ckanext.msativo.analysis import ADEQUADO, ATENCAO, CRITICO, SEM_DADO, AnalysisError, flag
from ckanext.msativo.tests.analysis.strategies import exact, vectors

NAN = float("nan")


def test_hand_computed_worst_quarter_and_worse_half():
    # 1…9: Q25 is the value at position 2 from 0 = 3, the median 5
    result = flag(np.arange(1.0, 10.0), "quantil")
    assert result.state.tolist() == [3, 3, 3, 2, 2, 1, 1, 1, 1]
    assert result.limits["critico"] == 3.0
    assert result.limits["atencao"] == 5.0
    assert result.n == 9


def test_interpolated_cut_by_hand():
    # 10, 20, 40, 80: position 0.75, so 10 + 0.75·10 = 17.5; median 30
    result = flag([80.0, 10.0, 40.0, 20.0], "quantil")
    assert result.limits["critico"] == 17.5
    assert result.limits["atencao"] == 30.0
    assert result.state.tolist() == [ADEQUADO, CRITICO, ADEQUADO, ATENCAO]


def test_when_smaller_is_better_the_largest_are_critical_and_limits_keep_the_units():
    result = flag([80.0, 10.0, 40.0, 20.0], "quantil", polarity=-1)
    # Q75 of 10, 20, 40, 80: position 2.25, so 40 + 0.25·40 = 50
    assert result.limits["critico"] == 50.0
    assert result.limits["atencao"] == 30.0
    assert result.state.tolist() == [CRITICO, ADEQUADO, ATENCAO, ADEQUADO]


def test_a_target_band_judges_the_distance_from_it_on_either_side():
    # distances from [10, 20]: 5, 0, 0, 1, 20 → y sorted −20, −5, −1, 0, 0; Q25 = −5, median −1
    result = flag([5.0, 10.0, 15.0, 21.0, 40.0], "quantil", polarity=(10, 20))
    assert result.state.tolist() == [CRITICO, ADEQUADO, ADEQUADO, ATENCAO, CRITICO]
    assert result.limits["critico"] == 5.0
    assert result.limits["atencao"] == 1.0


def test_all_that_tie_with_the_cut_are_critical():
    result = flag([0.0, 0.0, 0.0, 0.0, 1.0, 2.0, 3.0, 4.0], "quantil")
    assert result.state.tolist() == [3, 3, 3, 3, 1, 1, 1, 1]


def test_without_variation_nobody_is_critical_and_the_result_says_so():
    result = flag([7.0, 7.0, NAN, 7.0], "quantil")
    assert result.state.tolist() == [ADEQUADO, ADEQUADO, SEM_DADO, ADEQUADO]
    assert result.sem_variacao
    assert result.reason(0).code == "sem_variacao"


@pytest.mark.parametrize(
    ("values", "states"),
    [
        ([5.0], [1]),
        ([1.0, 2.0], [3, 1]),  # Q25 = 1.25, median 1.5
        ([1.0, 2.0, 3.0], [3, 2, 1]),  # Q25 = 1.5, median 2
        ([NAN, NAN], [0, 0]),
        ([NAN, 4.0], [0, 1]),
    ],
)
def test_few_values(values, states):
    assert flag(values, "quantil").state.tolist() == states


def test_no_value_at_all_has_no_limit_and_no_claim_about_variation():
    result = flag([NAN, NAN, NAN], "quantil")
    assert np.isnan(result.limits["critico"])
    assert not result.sem_variacao and not result.nao_aplicavel
    assert result.n == 0


def test_no_unit_at_all():
    assert flag(np.empty(0), "quantil").state.shape == (0,)
    assert flag(np.empty((3, 0)), "quantil").state.shape == (3, 0)


@pytest.mark.parametrize("p", [0.0, 1.0, -0.1, float("nan"), True, "0.25", None])
def test_p_must_lie_between_0_and_1(p):
    with pytest.raises(AnalysisError, match=r"“p” is .*greater than 0 and less than 1"):
        flag([1.0], "quantil", p=p)


def test_an_unknown_parameter_names_the_known_ones():
    with pytest.raises(AnalysisError, match=r"no parameter “q”. Its parameters: p"):
        flag([1.0], "quantil", q=0.25)


@given(vectors(), st.sampled_from([0.1, 0.25, 0.29, 0.5, 0.9]), st.sampled_from([1, -1]))
def test_cuts_agree_with_numpy_quantile(x, p, polarity):
    result = flag(x, "quantil", p=p, polarity=polarity)
    if np.isnan(x).all():
        assert np.isnan(result.limits["critico"])
        return
    y = polarity * x[~np.isnan(x)]
    assert result.limits["critico"] == pytest.approx(polarity * np.quantile(y, p), rel=1e-12)
    assert result.limits["atencao"] == pytest.approx(np.median(x[~np.isnan(x)]), rel=1e-12)


@given(st.lists(exact, min_size=4, max_size=60, unique=True))
def test_the_worst_quarter_is_the_first_class_of_mapclassify_quantiles(values):
    x = np.array(values)
    classes = mapclassify.Quantiles(x, k=4)
    critical = flag(x, "quantil").state == CRITICO
    assert np.array_equal(critical, classes.yb == 0)


@given(vectors(min_size=2), st.randoms())
def test_the_order_of_units_does_not_matter(x, random):
    order = list(range(len(x)))
    random.shuffle(order)
    assert np.array_equal(flag(x, "quantil").state[order], flag(x[order], "quantil").state)


@given(vectors(), st.integers(-1000, 1000), st.integers(-8, 8))
def test_shift_and_positive_scale_change_no_state(x, shift, power):
    changed = (x + shift) * 2.0**power
    assert np.array_equal(flag(x, "quantil").state, flag(changed, "quantil").state)


@given(vectors(), st.sampled_from([1, -1]))
def test_a_missing_unit_changes_no_other(x, polarity):
    with_missing = np.append(x, NAN)
    result = flag(with_missing, "quantil", polarity=polarity)
    assert np.array_equal(result.state[:-1], flag(x, "quantil", polarity=polarity).state)
    assert result.state[-1] == SEM_DADO


@given(vectors(), st.sampled_from([1, -1]))
def test_equal_values_have_equal_states_and_worse_values_no_better_ones(x, polarity):
    state = flag(x, "quantil", polarity=polarity).state
    known = ~np.isnan(x)
    order = np.argsort(polarity * x[known], kind="stable")
    assert (np.diff(state[known][order]) <= 0).all()
    for value in np.unique(x[known]):
        assert len(set(state[x == value])) == 1


@given(vectors(min_size=2), st.data(), st.integers(1, 100))
def test_making_a_value_worse_never_improves_its_state(x, data, step):
    unit = data.draw(st.integers(0, len(x) - 1))
    worse = x.copy()
    worse[unit] -= step / 8
    before, after = flag(x, "quantil"), flag(worse, "quantil")
    # a column without variation has no worst: leaving it is the one way "worse" can mean anything
    if not after.sem_variacao and not before.sem_variacao:
        assert after.state[unit] >= before.state[unit]


@given(vectors(min_size=3, max_size=12))
def test_a_table_is_its_columns(x):
    table = np.column_stack([x, -x, x * 2, np.full(len(x), np.nan)])
    together = flag(table, "quantil")
    for column in range(table.shape[1]):
        alone = flag(table[:, column], "quantil")
        assert np.array_equal(together.state[:, column], alone.state)
        assert np.array_equal(together.limits["critico"][column], alone.limits["critico"], True)
