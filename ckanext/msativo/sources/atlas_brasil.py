"""Atlas do Desenvolvimento Humano (PNUD, IPEA, FJP): `ANO, UF, Codmun6, Codmun7, Município, …` and a dictionary.

As a workbook (sheet `MUN 91-00-10`, dictionary `Siglas`) or as delimited text with those columns.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import partial
from itertools import islice
from typing import Any

from ckanext.msativo.sources.base import ReadContext, Reading, Refused
from ckanext.msativo.sources.collector import Collector
from ckanext.msativo.sources.delimited import find_table, repeated_name
from ckanext.msativo.sources.files import SourceFile
from ckanext.msativo.sources.header import normalise
from ckanext.msativo.sources.places import code_text
from ckanext.msativo.sources.provenance import Provenance
from ckanext.msativo.sources.sidra_layout import is_year
from ckanext.msativo.sources.symbols import PUBLISHED
from ckanext.msativo.sources.wide import Variable, WideRow, add_wide
from ckanext.msativo.sources.workbook import plain

_CODES = ("codmun7", "codmun6")
_NOT_FIGURES = frozenset({"ano", "uf", "ufn", "nome_uf", "municipio", *_CODES})
_LONG_NAMES = ("nome_longo", "nome_curto", "definicao")
_HEADER_ROWS = 20
_PUBLISHER = "Atlas do Desenvolvimento Humano no Brasil (PNUD, IPEA, FJP)"

Rows = Iterable[tuple[int, Sequence[Any]]]
Dictionary = Mapping[str, str]


class AtlasBrasil:
    """Reader of the Atlas Brasil."""

    name = "atlas_brasil"

    def recognise(self, source: SourceFile) -> float:
        """A header with ANO and Codmun7 or Codmun6."""
        try:
            found = _sheets(source) if source.kind == "workbook" else find_table(source, _is_header)
        except Refused:
            return 0.0
        return 0.95 if found else 0.0

    def read(self, source: SourceFile, context: ReadContext) -> Reading:
        """Read all variables; raises `Refused` if there is not exactly one such table."""
        out = Collector(self.name, source, context, PUBLISHED, "." if source.kind == "text" else ",")
        if source.kind == "text":
            table = find_table(source, _is_header)
            if table is None:
                raise source.refusal("no_table", expected="ANO, Codmun7, …")
            _read(out, table.row, list(table.cells), table.rows(), {})
            return out.reading()
        sheets = _sheets(source)
        if len(sheets) != 1:
            names = ", ".join(name for name, _, _ in sheets)
            code = "several_tables" if sheets else "no_table"
            raise source.refusal(code, sheets=names, expected="ANO, Codmun7, …")
        sheet, row, header = sheets[0]
        out.sheet = sheet
        rows = islice(source.workbook.raw_rows(sheet), row, None)
        _read(out, row, header, rows, _dictionary(source, sheet))
        return out.reading()


def _is_header(names: list[str]) -> bool:
    return "ano" in names and any(code in names for code in _CODES)


def _sheets(source: SourceFile) -> list[tuple[str, int, list[str]]]:
    """Name, header row and header of the sheets by municipality."""
    book = source.workbook
    return [
        (name, number, [str(cell).strip() for cell in cells])
        for name in book.sheet_names
        for number, cells in islice(book.rows(name), _HEADER_ROWS)
        if _is_header([normalise(str(cell)) for cell in cells])
    ]


def _dictionary(source: SourceFile, table: str) -> Dictionary:
    """The long name of each variable, of the sheet that has a column SIGLA."""
    book = source.workbook
    for sheet in book.sheet_names:
        if sheet == table:
            continue
        rows = iter(book.rows(sheet))
        for _, cells in islice(rows, _HEADER_ROWS):
            names = [normalise(str(cell)) for cell in cells]
            label = next((names.index(name) for name in _LONG_NAMES if name in names), None)
            if "sigla" in names and label is not None:
                at = names.index("sigla")
                whole = (row for _, row in rows if len(row) > max(at, label))
                return {normalise(str(row[at])): str(row[label]).strip() for row in whole}
    return {}


def _read(out: Collector, header_row: int, header: list[str], rows: Rows, dictionary: Dictionary) -> None:
    if repeated := repeated_name([name for name in map(normalise, header) if name]):
        raise out.source.refusal("duplicate_column", row=header_row, column=repeated)
    names = [normalise(cell) for cell in header]
    code, year = next(names.index(name) for name in _CODES if name in names), names.index("ano")
    kept: list[WideRow] = []
    for number, cells in rows:
        if len(cells) <= max(code, year) or not any(cell != "" for cell in cells):
            if any(str(cell).strip() for cell in cells):
                out.problem("short_row", number, None, str(cells[0]), cells=len(cells), columns=len(header))
            continue
        out.rows_read += 1
        cell = plain(cells[code])
        place = out.located(out.places.of_code(cell), cell, number, header[code])
        if place is None:
            continue
        if out.sheet is None and len(cells) < len(header):
            out.problem("short_row", number, None, str(cell), cells=len(cells), columns=len(header))
            continue
        ano = code_text(plain(cells[year]))
        if not is_year(ano):
            out.problem("not_a_year", number, header[year], ano)
            continue
        kept.append(WideRow(number, place, int(ano), [plain(cell) for cell in cells]))
    variables = {
        at: Variable(name, header[at], partial(_provenance, header[at], dictionary.get(name, "")))
        for at, name in enumerate(names)
        if name and name not in _NOT_FIGURES
    }
    add_wide(out, kept, variables)


def _provenance(code: str, label: str) -> Provenance:
    return Provenance(label or code, "", code, "", _PUBLISHER)
