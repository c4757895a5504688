"""One indicator's result: from its observations and its method to the columns that are stored and exported."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ckanext.msativo.analysis import CONFIDENCE_NAMES, Evaluation, IndicatorMethod, evaluate, theil_sen
from ckanext.msativo.analysis.method import canonical_hash
from ckanext.msativo.analysis.rules.clauses import clauses
from ckanext.msativo.analysis.states import ADEQUADO, ATENCAO, CRITICO, SEM_DADO
from ckanext.msativo.snapshots.units import Units
from ckanext.msativo.sources import Observations

ALGORITHM = 3
"""Raised when the same data and method give another result than before: old results are then not reused."""
TREND_POINTS = 5
"""Fewest years with a value from which a trend is said (the rule ``tendencia`` asks as many)."""

Columns = Mapping[str, Sequence[Any]]
Groups = Sequence[Any] | None
"""Label of each unit's reference group, or the positions of the units that each is compared with; None = the state."""

YEAR_COLUMNS = (
    "ano",
    "observado",
    "com_valor",
    "instalados",
    "cobertura",
    "usados",
    "criticos",
    "atencao",
    "adequados",
    "sem_dado",
    "mediana",
    "limite",
    "limite_atencao",
    "sem_variacao",
)
COLUMNS = (
    "ano",
    "codigo_ibge",
    "valor",
    "valor_suavizado",
    "eventos",
    "populacao",
    "confianca",
    "ano_valor",
    "nota",
    "estado",
    "posicao",
    "percentil",
    "limite",
    "limite_atencao",
    "referencia_n",
    "recuo",
    "motivo",
    "motivos",
    "faixa",
    "critico_desde",
    "tendencia_inclinacao",
    "tendencia_inferior",
    "tendencia_superior",
    "tendencia_pontos",
)


@dataclass(frozen=True)
class IndicatorResult:
    """``years`` has `YEAR_COLUMNS`, ``rows`` has `COLUMNS` (municipalities within years); None = nothing to say."""

    default_year: int | None
    sufficient: bool
    """Whether the default year has the coverage that the method asks for; else it is not used in challenges."""
    years: Columns
    rows: Columns
    left_out: Sequence[Mapping[str, Any]]


@dataclass(frozen=True)
class Matrix:
    """Observations as units × years; ``left_out`` says what did not fit."""

    years: NDArray[np.int32]
    values: NDArray[np.float64]
    notes: NDArray[np.object_]
    events: NDArray[np.float64]
    population: NDArray[np.float64]
    left_out: list[dict[str, Any]]


def indicator_key(name: str, data_hash: str, method: IndicatorMethod, units: Units, groups: Groups) -> str:
    """Identify a result by all that it depends on."""
    return canonical_hash([ALGORITHM, name, data_hash, method.as_dict(), units.key, plain_groups(groups)])


def plain_groups(groups: Groups) -> list[Any] | None:
    """The groups ready for JSON."""
    return None if groups is None else [group.tolist() if hasattr(group, "tolist") else group for group in groups]


def compute_indicator(rows: Observations, method: IndicatorMethod, units: Units, groups: Groups) -> IndicatorResult:
    """Judge every municipality at every reference year. Raises AnalysisError."""
    data = matrix(rows, units, method.tolerance)
    evaluation = _evaluate(data, method, units, groups)
    reference = evaluation.reference
    return IndicatorResult(
        reference.year,
        reference.year is not None and not reference.under_coverage,
        _year_columns(evaluation),
        _row_columns(evaluation, data, units),
        data.left_out,
    )


def matrix(rows: Observations, units: Units, tolerance: int) -> Matrix:
    """Pivot; rows of unknown municipalities or before an installation are left out and reported, never guessed.

    The years up to ``tolerance`` after one with values are there too: they can be asked for as reference year.
    """
    at = np.array([units.position.get(code, -1) for code in rows.codigo_ibge], np.intp)
    unknown = at < 0
    absent = ~unknown & (rows.ano < units.since[at])
    left_out = [
        {
            "codigo_ibge": rows.codigo_ibge[i],
            "ano": int(rows.ano[i]),
            "motivo": "codigo_desconhecido" if unknown[i] else "nao_instalado",
        }
        for i in np.flatnonzero(unknown | absent)
    ]
    keep = ~(unknown | absent)
    years = _reachable(np.unique(rows.ano[keep]), tolerance)
    shape = (len(units), len(years))
    values, events, population = (np.full(shape, np.nan) for _ in range(3))
    notes = np.full(shape, None, object)
    place = (at[keep], np.searchsorted(years, rows.ano[keep]))
    # A non-finite number is no value; the table's type allows it, the method does not.
    for column, target in ((rows.valor, values), (rows.numerador, events), (rows.denominador, population)):
        target[place] = np.where(np.isfinite(column[keep]), column[keep], np.nan)
    notes[place] = rows.nota[keep]
    return Matrix(years, values, notes, events, population, left_out)


def _reachable(years: NDArray[np.int32], tolerance: int) -> NDArray[np.int32]:
    return np.unique([year + lag for year in years.tolist() for lag in range(tolerance + 1)]).astype(np.int32)


