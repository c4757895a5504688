"""Queries on the programme's tables."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Any, cast

import ckan.model as model
import sqlalchemy as sa

from ckanext.msativo.model.programme import CLOSED, Adesao, Ciclo, Contato, Transicao

GROUP_EXTRAS = cast(Any, model.Group).extras
"""The JSONB column, which CKAN's annotations leave out."""


def cycles() -> list[Ciclo]:
    """All cycles, by their windows."""
    return model.Session.query(Ciclo).order_by(Ciclo.adesao_inicio, Ciclo.inicio).all()


def cycle(identifier: str) -> Ciclo | None:
    return model.Session.get(Ciclo, identifier)


def adesao(reference: str, *, lock: bool = False) -> Adesao | None:
    """An adesão by its dataset's id or its protocol number, as the database has it now; ``lock`` holds its row."""
    query = model.Session.query(Adesao).populate_existing()
    query = query.filter(sa.or_(Adesao.id == reference, Adesao.protocolo == reference.strip().upper()))
    return (query.with_for_update() if lock else query).first()


def open_adesoes(cycle: str) -> list[Adesao]:
    """Those of a cycle that are not refused, withdrawn or closed, held until the transaction ends."""
    query = model.Session.query(Adesao).filter(Adesao.ciclo_id == cycle, Adesao.estado.not_in(CLOSED))
    return query.order_by(Adesao.id).with_for_update().all()


def approved_adesao(code: str, today: date) -> Adesao | None:
    """The approved request of a municipality in a cycle that has not ended, the earliest of them."""
    query = model.Session.query(Adesao).join(Ciclo, Ciclo.id == Adesao.ciclo_id)
    query = query.filter(Adesao.codigo_ibge == code, Adesao.estado == "aprovada", Ciclo.fim >= today)
    return query.order_by(Ciclo.inicio).first()


@dataclass(frozen=True)
class AdesaoFilters:
    """What a list of adesões is narrowed to; None = everything.

    ``own`` are the municipalities of which the reader also sees what was never sent; None: of all.
    """

    own: Collection[str] | None = ()
    codigo: str | None = None
    ciclo: str | None = None
    estados: Collection[str] | None = None
    atrasada: bool | None = None


def adesoes(
    filters: AdesaoFilters, waiting: Collection[str], today: date, limit: int | None, offset: int
) -> tuple[int, list[Any]]:
    """How many there are and one page of (Adesao, Ciclo): those that wait first, the most urgent on top."""
    waits = Adesao.estado.in_(waiting)
    query = sa.select(Adesao, Ciclo).join(Ciclo, Ciclo.id == Adesao.ciclo_id)
    if filters.own is not None:
        query = query.where(sa.or_(Adesao.protocolo.is_not(None), Adesao.codigo_ibge.in_(filters.own)))
    if filters.codigo is not None:
        query = query.where(Adesao.codigo_ibge == filters.codigo)
    if filters.ciclo is not None:
        query = query.where(Adesao.ciclo_id == filters.ciclo)
    if filters.estados is not None:
        query = query.where(Adesao.estado.in_(filters.estados))
    if filters.atrasada is not None:
        late = sa.and_(waits, Adesao.prazo < today)
        query = query.where(late if filters.atrasada else sa.not_(sa.func.coalesce(late, False)))
    count = model.Session.scalar(sa.select(sa.func.count()).select_from(query.subquery()))
    urgency = sa.case((waits, Adesao.prazo), else_=None)
    ordered = query.order_by(urgency.asc().nulls_last(), Adesao.enviada_em.desc().nulls_last(), Adesao.id)
    return count or 0, list(model.Session.execute(ordered.offset(offset).limit(limit)))


def history(kind: str, identifier: str) -> list[Transicao]:
    """All transitions of one object, oldest first."""
    query = model.Session.query(Transicao).filter_by(objeto_tipo=kind, objeto_id=identifier)
    return query.order_by(Transicao.id).all()


def contacts(adesao_id: str) -> list[Contato]:
    """The people of an adesão, in the order they were given."""
    return model.Session.query(Contato).filter_by(adesao_id=adesao_id).order_by(Contato.posicao).all()


def delete_contacts(adesao_id: str) -> None:
    model.Session.query(Contato).filter_by(adesao_id=adesao_id).delete()


def next_protocol(year: int) -> int:
    """The next number of a year: without gaps, as the number falls back when the transaction does."""
    statement = sa.text(
        "INSERT INTO msativo_protocolo_ano (ano, ultimo) VALUES (:year, 1) "
        "ON CONFLICT (ano) DO UPDATE SET ultimo = msativo_protocolo_ano.ultimo + 1 RETURNING ultimo"
    )
    return int(model.Session.execute(statement, {"year": year}).scalar_one())


def prefeitura_of(code: str) -> str | None:
    """Id of the active organisation of a municipality."""
    query = model.Session.query(model.Group.id).filter(
        model.Group.is_organization.is_(True),
        model.Group.state == "active",
        GROUP_EXTRAS["kind"].astext == "municipio",
        GROUP_EXTRAS["codigo_ibge"].astext == code,
    )
    found = query.first()
    return found[0] if found else None


def user_names(identifiers: Collection[str]) -> dict[str, str]:
    """Display name by user id."""
    users = model.Session.query(model.User).filter(model.User.id.in_(identifiers)).all()
    return {user.id: user.fullname or user.name for user in users}
