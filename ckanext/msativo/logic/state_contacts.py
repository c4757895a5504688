"""The State's contacts: what they are named for, and who sees of them what."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import ckan.model as model
import ckan.plugins.toolkit as tk

from ckanext.msativo.logic import covering, people
from ckanext.msativo.logic.territory import code_of, territory
from ckanext.msativo.model import Acao, AcaoVersao, ContatoEstado
from ckanext.msativo.model import people_reading as reading
from ckanext.msativo.programme.ownership import COORDENACAO

MUNICIPIO, ACAO = "municipio", "acao"


@dataclass(frozen=True)
class Named:
    """What a contact is for. ``owner``: id of an action's secretariat."""

    kind: str
    id: str
    title: str
    owner: str | None = None
    published: bool = True


def find(reference: str) -> Named | None:
    """``municipio/<code or name>`` or ``acao/<id or name>``; None when there is no such."""
    kind, _slash, name = reference.partition("/")
    if kind == MUNICIPIO:
        code = code_of(name)
        return Named(MUNICIPIO, code, territory().by_code[code].nome) if code else None
    return _action(name) if kind == ACAO else None


def _action(name: str) -> Named | None:
    return next(iter(_actions((Acao.id == name) | (Acao.nome == name)).values()), None)


def _actions(condition: Any) -> dict[str, Named]:
    """Actions by id, under the title of the version that is public, if one is."""
    query = model.Session.query(Acao, AcaoVersao).outerjoin(
        AcaoVersao, (AcaoVersao.acao_id == Acao.id) & (AcaoVersao.numero == Acao.publicada)
    )
    return {
        row.id: Named(
            ACAO,
            row.id,
            str((version or row).conteudo.get("titulo") or row.nome),
            row.secretaria_id,
            row.publicada is not None,
        )
        for row, version in query.filter(condition)
    }


def owners(reference: str) -> set[str | None]:
    """For the table of access: a municipality's contact is the coordenação's to name, an action's its secretariat's."""
    found = find(reference)
    return {found.owner} if found else set()


@dataclass(frozen=True)
class Reader:
    """``codes`` and ``organizations`` are the caller's own; ``all``: the coordenação and the portal."""

    codes: Collection[str]
    organizations: Collection[str]
    all: bool

    def is_of(self, named: Named) -> bool:
        return self.all or (named.id in self.codes if named.kind == MUNICIPIO else named.owner in self.organizations)

    def sees(self, named: Named) -> bool:
        return named.published or self.is_of(named)


def reader(context: Any) -> Reader:
    user = context.get("user") or ""
    if people.is_portal(context):
        return Reader((), (), True)
    if not user:
        return Reader((), (), False)
    return Reader(
        people.municipalities_of(user, "read"),
        people.secretariats_of(user, "read"),
        people.in_coordenacao(user, "read"),
    )


def named_in(rows: Sequence[ContatoEstado]) -> list[tuple[ContatoEstado, Named]]:
    """Each contact with what it is for, without what there is no more."""
    ids = [row.objeto_id for row in rows if row.objeto_tipo == ACAO]
    actions = _actions(Acao.id.in_(ids)) if ids else {}
    places = territory().by_code
    found = []
    for row in rows:
        if row.objeto_tipo == MUNICIPIO and row.objeto_id in places:
            found.append((row, Named(MUNICIPIO, row.objeto_id, places[row.objeto_id].nome)))
        elif row.objeto_id in actions:
            found.append((row, actions[row.objeto_id]))
    return found


def state_people() -> dict[str, tuple[Any, Any]]:
    """User id → (user, organisation) of those who work for the State; the coordenação first for who is in several."""
    found: dict[str, tuple[Any, Any]] = {}
    for user, group in reading.state_people():
        if user.id not in found or (group.extras or {}).get("kind") == COORDENACAO:
            found[user.id] = (user, group)
    return found


def shown(sees: Reader, rows: Sequence[tuple[ContatoEstado, Named]], today: date) -> list[dict[str, Any]]:
    """The rows of ``msativo_contato_estado_list``; who left the State is nobody's contact any more."""
    at_work = state_people()
    acting = covering.recipients({row.usuario_id for row, _ in rows}, today)
    return [
        _shown(sees, row, named, at_work, acting.get(row.usuario_id, row.usuario_id))
        for row, named in rows
        if row.usuario_id in at_work
    ]


def _shown(
    sees: Reader, row: ContatoEstado, named: Named, at_work: dict[str, tuple[Any, Any]], acting: str
) -> dict[str, Any]:
    user, group = at_work[row.usuario_id]
    cover = at_work[acting][0] if acting != row.usuario_id and acting in at_work else None
    public = {
        "objeto_tipo": named.kind,
        "objeto_id": named.id,
        "objeto_titulo": named.title,
        "nome": user.fullname or user.name,
        "organizacao": group.display_name,
        "desde": row.desde.isoformat(),
        "substituto": (cover.fullname or cover.name) if cover else None,
    }
    if not sees.is_of(named):
        return public
    own = {**public, "email": user.email, "substituto_email": cover.email if cover else None}
    return {**own, "usuario": user.id} if sees.all else own


def member_of_the_state(reference: str, only: Collection[str] | None) -> Any:
    """An account of the State's organisations, or only of these and the coordenação; others are refused alike."""
    user = reading.account(reference)
    of = reading.organizations_of(user.id) if user else set()
    kinds = {group.id: (group.extras or {}).get("kind") for _user, group in reading.state_people()}
    fits = {org for org in of if org in kinds and (only is None or org in only or kinds[org] == COORDENACAO)}
    if user is None or user.state != "active" or not fits:
        raise tk.ValidationError({"usuario": [tk._("Name somebody who works in the State's organizations.")]})
    return user
