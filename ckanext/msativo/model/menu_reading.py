"""Queries on the menu of actions."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

import ckan.model as model
import sqlalchemy as sa

from ckanext.msativo.model.menu import Acao, AcaoVersao, Adocao, Comentario


def acao(reference: str, *, lock: bool = False) -> Acao | None:
    """An action by id or name, as the database has it now; ``lock`` holds its row."""
    query = model.Session.query(Acao).populate_existing().filter(sa.or_(Acao.id == reference, Acao.nome == reference))
    return (query.with_for_update() if lock else query).first()


def acoes(identifiers: Collection[str] | None = None) -> list[Acao]:
    """All actions by name, or those with these ids."""
    query = model.Session.query(Acao)
    if identifiers is not None:
        query = query.filter(Acao.id.in_(identifiers))
    return query.order_by(Acao.nome).all()


def published() -> list[tuple[Acao, AcaoVersao]]:
    """The menu: each action with the version that is in it, by name."""
    query = sa.select(Acao, AcaoVersao).join(
        AcaoVersao, sa.and_(AcaoVersao.acao_id == Acao.id, AcaoVersao.numero == Acao.publicada)
    )
    return [(row[0], row[1]) for row in model.Session.execute(query.order_by(Acao.nome))]


def versions(acao_id: str) -> list[AcaoVersao]:
    """Those that were published, newest first."""
    return model.Session.query(AcaoVersao).filter_by(acao_id=acao_id).order_by(AcaoVersao.numero.desc()).all()


def version(acao_id: str, number: int) -> AcaoVersao | None:
    return model.Session.get(AcaoVersao, (acao_id, number))


def adoption(code: str, cycle: str, acao_id: str) -> Adocao | None:
    return model.Session.get(Adocao, (code, cycle, acao_id), populate_existing=True)


def adoptions(code: str, cycle: str) -> dict[str, Adocao]:
    """What a municipality said in a cycle, by the action's id."""
    rows = model.Session.query(Adocao).filter_by(codigo_ibge=code, ciclo_id=cycle).all()
    return {row.acao_id: row for row in rows}


def taken(cycle: str | None = None) -> dict[str, int]:
    """How many municipalities adopted each action, in a cycle or in any."""
    query = sa.select(Adocao.acao_id, sa.func.count(sa.distinct(Adocao.codigo_ibge))).where(Adocao.decisao == "adotada")
    if cycle is not None:
        query = query.where(Adocao.ciclo_id == cycle)
    return {row[0]: row[1] for row in model.Session.execute(query.group_by(Adocao.acao_id))}


def adopters(acao_id: str, cycle: str) -> list[str]:
    """Codes of the municipalities that adopted an action in a cycle."""
    rows = model.Session.query(Adocao.codigo_ibge).filter_by(acao_id=acao_id, ciclo_id=cycle, decisao="adotada")
    return sorted(code for (code,) in rows)


def comments(kind: str, identifier: str) -> list[Comentario]:
    """Oldest first."""
    query = model.Session.query(Comentario).filter_by(objeto_tipo=kind, objeto_id=identifier)
    return query.order_by(Comentario.id).all()


def organizations(identifiers: Collection[str]) -> dict[str, dict[str, Any]]:
    """``{"id", "name", "title"}`` by id."""
    query = model.Session.query(model.Group.id, model.Group.name, model.Group.title)
    rows = query.filter(model.Group.id.in_(identifiers)).all()
    return {row[0]: {"id": row[0], "name": row[1], "title": row[2] or row[1]} for row in rows}


def datasets(identifiers: Collection[str]) -> dict[str, dict[str, str]]:
    """``{"name", "title"}`` of public datasets by id."""
    query = model.Session.query(model.Package.id, model.Package.name, model.Package.title)
    rows = query.filter(
        model.Package.id.in_(identifiers), model.Package.state == "active", model.Package.private.is_(False)
    ).all()
    return {row[0]: {"name": row[1], "title": row[2] or row[1]} for row in rows}