def _evaluate(data: Matrix, method: IndicatorMethod, units: Units, groups: Groups) -> Evaluation:
    """Rates of events are judged by their smoothed value, when every value has its counts."""
    counted = (
        method.kind == "taxa_eventos" and not np.isnan(data.events + data.population)[~np.isnan(data.values)].any()
    )
    return evaluate(
        data.years,
        data.values,
        units.installed(data.years),
        method,
        groups=groups,
        at_years=data.years,
        events=data.events if counted else None,
        population=data.population if counted else None,
    )


def _year_columns(evaluation: Evaluation) -> Columns:
    counts, shape = evaluation.counts, evaluation.state.shape
    limits = {"limite": evaluation.limit_critical, "limite_atencao": evaluation.limit_attention}
    return {
        "ano": evaluation.years.tolist(),
        "observado": (evaluation.n_year > 0).tolist(),
        "com_valor": evaluation.n_year.tolist(),
        "instalados": evaluation.installed.tolist(),
        "cobertura": evaluation.coverage.tolist(),
        "usados": evaluation.n.tolist(),
        "criticos": counts[CRITICO].tolist(),
        "atencao": counts[ATENCAO].tolist(),
        "adequados": counts[ADEQUADO].tolist(),
        "sem_dado": counts[SEM_DADO].tolist(),
        "mediana": _none_for_nan(evaluation.median),
        **{name: [_shared(limit[:, i]) for i in range(shape[1])] for name, limit in limits.items()},
        "sem_variacao": np.asarray(np.broadcast_to(evaluation.flags.sem_variacao, shape).all(axis=0)).tolist(),
    }


def _row_columns(evaluation: Evaluation, data: Matrix, units: Units) -> Columns:
    table = evaluation.table()
    flags, shape = evaluation.flags, evaluation.state.shape
    missing = [None] * len(table["unit"])

    def flat(array: Any) -> NDArray[Any]:
        return np.broadcast_to(array, shape).ravel(order="F")

    band = table.get("band")
    rates = evaluation.rates
    return {
        "ano": table["year"].tolist(),
        "codigo_ibge": np.array(units.codigos, object)[table["unit"]].tolist(),
        "valor": _none_for_nan(table["value"]),
        "valor_suavizado": _none_for_nan(table["smoothed_rate"]) if rates else missing,
        "eventos": _none_for_nan(table["pooled_events"]) if rates else missing,
        "populacao": _none_for_nan(flat(rates.population)) if rates else missing,
        "confianca": [name or None for name in table["confidence"].tolist()] if rates else missing,
        "ano_valor": _none_for_zero(table["value_year"]),
        "nota": _notes(evaluation, data, units).ravel(order="F").tolist(),
        "estado": table["state"].tolist(),
        "posicao": _none_for_zero(table["rank"]),
        "percentil": _none_for_nan(table["percentile"]),
        "limite": _none_for_nan(table["limit_critical"]),
        "limite_atencao": _none_for_nan(table["limit_attention"]),
        "referencia_n": flat(flags.n).tolist(),
        "recuo": table["group_fallback"].tolist(),
        "motivo": _reasons(evaluation).ravel(order="F").tolist(),
        "motivos": clauses(flags),
        "faixa": [name or None for name in band.tolist()] if band is not None else missing,
        "critico_desde": _none_for_zero(table["critical_since"]),
        **_trends(evaluation, data),
    }


def _trends(evaluation: Evaluation, data: Matrix) -> Columns:
    """Theil–Sen trend of the years up to the default one, for the rows of that year."""
    units, years = evaluation.state.shape
    found = {name: [None] * (units * years) for name in COLUMNS[-4:]}
    year = evaluation.reference.year
    if year is None:
        return found
    seen = data.years <= year
    trend = theil_sen(data.years[seen], data.values[:, seen])
    column = evaluation.column_of(year)
    enough = (trend.n >= TREND_POINTS) & ~np.isnan(evaluation.value[:, column])
    at = slice(column * units, (column + 1) * units)
    for name, values in zip(found, (trend.slope, trend.low, trend.high), strict=False):
        found[name][at] = _none_for_nan(np.where(enough, values, np.nan))
    found["tendencia_pontos"][at] = trend.n.tolist()
    return found


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


def _notes(evaluation: Evaluation, data: Matrix, units: Units) -> NDArray[np.object_]:
    """The note of the value used, or of the missing value in the reference year itself."""
    years = np.where(evaluation.value_year == 0, evaluation.years[None, :], evaluation.value_year)
    at = np.minimum(np.searchsorted(data.years, years), max(len(data.years) - 1, 0))
    notes = np.full(years.shape, None, object)
    if data.years.size:
        found = data.years[at] == years
        notes[found] = np.take_along_axis(data.notes, at, axis=1)[found]
    notes[~units.installed(evaluation.years)] = "nao_instalado"
    return notes


def _shared(limits: NDArray[np.float64]) -> float | None:
    """The limit when all municipalities have the same; None when it differs by group."""
    known = limits[~np.isnan(limits)]
    return float(known[0]) if len(known) and (known == known[0]).all() else None


def _none_for_nan(values: NDArray[Any]) -> list[Any]:
    return [None if value != value else value for value in values.tolist()]


def _none_for_zero(values: NDArray[Any]) -> list[Any]:
    return [value or None for value in values.tolist()]
