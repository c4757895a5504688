"""Municipalities side by side: their counts, each indicator with rank and state, their classes in the challenges."""

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
from ckanext.msativo.views import desafio, home, links, semelhantes, strip
from ckanext.msativo.views.formats import FORMATS
from ckanext.msativo.views.states import LOOKS, confidence

LETTERS = "ABCDE"
MOST = len(LETTERS)
NEAR = 14
"""Marks of a strip that are nearer than this (of its 400 units) share one label."""


@dataclass(frozen=True)
class Column:
    """A chosen municipality with the letter that stands for it on the strips."""

    letter: str
    nome: str
    href: str
    remove: str
    populacao: str
    counts: Mapping[str, int]
    com_dado: int


@dataclass(frozen=True)
class Cell:
    valor: str
    rank: str
    ano: int | None
    """The year of the value where it is not the indicator's."""
    estado: Any
    confianca: str
    best: bool
    worst: bool


@dataclass(frozen=True)
class Mark:
    place: int
    css: str


@dataclass(frozen=True)
class Row:
    title: str
    href: str
    unit: str
    ano: int | None
    mediana: str
    cells: Sequence[Cell | None]
    ground: strip.Ground | None
    marks: Sequence[Mark]
    labels: Sequence[tuple[float, str]]
    """(place in percent of the strip's width, letters) of the marks."""
    differs: bool


@dataclass(frozen=True)
class Comparison:
    chosen: Sequence[Municipio]
    area: str
    different: bool
    snapshot: Any

    def address(self, chosen: Sequence[Municipio] | None = None, **changes: Any) -> str:
        slugs = [one.slug for one in (self.chosen if chosen is None else chosen)]
        return links.compare(slugs, **{"area": self.area, "diferentes": "1" if self.different else "", **changes})

    @property
    def codes(self) -> str:
        return ",".join(one.codigo_ibge for one in self.chosen)

    @property
    def files(self) -> list[tuple[str, str]]:
        return [
            (kind.label, links.download("criticidade", extension, municipio=self.codes, area=self.area))
            for extension, kind in FORMATS.items()
        ]

    @property
    def suggestions(self) -> list[tuple[str, str]]:
        """(name, address with it added) of those most similar to the first."""
        if not self.chosen or len(self.chosen) >= MOST:
            return []
        others = [one for one in semelhantes.peers_of(self.chosen[0]) if one not in self.chosen]
        return [(one.nome, self.address([*self.chosen, one])) for one in others]

    @property
    def worst(self) -> str:
        """The address of those with most critical indicators side by side; "" before the first analysis."""
        counts = pages.counts(self.snapshot.id if self.snapshot else None)
        most = sorted(counts, key=lambda code: -counts[code].get("critico", 0))[:MOST]
        by_code = territory().by_code
        return links.compare([by_code[code].slug for code in most if code in by_code]) if most else ""

    # -- columns -----------------------------------------------------------------------------------------------------
    @cached_property
    def columns(self) -> Sequence[Column]:
        counts = pages.counts(self.snapshot.id if self.snapshot else None)
        return [
            self._column(letter, one, counts.get(one.codigo_ibge, {}))
            for letter, one in zip(LETTERS, self.chosen, strict=False)
        ]

    def _column(self, letter: str, one: Municipio, counts: Mapping[str, int]) -> Column:
        return Column(
            letter=letter,
            nome=one.nome,
            href=links.municipality(one.slug),
            remove=self.address([other for other in self.chosen if other != one]),
            populacao=semelhantes.people(one),
            counts={state: counts.get(state, 0) for state in LOOKS},
            com_dado=home.with_state(counts),
        )

    @property
    def answer(self) -> str:
        """Who has most critical indicators, in numbers."""
        most = max(column.counts["critico"] for column in self.columns)
        leaders = [column for column in self.columns if column.counts["critico"] == most]
        if len(leaders) == len(self.columns):
            text = tk.ungettext("Each has {n} critical indicator.", "Each has {n} critical indicators.", most)
            return text.format(n=most)
        others = sorted((one for one in self.columns if one not in leaders), key=lambda one: -one.counts["critico"])
        rest = ", ".join(f"{one.nome} {one.counts['critico']}" for one in others)
        names = ", ".join(one.nome for one in leaders)
        text = tk.ungettext(
            "Most critical indicators: {names}, with {n}; {rest}.",
            "Most critical indicators: {names}, with {n} each; {rest}.",
            len(leaders),
        )
        return text.format(names=names, n=most, rest=rest)

    # -- rows --------------------------------------------------------------------------------------------------------
    @cached_property
    def _rows(self) -> list[tuple[str, Row]]:
        """(area, row) of every indicator that any of them has a state in."""
        if not self.snapshot:
            return []
        found = pages.indicators_of(self.snapshot.id)
        grounds = strip.grounds(found)
        codes = [one.codigo_ibge for one in self.chosen]
        stored = pages.side_by_side(self.snapshot.id, codes)
        made = []
        for item in found:
            of = [stored.get(item.resultado or 0, {}).get(code) for code in codes]
            if any(one is not None for one in of):
                made.append((item.area, row(item, of, grounds.get(item.resultado or 0))))
        return made

    @cached_property
    def areas(self) -> Sequence[tuple[str, Sequence[Row]]]:
        """(area, its rows by title), as far as they are asked for."""
        kept: dict[str, list[Row]] = {}
        for area, one in self._rows:
            if self.area in ("", area) and (one.differs or not self.different):
                kept.setdefault(area, []).append(one)
        return sorted(((_label(area), rows) for area, rows in kept.items()), key=lambda pair: fold(pair[0]))

    @property
    def population_source(self) -> str:
        return semelhantes.population_source()

    @property
    def choices(self) -> list[tuple[str, str]]:
        names = {area for area, _row in self._rows}
        return sorted(((name, _label(name)) for name in names), key=lambda pair: fold(pair[1]))

    @property
    def total(self) -> int:
        return len(self._rows)

    @property
    def differing(self) -> int:
        return sum(one.differs for _area, one in self._rows)

    @cached_property
    def challenges(self) -> Sequence[tuple[str, str, Sequence[desafio.Line | None]]]:
        """(title, address, line of each municipality), by title."""
        if not self.snapshot:
            return []
        asked = {"municipio": self.codes, "limit": 5000}
        found: dict[str, dict[str, desafio.Line]] = {}
        for one in tk.get_action("msativo_foco_list")({}, asked)["results"]:
            found.setdefault(one["desafio"], {})[one["codigo_ibge"]] = desafio.line(one)
        return [
            (item.title, links.challenge(item.name), [found[item.name].get(one.codigo_ibge) for one in self.chosen])
            for item in pages.challenges_of()
            if item.name in found
        ]


