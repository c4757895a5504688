"""Normaliser ``zscore``: distance from the mean in sample standard deviations (n − 1)."""

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


class ZScore(Normaliser):
    """(y − mean) / sd."""

    name = "zscore"
    label = N_("Standard deviations from the mean")

    def score(self, values: Reference, goals: Goals, params: Mapping[str, Any], orientation: Orientation) -> Scored:
        spread = np.where(values.constant, np.nan, values.sd)
        scores = (values.y - values.mean[:, None]) / spread[:, None]
        return Scored(scores, notices=constant_notices(values.constant))


NORMALISERS.register(ZScore.name, ZScore())
