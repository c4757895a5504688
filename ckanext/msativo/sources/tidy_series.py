"""From the columns of a tidy table to a sorted series per indicator, with checks across rows."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from ckanext.msativo.sources.base import ReadContext
from ckanext.msativo.sources.numerals import (
    COMMA,
    COMMA_OR_GROUP,
    POINT,
    POINT_OR_GROUP,
    UndecidedColumn,
    decide_decimal,
    settle,
)
from ckanext.msativo.sources.observations import Observations
from ckanext.msativo.sources.problems import ProblemList
from ckanext.msativo.sources.tidy_columns import NUMBERS, TidyColumns

_NAMED_ROWS = 5


class TidySeries:
    """Decides the decimal marks, checks years and doubles, and splits the rows by indicator."""

    def __init__(self, columns: TidyColumns, context: ReadContext, problems: ProblemList) -> None:
        self._columns = columns
        self._context = context
        self._problems = problems
        self.repeated = 0
        # Views of the compact arrays, without a copy.
        self._row = np.frombuffer(columns.row, np.int32)
        self._ids: dict[str, NDArray[Any]] = {
            name: np.frombuffer(ids, np.int8 if name in NUMBERS else np.int32) for name, ids in columns.ids.items()
        }
        self._values = {name: np.frombuffer(v, np.float64) for name, v in columns.values.items()}

    def build(self) -> dict[str, Observations]:
        """The series by indicator, of the rows without a fault of their own."""
        for name in self._values:
            self._settle_decimal(name)
        good = np.logical_and.reduce([ids >= 0 for ids in self._ids.values()])
        good &= self._installed(good)
        order, key = self._ordered(good)
        kept = order[self._without_repeats(order, key)]
        return dict(self._split(kept))

    def _settle_decimal(self, name: str) -> None:
        kinds = self._ids[name]
        try:
            settle(self._values[name], kinds, decide_decimal(kinds, self._context.decimal))
        except UndecidedColumn as undecided:
            self._report_undecided(undecided.code, name, kinds)

    def _report_undecided(self, code: str, name: str, kinds: NDArray[np.int8]) -> None:
        """The column is one for all indicators, so is its problem; it stands at its first row."""
        comma, point = np.flatnonzero(kinds == COMMA), np.flatnonzero(kinds == POINT)
        open_ = np.flatnonzero((kinds == POINT_OR_GROUP) | (kinds == COMMA_OR_GROUP))
        fewest = open_ if code == "ambiguous_decimal" else min(comma, point, key=len)
        first = int(fewest[0])
        self._problems.add(
            code,
            int(self._row[first]),
            name,
            self._written(name, first),
            None,
            comma_rows=self._named(comma),
            point_rows=self._named(point),
        )

    def _written(self, name: str, at: int) -> str:
        """An undecided cell with the mark that the file uses (the text itself is not kept)."""
        kind = self._ids[name][at]
        value = float(self._values[name][at])
        if kind in (POINT_OR_GROUP, COMMA_OR_GROUP):
            return f"{value:.3f}".replace(".", "." if kind == POINT_OR_GROUP else ",")
        return repr(value).replace(".", "," if kind == COMMA else ".")

    def _named(self, places: NDArray[np.intp]) -> str:
        rows = ", ".join(str(row) for row in self._row[places[:_NAMED_ROWS]])
        return rows + (", …" if len(places) > _NAMED_ROWS else "")

    def _installed(self, good: NDArray[np.bool_]) -> NDArray[np.bool_]:
        """False where a row has a number for a year before its municipality existed."""
        span = self._context.today_year + 1
        pair = self._ids["codigo_ibge"].astype(np.int64) * span + self._ids["ano"]
        municipios = self._columns.municipios
        early = [
            value
            for value in np.unique(pair[good]).tolist()
            if not self._context.territory.is_installed(municipios[value // span].codigo_ibge, value % span)
        ]
        if not early:
            return np.ones(len(pair), np.bool_)
        filled = np.logical_or.reduce([~np.isnan(values) for values in self._values.values()])
        bad = good & filled & np.isin(pair, early)
        for at in np.flatnonzero(bad).tolist():
            self._report(at, "not_installed", "ano", self._ids["ano"][at])
        return ~bad

    def _ordered(self, good: NDArray[np.bool_]) -> tuple[NDArray[np.intp], NDArray[np.int64]]:
        """Places of the good rows by (indicador, codigo_ibge, ano), then as in the file; keys."""
        codes = [municipio.codigo_ibge for municipio in self._columns.municipios]
        rank = np.empty(len(codes), np.int64)
        rank[np.argsort(np.array(codes, dtype=str))] = np.arange(len(codes))
        places = np.flatnonzero(good)
        key = self._ids["indicador"][places].astype(np.int64) * len(codes)
        key += rank[self._ids["codigo_ibge"][places]]
        key *= self._context.today_year + 1
        key += self._ids["ano"][places]
        order = np.argsort(key, kind="stable")
        return places[order], key[order]

    def _without_repeats(self, order: NDArray[np.intp], key: NDArray[np.int64]) -> NDArray[np.bool_]:
        """True at the first row of each key; a later row that differs from it is a problem."""
        first = np.ones(len(key), np.bool_)
        first[1:] = key[1:] != key[:-1]
        later = np.flatnonzero(~first)
        starts = np.flatnonzero(first)
        origin = order[starts[np.searchsorted(starts, later, side="right") - 1]]
        again = order[later]
        same = self._ids["nota"][again] == self._ids["nota"][origin]
        for values in self._values.values():
            a, b = values[again], values[origin]
            same &= (a == b) | (np.isnan(a) & np.isnan(b))
        self.repeated = int(same.sum())
        for at, before in zip(again[~same].tolist(), origin[~same].tolist(), strict=True):
            self._report(at, "duplicate", "codigo_ibge", None, first_row=int(self._row[before]))
        return first

    def _report(self, at: int, code: str, column: str, value: object, **params: object) -> None:
        municipio = self._columns.municipios[self._ids["codigo_ibge"][at]]
        self._problems.add(
            code,
            int(self._row[at]),
            column,
            municipio.codigo_ibge if value is None else value,
            self._columns.indicador_at(at),
            nome=municipio.nome,
            ano=int(self._ids["ano"][at]),
            **params,
        )

    def _split(self, kept: NDArray[np.intp]) -> list[tuple[str, Observations]]:
        indicador = self._ids["indicador"][kept]
        cuts = np.flatnonzero(indicador[1:] != indicador[:-1]) + 1
        codes = np.array([m.codigo_ibge for m in self._columns.municipios], dtype=object)
        notas = np.array([text or None for text in self._columns.notas.texts], dtype=object)
        return [
            (
                self._columns.indicadores.texts[self._ids["indicador"][part[0]]],
                Observations(
                    codigo_ibge=codes[self._ids["codigo_ibge"][part]],
                    ano=self._ids["ano"][part],
                    **{name: self._numbers(name, part) for name in NUMBERS},
                    nota=notas[self._ids["nota"][part]],
                    row=self._row[part],
                ),
            )
            for part in np.split(kept, cuts)
            if len(part)
        ]

    def _numbers(self, name: str, part: NDArray[np.intp]) -> NDArray[np.float64]:
        if name in self._values:
            return self._values[name][part]
        return np.broadcast_to(np.nan, len(part))  # takes no memory
