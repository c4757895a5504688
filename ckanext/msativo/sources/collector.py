"""What every reader of an agency's file does with a figure: whose it is, what it says, whether it can be.

Rows that are not the state's are counted by their reason, faults become problems with their place,
and decimal marks are decided by all figures of the file together.
"""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Callable
from typing import Any

import numpy as np

from ckanext.msativo.sources.base import DecimalMark, Municipality, Note, Problem, ReadContext, Reading
from ckanext.msativo.sources.files import SourceFile
from ckanext.msativo.sources.numerals import (
    COMMA,
    COMMA_OR_GROUP,
    NOT_A_NUMBER,
    POINT,
    POINT_OR_GROUP,
    WRONG_DECIMAL,
    UndecidedColumn,
    decide_decimal,
)
from ckanext.msativo.sources.observations import Observations
from ckanext.msativo.sources.places import SKIPS, Place, Places
from ckanext.msativo.sources.provenance import Provenance
from ckanext.msativo.sources.symbols import NumberNote, Numbers, Symbols

_MAX_VALUE = 60
_NAMED = 5
_FAULTS = {NOT_A_NUMBER: "not_a_number", WRONG_DECIMAL: "wrong_decimal"}


class Series:
    """The observations of one series as they come, before any check across rows."""

    def __init__(self, name: str, provenance: Provenance) -> None:
        self.name = name
        self.provenance = provenance
        self.codigo: list[str] = []
        self.nota: list[str | None] = []
        self.ano = array("i")
        self.row = array("i")
        self.valor = array("d")
        self.kind = array("b")

    def __len__(self) -> int:
        return len(self.codigo)

    def add(self, codigo: str, ano: int, number: NumberNote, row: int) -> None:
        """One figure; `number` as `Numbers` reads it."""
        self.codigo.append(codigo)
        self.ano.append(ano)
        self.valor.append(number[0])
        self.kind.append(number[1])
        self.nota.append(number[2])
        self.row.append(row)


