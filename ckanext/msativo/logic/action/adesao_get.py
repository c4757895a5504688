"""Requests to join as they are read: everyone sees those that were sent, their own and the coordenação all of them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import ckan.plugins.toolkit as tk

from ckanext.msativo.logic import adesao_rows, adesoes, clock, programme_schema, schema
from ckanext.msativo.logic.territory import find_municipality
from ckanext.msativo.model import Adesao
from ckanext.msativo.model import programme_reading as reading
from ckanext.msativo.model.programme import CLOSED
from ckanext.msativo.programme.workflows import ADESAO

__all__ = ["msativo_adesao_history", "msativo_adesao_list", "msativo_adesao_show"]


@tk.side_effect_free
def msativo_adesao_list(context: Any, data_dict: dict[str, Any]) -> dict[str, Any]:
    """Return requests to join: those that wait for the State first, the most urgent on top.

    Everyone sees those that were sent; a prefeitura also its own drafts, the coordenação all.

    :param municipio: code or name
    :param ciclo: id
    :param estado: ``rascunho``, ``enviada``, ``em_analise``, ``aprovada``, ``devolvida``, ``recusada``, ``retirada``,
        ``encerrada``
    :param aberta: only those that are not (false: that are) refused, withdrawn or closed
    :param atrasada: only those whose answer is overdue (false: is not)
    :param limit, offset: the page

    :returns: ``{"count", "results": [{"protocolo", "codigo_ibge", "municipio", "ciclo", "ciclo_nome", "estado",
        "enviada_em", "prazo", "atrasada", "respondida_em"}], "snapshot": null}``; of what the caller may see whole also
        ``id``, ``versao``, ``criada_em``, ``em_nome_de``, ``dias_restantes`` and ``aviso`` (7, 12 or 14: the newest
        warning day that was reached)
    """
    tk.check_access("msativo_adesao_list", context, data_dict)
    data = schema.validated(data_dict, programme_schema.adesao_list(), context)
    sees, today = adesoes.reader(context), clock.today(context)
    code = find_municipality(data["municipio"]).codigo_ibge if data.get("municipio") else None
    filters = reading.AdesaoFilters(
        own=None if sees.all else sees.own,
        codigo=code,
        ciclo=data.get("ciclo") or None,
        estados=_states(data),
        atrasada=data.get("atrasada"),
    )
    count, rows = reading.adesoes(filters, ADESAO.waiting, today, data["limit"], data["offset"])
    results = [
        (adesao_rows.own_row if sees.sees(row.codigo_ibge) else adesao_rows.public_row)(row, cycle, today)
        for row, cycle in rows
    ]
    return {"count": count, "results": results, "snapshot": None}


def _states(data: Mapping[str, Any]) -> set[str] | None:
    states = {data["estado"]} if data.get("estado") else set(ADESAO.states)
    if data.get("aberta") is not None:
        states = states - set(CLOSED) if data["aberta"] else states & set(CLOSED)
    return None if states == set(ADESAO.states) else states


@tk.side_effect_free
def msativo_adesao_show(context: Any, data_dict: dict[str, Any]) -> dict[str, Any]:
    """Return one request: the row of ``msativo_adesao_list`` and how long each answer of the State took.

    Its prefeitura and the coordenação also see ``coordenador``, ``pontos_focais``, ``termo`` and ``possiveis``, the
    steps that the caller may do now. One that was never sent is not found by others.

    :param id: protocol number, or id

    :returns: the row with ``respostas``: ``[{"de", "prazo", "respondida", "dias", "no_prazo"}]``
    """
    tk.check_access("msativo_adesao_show", context, data_dict)
    data = schema.validated(data_dict, schema.by_id(), context)
    row, sees = _found(context, data["id"])
    cycle, today = reading.cycle(row.ciclo_id), clock.today(context)
    assert cycle is not None
    answered = {"respostas": adesao_rows.answer_rows(row, today)}
    if not sees.sees(row.codigo_ibge):
        return {**adesao_rows.public_row(row, cycle, today), **answered}
    steps = {"possiveis": adesao_rows.steps_for(context, row)}
    return {**adesao_rows.own_row(row, cycle, today), **answered, **adesao_rows.details(row), **steps}


@tk.side_effect_free
def msativo_adesao_history(context: Any, data_dict: dict[str, Any]) -> dict[str, Any]:
    """Return the steps of a request, oldest first.

    To everyone ``em``, ``acao``, ``de`` and ``para`` of the steps since it was first sent; to its prefeitura and the
    coordenação all steps, with ``papel``, ``em_nome_de`` and ``nota``; to the coordenação also ``autor``.

    :param id: protocol number, or id
    """
    tk.check_access("msativo_adesao_history", context, data_dict)
    data = schema.validated(data_dict, schema.by_id(), context)
    row, sees = _found(context, data["id"])
    rows = adesao_rows.history_rows(row, sees)
    return {"count": len(rows), "results": rows, "snapshot": None}


def _found(context: Any, reference: str) -> tuple[Adesao, adesoes.Reader]:
    row, sees = reading.adesao(reference), adesoes.reader(context)
    if row is None or (row.protocolo is None and not sees.sees(row.codigo_ibge)):
        raise adesoes.unknown(reference)
    return row, sees
