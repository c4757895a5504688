"""Who is told what of a step of a request to join."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Set
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from ckanext.msativo.logic import notices
from ckanext.msativo.logic.territory import territory
from ckanext.msativo.model import Adesao
from ckanext.msativo.programme.actors import Actor


@dataclass(frozen=True)
class Told:
    """``facts`` are those beside the municipality and the protocol number."""

    kind: str
    to: Callable[[Adesao], Set[str]]
    facts: Callable[[Adesao], Mapping[str, Any]] = lambda _row: {}


def _coordenacao(_row: Adesao) -> Set[str]:
    return notices.coordenacao()


def _prefeitura(row: Adesao) -> Set[str]:
    return notices.editors_of_municipality(row.codigo_ibge)


_ANSWER = Told("adesao_respondida", _prefeitura, lambda row: {"resposta": row.estado})
STEPS: Mapping[str, Told] = {
    "enviar": Told("adesao_enviada", _coordenacao, lambda row: {"prazo": row.prazo}),
    "retirar": Told("adesao_retirada", _coordenacao),
    "aprovar": _ANSWER,
    "devolver": _ANSWER,
    "recusar": _ANSWER,
}


def tell_step(row: Adesao, action: str, who: Actor, at: datetime) -> None:
    """Within the step's transaction, after it; of a request that was never sent nobody else knows."""
    told = STEPS.get(action)
    if told is None or row.protocolo is None:
        return
    key = f"{row.id}:{row.versao}"
    notices.tell(told.to(row), told.kind, key, url(row), but=who.id, at=at, **common(row), **told.facts(row))


def common(row: Adesao) -> dict[str, Any]:
    """The facts that every notice of a request has."""
    place = territory().by_code.get(row.codigo_ibge)
    return {"municipio": place.nome if place else row.codigo_ibge, "protocolo": row.protocolo}


def url(row: Adesao) -> str:
    return f"/adesoes/{row.protocolo}"
