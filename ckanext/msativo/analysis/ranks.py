"""Ranks from the worst: 1 = worst, equal values share the lowest rank, missing ones have none."""

from __future__ import annotations

from typing import Any

import numpy as np

from ckanext.msativo.analysis.arrays import Floats, Ints
from ckanext.msativo.analysis.orientation import Polarity, orient

NO_RANK = 0


def rank_worst_first(x: Any, polarity: Polarity = 1) -> Ints:
    """Rank per column of units × columns (or of a vector) after orientation; 0 = no value."""
    y = orient(x, polarity)
    if y.ndim == 1:
        return rank_ascending(y[:, None])[:, 0]
    return rank_ascending(y)


def percentile_rank(x: Any, polarity: Polarity = 1) -> Floats:
    """100 · rank / n per column; NaN without a value."""
    return percentile_of(rank_worst_first(x, polarity))


def percentile_of(rank: Ints) -> Floats:
    """100 · rank / n of ranks made by ``rank_worst_first``."""
    n = (rank != NO_RANK).sum(axis=0)
    share = 100.0 * rank / np.maximum(n, 1)
    return np.where(rank == NO_RANK, np.nan, share)


def rank_ascending(y: Floats) -> Ints:
    """Competition rank of each column of units × columns, smallest first; 0 = missing."""
    if not len(y):
        return np.zeros(y.shape, dtype=np.int32)
    order = np.argsort(y, axis=0, kind="stable")  # NaN last
    ordered = np.take_along_axis(y, order, axis=0)
    position = np.broadcast_to(np.arange(1, len(y) + 1, dtype=np.int32)[:, None], y.shape)
    starts = np.ones(y.shape, dtype=bool)
    starts[1:] = ordered[1:] != ordered[:-1]
    shared = np.maximum.accumulate(np.where(starts, position, 1), axis=0)
    rank = np.empty(y.shape, dtype=np.int32)
    np.put_along_axis(rank, order, shared.astype(np.int32), axis=0)
    rank[np.isnan(y)] = NO_RANK
    return rank
