"""What is unlike the rest in a table of municipalities by years, by measures that outliers do not move.

Robust z = (x − median) / (1.4826 · MAD); there is none where the MAD is 0 or with fewer than eight
figures. Skewed positive figures (largest over ten times the median) are judged by their logarithm.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ckanext.msativo.sources.observations import Observations

_CONSISTENT = 1.4826
_FEWEST = 8
_SKEWED = 10
_DECADES = (1, 2, 3)
_NEAR = 0.1  # of a decade: a factor between 0.79 and 1.26 around the power of ten
_SPREAD = 0.25
_NEVER_NEAR_ZERO = 0.25
_OTHER_YEARS = 4


@dataclass(frozen=True)
class Grid:
    """Figures as municipalities × years, NaN where there is none; `at` gives a cell's place in the rows, −1 = none."""

    years: tuple[int, ...]
    values: NDArray[np.float64]
    at: NDArray[np.int64]

    @classmethod
    def of(cls, rows: Observations) -> Grid:
        """The grid of a series, whose rows have one order and no key twice."""
        codes, place = np.unique(rows.codigo_ibge.astype(str), return_inverse=True)
        years, year = np.unique(rows.ano, return_inverse=True)
        values = np.full((len(codes), len(years)), np.nan)
        at = np.full((len(codes), len(years)), -1, np.int64)
        values[place, year] = rows.valor
        at[place, year] = np.arange(len(rows))
        return cls(tuple(years.tolist()), values, at)

    def zero_years(self) -> list[int]:
        """Years in which there are figures and all are zero."""
        known = ~np.isnan(self.values)
        return [
            ano
            for ano, values, there in zip(self.years, self.values.T, known.T, strict=True)
            if there.sum() >= _FEWEST and not values[there].any()
        ]

    def logarithmic(self) -> bool:
        """Whether the figures are positive and so skewed that only ratios can be compared."""
        known = self.values[~np.isnan(self.values)]
        return bool(len(known)) and known.min() > 0 and known.max() > _SKEWED * np.median(known)


def robust_z(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Robust z of each figure, NaN where it is missing or cannot be computed."""
    known = values[~np.isnan(values)]
    if len(known) < _FEWEST:
        return np.full(len(values), np.nan)
    median = np.median(known)
    mad = np.median(np.abs(known - median))
    if mad == 0:
        return np.full(len(values), np.nan)
    return (values - median) / (_CONSISTENT * mad)


def outlying_levels(grid: Grid, limit: float) -> Iterator[tuple[int, float]]:
    """(place in the rows, z) of figures far from the other municipalities of their year."""
    scaled = _scaled(grid)
    for column in range(len(grid.years)):
        z = robust_z(scaled[:, column])
        for row in np.flatnonzero(np.abs(z) > limit).tolist():
            yield int(grid.at[row, column]), round(float(z[row]), 1)


def outlying_changes(grid: Grid, limit: float) -> Iterator[tuple[int, int, float]]:
    """(place, place of the year before, z) of changes unlike those of the other municipalities."""
    scaled = _scaled(grid)
    for column in range(1, len(grid.years)):
        z = robust_z(scaled[:, column] - scaled[:, column - 1])
        for row in np.flatnonzero(np.abs(z) > limit).tolist():
            yield int(grid.at[row, column]), int(grid.at[row, column - 1]), round(float(z[row]), 1)


def jumps(grid: Grid, limit: float) -> tuple[list[tuple[int, int, str]], list[tuple[int, int, str]]]:
    """Steps of about ×10, ×100, ×1000: of whole years (year, year before, times), and of single figures.

    A single figure counts where the others of its year did not step with it: its log-change is
    outlying, or the others' changes have no spread at all.
    """
    with np.errstate(divide="ignore", invalid="ignore"):
        logs = np.where(grid.values > 0, np.log10(grid.values), np.nan)
    years: list[tuple[int, int, str]] = []
    single: list[tuple[int, int, str]] = []
    for column in range(1, len(grid.years)):
        change = logs[:, column] - logs[:, column - 1]
        known = change[~np.isnan(change)]
        if len(known) < _FEWEST:
            continue
        middle = float(np.median(known))
        times = _times(middle)
        if times and np.median(np.abs(known - middle)) < _SPREAD:
            years.append((grid.years[column], grid.years[column - 1], times))
            continue
        z = robust_z(change)
        for row in np.flatnonzero(~np.isnan(change)).tolist():
            times = _times(float(change[row]))
            if times and (np.isnan(z[row]) or abs(z[row]) > limit):
                single.append((int(grid.at[row, column]), int(grid.at[row, column - 1]), times))
    return years, single


def lonely_zeros(grid: Grid, rows: Observations) -> Iterator[tuple[int, float]]:
    """(place, median of the other years) of zeros without a note where no other year is near zero."""
    for row, column in np.argwhere(grid.values == 0).tolist():
        at = int(grid.at[row, column])
        others = np.delete(grid.values[row], column)
        others = others[~np.isnan(others)]
        if rows.nota[at] is None and len(others) >= _OTHER_YEARS:
            median = float(np.median(others))
            if median > 0 and others.min() >= _NEVER_NEAR_ZERO * median:
                yield at, median


def _scaled(grid: Grid) -> NDArray[np.float64]:
    return np.log(grid.values) if grid.logarithmic() else grid.values


def _times(change: float) -> str:
    """ "10" or "1/100" for a log-change near a whole number of decades; empty otherwise."""
    decades = round(abs(change))
    if decades not in _DECADES or abs(abs(change) - decades) > _NEAR:
        return ""
    return str(10**decades) if change > 0 else f"1/{10**decades}"
