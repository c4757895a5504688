"""What every criticality rule must hold to, the registered ones of today and of tomorrow.

The history of each unit ends in the judged value, so that rules on one year and on many are asked alike.
"""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from ckanext.msativo.analysis import RULES, SEM_DADO, FlagResult, IndicatorMethod, Series, evaluate, flag
from ckanext.msativo.tests.analysis.strategies import vectors

NAN = float("nan")
few = settings(max_examples=30, deadline=None)
YEARS = np.arange(2015, 2021)
BAND = (-10.0, 25.0)
POLARITIES: list[Any] = [1, -1, BAND]
# parameters of rules that have none by default; limits in the order of the polarity
LIMITS = {
    1: {"verde": 40.0, "vermelho": -40.0},
    -1: {"verde": -40.0, "vermelho": 40.0},
    BAND: {"verde": 5.0, "vermelho": 60.0},
}
GIVEN = {"limiar": LIMITS}
# judged by declared limits, not against the others
ABSOLUTE = {"limiar"}
# by the path, not by the last value
BY_HISTORY = {"tendencia"}
# moving one unit moves the classes, or the spread, by which it is judged
UNSTEADY = {"jenks", "robust_z"}

every_rule = pytest.mark.parametrize("rule", RULES.names())
every_polarity = pytest.mark.parametrize("polarity", POLARITIES, ids=["more", "less", "band"])


def history(x: np.ndarray) -> np.ndarray:
    """Six years that end in x, each unit with a path of its own value."""
    path = np.array([3.0, 1.0, 2.0, 0.5, 1.0, 0.0])
    return x[:, None] + np.sign(np.nan_to_num(x))[:, None] * path


def judge(x: Any, rule: str, polarity: Any = 1) -> FlagResult:
    values = np.asarray(x, dtype=float)
    given_params = GIVEN.get(rule, {}).get(polarity, {})
    series = Series.of(YEARS, history(values)) if len(values) else Series(YEARS, np.empty((0, 6)), YEARS[-1:])
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        result = flag(values[:, None], rule, polarity=polarity, series=series, **given_params)
        return result.column()


def badness(x: np.ndarray, polarity: Any) -> np.ndarray:
    if polarity == BAND:
        return np.maximum(np.maximum(BAND[0] - x, x - BAND[1]), 0)
    return -polarity * x


@every_polarity
@every_rule
@few
@given(x=vectors(), random=st.randoms())
def test_the_order_of_units_does_not_matter(rule, polarity, x, random):
    order = list(range(len(x)))
    random.shuffle(order)
    assert judge(x, rule, polarity).state[order].tolist() == judge(x[order], rule, polarity).state.tolist()


@every_polarity
@every_rule
@few
@given(x=vectors(), at=st.integers(0, 40))
def test_a_missing_unit_changes_no_other(rule, polarity, x, at):
    place = min(at, len(x))
    longer = judge(np.insert(x, place, NAN), rule, polarity)
    assert np.delete(longer.state, place).tolist() == judge(x, rule, polarity).state.tolist()
    assert longer.state[place] == SEM_DADO


@every_polarity
@every_rule
@few
@given(x=vectors())
def test_missing_is_never_judged_and_a_value_is_unless_the_rule_cannot(rule, polarity, x):
    found = judge(x, rule, polarity)
    silent = np.broadcast_to(found.nao_aplicavel, found.state.shape)
    missing = np.isnan(x)
    assert ((found.state == SEM_DADO) == (missing | silent)).all()
    for unit in range(len(x)):
        reason = found.reason(unit)
        assert reason.msgid.format(**reason.params)
        expected = "nao_aplicavel" if silent[unit] else "sem_dado" if missing[unit] else None
        assert expected is None or reason.code in (expected, "nao_aplicavel")


@every_polarity
@every_rule
@few
@given(x=vectors())
def test_equal_values_have_equal_states(rule, polarity, x):
    state = judge(x, rule, polarity).state
    for value in np.unique(x[~np.isnan(x)]):
        assert len(set(state[x == value].tolist())) == 1