class Collector:
    """Gathers the series, problems and notes of one file into a `Reading`.

    `decimal` is how the format writes decimals where the file itself does not show it.
    """

    def __init__(
        self,
        reader: str,
        source: SourceFile,
        context: ReadContext,
        symbols: Symbols,
        decimal: DecimalMark | None = None,
    ) -> None:
        self.reader = reader
        self.source = source
        self.context = context
        self.places = Places(context.territory)
        self.numbers = Numbers(symbols, context.decimal)
        self.series: dict[str, Series] = {}
        self.skipped: Counter[str] = Counter()
        self.rows_read = 0
        self.sheet: str | None = None
        self._decimal: DecimalMark | None = decimal
        self._problems: list[Problem] = []
        self._unlisted = 0
        self._notes: list[Note] = []
        self._early: list[str] = []
        self._repeated = 0

    def of(self, name: str, provenance: Callable[[], Provenance]) -> Series:
        """The series of that name, made when it is first met."""
        if name not in self.series:
            self.series[name] = Series(name, provenance())
        return self.series[name]

    def located(self, place: Place, cell: object, row: int | None, column: str | None) -> Municipality | None:
        """The municipality; None if the row is to be skipped (counted) or at fault (reported)."""
        if not isinstance(place, str):
            return place
        if place in SKIPS:
            self.skipped[place] += 1
        else:
            self.problem(place, row, column, cell)
        return None

    def add(self, series: Series, place: Municipality, ano: int, cell: object, row: int, column: str | None) -> None:
        """One cell of a series."""
        number = self.numbers(cell)
        if number[1] < 0:
            params = {"decimal": self.context.decimal}
            self.problem(_FAULTS[number[1]], row, column, cell, series.name, **params)
        else:
            series.add(place.codigo_ibge, ano, number, row)

    def problem(
        self,
        code: str,
        row: int | None = None,
        column: str | None = None,
        value: object = None,
        series: str | None = None,
        **params: Any,
    ) -> None:
        """Something at fault: of one series, or of the whole file if none is named."""
        if len(self._problems) >= self.context.max_problems:
            self._unlisted += 1
            return
        text = None if value is None else str(value)[:_MAX_VALUE]
        self._problems.append(Problem(self.source.name, code, row, column, text, series, self.sheet, params))

    def note(self, code: str, **params: Any) -> None:
        """Something to know although nothing is refused."""
        self._notes.append(Note(code, params))

    @property
    def notes(self) -> tuple[Note, ...]:
        """The notes that were made so far."""
        return tuple(self._notes)

    def reading(self) -> Reading:
        """All that was found. A file without a figure of the state is refused as a whole."""
        if not self._problems and not any(map(len, self.series.values())):
            self.problem("no_row_of_state", rows=self.rows_read, skipped=sum(self.skipped.values()))
        mark = self._decide_decimal()
        built = {name: self._build(series, mark) for name, series in self.series.items() if len(series)}
        if self._unlisted:
            self._problems.append(Problem(self.source.name, "more_problems_file", params={"count": self._unlisted}))
        return Reading(
            self.reader,
            self.source.name,
            self.source.sha256,
            built,
            tuple(self._problems),
            (*self._notes, *self._counted_notes()),
            self.rows_read,
            provenance={name: self.series[name].provenance for name in built},
        )

    def _counted_notes(self) -> list[Note]:
        notes = [Note(reason, {"count": self.skipped[reason]}) for reason in SKIPS if self.skipped[reason]]
        if self._early:
            first = sorted(set(self._early))
            named = ", ".join(first[:_NAMED]) + (", …" if len(first) > _NAMED else "")
            notes.append(Note("before_installation", {"count": len(self._early), "places": named}))
        if self._repeated:
            notes.append(Note("repeated_rows", {"count": self._repeated}))
        return notes + file_notes(self.source)

    def _decide_decimal(self) -> DecimalMark | None:
        """All figures of the file decide together; what they leave open, the format does."""
        series = list(self.series.values())
        kinds = np.concatenate([np.frombuffer(one.kind, np.int8) for one in series] or [np.zeros(0, np.int8)])
        try:
            return decide_decimal(kinds, self.context.decimal)
        except UndecidedColumn as undecided:
            if undecided.code == "ambiguous_decimal" and self._decimal:
                return self._decimal
            self._report_undecided(undecided.code)
            return None

    def _report_undecided(self, code: str) -> None:
        def found(*kinds: int) -> list[tuple[int, str, float]]:
            return [
                (series.row[at], series.provenance.variavel or series.name, series.valor[at])
                for series in self.series.values()
                for at, kind in enumerate(series.kind)
                if kind in kinds
            ]

        comma, point = found(COMMA), found(POINT)
        doubtful = found(POINT_OR_GROUP, COMMA_OR_GROUP)
        row, column, value = (min(comma, point, key=len) or doubtful)[0]
        named = {
            "comma_rows": ", ".join(str(place[0]) for place in comma[:_NAMED]),
            "point_rows": ", ".join(str(place[0]) for place in point[:_NAMED]),
        }
        self.problem(code, row, column, repr(value), **named)

    def _build(self, series: Series, mark: DecimalMark | None) -> Observations:
        kept: dict[tuple[str, int], tuple[float, str | None, int]] = {}
        group = {",": POINT_OR_GROUP, ".": COMMA_OR_GROUP}.get(mark or "")
        for at, key in enumerate(zip(series.codigo, series.ano, strict=True)):
            value, nota, row = series.valor[at], series.nota[at], series.row[at]
            if series.kind[at] == group:
                value = float(round(value * 1000))
            if not self._possible_year(series, key[1], row):
                continue
            value, nota = self._installed(key, value, nota)
            if key not in kept:
                kept[key] = (value, nota, row)
            elif _same(kept[key], value, nota):
                self._repeated += 1
            else:
                self._report_double(series, key, row, kept[key][2])
        places, years = [key[0] for key in kept], [key[1] for key in kept]
        columns = list(zip(*kept.values(), strict=True)) or [(), (), ()]
        return Observations.of(places, years, columns[0], nota=columns[1], row=columns[2])

    def _possible_year(self, series: Series, ano: int, row: int) -> bool:
        low, high = self.context.min_year, self.context.today_year
        if low <= ano <= high:
            return True
        self.problem("impossible_year", row, None, ano, series.name, min_year=low, max_year=high)
        return False

    def _installed(self, key: tuple[str, int], value: float, nota: str | None) -> tuple[float, str | None]:
        """Before its installation a municipality has no figure, whatever the source fills in."""
        if self.context.territory.is_installed(*key):
            return value, nota
        if value == value and value != 0:
            self._early.append(f"{self.context.territory.resolve(key[0]).nome} {key[1]}")
        return float("nan"), "nao_instalado"

    def _report_double(self, series: Series, key: tuple[str, int], row: int, first: int) -> None:
        nome = self.context.territory.resolve(key[0]).nome
        column = series.provenance.variavel or None
        self.problem("duplicate", row, column, key[0], series.name, nome=nome, ano=key[1], first_row=first)


def _same(one: tuple[float, str | None, int], value: float, nota: str | None) -> bool:
    return (one[0] == value or (one[0] != one[0] and value != value)) and one[1] == nota


def file_notes(source: SourceFile) -> list[Note]:
    """Cells of a workbook that have no value although they should."""
    if source.kind == "text":
        return []
    findings = source.workbook.findings
    error = [Note("error_cells", {"cell": findings.error_cell})] if findings.error_cell else []
    return error + ([Note("uncalculated_cells")] if findings.uncalculated else [])
