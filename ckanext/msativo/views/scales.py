"""Classes of a sequential colour, and the round numbers of an axis."""

from __future__ import annotations

import math
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from itertools import pairwise

CLASSES = 5


def quantile_breaks(values: Sequence[float], classes: int = CLASSES) -> list[float]:
    """Upper bounds of the classes but the last: quantiles by linear interpolation, equal ones merged.

    A class holds what is at most its bound and above the one before.
    """
    ordered = sorted(values)
    if not ordered:
        return []
    breaks: list[float] = []
    for k in range(1, classes):
        place = (len(ordered) - 1) * k / classes
        low = math.floor(place)
        high = min(low + 1, len(ordered) - 1)
        bound = ordered[low] + (ordered[high] - ordered[low]) * (place - low)
        if bound < ordered[-1] and (not breaks or bound > breaks[-1]):
            breaks.append(bound)
    return breaks


def class_of(value: float, breaks: Sequence[float]) -> int:
    """Index of a value's class, 0 the lowest."""
    return bisect_left(breaks, value)


def members(values: Sequence[float], breaks: Sequence[float]) -> list[int]:
    """How many values each class holds."""
    ordered = sorted(values)
    bounds = [0, *(bisect_right(ordered, bound) for bound in breaks), len(ordered)]
    return [high - low for low, high in pairwise(bounds)]


def spread(index: int, classes: int, polarity: int) -> int:
    """Step of the ramp, 1 the lightest (best) to `CLASSES` the darkest (worst), for class ``index`` of ``classes``."""
    if classes <= 1:
        return (CLASSES + 1) // 2
    from_best = classes - 1 - index if polarity > 0 else index
    return 1 + round(from_best * (CLASSES - 1) / (classes - 1))


def ticks(low: float, high: float, about: int = 4) -> list[float]:
    """Round numbers from at or below ``low`` to at or above ``high``: steps of 1, 2, 2.5 or 5 times a power of ten."""
    if high <= low:
        high = low + (abs(low) or 1.0)
    rough = (high - low) / about
    power = 10.0 ** math.floor(math.log10(rough))
    step = next(power * factor for factor in (1, 2, 2.5, 5, 10) if power * factor >= rough - 1e-12 * power)
    first, last = math.floor(low / step + 1e-9), math.ceil(high / step - 1e-9)
    return [round(k * step, 12) for k in range(first, last + 1)]
