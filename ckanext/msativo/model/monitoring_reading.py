"""Queries of the monitoring and of what came of it."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any, cast

import ckan.model as model
import sqlalchemy as sa

from ckanext.msativo.model.analysis import Criticidade
from ckanext.msativo.model.menu import AcaoVersao
from ckanext.msativo.model.plans import Plano, PlanoAcao
from ckanext.msativo.model.programme import Transicao
from ckanext.msativo.programme.ownership import SECRETARIA

GROUP_EXTRAS = cast(Any, model.Group).extras


def secretariat(reference: str) -> str | None:
    """Id of a secretariat by id or name."""
    return model.Session.scalar(
        sa.select(model.Group.id).where(
            sa.or_(model.Group.id == reference, model.Group.name == reference),
            model.Group.is_organization.is_(True),
            GROUP_EXTRAS["kind"].astext == SECRETARIA,
        )
    )


def version() -> str:
    """Changes with every step of anything: part of what a copy of the monitoring is good for.

    The number of rows as well as the newest, since a transaction that began earlier may be committed later.
    """
    count, newest = model.Session.execute(sa.select(sa.func.count(), sa.func.max(Transicao.id))).one()
    return f"{count}-{newest}"


# -- effect ------------------------------------------------------------------------------------------------------------
def taken_by(*, acao: str | None = None, desafio: str | None = None) -> set[tuple[str, str]]:
    """(IBGE code, cycle) of the plans that were approved and took an action, or one that serves a challenge."""
    query = (
        sa.select(Plano.codigo_ibge, Plano.ciclo_id)
        .join(PlanoAcao, PlanoAcao.plano_id == Plano.id)
        .join(AcaoVersao, sa.and_(AcaoVersao.acao_id == PlanoAcao.acao_id, AcaoVersao.numero == PlanoAcao.acao_versao))
        .where(Plano.aprovada_em.is_not(None))
        .distinct()
    )
    if acao is not None:
        query = query.where(PlanoAcao.acao_id == acao)
    if desafio is not None:
        query = query.where(AcaoVersao.conteudo["desafios"].contains([desafio]))
    return {(code, cycle) for code, cycle in model.Session.execute(query)}


def extras_of(identifier: str) -> dict[str, Any]:
    """Fields of a dataset's type, as the database has them."""
    column = model.package_table.c.extras
    return model.Session.scalar(sa.select(column).where(model.package_table.c.id == identifier)) or {}


def observed(resultado: int, years: Collection[int]) -> dict[int, dict[str, float]]:
    """Per year the values that were observed in that very year, by IBGE code; unsmoothed."""
    query = sa.select(Criticidade.ano, Criticidade.codigo_ibge, Criticidade.valor).where(
        Criticidade.resultado_id == resultado,
        Criticidade.ano.in_(years),
        Criticidade.ano_valor == Criticidade.ano,
        Criticidade.valor.is_not(None),
    )
    found: dict[int, dict[str, float]] = {year: {} for year in years}
    for year, code, value in model.Session.execute(query):
        found[year][code] = value
    return found
