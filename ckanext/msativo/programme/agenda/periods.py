"""Which year an indicator should have by now, from how often its source comes out."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

YEARS: Mapping[str, int] = {
    "mensal": 1,
    "bimestral": 1,
    "trimestral": 1,
    "semestral": 1,
    "anual": 1,
    "bienal": 2,
    "trienal": 3,
    "quadrienal": 4,
    "quinquenal": 5,
    "decenal": 10,
}
"""Years from one edition to the next."""
UNKNOWN = 1


def expected_year(periodicity: str | None, today: date) -> int:
    """The newest year that a source of this periodicity has at the least, once the year is over.

    Of a source that does not come out yearly nobody knows in which years it does: the latest possible is meant.
    """
    return today.year - YEARS.get((periodicity or "").strip().lower(), UNKNOWN)
