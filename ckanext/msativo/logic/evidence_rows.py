"""Evidences as the API shows them: to everyone what was published, to those concerned everything."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from ckanext.msativo.logic import evidence_files, images, steps
from ckanext.msativo.logic.evidencias import Place
from ckanext.msativo.logic.territory import territory
from ckanext.msativo.model import Evidencia, EvidenciaArquivo, programme_reading
from ckanext.msativo.model import evidence_files as files
from ckanext.msativo.programme.deadlines import EVIDENCIA as REVIEW
from ckanext.msativo.programme.deadlines import deadline
from ckanext.msativo.programme.workflows import EVIDENCIA


def public_row(row: Evidencia, where: Place) -> dict[str, Any]:
    by_code = territory().by_code
    return {
        "id": row.id,
        "numero": row.numero,
        "entrega": {"id": where.entrega.id, "titulo": where.entrega.titulo, "unidade": where.entrega.unidade},
        "plano": where.plano.id,
        "acao": where.acao.nome,
        "codigo_ibge": where.code,
        "municipio": by_code[where.code].nome if where.code in by_code else where.code,
        "estado": row.estado,
        "descricao": row.descricao,
        "data": row.data.isoformat() if row.data else None,
        "lugar": row.lugar,
        "link": row.link,
        "quantidade": row.quantidade,
        "quantidade_aceita": row.quantidade_aceita,
        "enviada_em": row.enviada_em.isoformat() if row.enviada_em else None,
        "prazo": row.prazo.isoformat() if row.prazo else None,
        "respondida_em": row.respondida_em.isoformat() if row.respondida_em else None,
        "publicada": row.publicada,
    }


def own_row(row: Evidencia, where: Place, today: date) -> dict[str, Any]:
    counted = None
    if row.estado in EVIDENCIA.waiting and row.enviada_em:
        counted = deadline(row.enviada_em, today, REVIEW)
    return {
        **public_row(row, where),
        "versao": row.versao,
        "meta": where.entrega.meta,
        "publicavel": row.publicavel,
        "dias_restantes": counted.days_left if counted else None,
        "atrasada": bool(counted and counted.overdue),
        "revisor_id": row.revisor_id,
    }


def file_rows(row: Evidencia) -> list[dict[str, Any]]:
    """The files as they were sent, with the earlier evidences that had the very same ones."""
    kept = files.of(row.id)
    found = evidence_files.duplicates({one.hash for one in kept}, row.id)
    return [_file(one, [other for other in found if other.hash == one.hash]) for one in kept]


def _file(row: EvidenciaArquivo, same: Iterable[EvidenciaArquivo]) -> dict[str, Any]:
    return {
        "id": row.id,
        "nome": row.nome,
        "formato": row.formato,
        "tamanho": row.tamanho,
        "hash": row.hash,
        "iguais": sorted({one.evidencia_id for one in same}),
    }


def photo_facts(file: Mapping[str, Any]) -> dict[str, Any]:
    """What a photo itself says of its moment and place, for who reviews it."""
    content = evidence_files.content(file["id"]) if file["formato"] in evidence_files.IMAGES else None
    if content is None:
        return {}
    found = images.facts(content, evidence_files.IMAGES[file["formato"]])
    taken = found.taken_at.isoformat() if found.taken_at else None
    return {"tirada_em": taken, "latitude": found.latitude, "longitude": found.longitude}


def possible(context: Any, row: Evidencia, where: Place) -> list[str]:
    return steps.possible_for(context, EVIDENCIA, row.estado, where.code, {where.secretariat})


def reviewer(row: Evidencia) -> str | None:
    """Display name of whom the review was given to."""
    return programme_reading.user_names([row.revisor_id]).get(row.revisor_id) if row.revisor_id else None
