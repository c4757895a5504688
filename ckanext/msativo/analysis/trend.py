"""Trend of a series: Theil–Sen slope with Sen's interval, and the pace towards a target.

The slope is the median of the slopes between all pairs of years; the interval follows Sen (1968),
equation 2.6, with his correction for equal values. Vectorised over units.
"""

from __future__ import annotations

from dataclasses import dataclass
from statistics import NormalDist
from typing import Any

import numpy as np

from ckanext.msativo.analysis.arrays import Floats, Ints, States
from ckanext.msativo.analysis.coverages import read_years
from ckanext.msativo.analysis.orientation import DECIMALS, Polarity, orient
from ckanext.msativo.analysis.reference import Reference

CONFIDENCE = 0.90

PACE_NAMES = ("sem_dado", "caindo", "estagnado", "melhorando", "no_ritmo", "meta_atingida")
_NO_DATA, _FALLING, _STAGNANT, _IMPROVING, _ON_TRACK, _MET = range(len(PACE_NAMES))


@dataclass(frozen=True)
class Trend:
    """Per unit: change per year, its interval, and the number of points. NaN under two points."""

    slope: Floats
    low: Floats
    high: Floats
    n: Ints


@dataclass(frozen=True)
class Pace:
    """Per unit: observed / needed yearly change (NaN: nothing needed), and code of PACE_NAMES."""

    ratio: Floats
    code: States


def theil_sen(years: Any, values: Any, confidence: float = CONFIDENCE) -> Trend:
    """Slope and interval for each row of units × years; missing years are left out."""
    at, table = read_years(years, values)
    earlier, later = np.triu_indices(len(at), k=1)
    slopes = (table[:, later] - table[:, earlier]) / (at[later] - at[earlier]).astype(float)
    n = np.count_nonzero(~np.isnan(table), axis=1)
    if slopes.shape[1] == 0:
        empty = np.full(len(table), np.nan)
        return Trend(empty, empty, empty, n)
    reference = Reference(slopes)
    low, high = _interval_positions(table, reference.n, confidence)
    return Trend(reference.median, reference.at(low), reference.at(high), n)


def _interval_positions(table: Floats, pairs: Ints, confidence: float) -> tuple[Ints, Ints]:
    """Positions of the ends of the interval among the ordered slopes of each unit."""
    z = NormalDist().inv_cdf(0.5 + confidence / 2)
    width = z * np.sqrt(np.maximum(_variance(table), 0.0))
    last = np.maximum(pairs - 1, 0)
    high = np.minimum(np.round((pairs + width) / 2).astype(np.intp), last)
    low = np.clip(np.round((pairs - width) / 2).astype(np.intp) - 1, 0, last)
    return low, high


def _variance(table: Floats) -> Floats:
    """Variance of Kendall's S for each row, corrected for equal values."""
    n = np.count_nonzero(~np.isnan(table), axis=1)
    # each value counts its equals, itself included; summed over a tie of k that is k·(…)
    equals = (table[:, :, None] == table[:, None, :]).sum(axis=2)
    ties = np.where(equals > 1, (equals - 1) * (2 * equals + 5), 0).sum(axis=1)
    return (n * (n - 1) * (2 * n + 5) - ties) / 18.0


def target_pace(slope: Any, value: Any, target: float, years_left: float, polarity: Polarity = 1) -> Pace:
    """How the observed yearly change compares with the one that a target still needs.

    Under 0 ``caindo``, 0–0.5 ``estagnado``, 0.5–1 ``melhorando``, from 1 ``no_ritmo``; a value that
    meets the target is ``meta_atingida``. With no time left nothing is on track, and the ratio is 0
    or, when falling, −inf.
    """
    change = orient(slope, polarity)
    gap = orient(np.asarray(target), polarity) - orient(value, polarity)
    open_gap = np.where(gap > 0, gap, np.nan)
    ratio = change * max(years_left, 0.0) / open_gap
    if years_left <= 0:
        ratio = np.where(change < 0, -np.inf, ratio)
    ratio = np.round(ratio, DECIMALS)
    code = np.select(
        [gap <= 0, np.isnan(ratio), ratio < 0, ratio < 0.5, ratio < 1],
        [_MET, _NO_DATA, _FALLING, _STAGNANT, _IMPROVING],
        _ON_TRACK,
    )
    return Pace(ratio, code.astype(np.int8))
