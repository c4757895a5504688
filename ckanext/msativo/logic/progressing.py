"""From the portal's rows to the records that `programme.progress` computes with."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from ckanext.msativo.logic.territory import territory
from ckanext.msativo.model import Acao, Entrega, Plano
from ckanext.msativo.model import plan_reading as reading
from ckanext.msativo.model.plan_reading import Scope
from ckanext.msativo.programme import progress
from ckanext.msativo.programme.workflows import ENTREGA, EVIDENCIA, SYSTEM, Transition


@dataclass(frozen=True)
class Known:
    """A delivery of an approved plan, as rows and as the record for the computation."""

    entrega: Entrega
    plano: Plano
    acao: Acao
    titulo_acao: str
    record: progress.Entrega


def known(scope: Scope) -> list[Known]:
    """All deliveries in scope, in the order of the plans; a handful of queries however many there are."""
    rows = reading.approved(scope)
    ids = [row[0].id for row in rows]
    terms, histories = reading.terms(ids), reading.steps(ENTREGA.name, ids)
    evidences = reading.evidence_ids(ids)
    sent = reading.steps(EVIDENCIA.name, [one for of in evidences.values() for one in of])
    regions = _regions()
    found = []
    for entrega, plano, acao, content in rows:
        record = progress.Entrega(
            id=entrega.id,
            terms=_terms(entrega, terms.get(entrega.id, ())),
            history=_steps(ENTREGA.name, histories.get(entrega.id, ())),
            evidences=tuple(
                progress.Evidencia(one, _steps(EVIDENCIA.name, sent.get(one, ())))
                for one in evidences.get(entrega.id, ())
            ),
            groups=_groups(plano, acao, content, regions),
        )
        found.append(Known(entrega, plano, acao, content["titulo"], record))
    return found


def _terms(entrega: Entrega, rows: Iterable[Any]) -> tuple[progress.Terms, ...]:
    kept = tuple(progress.Terms(*row[1:]) for row in rows)
    return kept or (progress.Terms(entrega.inicio, entrega.prazo, entrega.meta, entrega.peso),)


def _steps(workflow: str, rows: Iterable[Any]) -> tuple[Transition, ...]:
    return tuple(Transition(workflow, row[1], row[2], row[3], row[4], SYSTEM, "", row[5] or {}) for row in rows)


def _groups(
    plano: Plano, acao: Acao, content: Mapping[str, Any], regions: Mapping[str, str]
) -> dict[str, tuple[str, ...]]:
    region = regions.get(plano.codigo_ibge)
    return {
        "plano": (plano.id,),
        "municipio": (plano.codigo_ibge,),
        "acao": (acao.id,),
        "desafio": tuple(content["desafios"]),
        "regiao": (region,) if region else (),
        "secretaria": (acao.secretaria_id,),
    }


def _regions() -> dict[str, str]:
    """Code of the immediate region by municipality."""
    return {code: region.codigo for region in territory().regions("imediata") for code in region.municipios}
