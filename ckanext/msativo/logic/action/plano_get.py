"""Plans and deliveries as they are read: everyone sees what was approved, those concerned everything."""

from __future__ import annotations

from typing import Any

import ckan.plugins.toolkit as tk

from ckanext.msativo.logic import adesoes, clock, plan_schema, plano_rows, planos, progressing, schema
from ckanext.msativo.logic.histories import history_rows
from ckanext.msativo.logic.territory import find_municipality
from ckanext.msativo.model import Acao, Entrega, Plano, menu_reading
from ckanext.msativo.model import plan_reading as reading
from ckanext.msativo.model.plan_reading import PlanFilters, Scope
from ckanext.msativo.programme.progress import standing
from ckanext.msativo.programme.workflows import ENTREGA, PLANO

__all__ = [
    "msativo_entrega_history",
    "msativo_entrega_list",
    "msativo_entrega_show",
    "msativo_plano_history",
    "msativo_plano_list",
    "msativo_plano_show",
]


# -- plans -------------------------------------------------------------------------------------------------------------
@tk.side_effect_free
def msativo_plano_list(context: Any, data_dict: dict[str, Any]) -> dict[str, Any]:
    """Return plans, the newest first: to everyone those that were approved, to a prefeitura and the State all of them.

    :param municipio: code or name
    :param ciclo: id
    :param acao: id or name of an action that the plan took
    :param estado: ``rascunho``, ``enviado``, ``aprovado``, ``devolvido``, ``em_aditivo``, ``concluido``, ``encerrado``
    :param limit, offset: the page

    :returns: ``{"count", "results": [{"id", "numero", "titulo", "codigo_ibge", "municipio", "ciclo", "ciclo_nome",
        "estado", "aprovada_em", "entregas", "progresso"}], "snapshot": null}``; ``progresso`` as of
        ``msativo_plano_show``
    """
    tk.check_access("msativo_plano_list", context, data_dict)
    data = schema.validated(data_dict, plan_schema.plano_list(), context)
    sees, today = adesoes.reader(context), clock.today(context)
    filters = PlanFilters(
        own=None if sees.all else sees.own,
        codigo=find_municipality(data["municipio"]).codigo_ibge if data.get("municipio") else None,
        ciclo=data.get("ciclo") or None,
        acao=_action(data.get("acao")),
        estados=[data["estado"]] if data.get("estado") else None,
    )
    count, rows = reading.planos(filters, data["limit"], data["offset"])
    counts = reading.counts([row.id for row, _ in rows])
    progress = plano_rows.progress_by_plan([row.id for row, _ in rows], today)
    results = [
        {
            **plano_rows.row(row, cycle, sees.sees(row.codigo_ibge)),
            "entregas": counts.get(row.id, 0),
            "progresso": progress.get(row.id),
        }
        for row, cycle in rows
    ]
    return {"count": count, "results": results, "snapshot": None}


def _action(reference: str | None) -> str | None:
    """Id of the action that is asked for; an unknown one finds nothing."""
    if not reference:
        return None
    row = menu_reading.acao(reference)
    return row.id if row else reference


@tk.side_effect_free
def msativo_plano_show(context: Any, data_dict: dict[str, Any]) -> dict[str, Any]:
    """Return one plan: its row, its actions in the version it took, its deliveries with their progress, totals.

    Its prefeitura, the coordenação and the secretariats of its actions also see an open amendment (``proposta``,
    ``diferencas``), ``possiveis`` and ``editavel``; who answers for a delivery, a secretariat sees of its own actions.
    One that was never approved is not found by others.

    :param id: of the plan

    :returns: the row of ``msativo_plano_list`` with ``acoes``, ``entregas`` (rows of ``msativo_entrega_list``) and
        ``progresso``: ``{"entregas", "canceladas", "concluidas", "em_analise", "atrasadas", "atrasadas_estado",
        "declarado", "validado", "previsto", "spi", "luzes"}``, null before the approval
    """
    tk.check_access("msativo_plano_show", context, data_dict)
    data = schema.validated(data_dict, schema.by_id(), context)
    row, taken, viewer, whole = _plan(context, data["id"])
    deliveries, progress = plano_rows.deliveries(row, taken, clock.today(context), viewer)
    shown = {
        **plano_rows.row(row, planos.cycle(row), whole),
        "acoes": plano_rows.actions(taken),
        "entregas": deliveries,
        "progresso": progress,
    }
    if not whole:
        return shown
    possible = plano_rows.possible(context, row)
    return {
        **shown,
        "possiveis": possible,
        "editavel": row.estado in planos.EDITABLE and "enviar" in possible,
        "proposta": plano_rows.proposal(row, taken, viewer),
        "diferencas": list(plano_rows.differences(row, viewer)),
    }


