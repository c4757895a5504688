"""The menu of actions: secretariats write it together, the coordenação approves, prefeituras adopt what they want."""

from __future__ import annotations

from typing import Any

import ckan.model as model
import ckan.plugins.toolkit as tk
from ckan.model.types import make_uuid

from ckanext.msativo.logic import acoes, clock, cycle_notices, menu_schema, people, publication, schema, steps
from ckanext.msativo.logic.called import shown
from ckanext.msativo.logic.territory import find_municipality
from ckanext.msativo.logic.transactions import index, transaction
from ckanext.msativo.logic.validators import organization_kind
from ckanext.msativo.model import Acao, Comentario, plan_reading
from ckanext.msativo.model import menu_reading as reading
from ckanext.msativo.programme.ownership import SECRETARIA
from ckanext.msativo.programme.workflows import ACAO, PLANO

__all__ = [
    "msativo_acao_adopt",
    "msativo_acao_comment",
    "msativo_acao_create",
    "msativo_acao_step",
    "msativo_acao_update",
]


def msativo_acao_create(context: Any, data_dict: dict[str, Any]) -> dict[str, Any]:
    """Begin an action of the menu, as a draft that secretariats and the coordenação see.

    :param secretaria: the organisation that leads it
    :param titulo: its name
    :param nome: last part of its address; made from the title when it is not given
    :param resumo, apoio, requisitos: what it is; what the State gives; what the municipality must meet
    :param vagas: how many municipalities can adopt it in a cycle; empty: all
    :param desafios, indicadores: names of those it serves
    :param contribuem: names of secretariats that write it too
    :param entregas: ``[{"titulo", "dias", "comeca", "quantidade", "unidade", "peso", "prova"}]``: what the municipality
        delivers; days from the plan's start to the due date and to its own start

    :returns: as of ``msativo_acao_show``
    """
    tk.check_access("msativo_acao_create", context, data_dict)
    data = menu_schema.validated(data_dict, menu_schema.acao_create(), context)
    leader = people.organization_id(data["secretaria"])
    if leader is None or organization_kind(leader) != SECRETARIA:
        raise tk.ValidationError(
            {"secretaria": [tk._("There is no secretariat “{name}”.").format(name=data["secretaria"])]}
        )
    at = clock.now(context)
    with transaction({"msativo_acao_nome_key": _name_taken}):
        name = acoes.free_name(data.get("nome") or data["titulo"])
        row = Acao(id=make_uuid(), nome=name, secretaria_id=leader, estado=ACAO.initial, versao=1, criada_em=at)
        row.conteudo = dict(acoes.EMPTY)
        acoes.changed(row, data)
        model.Session.add(row)
        steps.created(row, ACAO, steps.actor(context, ACAO, "abrir_comentarios", secretariats={leader}), at)
        identifier = row.id
    return shown("msativo_acao_show", context, identifier)


def _name_taken() -> tk.ValidationError:
    return tk.ValidationError({"nome": [tk._("There is another action of that name: choose another one.")]})


def msativo_acao_update(context: Any, data_dict: dict[str, Any]) -> dict[str, Any]:
    """Change the working copy of an action in draft or open to comments; what is not given stays.

    :param id: id or name
    :param versao: the version that the caller has seen; an older one is refused, with the action as it is now
    :param titulo, resumo, …: as of ``msativo_acao_create``; the secretariat that leads stays

    :returns: as of ``msativo_acao_show``
    """
    tk.check_access("msativo_acao_update", context, data_dict)
    data = menu_schema.validated(data_dict, menu_schema.acao_update(), context)
    with transaction():
        row = _held(context, data)
        if row.estado not in acoes.EDITABLE:
            state = tk._(ACAO.states[row.estado])
            message = tk._("An action can be changed in draft or while it is open to comments; this one is: {state}.")
            raise tk.ValidationError({"estado": [message.format(state=state)]})
        fields = acoes.changed(row, data)
        if not row.conteudo["titulo"]:
            raise tk.ValidationError({"titulo": [tk._("Missing value")]})
        who = steps.actor(context, ACAO, "abrir_comentarios", secretariats=acoes.writers(row))
        steps.edited(row, ACAO, who, clock.now(context), fields)
        identifier = row.id
    return shown("msativo_acao_show", context, identifier)


