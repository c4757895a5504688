"""Ranks from the worst: 1 = worst, equal values share the lowest rank, missing ones have none."""

from __future__ import annotations

from typing import Any

import numpy as np

from ckanext.msativo.analysis.arrays import Floats, Ints
from ckanext.msativo.analysis.orientation import Polarity, orient

NO_RANK = 0

BLOCK_VALUES = 2**16  # ranked at once, so that all of it stays in the processor's cache


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
    rank = rank_rows(np.ascontiguousarray(y.T)).T
    rank[np.isnan(y)] = NO_RANK
    return rank


def rank_rows(y: Floats) -> Ints:
    """Competition rank of each value in its row, smallest first; NaN come last, each with a rank of its own."""
    rows, n = y.shape
    rank = np.empty(y.shape, dtype=np.int32)
    step = max(1, BLOCK_VALUES // max(n, 1))
    for start in range(0, rows, step):
        rank[start : start + step] = _rank_block(y[start : start + step])
    return rank


def _rank_block(y: Floats) -> Ints:
    """Ranks of some rows, by positions in the flat block: indexing by pairs would take twice as long."""
    rows, n = y.shape
    order = np.argsort(y, axis=1)
    order += n * np.arange(rows)[:, None]
    ordered = y.reshape(-1)[order]
    shared = np.broadcast_to(np.arange(1, n + 1, dtype=np.int32), y.shape)
    tied = ordered[:, 1:] == ordered[:, :-1]
    if tied.any():
        shared = shared.copy()
        shared[:, 1:][tied] = 1
        np.maximum.accumulate(shared, axis=1, out=shared)
    rank = np.empty(y.size, dtype=np.int32)
    rank[order] = shared
    return rank.reshape(y.shape)
