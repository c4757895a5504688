"""The cells of a tidy table as compact columns: read once, in batches, a few bytes per row.

Texts that repeat (codes, years, names, marks, round numbers) are parsed once and remembered, so the
work per row is a few look-ups. A parsed cell below 0 is a fault, named by its field's table.
"""

from __future__ import annotations

import math
import re
import unicodedata
from array import array
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice
from typing import Any, Generic, TypeVar

from ckanext.msativo.sources.base import Municipality, ReadContext
from ckanext.msativo.sources.header import Header
from ckanext.msativo.sources.numerals import MARK, MARKS, mark_note, number_parser
from ckanext.msativo.sources.problems import ProblemList
from ckanext.msativo.sources.workbook import Cell, CellRow

NUMBERS = ("valor", "numerador", "denominador")
_BATCH = 5_000
_REMEMBERED = 50_000
_MAX_DISTINCT = 20_000

# What a cell parsed to -1, -2 … means.
_FAULTS = {
    "indicador": ("missing_indicador", "too_many_distinct"),
    "codigo_ibge": ("missing_code", "bad_code", "unknown_municipality"),
    "ano": ("missing_year", "not_a_year", "impossible_year"),
    "nota": ("unknown_note", "too_many_distinct"),
    **dict.fromkeys(NUMBERS, ("not_a_number", "ambiguous_dash", "wrong_decimal")),
}
_CODE = re.compile(r"([0-9]{6,7}|[0-9]{3}\.[0-9]{3}|[0-9]\.[0-9]{3}\.[0-9]{3})(?:[.,]0)?", re.ASCII)
_YEAR = re.compile(r"([0-9]{4}|[0-9]\.[0-9]{3})(?:[.,]0)?", re.ASCII)

T = TypeVar("T")


class Memo(dict[Cell, T], Generic[T]):
    """Remembers what a function made of a cell; forgets everything when it has grown too large."""

    def __init__(self, parse: Callable[[Cell], T]) -> None:
        super().__init__()
        self._parse = parse

    def __missing__(self, cell: Cell) -> T:
        if len(self) >= _REMEMBERED:
            self.clear()
        result = self[cell] = self._parse(cell)
        return result


class Names:
    """Distinct texts numbered from 0 in the order in which they came."""

    def __init__(self, *texts: str) -> None:
        self.texts = list(texts)
        self._ids = {text: at for at, text in enumerate(texts)}

    def id(self, text: str) -> int:
        """The text's number, or -2 once there are too many for a column of names."""
        if text in self._ids:
            return self._ids[text]
        if len(self.texts) >= _MAX_DISTINCT:
            return -2
        self.texts.append(text)
        return self._ids.setdefault(text, len(self.texts) - 1)