def _held(context: Any, data: dict[str, Any]) -> Acao:
    return steps.held(
        reading.acao(data["id"], lock=True),
        data,
        acoes.unknown,
        lambda row: shown("msativo_acao_show", context, row.id),
    )


def msativo_acao_comment(context: Any, data_dict: dict[str, Any]) -> dict[str, Any]:
    """Comment on an action; secretariats and the coordenação read it.

    :param id: id or name of the action
    :param texto: the comment

    :returns: as of ``msativo_acao_show``
    """
    tk.check_access("msativo_acao_comment", context, data_dict)
    data = schema.validated(data_dict, menu_schema.acao_comment(), context)
    row = reading.acao(data["id"])
    if row is None:
        raise acoes.unknown(data["id"])
    author, at = steps.author_of(context), clock.now(context)
    with transaction():
        said = Comentario(objeto_tipo=acoes.TYPE, objeto_id=row.id, autor=author, texto=data["texto"], em=at)
        model.Session.add(said)
        model.Session.flush()
        cycle_notices.acao_comment(row, author, said.id, at)
        identifier = row.id
    return shown("msativo_acao_show", context, identifier)


def msativo_acao_step(context: Any, data_dict: dict[str, Any]) -> dict[str, Any]:
    """Move an action on in its workflow.

    :param id: id or name
    :param versao: the version that the caller has seen
    :param passo: ``abrir_comentarios``, ``devolver``, ``aprovar`` (the coordenação), ``publicar`` (keeps the working
        copy as the next version), ``revisar`` (begins a new one; what is published stays), ``retirar`` (out of the
        menu; plans that took it go on)
    :param nota: why; needed to return and to withdraw

    :returns: as of ``msativo_acao_show``
    """
    tk.check_access("msativo_acao_step", context, data_dict)
    data = schema.validated(data_dict, menu_schema.acao_step(), context)
    at, step = clock.now(context), data["passo"]
    with transaction():
        row = _held(context, data)
        who = steps.actor(context, ACAO, step, secretariats={row.secretaria_id})
        number = row.publicada
        facts = {**row.conteudo, "nota": data.get("nota") or "", "numero": number}
        steps.walk(row, ACAO, step, who, at, facts)
        cycle_notices.acao_step(row, step, who, at)
        if step == "publicar":
            acoes.publish(row, at)
        elif step == "retirar" and row.publicada is not None:
            row.publicada = None
            publication.hide(row.id)
        identifier = row.id
    if step in ("publicar", "retirar"):
        index(identifier)
    return shown("msativo_acao_show", context, identifier)


def msativo_acao_adopt(context: Any, data_dict: dict[str, Any]) -> dict[str, Any]:
    """Say what a municipality wants of an action, in the cycle of its approved request to join.

    :param municipio: code or name
    :param acao: id or name
    :param decisao: ``adotada`` (takes a place), ``recusada`` or ``aberta`` (not decided)
    :param motivo: why (optional)

    :returns: ``{"acao", "codigo_ibge", "ciclo", "decisao", "motivo", "em"}``
    """
    tk.check_access("msativo_acao_adopt", context, data_dict)
    data = schema.validated(data_dict, menu_schema.acao_adopt(), context)
    code, at = find_municipality(data["municipio"]).codigo_ibge, clock.now(context)
    cycle = acoes.standing_adesao(code, clock.today(context)).ciclo_id
    with transaction():
        row = reading.acao(data["acao"], lock=True)
        if row is None or (row.publicada is None and reading.adoption(code, cycle, row.id) is None):
            raise acoes.unknown(data["acao"])
        if data["decisao"] != acoes.ADOPTED:
            _check_not_planned(row, code, cycle)
        who = steps.actor(context, PLANO, "enviar", code)
        acoes.adopt(row, code, cycle, data["decisao"], data.get("motivo") or "", at, who)
        known = reading.adoption(code, cycle, row.id)
        assert known is not None
        answer = {"acao": row.nome, "codigo_ibge": code, "ciclo": cycle, "decisao": known.decisao}
        answer |= {"motivo": known.motivo, "em": known.em.isoformat()}
    return answer


def _check_not_planned(row: Acao, code: str, cycle: str) -> None:
    plan = plan_reading.plan_with(code, cycle, row.id)
    if plan is not None:
        message = tk._("The action is in the plan “{plano}”: take it out of the plan first.")
        raise tk.ValidationError({"acao": [message.format(plano=plan.titulo)]})
