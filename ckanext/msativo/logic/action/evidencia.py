"""Evidences: a prefeitura proves a delivery, the action's secretariat reviews it within 15 days."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import ckan.model as model
import ckan.plugins.toolkit as tk
from ckan.model.types import make_uuid

from ckanext.msativo.logic import (
    clock,
    cycle_notices,
    evidence_files,
    evidence_schema,
    evidencias,
    notices,
    plan_schema,
    planos,
    schema,
    steps,
)
from ckanext.msativo.logic.called import shown
from ckanext.msativo.logic.evidencias import Place
from ckanext.msativo.logic.transactions import index, transaction
from ckanext.msativo.model import Evidencia
from ckanext.msativo.model import evidence_files as files
from ckanext.msativo.model import plan_reading as reading
from ckanext.msativo.model.evidence import ONE_WAITING
from ckanext.msativo.programme.workflows import EVIDENCIA

__all__ = [
    "msativo_evidencia_assign",
    "msativo_evidencia_create",
    "msativo_evidencia_delete",
    "msativo_evidencia_review",
    "msativo_evidencia_start_review",
    "msativo_evidencia_submit",
    "msativo_evidencia_update",
]

FIELDS = ("descricao", "data", "lugar", "quantidade", "link", "publicavel")


# -- the prefeitura ----------------------------------------------------------------------------------------------------
def msativo_evidencia_create(context: Any, data_dict: dict[str, Any]) -> dict[str, Any]:
    """Start an evidence of a delivery, as a draft that its prefeitura and the coordenação see.

    :param entrega: id of the delivery
    :param descricao: what it shows
    :param data: the day of what it shows
    :param lugar: where
    :param quantidade: what was delivered, in the delivery's unit
    :param link: of a video, https
    :param publicavel: whether it may be published once it is accepted (photos as copies without camera data)
    :param upload: files: PDF, JPG, PNG, XLSX

    :returns: as of ``msativo_evidencia_show``
    """
    tk.check_access("msativo_evidencia_create", context, data_dict)
    data = schema.validated(data_dict, evidence_schema.evidencia_create(), context)
    sent, at = evidence_files.read(data_dict.get("upload")), clock.now(context)
    kept = None
    try:
        with transaction():
            where = evidencias.place(data["entrega"])
            planos.check_running(where.plano)
            row = Evidencia(
                id=make_uuid(), entrega_id=where.entrega.id, estado=EVIDENCIA.initial, versao=1, criada_em=at
            )
            _put(row, data)
            model.Session.add(row)
            model.Session.flush()
            kept = evidence_files.keep(row.id, sent, at)
            steps.created(row, EVIDENCIA, steps.actor(context, EVIDENCIA, "enviar", where.code), at)
            identifier = row.id
    except BaseException:
        if kept is not None:
            kept.undo()
        raise
    return shown("msativo_evidencia_show", context, identifier)


def _put(row: Evidencia, data: Mapping[str, Any]) -> list[str]:
    given = [name for name in FIELDS if name in data]
    for name in given:
        setattr(row, name, data[name])
    return given


def msativo_evidencia_update(context: Any, data_dict: dict[str, Any]) -> dict[str, Any]:
    """Change an evidence in draft or one that was returned; what is not given stays.

    :param id: of the evidence
    :param versao: the version that the caller has seen; an older one is refused, with the evidence as it is now
    :param descricao, data, lugar, quantidade, link, publicavel: as of ``msativo_evidencia_create``
    :param upload: files to add
    :param remover: ids of files to take away

    :returns: as of ``msativo_evidencia_show``
    """
    tk.check_access("msativo_evidencia_update", context, data_dict)
    data = schema.validated(data_dict, evidence_schema.evidencia_update(), context)
    kept, gone, at = None, [], clock.now(context)
    try:
        with transaction():
            row = _held(context, data)
            where = evidencias.place(row.entrega_id)
            _check_editable(row)
            changed = _put(row, data)
            gone = _removed(row, data.get("remover") or [])
            there = [one for one in files.of(row.id) if one.id not in gone]
            sent = evidence_files.read(data_dict.get("upload"), already=len(there))
            kept = evidence_files.keep(row.id, sent, at, first=max((one.posicao for one in there), default=-1) + 1)
            who = steps.actor(context, EVIDENCIA, "enviar", where.code)
            steps.edited(row, EVIDENCIA, who, at, [*changed, *(["arquivos"] if gone or sent else [])])
            identifier = row.id
    except BaseException:
        if kept is not None:
            kept.undo()
        raise
    for file in gone:
        evidence_files.discard(file)
    return shown("msativo_evidencia_show", context, identifier)


def _check_editable(row: Evidencia) -> None:
    if row.estado not in evidencias.EDITABLE:
        state = tk._(EVIDENCIA.states[row.estado])
        message = tk._("An evidence can be changed in draft or when it was returned; this one is: {state}.")
        raise tk.ValidationError({"estado": [message.format(state=state)]})


def _removed(row: Evidencia, wanted: list[str]) -> list[str]:
    own = {one.id: one for one in files.of(row.id)}
    unknown = [one for one in wanted if one not in own]
    if unknown:
        raise tk.ValidationError({"remover": [tk._("This evidence has no such file.")]})
    for one in wanted:
        model.Session.delete(own[one])
    model.Session.flush()
    return wanted


def _held(context: Any, data: Mapping[str, Any]) -> Evidencia:
    return steps.held(
        reading.evidencia(data["id"], lock=True),
        data,
        evidencias.unknown,
        lambda row: shown("msativo_evidencia_show", context, row.id),
    )


def msativo_evidencia_delete(context: Any, data_dict: dict[str, Any]) -> dict[str, Any]:
    """Delete an evidence that was never sent, with its files.

    :param id: of the evidence
    :param versao: the version that the caller has seen

    :returns: ``{"id"}``
    """
    tk.check_access("msativo_evidencia_delete", context, data_dict)
    data = schema.validated(data_dict, plan_schema.versioned(), context)
    with transaction():
        row = _held(context, data)
        if row.estado != EVIDENCIA.initial or row.enviada_em is not None:
            raise tk.ValidationError({"estado": [tk._("What was sent stays in the history: it is not deleted.")]})
        gone = [one.id for one in files.of(row.id)]
        for one in files.of(row.id):
            model.Session.delete(one)
        model.Session.delete(row)
        identifier = row.id
    for file in gone:
        evidence_files.discard(file)
    return {"id": identifier}


def msativo_evidencia_submit(context: Any, data_dict: dict[str, Any]) -> dict[str, Any]:
    """Send an evidence: its delivery waits for the State, whose 15 days begin.

    :param id: of the evidence
    :param versao: the version that the caller has seen

    :returns: as of ``msativo_evidencia_show``
    """

    def send(row: Evidencia, where: Place) -> None:
        who = steps.actor(context, EVIDENCIA, "enviar", where.code)
        evidencias.submit(row, where, who, clock.now(context))
        cycle_notices.evidencia_sent(row, where, who, clock.now(context))

    return _step(
        "msativo_evidencia_submit", context, data_dict, plan_schema.versioned(), lambda row, where, _: send(row, where)
    )


# -- the secretariat ---------------------------------------------------------------------------------------------------
def msativo_evidencia_start_review(context: Any, data_dict: dict[str, Any]) -> dict[str, Any]:
    """Say that the review of an evidence has begun; answering it says so too.

    :param id: of the evidence
    :param versao: the version that the caller has seen

    :returns: as of ``msativo_evidencia_show``
    """

    def start(row: Evidencia, where: Place, _data: Mapping[str, Any]) -> None:
        evidencias.start_review(row, where, _reviewer(context, where), clock.now(context))

    return _step("msativo_evidencia_start_review", context, data_dict, plan_schema.versioned(), start)


def _reviewer(context: Any, where: Place) -> Any:
    return steps.actor(context, EVIDENCIA, "analisar", secretariats={where.secretariat})


def msativo_evidencia_review(context: Any, data_dict: dict[str, Any]) -> dict[str, Any]:
    """Answer an evidence for the State. What is accepted is locked; corrections are new evidence.

    :param id: of the evidence
    :param versao: the version that the caller has seen
    :param decisao: ``aceitar``, ``aceitar_parcial``, ``devolver`` (for correction) or ``rejeitar`` (ends the delivery)
    :param quantidade_aceita: of a part; above 0 and below what was declared
    :param nota: the reasons; needed unless it is accepted whole
    :param publicar: publish what is accepted (default: no); the prefeitura must have agreed
    :param publicar_arquivos: ids of PDF and XLSX files that are published as they were sent

    :returns: as of ``msativo_evidencia_show``
    """

    def answer(row: Evidencia, where: Place, data: Mapping[str, Any]) -> None:
        who, at = _reviewer(context, where), clock.now(context)
        evidencias.review(row, where, data["decisao"], who, at, data)
        cycle_notices.evidencia_answered(row, where, who, at)
        if data.get("publicar"):
            _check_publishable(row)
            evidencias.publish(row, where, data.get("publicar_arquivos") or ())

    answered = _step("msativo_evidencia_review", context, data_dict, evidence_schema.evidencia_review(), answer)
    if answered["publicada"]:
        index(answered["id"])
    return answered


def _check_publishable(row: Evidencia) -> None:
    if row.estado not in ("aceita", "aceita_parcial"):
        raise tk.ValidationError({"publicar": [tk._("Only what is accepted can be published.")]})
    if not row.publicavel:
        raise tk.ValidationError({"publicar": [tk._("The prefeitura did not agree that this evidence is published.")]})


def msativo_evidencia_assign(context: Any, data_dict: dict[str, Any]) -> dict[str, Any]:
    """Give the review of an evidence to somebody of the secretariat or the coordenação, or to nobody in particular.

    :param id: of the evidence
    :param versao: the version that the caller has seen
    :param revisor: name or id of the user; empty: whoever of the secretariat

    :returns: as of ``msativo_evidencia_show``
    """

    def assign(row: Evidencia, where: Place, data: Mapping[str, Any]) -> None:
        if row.estado not in EVIDENCIA.waiting:
            raise tk.ValidationError({"estado": [tk._("This evidence does not wait for a review.")]})
        user = model.User.get(data["revisor"]) if data.get("revisor") else None
        if data.get("revisor") and (user is None or user.id not in _reviewers(where)):
            raise tk.ValidationError({"revisor": [tk._("This person cannot review evidence of the action.")]})
        row.revisor_id = user.id if user else None
        who = _reviewer(context, where)
        steps.edited(row, EVIDENCIA, who, clock.now(context), ["revisor"])

    return _step("msativo_evidencia_assign", context, data_dict, evidence_schema.evidencia_assign(), assign)


def _reviewers(where: Place) -> set[str]:
    return notices.secretaria(where.secretariat) | notices.coordenacao()


# -- one step ----------------------------------------------------------------------------------------------------------
def _step(
    name: str,
    context: Any,
    data_dict: dict[str, Any],
    of: schema.Schema,
    do: Callable[[Evidencia, Place, Mapping[str, Any]], None],
) -> dict[str, Any]:
    """The delivery is held before its evidence, always in that order."""
    tk.check_access(name, context, data_dict)
    data = schema.validated(data_dict, of, context)
    with transaction({ONE_WAITING: _another_waits}):
        known = reading.evidencia(data["id"])
        if known is None:
            raise evidencias.unknown(data["id"])
        where = evidencias.held_place(known.entrega_id)
        row = _held(context, data)
        do(row, where, data)
        identifier = row.id
    return shown("msativo_evidencia_show", context, identifier)


def _another_waits() -> tk.ValidationError:
    return tk.ValidationError({"estado": [tk._("Another evidence of this delivery waits for its review.")]})
