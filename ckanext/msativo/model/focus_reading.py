"""Queries on the results of challenges, the decisions on them and the contests."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Any

import ckan.model as model
import sqlalchemy as sa

from ckanext.msativo.model.analysis import DesafioResultado, Foco, Snapshot, SnapshotDesafio
from ckanext.msativo.model.decisions import Contestacao, ContestacaoArquivo, Decisao

CLASSES = ("focal", "prioritario", "monitorado", "sem_dado")
"""The gravest first."""


@dataclass(frozen=True)
class Filters:
    """What a focus list is narrowed to; None = everything."""

    desafios: Collection[str] | None = None
    """Ids of datasets."""
    codigos: Collection[str] | None = None
    classes: Collection[str] | None = None
    """Classes that hold: the decided one where there is a decision."""
    significativo: bool | None = None


def _decisions(snapshot: Snapshot) -> Any:
    """The decision that holds per challenge, cycle and municipality; a frozen snapshot knows none that came later."""
    query = (
        sa.select(Decisao)
        .distinct(Decisao.desafio, Decisao.ciclo, Decisao.codigo_ibge)
        .order_by(Decisao.desafio, Decisao.ciclo, Decisao.codigo_ibge, Decisao.id.desc())
    )
    if snapshot.congelado_em is not None:
        query = query.where(Decisao.criado_em <= snapshot.congelado_em)
    return query.subquery()


def _held(snapshot: Snapshot, filters: Filters) -> tuple[Callable[..., Any], Any, Any]:
    """(the tables joined and narrowed, the decisions, the class that holds): what the lists and the counts share."""
    decided = _decisions(snapshot)
    holding = sa.func.coalesce(decided.c.classe, Foco.classe)
    conditions = [SnapshotDesafio.snapshot_id == snapshot.id]
    if filters.desafios is not None:
        conditions.append(SnapshotDesafio.desafio.in_(filters.desafios))
    if filters.codigos is not None:
        conditions.append(Foco.codigo_ibge.in_(filters.codigos))
    if filters.classes is not None:
        conditions.append(holding.in_(filters.classes))
    if filters.significativo is not None:
        conditions.append(Foco.agrupamento_significativo.is_(filters.significativo))

    def of(*columns: Any) -> Any:
        same = (
            decided.c.desafio == DesafioResultado.desafio,
            decided.c.ciclo == DesafioResultado.ciclo,
            decided.c.codigo_ibge == Foco.codigo_ibge,
        )
        return (
            sa.select(*columns)
            .select_from(Foco)
            .join(DesafioResultado, DesafioResultado.id == Foco.resultado_id)
            .join(SnapshotDesafio, SnapshotDesafio.resultado_id == DesafioResultado.id)
            .join(model.Package, model.Package.id == DesafioResultado.desafio)
            .outerjoin(decided, sa.and_(*same))
            .where(*conditions)
        )

    return of, decided, holding


# Of the facts of a challenge what its rows tell; they stand in each row, and the correlations alone are most of them.
_FACTS = sa.func.jsonb_build_object(
    *(part for key in ("k", "n", "indicadores") for part in (key, DesafioResultado.fatos[key]))
)


def focus(snapshot: Snapshot, filters: Filters, limit: int | None, offset: int) -> tuple[int, list[Any]]:
    """How many rows there are and one page: per challenge the neediest first, those without a score last.

    Rows have the columns of `Foco`, ``name`` and ``desafio`` (id) of the challenge, ``ciclo``, ``fatos`` (k, n,
    indicadores), and of the decision ``decidida`` (the class), ``decisao_motivo``, ``decisao_em``; ``valida`` is the
    class that holds.
    """
    of, decided, holding = _held(snapshot, filters)
    query = of(
        *Foco.__table__.columns,
        model.Package.name,
        DesafioResultado.desafio,
        DesafioResultado.ciclo,
        _FACTS.label("fatos"),
        decided.c.classe.label("decidida"),
        decided.c.motivo.label("decisao_motivo"),
        decided.c.criado_em.label("decisao_em"),
        holding.label("valida"),
    )
    ordered = query.order_by(model.Package.name, Foco.posicao.asc().nulls_last(), Foco.codigo_ibge)
    rows = list(model.Session.execute(ordered.offset(offset).limit(limit)))
    if not offset and (limit is None or len(rows) < limit):
        return len(rows), rows
    count = model.Session.scalar(sa.select(sa.func.count()).select_from(of(Foco.codigo_ibge).subquery()))
    return count or 0, rows


def results_of(snapshot_id: str, visible: Collection[str]) -> list[Any]:
    """(DesafioResultado, dataset's name, title) of a snapshot for the datasets in ``visible``, by name."""
    query = (
        sa.select(DesafioResultado, model.Package.name, model.Package.title)
        .join(SnapshotDesafio, SnapshotDesafio.resultado_id == DesafioResultado.id)
        .join(model.Package, model.Package.id == DesafioResultado.desafio)
        .where(SnapshotDesafio.snapshot_id == snapshot_id, SnapshotDesafio.desafio.in_(visible))
        .order_by(model.Package.name)
    )
    return list(model.Session.execute(query))


def counts_by_challenge(snapshot: Snapshot, visible: Collection[str]) -> dict[str, dict[str, int]]:
    """Per challenge (dataset's name), how many municipalities are in which class that holds."""
    of, _decided, holding = _held(snapshot, Filters(desafios=visible))
    query = of(model.Package.name, holding, sa.func.count()).group_by(model.Package.name, holding)
    counts: dict[str, dict[str, int]] = {}
    for name, classe, number in model.Session.execute(query.order_by(model.Package.name)):
        counts.setdefault(name, dict.fromkeys(CLASSES, 0))[classe] = number
    return counts


def decisions(desafios: Collection[str], codigo: str | None, limit: int, offset: int) -> tuple[int, list[Any]]:
    """How many decisions there are and one page, the newest first, with the challenge's ``name``."""
    query = (
        sa.select(Decisao, model.Package.name)
        .join(model.Package, model.Package.id == Decisao.desafio)
        .where(Decisao.desafio.in_(desafios))
    )
    if codigo is not None:
        query = query.where(Decisao.codigo_ibge == codigo)
    count = model.Session.scalar(sa.select(sa.func.count()).select_from(query.subquery()))
    return count or 0, list(model.Session.execute(query.order_by(Decisao.id.desc()).offset(offset).limit(limit)))


def contests(
    visible: Collection[str], codigo: str | None, aberta: bool | None, limit: int, offset: int
) -> tuple[int, list[Any]]:
    """How many contests there are and one page, the newest first, with ``name`` and ``title`` of what is contested."""
    query = (
        sa.select(Contestacao, model.Package.name, model.Package.title)
        .join(model.Package, model.Package.id == Contestacao.objeto)
        .where(Contestacao.objeto.in_(visible))
    )
    if codigo is not None:
        query = query.where(Contestacao.codigo_ibge == codigo)
    if aberta is not None:
        query = query.where(Contestacao.decisao.is_(None) if aberta else Contestacao.decisao.is_not(None))
    count = model.Session.scalar(sa.select(sa.func.count()).select_from(query.subquery()))
    return count or 0, list(
        model.Session.execute(query.order_by(Contestacao.numero.desc()).offset(offset).limit(limit))
    )


def contest(reference: str) -> Contestacao | None:
    """A contest by id or number."""
    query = model.Session.query(Contestacao)
    if reference.isascii() and reference.isdigit() and len(reference) < 10:
        return query.filter(Contestacao.numero == int(reference)).first()
    return query.filter(Contestacao.id == reference).first()


def files_of(contests: Collection[str]) -> dict[str, list[ContestacaoArquivo]]:
    """Files of each contest, by name, without their content."""
    found: dict[str, list[ContestacaoArquivo]] = {}
    query = model.Session.query(ContestacaoArquivo).filter(ContestacaoArquivo.contestacao_id.in_(contests))
    for row in query.order_by(ContestacaoArquivo.nome, ContestacaoArquivo.id):
        found.setdefault(row.contestacao_id, []).append(row)
    return found


def file(identifier: str) -> ContestacaoArquivo | None:
    """A contest's file by id."""
    return model.Session.get(ContestacaoArquivo, identifier)


def open_contests(visible: Collection[str]) -> dict[tuple[str, str], int]:
    """How many contests are open, by what is contested (dataset's id) and municipality."""
    query = (
        sa.select(Contestacao.objeto, Contestacao.codigo_ibge, sa.func.count())
        .where(Contestacao.decisao.is_(None), Contestacao.objeto.in_(visible))
        .group_by(Contestacao.objeto, Contestacao.codigo_ibge)
    )
    return {(objeto, code): number for objeto, code, number in model.Session.execute(query)}
