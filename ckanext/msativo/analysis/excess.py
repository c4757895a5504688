"""Excess events: how many more a unit has than it would have at the overall rate."""

from __future__ import annotations

from typing import Any

import numpy as np

from ckanext.msativo.analysis.arrays import Bools, Floats
from ckanext.msativo.analysis.tables import per_unit

COVERED_SHARE = 0.5


def excess_events(events: Any, population: Any) -> Floats:
    """max(0, Oᵢ − Pᵢ·b) with b = ΣO/ΣP over the units that have both; NaN for the others."""
    o = np.asarray(events, dtype=float)
    p = per_unit(population, len(o), "population")
    known = ~np.isnan(o) & ~np.isnan(p) & (p > 0)
    total = p[known].sum()
    overall = o[known].sum() / total if total > 0 else 0.0
    return np.where(known, np.maximum(0.0, o - p * overall), np.nan)


def smallest_covering(excess: Floats, share: float = COVERED_SHARE) -> Bools:
    """The smallest set of units that holds at least ``share`` of the excess.

    Units that tie with the last one are in it too, so that their order does not matter.
    """
    amounts = np.where(np.isnan(excess), 0.0, excess)
    total = amounts.sum()
    if total <= 0:
        return np.zeros(len(amounts), dtype=bool)
    ordered = np.sort(amounts)[::-1]
    reached = np.cumsum(ordered) >= share * total * (1 - 1e-12)
    least = ordered[int(np.argmax(reached))]
    return amounts >= least
