"""Action plans: built by a prefeitura from the menu, answered by the coordenação, changed by amendments."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

import ckan.model as model
import ckan.plugins.toolkit as tk
from ckan.model.types import make_uuid

from ckanext.msativo.logic import acoes, amendments, clock, plan_schema, planos, schema, steps
from ckanext.msativo.logic.called import shown
from ckanext.msativo.logic.territory import find_municipality, territory
from ckanext.msativo.logic.transactions import index, transaction
from ckanext.msativo.model import Plano, menu_reading, programme_reading
from ckanext.msativo.model import plan_reading as reading
from ckanext.msativo.programme.workflows import PLANO

__all__ = [
    "msativo_plano_amend",
    "msativo_plano_complete",
    "msativo_plano_create",
    "msativo_plano_decide",
    "msativo_plano_decide_amendment",
    "msativo_plano_submit",
    "msativo_plano_update",
    "msativo_plano_withdraw_amendment",
]


# -- the draft ---------------------------------------------------------------------------------------------------------
def msativo_plano_create(context: Any, data_dict: dict[str, Any]) -> dict[str, Any]:
    """Start a plan of a municipality whose request to join was approved, with the deliveries that its actions offer.

    :param municipio: code or name
    :param titulo: name of the plan (default: the municipality's plan of the cycle)
    :param acoes: names of actions of the menu, which are adopted by it (default: those that were adopted and are in no
        plan yet)
    :param inicio: the day from which the dates of the deliveries are counted (default: today)

    :returns: as of ``msativo_plano_show``
    """
    tk.check_access("msativo_plano_create", context, data_dict)
    data = plan_schema.validated(data_dict, plan_schema.plano_create(), context)
    code, today, at = find_municipality(data["municipio"]).codigo_ibge, clock.today(context), clock.now(context)
    with transaction():
        cycle = acoes.standing_adesao(code, today).ciclo_id
        actions = planos.held_actions(data.get("acoes") or _adopted(code, cycle))
        if not actions:
            raise tk.ValidationError({"acoes": [tk._("Choose at least one action of the menu.")]})
        who = planos.for_prefeitura(context, code)
        row = _started(code, cycle, data, today, at)
        row.em_nome_de = who.em_nome_de
        steps.created(row, PLANO, who, at)
        planos.take(context, row, actions, at, who)
        identifier = row.id
    return shown("msativo_plano_show", context, identifier)


def _adopted(code: str, cycle: str) -> list[str]:
    rows = menu_reading.adoptions(code, cycle).values()
    adopted = [row.acao_id for row in rows if row.decisao == acoes.ADOPTED]
    menu = {row.id for row, _ in menu_reading.published()}
    return [one for one in adopted if one in menu and reading.plan_with(code, cycle, one) is None]


def _started(code: str, cycle: str, data: Mapping[str, Any], today: date, at: datetime) -> Plano:
    found = programme_reading.cycle(cycle)
    assert found is not None
    start = data.get("inicio") or max(today, found.inicio)
    if not found.inicio <= start <= found.fim:
        message = tk._("The plan must begin within the cycle, from {inicio} to {fim}.")
        days = {name: tk.h.msativo_date(getattr(found, name).isoformat()) for name in ("inicio", "fim")}
        raise tk.ValidationError({"inicio": [message.format(**days)]})
    title = data.get("titulo") or f"Plano de ação de {territory().by_code[code].nome} {found.nome}"
    row = Plano(id=make_uuid(), codigo_ibge=code, ciclo_id=cycle, titulo=title, inicio=start, versao=1, criada_em=at)
    row.estado = PLANO.initial
    model.Session.add(row)
    model.Session.flush()
    return row


def msativo_plano_update(context: Any, data_dict: dict[str, Any]) -> dict[str, Any]:
    """Change a plan in draft or one that was returned; what is not given stays.

    :param id: of the plan
    :param versao: the version that the caller has seen; an older one is refused, with the plan as it is now
    :param titulo: its name
    :param acoes: names of the actions it shall have; new ones come with their template, others go with their deliveries
    :param entregas: all its deliveries, ``[{"id", "acao", "titulo", "inicio", "prazo", "meta", "unidade", "peso",
        "prova", "responsavel"}]``; without ``id`` a new one; those that are left out go

    :returns: as of ``msativo_plano_show``
    """
    tk.check_access("msativo_plano_update", context, data_dict)
    data = plan_schema.validated(data_dict, plan_schema.plano_update(), context)
    at = clock.now(context)
    with transaction():
        row = held(context, data)
        if row.estado not in planos.EDITABLE:
            state = tk._(PLANO.states[row.estado])
            message = tk._("A plan can be changed in draft or when it was returned; this one is: {state}.")
            raise tk.ValidationError({"estado": [message.format(state=state)]})
        who = planos.for_prefeitura(context, row.codigo_ibge)
        if data.get("titulo"):
            row.titulo = data["titulo"]
        if data.get("acoes"):
            _choose(context, row, data["acoes"], at)
        if "entregas" in data:
            planos.replace(row, planos.resolved(row, data["entregas"]))
        steps.edited(row, PLANO, who, at, [name for name in ("titulo", "acoes", "entregas") if name in data])
        identifier = row.id
    return shown("msativo_plano_show", context, identifier)


def _choose(context: Any, row: Plano, names: list[str], at: datetime) -> None:
    has = {acao.id: acao for _, acao, _ in reading.actions_of([row.id]).get(row.id, ())}
    mine = {reference: acao.id for acao in has.values() for reference in (acao.id, acao.nome)}
    kept = {mine[name] for name in names if name in mine}
    planos.leave(row, set(has) - kept)
    new = planos.held_actions([name for name in names if name not in mine])
    planos.take(context, row, new, at, planos.for_prefeitura(context, row.codigo_ibge))


def held(context: Any, data: dict[str, Any]) -> Plano:
    return steps.held(
        reading.plano(data["id"], lock=True),
        data,
        planos.unknown,
        lambda row: shown("msativo_plano_show", context, row.id),
    )


def msativo_plano_submit(context: Any, data_dict: dict[str, Any]) -> dict[str, Any]:
    """Send a plan to the coordenação.

    :param id: of the plan
    :param versao: the version that the caller has seen

    :returns: as of ``msativo_plano_show``
    """
    tk.check_access("msativo_plano_submit", context, data_dict)
    data = schema.validated(data_dict, plan_schema.versioned(), context)
    at = clock.now(context)
    with transaction():
        row = held(context, data)
        standing = acoes.standing_adesao(row.codigo_ibge, clock.today(context))
        if standing.ciclo_id != row.ciclo_id:
            raise tk.ValidationError({"ciclo": [tk._("The request to join this plan's cycle is not approved.")]})
        planos.check_days(row, [(one.titulo, one.prazo) for one in reading.entregas(row.id)])
        planos.walk(context, row, "enviar", at)
        row.enviada_em = at
        identifier = row.id
    return shown("msativo_plano_show", context, identifier)


# -- the answer --------------------------------------------------------------------------------------------------------
def msativo_plano_decide(context: Any, data_dict: dict[str, Any]) -> dict[str, Any]:
    """Answer a plan. Approved, it is public, and its deliveries count from this day on.

    :param id: of the plan
    :param versao: the version that the caller has seen
    :param decisao: ``aprovar`` or ``devolver``
    :param nota: what must be corrected; needed to return it

    :returns: as of ``msativo_plano_show``
    """
    tk.check_access("msativo_plano_decide", context, data_dict)
    data = schema.validated(data_dict, plan_schema.plano_decide(), context)
    at = clock.now(context)
    with transaction():
        row = held(context, data)
        who = planos.walk(context, row, data["decisao"], at, data.get("nota") or "")
        identifier, approved = row.id, data["decisao"] == "aprovar"
        if approved:
            row.aprovada_em = at
            for entrega in reading.entregas(row.id, lock=True):
                planos.begin(entrega, who, at)
            planos.publish(row)
    if approved:
        index(identifier)
    return shown("msativo_plano_show", context, identifier)


def msativo_plano_complete(context: Any, data_dict: dict[str, Any]) -> dict[str, Any]:
    """Complete a plan whose deliveries are all approved, rejected or cancelled.

    :param id: of the plan
    :param versao: the version that the caller has seen

    :returns: as of ``msativo_plano_show``
    """
    tk.check_access("msativo_plano_complete", context, data_dict)
    data = schema.validated(data_dict, plan_schema.versioned(), context)
    with transaction():
        row = held(context, data)
        planos.walk(context, row, "concluir", clock.now(context))
        identifier = row.id
    return shown("msativo_plano_show", context, identifier)


# -- amendments --------------------------------------------------------------------------------------------------------
def msativo_plano_amend(context: Any, data_dict: dict[str, Any]) -> dict[str, Any]:
    """Ask for other deliveries of an approved plan; until the coordenação answers, the plan goes on as it is.

    :param id: of the plan
    :param versao: the version that the caller has seen
    :param motivo: why the approved plan must change
    :param entregas: all deliveries as they shall be, as of ``msativo_plano_update``; those that are left out are to be
        cancelled. What was approved, rejected or cancelled stays as it is

    :returns: as of ``msativo_plano_show``, with ``proposta`` and ``diferencas``
    """
    tk.check_access("msativo_plano_amend", context, data_dict)
    data = plan_schema.validated(data_dict, plan_schema.plano_amend(), context)
    with transaction():
        row = held(context, data)
        wanted = planos.resolved(row, data.get("entregas") or [])
        amendments.check(row, wanted)
        planos.walk(context, row, "abrir_aditivo", clock.now(context), data.get("motivo") or "")
        row.proposta = amendments.stored(wanted)
        identifier = row.id
    return shown("msativo_plano_show", context, identifier)


def msativo_plano_withdraw_amendment(context: Any, data_dict: dict[str, Any]) -> dict[str, Any]:
    """Take an amendment back before it is answered.

    :param id: of the plan
    :param versao: the version that the caller has seen

    :returns: as of ``msativo_plano_show``
    """
    tk.check_access("msativo_plano_withdraw_amendment", context, data_dict)
    data = schema.validated(data_dict, plan_schema.versioned(), context)
    with transaction():
        row = held(context, data)
        planos.walk(context, row, "retirar_aditivo", clock.now(context))
        row.proposta = None
        identifier = row.id
    return shown("msativo_plano_show", context, identifier)


def msativo_plano_decide_amendment(context: Any, data_dict: dict[str, Any]) -> dict[str, Any]:
    """Answer an amendment. Approved, its terms hold from this moment on; the earlier ones stay in the history.

    :param id: of the plan
    :param versao: the version that the caller has seen
    :param decisao: ``aprovar`` or ``recusar``
    :param nota: why; needed to refuse

    :returns: as of ``msativo_plano_show``
    """
    tk.check_access("msativo_plano_decide_amendment", context, data_dict)
    data = schema.validated(data_dict, plan_schema.plano_decide_amendment(), context)
    at, approved = clock.now(context), data["decisao"] == "aprovar"
    with transaction():
        row = held(context, data)
        proposal = row.proposta
        if approved and proposal is not None:
            amendments.apply(context, row, proposal, at)
        planos.walk(context, row, f"{data['decisao']}_aditivo", at, data.get("nota") or "")
        row.proposta = None
        identifier = row.id
        if approved:
            planos.publish(row)
    if approved:
        index(identifier)
    return shown("msativo_plano_show", context, identifier)
