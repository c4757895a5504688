"""The agenda as it is read: what stands on public facts by everyone, the rest by those concerned."""

from __future__ import annotations

from typing import Any

import ckan.plugins.toolkit as tk

from ckanext.msativo.logic import agenda_feed, agenda_items, agenda_rows, agenda_schema, clock, schema
from ckanext.msativo.logic.agenda_items import Reader
from ckanext.msativo.logic.territory import find_municipality
from ckanext.msativo.model import agenda_reading as reading
from ckanext.msativo.model.agenda_reading import ItemFilters
from ckanext.msativo.programme import agenda
from ckanext.msativo.programme.workflows import AGENDA

__all__ = ["msativo_agenda_feed_show", "msativo_agenda_list", "msativo_agenda_show"]

BY_HAND = "manual"
"""What asks for the items by hand, in the place of a rule's name."""


@tk.side_effect_free
def msativo_agenda_list(context: Any, data_dict: dict[str, Any]) -> dict[str, Any]:
    """Return the items of the agenda, the most urgent first.

    :param dono: whose they are: id or name of an organisation of the programme, or a municipality
    :param meus: only those of the caller's own organisations
    :param municipio: code or name of the municipality that they concern
    :param regra: name of a rule, or ``manual`` for those made by hand
    :param estado: ``aberta``, ``em_andamento``, ``concluida``, ``descartada``
    :param aberta: only those that are (not) open, which is one of the first two states
    :param vencida: only open ones past their due day
    :param ciclo: id
    :param ordenar: ``prioridade`` (default), ``prazo`` or ``recentes``
    :param limit, offset: the page

    :returns: ``{"count", "results": [{"id", "numero", "regra", "regra_nome", "titulo", "porque", "dono": {"tipo", "id",
        "nome"}, "prazo", "dias_restantes", "prioridade", "formula", "estado", "base": [{"tipo", "id", "titulo",
        "url"}], "codigo_ibge", "municipio", "ciclo", "ciclo_nome", "criada_em", "encerrada_em", "por_regra",
        "publica"}], "snapshot": null}``; ``regra`` null is by hand; ``porque`` has the numbers, ``base`` what it stands
        on; those whom an item concerns also get its ``versao``
    """
    tk.check_access("msativo_agenda_list", context, data_dict)
    data = schema.validated(data_dict, agenda_schema.agenda_list(), context)
    sees, today = agenda_items.reader(context), clock.today(context)
    count, rows = reading.items(
        _filters(data, sees, today), data.get("ordenar") or "prioridade", data["limit"], data["offset"]
    )
    names = agenda_rows.Names.of(rows)
    return {"count": count, "results": [agenda_rows.row(row, names, sees, today) for row in rows], "snapshot": None}


def _filters(data: dict[str, Any], sees: Reader, today: Any) -> ItemFilters:
    owner = agenda_items.owner(data["dono"]) if data.get("dono") else None
    return ItemFilters(
        codes=None if sees.all else sees.codes,
        organizations=sees.organizations,
        public=agenda.public_rules(),
        dono=(owner.kind, owner.id) if owner else None,
        meus=sees.own if data.get("meus") else None,
        codigo=find_municipality(data["municipio"]).codigo_ibge if data.get("municipio") else None,
        regra="" if data.get("regra") == BY_HAND else data.get("regra"),
        ciclo=data.get("ciclo"),
        estados=_states(data),
        vencidos_em=today if data.get("vencida") else None,
    )


def _states(data: dict[str, Any]) -> set[str] | None:
    wanted = set(AGENDA.states)
    if data.get("estado"):
        wanted &= {data["estado"]}
    if data.get("vencida"):
        wanted &= agenda.OPEN
    if data.get("aberta") is not None:
        wanted &= agenda.OPEN if data["aberta"] else set(AGENDA.states) - agenda.OPEN
    return None if wanted == set(AGENDA.states) else wanted


@tk.side_effect_free
def msativo_agenda_show(context: Any, data_dict: dict[str, Any]) -> dict[str, Any]:
    """Return one item, as of ``msativo_agenda_list``, with ``historico`` (its steps, to everyone without words).

    Those whom it concerns also get ``comentarios``, ``possiveis`` (steps that the caller may do now), ``editavel``,
    ``comentavel`` and ``fatos`` with the settings of its rule (``metodo``). What the caller may not see is not found.

    :param id: id or number
    """
    tk.check_access("msativo_agenda_show", context, data_dict)
    data = schema.validated(data_dict, schema.by_id(), context)
    sees, row = agenda_items.reader(context), reading.item(data["id"])
    if row is None or not sees.sees(row):
        raise agenda_items.unknown(data["id"])
    shown = agenda_rows.row(row, agenda_rows.Names.of([row]), sees, clock.today(context))
    shown["historico"] = agenda_rows.history(row, sees)
    if not sees.is_of(row):
        return shown
    return {
        **shown,
        "fatos": row.fatos,
        "metodo": row.metodo,
        "comentarios": agenda_rows.comments(row),
        "possiveis": agenda_items.possible(context, row),
        "editavel": agenda_items.editable(context, row),
        "comentavel": _may_comment(context, row.id),
    }


def _may_comment(context: Any, identifier: str) -> bool:
    try:
        tk.check_access("msativo_agenda_comment", context, {"id": identifier})
    except tk.NotAuthorized:
        return False
    return True


@tk.side_effect_free
def msativo_agenda_feed_show(context: Any, data_dict: dict[str, Any]) -> dict[str, Any]:
    """Return whether an organisation's calendar has an address, and since when; the address itself is not kept.

    :param organizacao: id or name

    :returns: ``{"organizacao", "ativa", "criado_em"}``
    """
    tk.check_access("msativo_agenda_feed_show", context, data_dict)
    data = schema.validated(data_dict, agenda_schema.agenda_feed(), context)
    organization = agenda_feed.organization(data["organizacao"])
    row = reading.feed_of(organization)
    since = row.criado_em.isoformat() if row else None
    return {"organizacao": organization, "ativa": row is not None, "criado_em": since}
