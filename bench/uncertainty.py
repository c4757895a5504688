"""Topic ``uncertainty``: ranks of a challenge in many draws, beside a yardstick of the same size.

No library does the same, so that the yardstick is the least that any way must do: one matrix product of weights and
scores, and one argsort. Ours draws, takes three normalisers and two means, rounds, ranks ties together and orders
every unit's ranks. What is compared is the plain part: the ranks by the challenge's own weights.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from bench.registry import bench
from bench.rows import Goal, Row
from bench.timing import COST, Peer, compare
from ckanext.msativo.analysis import (
    ChallengeIndicator,
    ChallengeSpec,
    RankUncertainty,
    rank_uncertainty,
    score_challenge,
)
from ckanext.msativo.analysis.arrays import Floats, Ints


def challenge(indicators: int) -> ChallengeSpec:
    items = (ChallengeIndicator(f"i{k}", 1 + k % 3, 1 if k % 2 else -1, anchor=k == 0) for k in range(indicators))
    return ChallengeSpec("desafio", tuple(items))


def table(units: int, indicators: int) -> Floats:
    return np.random.default_rng(3).gamma(2.0, 10.0, (units, indicators))


@bench("uncertainty")
def uncertainty() -> Iterator[Row]:
    yield from _against_yardstick(79, 60, 10_000, Goal(at_most=5), 15)
    yield from _against_yardstick(5570, 60, 1_000, None, 7)


def _against_yardstick(units: int, indicators: int, draws: int, goal: Goal | None, rounds: int) -> Iterator[Row]:
    spec = challenge(indicators)
    scored = score_challenge(table(units, indicators), spec)
    drawn = spec.shares * np.random.default_rng(4).uniform(0.75, 1.25, (draws, indicators))
    scores = np.ascontiguousarray(scored.scores.T)

    def ours(x: Floats) -> RankUncertainty:
        return rank_uncertainty(x, spec, draws)

    def yardstick(_: Floats) -> Ints:
        return np.argsort(drawn @ scores, axis=1)

    def agree(_found: RankUncertainty, _order: Any) -> bool:
        order = np.argsort(spec.shares @ scores)
        return np.array_equal(scored.rank[order], np.arange(1, units + 1))

    same = "ranks by the own weights equal"
    peer = Peer("numpy product + argsort", yardstick, agree, same, goal=goal, reading=COST)
    scale = f"{draws:,} draws × {units:,} × {indicators}"
    yield from compare("rank uncertainty", scale, ours, [peer], [table(units, indicators)] * rounds)
