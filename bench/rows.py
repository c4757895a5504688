"""One row of the result: what was measured, against what, the ratio, its spread, the goal."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True)
class Goal:
    """What the ratio should reach: ``at_least`` for "times faster", ``at_most`` for "times the cost"."""

    at_least: float | None = None
    at_most: float | None = None

    def met(self, ratio: float) -> bool:
        return (self.at_least is None or ratio >= self.at_least) and (self.at_most is None or ratio <= self.at_most)

    def __str__(self) -> str:
        return f"≥ {self.at_least:g}" if self.at_least is not None else f"≤ {self.at_most:g}"


@dataclass(frozen=True)
class Row:
    """``ours`` and ``theirs`` are medians in ``unit`` (``s`` or ``MB``).

    ``ratio`` is the median of the pairs' ratios, ``low`` and ``high`` their ends; ``reading`` says which way it reads:
    ``theirs/ours`` (more is better for us) or ``ours/theirs``. ``same`` says how far the two answers were compared.
    """

    operation: str
    scale: str
    unit: str
    ours: float
    reference: str
    theirs: float
    reading: str
    ratio: float
    low: float
    high: float
    pairs: int
    goal: Goal | None
    same: str

    @property
    def met(self) -> bool | None:
        """Whether the goal is met by the median; None without a goal."""
        return None if self.goal is None else self.goal.met(self.ratio)

    def as_dict(self) -> dict[str, Any]:
        return {**asdict(self), "goal": None if self.goal is None else str(self.goal), "met": self.met}
