"""Test and interval of the matched difference: beside scipy, by brute force, by their promises, and in simulations."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest
import scipy.stats
from hypothesis import given, settings
from hypothesis import strategies as st

from ckanext.msativo.analysis import EffectMethod, estimate_effect
from ckanext.msativo.analysis.matching import Neighbourhood, contrasts, neighbourhood

ROUGHLY = 0.9 - 3 * (0.9 * 0.1 / 600) ** 0.5  # three standard errors of a share of 600 runs
EXACT = EffectMethod(comparators=3, min_comparators=1, permutations=5000)


def study(seed: int, units: int, features: int = 2):
    rng = np.random.default_rng(seed)
    return rng.normal(50, 10, units), rng.normal(0, 3, units), rng.normal(size=(units, features))


def contrast_by_loop(points: np.ndarray, participants: list[int], k: int) -> np.ndarray:
    """Weights one unit after the other, with numpy's norm and Python's sort."""
    weights = np.zeros(len(points))
    others = [unit for unit in range(len(points)) if unit not in participants]
    for unit in participants:
        near = sorted(others, key=lambda other: np.linalg.norm(points[unit] - points[other]))[:k]
        weights[unit] += 1 / len(participants)
        weights[near] -= 1 / (k * len(participants))
    return weights


def z_scores(baseline: np.ndarray, profile: np.ndarray) -> np.ndarray:
    return scipy.stats.zscore(np.column_stack([baseline, profile]), ddof=1)


@pytest.mark.parametrize(("seed", "units", "participants"), [(1, 10, 2), (2, 11, 3), (3, 12, 4)])
def test_exact_p_agrees_with_scipy(seed, units, participants):
    baseline, change, profile = study(seed, units)
    points = z_scores(baseline, profile)
    change[:participants] += 3

    def statistic(ours, _others):
        weights = contrast_by_loop(points, [int(unit) for unit in ours], 3)
        return abs(weights @ change) / np.linalg.norm(weights)

    theirs = scipy.stats.permutation_test(
        (np.arange(participants), np.arange(participants, units)),
        statistic,
        permutation_type="independent",
        vectorized=False,
        n_resamples=np.inf,
        alternative="greater",
    )
    found = estimate_effect(baseline, baseline + change, np.arange(units) < participants, profile, method=EXACT)
    assert found.exact
    assert found.p_value == pytest.approx(theirs.pvalue)
    assert found.did == pytest.approx(contrast_by_loop(points, list(range(participants)), 3) @ change)


@pytest.mark.parametrize("adjusted", [False, True])
@pytest.mark.parametrize("seed", [4, 5])
def test_the_interval_holds_what_brute_force_does_not_reject(seed, adjusted):
    units, participants = 11, 3
    baseline, change, profile = study(seed, units)
    part = np.arange(units) < participants
    points = z_scores(baseline, profile)
    found = estimate_effect(baseline, baseline + change, part, profile, method=EXACT)
    chosen = found.adjusted if adjusted else found
    assert chosen is not None
    design = np.column_stack([np.ones(units), points])
    weights = np.array([contrast_by_loop(points, list(draw), 3) for draw in combinations(range(units), participants)])
    if adjusted:
        weights = weights - weights @ design @ np.linalg.pinv(design)
    lengths = np.linalg.norm(weights, axis=1)

    def p(tau: float) -> float:
        """The draw (0, 1, 2) is the first of the combinations, and what happened."""
        statistic = np.abs(weights @ (change - tau * part)) / lengths
        return float((statistic >= statistic[0] - 1e-9).mean())

    (low, high), width = chosen.interval, chosen.interval[1] - chosen.interval[0]
    assert np.isfinite(width)
    for share in np.linspace(0.001, 0.999, 25):
        assert p(low + share * width) > 0.1
    assert p(low - 1e-6 * width) <= 0.1 and p(high + 1e-6 * width) <= 0.1
    assert p(low + 1e-6 * width) > 0.1 and p(high - 1e-6 * width) > 0.1


def test_when_participation_is_drawn_errors_are_as_rare_as_promised():
    """All 45 draws of 2 from 10, one effect for all: a theorem, so no tolerance."""
    baseline, change, profile = study(6, 10)
    method = EffectMethod(comparators=3, min_comparators=1)
    p, covered, adjusted = [], [], []
    for draw in combinations(range(10), 2):
        part = np.isin(np.arange(10), draw)
        p.append(estimate_effect(baseline, baseline + change, part, profile, method=method).p_value)
        found = estimate_effect(baseline, baseline + change + 2.5 * part, part, profile, method=method)
        covered.append(found.interval[0] <= 2.5 <= found.interval[1])
        assert found.adjusted is not None
        adjusted.append(found.adjusted.interval[0] <= 2.5 <= found.adjusted.interval[1])
    for level in (0.05, 0.1, 0.25, 0.5):
        assert np.mean(np.array(p) <= level + 1e-9) <= level
    assert np.mean(covered) >= 0.9 and np.mean(adjusted) >= 0.9


def test_contrasts_agree_with_a_loop_and_the_way_of_ties_with_the_short_one(monkeypatch):
    points = np.random.default_rng(7).normal(size=(12, 3))
    draws = list(combinations(range(12), 4))
    rows = np.array([np.isin(np.arange(12), draw) for draw in draws])
    near = neighbourhood(points, 5 + 4 - 1)
    assert near.nearest.shape == (12, 8) and near.untied
    by_loop = np.array([contrast_by_loop(points, list(draw), 5) for draw in draws])
    assert contrasts(near, rows, 5) == pytest.approx(by_loop)
    monkeypatch.setattr("ckanext.msativo.analysis.matching.BLOCK_VALUES", 100)
    monkeypatch.setattr(Neighbourhood, "untied", False)
    assert contrasts(near, rows, 5) == pytest.approx(by_loop)


def test_ties_with_the_last_neighbour_are_within_reach():
    near = neighbourhood(np.array([[0.0], [1], [1], [1], [5]]), 1)
    assert near.nearest[0].tolist() == [1, 2, 3] and near.tie[0].tolist() == [1, 1, 1]
    assert not near.untied


def coverage(runs: int, pull: float, regression: float) -> tuple[float, float]:
    """Share of intervals, plain and adjusted, that hold no effect; ``pull`` of the worst towards taking part."""
    method = EffectMethod(permutations=299)
    held = np.zeros((runs, 2), dtype=bool)
    for run in range(runs):
        rng = np.random.default_rng([8, run])
        baseline, other, noise = rng.normal(size=(3, 50))
        part = np.zeros(50, dtype=bool)
        part[np.argsort(pull * baseline + rng.gumbel(size=50))[:12]] = True
        newest = baseline - regression * baseline + noise
        found = estimate_effect(baseline, newest, part, other, method=method, seed=run)
        assert found.adjusted is not None
        held[run] = [low <= 0 <= high for low, high in (found.interval, found.adjusted.interval)]
    plain, adjusted = held.mean(axis=0)
    return float(plain), float(adjusted)


def test_under_no_effect_the_interval_holds_zero_as_often_as_it_says():
    plain, adjusted = coverage(600, pull=0.0, regression=0.5)
    assert plain >= ROUGHLY and adjusted >= ROUGHLY


def test_when_the_worst_take_part_only_the_adjusted_interval_withstands_regression_to_the_mean():
    plain, adjusted = coverage(600, pull=2.0, regression=0.8)
    assert plain < 0.75
    assert adjusted >= ROUGHLY


eighths = st.integers(-80, 80).map(lambda value: value / 8)


@st.composite
def cases(draw):
    """Baseline, newest, who takes part, profile: with ties, and some without a value."""
    units = draw(st.integers(10, 16))
    column = st.lists(eighths, min_size=units, max_size=units).map(np.array)
    newest = draw(column)
    newest[draw(st.lists(st.integers(0, units - 1), max_size=1))] = np.nan
    part = np.isin(np.arange(units), draw(st.lists(st.integers(0, units - 1), min_size=1, max_size=3)))
    return draw(column), newest, part, draw(column)


def found_in(baseline, newest, part, profile, **options):
    method = EffectMethod(comparators=4, min_comparators=4, permutations=200)
    return estimate_effect(baseline, newest, part, profile, method=method, **options)


def numbers(effect) -> list[float]:
    return [effect.did, effect.did_oriented, *effect.interval, effect.p_value, effect.n_comparators, effect.draws]


@settings(max_examples=60, deadline=None)
@given(cases(), st.integers(-20, 20))
def test_what_moves_everyone_alike_changes_no_difference(case, shift):
    baseline, newest, part, profile = case
    found, moved = found_in(*case), found_in(baseline + shift, newest + shift, part, profile)
    assert numbers(moved) == pytest.approx(numbers(found), nan_ok=True, abs=1e-9)
    later = found_in(baseline, newest + shift, part, profile)  # a change that is common to all
    assert later.did == pytest.approx(found.did, nan_ok=True, abs=1e-9)


@settings(max_examples=60, deadline=None)
@given(cases())
def test_the_other_polarity_turns_the_oriented_numbers_round(case):
    found, turned = found_in(*case), found_in(*case, polarity=-1)
    assert turned.did == pytest.approx(found.did, nan_ok=True)
    assert turned.did_oriented == pytest.approx(-found.did_oriented, nan_ok=True)
    low, high = found.interval_oriented
    assert turned.interval_oriented == pytest.approx((-high, -low), nan_ok=True)
    assert turned.p_value == pytest.approx(found.p_value, nan_ok=True)


@settings(max_examples=60, deadline=None)
@given(cases(), st.randoms(use_true_random=False))
def test_the_order_of_units_changes_nothing(case, random):
    order = list(range(len(case[0])))
    random.shuffle(order)
    found, shuffled = found_in(*case), found_in(*(values[order] for values in case))
    assert numbers(shuffled) == pytest.approx(numbers(found), nan_ok=True)
    assert shuffled.verdict == found.verdict


@settings(max_examples=60, deadline=None)
@given(cases(), eighths)
def test_what_participants_gain_more_is_the_difference_and_moves_its_interval(case, gain):
    baseline, newest, part, profile = case
    found, gained = found_in(*case), found_in(baseline, newest + gain * part, part, profile)
    assert gained.did == pytest.approx(found.did + gain, nan_ok=True, abs=1e-9)
    if found.exact:  # else the order of values, and with it the draws, may be others
        ends = [end + gain for end in found.interval]
        assert list(gained.interval) == pytest.approx(ends, nan_ok=True, abs=1e-6)


@settings(max_examples=60, deadline=None)
@given(cases())
def test_the_estimate_is_in_its_interval_and_zero_outside_means_a_small_p(case):
    found = found_in(*case)
    if not found.evaluable:
        return
    low, high = found.interval
    assert low - 1e-9 <= found.did <= high + 1e-9
    assert found.did == pytest.approx(found.change_participants - found.change_comparators, abs=1e-9)
    assert 1 / found.draws - 1e-12 <= found.p_value <= 1
    if low > 1e-6 or high < -1e-6:
        assert found.p_value <= 0.1 + 1e-9
