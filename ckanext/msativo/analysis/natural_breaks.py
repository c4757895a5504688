"""Exact natural breaks of one variable (Fisher 1958; Jenks): k classes of least squared deviation.

Dynamic programming over the distinct values, weighted by how often they occur, so that equal values
are never parted. One pass costs O(k·m²) for m distinct values and O(k·m) memory.
"""

from __future__ import annotations

import numpy as np

from ckanext.msativo.analysis.arrays import Floats, Ints


def natural_breaks(values: Floats, k: int) -> Floats | None:
    """Upper bounds of the k classes, ascending, the last one the maximum; None if m < k.

    ``values`` without NaN. Among equally good partitions the one whose upper classes are the
    largest is taken.
    """
    distinct, counts = np.unique(values, return_counts=True)
    if len(distinct) < k:
        return None
    starts = _class_starts(distinct, counts, k)
    return np.append(distinct[starts[1:] - 1], distinct[-1])


def _class_starts(distinct: Floats, counts: Ints, k: int) -> Ints:
    """Index of the first distinct value of each class of the best partition."""
    m = len(distinct)
    cost = _Costs(distinct, counts)
    best = cost.between(0, np.arange(m))  # one class for the first j + 1 values
    origin = np.zeros((k, m), dtype=np.intp)
    for classes in range(1, k):
        previous, best = best, np.full(m, np.inf)
        for last in range(classes, m):
            # the best start never moves back as the run grows (Knuth): skip the earlier ones
            first = np.arange(max(classes, origin[classes, last - 1]), last + 1)
            total = previous[first - 1] + cost.between(first, last)
            pick = int(np.argmin(total))
            best[last], origin[classes, last] = total[pick], first[pick]
    starts = np.zeros(k, dtype=np.intp)
    last = m - 1
    for classes in range(k - 1, 0, -1):
        starts[classes] = origin[classes, last]
        last = starts[classes] - 1
    return starts


class _Costs:
    """Sums of squared deviations of runs of distinct values, from prefix sums."""

    def __init__(self, distinct: Floats, counts: Ints) -> None:
        # centred and scaled, because prefix sums of squares cancel badly far from zero
        unit = (distinct - distinct.mean()) / max(np.ptp(distinct), np.finfo(float).tiny)
        self._weight = np.concatenate([[0.0], np.cumsum(counts)])
        self._sum = np.concatenate([[0.0], np.cumsum(counts * unit)])
        self._square = np.concatenate([[0.0], np.cumsum(counts * unit**2)])

    def between(self, first: Ints | int, last: Ints | int) -> Floats:
        """Cost of one class from ``first`` to ``last``, both included."""
        end = np.asarray(last) + 1
        start = np.asarray(first)
        weight = self._weight[end] - self._weight[start]
        total = self._sum[end] - self._sum[start]
        return np.maximum(self._square[end] - self._square[start] - total**2 / weight, 0.0)
