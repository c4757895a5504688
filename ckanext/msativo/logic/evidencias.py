"""Evidences: where they belong, who sees them, what a step of one means for its delivery, their public dataset."""

from __future__ import annotations

import io
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import ckan.model as model
import ckan.plugins.toolkit as tk
from ckan.lib.uploader import get_max_resource_size, get_resource_uploader
from werkzeug.datastructures import FileStorage

from ckanext.msativo.logic import evidence_files, planos, publication, steps
from ckanext.msativo.logic.planos import Viewer
from ckanext.msativo.model import Acao, Entrega, Evidencia, EvidenciaArquivo, Plano, programme_reading
from ckanext.msativo.model import evidence_files as files
from ckanext.msativo.model import plan_reading as reading
from ckanext.msativo.programme.days import local_day
from ckanext.msativo.programme.deadlines import EVIDENCIA as REVIEW
from ckanext.msativo.programme.deadlines import deadline
from ckanext.msativo.programme.workflows import ENTREGA, EVIDENCIA, Actor, entrega_action

TYPE = "evidencia"
EDITABLE = frozenset({"rascunho", "devolvida"})


@dataclass(frozen=True)
class Place:
    """An evidence with all that it belongs to."""

    entrega: Entrega
    plano: Plano
    acao: Acao

    @property
    def code(self) -> str:
        return self.plano.codigo_ibge

    @property
    def secretariat(self) -> str:
        return self.acao.secretaria_id


# -- who ---------------------------------------------------------------------------------------------------------------
def place(entrega_id: str) -> Place:
    """Raises `ObjectNotFound`; a delivery exists for evidence once its plan was approved."""
    found = reading.place_of(entrega_id)
    if found is None or found[1].aprovada_em is None:
        raise planos.unknown_entrega(entrega_id)
    return Place(*found)


def sees_whole(viewer: Viewer, row: Evidencia, where: Place) -> bool:
    """The prefeitura and the coordenação all of them, the action's secretariat those that were sent."""
    return viewer.sees(where.code, () if row.estado == EVIDENCIA.initial else (where.secretariat,))


def unknown(reference: str) -> tk.ObjectNotFound:
    return tk.ObjectNotFound(tk._("There is no evidence “{id}”.").format(id=reference))


def file_content(context: Any, evidence: str, file: str) -> tuple[EvidenciaArquivo, bytes] | None:
    """A file as it was sent, for those who see the evidence whole; None for others and when there is none."""
    row = reading.evidencia(evidence) if files.ID.fullmatch(evidence) else None
    kept = files.file(file)
    if (
        row is None
        or kept is None
        or kept.evidencia_id != row.id
        or not sees_whole(planos.viewer(context), row, place(row.entrega_id))
    ):
        return None
    content = evidence_files.content(kept.id)
    return None if content is None else (kept, content)


# -- steps -------------------------------------------------------------------------------------------------------------
def held_place(row_id: str) -> Place:
    """The delivery of an evidence, held, and its plan, kept as it is until the transaction ends."""
    where = place(row_id)
    plan = reading.plano(where.plano.id, share=True)
    entrega = reading.entrega(row_id, lock=True)
    assert plan is not None and entrega is not None
    return Place(entrega, plan, where.acao)


def submit(row: Evidencia, where: Place, who: Actor, at: datetime) -> None:
    """Send it: its delivery waits for the State with it, and the State's 15 days begin."""
    planos.check_running(where.plano)
    steps.walk(row, EVIDENCIA, "enviar", who, at, facts(row, where))
    row.enviada_em, row.respondida_em = at, None
    row.prazo = deadline(at, local_day(at), REVIEW).due
    if where.entrega.estado == ENTREGA.initial:
        steps.walk(where.entrega, ENTREGA, "iniciar", who, at, {})
    _follow(row, where, "enviar", who, at, None, "")


def start_review(row: Evidencia, where: Place, who: Actor, at: datetime) -> None:
    steps.walk(row, EVIDENCIA, "analisar", who, at, facts(row, where))
    _follow(row, where, "analisar", who, at, None, "")


