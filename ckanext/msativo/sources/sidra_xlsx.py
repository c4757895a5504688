"""SIDRA tables as XLSX: one sheet for each variable, or all of them in one, as the download was laid out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial
from itertools import islice
from typing import Any

from ckanext.msativo.sources.base import Municipality, ReadContext, Reading, Refused
from ckanext.msativo.sources.collector import Collector, Series
from ckanext.msativo.sources.files import SourceFile
from ckanext.msativo.sources.header import normalise
from ckanext.msativo.sources.naming import series_name, split_unit
from ckanext.msativo.sources.places import LARGER_AREA, Place, code_text
from ckanext.msativo.sources.provenance import Provenance
from ckanext.msativo.sources.sidra_layout import HEAD_ROWS, VARIABLE, find_layout, is_year, title_of
from ckanext.msativo.sources.symbols import IBGE
from ckanext.msativo.sources.workbook import Cell, plain

_SHORTER = ("mes", "bimestre", "trimestre", "trimestre_movel", "semestre")
_MUNICIPALITY = ("mu", "municipio", "6", "n6")
_MAX_NOTES = 30

Target = tuple[Series, int]


class SidraXlsx:
    """Reader of SIDRA's XLSX."""

    name = "sidra_xlsx"

    def recognise(self, source: SourceFile) -> float:
        """A sheet that begins with `Tabela N - …`."""
        try:
            return 0.95 if source.kind == "workbook" and _sheets(source) else 0.0
        except Refused:
            return 0.0

    def read(self, source: SourceFile, context: ReadContext) -> Reading:
        """Read all sheets that are tables; raises `Refused` if there is none by municipality."""
        sheets = _sheets(source) if source.kind == "workbook" else []
        if not sheets:
            raise source.refusal("no_table", expected="Tabela N - …")
        out = Collector(self.name, source, context, IBGE, ",")
        notes = _notes(source, sheets)
        for sheet in sheets:
            _Sheet(out, sheet, notes).read()
        return out.reading()


def _sheets(source: SourceFile) -> list[str]:
    book = source.workbook
    return [name for name in book.sheet_names if title_of(list(islice(book.rows(name), 5)))]


def _notes(source: SourceFile, tables: list[str]) -> tuple[str, ...]:
    """The notes of the sheets beside the tables, up to the legend of symbols."""
    notes: list[str] = []
    for name in source.workbook.sheet_names:
        if name in tables:
            continue
        for _, cells in islice(source.workbook.rows(name), _MAX_NOTES):
            text = next((str(cell).strip() for cell in cells if str(cell).strip()), "")
            if normalise(text) == "legenda":
                break
            if text and normalise(text) != "notas":
                notes.append(text)
    return tuple(notes)


class _Sheet:
    """One sheet being read into the collector."""

    def __init__(self, out: Collector, sheet: str, notes: tuple[str, ...]) -> None:
        self._out = out
        self._sheet = sheet
        self._notes = notes
        out.sheet = sheet
        first = list(islice(out.source.workbook.rows(sheet), HEAD_ROWS))
        layout = find_layout(first)
        if layout is None:
            found = next((str(cells[0]) for _, cells in first[1:] if cells and " - " not in str(cells[0])), "")
            raise out.source.refusal("not_by_municipality", found=found[:80])
        self._layout = layout
        self._fonte = ""
        self._targets: dict[tuple[int, tuple[str, ...]], Target] = {}

    def read(self) -> None:
        """Read every row down to the line of the source."""
        out, layout = self._out, self._layout
        key = layout.key
        places: dict[object, Place] = {}
        for number, left, cells in self._data_rows():
            out.rows_read += 1
            cell = left[key]
            found = places.get(cell)
            if found is None:
                found = places[cell] = out.places.of_text(plain(cell))
            if layout.level is not None and normalise(str(left[layout.level])) not in _MUNICIPALITY:
                found = LARGER_AREA
            place = found if not isinstance(found, str) else out.located(found, cell, number, self._label(key))
            if place is not None:
                self._add(place, number, left, cells)
        for series, _ in self._targets.values():
            series.provenance = replace(series.provenance, fonte=self._fonte)

    def _add(self, place: Municipality, number: int, left: Sequence[Cell], cells: Sequence[Any]) -> None:
        dimensions = tuple(_text(plain(left[at])) for at in self._layout.row_dimensions)
        for at in self._layout.columns:
            series, ano = self._target(at, dimensions)
            cell = plain(cells[at]) if at < len(cells) else ""
            self._out.add(series, place, ano, cell, number, f"{series.provenance.variavel} {ano}")

    def _data_rows(self) -> Iterator[tuple[int, Sequence[Any], Sequence[Any]]]:
        """Number, what the row is (with the names of merged cells above), and all its cells."""
        left = min(self._layout.columns, default=0)
        merged = bool(self._layout.row_dimensions)
        held: Sequence[Any] = ()
        rows = islice(self._out.source.workbook.raw_rows(self._sheet), self._layout.first_row - 1, None)
        for number, cells in rows:
            first = cells[0]
            if type(first) is str and first[:5].lower() == "fonte" and not any(cells[1:left]):
                self._fonte = first.split(":", 1)[-1].strip()
                return
            own = cells[:left]
            if merged and held:
                own = [cell if cell != "" else above for cell, above in zip(own, held, strict=True)]
            held = own
            if any(own) and (own[0] != "" or any(cell != "" for cell in cells)):
                yield number, own, cells

    def _label(self, at: int) -> str:
        return "Município" if at == self._layout.place else "Código"

    def _target(self, at: int, row_values: tuple[str, ...]) -> Target:
        """The series and year of a column in a row with these dimensions."""
        target = self._targets.get((at, row_values))
        if target is None:
            layout = self._layout
            values = dict(zip(layout.row_dimensions.values(), row_values, strict=True))
            target = self._make({**layout.meta, **values, **layout.columns[at]})
            self._targets[at, row_values] = target
        return target

    def _make(self, dimensions: Mapping[str, str]) -> Target:
        dated = [name for name, value in dimensions.items() if name in ("ano", "periodo") or is_year(value)]
        year = next((name for name in dated if is_year(dimensions[name])), None)
        ano = int(dimensions[year]) if year else self._given_year(dimensions, dated)
        label, unit = split_unit(dimensions.get(VARIABLE, ""))
        unit = dimensions.get("unidade_de_medida", "") or unit
        categories = {
            self._layout.labels.get(name, name): value
            for name, value in dimensions.items()
            if name not in (VARIABLE, "unidade_de_medida", *dated)
        }
        make = partial(self._provenance, label or self._layout.table, unit, categories)
        return self._out.of(series_name(label, categories), make), ano

    def _given_year(self, dimensions: Mapping[str, str], dated: list[str]) -> int:
        source = self._out.source
        shorter = [name for name in dimensions if name in _SHORTER] + dated
        if shorter:
            raise source.refusal("not_yearly", value=dimensions[shorter[0]])
        if self._out.context.ano is None:
            raise source.refusal("no_year")
        return self._out.context.ano

    def _provenance(self, label: str, unit: str, categories: Mapping[str, str]) -> Provenance:
        return Provenance(label, unit, "", self._layout.table, "", dict(categories), self._notes)


def _text(cell: Cell) -> str:
    return cell.strip() if isinstance(cell, str) else code_text(float(cell))
