"""Normaliser ``minmax``: 0 at the worst value seen, 100 at the best."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from ckanext.msativo.analysis.normalisers.base import (
    NORMALISERS,
    Goals,
    Normaliser,
    Scored,
    constant_notices,
)
from ckanext.msativo.analysis.orientation import Orientation
from ckanext.msativo.analysis.reference import Reference
from ckanext.msativo.i18n_marker import N_


class MinMax(Normaliser):
    """100 · (y − min) / (max − min)."""

    name = "minmax"
    label = N_("Between the worst and the best value")
    bounded = True

    def score(self, values: Reference, goals: Goals, params: Mapping[str, Any], orientation: Orientation) -> Scored:
        low, high = values.smallest, values.largest
        span = np.where(values.constant, np.nan, high - low)
        scores = 100.0 * ((values.y - low[:, None]) / span[:, None])
        return Scored(scores, high, low, constant_notices(values.constant))


NORMALISERS.register(MinMax.name, MinMax())
