"""Queries on the agenda, and those that its facts are gathered with."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import ckan.model as model
import sqlalchemy as sa

from ckanext.msativo.model.agenda import AgendaFeed, AgendaItem
from ckanext.msativo.model.analysis import Criticidade
from ckanext.msativo.model.evidence import Evidencia
from ckanext.msativo.model.people_reading import KIND
from ckanext.msativo.model.plans import Plano
from ckanext.msativo.model.programme import Adesao
from ckanext.msativo.programme.agenda import OPEN
from ckanext.msativo.programme.ownership import COORDENACAO, MUNICIPIO

LOCK = 7_327_004
"""Advisory lock: two runs of the rules at once would open everything twice."""
LONGEST_NUMBER = 9
Group: Any = model.Group


# -- items -------------------------------------------------------------------------------------------------------------
def lock_run() -> None:
    """Hold the agenda's rules until the transaction ends."""
    model.Session.execute(sa.select(sa.func.pg_advisory_xact_lock(LOCK)))


def item(reference: str, *, lock: bool = False) -> AgendaItem | None:
    """An item by its id or number, as the database has it now."""
    query = model.Session.query(AgendaItem).populate_existing()
    is_number = reference.isascii() and reference.isdigit() and len(reference) <= LONGEST_NUMBER
    query = query.filter(AgendaItem.numero == int(reference) if is_number else AgendaItem.id == reference)
    return (query.with_for_update() if lock else query).first()


def open_of_rules() -> list[AgendaItem]:
    """Open items of rules, held until the transaction ends, always in one order."""
    query = model.Session.query(AgendaItem).populate_existing()
    query = query.filter(AgendaItem.regra.is_not(None), AgendaItem.estado.in_(OPEN))
    return query.order_by(AgendaItem.numero).with_for_update().all()


def newest_closed() -> list[AgendaItem]:
    """Of each rule and object the newest item that is closed, in the order of their numbers."""
    query = sa.select(AgendaItem).distinct(AgendaItem.regra, AgendaItem.objeto)
    query = query.where(AgendaItem.regra.is_not(None), AgendaItem.estado.not_in(OPEN))
    ordered = query.order_by(AgendaItem.regra, AgendaItem.objeto, AgendaItem.numero.desc())
    rows = model.Session.scalars(ordered.execution_options(populate_existing=True))
    return sorted(rows, key=lambda row: row.numero)


@dataclass(frozen=True)
class ItemFilters:
    """What a list of items is narrowed to; None = everything.

    Of items that are not public the reader sees those of ``codes`` (owned or concerned) and of ``organizations``
    (owned or made); ``codes`` None: all. ``public``: names of rules whose items everyone sees.
    """

    codes: Collection[str] | None = ()
    organizations: Collection[str] = ()
    public: Collection[str] = ()
    dono: tuple[str, str] | None = None
    """Kind and id; of the coordenação the kind alone counts."""
    meus: tuple[Collection[str], Collection[str], bool] | None = None
    """Only those owned by these municipalities, these organisations, or the coordenação."""
    codigo: str | None = None
    regra: str | None = None
    """"" is by hand."""
    ciclo: str | None = None
    estados: Collection[str] | None = None
    vencidos_em: date | None = None
    """Only those whose due day is before it."""


ORDERS: dict[str, tuple[Any, ...]] = {
    "prioridade": (AgendaItem.prioridade.desc(), AgendaItem.prazo, AgendaItem.numero),
    "prazo": (AgendaItem.prazo, AgendaItem.prioridade.desc(), AgendaItem.numero),
    "recentes": (AgendaItem.numero.desc(),),
}


