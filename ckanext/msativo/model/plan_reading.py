"""Queries on plans, deliveries and evidences."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

import ckan.model as model
import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB

from ckanext.msativo.model.evidence import Evidencia
from ckanext.msativo.model.menu import Acao, AcaoVersao
from ckanext.msativo.model.plans import Entrega, EntregaTermos, Plano, PlanoAcao
from ckanext.msativo.model.programme import Ciclo, Transicao

ENDED = ("encerrado", "concluido")
"""States of a plan whose actions may be taken into another one."""


# -- plans -------------------------------------------------------------------------------------------------------------
def plano(identifier: str, *, lock: bool = False, share: bool = False) -> Plano | None:
    """As the database has it now; ``lock`` holds the row, ``share`` keeps others from changing it."""
    query = model.Session.query(Plano).populate_existing().filter(Plano.id == identifier)
    if lock or share:
        query = query.with_for_update(read=share and not lock)
    return query.first()


def plan_with(code: str, cycle: str, acao_id: str, besides: str = "") -> Plano | None:
    """The plan of a municipality and cycle that has this action and has not ended."""
    query = model.Session.query(Plano).join(PlanoAcao, PlanoAcao.plano_id == Plano.id)
    return query.filter(
        Plano.codigo_ibge == code,
        Plano.ciclo_id == cycle,
        PlanoAcao.acao_id == acao_id,
        Plano.estado.not_in(ENDED),
        Plano.id != besides,
    ).first()


def open_plans(cycle: str) -> list[Plano]:
    """Those of a cycle that have not ended, held until the transaction ends."""
    query = model.Session.query(Plano).filter(Plano.ciclo_id == cycle, Plano.estado.not_in(ENDED))
    return query.order_by(Plano.numero).with_for_update().all()


@dataclass(frozen=True)
class PlanFilters:
    """What a list of plans is narrowed to; None = everything.

    ``own``: municipalities of which the reader also sees what was never approved (None: all of them).
    """

    own: Collection[str] | None = ()
    codigo: str | None = None
    ciclo: str | None = None
    acao: str | None = None
    estados: Collection[str] | None = None


def planos(filters: PlanFilters, limit: int | None, offset: int) -> tuple[int, list[tuple[Plano, Ciclo]]]:
    """How many there are and one page of them, the newest first."""
    query = sa.select(Plano, Ciclo).join(Ciclo, Ciclo.id == Plano.ciclo_id)
    if filters.own is not None:
        query = query.where(sa.or_(Plano.aprovada_em.is_not(None), Plano.codigo_ibge.in_(filters.own)))
    if filters.codigo is not None:
        query = query.where(Plano.codigo_ibge == filters.codigo)
    if filters.ciclo is not None:
        query = query.where(Plano.ciclo_id == filters.ciclo)
    if filters.acao is not None:
        query = query.where(Plano.id.in_(sa.select(PlanoAcao.plano_id).where(PlanoAcao.acao_id == filters.acao)))
    if filters.estados is not None:
        query = query.where(Plano.estado.in_(filters.estados))
    count = model.Session.scalar(sa.select(sa.func.count()).select_from(query.subquery()))
    ordered = query.order_by(Plano.numero.desc()).offset(offset).limit(limit)
    return count or 0, [(row[0], row[1]) for row in model.Session.execute(ordered)]


def actions_of(plans: Collection[str]) -> dict[str, list[tuple[PlanoAcao, Acao, AcaoVersao]]]:
    """The actions of each plan with the version it took, by name."""
    query = (
        sa.select(PlanoAcao, Acao, AcaoVersao)
        .join(Acao, Acao.id == PlanoAcao.acao_id)
        .join(AcaoVersao, sa.and_(AcaoVersao.acao_id == Acao.id, AcaoVersao.numero == PlanoAcao.acao_versao))
        .where(PlanoAcao.plano_id.in_(plans))
        .order_by(Acao.nome)
    )
    found: dict[str, list[tuple[PlanoAcao, Acao, AcaoVersao]]] = {}
    for row in model.Session.execute(query):
        found.setdefault(row[0].plano_id, []).append((row[0], row[1], row[2]))
    return found


def counts(plans: Collection[str]) -> dict[str, int]:
    """Deliveries of each plan, the cancelled left out."""
    query = sa.select(Entrega.plano_id, sa.func.count()).where(
        Entrega.plano_id.in_(plans), Entrega.estado != "cancelada"
    )
    return {row[0]: row[1] for row in model.Session.execute(query.group_by(Entrega.plano_id))}


# -- deliveries --------------------------------------------------------------------------------------------------------
def entregas(plano_id: str, *, lock: bool = False) -> list[Entrega]:
    """In the order of the plan."""
    query = model.Session.query(Entrega).populate_existing().filter_by(plano_id=plano_id)
    query = query.order_by(Entrega.posicao, Entrega.id)
    return (query.with_for_update() if lock else query).all()


def entrega(identifier: str, *, lock: bool = False) -> Entrega | None:
    query = model.Session.query(Entrega).populate_existing().filter_by(id=identifier)
    return (query.with_for_update() if lock else query).first()


def place_of(entrega_id: str) -> tuple[Entrega, Plano, Acao] | None:
    """A delivery with its plan and its action."""
    query = (
        sa.select(Entrega, Plano, Acao)
        .join(Plano, Plano.id == Entrega.plano_id)
        .join(Acao, Acao.id == Entrega.acao_id)
        .where(Entrega.id == entrega_id)
    )
    row = model.Session.execute(query).first()
    return (row[0], row[1], row[2]) if row else None


@dataclass(frozen=True)
class Scope:
    """Which deliveries of plans that were approved at some time; None = all."""

    planos: Collection[str] | None = None
    entregas: Collection[str] | None = None
    codigo: str | None = None
    acao: str | None = None
    ciclo: str | None = None


def approved(scope: Scope) -> list[tuple[Entrega, Plano, Acao, dict[str, Any]]]:
    """Deliveries with plan, action, and what the plan's version of the action says."""
    query = (
        sa.select(Entrega, Plano, Acao, PlanoAcao.acao_versao)
        .join(Plano, Plano.id == Entrega.plano_id)
        .join(Acao, Acao.id == Entrega.acao_id)
        .join(PlanoAcao, sa.and_(PlanoAcao.plano_id == Plano.id, PlanoAcao.acao_id == Acao.id))
        .where(Plano.aprovada_em.is_not(None))
    )
    for column, wanted in ((Plano.id, scope.planos), (Entrega.id, scope.entregas)):
        if wanted is not None:
            query = query.where(column.in_(wanted))
    for column, value in ((Plano.codigo_ibge, scope.codigo), (Acao.id, scope.acao), (Plano.ciclo_id, scope.ciclo)):
        if value is not None:
            query = query.where(column == value)
    rows = list(model.Session.execute(query.order_by(Plano.numero, Entrega.posicao, Entrega.id)))
    contents = _contents({(row[2].id, row[3]) for row in rows})
    return [(row[0], row[1], row[2], contents[row[2].id, row[3]]) for row in rows]


