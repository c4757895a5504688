"""Polarity: turns an indicator into y, where low is bad, and brings limits back to its units.

+1 = larger is better (y = x), −1 = smaller is better (y = −x), and a target band ``(lo, hi)`` gives
y = −max(lo − x, 0, x − hi): minus the distance to the band (METHOD, section 2).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from ckanext.msativo.analysis.arrays import Array, Floats, States
from ckanext.msativo.analysis.errors import AnalysisError
from ckanext.msativo.i18n_marker import N_

# A difference of decimal numbers carries the rounding of both; to this place it is the one on paper, so that equal
# distances tie and a value at a limit is at it.
DECIMALS = 10

Polarity = int | tuple[float, float] | list[float] | Array


@dataclass(frozen=True)
class Orientation:
    """How to read an indicator: a sign (one, or one per column), or a target band."""

    sign: int | States
    band: tuple[float, float] | None = None

    def orient(self, x: Floats) -> Floats:
        """Return y for x (units × columns or units); the input is never changed."""
        return orient_block(x, self.sign, self.band)

    def block(self, columns: slice) -> Orientation:
        """The orientation of some of the columns."""
        if isinstance(self.sign, np.ndarray):
            return Orientation(self.sign[columns], self.band)
        return self

    def orient_columns(self, x: Floats) -> Floats:
        """y for x as columns × units."""
        sign = self.sign[:, None] if isinstance(self.sign, np.ndarray) else self.sign
        return orient_block(x, sign, self.band)

    def limit(self, cut: Floats) -> Floats:
        """A cut on y in the indicator's units; for a band, the distance from it (see ``edges``)."""
        if self.band is not None:
            return -cut + 0.0
        return cut * self.sign + 0.0  # + 0.0 turns -0.0 into 0.0

    def limit_columns(self, y: Floats) -> Floats:
        """x for y as columns × units, for a polarity by sign."""
        return (y.T * self.sign).T

    def check_columns(self, columns: int) -> None:
        """Raise unless there is one sign for all columns or one for each."""
        if isinstance(self.sign, np.ndarray) and len(self.sign) != columns:
            raise AnalysisError(
                "bad_polarity_length",
                N_("There are {given} polarities for {columns} columns."),
                given=len(self.sign),
                columns=columns,
            )

    def cut(self, limit: Any) -> Any:
        """The cut on y of a limit declared in the indicator's units (a distance, for a band)."""
        return -limit if self.band is not None else self.sign * limit

    def edges(self, distance: float) -> tuple[float, float] | None:
        """For a band: the two values at ``distance`` from it; otherwise None."""
        return None if self.band is None else (self.band[0] - distance, self.band[1] + distance)


def orient_block(x: Floats, sign: Any, band: tuple[float, float] | None) -> Floats:
    """y of an array; ``sign`` broadcasts against it. Returns ``x`` itself when nothing changes."""
    if band is not None:
        lo, hi = band
        away = np.maximum(np.maximum(lo - x, x - hi), 0.0)
        return np.asarray(-np.round(away, DECIMALS) + 0.0, dtype=np.float64)
    if isinstance(sign, np.ndarray):
        return x * sign
    return x if sign == 1 else -x


def midpoint(one: float, other: float) -> float:
    """The number halfway between two decimal limits, as on paper."""
    return round((one + other) / 2, DECIMALS)


def read_polarity(polarity: Polarity) -> Orientation:
    """Read 1, −1, a band ``(lo, hi)``, or a numpy array of ±1 with one sign per column."""
    if isinstance(polarity, np.ndarray):
        if polarity.ndim == 1 and np.isin(polarity, (1, -1)).all():
            return Orientation(polarity.astype(np.int8))
    elif isinstance(polarity, (tuple, list)):
        if _is_band(polarity):
            return Orientation(1, (float(polarity[0]), float(polarity[1])))
    elif polarity in (1, -1) and not isinstance(polarity, bool):
        return Orientation(int(polarity))
    raise AnalysisError(
        "bad_polarity",
        N_(
            "The polarity is {polarity}; it must be 1 (larger is better), -1 (smaller is better), "
            "or a target band [lowest, highest] with lowest ≤ highest."
        ),
        polarity=repr(polarity),
    )


def orient(x: Any, polarity: Polarity = 1) -> Floats:
    """y of an array for a polarity, as a new float array; NaN stays NaN."""
    return np.array(read_polarity(polarity).orient(np.asarray(x, dtype=float)))


def _is_band(pair: Any) -> bool:
    if len(pair) != 2 or not all(isinstance(end, (int, float)) for end in pair):
        return False
    return bool(np.isfinite(pair).all()) and pair[0] <= pair[1]
