"""What each indicator really does in a challenge: effective weights, and correlations.

The effective weight is the share of an indicator in the squared correlations with the challenge's
score (Paruolo, Saisana and Saltelli 2013, linear case): a weight on paper may have no effect, and
two indicators may say the same.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from ckanext.msativo.analysis.aggregation import MIN_WEIGHT, aggregate, read_weights
from ckanext.msativo.analysis.arrays import Bools, Floats
from ckanext.msativo.analysis.tables import as_table

NO_EFFECT = 0.1
DOUBLE = 0.95


@dataclass(frozen=True)
class Influence:
    """Per indicator: declared and effective weight (both sum to 1), correlation with the score, and
    whether it has no effect or works against the score; ``doubles`` = pairs that say the same.
    ``correlations`` indicators × indicators, over the units that have both; NaN where constant.
    """

    declared: Floats
    effective: Floats
    with_score: Floats
    correlations: Floats
    no_effect: Bools
    against: Bools
    doubles: tuple[tuple[int, int, float], ...]


def influence(
    scores: Any,
    weights: Any,
    method: str = "arithmetic",
    min_weight: float = MIN_WEIGHT,
    *,
    names: Sequence[str] | None = None,
    no_effect: float = NO_EFFECT,
    double: float = DOUBLE,
) -> Influence:
    """Influence of each indicator on the score of units × indicators."""
    table, _ = as_table(scores)
    score = aggregate(table, weights, method, min_weight, names=names)
    correlations = correlate(np.column_stack([table, score]))
    with_score, among = correlations[:-1, -1], correlations[:-1, :-1]
    strength = np.where(np.isnan(with_score), 0.0, with_score**2)
    total = strength.sum()
    pairs = np.argwhere(np.triu(np.abs(among) >= double, k=1))
    return Influence(
        read_weights(weights, table.shape[1], names),
        strength / total if total > 0 else strength,
        with_score,
        among,
        ~(np.abs(with_score) >= no_effect),
        with_score <= -no_effect,
        tuple((int(i), int(j), float(among[i, j])) for i, j in pairs),
    )


def correlate(table: Floats) -> Floats:
    """Pearson correlations of columns over the rows that have both; NaN where one is constant."""
    columns = table.shape[1]
    result = np.full((columns, columns), np.nan)
    for i in range(columns):
        for j in range(i, columns):
            result[i, j] = result[j, i] = _pearson(table[:, i], table[:, j])
    return result


def _pearson(x: Floats, y: Floats) -> float:
    both = ~np.isnan(x) & ~np.isnan(y)
    x, y = x[both], y[both]
    if len(x) < 2 or np.ptp(x) == 0 or np.ptp(y) == 0:
        return float("nan")
    dx, dy = x - x.mean(), y - y.mean()
    return float(np.clip(dx @ dy / np.sqrt((dx @ dx) * (dy @ dy)), -1.0, 1.0))
