"""A municipality's profile: its situation in every indicator, each as a strip among all municipalities."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import ckan.plugins.toolkit as tk

from ckanext.msativo import vocabulary
from ckanext.msativo.logic import pages
from ckanext.msativo.logic.numbers import number
from ckanext.msativo.logic.territory import territory
from ckanext.msativo.territory import Municipio
from ckanext.msativo.text import fold
from ckanext.msativo.views import andamento, desafio, links, mapa, strip
from ckanext.msativo.views.classes import ORDER as CLASSES
from ckanext.msativo.views.states import LOOKS, ORDER, confidence


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
class Profile:
    municipio: Municipio
    snapshot: Any
    areas: Sequence[Area]
    counts: Mapping[str, int]
    challenges: Sequence[tuple[str, desafio.Line]]
    """(title of the challenge, its line for this municipality), the gravest class first."""
    neighbours: Sequence[tuple[str, str, int]]
    """(name, address, critical indicators)."""
    locator: mapa.Locator
    motivos: bool
    position: tuple[int, int] | None
    """(place by number of critical indicators, municipalities), 1 = most."""

    @property
    def com_dado(self) -> int:
        return sum(count for state, count in self.counts.items() if state != "sem_dado")

    def download(self, extension: str) -> str:
        return links.download("criticidade", extension, municipio=self.municipio.codigo_ibge)

    @cached_property
    def progress(self) -> tuple[andamento.Progress, str] | None:
        """How its plans go, and where that is told; None before its first approved plan."""
        return andamento.of_municipality(self.municipio.codigo_ibge)

    @property
    def url(self) -> links.Address:
        return links.Address(links.municipality(self.municipio.slug), {}, {"motivos": "0"})


def profile(municipio: Municipio, motivos: bool) -> Profile:
    snapshot = pages.snapshot()
    found = pages.indicators_of(snapshot.id) if snapshot else []
    rows = pages.profile(snapshot.id, municipio.codigo_ibge) if snapshot else {}
    states = pages.counts(snapshot.id if snapshot else None)
    grounds = strip.grounds(found)
    lines: dict[str, list[Line]] = {}
    for indicator in found:
        if indicator.resultado in rows:
            row = rows[indicator.resultado]
            line = _line(municipio, indicator, row, grounds.get(indicator.resultado), motivos)
            lines.setdefault(indicator.area, []).append(line)
    areas = _areas(lines)
    counts = {state: sum(line.estado.name == state for area in areas for line in area.lines) for state in ORDER}
    return Profile(
        municipio=municipio,
        snapshot=snapshot,
        areas=areas,
        counts=counts,
        challenges=_challenges(municipio),
        neighbours=_neighbours(municipio, states),
        locator=mapa.locator(municipio.codigo_ibge),
        motivos=motivos,
        position=_position(municipio.codigo_ibge, states),
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


def _challenges(municipio: Municipio) -> list[tuple[str, desafio.Line]]:
    titles = {item.name: item.title for item in pages.challenges_of()}
    rows = tk.get_action("msativo_foco_list")({}, {"municipio": municipio.codigo_ibge, "limit": 1000})["results"]
    rows.sort(key=lambda row: (CLASSES.index(row["classe"]), row["posicao"] or 0))
    return [(titles[row["desafio"]], desafio.line(row)) for row in rows]


def _neighbours(municipio: Municipio, states: Mapping[str, Mapping[str, int]]) -> list[tuple[str, str, int]]:
    by_code = territory().by_code
    found = [by_code[code] for code in territory().neighbours()[municipio.codigo_ibge]]
    return [
        (other.nome, links.municipality(other.slug), states.get(other.codigo_ibge, {}).get("critico", 0))
        for other in sorted(found, key=lambda other: fold(other.nome))
    ]


def _position(code: str, states: Mapping[str, Mapping[str, int]]) -> tuple[int, int] | None:
    if code not in states:
        return None
    own = states[code].get("critico", 0)
    return 1 + sum(other.get("critico", 0) > own for other in states.values()), len(states)