def items(filters: ItemFilters, order: str, limit: int | None, offset: int) -> tuple[int, list[AgendaItem]]:
    """How many there are and one page of them."""
    query = _seen(sa.select(AgendaItem), filters)
    if filters.dono is not None:
        kind, identifier = filters.dono
        query = query.where(AgendaItem.dono_tipo == kind)
        if kind != COORDENACAO:
            query = query.where(AgendaItem.dono_id == identifier)
    if filters.meus is not None:
        codes, organizations, state = filters.meus
        mine = [AgendaItem.dono_id.in_(organizations), _of_towns(codes)]
        query = query.where(sa.or_(*mine, *([AgendaItem.dono_tipo == COORDENACAO] if state else [])))
    if filters.codigo is not None:
        query = query.where(AgendaItem.codigo_ibge == filters.codigo)
    if filters.regra is not None:
        query = query.where(AgendaItem.regra == filters.regra if filters.regra else AgendaItem.regra.is_(None))
    if filters.ciclo is not None:
        query = query.where(AgendaItem.ciclo_id == filters.ciclo)
    if filters.estados is not None:
        query = query.where(AgendaItem.estado.in_(filters.estados))
    if filters.vencidos_em is not None:
        query = query.where(AgendaItem.prazo < filters.vencidos_em)
    count = model.Session.scalar(sa.select(sa.func.count()).select_from(query.subquery()))
    return count or 0, list(model.Session.scalars(query.order_by(*ORDERS[order]).offset(offset).limit(limit)))


def _seen(query: Any, filters: ItemFilters) -> Any:
    if filters.codes is None:
        return query
    return query.where(
        sa.or_(
            AgendaItem.publica,
            AgendaItem.regra.in_(filters.public),
            _of_towns(filters.codes),
            AgendaItem.codigo_ibge.in_(filters.codes),
            AgendaItem.dono_id.in_(filters.organizations),
            AgendaItem.autoria_id.in_(filters.organizations),
        )
    )


def _of_towns(codes: Collection[str]) -> Any:
    return sa.and_(AgendaItem.dono_tipo == MUNICIPIO, AgendaItem.dono_id.in_(codes))


def deliveries_of(evidences: Collection[str]) -> dict[str, str]:
    """Id of the delivery by evidence."""
    if not evidences:
        return {}
    query = sa.select(Evidencia.id, Evidencia.entrega_id).where(Evidencia.id.in_(evidences))
    return {row[0]: row[1] for row in model.Session.execute(query)}


# -- calendars ---------------------------------------------------------------------------------------------------------
def feed_of(organization: str) -> AgendaFeed | None:
    """The address that an organisation has now."""
    query = model.Session.query(AgendaFeed).populate_existing()
    return query.filter(AgendaFeed.organizacao_id == organization, AgendaFeed.revogado_em.is_(None)).first()


def feed_by(token_hash: str) -> AgendaFeed | None:
    """An address that stands, of an organisation that is there, by the hash of its secret."""
    query = model.Session.query(AgendaFeed).join(Group, Group.id == AgendaFeed.organizacao_id)
    return query.filter(
        AgendaFeed.token_hash == token_hash, AgendaFeed.revogado_em.is_(None), Group.state == "active"
    ).first()


# -- facts -------------------------------------------------------------------------------------------------------------
def coordenacao() -> tuple[str, str] | None:
    """Id and title of the coordenação, the oldest when there are several."""
    query = sa.select(Group.id, Group.title, Group.name).where(
        Group.is_organization.is_(True), Group.state == "active", KIND == COORDENACAO
    )
    row = model.Session.execute(query.order_by(Group.created, Group.id)).first()
    return (row[0], row[1] or row[2]) if row else None


def plans() -> list[Plano]:
    """All plans that were approved at some time."""
    return model.Session.query(Plano).filter(Plano.aprovada_em.is_not(None)).order_by(Plano.numero).all()


def adesoes() -> list[Adesao]:
    """All requests that were sent at some time."""
    return model.Session.query(Adesao).filter(Adesao.protocolo.is_not(None)).order_by(Adesao.id).all()


def observed(results: Sequence[int], codes: Collection[str]) -> dict[tuple[int, str], dict[int, float]]:
    """By result and municipality the values that were observed in the very year, by year; unsmoothed."""
    query = sa.select(Criticidade.resultado_id, Criticidade.codigo_ibge, Criticidade.ano, Criticidade.valor).where(
        Criticidade.resultado_id.in_(results),
        Criticidade.codigo_ibge.in_(codes),
        Criticidade.ano_valor == Criticidade.ano,
        Criticidade.valor.is_not(None),
    )
    found: dict[tuple[int, str], dict[int, float]] = {}
    for result, code, year, number in model.Session.execute(query):
        found.setdefault((result, code), {})[year] = number
    return found
