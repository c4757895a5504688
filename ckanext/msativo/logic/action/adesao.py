"""Requests to join: a prefeitura starts, completes and sends one; the coordenação answers within 14 days."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import AbstractContextManager
from typing import Any, cast

import ckan.model as model
import ckan.plugins.toolkit as tk
from ckan.model.types import make_uuid
from ckan.types import Context
from sqlalchemy.exc import IntegrityError

from ckanext.msativo.logic import adesoes, clock, programme_schema, schema, steps, terms
from ckanext.msativo.logic.territory import find_municipality, territory
from ckanext.msativo.logic.transactions import index, transaction, writing
from ckanext.msativo.model import Adesao, Ciclo
from ckanext.msativo.model import programme_reading as reading
from ckanext.msativo.model.programme import ONE_OPEN
from ckanext.msativo.programme.workflows import ADESAO

__all__ = [
    "msativo_adesao_create",
    "msativo_adesao_decide",
    "msativo_adesao_start_analysis",
    "msativo_adesao_submit",
    "msativo_adesao_update",
    "msativo_adesao_withdraw",
]


# -- the prefeitura ----------------------------------------------------------------------------------------------------
def msativo_adesao_create(context: Any, data_dict: dict[str, Any]) -> dict[str, Any]:
    """Start a municipality's request to join, as a draft that only its prefeitura and the coordenação see.

    It falls in the cycle whose window of adesão is open, else in the next one to open. The coordenação starts it in
    the prefeitura's name, and that is recorded.

    :param municipio: code or name
    :param ciclo: id of the cycle, when another one than it falls in must be refused
    :param coordenador: ``{"nome", "cargo", "email", "telefone"}``
    :param pontos_focais: a list of such
    :param upload: the signed term, a PDF

    :returns: as of ``msativo_adesao_show``, with ``perdido``: name of the running cycle for which it is late
    """
    tk.check_access("msativo_adesao_create", context, data_dict)
    data = programme_schema.validated(data_dict, programme_schema.adesao_create(), context)
    code = find_municipality(data["municipio"]).codigo_ibge
    owner = reading.prefeitura_of(code)
    if owner is None:
        raise tk.ValidationError({"municipio": [tk._("This municipality has no organization in the portal yet.")]})
    at = clock.now(context)
    cycle, placement = adesoes.placed(clock.today(context), data.get("ciclo"))
    term = data["termo"]
    with _transaction(code, cycle):
        row = _started(context, code, cycle, data)
        identifier = row.id
        steps.created(row, ADESAO, adesoes.actor(context, code, "enviar"), at)
        _create_dataset(context, row, owner, cycle, term)
    index(identifier)
    return {**_shown(context, identifier), "perdido": placement.missed.name if placement.missed else None}


def _started(context: Any, code: str, cycle: Ciclo, data: Mapping[str, Any]) -> Adesao:
    """The row, before the dataset: a second request of the municipality waits and ends here, before it made any."""
    row = Adesao(
        id=make_uuid(),
        codigo_ibge=code,
        ciclo_id=cycle.id,
        estado=ADESAO.initial,
        versao=1,
        criada_em=clock.now(context),
        em_nome_de=adesoes.actor(context, code, "enviar").em_nome_de,
    )
    model.Session.add(row)
    model.Session.flush()
    adesoes.put_contacts(row.id, data)
    return row


def _create_dataset(context: Any, row: Adesao, owner: str, cycle: Ciclo, term: bytes | None) -> None:
    described, keeper = terms.resource(term) if term else ({}, None)
    fields = {
        "id": row.id,
        "type": adesoes.TYPE,
        "name": f"adesao-{row.codigo_ibge}-{cycle.id}-{row.id[:8]}",
        "title": _title(row.codigo_ibge, cycle),
        "owner_org": owner,
        "private": True,
        "codigo_ibge": row.codigo_ibge,
        "ciclo": cycle.id,
        **({"resources": [described]} if keeper else {}),
    }
    tk.get_action("package_create")(writing(context), fields)
    if keeper:
        model.Session.flush()
        terms.keep(keeper, terms.of(row.id).id)


def _title(code: str, cycle: Ciclo) -> str:
    # In the portal's language, not the caller's: it is stored.
    return f"Adesão de {territory().by_code[code].nome} ao ciclo {cycle.nome}"


def msativo_adesao_update(context: Any, data_dict: dict[str, Any]) -> dict[str, Any]:
    """Change people, term or cycle of a draft or of a request that was returned; what is not given stays.

    :param id: id or protocol number
    :param versao: the version that the caller has seen; an older one is refused
    :param coordenador, pontos_focais, upload: as of ``msativo_adesao_create``; an empty one takes people away
    :param ciclo: moves a draft to the cycle in which a request made today falls

    :returns: as of ``msativo_adesao_show``
    """
    tk.check_access("msativo_adesao_update", context, data_dict)
    data = programme_schema.validated(data_dict, programme_schema.adesao_update(), context)
    term = data["termo"]
    replaced = None
    with _transaction():
        row = _held(context, data)
        if row.estado not in adesoes.EDITABLE:
            raise tk.ValidationError({"estado": [_not_editable(row)]})
        changed = adesoes.put_contacts(row.id, data)
        cycle = _moved(context, row, data.get("ciclo"))
        if cycle is not None:
            changed.append("ciclo")
        if term is not None:
            replaced = terms.of(row.id)
            changed.append("termo")
        if cycle is not None or term is not None:
            _update_dataset(context, row, cycle, term)
        steps.edited(row, ADESAO, adesoes.actor(context, row.codigo_ibge, "enviar"), clock.now(context), changed)
        identifier, old = row.id, replaced.id if replaced else None
    if old is not None:
        terms.discard(old)
    index(identifier)
    return _shown(context, identifier)


def _not_editable(row: Adesao) -> str:
    state = tk._(ADESAO.states[row.estado])
    return tk._("A request can be changed in draft or when it was returned; this one is: {state}.").format(state=state)


def _moved(context: Any, row: Adesao, wanted: str | None) -> Ciclo | None:
    """The other cycle to which a draft goes, None when it stays where it is."""
    if wanted is None or wanted == row.ciclo_id:
        return None
    if row.protocolo is not None:
        raise tk.ValidationError({"ciclo": [tk._("A request that was sent stays in its cycle.")]})
    cycle, _placement = adesoes.placed(clock.today(context), wanted)
    if row.ciclo_id == cycle.id:
        return None
    row.ciclo_id = cycle.id
    _flush(row.codigo_ibge, cycle)
    return cycle


def _update_dataset(context: Any, row: Adesao, cycle: Ciclo | None, term: bytes | None) -> None:
    dataset = tk.get_action("package_show")({"ignore_auth": True, "use_cache": False}, {"id": row.id})
    if cycle is not None:
        dataset.update(ciclo=cycle.id, title=_title(row.codigo_ibge, cycle))
    keeper = None
    if term is not None:
        described, keeper = terms.resource(term)
        dataset["resources"] = [described]
    # CKAN keeps what is saved in a part of our transaction only if no more than the id is asked for.
    tk.get_action("package_update")(writing(context), dataset)
    if keeper is not None:
        model.Session.flush()
        terms.keep(keeper, terms.of(row.id).id)


def msativo_adesao_submit(context: Any, data_dict: dict[str, Any]) -> dict[str, Any]:
    """Send a request: it gets its protocol number, and the State's 14 days begin.

    :param id: id or protocol number
    :param versao: the version that the caller has seen

    :returns: as of ``msativo_adesao_show``
    """
    return _step("msativo_adesao_submit", context, data_dict, programme_schema.versioned(), "enviar")


def msativo_adesao_withdraw(context: Any, data_dict: dict[str, Any]) -> dict[str, Any]:
    """Take a request back before it is decided. One that was never sent goes with its dataset and its people.

    :param id: id or protocol number
    :param versao: the version that the caller has seen
    :param nota: why (optional)

    :returns: as of ``msativo_adesao_show``
    """
    tk.check_access("msativo_adesao_withdraw", context, data_dict)
    data = programme_schema.validated(data_dict, programme_schema.adesao_withdraw(), context)
    term = None
    with _transaction():
        row = _held(context, data)
        identifier, never_sent = row.id, row.protocolo is None
        who = adesoes.actor(context, row.codigo_ibge, "retirar")
        adesoes.walk(row, "retirar", who, clock.now(context), data.get("nota") or "")
        if never_sent:
            reading.delete_contacts(row.id)
            term = terms.of(row.id)
            term = term.id if term else None
            model.Session.flush()
            # Its own commit ends our transaction too.
            tk.get_action("package_delete")(writing(context, defer_commit=False), {"id": row.id})
    if term is not None:
        terms.discard(term)
    return _shown(context, identifier)


# -- the coordenação ---------------------------------------------------------------------------------------------------
def msativo_adesao_start_analysis(context: Any, data_dict: dict[str, Any]) -> dict[str, Any]:
    """Begin the analysis of a request that was sent; from here on it can be answered.

    :param id: id or protocol number
    :param versao: the version that the caller has seen

    :returns: as of ``msativo_adesao_show``
    """
    return _step("msativo_adesao_start_analysis", context, data_dict, programme_schema.versioned(), "analisar")


def msativo_adesao_decide(context: Any, data_dict: dict[str, Any]) -> dict[str, Any]:
    """Answer a request for the State.

    :param id: id or protocol number
    :param versao: the version that the caller has seen
    :param decisao: ``aprovar``, ``devolver`` (for correction) or ``recusar``
    :param nota: the reasons; needed unless it is approved. The prefeitura reads them, the public does not

    :returns: as of ``msativo_adesao_show``
    """
    return _step("msativo_adesao_decide", context, data_dict, programme_schema.adesao_decide(), None)


def _step(name: str, context: Any, data_dict: dict[str, Any], of: schema.Schema, action: str | None) -> dict[str, Any]:
    """One step of the workflow; without ``action`` the caller's ``decisao``."""
    tk.check_access(name, context, data_dict)
    data = programme_schema.validated(data_dict, of, context)
    step = action or data["decisao"]
    with _transaction():
        row = _held(context, data)
        identifier = row.id
        adesoes.walk(
            row, step, adesoes.actor(context, row.codigo_ibge, step), clock.now(context), data.get("nota") or ""
        )
    return _shown(context, identifier)


