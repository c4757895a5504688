"""A municipality's profile: its situation in every indicator, each as a strip among all municipalities, its challenges,
what it does in the programme, and (in a tab of its own, read only when asked for) how its indicators changed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import ckan.plugins.toolkit as tk

from ckanext.msativo import vocabulary
from ckanext.msativo.i18n_marker import N_
from ckanext.msativo.logic import clock, pages
from ckanext.msativo.logic.numbers import number
from ckanext.msativo.territory import Municipio
from ckanext.msativo.text import fold
from ckanext.msativo.views import asked, desafio, evolucao, links, mapa, participacao, semelhantes, strip
from ckanext.msativo.views.classes import ORDER as CLASSES
from ckanext.msativo.views.states import LOOKS, ORDER, confidence

TABS: Mapping[str, str] = {"situacao": N_("Situation and plans"), "evolucao": N_("Evolution")}
DEFAULTS = {"aba": "situacao", "motivos": "0"}
FEW_REASONS = 2
"""Reasons of a challenge's class that are shown before all are asked for."""


@dataclass(frozen=True)
class Line:
    title: str
    href: str
    valor: str
    observado: str
    confianca: str
    unit: str
    ano: int | None
    rank: str
    estado: Any
    motivo: str
    ground: strip.Ground | None
    place: int | None
    order: tuple[Any, ...]


@dataclass(frozen=True)
class Area:
    label: str
    lines: Sequence[Line]
    criticos: int


@dataclass(frozen=True)
class Challenge:
    """A challenge as the profile shows it; ``reasons`` are cut to the first ones unless all are asked for."""

    title: str
    line: desafio.Line
    reasons: Sequence[str]

    @property
    def in_focus(self) -> bool:
        return self.line.look.name in ("focal", "prioritario")


@dataclass(frozen=True)
class Profile:
    """What the page shows; each part is read when the template first asks for it."""

    municipio: Municipio
    aba: str
    motivos: bool
    area: str
    snapshot: Any

    @property
    def code(self) -> str:
        return self.municipio.codigo_ibge

    @property
    def url(self) -> links.Address:
        current = {"aba": self.aba, "area": self.area, "motivos": "1" if self.motivos else "0"}
        return links.Address(links.municipality(self.municipio.slug), current, DEFAULTS)

    @property
    def tabs(self) -> list[tuple[str, str, str]]:
        base = links.Address(links.municipality(self.municipio.slug), {}, DEFAULTS)
        return [(name, label, base(aba=name)) for name, label in ((name, tk._(text)) for name, text in TABS.items())]

    @property
    def compare(self) -> str:
        return links.compare([self.municipio.slug])

    @property
    def compare_similar(self) -> str:
        return links.compare([self.municipio.slug, *(one.slug for one in semelhantes.peers_of(self.municipio)[:4])])

    def download(self, extension: str) -> str:
        return links.download("criticidade", extension, municipio=self.code)

    # -- situation ---------------------------------------------------------------------------------------------------
    @cached_property
    def indicators(self) -> Sequence[pages.Indicator]:
        return pages.indicators_of(self.snapshot.id) if self.snapshot else []

    @cached_property
    def states(self) -> Mapping[str, Mapping[str, int]]:
        return pages.counts(self.snapshot.id if self.snapshot else None)

    @cached_property
    def counts(self) -> Mapping[str, int]:
        own = self.states.get(self.code, {})
        return {state: own.get(state, 0) for state in ORDER}

    @property
    def com_dado(self) -> int:
        return sum(count for state, count in self.counts.items() if state != "sem_dado")

    @cached_property
    def position(self) -> tuple[int, int] | None:
        """(place by number of critical indicators, municipalities), 1 = most."""
        if self.code not in self.states:
            return None
        own = self.counts["critico"]
        return 1 + sum(other.get("critico", 0) > own for other in self.states.values()), len(self.states)

    @cached_property
    def areas(self) -> Sequence[Area]:
        rows = pages.profile(self.snapshot.id, self.code) if self.snapshot else {}
        grounds = strip.grounds(self.indicators)
        lines: dict[str, list[Line]] = {}
        for indicator in self.indicators:
            if indicator.resultado in rows:
                ground = grounds.get(indicator.resultado)
                line = _line(self.municipio, indicator, rows[indicator.resultado], ground, self.motivos)
                lines.setdefault(indicator.area, []).append(line)
        return _areas(lines)

    @cached_property
    def evolution(self) -> evolucao.Evolution:
        return evolucao.evolution(self.municipio, self.indicators, self.area)

    # -- challenges and programme ------------------------------------------------------------------------------------
    @cached_property
    def challenges(self) -> Sequence[Challenge]:
        """The gravest class first."""
        return _challenges(self.code, None if self.motivos else FEW_REASONS) if self.snapshot else []

    def of_class(self, name: str) -> int:
        return sum(challenge.line.look.name == name for challenge in self.challenges)

    @cached_property
    def membership(self) -> participacao.Membership:
        return participacao.membership(self.code, participacao.cycle())

    @cached_property
    def execution(self) -> participacao.Execution | None:
        """How its plans go; None before its first approved one."""
        return participacao.execution(self.code)

    @cached_property
    def agenda(self) -> tuple[list[dict[str, Any]], int]:
        return participacao.agenda(self.code)

    # -- around it ---------------------------------------------------------------------------------------------------
    @cached_property
    def neighbours(self) -> Sequence[semelhantes.Neighbour]:
        return semelhantes.neighbours(self.municipio, self.states)

    @cached_property
    def similar(self) -> Sequence[semelhantes.Similar]:
        return semelhantes.similar(self.municipio, self.states)

    @property
    def similar_sources(self) -> str:
        return "; ".join(semelhantes.sources())

    @property
    def population(self) -> str:
        return semelhantes.population(self.municipio)

    @property
    def locator(self) -> mapa.Locator:
        return mapa.locator(self.code)

    @property
    def today(self) -> str:
        return clock.today({}).isoformat()


