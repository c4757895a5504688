"""Peers of a unit: the nearest ones by a standardised profile (population, income, urban share)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from ckanext.msativo.analysis.arrays import Floats, Ints
from ckanext.msativo.analysis.errors import AnalysisError
from ckanext.msativo.analysis.tables import as_table
from ckanext.msativo.i18n_marker import N_

PEERS = 5
NO_PEER = -1
BLOCK_VALUES = 2**22  # units × units distances held at once


@dataclass(frozen=True)
class Peers:
    """Units × k: ``unit`` = index of the peer, nearest first (−1 = none), and its ``distance``."""

    unit: Ints
    distance: Floats


def peers(profile: Any, k: int = PEERS) -> Peers:
    """The k nearest units by Euclidean distance of z-scores (n − 1); ties by position.

    ``profile`` units × features, NaN = missing. A unit with a gap has no peers and is nobody's
    peer; a constant feature does not count. Raises AnalysisError for k < 1.
    """
    if k < 1:
        raise AnalysisError("bad_k", N_("Peers are {k}; at least 1 is needed."), k=k)
    standard = standardise(profile)
    complete = np.flatnonzero(~np.isnan(standard).any(axis=1))
    unit = np.full((len(standard), k), NO_PEER, dtype=np.intp)
    distance = np.full((len(standard), k), np.nan)
    points = standard[complete]
    found = min(k, len(points) - 1)
    step = max(1, BLOCK_VALUES // max(len(points), 1))
    for start in range(0, len(points) if found > 0 else 0, step):
        rows = np.arange(start, min(start + step, len(points)))
        between = distances(points[rows], points)
        between[np.arange(len(rows)), rows] = np.inf  # nobody is a peer of oneself
        nearest = nearest_columns(between, found)
        unit[complete[rows], :found] = complete[nearest]
        distance[complete[rows], :found] = np.take_along_axis(between, nearest, axis=1)
    return Peers(unit, distance)


def standardise(profile: Any) -> Floats:
    """z-scores (n − 1) of each feature over the units that have it; 0 for a constant feature."""
    table, _ = as_table(profile)
    result = np.full(table.shape, np.nan)
    for column in range(table.shape[1]):
        known = ~np.isnan(table[:, column])
        values = table[known, column]
        constant = len(values) < 2 or np.ptp(values) == 0
        result[known, column] = 0.0 if constant else (values - values.mean()) / values.std(ddof=1)
    return result


def distances(rows: Floats, points: Floats) -> Floats:
    """Euclidean distances, rows × points; feature by feature, so that equal points are at 0."""
    square = np.zeros((len(rows), len(points)))
    for feature in range(points.shape[1]):
        square += (rows[:, feature, None] - points[:, feature]) ** 2
    return np.sqrt(square)


def nearest_columns(between: Floats, k: int) -> Ints:
    """Indices of the k smallest of each row, smallest first, ties (to 10 decimals) by position."""
    return np.argsort(np.round(between, 10), axis=1, kind="stable")[:, :k]
