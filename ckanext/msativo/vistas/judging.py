"""Judges observations that are in no analysis, by the same computation, in the shape in which pages read results."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ckanext.msativo.analysis import IndicatorMethod
from ckanext.msativo.snapshots.indicator import COLUMNS, YEAR_COLUMNS, compute_indicator
from ckanext.msativo.snapshots.units import Units
from ckanext.msativo.sources import Observations
from ckanext.msativo.territory import Territory

LAST = 1 << 30
UNITS = "vistas.units"


class Record:
    """A row whose columns are attributes, and ``_mapping``: as a query's."""

    def __init__(self, columns: Mapping[str, Any]) -> None:
        self._mapping = dict(columns)

    def __getattr__(self, name: str) -> Any:
        try:
            return self.__dict__["_mapping"][name]
        except KeyError:
            raise AttributeError(name) from None


@dataclass(frozen=True)
class Result:
    """``id`` None: it is stored nowhere."""

    metodo: Mapping[str, Any]
    ano_padrao: int | None
    id: int | None = None


@dataclass(frozen=True)
class Judged:
    result: Result
    years: Sequence[Record]
    """The observed years, oldest first."""
    rows: Mapping[int, Sequence[Record]]
    """By year, the worst first."""


def judge(observations: Observations, method: IndicatorMethod, territory: Territory) -> Judged:
    """Every municipality in every year; raises `AnalysisError`."""
    made = compute_indicator(observations, method, _units(territory), None)
    years = [Record(row) for row in _records(made.years, YEAR_COLUMNS)]
    rows: dict[int, list[Record]] = {}
    for row in _records(made.rows, COLUMNS):
        rows.setdefault(row["ano"], []).append(Record({**row, "grupo": None}))
    for of_year in rows.values():
        of_year.sort(key=lambda row: (row.posicao or LAST, row.codigo_ibge))
    return Judged(Result(method.as_dict(), made.default_year), [year for year in years if year.observado], rows)


def _units(territory: Territory) -> Units:
    if UNITS not in territory.memo:
        territory.memo[UNITS] = Units.of(territory)
    return territory.memo[UNITS]


def _records(columns: Mapping[str, Sequence[Any]], names: Sequence[str]) -> list[dict[str, Any]]:
    return [dict(zip(names, row, strict=True)) for row in zip(*(columns[name] for name in names), strict=True)]
