"""How certain the ranks of a challenge are, when its debatable choices are drawn at random.

Each draw varies the weights by U[0.75, 1.25], takes one of the normalisers and the arithmetic or
the geometric mean, and leaves out no indicator or one, all uniformly. Whether a unit has enough
data is judged once, before, with the challenge's own method.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from ckanext.msativo.analysis.aggregation import enough_weight, rounded
from ckanext.msativo.analysis.arrays import Bools, Floats, Ints
from ckanext.msativo.analysis.challenge import DRAWN_NORMALISERS, ChallengeSpec, read_scores
from ckanext.msativo.analysis.errors import AnalysisError
from ckanext.msativo.analysis.means import MEANS
from ckanext.msativo.analysis.ranks import rank_rows
from ckanext.msativo.analysis.streams import generator
from ckanext.msativo.i18n_marker import N_

DRAWS = 5000
WEIGHT_RANGE = (0.75, 1.25)
DRAWN_MEANS = ("arithmetic", "geometric")
WORST_SHARE = 4  # K = ceil(n / 4)

BLOCK_VALUES = 2**21  # draws × units worked on at once


@dataclass(frozen=True)
class RankUncertainty:
    """Per unit, NaN without a score: median rank, 5th and 95th percentile, P(rank ≤ K).

    ``n`` units have a score, ``worst_k`` = K; rank 1 = worst.
    """

    median: Floats
    p05: Floats
    p95: Floats
    prob_worst: Floats
    n: int
    worst_k: int
    draws: int
    seed: int


@dataclass(frozen=True)
class _Choices:
    """What each draw chose: weights (0 = left out), all the weights, and a variant."""

    weights: Floats
    complete: Floats
    variant: Ints


def rank_uncertainty(values: Any, spec: ChallengeSpec, draws: int = DRAWS, seed: int = 0) -> RankUncertainty:
    """Distribution of the ranks of units in a challenge.

    ``values``: raw values of units × indicators, or scores by normaliser as
    ``scores_by_normaliser`` returns them. The result depends on ``seed`` and ``spec.name`` alone.
    """
    if draws < 1:
        raise AnalysisError("no_draws", N_("Draws are {draws}; at least 1 is needed."), draws=draws)
    by_name = read_scores(values, spec)
    own = by_name[spec.normaliser]
    included = enough_weight(own, spec.shares, spec.min_weight)
    drawn = [by_name[name] for name in DRAWN_NORMALISERS if name in by_name] or [own]
    tables = [_filled(scores, own)[included] for scores in drawn]
    n = int(included.sum())
    worst_k = -(-n // WORST_SHARE) if spec.worst_k is None else min(spec.worst_k, n)
    ranks = _ranks(tables, _choose(spec, len(tables), draws, seed), n)

    def spread(found: Floats) -> Floats:
        result = np.full(len(own), np.nan)
        result[included] = found
        return result

    return RankUncertainty(
        spread((ranks[:, (draws - 1) // 2] + ranks[:, draws // 2]) / 2),
        spread(ranks[:, _position(0.05, draws)].astype(float)),
        spread(ranks[:, _position(0.95, draws)].astype(float)),
        spread((ranks <= worst_k).mean(axis=1)),
        n,
        worst_k,
        draws,
        int(seed),
    )


def _position(p: float, draws: int) -> int:
    """Position of a quantile among ordered draws: the inverted cumulative distribution."""
    return max(int(np.ceil(p * draws - 1e-9)) - 1, 0)


def _filled(scores: Floats, own: Floats) -> Floats:
    """Scores with the gaps of the challenge's own method, and no others."""
    return np.where(np.isnan(own), np.nan, np.where(np.isnan(scores), own, scores))


def _choose(spec: ChallengeSpec, tables: int, draws: int, seed: int) -> _Choices:
    """Draw all choices at once; their order is part of what a seed means."""
    rng = generator(seed, spec.name)
    indicators = len(spec.indicators)
    complete = spec.shares * rng.uniform(*WEIGHT_RANGE, size=(draws, indicators))
    table = rng.integers(tables, size=draws)
    mean = rng.integers(len(DRAWN_MEANS), size=draws)
    left_out = rng.integers(indicators + 1, size=draws)  # the last number leaves out none
    weights = complete.copy()
    some = left_out < indicators
    weights[some, left_out[some]] = 0.0
    return _Choices(weights, complete, table * len(DRAWN_MEANS) + mean)


def _ranks(tables: list[Floats], choices: _Choices, n: int) -> Ints:
    """Ranks of each unit in all draws, units × draws, ascending along each unit."""
    draws = len(choices.weights)
    ranks = np.empty((draws, n), dtype=np.int32)
    present = ~np.isnan(tables[0])
    for variant in np.unique(choices.variant):
        table, mean = divmod(int(variant), len(DRAWN_MEANS))
        drawn = np.flatnonzero(choices.variant == variant)
        step = max(1, BLOCK_VALUES // max(n, 1))
        for start in range(0, len(drawn), step):
            block = drawn[start : start + step]
            scores = _scores(tables[table], present, choices, block, DRAWN_MEANS[mean])
            ranks[block] = rank_rows(scores)
    ordered = np.ascontiguousarray(ranks.T)
    ordered.sort(axis=1)
    return ordered


def _scores(table: Floats, present: Bools, choices: _Choices, block: Ints, name: str) -> Floats:
    """Scores of the drawn variants of the challenge, draws × units."""
    mean = MEANS.get(name)
    terms = np.where(present, mean.before(table), 0.0)
    weights = choices.weights[block]
    total, available = weights @ terms.T, _available(weights, present)
    if not (available > 0).all():
        # what was left out is all that a unit has: keep it
        complete = choices.complete[block]
        alone = np.broadcast_to(available <= 0, total.shape)
        total = np.where(alone, complete @ terms.T, total)
        available = np.where(alone, _available(complete, present), available)
    np.divide(total, available, out=total)
    return rounded(mean.after(total))


def _available(weights: Floats, present: Bools) -> Floats:
    """Weight that each unit has in each draw; one column when no unit has a gap."""
    if present.all():
        return weights.sum(axis=1, keepdims=True)
    return weights @ present.T.astype(float)
