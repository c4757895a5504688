"""``aggregate``: the indicators of a challenge as one score, and its need (100 − score)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from ckanext.msativo.analysis.arrays import Bools, Floats
from ckanext.msativo.analysis.errors import AnalysisError
from ckanext.msativo.analysis.means import MEANS
from ckanext.msativo.i18n_marker import N_

MIN_WEIGHT = 2 / 3
MAX_SHARE = 0.5
DECIMALS = 10  # of scores before ranking and hashing, so that they do not hang on summation order
_SLACK = 1e-9  # shares of weights are compared up to rounding


def aggregate(
    scores: Any,
    weights: Any,
    method: str = "arithmetic",
    min_weight: float = MIN_WEIGHT,
    *,
    names: Sequence[str] | None = None,
    max_share: float = MAX_SHARE,
) -> Floats:
    """Weighted mean of units × indicators (scores 0–100, NaN = missing) over what is available.

    A unit whose available weight is under ``min_weight`` of the whole has none (NaN). Rounded to 10
    decimals. Raises AnalysisError for weights that cannot be used; ``names`` makes it name one.
    ``max_share`` is the largest share that one indicator may have: that of a challenge, unless said otherwise (the
    education index of the IDHM is a mean of two parts that weigh 1 and 2).
    """
    table = np.atleast_2d(np.asarray(scores, dtype=float))
    shares = read_weights(weights, table.shape[1], names, max_share)
    mean = MEANS.get(method)
    present = ~np.isnan(table)
    available = present @ shares
    total = np.where(present, mean.before(table), 0.0) @ shares
    combined = np.divide(total, available, out=np.full(len(table), np.nan), where=available > 0)
    enough = enough_weight(table, shares, min_weight)
    return rounded(np.where(enough, mean.after(combined), np.nan))


def challenge_need(score: Floats) -> Floats:
    """100 − score, so that more is worse."""
    return rounded(100.0 - score)


def rounded(scores: Floats) -> Floats:
    """Scores to 10 decimals, as they are ranked and hashed."""
    return np.asarray(np.round(scores, DECIMALS), dtype=np.float64)


def enough_weight(scores: Floats, shares: Floats, min_weight: float = MIN_WEIGHT) -> Bools:
    """Units whose available indicators carry at least ``min_weight`` of the weight."""
    available = ~np.isnan(scores) @ shares
    return (available > 0) & (available >= min_weight - _SLACK)


def read_weights(
    weights: Any, indicators: int, names: Sequence[str] | None = None, max_share: float = MAX_SHARE
) -> Floats:
    """Weights as shares that sum to 1; raises when one is negative or more than ``max_share`` of all."""
    given = np.asarray(weights, dtype=float)
    # The sum too: of weights near the largest number it is infinite, and every share 0.
    if given.shape != (indicators,) or not np.isfinite([*given, sum(given.tolist())]).all() or (given < 0).any():
        raise AnalysisError(
            "bad_weights",
            N_("Give one weight, 0 or more, for each of {indicators} indicators; got {weights}."),
            indicators=indicators,
            weights=given.tolist(),
        )
    if not given.sum() > 0:
        raise AnalysisError("no_weight", N_("At least one indicator needs a weight above 0."))
    shares = given / given.sum()
    heaviest = int(np.argmax(shares))
    if shares[heaviest] > max_share + _SLACK:
        raise AnalysisError(
            "weight_too_large",
            N_("“{name}” has {share} % of the weight; no indicator may have more than {most} %."),
            name=names[heaviest] if names is not None else heaviest,
            share=round(100 * float(shares[heaviest]), 2),
            most=round(100 * max_share),
        )
    return shares
