"""What the public pages read: results as plain rows, each page with one or two indexed queries.

Everything comes from one snapshot and only from indicators that everyone may see.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any, cast

import ckan.model as model
import sqlalchemy as sa

from ckanext.msativo.model.analysis import Criticidade, Resultado, ResultadoAno, SnapshotResultado

INDICATOR = "indicador"
CHALLENGE = "desafio"
# The value by which a municipality is judged: the smoothed one where the method smooths. Ranks, limits and medians are
# of it.
JUDGED = sa.func.coalesce(Criticidade.valor_suavizado, Criticidade.valor)


def indicators(snapshot_id: str | None) -> list[Any]:
    """All visible indicators by title, with their result in the snapshot and its default year where there is one."""
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
            model.Package.type == INDICATOR,
            model.Package.state == "active",
            model.Package.private.is_(False),
        )
        .order_by(model.Package.title)
    )
    return list(model.Session.execute(query))


def organizations(kind: str) -> list[tuple[str, str]]:
    """(name, title) of the active organisations of a kind, by title."""
    extras = cast(Any, model.Group).extras
    query = model.Session.query(model.Group.name, model.Group.title).filter(
        model.Group.is_organization.is_(True), model.Group.state == "active", extras["kind"].astext == kind
    )
    return [(name, title or name) for name, title in query.order_by(model.Group.title)]


def challenges() -> list[tuple[str, str, dict[str, Any]]]:
    """(name, title, extras) of all visible challenges, by title."""
    columns = [model.package_table.c[name] for name in ("name", "title", "extras")]
    query = sa.select(*columns).where(
        model.Package.type == CHALLENGE, model.Package.state == "active", model.Package.private.is_(False)
    )
    return [(name, title, extras) for name, title, extras in model.Session.execute(query.order_by(model.Package.title))]


def version() -> str:
    """Changes when an indicator appears, disappears or is described anew: part of what a page's copy is good for."""
    query = sa.select(sa.func.count(), sa.func.max(model.Package.metadata_modified)).where(
        model.Package.type.in_((INDICATOR, CHALLENGE)),
        model.Package.state == "active",
        model.Package.private.is_(False),
    )
    count, newest = model.Session.execute(query).one()
    return f"{count}-{newest}"


def rows(resultado: int, ano: int) -> list[Any]:
    """One indicator in one year: a row per municipality with the columns of `Criticidade`, the worst first."""
    query = (
        sa.select(*Criticidade.__table__.columns)
        .where(Criticidade.resultado_id == resultado, Criticidade.ano == ano)
        .order_by(Criticidade.posicao.asc().nulls_last(), Criticidade.codigo_ibge)
    )
    return list(model.Session.execute(query))


def profile(snapshot_id: str, codigo: str) -> dict[int, Any]:
    """One municipality at the default year of every indicator: result's id → row with the columns of `Criticidade`."""
    query = (
        sa.select(*Criticidade.__table__.columns)
        .join(Resultado, sa.and_(Resultado.id == Criticidade.resultado_id, Resultado.ano_padrao == Criticidade.ano))
        .join(SnapshotResultado, SnapshotResultado.resultado_id == Resultado.id)
        .where(SnapshotResultado.snapshot_id == snapshot_id, Criticidade.codigo_ibge == codigo)
    )
    return {row.resultado_id: row for row in model.Session.execute(query)}


def values(resultados: Collection[int]) -> dict[int, list[float]]:
    """The values by which each result judges at its default year."""
    query = (
        sa.select(Criticidade.resultado_id, sa.func.array_agg(JUDGED))
        .join(Resultado, sa.and_(Resultado.id == Criticidade.resultado_id, Resultado.ano_padrao == Criticidade.ano))
        .where(Criticidade.resultado_id.in_(resultados), Criticidade.valor.is_not(None))
        .group_by(Criticidade.resultado_id)
    )
    return {row[0]: row[1] for row in model.Session.execute(query)}


def matrix(resultados: Collection[int]) -> list[Any]:
    """Every municipality at the default year of some results: ``(resultado_id, codigo_ibge, estado, posicao, valor)``
    with the value by which it is judged.
    """
    query = (
        sa.select(
            Criticidade.resultado_id,
            Criticidade.codigo_ibge,
            Criticidade.estado,
            Criticidade.posicao,
            JUDGED.label("valor"),
        )
        .join(Resultado, sa.and_(Resultado.id == Criticidade.resultado_id, Resultado.ano_padrao == Criticidade.ano))
        .where(Criticidade.resultado_id.in_(resultados))
    )
    return list(model.Session.execute(query))


def quartiles(resultado: int) -> dict[int, tuple[float, float, float]]:
    """First quartile, median and third quartile of the values of each year (linear interpolation)."""
    shares = sa.literal([0.25, 0.5, 0.75], sa.ARRAY(sa.Float))
    query = (
        sa.select(Criticidade.ano, sa.func.percentile_cont(shares).within_group(JUDGED))
        .where(Criticidade.resultado_id == resultado, Criticidade.valor.is_not(None))
        .group_by(Criticidade.ano)
    )
    return {ano: tuple(found) for ano, found in model.Session.execute(query)}