class TidyColumns:
    """Parallel columns of all data rows, the bad ones too.

    `ids` numbers the cells of a field: into `indicadores`, `municipios`, `notas`; the year itself;
    for numbers the kind. A negative id is a fault. `values` holds the number columns of the file.
    """

    def __init__(self, header: Header, context: ReadContext, problems: ProblemList) -> None:
        self._header = header
        self._context = context
        self._problems = problems
        self.rows_read = 0
        self.indicadores = Names()
        self.notas = Names("")  # 0 = no note
        self.municipios: list[Municipality] = []
        self._municipio_ids: dict[str, int] = {}
        present = [name for name in NUMBERS if name in header.columns]
        self.row = array("i")
        self.ids = {name: array("i") for name in ("indicador", "codigo_ibge", "ano", "nota")}
        self.ids |= {name: array("b") for name in present}
        self.values = {name: array("d") for name in present}
        self._memos: dict[str, Memo[int]] = {
            "indicador": Memo(self._indicador),
            "codigo_ibge": Memo(self._municipio),
            "ano": Memo(self._ano),
            "nota": Memo(self._nota),
        }
        self._numbers = Memo(number_parser(context.decimal))
        self._params: dict[str, dict[str, Any]] = {
            "impossible_year": {"min_year": context.min_year, "max_year": context.today_year},
            "wrong_decimal": {"decimal": context.decimal},
            "too_many_distinct": {"limit": _MAX_DISTINCT},
            "unknown_note": {"known": ", ".join(sorted(context.known_notes or ()))},
        }

    def extend(self, rows: Iterable[CellRow]) -> None:
        """Parse all rows, reporting the cells that are faults."""
        whole = self._whole_rows(rows)
        while batch := list(islice(whole, _BATCH)):
            numbers, cells = zip(*batch, strict=True)
            columns = list(zip(*cells, strict=True))
            self._add(numbers, {name: columns[at] for name, at in self._header.columns.items()})

    def indicador_at(self, index: int) -> str | None:
        """The name of the indicator of a row, by the row's place in the columns."""
        number = self.ids["indicador"][index]
        return self.indicadores.texts[number] if number >= 0 else None

    def _whole_rows(self, rows: Iterable[CellRow]) -> Iterator[CellRow]:
        """Rows as wide as the header: no blank ones, short ones filled, long ones reported."""
        width = len(self._header.cells)
        first = self._header.columns["indicador"]
        for number, cells in rows:
            if len(cells) == width and cells[first]:
                yield number, cells
                continue
            filled = [cell for cell in cells if str(cell).strip()]
            if not filled:
                continue
            whole = [*cells, *[""] * width][:width]
            if any(str(cell).strip() for cell in cells[width:]):
                name = _text(whole[first]) or None
                self._problems.add("extra_cells", number, None, filled[-1], name)
            yield number, whole

    def _add(self, rows: Sequence[int], cells: dict[str, tuple[Cell, ...]]) -> None:
        ids: dict[str, Sequence[int]] = {
            name: list(map(memo.__getitem__, cells[name])) if name in cells else [0] * len(rows)
            for name, memo in self._memos.items()
        }
        for name, stored in self.values.items():
            values, ids[name] = zip(*map(self._numbers.__getitem__, cells[name]), strict=True)
            stored.extend(values)
        if MARK in ids["valor"]:
            ids["nota"] = self._marked(ids["nota"], ids["valor"], cells["valor"])
        self.rows_read += len(rows)
        self.row.extend(rows)
        for name, stored in self.ids.items():
            stored.extend(ids[name])
        for name, column in cells.items():
            if min(ids[name]) < 0:
                self._report(name, ids[name], column)

    def _marked(self, notas: Sequence[int], kinds: Sequence[int], cells: Sequence[Cell]) -> list[int]:
        """A mark in place of the value gives the reason, unless the row has a note of its own."""
        return [
            self.notas.id(mark_note(cell)) if kind == MARK and nota == 0 else nota
            for nota, kind, cell in zip(notas, kinds, cells, strict=True)
        ]

    def _report(self, name: str, ids: Sequence[int], cells: Sequence[Cell]) -> None:
        start = self.rows_read - len(ids)
        for offset, (id_, cell) in enumerate(zip(ids, cells, strict=True)):
            if id_ < 0:
                code = _FAULTS[name][-id_ - 1]
                at = start + offset
                self._problems.add(
                    code,
                    self.row[at],
                    name,
                    _text(cell),
                    self.indicador_at(at),
                    **self._params.get(code, {}),
                )

    def _indicador(self, cell: Cell) -> int:
        text = _text(cell)
        return self.indicadores.id(text) if text else -1

    def _municipio(self, cell: Cell) -> int:
        text = _text(cell)
        if not text:
            return -1
        match = _CODE.fullmatch(text)
        if match is None:
            return -2
        try:
            found = self._context.territory.resolve(match[1].replace(".", ""))
        except LookupError:
            return -3
        if found.codigo_ibge not in self._municipio_ids:
            self._municipio_ids[found.codigo_ibge] = len(self.municipios)
            self.municipios.append(found)
        return self._municipio_ids[found.codigo_ibge]

    def _ano(self, cell: Cell) -> int:
        text = _text(cell)
        if not text:
            return -1
        match = _YEAR.fullmatch(text)
        if match is None:
            return -2
        ano = int(match[1].replace(".", ""))
        return ano if self._context.min_year <= ano <= self._context.today_year else -3

    def _nota(self, cell: Cell) -> int:
        text = _text(cell)
        known = self._context.known_notes
        if text and known is not None and text not in known and text not in MARKS.values():
            return -1
        return self.notas.id(text) if text else 0


def _text(cell: Cell) -> str:
    """A cell as text: 500270.0 is 500270, and an accent typed in two characters is one."""
    if isinstance(cell, str):
        return unicodedata.normalize("NFC", cell.strip())
    return str(int(cell)) if math.isfinite(cell) and cell == int(cell) else repr(cell)
