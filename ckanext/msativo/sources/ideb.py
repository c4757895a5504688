"""INEP's IDEB workbooks: one row per municipality and network, one column per measure and year.

Above the data stand merged header rows and then a row of machine names (`CO_MUNICIPIO`, `REDE`,
`VL_OBSERVADO_2023`), whose position varies. Each measure and network is a series.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from itertools import islice
from typing import Any

from ckanext.msativo.sources.base import ReadContext, Reading, Refused
from ckanext.msativo.sources.collector import Collector
from ckanext.msativo.sources.files import SourceFile
from ckanext.msativo.sources.header import normalise
from ckanext.msativo.sources.places import code_text
from ckanext.msativo.sources.provenance import Provenance
from ckanext.msativo.sources.symbols import INEP
from ckanext.msativo.sources.workbook import CellRow, plain

_HEADER_ROWS = 40
_NEEDED = ("co_municipio", "rede")
_SCHOOL = frozenset({"id_escola", "co_escola", "co_entidade", "no_escola"})
_MEASURE = re.compile(r"(?P<before>vl_.+?)_(?P<year>[12][0-9]{3})(?P<after>_.+)?", re.ASCII)
_YEAR_IN_LABEL = re.compile(r"\s*-?\s*\b(?:19|20)[0-9]{2}\b")
_STAGES = {"ai": "anos iniciais", "af": "anos finais", "em": "ensino médio"}


@dataclass(frozen=True)
class Measure:
    """A column of figures: `name` is its machine name without the year."""

    name: str
    ano: int
    label: str
    column: str


@dataclass(frozen=True)
class IdebTable:
    """Where the table is: `header_row` counts from 1, positions from 0."""

    sheet: str
    header_row: int
    code: int
    network: int
    measures: dict[int, Measure]


class Ideb:
    """Reader of IDEB workbooks."""

    name = "ideb"

    def recognise(self, source: SourceFile) -> float:
        """A sheet with the machine names CO_MUNICIPIO, REDE and VL_…_AAAA in one row."""
        try:
            return 0.95 if source.kind == "workbook" and _tables(source) else 0.0
        except Refused:
            return 0.0

    def read(self, source: SourceFile, context: ReadContext) -> Reading:
        """Read all measures of all networks; raises `Refused` if there is not exactly one such sheet."""
        tables = _tables(source) if source.kind == "workbook" else []
        if not tables:
            raise source.refusal("no_table", expected="CO_MUNICIPIO, REDE, VL_…_AAAA")
        if len(tables) > 1:
            raise source.refusal("several_tables", sheets=", ".join(table.sheet for table in tables))
        table = tables[0]
        out = Collector(self.name, source, context, INEP, ",")
        out.sheet = table.sheet
        stage = next((_STAGES[word] for word in normalise(table.sheet).split("_") if word in _STAGES), "")
        width = max(*table.measures, table.code, table.network) + 1
        for number, cells in islice(source.workbook.raw_rows(table.sheet), table.header_row, None):
            _read_row(out, table, stage, number, [*cells, *[""] * (width - len(cells))])
        return out.reading()


def _tables(source: SourceFile) -> list[IdebTable]:
    book = source.workbook
    found = (_find(name, list(islice(book.rows(name), _HEADER_ROWS))) for name in book.sheet_names)
    return [table for table in found if table]


def _find(sheet: str, rows: Sequence[CellRow]) -> IdebTable | None:
    for at, (number, cells) in enumerate(rows):
        names = [normalise(str(cell)) for cell in cells]
        if not all(needed in names for needed in _NEEDED) or _SCHOOL & set(names):
            continue
        labels = _labels([cells for _, cells in rows[:at]], len(names))
        measures = {
            position: Measure(match["before"] + (match["after"] or ""), int(match["year"]), labels[position], column)
            for position, column in enumerate(map(str, cells))
            if (match := _MEASURE.fullmatch(normalise(column)))
        }
        if measures:
            return IdebTable(sheet, number, names.index(_NEEDED[0]), names.index(_NEEDED[1]), measures)
    return None


def _labels(rows: Sequence[Sequence[Any]], width: int) -> list[str]:
    """The words above each column, from top to bottom; a merged cell counts for all it covers."""
    lines = [[_label(cell) for cell in cells] + [""] * (width - len(cells)) for cells in rows]
    lines = [line for line in lines if sum(map(bool, line)) > 1]  # a title alone says nothing of a column
    for line in lines[:1]:
        for at in range(1, width):
            line[at] = line[at] or line[at - 1]
    joined = (" — ".join(dict.fromkeys(line[at] for line in lines if line[at])) for at in range(width))
    return [label.strip(" —") for label in joined]


def _label(cell: Any) -> str:
    """One line without years: a series has many."""
    text = code_text(cell) if isinstance(cell, float) else str(cell)
    return " ".join(_YEAR_IN_LABEL.sub("", text).split())


def _read_row(out: Collector, table: IdebTable, stage: str, number: int, cells: Sequence[Any]) -> None:
    code, network = plain(cells[table.code]), str(cells[table.network]).strip()
    if not network:
        return  # footer notes, which stand in the first column
    out.rows_read += 1
    place = out.located(out.places.of_code(code), code, number, "CO_MUNICIPIO")
    if place is None:
        return
    for at, measure in table.measures.items():
        name = f"{measure.name}__{normalise(network)}"
        series = out.of(name, partial(_provenance, measure, stage, network))
        out.add(series, place, measure.ano, plain(cells[at]), number, measure.column)


def _provenance(measure: Measure, stage: str, network: str) -> Provenance:
    categories = {"rede": network} | ({"etapa": stage} if stage else {})
    return Provenance(measure.label or measure.name, "", measure.name, "IDEB", "INEP", categories)
