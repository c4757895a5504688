"""Evidences as they are read: everyone sees what was published, those concerned everything."""

from __future__ import annotations

from datetime import date
from typing import Any

import ckan.model as model
import ckan.plugins.toolkit as tk

from ckanext.msativo.logic import clock, covering, evidence_rows, evidence_schema, evidencias, people, planos, schema
from ckanext.msativo.logic.evidencias import Place
from ckanext.msativo.logic.histories import history_rows
from ckanext.msativo.logic.territory import find_municipality
from ckanext.msativo.model import Evidencia
from ckanext.msativo.model import plan_reading as reading
from ckanext.msativo.model.plan_reading import EvidenceFilters
from ckanext.msativo.programme.workflows import EVIDENCIA

__all__ = ["msativo_evidencia_history", "msativo_evidencia_list", "msativo_evidencia_show"]


@tk.side_effect_free
def msativo_evidencia_list(context: Any, data_dict: dict[str, Any]) -> dict[str, Any]:
    """Return evidences: those that wait for the State first, the most urgent on top, then the newest.

    Everyone sees those that were published, a prefeitura its own, a secretariat those sent for its actions, the
    coordenação all.

    :param entrega, plano: id
    :param municipio: code or name
    :param estado: ``rascunho``, ``enviada``, ``em_analise``, ``aceita``, ``aceita_parcial``, ``devolvida``,
        ``rejeitada``
    :param fila: only those that wait for a review that the caller can give
    :param minhas: only those whose review was given to the caller, or to whom the caller covers today
    :param limit, offset: the page

    :returns: ``{"count", "results": [{"id", "numero", "entrega", "plano", "acao", "codigo_ibge", "municipio", "estado",
        "descricao", "data", "lugar", "link", "quantidade", "quantidade_aceita", "enviada_em", "prazo", "respondida_em",
        "publicada"}], "snapshot": null}``; for those concerned also ``versao``, ``meta``, ``publicavel``,
        ``dias_restantes``, ``atrasada``, ``revisor_id``
    """
    tk.check_access("msativo_evidencia_list", context, data_dict)
    data = schema.validated(data_dict, evidence_schema.evidencia_list(), context)
    viewer, today = planos.viewer(context), clock.today(context)
    count, rows = reading.evidencias(_filters(context, data, viewer), data["limit"], data["offset"])
    results = [_row(viewer, row, Place(*where), today) for row, *where in rows]
    return {"count": count, "results": results, "snapshot": None}


def _filters(context: Any, data: dict[str, Any], viewer: planos.Viewer) -> EvidenceFilters:
    user = context.get("user") or ""
    states = [data["estado"]] if data.get("estado") else None
    queue = None
    if data.get("fila"):
        states = sorted(EVIDENCIA.waiting)
        coordinates = people.is_portal(context) or people.in_coordenacao(user)
        queue = None if coordinates else people.secretariats_of(user)
    return EvidenceFilters(
        own=None if viewer.reader.all else viewer.reader.own,
        secretariats=viewer.secretariats,
        entrega=data.get("entrega") or None,
        plano=data.get("plano") or None,
        codigo=find_municipality(data["municipio"]).codigo_ibge if data.get("municipio") else None,
        estados=states,
        revisores=_mine(context, user) if data.get("minhas") else None,
        of_secretariats=queue,
    )


def _mine(context: Any, user: str) -> frozenset[str]:
    """Whose reviews are the caller's today: his or her own, and those of whom he or she covers."""
    found = model.User.get(user) if user else None
    return covering.covered(found.id, clock.today(context)) | {found.id} if found else frozenset()


def _row(viewer: planos.Viewer, row: Evidencia, where: Place, today: date) -> dict[str, Any]:
    if evidencias.sees_whole(viewer, row, where):
        return evidence_rows.own_row(row, where, today)
    return evidence_rows.public_row(row, where)


@tk.side_effect_free
def msativo_evidencia_show(context: Any, data_dict: dict[str, Any]) -> dict[str, Any]:
    """Return one evidence, as of ``msativo_evidencia_list``.

    Those concerned also see ``arquivos`` (with earlier evidences that had the very same file, and what a photo says of
    its moment and place), ``revisor``, ``possiveis`` and ``editavel``. One that was not published is not found by
    others.

    :param id: of the evidence
    """
    tk.check_access("msativo_evidencia_show", context, data_dict)
    data = schema.validated(data_dict, schema.by_id(), context)
    row, where, viewer = _found(context, data["id"])
    shown = _row(viewer, row, where, clock.today(context))
    if not evidencias.sees_whole(viewer, row, where):
        return shown
    possible = evidence_rows.possible(context, row, where)
    return {
        **shown,
        "arquivos": [{**one, **evidence_rows.photo_facts(one)} for one in evidence_rows.file_rows(row)],
        "revisor": evidence_rows.reviewer(row),
        "possiveis": possible,
        "editavel": row.estado in evidencias.EDITABLE and "enviar" in possible,
    }


def _found(context: Any, reference: str) -> tuple[Evidencia, Place, planos.Viewer]:
    row = reading.evidencia(reference)
    if row is None:
        raise evidencias.unknown(reference)
    where = evidencias.place(row.entrega_id)
    viewer = planos.viewer(context)
    if not (row.publicada or evidencias.sees_whole(viewer, row, where)):
        raise evidencias.unknown(reference)
    return row, where, viewer


@tk.side_effect_free
def msativo_evidencia_history(context: Any, data_dict: dict[str, Any]) -> dict[str, Any]:
    """Return the steps of an evidence, oldest first; to everyone, once it was published, without words and people.

    :param id: of the evidence
    """
    tk.check_access("msativo_evidencia_history", context, data_dict)
    data = schema.validated(data_dict, schema.by_id(), context)
    row, where, viewer = _found(context, data["id"])
    whole = evidencias.sees_whole(viewer, row, where)
    rows = history_rows(EVIDENCIA.name, row.id, whole=whole, with_names=viewer.reader.all, public_from="enviar")
    return {"count": len(rows), "results": rows, "snapshot": None}
