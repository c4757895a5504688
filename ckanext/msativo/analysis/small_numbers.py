"""Small-number handling of event rates: pooled years, instability, and confidence in a state.

The state comes from the smoothed pooled rate; the raw pooled rate stands beside it and decides how
much the state can be trusted.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from ckanext.msativo.analysis.arrays import Bools, Floats, Ints, States
from ckanext.msativo.analysis.coverages import read_years
from ckanext.msativo.analysis.smoothing import smooth_rates
from ckanext.msativo.analysis.states import ATENCAO, CRITICO, SEM_DADO
from ckanext.msativo.i18n_marker import N_

POOL_YEARS = 3
MIN_EVENTS = 20

CONFIDENCE_NAMES = ("", "baixa", "media", "alta")
LOW, MEDIUM, HIGH = 1, 2, 3
SMALL_NUMBERS_TEXT = N_(
    "The rate {raw} is critical, but not after smoothing ({smoothed}): it rests on {events} events."
)


@dataclass(frozen=True)
class PooledRates:
    """Per unit and reference year: pooled events and population, raw and smoothed rate, and ``instavel``."""

    events: Floats
    population: Floats
    raw: Floats
    smoothed: Floats
    instavel: Bools

    def facts(self, unit: int, column: int) -> dict[str, Any]:
        """What a reader needs to see beside a state, ready for JSON."""
        arrays = {"events": self.events, "raw": self.raw, "smoothed": self.smoothed}
        plain = {name: array[unit, column].item() for name, array in arrays.items()}
        return plain | {"unstable": bool(self.instavel[unit, column])}


def pool(years: Any, counts: Any, last: Ints, pool_years: int = POOL_YEARS) -> Floats:
    """Sum of the counts in the ``pool_years`` years that end in ``last`` (units × reference years).

    Years without a count are left out; NaN where none has one. ``last`` 0 = no year.
    """
    at, table = read_years(years, counts)
    position = {int(year): column for column, year in enumerate(at)}
    first, final = (int(last.min()), int(last.max())) if last.size else (0, 0)
    lookup = np.array([position.get(year, -1) for year in range(first - pool_years + 1, final + 1)], dtype=np.intp)
    units = np.arange(len(table))[:, None]
    padded = np.column_stack([table, np.full(len(table), np.nan)])  # column −1: no such year
    windows = [padded[units, lookup[last - step - (first - pool_years + 1)]] for step in range(pool_years)]
    stacked = np.array(windows)
    total = np.where(np.isnan(stacked), 0.0, stacked).sum(axis=0)
    return np.where(np.isnan(stacked).all(axis=0), np.nan, total)


def pooled_rates(
    years: Any,
    events: Floats,
    population: Floats,
    last: Ints,
    *,
    factor: float = 1.0,
    pool_years: int = POOL_YEARS,
    min_events: int = MIN_EVENTS,
) -> PooledRates:
    """Pooled and smoothed rates; a year counts only where it has both events and population."""
    both = ~np.isnan(events) & ~np.isnan(population)
    o = pool(years, np.where(both, events, np.nan), last, pool_years)
    p = pool(years, np.where(both, population, np.nan), last, pool_years)
    rates = smooth_rates(o, p, factor=factor)
    return PooledRates(o, p, rates.raw, rates.smoothed, o < min_events)


def judge_small_numbers(raw: States, smoothed: States, instavel: Bools) -> tuple[States, States]:
    """States and confidence (code of CONFIDENCE_NAMES) from the states of both rates.

    Raw critical but smoothed not: ``atencao``, ``baixa``. Unstable otherwise: ``media``.
    """
    doubtful = (raw == CRITICO) & (smoothed != CRITICO) & (smoothed != SEM_DADO)
    state = np.where(doubtful, ATENCAO, smoothed).astype(np.int8)
    confidence = np.select([state == SEM_DADO, doubtful, instavel], [0, LOW, MEDIUM], HIGH)
    return state, confidence.astype(np.int8)