@every_polarity
@pytest.mark.parametrize("rule", [name for name in RULES.names() if name not in BY_HISTORY])
@few
@given(x=vectors())
def test_a_worse_value_never_has_a_better_state_than_another_unit(rule, polarity, x):
    state = judge(x, rule, polarity).state
    judged = state != SEM_DADO
    order = np.argsort(badness(x[judged], polarity), kind="stable")
    assert (np.diff(state[judged][order].astype(int)) >= 0).all()


@pytest.mark.parametrize("polarity", [1, -1])
@pytest.mark.parametrize("rule", [name for name in RULES.names() if name not in BY_HISTORY | UNSTEADY])
@few
@given(x=vectors(min_size=2), data=st.data())
def test_getting_worse_never_improves_the_state(rule, polarity, x, data):
    known = np.flatnonzero(~np.isnan(x))
    assume(len(known))
    unit = data.draw(st.sampled_from(known.tolist()))
    worse = x.copy()
    worse[unit] -= polarity * data.draw(st.integers(1, 4000)) / 8
    before, after = judge(x, rule, polarity), judge(worse, rule, polarity)
    # without variation nobody has a place that could be lost
    if not before.sem_variacao and not after.sem_variacao:
        assert after.state[unit] >= before.state[unit]


@every_rule
@few
@given(x=vectors())
def test_smaller_is_better_is_the_mirror_of_larger_is_better(rule, x):
    assert judge(x, rule, 1).state.tolist() == judge(-x, rule, -1).state.tolist()


@pytest.mark.parametrize("polarity", [1, -1])
@pytest.mark.parametrize("rule", [name for name in RULES.names() if name not in ABSOLUTE])
@few
@given(x=vectors(), shift=st.integers(-1000, 1000), power=st.integers(-6, 6))
def test_the_unit_of_measure_does_not_matter(rule, polarity, x, shift, power):
    table = history(x)
    changed = (table + shift) * 2.0**power
    states = [
        flag(values[:, -1:], rule, polarity=polarity, series=Series.of(YEARS, values)).state.tolist()
        for values in (table, changed)
    ]
    assert states[0] == states[1]


@every_polarity
@pytest.mark.parametrize("rule", [name for name in RULES.names() if name not in ABSOLUTE])
@few
@given(value=st.integers(-400, 400).map(lambda i: i / 10), n=st.integers(1, 30))
def test_when_all_are_equal_nobody_is_critical(rule, polarity, value, n):
    table = np.full((n, len(YEARS)), value)
    result = flag(table[:, -1:], rule, polarity=polarity, series=Series.of(YEARS, table))
    assert (result.state <= 1).all()
    assert len(set(result.state.ravel().tolist())) == 1


@every_polarity
@every_rule
@pytest.mark.parametrize(
    "x", [[], [5.0], [NAN], [5.0, 5.0], [1.0, 9.0], [1.0, NAN], [1.0, 2.0, 30.0], [2.0] * 3, [NAN] * 3]
)
def test_few_or_no_values(rule, polarity, x):
    found = judge(x, rule, polarity)
    assert found.state.shape == (len(x),)
    assert (found.state[np.isnan(x)] == SEM_DADO).all() if len(x) else True
    assert not (np.isnan(x).all() and len(x) and np.any(found.sem_variacao))


@every_polarity
@every_rule
@few
@given(x=vectors(max_size=12))
def test_an_evaluation_gives_the_same_states_and_a_stable_description(rule, polarity, x):
    method = IndicatorMethod(rule, GIVEN.get(rule, {}).get(polarity, {}), polarity)
    assert IndicatorMethod.from_dict(method.as_dict()).hash() == method.hash()
    found = evaluate(YEARS, history(x), None, method)
    if np.isnan(x).all():
        assert found.state.shape == (len(x), 0)
    else:
        assert found.state[:, -1].tolist() == judge(x, rule, polarity).state.tolist()
