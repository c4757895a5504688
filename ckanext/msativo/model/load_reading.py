"""Reads the loads of indicators and the values that they replaced."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

import ckan.model as model
import sqlalchemy as sa

from ckanext.msativo.model.loads import Carga, Revisao


@dataclass(frozen=True)
class Filters:
    municipio: str | None = None
    ano: int | None = None


def last(indicador: str) -> Carga | None:
    """The newest load of an indicator, whether its table was written or not."""
    return model.Session.scalars(
        sa.select(Carga).where(Carga.indicador == indicador).order_by(Carga.em.desc()).limit(1)
    ).first()


def _of(indicador: str, filters: Filters) -> Any:
    query = sa.select(Revisao, Carga).join(Carga).where(Carga.indicador == indicador, Carga.feita)
    if filters.municipio:
        query = query.where(Revisao.codigo_ibge == filters.municipio)
    if filters.ano:
        query = query.where(Revisao.ano == filters.ano)
    return query


def revisions(indicador: str, filters: Filters, limit: int, offset: int) -> tuple[int, list[Any]]:
    """How many there are, and a page of (revision, load), the newest load first."""
    query = _of(indicador, filters)
    count = model.Session.scalar(sa.select(sa.func.count()).select_from(query.subquery()))
    order = (Carga.em.desc(), Carga.id, Revisao.ano.desc(), Revisao.codigo_ibge)
    return count or 0, list(model.Session.execute(query.order_by(*order).limit(limit).offset(offset)))


def names(users: Collection[str]) -> dict[str, str]:
    """Display name of accounts, by id."""
    query = model.Session.query(model.User.id, model.User.fullname, model.User.name)
    return {id: fullname or name for id, fullname, name in query.filter(model.User.id.in_(users))}
