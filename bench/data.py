"""Made-up values with the traits of real ones: skewed, rounded so that they tie, with gaps, of either polarity."""

from __future__ import annotations

import numpy as np

from ckanext.msativo.analysis.arrays import Floats, States

MISSING = 0.05


def values(units: int, columns: int, seed: int = 1) -> Floats:
    """units × columns; one decimal, 5 % missing; the first column is constant, the second has no value."""
    rng = np.random.default_rng(seed)
    table = np.round(rng.gamma(2.0, 10.0, (units, columns)), 1)
    table[rng.random(table.shape) < MISSING] = np.nan
    table[:, 0] = 7.0
    table[:, 1] = np.nan
    return table


def signs(columns: int, seed: int = 2) -> States:
    """A polarity for each column."""
    return np.where(np.random.default_rng(seed).random(columns) < 0.5, 1, -1).astype(np.int8)


def lattice(units: int) -> list[list[int]]:
    """Neighbours of the first units, row by row, of a square board: those that share a side or a corner."""
    side = int(np.ceil(np.sqrt(units)))
    places = [(unit // side, unit % side) for unit in range(units)]
    steps = [(i, j) for i in (-1, 0, 1) for j in (-1, 0, 1) if (i, j) != (0, 0)]
    return [
        [
            near
            for i, j in steps
            if row + i >= 0 and 0 <= column + j < side and (near := (row + i) * side + column + j) < units
        ]
        for row, column in places
    ]