def review(row: Evidencia, where: Place, decision: str, who: Actor, at: datetime, given: Mapping[str, Any]) -> None:
    """Answer it; one that was only sent begins its review by that."""
    if row.estado == "enviada":
        start_review(row, where, who, at)
    note = given.get("nota") or ""
    known = facts(row, where, note)
    known["quantidade_aceita"] = given.get("quantidade_aceita")
    if decision == "aceitar" and where.entrega.meta is not None and known["quantidade_aceita"] is None:
        known["quantidade_aceita"] = row.quantidade
    steps.walk(row, EVIDENCIA, decision, who, at, known)
    row.respondida_em = at
    if row.estado in ("aceita", "aceita_parcial"):
        row.quantidade_aceita = known["quantidade_aceita"]
    model.Session.flush()
    _follow(row, where, decision, who, at, planos.accepted([where.entrega.id])[where.entrega.id], note)


def _follow(
    row: Evidencia, where: Place, action: str, who: Actor, at: datetime, accepted: float | None, note: str
) -> None:
    """What the evidence's step means for its delivery."""
    target = where.entrega.meta
    step = entrega_action(action, accepted=accepted, target=target)
    known = {"evidencia": row.id, "quantidade_aceita": accepted, "meta": target, "nota": note}
    steps.walk(where.entrega, ENTREGA, step, who, at, known)


def reject_waiting(where: Entrega, who: Actor, at: datetime, note: str) -> None:
    """The delivery was given up: what waits of its evidence is not reviewed any more."""
    for row in reading.evidences_of([where.id]).get(where.id, ()):
        if row.estado == "enviada":
            steps.walk(row, EVIDENCIA, "analisar", who, at, {})
        if row.estado == "em_analise":
            steps.walk(row, EVIDENCIA, "rejeitar", who, at, {"nota": note})
            row.respondida_em = at


def facts(row: Evidencia, where: Place, note: str = "") -> dict[str, Any]:
    """What the workflow asks about an evidence."""
    sent = files.of(row.id)
    return {
        "descricao": row.descricao,
        "data": row.data,
        "quantidade": row.quantidade if where.entrega.meta is not None else None,
        "com_quantidade": where.entrega.meta is not None,
        "arquivos": [one.hash for one in sent],
        "link": row.link,
        "publicavel": row.publicavel,
        "nota": note,
    }


# -- publishing --------------------------------------------------------------------------------------------------------
def publish(row: Evidencia, where: Place, as_sent: Iterable[str]) -> None:
    """Show an accepted evidence: clean copies of its photos, and of other files those whose ids are in ``as_sent``."""
    chosen = set(as_sent)
    sent = [one for one in files.of(row.id) if one.formato in evidence_files.IMAGES or one.id in chosen]
    try:
        copies = [_resource(one, number, one.id in chosen) for number, one in enumerate(sent, 1)]
    except evidence_files.FileError as error:
        raise tk.ValidationError({"publicar": [error.message.text(tk._)]}) from error
    publication.publish(
        {
            "id": row.id,
            "type": TYPE,
            "name": f"evidencia-{row.numero}",
            "title": f"Evidência: {where.entrega.titulo}",
            "notes": row.descricao,
            "owner_org": programme_reading.prefeitura_of(where.code),
            "codigo_ibge": where.code,
            "ciclo": where.plano.ciclo_id,
            "resources": [described for described, _ in copies],
        },
    )
    model.Session.flush()
    query = model.Session.query(model.Resource).filter_by(package_id=row.id, state="active")
    for resource, (_, keeper) in zip(query.order_by(model.Resource.position), copies, strict=True):
        keeper.upload(resource.id, get_max_resource_size())
    row.publicada = True


def _resource(file: EvidenciaArquivo, number: int, as_sent: bool) -> tuple[dict[str, Any], Any]:
    """A copy to be published, and the uploader that keeps it; its name says nothing of a person."""
    content = evidence_files.clean_copy(file, as_sent=as_sent)
    name = f"evidencia-{number}.{file.formato.lower()}"
    described = {
        "name": name,
        "format": file.formato,
        "mimetype": file.tipo,
        "size": len(content),
        "upload": FileStorage(io.BytesIO(content), name, content_type=file.tipo),
    }
    return described, get_resource_uploader(described)
