"""Local spatial clusters: local Moran with conditional permutations. Exploratory.

Iᵢ = (n − 1)·zᵢ·(Wz)ᵢ / Σz² with z the deviations from the mean and W row-standardised contiguity
(Anselin 1995). For p a unit keeps its place and its neighbours' values are drawn from all other
units: p = min(1, 2·(min(#≥, #≤) + 1)/(m + 1)); clusters by false discovery rate over the units.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from ckanext.msativo.analysis.arrays import Bools, Floats, Ints, States
from ckanext.msativo.analysis.errors import AnalysisError
from ckanext.msativo.analysis.fdr import adjusted_p
from ckanext.msativo.analysis.streams import generator
from ckanext.msativo.analysis.tables import per_unit
from ckanext.msativo.i18n_marker import N_

PERMUTATIONS = 9999
FDR = 0.05

_AT_MEAN = 1e-12  # share of the largest deviation

QUADRANT_NAMES = ("", "alto_alto", "baixo_alto", "baixo_baixo", "alto_baixo")
_HIGH_HIGH, _LOW_HIGH, _LOW_LOW, _HIGH_LOW = range(1, 5)


@dataclass(frozen=True)
class LocalMoran:
    """Per unit, NaN without a value or without neighbours that have one.

    ``i`` the statistic, ``lag`` the neighbours' mean deviation, ``p`` and ``p_adjusted``,
    ``significant`` by the false discovery rate, ``quadrant`` = code of QUADRANT_NAMES (unit and
    neighbours above or below the mean; 0 = none). ``enough`` = m ≥ 40n − 1, without which small p
    values cannot be told apart.
    """

    i: Floats
    lag: Floats
    p: Floats
    p_adjusted: Floats
    significant: Bools
    quadrant: States
    n: int
    permutations: int
    enough: bool
    seed: int


def local_moran(
    x: Any,
    neighbours: Sequence[Sequence[int]],
    permutations: int = PERMUTATIONS,
    seed: int = 0,
    *,
    name: str = "",
    fdr: float = FDR,
) -> LocalMoran:
    """Local Moran of a vector of values; ``neighbours[i]`` = indices of the neighbours of unit i.

    Units without a value are left out as neighbours too. The stream depends on ``seed`` and
    ``name``. Raises AnalysisError for neighbours out of range.
    """
    values = per_unit(x, len(neighbours), "x")
    known = np.flatnonzero(~np.isnan(values))
    near = _known_neighbours(neighbours, known, len(values))
    z = _deviations(values[known])
    n, square = len(known), float(z @ z)
    lag, i, p = np.full((3, len(values)), np.nan)
    if square > 0 and np.ptp(values[known]) > 0:
        lag[known] = [z[units].mean() if len(units) else np.nan for units in near]
        i[known] = (n - 1) * z * lag[known] / square
        p[known] = _pseudo_p(z, near, permutations, generator(seed, name))
    adjusted = adjusted_p(p)
    deviation = np.full(len(values), np.nan)
    deviation[known] = z
    return LocalMoran(
        i,
        lag,
        p,
        adjusted,
        adjusted <= fdr,
        _quadrants(deviation, lag),
        n,
        permutations,
        permutations >= 40 * n - 1,
        int(seed),
    )


def _deviations(values: Floats) -> Floats:
    """Deviations from the mean; 0 for a value that differs from it by rounding only."""
    if not len(values):
        return values
    z = values - values.mean()
    return np.where(np.abs(z) <= _AT_MEAN * np.abs(z).max(), 0.0, z)


def _known_neighbours(neighbours: Sequence[Sequence[int]], known: Ints, units: int) -> list[Ints]:
    """Neighbours of each unit with a value, as positions among those units."""
    position = np.full(units, -1)
    position[known] = np.arange(len(known))
    found = []
    for unit in known:
        near = np.unique(np.asarray(neighbours[unit], dtype=np.intp))
        if len(near) and (near[0] < 0 or near[-1] >= units or unit in near):
            raise AnalysisError(
                "bad_neighbours",
                N_("The neighbours of unit {unit} are {near}; they must be other units, from 0 to {last}."),
                unit=int(unit),
                near=near.tolist(),
                last=units - 1,
            )
        among = position[near]
        found.append(among[among >= 0])
    return found


def _pseudo_p(z: Floats, near: list[Ints], permutations: int, rng: np.random.Generator) -> Floats:
    """p of each unit. All units share the drawn positions; each leaves itself out of the draw."""
    most = max((len(units) for units in near), default=0)
    p = np.full(len(z), np.nan)
    if most == 0:
        return p
    drawn = np.ascontiguousarray(_distinct_draws(len(z) - 1, most, permutations, rng).T)
    others = z[1:].copy()  # everyone but the first unit, then but the second, …
    for unit, units in enumerate(near):
        if unit:
            others[unit - 1] = z[unit - 1]
        if len(units):
            p[unit] = _two_sided(z[unit], z[units].sum(), others[drawn[: len(units)]].sum(axis=0))
    return p


def _two_sided(own: float, observed: float, drawn: Floats) -> float:
    """p from sums over neighbours: Iᵢ orders them alike, or in reverse, which changes nothing."""
    if own == 0:
        return 1.0  # I is 0 whatever the neighbours are
    slack = 1e-12 * float(np.abs(drawn).max(initial=abs(observed)))
    at_least = np.count_nonzero(drawn >= observed - slack)
    at_most = np.count_nonzero(drawn <= observed + slack)
    return min(1.0, 2 * (min(at_least, at_most) + 1) / (len(drawn) + 1))


def _distinct_draws(n: int, size: int, rows: int, rng: np.random.Generator) -> Ints:
    """Rows of ``size`` different positions under ``n`` in random order, each order as likely."""
    if 4 * size > n:
        return np.argsort(rng.random((rows, n)), axis=1)[:, :size]
    drawn = rng.integers(n, size=(rows, size), dtype=np.int32)
    while True:
        ordered = np.sort(drawn, axis=1)
        repeated = (ordered[:, 1:] == ordered[:, :-1]).any(axis=1)
        count = int(repeated.sum())
        if not count:
            return drawn
        drawn[repeated] = rng.integers(n, size=(count, size), dtype=np.int32)


def _quadrants(z: Floats, lag: Floats) -> States:
    codes = np.select(
        [np.isnan(z) | np.isnan(lag), (z > 0) & (lag > 0), (z <= 0) & (lag > 0), (z <= 0)],
        [0, _HIGH_HIGH, _LOW_HIGH, _LOW_LOW],
        _HIGH_LOW,
    )
    return codes.astype(np.int8)