def _held(context: Any, data: Mapping[str, Any]) -> Adesao:
    return steps.held(reading.adesao(data["id"], lock=True), data, adesoes.unknown, lambda row: _shown(context, row.id))


# -- one transaction ---------------------------------------------------------------------------------------------------
def _transaction(code: str = "", cycle: Ciclo | None = None) -> AbstractContextManager[None]:
    """A second open request of the municipality and cycle is told as what it is."""
    name = cycle.nome if cycle else ""
    return transaction({ONE_OPEN: lambda: _second(code, name)})


def _flush(code: str, cycle: Ciclo) -> None:
    name = cycle.nome
    try:
        model.Session.flush()
    except IntegrityError as error:
        model.Session.rollback()
        raise _second(code, name) from error


def _second(code: str, cycle_name: str) -> tk.ValidationError:
    message = tk._("{municipio} already has an open request in the cycle {ciclo}: carry that one on, or withdraw it.")
    return tk.ValidationError(
        {"municipio": [message.format(municipio=territory().by_code[code].nome, ciclo=cycle_name)]}
    )


def _shown(context: Any, identifier: str) -> dict[str, Any]:
    return tk.get_action("msativo_adesao_show")(
        cast(Context, {key: context[key] for key in ("user", "ignore_auth", clock.NOW) if key in context}),
        {"id": identifier},
    )
