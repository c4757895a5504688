"""Steps of a delivery that are not of its evidence: it begins, or it is given up."""

from __future__ import annotations

from typing import Any

import ckan.plugins.toolkit as tk

from ckanext.msativo.logic import clock, evidencias, plan_schema, planos, schema, steps
from ckanext.msativo.logic.called import shown
from ckanext.msativo.logic.transactions import transaction
from ckanext.msativo.model import plan_reading as reading
from ckanext.msativo.programme.workflows import ENTREGA

__all__ = ["msativo_entrega_cancel", "msativo_entrega_start"]


def msativo_entrega_start(context: Any, data_dict: dict[str, Any]) -> dict[str, Any]:
    """Say that a delivery is under way; sending its first evidence says so too.

    :param id: of the delivery
    :param versao: the version that the caller has seen

    :returns: as of ``msativo_entrega_show``
    """
    return _step("msativo_entrega_start", context, data_dict, "iniciar")


def msativo_entrega_cancel(context: Any, data_dict: dict[str, Any]) -> dict[str, Any]:
    """Give a delivery up; it counts no more. While its evidence is under review only the coordenação can.

    :param id: of the delivery
    :param versao: the version that the caller has seen
    :param nota: why

    :returns: as of ``msativo_entrega_show``
    """
    return _step("msativo_entrega_cancel", context, data_dict, "cancelar")


def _step(name: str, context: Any, data_dict: dict[str, Any], action: str) -> dict[str, Any]:
    tk.check_access(name, context, data_dict)
    data = schema.validated(data_dict, plan_schema.noted(), context)
    with transaction():
        found = reading.place_of(data["id"])
        if found is None or found[1].aprovada_em is None:
            raise planos.unknown_entrega(data["id"])
        plan = reading.plano(found[1].id, share=True)
        assert plan is not None
        row = steps.held(
            reading.entrega(data["id"], lock=True),
            data,
            planos.unknown_entrega,
            lambda held: shown("msativo_entrega_show", context, held.id),
        )
        planos.check_running(plan)
        who = steps.actor(context, ENTREGA, action, plan.codigo_ibge)
        steps.walk(row, ENTREGA, action, who, clock.now(context), {"nota": data.get("nota") or ""})
        if action == "cancelar":
            evidencias.reject_waiting(row, who, clock.now(context), data.get("nota") or "")
        identifier = row.id
    return shown("msativo_entrega_show", context, identifier)
