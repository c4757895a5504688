"""Who is told what of a step of a menu action, a plan or an evidence; within its transaction, after it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Set
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from ckanext.msativo.logic import covering, notices, people
from ckanext.msativo.logic.territory import territory
from ckanext.msativo.model import Acao, Evidencia, Plano
from ckanext.msativo.programme.actors import Actor
from ckanext.msativo.programme.days import local_day

if TYPE_CHECKING:
    from ckanext.msativo.logic.evidencias import Place


@dataclass(frozen=True)
class Told:
    kind: str
    to: Callable[..., Set[str]]
    facts: Callable[..., Mapping[str, Any]]


def place_name(code: str) -> str:
    place = territory().by_code.get(code)
    return place.nome if place else code


# -- the menu ----------------------------------------------------------------------------------------------------------
def _writers(row: Acao) -> set[str]:
    led = {row.secretaria_id, *row.conteudo.get("contribuem", ())}
    return set().union(*(notices.secretaria(one) for one in led))


ACAO: Mapping[str, Told] = {
    "abrir_comentarios": Told(
        "acao_para_aprovar",
        lambda _row: notices.coordenacao(),
        lambda row: {"secretaria": people.organization_title(row.secretaria_id)},
    ),
    "devolver": Told("acao_devolvida", _writers, lambda _row: {}),
    "publicar": Told("acao_publicada", _writers, lambda _row: {}),
}


def acao_step(row: Acao, action: str, who: Actor, at: datetime) -> None:
    told = ACAO.get(action)
    if told is not None:
        facts = {"acao": row.conteudo["titulo"], **told.facts(row)}
        notices.tell(
            told.to(row), told.kind, f"{row.id}:{row.versao}", f"/acoes/{row.nome}", but=who.id, at=at, **facts
        )


def acao_comment(row: Acao, author: str, number: int, at: datetime) -> None:
    to = _writers(row) | notices.coordenacao()
    facts = {"acao": row.conteudo["titulo"]}
    notices.tell(to, "acao_comentario", f"{row.id}:{number}", f"/acoes/{row.nome}", but=author, at=at, **facts)


# -- plans -------------------------------------------------------------------------------------------------------------
def _prefeitura(row: Plano) -> set[str]:
    return notices.editors_of_municipality(row.codigo_ibge)


def _coordenacao(_row: Any) -> set[str]:
    return notices.coordenacao()


def _answer(kind: str, resposta: str) -> Told:
    return Told(kind, _prefeitura, lambda _row: {"resposta": resposta})


PLANO: Mapping[str, Told] = {
    "enviar": Told("plano_enviado", _coordenacao, lambda _row: {}),
    "aprovar": _answer("plano_respondido", "aprovado"),
    "devolver": _answer("plano_respondido", "devolvido"),
    "abrir_aditivo": Told("aditivo_pedido", _coordenacao, lambda _row: {}),
    "aprovar_aditivo": _answer("aditivo_respondido", "aprovado"),
    "recusar_aditivo": _answer("aditivo_respondido", "recusado"),
}


def plano_step(row: Plano, action: str, who: Actor, at: datetime) -> None:
    told = PLANO.get(action)
    if told is not None:
        facts = {"plano": row.titulo, "municipio": place_name(row.codigo_ibge), **told.facts(row)}
        key = f"{row.id}:{row.versao}"
        notices.tell(told.to(row), told.kind, key, f"/planos/{row.id}", but=who.id, at=at, **facts)


# -- evidences ---------------------------------------------------------------------------------------------------------
def reviewers(row: Evidencia, where: Place, at: datetime) -> set[str]:
    """Whom the review was given to, or the secretariat; who is away is covered."""
    found = notices.active([row.revisor_id]) if row.revisor_id else notices.secretaria(where.secretariat)
    return set(covering.recipients(found or notices.coordenacao(), local_day(at)).values())


def evidencia_sent(row: Evidencia, where: Place, who: Actor, at: datetime) -> None:
    facts = {**evidence_facts(where), "prazo": row.prazo}
    _tell_evidence(reviewers(row, where, at), "evidencia_enviada", row, who, at, facts)


def evidencia_answered(row: Evidencia, where: Place, who: Actor, at: datetime) -> None:
    facts = {**evidence_facts(where), "resposta": row.estado}
    _tell_evidence(notices.editors_of_municipality(where.code), "evidencia_respondida", row, who, at, facts)


def evidence_facts(where: Place) -> dict[str, Any]:
    return {"municipio": place_name(where.code), "entrega": where.entrega.titulo}


def _tell_evidence(to: Set[str], kind: str, row: Evidencia, who: Actor, at: datetime, facts: Mapping[str, Any]) -> None:
    notices.tell(to, kind, f"{row.id}:{row.versao}", f"/evidencias/{row.id}", but=who.id, at=at, **facts)
