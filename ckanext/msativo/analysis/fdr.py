"""False discovery rate (Benjamini and Hochberg 1995)."""

from __future__ import annotations

from typing import Any

import numpy as np

from ckanext.msativo.analysis.arrays import Floats


def adjusted_p(p: Any) -> Floats:
    """Adjusted p values: significant at a rate q means adjusted p ≤ q. NaN stays NaN."""
    given = np.asarray(p, dtype=float)
    adjusted = np.full(given.shape, np.nan)
    known = np.flatnonzero(~np.isnan(given))
    order = known[np.argsort(given[known], kind="stable")]
    m = len(order)
    scaled = given[order] * m / np.arange(1, m + 1)
    adjusted[order] = np.minimum(np.minimum.accumulate(scaled[::-1])[::-1], 1.0)
    return adjusted
