"""Normaliser ``goalposts``: 0 at the worst goalpost, 100 at the best, clipped beyond them.

best = the legal or target value, else the mean of the 5 best; worst = the 2.5th percentile on the
bad side (the practice of the SDG Index). With a target band the best is the band itself.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from ckanext.msativo.analysis.arrays import Bools, Floats
from ckanext.msativo.analysis.normalisers.base import (
    NORMALISERS,
    Goals,
    Normaliser,
    Scored,
    constant_notices,
)
from ckanext.msativo.analysis.notices import Notice
from ckanext.msativo.analysis.orientation import Orientation
from ckanext.msativo.analysis.reference import Reference
from ckanext.msativo.i18n_marker import N_

BEST_UNITS = 5
WORST_SHARE = 0.025


class Goalposts(Normaliser):
    """100 · clip((x − worst) / (best − worst), 0, 1)."""

    name = "goalposts"
    label = N_("Between the worst and the best goalpost")
    bounded = True
    uses_goals = True

    def score(self, values: Reference, goals: Goals, params: Mapping[str, Any], orientation: Orientation) -> Scored:
        target = goals.best
        if orientation.band is not None:
            target = np.where(np.isnan(target), 0.0, target)
        derived = np.isnan(target)
        best = np.where(derived, mean_of_best(values), target)
        worst = np.where(np.isnan(goals.worst), values.quantile(WORST_SHARE), goals.worst)
        constant = values.constant & derived & np.isnan(goals.worst)
        collapsed = (best <= worst) & ~constant
        scores = _between(values.y, worst, best)
        met = np.where(values.y >= best[:, None], 100.0, np.nan)
        scores = np.where(collapsed[:, None], met, scores)
        scores[constant] = np.nan
        notices = constant_notices(constant) + _collapsed_notices(collapsed)
        return Scored(scores, best, worst, notices)


def mean_of_best(values: Reference) -> Floats:
    """Mean of the 5 largest y per column, of all when there are fewer; NaN without values.

    Counted down from the largest: when all five are equal it is exactly their value, or none of them would reach it.
    """
    last = values.n - 1
    picks = np.array([values.at(np.maximum(last - step, 0)) for step in range(BEST_UNITS)])
    counted = np.array([last >= step for step in range(BEST_UNITS)])
    below = np.where(counted, values.largest - picks, 0.0).sum(axis=0)
    return values.largest - below / np.maximum(counted.sum(axis=0), 1)


def _between(y: Floats, worst: Floats, best: Floats) -> Floats:
    span = np.where(best > worst, best - worst, np.nan)
    return 100.0 * np.clip((y - worst[:, None]) / span[:, None], 0.0, 1.0)


def _collapsed_notices(collapsed: Bools) -> tuple[Notice, ...]:
    text = N_(
        "The worst goalpost is no worse than the target: values that meet the target score 100, "
        "the others have no score."
    )
    return tuple(Notice("goalposts_collapsed", text, column=column) for column, yes in enumerate(collapsed) if yes)


NORMALISERS.register(Goalposts.name, Goalposts())
