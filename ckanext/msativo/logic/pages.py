"""What the public pages read: results as plain rows, without the sentences that only the API's lists need.

Everything comes from one snapshot and only from indicators that everyone may see. A resultado never changes, so what is
made of its numbers alone may be kept by its id.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import ckan.model as model
import sqlalchemy as sa

from ckanext.msativo.logic import indicators
from ckanext.msativo.logic.reasons import reason
from ckanext.msativo.model import reading
from ckanext.msativo.model.analysis import Criticidade, Resultado, ResultadoAno, Snapshot, SnapshotResultado

Extras = Mapping[str, Any]


@dataclass(frozen=True)
class Indicator:
    """A visible indicator: how it is shown, its result in the snapshot, and the counts of its default year."""

    id: str
    name: str
    title: str
    extras: Extras
    resultado: str | None
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


# The value by which a municipality is judged: the smoothed one where the method smooths. Ranks, limits and medians are
# of it.
JUDGED = sa.func.coalesce(Criticidade.valor_suavizado, Criticidade.valor)


def judged(row: Any) -> Any:
    """The value (a float) by which a row is judged; None when it has none."""
    return row.valor if row.valor_suavizado is None else row.valor_suavizado


def snapshot(reference: str | None = None) -> Snapshot | None:
    """An analysis by id or number; without one the newest; None when there is none."""
    return reading.snapshot(reference)


def indicators_of(snapshot_id: str | None) -> list[Indicator]:
    """All visible indicators by title, with their result in the snapshot where they have one."""
    query = (
        sa.select(
            *(model.package_table.c[name] for name in ("id", "name", "title", "extras", "license_id")),
            Resultado.id.label("resultado"),
            Resultado.ano_padrao,
            Resultado.metodo,
            ResultadoAno.criticos,
            ResultadoAno.atencao,
            ResultadoAno.adequados,
            ResultadoAno.sem_dado,
            ResultadoAno.mediana,
            ResultadoAno.limite,
        )
        .outerjoin(
            SnapshotResultado,
            sa.and_(SnapshotResultado.indicador == model.Package.id, SnapshotResultado.snapshot_id == snapshot_id),
        )
        .outerjoin(Resultado, Resultado.id == SnapshotResultado.resultado_id)
        .outerjoin(
            ResultadoAno,
            sa.and_(ResultadoAno.resultado_id == Resultado.id, ResultadoAno.ano == Resultado.ano_padrao),
        )
        .where(
            model.Package.type == indicators.TYPE,
            model.Package.state == "active",
            model.Package.private.is_(False),
        )
        .order_by(model.Package.title)
    )
    return [_indicator(row) for row in model.Session.execute(query)]


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


def version() -> str:
    """Changes when an indicator appears, disappears or is described anew: part of what a page's copy is good for."""
    query = sa.select(sa.func.count(), sa.func.max(model.Package.metadata_modified)).where(
        model.Package.type == indicators.TYPE, model.Package.state == "active", model.Package.private.is_(False)
    )
    count, newest = model.Session.execute(query).one()
    return f"{count}-{newest}"


def result(snapshot_id: str, identifier: str) -> Resultado | None:
    """The result of one indicator (by its dataset's id) in a snapshot."""
    found = reading.results_of(snapshot_id, [identifier])
    return found[0][0] if found else None


def years(resultado: str) -> list[ResultadoAno]:
    """Summaries of the years in which the indicator was observed, oldest first."""
    return [year for year in reading.years_of([resultado]).get(resultado, []) if year.observado]


def rows(resultado: str, ano: int) -> list[Any]:
    """One indicator in one year: a row per municipality with the columns of `Criticidade`, the worst first."""
    query = (
        sa.select(*Criticidade.__table__.columns)
        .where(Criticidade.resultado_id == resultado, Criticidade.ano == ano)
        .order_by(Criticidade.posicao.asc().nulls_last(), Criticidade.codigo_ibge)
    )
    return list(model.Session.execute(query))


def profile(snapshot_id: str, codigo: str) -> dict[str, Any]:
    """One municipality at the default year of every indicator: result's id → row with the columns of `Criticidade`."""
    query = (
        sa.select(*Criticidade.__table__.columns)
        .join(Resultado, sa.and_(Resultado.id == Criticidade.resultado_id, Resultado.ano_padrao == Criticidade.ano))
        .join(SnapshotResultado, SnapshotResultado.resultado_id == Resultado.id)
        .where(SnapshotResultado.snapshot_id == snapshot_id, Criticidade.codigo_ibge == codigo)
    )
    return {row.resultado_id: row for row in model.Session.execute(query)}


def values(resultados: Collection[str]) -> dict[str, list[float]]:
    """The values by which each result judges at its default year."""
    query = (
        sa.select(Criticidade.resultado_id, sa.func.array_agg(JUDGED))
        .join(Resultado, sa.and_(Resultado.id == Criticidade.resultado_id, Resultado.ano_padrao == Criticidade.ano))
        .where(Criticidade.resultado_id.in_(resultados), Criticidade.valor.is_not(None))
        .group_by(Criticidade.resultado_id)
    )
    return {row[0]: row[1] for row in model.Session.execute(query)}


def quartiles(resultado: str) -> dict[int, tuple[float, float, float]]:
    """First quartile, median and third quartile of the values of each year (linear interpolation)."""
    shares = sa.literal([0.25, 0.5, 0.75], sa.ARRAY(sa.Float))
    query = (
        sa.select(Criticidade.ano, sa.func.percentile_cont(shares).within_group(JUDGED))
        .where(Criticidade.resultado_id == resultado, Criticidade.valor.is_not(None))
        .group_by(Criticidade.ano)
    )
    return {ano: tuple(found) for ano, found in model.Session.execute(query)}


def history(resultado: str, codigo: str) -> list[Any]:
    """One municipality in one indicator through the years, oldest first."""
    return list(reading.series(resultado, [codigo]).get(codigo, []))


def counts(snapshot_id: str | None) -> dict[str, dict[str, int]]:
    """Per municipality, how many indicators are in which state."""
    if snapshot_id is None:
        return {}
    return reading.counts_by_municipality(snapshot_id, reading.visible_indicators())


def why(row: Any, metodo: Mapping[str, Any], unit: str, decimals: int) -> str:
    """The sentence of a row's reason."""
    return reason(row._mapping, metodo, unit, decimals)
