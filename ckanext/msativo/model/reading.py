"""Queries on the results of an analysis. Each page needs one of them, each uses an index."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

import ckan.model as model
import sqlalchemy as sa

from ckanext.msativo.model.analysis import Criticidade, Resultado, ResultadoAno, Snapshot, SnapshotResultado


def snapshot(reference: str | None = None) -> Snapshot | None:
    """Return a snapshot by id or number; without one the newest."""
    query = model.Session.query(Snapshot)
    if not reference:
        return query.order_by(Snapshot.numero.desc()).first()
    if reference.isascii() and reference.isdigit() and len(reference) < 10:
        return query.filter(Snapshot.numero == int(reference)).first()
    return query.filter(Snapshot.id == reference).first()


@dataclass(frozen=True)
class Filters:
    """What a criticality list is narrowed to; None = everything."""

    indicadores: Collection[str] | None = None
    """Ids of datasets."""
    codigos: Collection[str] | None = None
    estado: str | None = None
    ano: int | None = None


def results_of(snapshot_id: str, visible: Collection[str]) -> list[Any]:
    """Return (Resultado, dataset's name) of a snapshot for the datasets in ``visible``, by name."""
    return (
        model.Session.query(Resultado, model.Package.name)
        .join(SnapshotResultado, SnapshotResultado.resultado_id == Resultado.id)
        .join(model.Package, model.Package.id == Resultado.indicador)
        .filter(SnapshotResultado.snapshot_id == snapshot_id, Resultado.indicador.in_(visible))
        .order_by(model.Package.name)
        .all()
    )


def visible(dataset_type: str = "indicador") -> list[str]:
    """Ids of the datasets of a type that everyone may see; a withdrawn one is not in old snapshots either."""
    query = model.Session.query(model.Package.id).filter_by(type=dataset_type, state="active", private=False)
    return [identifier for (identifier,) in query]


def of_area(identifiers: Collection[str], area: str) -> list[str]:
    """Of some datasets' ids those of an area."""
    extras = model.package_table.c.extras
    query = sa.select(model.Package.id).where(model.Package.id.in_(identifiers), extras["area"].astext == area)
    return list(model.Session.scalars(query))


def visible_id(dataset_type: str, id_or_name: str) -> str | None:
    """Id of the dataset of that type, id or name, if everyone may see it."""
    return model.Session.scalar(
        sa.select(model.Package.id).where(
            sa.or_(model.Package.id == id_or_name, model.Package.name == id_or_name),
            model.Package.type == dataset_type,
            model.Package.state == "active",
            model.Package.private.is_(False),
        )
    )


def _rows(snapshot_id: str, filters: Filters) -> Any:
    query = (
        sa.select(Criticidade, Resultado.indicador)
        .join(Resultado, Resultado.id == Criticidade.resultado_id)
        .join(SnapshotResultado, SnapshotResultado.resultado_id == Resultado.id)
        .where(SnapshotResultado.snapshot_id == snapshot_id)
        .where(Criticidade.ano == (Resultado.ano_padrao if filters.ano is None else filters.ano))
    )
    if filters.indicadores is not None:
        query = query.where(SnapshotResultado.indicador.in_(filters.indicadores))
    if filters.codigos is not None:
        query = query.where(Criticidade.codigo_ibge.in_(filters.codigos))
    if filters.estado is not None:
        query = query.where(Criticidade.estado == filters.estado)
    return query


def criticality(snapshot_id: str, filters: Filters, limit: int | None, offset: int) -> tuple[int, list[Any]]:
    """Return how many rows there are and one page of them: per indicator the worst first, those without data last."""
    rows = _rows(snapshot_id, filters)
    count = model.Session.scalar(sa.select(sa.func.count()).select_from(rows.subquery()))
    ordered = (
        rows.join(model.Package, model.Package.id == Resultado.indicador)
        .order_by(model.Package.name, Criticidade.posicao.asc().nulls_last(), Criticidade.codigo_ibge)
        .offset(offset)
        .limit(limit)
    )
    return count or 0, list(model.Session.execute(ordered))


def counts_by_municipality(snapshot_id: str, visible: Collection[str]) -> dict[str, dict[str, int]]:
    """Per municipality, how many indicators are in which state at their default year."""
    rows = _rows(snapshot_id, Filters(indicadores=visible)).subquery()
    query = sa.select(rows.c.codigo_ibge, rows.c.estado, sa.func.count()).group_by(rows.c.codigo_ibge, rows.c.estado)
    counts: dict[str, dict[str, int]] = {}
    for code, state, number in model.Session.execute(query):
        counts.setdefault(code, {})[state] = number
    return counts


def years_of(result_ids: Collection[int]) -> dict[int, list[ResultadoAno]]:
    """Return the summaries per year of each result, oldest first."""
    found: dict[int, list[ResultadoAno]] = {}
    query = model.Session.query(ResultadoAno).filter(ResultadoAno.resultado_id.in_(result_ids))
    for row in query.order_by(ResultadoAno.ano):
        found.setdefault(row.resultado_id, []).append(row)
    return found


def series(result_id: int, codes: Collection[str]) -> dict[str, list[Criticidade]]:
    """Return the rows of some municipalities in all years of one result, oldest first."""
    found: dict[str, list[Criticidade]] = {}
    query = model.Session.query(Criticidade).filter(
        Criticidade.resultado_id == result_id, Criticidade.codigo_ibge.in_(codes)
    )
    for row in query.order_by(Criticidade.ano):
        found.setdefault(row.codigo_ibge, []).append(row)
    return found


def snapshots(limit: int, offset: int) -> tuple[int, list[Snapshot]]:
    """Return how many snapshots there are and one page of them, the newest first."""
    query = model.Session.query(Snapshot)
    return query.count(), query.order_by(Snapshot.numero.desc()).offset(offset).limit(limit).all()
