"""Monitoring: the progress of approved plans by any grouping, as of any day."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

import ckan.plugins.toolkit as tk

from ckanext.msativo.logic import clock, monitoring_schema, schema
from ckanext.msativo.logic.groupings import ESTADO, GROUPINGS
from ckanext.msativo.logic.monitoring import Monitoring, Query
from ckanext.msativo.model import programme_reading

__all__ = ["msativo_monitoramento_show"]


@tk.side_effect_free
def msativo_monitoramento_show(context: Any, data_dict: dict[str, Any]) -> dict[str, Any]:
    """Return the progress of approved plans by a grouping, with the State's own review times.

    :param grupo: ``estado`` (default), ``regiao`` (immediate), ``municipio``, ``plano``, ``acao``, ``desafio``,
        ``secretaria``
    :param id: only this one of the grouping: a code or name, of a plan its id
    :param regiao, municipio, plano, acao, desafio, secretaria: count only deliveries of that one
    :param ciclo: id (default: all cycles, also as ``todos``)
    :param data: as of the end of that day (default: today)
    :param serie: also the evolution month by month, from the cycle's first to its last day
    :param pendencias: also the deliveries that are overdue, and those that wait for the State
    :param limit, offset: the page

    :returns: ``{"count", "results": [{"grupo", "id", "nome", "entregas", "canceladas", "concluidas", "em_analise",
        "atrasadas", "atrasadas_estado", "declarado", "validado", "previsto", "spi", "luzes", "analises": {"feitas",
        "no_prazo", "dias_mediana", "esperando", "atrasadas"}}], "total", "serie": [{"data", "previsto", "declarado",
        "validado"}], "pendencias": {"atrasadas", "com_estado"}, "data", "ciclo", "snapshot": null}``. Shares are from 0
        to 1. ``total`` is of all deliveries that are counted, each once: a delivery may serve several challenges. Of
        days to come ``serie`` has what is planned. ``pendencias`` are rows of ``msativo_entrega_list``
    """
    tk.check_access("msativo_monitoramento_show", context, data_dict)
    data = schema.validated(data_dict, monitoring_schema.monitoramento_show(), context)
    found = Monitoring.of(_query(data, clock.today(context)))
    rows = found.rows()
    return {
        "count": len(rows),
        "results": rows[data["offset"] : data["offset"] + data["limit"]],
        "total": found.total(),
        "serie": found.series() if data["serie"] else [],
        **({"pendencias": found.pending()} if data["pendencias"] else {}),
        "data": found.query.dia.isoformat(),
        "ciclo": found.query.ciclo,
        "snapshot": None,
    }


def _query(data: Mapping[str, Any], today: date) -> Query:
    """What is asked for; raises `ObjectNotFound` for what is not there, `ValidationError` for a day to come."""
    day = data.get("data") or today
    if day > today:
        message = tk._("{day} is still to come: ask for today or an earlier day.")
        raise tk.ValidationError({"data": [message.format(day=tk.h.msativo_date(day.isoformat()))]})
    ciclo = None if data.get("ciclo") in (None, "", monitoring_schema.EVERY) else data["ciclo"]
    if ciclo is not None and programme_reading.cycle(ciclo) is None:
        raise tk.ObjectNotFound(tk._("There is no cycle “{ciclo}”.").format(ciclo=ciclo))
    asked = {name: data[name] for name in GROUPINGS if name != ESTADO and data.get(name)}
    within = {name: GROUPINGS[name].find(text) for name, text in asked.items()}
    grupo = data["grupo"]
    if data.get("id"):
        key = GROUPINGS[grupo].find(data["id"])
        if within.setdefault(grupo, key) != key:
            raise tk.ValidationError(
                {"id": [tk._("Ask for one {grupo} only.").format(grupo=tk._(GROUPINGS[grupo].label))]}
            )
    return Query(grupo, day, ciclo, within)
