"""Topic ``theil_sen``: trends of many series with gaps. scipy takes one series at a time."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
from scipy.stats import theilslopes

from bench.registry import bench
from bench.rows import Row
from bench.timing import Peer, compare
from ckanext.msativo.analysis import Trend, theil_sen
from ckanext.msativo.analysis.arrays import Floats

YEARS = np.arange(2005, 2025)
CONFIDENCE = 0.9


def series(units: int) -> Floats:
    rng = np.random.default_rng(7)
    x = np.round(20 + rng.normal(0, 0.3, (units, 1)) * np.arange(len(YEARS)) + rng.normal(0, 2, (units, len(YEARS))), 2)
    x[rng.random(x.shape) < 0.1] = np.nan
    return x


def ours(x: Floats) -> Trend:
    return theil_sen(YEARS, x, CONFIDENCE)


def peer(x: Floats) -> Floats:
    """units × (slope, low, high)."""
    found = np.empty((len(x), 3))
    for unit, row in enumerate(x):
        known = ~np.isnan(row)
        trend: Any = theilslopes(row[known], YEARS[known], CONFIDENCE)
        found[unit] = trend.slope, trend.low_slope, trend.high_slope
    return found


def _agree(found: Trend, theirs: Floats) -> bool:
    return np.allclose(np.column_stack([found.slope, found.low, found.high]), theirs, rtol=1e-9, atol=1e-12)


@bench("theil_sen")
def trends() -> Iterator[Row]:
    for units in (79, 5570):
        peers = [Peer("scipy theilslopes", peer, _agree, "slopes and intervals within 1e-9")]
        yield from compare("theil_sen", f"{units:,} × {len(YEARS)} years", ours, peers, [series(units)] * 5)
