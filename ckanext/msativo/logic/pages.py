"""What the public pages read: results as plain rows, without the sentences that only the API's lists need.

Everything comes from one snapshot and only from indicators that everyone may see. A resultado never changes, so what is
made of its numbers alone may be kept by its id.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from ckanext.msativo.logic.reasons import clause, reason
from ckanext.msativo.model import Resultado, ResultadoAno, Snapshot, focus_reading, page_reading, reading
from ckanext.msativo.model.page_reading import matrix, profile, quartiles, rows, values, version
from ckanext.msativo.model.place_reading import medians, observed, side_by_side
from ckanext.msativo.programme.ownership import SECRETARIA

__all__ = [
    "Challenge",
    "Clauses",
    "Indicator",
    "challenge_counts",
    "challenges_of",
    "counts",
    "history",
    "indicators_of",
    "judged",
    "matrix",
    "medians",
    "observed",
    "profile",
    "quartiles",
    "result",
    "rows",
    "secretariats",
    "side_by_side",
    "snapshot",
    "values",
    "version",
    "why",
    "years",
]

Extras = Mapping[str, Any]


@dataclass(frozen=True)
class Indicator:
    """A visible indicator: how it is shown, its result in the snapshot, and the counts of its default year."""

    id: str
    name: str
    title: str
    extras: Extras
    resultado: int | None
    ano: int | None
    """Default year; None when there is no value at all."""
    metodo: Mapping[str, Any]
    criticos: int
    atencao: int
    adequados: int
    sem_dado: int
    mediana: float | None
    limite: float | None
    license: str | None

    @property
    def area(self) -> str:
        return str(self.extras.get("area") or "")

    @property
    def unit(self) -> str:
        return str(self.extras.get("unidade") or "")

    @cached_property
    def decimals(self) -> int:
        return int(self.extras.get("casas") or 1)

    @property
    def polarity(self) -> int:
        """+1 when higher is better, -1 when lower is."""
        return -1 if self.extras.get("polaridade") == "menor_melhor" else 1

    @property
    def com_valor(self) -> int:
        """Municipalities with a state."""
        return self.criticos + self.atencao + self.adequados


def judged(row: Any) -> Any:
    """The value (a float) by which a row is judged; None when it has none."""
    return row.valor if row.valor_suavizado is None else row.valor_suavizado


def snapshot(reference: str | None = None) -> Snapshot | None:
    """An analysis by id or number; without one the newest; None when there is none."""
    return reading.snapshot(reference)


def indicators_of(snapshot_id: str | None) -> list[Indicator]:
    """All visible indicators by title, with their result in the snapshot where they have one."""
    return [_indicator(row) for row in page_reading.indicators(snapshot_id)]


def _indicator(row: Any) -> Indicator:
    return Indicator(
        id=row.id,
        name=row.name,
        title=row.title or row.name,
        extras=row.extras or {},
        license=row.license_id,
        resultado=row.resultado,
        ano=row.ano_padrao,
        metodo=row.metodo or {},
        criticos=row.criticos or 0,
        atencao=row.atencao or 0,
        adequados=row.adequados or 0,
        sem_dado=row.sem_dado or 0,
        mediana=row.mediana,
        limite=row.limite,
    )


def secretariats() -> list[tuple[str, str]]:
    """(name, title) of the State's secretariats, by title."""
    return page_reading.organizations(SECRETARIA)


@dataclass(frozen=True)
class Challenge:
    """A visible challenge, as lists show it."""

    name: str
    title: str
    area: str
    secretaria: str
    ciclo: str


def challenges_of() -> list[Challenge]:
    """All visible challenges, by title."""
    return [
        Challenge(name, title or name, *(str((extras or {}).get(key) or "") for key in ("area", "secretaria", "ciclo")))
        for name, title, extras in page_reading.challenges()
    ]


def challenge_counts() -> dict[str, dict[str, int]]:
    """Per challenge, how many municipalities are in which class that holds in the newest analysis."""
    newest = reading.snapshot()
    return focus_reading.counts_by_challenge(newest, reading.visible("desafio")) if newest else {}


def result(snapshot_id: str, identifier: str) -> Resultado | None:
    """The result of one indicator (by its dataset's id) in a snapshot."""
    found = reading.results_of(snapshot_id, [identifier])
    return found[0][0] if found else None


def years(resultado: int) -> list[ResultadoAno]:
    """Summaries of the years in which the indicator was observed, oldest first."""
    return [year for year in reading.years_of([resultado]).get(resultado, []) if year.observado]


def history(resultado: int, codigo: str) -> list[Any]:
    """One municipality in one indicator through the years, oldest first."""
    return list(reading.series(resultado, [codigo]).get(codigo, []))


def counts(snapshot_id: str | None) -> dict[str, dict[str, int]]:
    """Per municipality, how many indicators are in which state."""
    if snapshot_id is None:
        return {}
    return reading.counts_by_municipality(snapshot_id, reading.visible())


def why(row: Any, metodo: Mapping[str, Any], unit: str, decimals: int) -> str:
    """The sentence of a row's reason."""
    return reason(row._mapping, metodo, unit, decimals)


# What a reason is made of, beside the method.
_OF_A_REASON = ("estado", "motivo", "limite", "limite_atencao", "referencia_n", "confianca", "tendencia_inclinacao")


class Clauses:
    """Why the rows of one result have their state, in short; what many municipalities share is put in words once."""

    def __init__(self, metodo: Mapping[str, Any], decimals: int) -> None:
        self._metodo, self._decimals = metodo, decimals
        self._made: dict[tuple[Any, ...], str] = {}

    def of(self, row: Any) -> str:
        """The clause of a row that has a value."""
        key = (*(getattr(row, name) for name in _OF_A_REASON), repr(row.motivos))
        if key not in self._made:
            self._made[key] = clause(row._mapping, self._metodo, self._decimals)
        return self._made[key]
