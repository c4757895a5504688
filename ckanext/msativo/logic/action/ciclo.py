"""Cycles of the programme and their windows of adesão."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

import ckan.model as model
import ckan.plugins.toolkit as tk
import sqlalchemy as sa

from ckanext.msativo.logic import adesoes, clock, programme_schema, rollover, schema
from ckanext.msativo.logic.told import refusals
from ckanext.msativo.logic.transactions import transaction
from ckanext.msativo.model import Ciclo
from ckanext.msativo.model import programme_reading as reading
from ckanext.msativo.programme import cycles as rules

__all__ = ["msativo_ciclo_close", "msativo_ciclo_create", "msativo_ciclo_list", "msativo_ciclo_update"]

DAYS = ("inicio", "fim", "adesao_inicio", "adesao_fim")
CYCLES_LOCK = 7_327_003
"""Advisory lock: two cycles that overlap could otherwise be written at the same time."""


@tk.side_effect_free
def msativo_ciclo_list(context: Any, data_dict: dict[str, Any]) -> dict[str, Any]:
    """Return the cycles of the programme, by their windows.

    :returns: ``{"count", "results": [{"id", "nome", "inicio", "fim", "adesao_inicio", "adesao_fim", "adesao_aberta",
        "em_curso"}], "snapshot": null}``; the days are of the portal's time zone, and all four belong to the cycle
    """
    tk.check_access("msativo_ciclo_list", context, data_dict)
    data = schema.validated(data_dict, schema.paged(), context)
    rows = [_shown(row, context) for row in reading.cycles()]
    page = rows[data["offset"] : data["offset"] + data["limit"]]
    return {"count": len(rows), "results": page, "snapshot": None}


def msativo_ciclo_create(context: Any, data_dict: dict[str, Any]) -> dict[str, Any]:
    """Add a cycle; neither cycles nor windows may overlap.

    :param id: small letters, digits and hyphens, as in addresses: ``2025-2026``
    :param nome: as people read it
    :param inicio, fim: first and last day of the cycle
    :param adesao_inicio, adesao_fim: first and last day on which requests can be sent; within the cycle at its end

    :returns: the row of ``msativo_ciclo_list``
    """
    tk.check_access("msativo_ciclo_create", context, data_dict)
    data = schema.validated(data_dict, programme_schema.ciclo_create(), context)
    _lock()
    if reading.cycle(data["id"]) is not None:
        model.Session.rollback()
        raise tk.ValidationError({"id": [tk._("There is a cycle “{ciclo}” already.").format(ciclo=data["id"])]})
    row = Ciclo(id=data["id"], nome=data["nome"], **{name: data[name].date() for name in DAYS})
    return _kept(row, context)


def msativo_ciclo_update(context: Any, data_dict: dict[str, Any]) -> dict[str, Any]:
    """Change a cycle's name or days; what is not given stays.

    :param id: of the cycle
    :param nome, inicio, fim, adesao_inicio, adesao_fim: as of ``msativo_ciclo_create``

    :returns: the row of ``msativo_ciclo_list``
    """
    tk.check_access("msativo_ciclo_update", context, data_dict)
    data = schema.validated(data_dict, programme_schema.ciclo_update(), context)
    _lock()
    row = reading.cycle(data["id"])
    if row is None:
        model.Session.rollback()
        raise tk.ObjectNotFound(tk._("There is no cycle “{ciclo}”.").format(ciclo=data["id"]))
    _change(row, data)
    return _kept(row, context)


def msativo_ciclo_close(context: Any, data_dict: dict[str, Any]) -> dict[str, Any]:
    """Close the requests and plans of a cycle that has ended, and carry chosen plans on.

    What a carried plan has not delivered becomes a draft of the next cycle: with what is left of its targets and as
    many days as it had. Evidence that waits is still reviewed.

    :param id: of the cycle
    :param levar: ids of plans to carry on
    :param para: id of the cycle into which they go
    :param simular: only say what would be closed, and of each open plan what it would carry on

    :returns: ``{"ciclo", "simulado", "adesoes", "planos", "levados": [{"plano", "titulo", "municipio", "entregas",
        "novo"}]}``: how many were closed, and the titles of what goes on
    """
    tk.check_access("msativo_ciclo_close", context, data_dict)
    data = schema.validated(data_dict, programme_schema.ciclo_close(), context)
    cycle = _known(data["id"])
    if data.get("simular"):
        outcome = rollover.open_counts(cycle)
        model.Session.rollback()
    else:
        into = _known(data["para"]) if data.get("para") else None
        with transaction():
            outcome = rollover.close(context, cycle, data.get("levar") or (), into, clock.now(context))
    return {"ciclo": data["id"], "simulado": bool(data.get("simular")), **asdict(outcome)}


def _known(identifier: str) -> Ciclo:
    row = reading.cycle(identifier)
    if row is None:
        raise tk.ObjectNotFound(tk._("There is no cycle “{ciclo}”.").format(ciclo=identifier))
    return row


def _change(row: Ciclo, data: Mapping[str, Any]) -> None:
    row.nome = data.get("nome", row.nome)
    for name in DAYS:
        if name in data:
            setattr(row, name, data[name].date())


def _lock() -> None:
    model.Session.execute(sa.text("SELECT pg_advisory_xact_lock(:key)"), {"key": CYCLES_LOCK})


def _kept(row: Ciclo, context: Any) -> dict[str, Any]:
    try:
        with model.Session.no_autoflush, refusals("ciclo"):
            others = [other for other in reading.cycles() if other.id != row.id]
            rules.checked([adesoes.cycle_of(other) for other in (*others, row)])
        model.Session.add(row)
        model.Session.commit()
    except BaseException:
        model.Session.rollback()
        raise
    return _shown(row, context)


def _shown(row: Ciclo, context: Any) -> dict[str, Any]:
    today = clock.today(context)
    cycle = adesoes.cycle_of(row)
    return {
        "id": row.id,
        "nome": row.nome,
        **{name: getattr(row, name).isoformat() for name in DAYS},
        "adesao_aberta": cycle.takes(today),
        "em_curso": row.inicio <= today <= row.fim,
    }
