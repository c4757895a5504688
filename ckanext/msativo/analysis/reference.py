"""A block of oriented values seen as a reference distribution: counts, order statistics, quantiles.

Everything is computed at most once per block and only when a rule asks for it. Arrays here are
columns × units, so that each column is contiguous in memory.
"""

from __future__ import annotations

from functools import cached_property

import numpy as np

from ckanext.msativo.analysis.arrays import Bools, Floats, Ints

# (n - 1)·p that misses an integer by rounding only, as 0.29·100 does, is that integer: otherwise a
# value that ties with the cut could fall outside it.
_SNAP = 1e-9


class Reference:
    """Oriented values of a reference group, columns × units, NaN = missing."""

    def __init__(self, y: Floats) -> None:
        self.y = y

    @cached_property
    def n(self) -> Ints:
        """Number of values per column."""
        return np.asarray(np.count_nonzero(self.present, axis=1))

    @cached_property
    def present(self) -> Bools:
        """Where there is a value."""
        return ~np.isnan(self.y)

    @cached_property
    def ordered(self) -> Floats:
        """Values of each column in ascending order, the missing ones at the end."""
        if self.y.shape[1] == 0:
            return np.full((len(self.y), 1), np.nan)
        return np.sort(self.y, axis=1)

    @cached_property
    def constant(self) -> Bools:
        """Columns that have values, all of them equal."""
        return (self.n > 0) & (self.smallest == self.largest)

    @cached_property
    def smallest(self) -> Floats:
        """Smallest value per column; NaN without values."""
        return self.ordered[:, 0] if self._is_ordered else np.fmin.reduce(self.y, axis=1)

    @cached_property
    def largest(self) -> Floats:
        """Largest value per column; NaN without values."""
        return self.at(np.maximum(self.n - 1, 0)) if self._is_ordered else np.fmax.reduce(self.y, axis=1)

    @property
    def _is_ordered(self) -> bool:
        """Whether the ends are at hand; when they are all that is asked for, ordering would be dear."""
        return "ordered" in self.__dict__ or self.y.shape[1] == 0

    @property
    def median(self) -> Floats:
        return self.quantile(0.5)

    def quantile(self, p: float) -> Floats:
        """Quantile by linear interpolation (numpy's default, type 7); NaN without values."""
        last = np.maximum(self.n - 1, 0)
        position = last * p
        whole = np.rint(position)
        position = np.where(np.abs(position - whole) < _SNAP, whole, position)
        below = np.floor(position).astype(np.intp)
        low = self.at(below)
        high = self.at(np.minimum(below + 1, last))
        return lerp(low, high, np.asarray(position - below, dtype=float))

    @cached_property
    def mean(self) -> Floats:
        """Mean per column, counted from the smallest so that equal values have exactly theirs; NaN without values."""
        above = np.where(self.present, self.y - self.smallest[:, None], 0.0).sum(axis=1)
        return self.smallest + above / np.maximum(self.n, 1)

    @cached_property
    def sd(self) -> Floats:
        """Sample standard deviation (n − 1) per column; NaN with fewer than two values."""
        square = np.where(self.present, (self.y - self.mean[:, None]) ** 2, 0.0).sum(axis=1)
        return np.where(self.n > 1, np.sqrt(square / np.maximum(self.n - 1, 1)), np.nan)

    def at(self, index: Ints) -> Floats:
        """The value at a position of ``ordered``, one position per column."""
        return self.ordered[np.arange(len(index)), index]


def lerp(low: Floats, high: Floats, t: Floats) -> Floats:
    """low + t·(high − low), from the nearer end, so that it is monotone and exact at both ends."""
    step = high - low
    return np.where(t < 0.5, low + step * t, high - step * (1.0 - t))
