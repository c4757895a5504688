"""Coverage of an indicator's years, the reference year, and the newest value within a tolerance.

Arrays are units × years, NaN = missing. ``installed`` says which municipalities existed in which
year; before its installation a municipality has no value, whatever a source writes there.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from ckanext.msativo.analysis.arrays import Floats, Ints
from ckanext.msativo.analysis.errors import AnalysisError
from ckanext.msativo.i18n_marker import N_

MIN_COVERAGE = 0.8
TOLERANCE = 2
NO_YEAR = 0
NO_LAG = -1


@dataclass(frozen=True)
class ReferenceYear:
    """The year an indicator is read at; ``year`` is None when there is no value at all."""

    year: int | None
    coverage: float
    under_coverage: bool
    asked: bool = False


@dataclass(frozen=True)
class LatestValues:
    """Per unit: the newest value, its year (0 = none) and its lag behind R (−1 = none)."""

    value: Floats
    year: Ints
    lag: Ints


def read_years(years: Any, values: Any) -> tuple[Ints, Floats]:
    """Check that years ascend without repetition and that ``values`` is units × years."""
    read = np.asarray(years, dtype=np.int32)
    table = np.asarray(values, dtype=float)
    if read.ndim != 1 or (np.diff(read) <= 0).any():
        raise AnalysisError(
            "years_out_of_order",
            N_("The years must be in ascending order, each once; got {years}."),
            years=np.asarray(years).tolist(),
        )
    if table.ndim != 2 or table.shape[1] != len(read):
        raise AnalysisError(
            "bad_shape_years",
            N_("Values must be units × {years} years; their shape is {shape}."),
            years=len(read),
            shape=table.shape,
        )
    return read, table


def mask_not_installed(values: Floats, installed: Any) -> Floats:
    """Values with NaN where the unit was not installed; ``installed`` None = always."""
    if installed is None:
        return values
    exists = np.asarray(installed, dtype=bool)
    if exists.shape != values.shape:
        raise AnalysisError(
            "bad_shape_installed",
            N_("“installed” has shape {given}; it must be that of the values, {expected}."),
            given=exists.shape,
            expected=values.shape,
        )
    return np.where(exists, values, np.nan)


def coverage(values: Any, installed: Any = None) -> Floats:
    """Per year: units with a value / units installed; NaN when none was installed."""
    table = np.asarray(values, dtype=float)
    present = ~np.isnan(mask_not_installed(table, installed))
    exists = np.ones(table.shape, bool) if installed is None else np.asarray(installed, bool)
    with np.errstate(invalid="ignore"):
        return np.asarray(present.sum(axis=0) / np.float64(exists.sum(axis=0)))


def reference_year(years: Any, coverage: Any, asked: int | None = None, minimum: float = MIN_COVERAGE) -> ReferenceYear:
    """The year asked for, else the newest with enough coverage, else the newest with any value."""
    shares = dict(zip(np.asarray(years).tolist(), np.asarray(coverage).tolist(), strict=True))
    if asked is not None:
        share = shares.get(int(asked), 0.0)
        return ReferenceYear(int(asked), share, not share >= minimum, asked=True)
    for enough in (minimum, np.nextafter(0.0, 1.0)):
        good = [year for year, share in shares.items() if share >= enough]
        if good:
            newest = max(good)
            return ReferenceYear(newest, shares[newest], not shares[newest] >= minimum)
    return ReferenceYear(None, 0.0, True)


def latest_within(
    years: Any, values: Any, reference: int, tolerance: int = TOLERANCE, installed: Any = None
) -> LatestValues:
    """Per unit the newest value in [reference − tolerance, reference], its year and its lag."""
    read, table = read_years(years, values)
    table = mask_not_installed(table, installed)
    value = np.full(len(table), np.nan)
    year = np.full(len(table), NO_YEAR, dtype=np.int32)
    for column in np.flatnonzero((read >= reference - tolerance) & (read <= reference)):
        present = ~np.isnan(table[:, column])
        value[present] = table[present, column]
        year[present] = read[column]
    lag = np.where(year == NO_YEAR, NO_LAG, reference - year).astype(np.int32)
    return LatestValues(value, year, lag)