def profile(municipio: Municipio, args: Mapping[str, str]) -> Profile:
    """The profile as its address asks for it; what is no choice is refused."""
    return Profile(
        municipio=municipio,
        aba=asked.choice(args, "aba", TABS, DEFAULTS["aba"]),
        motivos=asked.choice(args, "motivos", ("0", "1"), DEFAULTS["motivos"]) == "1",
        area=asked.choice(args, "area", vocabulary.AREAS, "") if args.get("area") else "",
        snapshot=pages.snapshot(),
    )


def _line(municipio: Municipio, indicator: pages.Indicator, row: Any, ground: Any, motivos: bool) -> Line:
    value = pages.judged(row)
    return Line(
        title=indicator.title,
        href=links.Address(links.indicator(indicator.name), {"municipio": municipio.slug}, {})(),
        valor=number(value, indicator.decimals),
        observado="" if row.valor_suavizado is None else number(row.valor, indicator.decimals),
        confianca=confidence(row),
        unit=indicator.unit,
        ano=row.ano_valor,
        rank=tk._("{rank}. worst").format(rank=row.posicao) if row.posicao else "",
        estado=LOOKS[row.estado],
        motivo=pages.why(row, indicator.metodo, indicator.unit, indicator.decimals) if motivos else "",
        ground=ground,
        place=ground.place(value) if ground and value is not None else None,
        order=(ORDER.index(row.estado), 101 if row.percentil is None else row.percentil, fold(indicator.title)),
    )


def _areas(lines: Mapping[str, list[Line]]) -> list[Area]:
    """The area with most critical indicators first; in each the worst first."""
    areas = [
        Area(
            tk._(vocabulary.AREAS.get(name, name)),
            sorted(of, key=lambda line: line.order),
            sum(line.estado.name == "critico" for line in of),
        )
        for name, of in lines.items()
    ]
    return sorted(areas, key=lambda area: (-area.criticos, fold(area.label)))


def _challenges(code: str, reasons: int | None) -> list[Challenge]:
    titles = {item.name: item.title for item in pages.challenges_of()}
    rows = tk.get_action("msativo_foco_list")({}, {"municipio": code, "limit": 1000})["results"]
    rows.sort(key=lambda row: (CLASSES.index(row["classe"]), row["posicao"] or 0))
    return [Challenge(titles[row["desafio"]], desafio.line(row), row["motivos"][:reasons]) for row in rows]