def _contents(wanted: Collection[tuple[str, int]]) -> dict[tuple[str, int], dict[str, Any]]:
    """What versions of actions say, each read once however many deliveries are of it."""
    query = sa.select(AcaoVersao.acao_id, AcaoVersao.numero, AcaoVersao.conteudo)
    rows = model.Session.execute(query.where(AcaoVersao.acao_id.in_({acao for acao, _number in wanted})))
    return {(row[0], row[1]): row[2] for row in rows if (row[0], row[1]) in wanted}


def _among(column: Any, identifiers: Collection[str]) -> Any:
    """A list of many thousands as one parameter."""
    return column == sa.any_(sa.literal(list(identifiers), sa.ARRAY(sa.Text)))


def terms(entregas: Collection[str]) -> dict[str, list[Any]]:
    """What each delivery was to be, oldest first: rows ``(entrega_id, inicio, prazo, meta, peso, desde)``."""
    of = EntregaTermos
    query = sa.select(of.entrega_id, of.inicio, of.prazo, of.meta, of.peso, of.desde)
    return _by_first(query.where(_among(of.entrega_id, entregas)).order_by(of.id))


def _by_first(query: Any) -> dict[str, list[Any]]:
    """Plain rows by their first column; without the session's objects, which cost more than the query."""
    found: dict[str, list[Any]] = {}
    for row in model.Session.connection().execute(query).all():
        found.setdefault(row[0], []).append(row)
    return found


def histories(kind: str, identifiers: Collection[str]) -> dict[str, list[Any]]:
    """Rows ``(objeto_id, acao, de, para, em, fatos)`` of the history of each object, oldest first."""
    query = sa.select(
        Transicao.objeto_id, Transicao.acao, Transicao.de, Transicao.para, Transicao.em, Transicao.fatos
    ).where(Transicao.objeto_tipo == kind, _among(Transicao.objeto_id, identifiers), Transicao.acao != "editar")
    return _by_first(query.order_by(Transicao.id))


