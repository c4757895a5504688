"""The history of an indicator, for the rules that look at more than one year."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from ckanext.msativo.analysis.arrays import Floats, Ints


@dataclass(frozen=True)
class Series:
    """``values`` units × years, NaN = missing; ``until`` = reference year of each judged column."""

    years: Ints
    values: Floats
    until: Ints

    @classmethod
    def of(cls, years: Any, values: Any, until: Any = None) -> Series:
        """Build from anything array-like; ``until`` defaults to the last year."""
        years = np.asarray(years, dtype=int)
        last = years[-1:] if until is None else np.atleast_1d(np.asarray(until, dtype=int))
        return cls(years, np.atleast_2d(np.asarray(values, dtype=float)), last)