def _label(area: str) -> str:
    label = vocabulary.AREAS.get(area, area)
    return tk._(label)


def row(item: pages.Indicator, of: Sequence[Any], ground: strip.Ground | None) -> Row:
    """One indicator; ``of``: the stored row of each municipality, None where it has none."""
    values = [None if one is None else pages.judged(one) for one in of]
    best, worst = extremes(values, item.polarity)
    marks = [
        (letter, ground.place(value), LOOKS[one.estado].css)
        for letter, value, one in zip(LETTERS, values, of, strict=False)
        if ground and value is not None
    ]
    return Row(
        title=item.title,
        href=links.indicator(item.name),
        unit=item.unit,
        ano=item.ano,
        mediana=number(item.mediana, item.decimals),
        cells=[_cell(item, one, i in best, i in worst) if one is not None else None for i, one in enumerate(of)],
        ground=ground,
        marks=[Mark(place, css) for _letter, place, css in marks],
        labels=labels([(place, letter) for letter, place, _css in marks]),
        differs=len({"sem_dado" if one is None else one.estado for one in of}) > 1,
    )


def extremes(values: Sequence[float | None], polarity: int) -> tuple[set[int], set[int]]:
    """Positions of the best and of the worst value; none where fewer than two are known, or all are equal."""
    known = {i: value * polarity for i, value in enumerate(values) if value is not None}
    if len(set(known.values())) < 2:
        return set(), set()
    high, low = max(known.values()), min(known.values())
    return {i for i, v in known.items() if v == high}, {i for i, v in known.items() if v == low}


def labels(marks: Sequence[tuple[int, str]]) -> list[tuple[float, str]]:
    """Letters above a strip, those that would lie on each other as one label in their middle."""
    groups: list[list[tuple[int, str]]] = []
    for place, letter in sorted(marks):
        if groups and place - groups[-1][-1][0] < NEAR:
            groups[-1].append((place, letter))
        else:
            groups.append([(place, letter)])
    return [
        (round(100 * (group[0][0] + group[-1][0]) / 2 / strip.WIDTH, 1), " ".join(letter for _place, letter in group))
        for group in groups
    ]


def _cell(item: pages.Indicator, one: Any, best: bool, worst: bool) -> Cell:
    return Cell(
        valor=number(pages.judged(one), item.decimals),
        rank=tk._("{rank}. worst").format(rank=one.posicao) if one.posicao else "",
        ano=one.ano_valor if one.ano_valor not in (None, item.ano) else None,
        estado=LOOKS[one.estado],
        confianca=confidence(one),
        best=best,
        worst=worst,
    )
