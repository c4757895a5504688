"""Adesões as the API shows them: to everyone, and to their prefeitura and the coordenação."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from ckanext.msativo.logic import histories, steps, terms
from ckanext.msativo.logic.adesoes import TYPE, Reader, plain
from ckanext.msativo.logic.territory import territory
from ckanext.msativo.model import Adesao, Ciclo
from ckanext.msativo.model import programme_reading as reading
from ckanext.msativo.programme.deadlines import answers, deadline
from ckanext.msativo.programme.workflows import ADESAO

STEPS = frozenset({"enviar", "retirar", "analisar", "aprovar", "devolver", "recusar"})
"""Steps of the workflow that an action does; a cycle's end is the rollover's."""


def public_row(row: Adesao, cycle: Ciclo, today: date) -> dict[str, Any]:
    """What everyone may know of an adesão that was sent."""
    waits = row.estado in ADESAO.waiting
    by_code = territory().by_code
    return {
        "protocolo": row.protocolo,
        "codigo_ibge": row.codigo_ibge,
        "municipio": by_code[row.codigo_ibge].nome if row.codigo_ibge in by_code else row.codigo_ibge,
        "ciclo": cycle.id,
        "ciclo_nome": cycle.nome,
        "estado": row.estado,
        "enviada_em": _moment(row.enviada_em),
        "prazo": row.prazo.isoformat() if row.prazo else None,
        "atrasada": bool(waits and row.prazo and today > row.prazo),
        "respondida_em": _moment(row.respondida_em),
    }


def own_row(row: Adesao, cycle: Ciclo, today: date) -> dict[str, Any]:
    """The public row with what the prefeitura and the coordenação also see."""
    counted = None
    if row.estado in ADESAO.waiting and row.enviada_em:
        counted = deadline(row.enviada_em, today)
    return {
        **public_row(row, cycle, today),
        "id": row.id,
        "versao": row.versao,
        "criada_em": _moment(row.criada_em),
        "em_nome_de": row.em_nome_de,
        "dias_restantes": counted.days_left if counted else None,
        "aviso": counted.warning if counted else None,
    }


def details(row: Adesao) -> dict[str, Any]:
    """The people and the term; personal data, for the prefeitura and the coordenação."""
    contacts = reading.contacts(row.id)
    term = terms.of(row.id)
    coordinators = [plain(contact) for contact in contacts if contact.papel == "coordenador"]
    return {
        "coordenador": coordinators[0] if coordinators else None,
        "pontos_focais": [plain(contact) for contact in contacts if contact.papel == "ponto_focal"],
        "termo": {"tamanho": term.size, "hash": term.hash} if term else None,
    }


def steps_for(context: Any, row: Adesao) -> list[str]:
    """Steps of the workflow that the caller may do now, their needs aside."""
    return [step for step in steps.possible_for(context, ADESAO, row.estado, row.codigo_ibge) if step in STEPS]


def history_rows(row: Adesao, sees: Reader) -> list[dict[str, Any]]:
    """The steps, oldest first: to everyone those since the first submission, without words and people."""
    return histories.history_rows(
        TYPE, row.id, whole=sees.sees(row.codigo_ibge), with_names=sees.all, public_from="enviar"
    )


def answer_rows(row: Adesao, today: date) -> list[dict[str, Any]]:
    """Every submission and how long the State took to answer it."""
    return [
        {
            "de": answer.start.isoformat(),
            "prazo": answer.due.isoformat(),
            "respondida": answer.answered.isoformat() if answer.answered else None,
            "dias": answer.days,
            "no_prazo": None if answer.answered is None else not answer.late,
        }
        for answer in answers(reading.history(TYPE, row.id), ADESAO.waiting, today)
    ]


def _moment(value: datetime | None) -> str | None:
    return value.isoformat() if value else None