def _plan(context: Any, reference: str) -> tuple[Plano, list[plano_rows.Taken], planos.Viewer, bool]:
    """The plan, its actions, who looks at it, and whether he or she sees more than everyone."""
    row = reading.plano(reference)
    if row is None:
        raise planos.unknown(reference)
    taken, viewer = reading.actions_of([row.id]).get(row.id, []), planos.viewer(context)
    leaders = {acao.secretaria_id for _, acao, _ in taken}
    whole = viewer.sees(row.codigo_ibge, leaders if row.aprovada_em else ())
    if row.aprovada_em is None and not whole:
        raise planos.unknown(reference)
    return row, taken, viewer, whole


@tk.side_effect_free
def msativo_plano_history(context: Any, data_dict: dict[str, Any]) -> dict[str, Any]:
    """Return the steps of a plan, oldest first; to everyone those since its first approval, without words and people.

    :param id: of the plan
    """
    tk.check_access("msativo_plano_history", context, data_dict)
    data = schema.validated(data_dict, schema.by_id(), context)
    row, _taken, viewer, whole = _plan(context, data["id"])
    rows = history_rows(PLANO.name, row.id, whole=whole, with_names=viewer.reader.all, public_from="aprovar")
    return {"count": len(rows), "results": rows, "snapshot": None}


# -- deliveries --------------------------------------------------------------------------------------------------------
@tk.side_effect_free
def msativo_entrega_list(context: Any, data_dict: dict[str, Any]) -> dict[str, Any]:
    """Return the deliveries of approved plans with their progress, plan by plan.

    :param plano: id
    :param municipio: code or name
    :param ciclo: id
    :param acao: id or name
    :param estado: of the delivery
    :param luz: ``verde``, ``azul``, ``amarelo``, ``vermelho``, ``cinza``
    :param atrasada: only those that are (not) overdue
    :param data: as of the end of that day (default: today)
    :param limit, offset: the page

    :returns: ``{"count", "results": [{"id", "plano", "acao", "titulo", "prova", "inicio", "prazo", "meta", "unidade",
        "peso", "estado", "codigo_ibge", "ciclo", "declarado", "validado", "previsto", "luz", "motivo", "dias_atraso",
        "atraso_de", "analise_ate"}], "snapshot": null}``; shares from 0 to 1
    """
    tk.check_access("msativo_entrega_list", context, data_dict)
    data = schema.validated(data_dict, plan_schema.entrega_list(), context)
    scope = Scope(
        planos=[data["plano"]] if data.get("plano") else None,
        codigo=find_municipality(data["municipio"]).codigo_ibge if data.get("municipio") else None,
        ciclo=data.get("ciclo") or None,
        acao=_action(data.get("acao")),
    )
    day = data.get("data") or clock.today(context)
    found = [(one, standing(one.record, day)) for one in progressing.known(scope)]
    wanted = [
        (one, stands)
        for one, stands in found
        if stands is not None
        and data.get("estado") in (None, "", stands.state)
        and data.get("luz") in (None, "", stands.light)
        and data.get("atrasada") in (None, stands.overdue)
    ]
    page = wanted[data["offset"] : data["offset"] + data["limit"]]
    viewer = planos.viewer(context)
    rows = [
        plano_rows.known_row(one, stands, viewer.sees(one.plano.codigo_ibge, {one.acao.secretaria_id}))
        for one, stands in page
    ]
    return {"count": len(wanted), "results": rows, "snapshot": None}


@tk.side_effect_free
def msativo_entrega_show(context: Any, data_dict: dict[str, Any]) -> dict[str, Any]:
    """Return one delivery of an approved plan, as of ``msativo_entrega_list``.

    Those concerned also see ``responsavel``, ``versao`` and ``possiveis``; their evidences: ``msativo_evidencia_list``.

    :param id: of the delivery
    """
    tk.check_access("msativo_entrega_show", context, data_dict)
    data = schema.validated(data_dict, schema.by_id(), context)
    row, plan, acao, viewer = _delivery(context, data["id"])
    whole = viewer.sees(plan.codigo_ibge, {acao.secretaria_id})
    one = progressing.known(Scope(entregas=[row.id]))[0]
    shown = plano_rows.known_row(one, standing(one.record, clock.today(context)), whole)
    shown["plano_titulo"] = plan.titulo
    return {**shown, "possiveis": plano_rows.entrega_possible(context, row, plan, acao)} if whole else shown


def _delivery(context: Any, reference: str) -> tuple[Entrega, Plano, Acao, planos.Viewer]:
    found = reading.place_of(reference)
    if found is None or found[1].aprovada_em is None:
        raise planos.unknown_entrega(reference)
    return *found, planos.viewer(context)


@tk.side_effect_free
def msativo_entrega_history(context: Any, data_dict: dict[str, Any]) -> dict[str, Any]:
    """Return the steps of a delivery, oldest first; to everyone without words and people.

    :param id: of the delivery
    """
    tk.check_access("msativo_entrega_history", context, data_dict)
    data = schema.validated(data_dict, schema.by_id(), context)
    row, plan, acao, viewer = _delivery(context, data["id"])
    whole = viewer.sees(plan.codigo_ibge, {acao.secretaria_id})
    rows = history_rows(ENTREGA.name, row.id, whole=whole, with_names=viewer.reader.all)
    return {"count": len(rows), "results": rows, "snapshot": None}
