"""Reads the rows of a DataStore table as observations; what cannot be read is told with its row."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import numpy as np

from ckanext.msativo.i18n_marker import N_
from ckanext.msativo.sources import Observations
from ckanext.msativo.sources.numerals import UndecidedColumn, decide_decimal, number_parser, settle
from ckanext.msativo.vistas.columns import Columns, Finder, year

MAX_ROWS = 32_000
"""Rows that a view reads: what CKAN's DataStore gives at once, and 20 years of 1,600 municipalities."""

Row = Mapping[str, Any]


class Unfit(ValueError):
    """A table that cannot be shown; ``msgid`` with ``params`` says why and what to do."""

    def __init__(self, msgid: str, **params: Any) -> None:
        self.msgid, self.params = msgid, params
        super().__init__(msgid.format(**params))


@dataclass(frozen=True)
class Table:
    """``outside``: rows that are of no municipality of the territory, left out."""

    observations: Observations
    outside: int


def read(rows: Sequence[Row], columns: Columns, finder: Finder) -> Table:
    """Rows of a DataStore (each with ``_id``) as observations. Raises `Unfit`."""
    codes = [finder.code(row.get(columns.codigo)) for row in rows]
    kept = [(row, code) for row, code in zip(rows, codes, strict=True) if code is not None]
    if rows and not kept:
        raise Unfit(
            N_(
                "No row of the column “{column}” is a municipality of this state. Choose the column with the IBGE code."
            ),
            column=columns.codigo,
        )
    years = [_year(row, columns) for row, _code in kept]
    values = _values([row.get(columns.valor) for row, _code in kept], [row for row, _code in kept], columns.valor)
    _check_once([code for _row, code in kept], years, [row for row, _code in kept], columns)
    made = Observations.of([code for _row, code in kept], years, values)
    return Table(made, len(rows) - len(kept))


def _year(row: Row, columns: Columns) -> int:
    found = year(row.get(columns.ano))
    if found is None:
        raise Unfit(
            N_("In the row {row} the column “{column}” holds “{cell}”, which is not a year."),
            row=row.get("_id"),
            column=columns.ano,
            cell=str(row.get(columns.ano))[:40],
        )
    return found


def _values(cells: Sequence[Any], rows: Sequence[Row], column: str) -> list[float]:
    """Numbers, NaN where there is none; the whole column decides what a mark in a text means."""
    parse = number_parser(None)
    read_cells = [parse(_plain(cell)) for cell in cells]
    for (_value, kind), cell, row in zip(read_cells, cells, rows, strict=True):
        if kind < 0 and cell is not None and not _is_nan(cell):
            raise Unfit(
                N_("In the row {row} the column “{column}” holds “{cell}”, which is not a number."),
                row=row.get("_id"),
                column=column,
                cell=str(cell)[:40],
            )
    values = np.array([value for value, _kind in read_cells], np.float64)
    kinds = np.array([kind for _value, kind in read_cells], np.int8)
    try:
        settle(values, kinds, decide_decimal(kinds, None))
    except UndecidedColumn:
        raise Unfit(
            N_(
                "It cannot be told whether “1.234” in the column “{column}” is one thousand or one: give the column a "
                "number type."
            ),
            column=column,
        ) from None
    return values.tolist()


def _plain(cell: Any) -> str | float:
    if cell is None:
        return ""
    return float(cell) if isinstance(cell, int | float | Decimal) else str(cell)


def _is_nan(cell: Any) -> bool:
    return isinstance(cell, float | Decimal) and not math.isfinite(cell)


def _check_once(codes: Sequence[str], years: Sequence[int], rows: Sequence[Row], columns: Columns) -> None:
    seen: dict[tuple[str, int], Any] = {}
    for code, ano, row in zip(codes, years, rows, strict=True):
        first = seen.setdefault((code, ano), row.get("_id"))
        if first != row.get("_id"):
            raise Unfit(
                N_(
                    "“{place}” has more than one value in {year} (rows {first} and {second}). This view needs one row "
                    "per municipality and year."
                ),
                place=str(row.get(columns.codigo))[:60],
                year=ano,
                first=first,
                second=row.get("_id"),
            )
