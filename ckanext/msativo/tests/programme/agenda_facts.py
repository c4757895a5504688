"""Facts for the agenda's tests: one that each rule just holds for, on 1 June 2026."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta, timezone
from typing import Any

from ckanext.msativo.programme.agenda import (
    AcaoFact,
    AdesaoFact,
    AgendaFacts,
    Change,
    ClusterFact,
    EntregaFact,
    EvidenciaFact,
    FocoFact,
    IndicadorFact,
    PaceFact,
    PlanoFact,
    Ref,
    ResultFact,
)

TODAY = date(2026, 6, 1)
STATE = Ref("coord", "Coordenação")
TOWN, OTHER, THIRD = Ref("5004809", "Japorã"), Ref("5002704", "Campo Grande"), Ref("5003702", "Dourados")
ACTION, SECRETARIAT = Ref("tutoria", "Tutoria"), Ref("sed", "Secretaria de Educação")
DELIVERY, PLAN = Ref("ent1", "Formar professores"), Ref("plano1", "Plano de Japorã")
CHALLENGE, INDICATOR = Ref("aprender", "Aprender na idade certa"), Ref("ideb", "IDEB")


def ago(days: int) -> date:
    return TODAY - timedelta(days=days)


def moment(days: int) -> datetime:
    """Noon in Campo Grande, that many days ago."""
    gone = ago(days)
    return datetime(gone.year, gone.month, gone.day, 16, tzinfo=timezone.utc)


OVERDUE = EntregaFact(DELIVERY, TOWN, ACTION, ago(31), 31, 0.25, classe="focal")
RETURNED = EvidenciaFact("ev1", DELIVERY, TOWN, SECRETARIAT, returned=2, returned_on=ago(3))
UNREVIEWED = EvidenciaFact("ev2", DELIVERY, TOWN, SECRETARIAT, submitted=ago(16), classe="prioritario")
WORSE = ResultFact(PLAN, TOWN, ACTION, SECRETARIAT, 0.8, (Change(INDICATOR, 2023, 2025, -0.1),))
STUCK = AcaoFact(ACTION, SECRETARIAT, 10, 3)
FOCAL = FocoFact(TOWN, CHALLENGE, "focal", has_adesao=False)
IDLE = PlanoFact(PLAN, TOWN, ago(60))
CLUSTER = ClusterFact(CHALLENGE, (TOWN, OTHER, THIRD))
NEIGHBOURS = {TOWN.id: frozenset({OTHER.id}), OTHER.id: frozenset({TOWN.id, THIRD.id})}
BEHIND, WELL = PaceFact(TOWN, ACTION, 0.69, 0.2), PaceFact(OTHER, ACTION, 0.9, 0.5)
PEERS = {TOWN.id: (THIRD.id, OTHER.id)}
STALE = IndicadorFact(INDICATOR, 2022, 2025, 1.0)
WAITING = AdesaoFact("ad1", TOWN, "MSA-2026-000001-0", moment(7))

# rule → the facts that it just holds for
HOLDS: dict[str, dict[str, Any]] = {
    "entrega_atrasada": {"entregas": (OVERDUE,)},
    "evidencia_devolvida": {"evidencias": (RETURNED,)},
    "analise_atrasada": {"evidencias": (UNREVIEWED,)},
    "desenho_acao": {"resultados": (WORSE,)},
    "acao_emperrada": {"acoes": (STUCK,)},
    "focal_sem_adesao": {"focos": (FOCAL,)},
    "plano_parado": {"planos": (IDLE,)},
    "oficina_regional": {"clusters": (CLUSTER,), "neighbours": NEIGHBOURS},
    "pareamento": {"ritmos": (BEHIND, WELL), "peers": PEERS},
    "indicador_desatualizado": {"indicadores": (STALE,)},
    "adesao_sem_resposta": {"adesoes": (WAITING,)},
}
# rule → facts just short of it
FAILS: dict[str, list[dict[str, Any]]] = {
    "entrega_atrasada": [
        {"entregas": (replace(OVERDUE, days_late=30),)},
        {"entregas": (replace(OVERDUE, waiting=True),)},
    ],
    "evidencia_devolvida": [{"evidencias": (replace(RETURNED, returned=1),)}],
    "analise_atrasada": [{"evidencias": (replace(UNREVIEWED, submitted=ago(15)),)}],
    "desenho_acao": [
        {"resultados": (replace(WORSE, validated=0.79),)},
        {"resultados": (replace(WORSE, changes=(Change(INDICATOR, 2023, 2025, 0.0),)),)},
        {"resultados": (replace(WORSE, changes=()),)},
    ],
    "acao_emperrada": [
        {"acoes": (replace(STUCK, late=2),)},
        {"acoes": (replace(STUCK, participants=11),)},
        {"acoes": (replace(STUCK, participants=0, late=0),)},
    ],
    "focal_sem_adesao": [
        {"focos": (replace(FOCAL, has_adesao=True),)},
        {"focos": (replace(FOCAL, classe="prioritario"),)},
    ],
    "plano_parado": [{"planos": (replace(IDLE, updated=ago(59)),)}],
    "oficina_regional": [
        {"clusters": (CLUSTER,), "neighbours": {TOWN.id: frozenset({OTHER.id})}},
        {"clusters": (ClusterFact(CHALLENGE, (TOWN, OTHER)),), "neighbours": NEIGHBOURS},
    ],
    "pareamento": [
        {"ritmos": (replace(BEHIND, spi=0.7), WELL), "peers": PEERS},
        {"ritmos": (replace(BEHIND, spi=None), WELL), "peers": PEERS},
        {"ritmos": (BEHIND, replace(WELL, spi=0.89)), "peers": PEERS},
        {"ritmos": (BEHIND, replace(WELL, validated=0.49)), "peers": PEERS},
        {"ritmos": (BEHIND, replace(WELL, acao=Ref("outra", "Outra"))), "peers": PEERS},
        {"ritmos": (BEHIND, WELL), "peers": {}},
    ],
    "indicador_desatualizado": [
        {"indicadores": (replace(STALE, newest=2023),)},
        {"indicadores": (replace(STALE, newest=2025, coverage=0.8),)},
    ],
    "adesao_sem_resposta": [{"adesoes": (replace(WAITING, submitted=moment(6)),)}],
}


def bundle(today: date = TODAY, **facts: Any) -> AgendaFacts:
    return AgendaFacts(today=today, coordenacao=STATE, **facts)
