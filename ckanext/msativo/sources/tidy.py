"""The tidy format, the project's own: one row per indicator, municipality and year, as CSV or XLSX.

Columns, in any order: `indicador, codigo_ibge, ano, valor` and, where known, `numerador,
denominador, nota`. An empty number is missing; its `nota` says why.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from itertools import islice

from ckanext.msativo.sources.base import Note, ReadContext, Reading, Refused
from ckanext.msativo.sources.files import SourceFile
from ckanext.msativo.sources.header import Header, find_header
from ckanext.msativo.sources.problems import ProblemList
from ckanext.msativo.sources.text import DELIMITERS, text_rows
from ckanext.msativo.sources.tidy_columns import NUMBERS, TidyColumns
from ckanext.msativo.sources.tidy_series import TidySeries
from ckanext.msativo.sources.workbook import CellRow

REQUIRED = ("indicador", "codigo_ibge", "ano", "valor")
COLUMNS = ("indicador", "codigo_ibge", "ano", *NUMBERS, "nota")
_HEADER_ROWS = 20


@dataclass(frozen=True)
class Table:
    """One way to read the file as rows: a sheet, or the text under one delimiter."""

    sheet: str | None
    header: Header | None
    rows: Callable[[], Iterator[CellRow]]
    broken: Refused | None = None

    @property
    def known(self) -> int:
        """How many of the tidy columns the header has."""
        return len(self.header.columns) if self.header else 0

    @property
    def missing(self) -> list[str]:
        """The required columns that the header lacks."""
        return [name for name in REQUIRED if not self.header or name not in self.header.columns]

    def data_rows(self) -> Iterator[CellRow]:
        """The rows below the header."""
        return islice(self.rows(), self.header.row if self.header else 0, None)


class Tidy:
    """Reader of the tidy format."""

    name = "tidy"

    def recognise(self, source: SourceFile) -> float:
        """The share of the required columns that the best header has."""
        try:
            missing = min(len(table.missing) for table in _tables(source))
        except (Refused, ValueError):
            return 0.0
        return 1 - missing / len(REQUIRED)

    def read(self, source: SourceFile, context: ReadContext) -> Reading:
        """Read all rows, reporting every bad one; raises `Refused` if there is no such table."""
        table = _locate(source)
        assert table.header is not None
        problems = ProblemList(source.name, table.sheet, table.header, context.max_problems)
        columns = TidyColumns(table.header, context, problems)
        columns.extend(table.data_rows())
        if not columns.rows_read:
            raise source.refusal("empty_file")
        series = TidySeries(columns, context, problems)
        return Reading(
            self.name,
            source.name,
            source.sha256,
            series.build(),
            problems.sorted(),
            tuple(_notes(source, table.header, series.repeated)),
            columns.rows_read,
        )


def _tables(source: SourceFile) -> list[Table]:
    if source.kind == "workbook":
        book = source.workbook
        return [_table(sheet, partial(book.rows, sheet)) for sheet in book.sheet_names]
    return [_table(None, partial(text_rows, source, delimiter)) for delimiter in DELIMITERS]


def _table(sheet: str | None, rows: Callable[[], Iterator[CellRow]]) -> Table:
    """Look for the header in the first rows, even if one of them is damaged."""
    first: list[CellRow] = []
    broken = None
    try:
        first.extend(islice(rows(), _HEADER_ROWS))
    except Refused as refused:
        broken = refused
    return Table(sheet, find_header(first, COLUMNS), rows, broken)


def _locate(source: SourceFile) -> Table:
    """The one table with the tidy columns; raises `Refused` saying what there is instead."""
    tables = _tables(source)
    complete = [table for table in tables if not table.missing]
    if len(complete) > 1:
        sheets = ", ".join(str(table.sheet) for table in complete)
        raise source.refusal("several_sheets", sheets=sheets)
    best = max(complete or tables, key=lambda table: table.known, default=None)
    if best is None or best.missing:
        raise _no_table(source, tables, best)
    assert best.header is not None
    if best.header.repeated:
        raise source.refusal("duplicate_column", row=best.header.row, column=best.header.repeated[0])
    return best


def _no_table(source: SourceFile, tables: list[Table], best: Table | None) -> Refused:
    if best and best.broken:
        return best.broken
    if best and best.header:
        return source.refusal(
            "missing_columns",
            row=best.header.row,
            missing=", ".join(best.missing),
            found=", ".join(cell for cell in best.header.cells if cell)[:200],
        )
    cells = (cell for table in tables for _, row in table.rows() for cell in row)
    if not any(str(cell).strip() for cell in cells):
        return source.refusal("empty_file")
    return source.refusal("no_header", rows=_HEADER_ROWS, expected=", ".join(REQUIRED))


def _notes(source: SourceFile, header: Header, repeated: int) -> Iterator[Note]:
    if others := header.others():
        yield Note("ignored_columns", {"columns": ", ".join(others)})
    if repeated:
        yield Note("repeated_rows", {"count": repeated})
    if source.kind == "text" and not source.encoding.startswith("utf"):
        yield Note("encoding_assumed", {"encoding": source.encoding})
    if source.kind == "workbook":
        findings = source.workbook.findings
        if findings.error_cell:
            yield Note("error_cells", {"cell": findings.error_cell})
        if findings.uncalculated:
            yield Note("uncalculated_cells")
