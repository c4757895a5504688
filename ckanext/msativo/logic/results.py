"""Computes one indicator's result from its observations and its method: arrays in, table rows out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ckanext.msativo.analysis.criticality import Evaluation, evaluate
from ckanext.msativo.analysis.method import IndicatorMethod, canonical_hash
from ckanext.msativo.analysis.small_numbers import CONFIDENCE_NAMES
from ckanext.msativo.analysis.states import ADEQUADO, ATENCAO, CRITICO, SEM_DADO
from ckanext.msativo.logic.method import groups_of
from ckanext.msativo.sources import Observations
from ckanext.msativo.territory import Territory

ALGORITHM = 1
"""Raised when the same data and method give another result than before: old results are then not reused."""


@dataclass(frozen=True)
class Matrix:
    """Observations as municipalities (in the territory's order) × years; ``left_out`` says what did not fit."""

    years: NDArray[np.int32]
    values: NDArray[np.float64]
    notes: NDArray[np.object_]
    events: NDArray[np.float64]
    population: NDArray[np.float64]
    left_out: list[dict[str, Any]]


def result_key(data_hash: str, method: IndicatorMethod, territory: Territory, indicador: str) -> str:
    """Identify a result by all it depends on."""
    units = [[municipio.codigo_ibge, municipio.instalacao] for municipio in territory.municipios]
    groups = groups_of(method, territory)
    return canonical_hash([ALGORITHM, indicador, data_hash, method.as_dict(), units, groups])


def matrix(rows: Observations, territory: Territory, tolerance: int) -> Matrix:
    """Pivot; rows of unknown municipalities or before an installation are left out and reported, never guessed.

    The years up to ``tolerance`` after one with values are there too: they can be asked for as reference year.
    """
    position = {municipio.codigo_ibge: i for i, municipio in enumerate(territory.municipios)}
    left_out = []
    keep = np.ones(len(rows), bool)
    for i, (code, year) in enumerate(zip(rows.codigo_ibge, rows.ano.tolist(), strict=True)):
        if code not in position:
            keep[i] = False
            left_out.append({"codigo_ibge": code, "ano": year, "motivo": "codigo_desconhecido"})
        elif not territory.by_code[code].is_installed(year):
            keep[i] = False
            left_out.append({"codigo_ibge": code, "ano": year, "motivo": "nao_instalado"})
    years = _reachable(np.unique(rows.ano[keep]), tolerance)
    shape = (len(position), len(years))
    values, events, population = (np.full(shape, np.nan) for _ in range(3))
    notes = np.full(shape, None, object)
    at = ([position[code] for code in rows.codigo_ibge[keep]], np.searchsorted(years, rows.ano[keep]))
    # A non-finite number is no value; the table's type allows it, the method does not.
    for column, target in ((rows.valor, values), (rows.numerador, events), (rows.denominador, population)):
        target[at] = np.where(np.isfinite(column[keep]), column[keep], np.nan)
    notes[at] = rows.nota[keep]
    return Matrix(years, values, notes, events, population, left_out)


def _reachable(years: NDArray[np.int32], tolerance: int) -> NDArray[np.int32]:
    return np.unique([year + lag for year in years.tolist() for lag in range(tolerance + 1)]).astype(np.int32)


def compute(data: Matrix, method: IndicatorMethod, territory: Territory) -> Evaluation:
    """Judge every municipality at every reference year; rates of events by their smoothed value (small numbers)."""
    installed = np.array(
        [[municipio.is_installed(int(year)) for year in data.years] for municipio in territory.municipios], bool
    ).reshape(data.values.shape)
    counted = (
        method.kind == "taxa_eventos" and not np.isnan(data.events + data.population)[~np.isnan(data.values)].any()
    )
    return evaluate(
        data.years,
        data.values,
        installed,
        method,
        groups=groups_of(method, territory),
        at_years=data.years,
        events=data.events if counted else None,
        population=data.population if counted else None,
    )


def year_rows(key: str, evaluation: Evaluation) -> list[dict[str, Any]]:
    """Rows of ``msativo_resultado_ano``."""
    counts = evaluation.counts
    return [
        {
            "resultado_id": key,
            "ano": int(year),
            "observado": bool(evaluation.n_year[i]),
            "com_valor": int(evaluation.n_year[i]),
            "instalados": int(evaluation.installed[i]),
            "cobertura": float(evaluation.coverage[i]),
            "usados": int(evaluation.n[i]),
            "criticos": int(counts[CRITICO, i]),
            "atencao": int(counts[ATENCAO, i]),
            "adequados": int(counts[ADEQUADO, i]),
            "sem_dado": int(counts[SEM_DADO, i]),
            "mediana": _number(evaluation.median[i]),
            "limite": _shared(evaluation.limit_critical[:, i]),
            "limite_atencao": _shared(evaluation.limit_attention[:, i]),
            "sem_variacao": bool(np.broadcast_to(evaluation.flags.sem_variacao, evaluation.state.shape)[:, i].all()),
        }
        for i, year in enumerate(evaluation.years)
    ]


COLUMNS = (
    "resultado_id",
    "ano",
    "codigo_ibge",
    "valor",
    "valor_suavizado",
    "confianca",
    "ano_valor",
    "nota",
    "estado",
    "posicao",
    "percentil",
    "limite",
    "limite_atencao",
    "referencia_n",
    "motivo",
    "faixa",
    "critico_desde",
)


def municipality_rows(
    key: str, evaluation: Evaluation, data: Matrix, territory: Territory
) -> Sequence[tuple[Any, ...]]:
    """Rows of ``msativo_criticidade`` in the order of `COLUMNS`: municipalities within years."""
    table = evaluation.table()
    codes = np.array([municipio.codigo_ibge for municipio in territory.municipios], object)
    flags, shape = evaluation.flags, evaluation.state.shape
    band = table.get("band")
    missing = [None] * len(table["unit"])
    columns = {
        "resultado_id": [key] * len(table["unit"]),
        "ano": table["year"].tolist(),
        "codigo_ibge": codes[table["unit"]].tolist(),
        "valor": _none_for_nan(table["value"]),
        "valor_suavizado": _none_for_nan(table["smoothed_rate"]) if "smoothed_rate" in table else missing,
        "confianca": [name or None for name in table["confidence"].tolist()] if "confidence" in table else missing,
        "ano_valor": _none_for_zero(table["value_year"]),
        "nota": _notes(evaluation, data, territory).ravel(order="F").tolist(),
        "estado": table["state"].tolist(),
        "posicao": _none_for_zero(table["rank"]),
        "percentil": _none_for_nan(table["percentile"]),
        "limite": _none_for_nan(table["limit_critical"]),
        "limite_atencao": _none_for_nan(table["limit_attention"]),
        "referencia_n": np.broadcast_to(flags.n, shape).ravel(order="F").tolist(),
        "motivo": _reasons(evaluation).ravel(order="F").tolist(),
        "faixa": [name or None for name in band.tolist()] if band is not None else missing,
        "critico_desde": _none_for_zero(table["critical_since"]),
    }
    return list(zip(*(columns[name] for name in COLUMNS), strict=True))


def _reasons(evaluation: Evaluation) -> NDArray[np.object_]:
    """Code of the reason per municipality and year, as `FlagResult.reason` would say one by one."""
    flags, shape = evaluation.flags, evaluation.state.shape
    by_state: Mapping[int, str] = {state: code for state, (code, _text) in flags.texts.items()}
    names = np.array([by_state.get(state, "") for state in range(4)], object)
    codes = names[evaluation.state]
    codes[np.broadcast_to(flags.sem_variacao, shape) & (evaluation.state != SEM_DADO)] = "sem_variacao"
    if evaluation.confidence is not None:
        codes[evaluation.confidence == CONFIDENCE_NAMES.index("baixa")] = "numeros_pequenos"
    codes[evaluation.state == SEM_DADO] = "sem_dado"
    codes[np.broadcast_to(flags.nao_aplicavel, shape) & ~np.isnan(evaluation.value)] = "nao_aplicavel"
    return codes


def _notes(evaluation: Evaluation, data: Matrix, territory: Territory) -> NDArray[np.object_]:
    """The note of the value used, or of the missing value in the reference year itself."""
    notes = np.full(evaluation.state.shape, None, object)
    for i, year in enumerate(evaluation.years.tolist()):
        value_year = evaluation.value_year[:, i]
        at = np.searchsorted(data.years, np.where(value_year == 0, year, value_year))
        at = np.minimum(at, len(data.years) - 1)
        found = data.years[at] == np.where(value_year == 0, year, value_year)
        notes[found, i] = data.notes[np.flatnonzero(found), at[found]]
        for unit, municipio in enumerate(territory.municipios):
            if not municipio.is_installed(year):
                notes[unit, i] = "nao_instalado"
    return notes


def _shared(limits: NDArray[np.float64]) -> float | None:
    """The limit when all municipalities have the same; None when it differs by group."""
    known = limits[~np.isnan(limits)]
    return float(known[0]) if len(known) and (known == known[0]).all() else None


def _number(value: Any) -> float | None:
    return None if np.isnan(value) else float(value)


def _none_for_nan(values: NDArray[Any]) -> list[Any]:
    return [None if value != value else value for value in values.tolist()]


def _none_for_zero(values: NDArray[Any]) -> list[Any]:
    return [value or None for value in values.tolist()]
