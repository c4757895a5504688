"""Normalisers ``rank`` and ``percentile_rank``: position from the worst, ties share the lowest."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from ckanext.msativo.analysis.normalisers.base import NORMALISERS, Goals, Normaliser, Scored
from ckanext.msativo.analysis.orientation import Orientation
from ckanext.msativo.analysis.ranks import NO_RANK, percentile_of, rank_ascending
from ckanext.msativo.analysis.reference import Reference
from ckanext.msativo.i18n_marker import N_


class Rank(Normaliser):
    """1 = worst."""

    name = "rank"
    label = N_("Position from the worst")

    def score(self, values: Reference, goals: Goals, params: Mapping[str, Any], orientation: Orientation) -> Scored:
        rank = rank_ascending(values.y.T).T
        return Scored(np.where(rank == NO_RANK, np.nan, rank.astype(float)))


class PercentileRank(Normaliser):
    """100 · rank / n."""

    name = "percentile_rank"
    label = N_("Position from the worst, in percent")
    bounded = True

    def score(self, values: Reference, goals: Goals, params: Mapping[str, Any], orientation: Orientation) -> Scored:
        return Scored(percentile_of(rank_ascending(values.y.T)).T)


NORMALISERS.register(Rank.name, Rank())
NORMALISERS.register(PercentileRank.name, PercentileRank())
