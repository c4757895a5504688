"""The formulas of one delivery: credit and planned value, each between 0 and 1."""

from __future__ import annotations

import math
from datetime import date

# Below these shares of the planned value a delivery is red, or amber.
SPI_RED = 0.7
SPI_YELLOW = 0.9
# A share that misses a cut by rounding alone belongs to the better side.
ROUNDING = 1e-9


def credit(quantity: float, target: float | None, whole: bool) -> float:
    """``quantity``/``target`` capped at 1; without a target 1 when a whole evidence stands (``whole``), else 0."""
    if target is None:
        return 1.0 if whole else 0.0
    share = quantity / target
    return 1.0 if share >= 1 - ROUNDING else share


def planned_value(start: date, due: date, today: date, *, with_quantity: bool) -> float:
    """What the calendar expects: linear from start to due with a quantity; without one 0 before due, 1 from it on."""
    if not with_quantity or due == start:
        return 1.0 if today >= due else 0.0
    return min(1.0, max(0.0, (today - start).days / (due - start).days))


def behind(done: float, planned: float, share: float) -> bool:
    """Whether ``done`` is below that share of the planned value."""
    return done < share * planned - ROUNDING


def ratio(numerator: float, denominator: float) -> float | None:
    """None when the denominator is 0 (nothing counted, nothing planned yet)."""
    return numerator / denominator if denominator > 0 else None


def total(values: list[float]) -> float:
    """A sum that does not depend on the order of its terms."""
    return math.fsum(values)
