"""Topic ``effect``: differences in differences with intervals, beside scipy's permutation test of the same statistic.

60 indicators of 79 municipalities, a quarter of which take part. Scipy draws who takes part and calls a statistic that
matches anew, in plain numpy, and gives p alone; ours gives two intervals and the adjusted difference as well.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
from scipy.stats import permutation_test, zscore

from bench.registry import bench
from bench.rows import Row
from bench.timing import Peer, compare
from ckanext.msativo.analysis import Effect, EffectMethod, estimate_effect
from ckanext.msativo.analysis.arrays import Bools, Floats, Ints

UNITS, INDICATORS = 79, 60
METHOD = EffectMethod()
SAME = "differences within 1e-9, p within chance"


class Case(NamedTuple):
    """Units × indicators before and after, who takes part, units × features."""

    before: Floats
    after: Floats
    part: Bools
    profile: Floats


def case(units: int = UNITS, indicators: int = INDICATORS) -> Case:
    rng = np.random.default_rng(6)
    before = rng.gamma(2.0, 10.0, (units, indicators))
    part = np.arange(units) < units // 4
    after = before + rng.normal(0, 4, before.shape) + 2 * part[:, None]
    return Case(before, after, part, rng.normal(size=(units, 3)))


def ours(given: Case) -> list[Effect]:
    columns = zip(given.before.T, given.after.T, strict=True)
    return [estimate_effect(before, after, given.part, given.profile, method=METHOD) for before, after in columns]


def peer(given: Case) -> list[tuple[float, float]]:
    """Difference and p of each indicator."""
    columns = zip(given.before.T, given.after.T, strict=True)
    return [_tested(before, after - before, given.part, given.profile) for before, after in columns]


def _tested(before: Floats, change: Floats, part: Bools, profile: Floats) -> tuple[float, float]:
    points = np.asarray(zscore(np.column_stack([before, profile]), ddof=1))
    between = np.sqrt(((points[:, None] - points) ** 2).sum(axis=2))

    def weights(own: Ints, others: Ints) -> Floats:
        near = np.argpartition(between[np.ix_(own, others)], METHOD.comparators - 1, axis=1)[:, : METHOD.comparators]
        shares = np.bincount(others[near].ravel(), minlength=len(change)) / near.size
        shares[own] -= 1 / len(own)
        return -shares

    def statistic(own: Ints, others: Ints) -> float:
        contrast = weights(own, others)
        return float(abs(contrast @ change) / np.sqrt(contrast @ contrast))

    groups = (np.flatnonzero(part), np.flatnonzero(~part))
    found = permutation_test(
        groups,
        statistic,
        permutation_type="independent",
        vectorized=False,
        n_resamples=METHOD.permutations,
        alternative="greater",
        rng=np.random.default_rng(1),
    )
    return float(weights(*groups) @ change), float(found.pvalue)


def _agree(found: list[Effect], theirs: list[tuple[float, float]]) -> bool:
    """p of two independent sets of draws, to five standard errors of their difference."""
    did, p = np.array(theirs).T
    chance = 5 * np.sqrt(2 * np.maximum(p * (1 - p), 1 / METHOD.permutations) / METHOD.permutations)
    close = np.allclose([effect.did for effect in found], did, rtol=0, atol=1e-9)
    return close and bool((np.abs(np.array([effect.p_value for effect in found]) - p) <= chance).all())


@bench("effect")
def effect() -> Iterator[Row]:
    scale = f"{UNITS} × {INDICATORS} indicators, {METHOD.permutations} permutations"
    peers = [Peer("scipy permutation_test, p alone", peer, _agree, SAME)]
    yield from compare("effect", scale, ours, peers, [case()] * 3, warm=False)