QUANTITIES = ("enviar", "aceitar", "aceitar_parcial")
"""Steps of an evidence whose facts tell a quantity."""


def steps(kind: str, identifiers: Collection[str]) -> dict[str, list[Any]]:
    """As `histories`, with the facts (else None) only where progress is computed from them."""
    facts = sa.case((Transicao.acao.in_(QUANTITIES), Transicao.fatos), else_=sa.null())
    query = sa.select(
        Transicao.objeto_id, Transicao.acao, Transicao.de, Transicao.para, Transicao.em, sa.type_coerce(facts, JSONB)
    ).where(Transicao.objeto_tipo == kind, _among(Transicao.objeto_id, identifiers), Transicao.acao != "editar")
    return _by_first(query.order_by(Transicao.id))


# -- evidences ---------------------------------------------------------------------------------------------------------
def evidencia(identifier: str, *, lock: bool = False) -> Evidencia | None:
    query = model.Session.query(Evidencia).populate_existing().filter_by(id=identifier)
    return (query.with_for_update() if lock else query).first()


def evidences_of(entregas: Collection[str]) -> dict[str, list[Evidencia]]:
    """By delivery, oldest first."""
    found: dict[str, list[Evidencia]] = {}
    query = model.Session.query(Evidencia).filter(Evidencia.entrega_id.in_(entregas))
    for row in query.order_by(Evidencia.numero):
        found.setdefault(row.entrega_id, []).append(row)
    return found


def evidence_ids(entregas: Collection[str]) -> dict[str, list[str]]:
    """Ids of the evidences of each delivery, oldest first."""
    query = sa.select(Evidencia.entrega_id, Evidencia.id).where(_among(Evidencia.entrega_id, entregas))
    return {key: [row[1] for row in rows] for key, rows in _by_first(query.order_by(Evidencia.numero)).items()}


@dataclass(frozen=True)
class EvidenceFilters:
    """What a list of evidences is narrowed to; None = everything.

    What was published everyone sees; of municipalities in ``own`` and of actions that ``secretariats`` lead the reader
    sees all (``own`` None: everything).
    """

    own: Collection[str] | None = ()
    secretariats: Collection[str] = ()
    entrega: str | None = None
    plano: str | None = None
    codigo: str | None = None
    estados: Collection[str] | None = None
    revisores: Collection[str] | None = None
    of_secretariats: Collection[str] | None = None
    """Only of actions that these lead: a secretariat's queue."""


def evidencias(
    filters: EvidenceFilters, limit: int | None, offset: int
) -> tuple[int, list[tuple[Evidencia, Entrega, Plano, Acao]]]:
    """How many there are and one page: those that wait for the State first, the most urgent on top."""
    query = (
        sa.select(Evidencia, Entrega, Plano, Acao)
        .join(Entrega, Entrega.id == Evidencia.entrega_id)
        .join(Plano, Plano.id == Entrega.plano_id)
        .join(Acao, Acao.id == Entrega.acao_id)
    )
    if filters.own is not None:
        theirs = sa.and_(Acao.secretaria_id.in_(filters.secretariats), Evidencia.estado != "rascunho")
        query = query.where(sa.or_(Evidencia.publicada, Plano.codigo_ibge.in_(filters.own), theirs))
    if filters.of_secretariats is not None:
        query = query.where(Acao.secretaria_id.in_(filters.of_secretariats))
    for column, value in (
        (Evidencia.entrega_id, filters.entrega),
        (Plano.id, filters.plano),
        (Plano.codigo_ibge, filters.codigo),
    ):
        if value is not None:
            query = query.where(column == value)
    for column, among in ((Evidencia.estado, filters.estados), (Evidencia.revisor_id, filters.revisores)):
        if among is not None:
            query = query.where(column.in_(among))
    count = model.Session.scalar(sa.select(sa.func.count()).select_from(query.subquery()))
    urgency = sa.case((Evidencia.estado.in_(("enviada", "em_analise")), Evidencia.prazo), else_=None)
    ordered = query.order_by(urgency.asc().nulls_last(), Evidencia.numero.desc()).offset(offset).limit(limit)
    return count or 0, [(row[0], row[1], row[2], row[3]) for row in model.Session.execute(ordered)]
