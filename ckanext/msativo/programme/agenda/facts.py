"""What the agenda's rules look at: plain facts of the portal on one day, gathered by whoever runs the rules."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, tzinfo

from ckanext.msativo.programme.days import PROGRAMME_ZONE

MONITORADO = "monitorado"


@dataclass(frozen=True)
class Ref:
    """Something of the portal: its stable id (IBGE code of a municipality) and the name that people read."""

    id: str
    title: str


@dataclass(frozen=True)
class EntregaFact:
    """A delivery that is neither done nor cancelled. ``days_late`` > 0 is the prefeitura's delay (``Standing``).

    ``waiting``: evidence waits for the State; ``validated`` from 0 to 1; ``classe``: the municipality's class in the
    challenges of the action, the gravest.
    """

    entrega: Ref
    municipio: Ref
    acao: Ref
    due: date
    days_late: int
    validated: float
    waiting: bool = False
    classe: str = MONITORADO


@dataclass(frozen=True)
class EvidenciaFact:
    """An evidence that is not decided for good.

    ``returned``: how often it came back, ``returned_on`` the last time; ``submitted``: local day of the submission that
    waits for review, None when none does.
    """

    evidencia: str
    entrega: Ref
    municipio: Ref
    secretaria: Ref
    returned: int = 0
    returned_on: date | None = None
    submitted: date | None = None
    classe: str = MONITORADO


@dataclass(frozen=True)
class PlanoFact:
    """An approved plan. ``updated``: local day of the newest step of the plan, its deliveries and evidences."""

    plano: Ref
    municipio: Ref
    updated: date
    classe: str = MONITORADO


@dataclass(frozen=True)
class Change:
    """An indicator from its baseline to its newest year; ``oriented`` > 0 is better and < 0 worse."""

    indicador: Ref
    baseline_year: int
    year: int
    oriented: float


@dataclass(frozen=True)
class ResultFact:
    """An action within a plan and what became of its indicators; ``validated`` is the plan's, from 0 to 1."""

    plano: Ref
    municipio: Ref
    acao: Ref
    secretaria: Ref
    validated: float
    changes: tuple[Change, ...]
    classe: str = MONITORADO


@dataclass(frozen=True)
class AcaoFact:
    """A menu action: ``participants`` municipalities have it in a plan, ``late`` of them are late on it."""

    acao: Ref
    secretaria: Ref
    participants: int
    late: int


@dataclass(frozen=True)
class FocoFact:
    """A municipality in a challenge; ``has_adesao``: a request of the current cycle stands (sent or approved)."""

    municipio: Ref
    desafio: Ref
    classe: str
    has_adesao: bool


@dataclass(frozen=True)
class ClusterFact:
    """The focal municipalities of a challenge that belong to its spatial clusters of need."""

    desafio: Ref
    focal: tuple[Ref, ...]


@dataclass(frozen=True)
class PaceFact:
    """A municipality's progress in a menu action; ``spi`` None while nothing was planned; ``validated`` 0 to 1."""

    municipio: Ref
    acao: Ref
    spi: float | None
    validated: float
    classe: str = MONITORADO


@dataclass(frozen=True)
class IndicadorFact:
    """``newest`` reference year (None: no data), ``expected`` the year that its source should have by now.

    ``coverage`` of the newest year, from 0 to 1.
    """

    indicador: Ref
    newest: int | None
    expected: int
    coverage: float


@dataclass(frozen=True)
class AdesaoFact:
    """A request that waits for the State's answer; ``submitted`` is the aware moment of its newest submission."""

    adesao: str
    municipio: Ref
    protocolo: str
    submitted: datetime
    classe: str = MONITORADO


@dataclass(frozen=True)
class AgendaFacts:
    """All of them on one day. ``coordenacao`` owns what is the State team's to do.

    ``neighbours`` and ``peers`` by IBGE code; peers nearest by profile first.
    """

    today: date
    coordenacao: Ref
    entregas: tuple[EntregaFact, ...] = ()
    evidencias: tuple[EvidenciaFact, ...] = ()
    planos: tuple[PlanoFact, ...] = ()
    resultados: tuple[ResultFact, ...] = ()
    acoes: tuple[AcaoFact, ...] = ()
    focos: tuple[FocoFact, ...] = ()
    clusters: tuple[ClusterFact, ...] = ()
    ritmos: tuple[PaceFact, ...] = ()
    indicadores: tuple[IndicadorFact, ...] = ()
    adesoes: tuple[AdesaoFact, ...] = ()
    neighbours: Mapping[str, frozenset[str]] = field(default_factory=dict)
    peers: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    zone: tzinfo = PROGRAMME_ZONE
