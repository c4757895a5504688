"""What new observations change in those that are there: counts per year, to be shown before anything is written."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from ckanext.msativo.sources.observations import Observations

Key = tuple[str, int]
Row = tuple[float | None, float | None, float | None, str | None]


@dataclass(frozen=True)
class YearChange:
    """How many values (municipalities) of a year are new, other than before, gone, or the same.

    ``details`` counts the rows whose value is the same but not their parts or their note: why a value is missing, say;
    ``empty`` those without a value that stay as they are.
    """

    ano: int
    added: int = 0
    changed: int = 0
    removed: int = 0
    details: int = 0
    same: int = 0
    empty: int = 0

    @property
    def vanished(self) -> bool:
        """Whether all values that the year had are gone and no other came."""
        return self.removed > 0 and not (self.added or self.changed or self.same)


def changes(old: Observations | None, new: Observations) -> tuple[YearChange, ...]:
    """The years in which ``new`` differs from ``old`` (None: nothing was there), in order.

    Empty exactly when both have the same `content_hash`.
    """
    before, after = _rows(old), _rows(new)
    counts: defaultdict[int, defaultdict[str, int]] = defaultdict(lambda: defaultdict(int))
    for key in before.keys() | after.keys():
        counts[key[1]][_kind(before.get(key), after.get(key))] += 1
    found = (YearChange(ano, **counts[ano]) for ano in sorted(counts))
    return tuple(year for year in found if year.added or year.changed or year.removed or year.details)


def vanished_years(found: tuple[YearChange, ...]) -> list[int]:
    """The years of which all values would be gone."""
    return [year.ano for year in found if year.vanished]


def _kind(old: Row | None, new: Row | None) -> str:
    if old == new:
        # A row without a value is no value that is the same.
        return "same" if old and old[0] is not None else "empty"
    had, has = bool(old and old[0] is not None), bool(new and new[0] is not None)
    if had != has:
        return "added" if has else "removed"
    return "changed" if old and new and old[0] != new[0] else "details"


def _rows(rows: Observations | None) -> dict[Key, Row]:
    if rows is None:
        return {}
    keys = zip(rows.codigo_ibge.tolist(), rows.ano.tolist(), strict=True)
    numbers = [
        [None if value != value else value for value in column.tolist()]
        for column in (rows.valor, rows.numerador, rows.denominador)
    ]
    notes = [nota or None for nota in rows.nota.tolist()]
    return dict(zip(keys, zip(*numbers, notes, strict=True), strict=True))


@dataclass(frozen=True)
class Revision:
    """A value that was there and is now another one, or none: each as value, numerator, denominator, note."""

    codigo_ibge: str
    ano: int
    old: Row
    new: Row


NOTHING: Row = (None, None, None, None)


def revisions(old: Observations | None, new: Observations) -> list[Revision]:
    """The values of ``old`` that ``new`` changes or takes back, by municipality and year; what is added is none."""
    before, after = _rows(old), _rows(new)
    found = [
        Revision(*key, row, after.get(key) or NOTHING)
        for key, row in before.items()
        if _kind(row, after.get(key)) in ("changed", "removed")
    ]
    return sorted(found, key=lambda one: (one.codigo_ibge, one.ano))
