"""The heat table's cells: every municipality in every indicator, and how its rows and columns are ordered and narrowed.

A resultado never changes, so its column is kept by its id and language: a page reads only what is new.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple

import ckan.lib.i18n as i18n
import ckan.plugins.toolkit as tk

from ckanext.msativo import vocabulary
from ckanext.msativo.i18n_marker import N_
from ckanext.msativo.logic import pages
from ckanext.msativo.logic.numbers import number
from ckanext.msativo.logic.territory import territory
from ckanext.msativo.territory import Municipio
from ckanext.msativo.text import fold
from ckanext.msativo.views import links
from ckanext.msativo.views.states import LOOKS, ORDER, StateLook

SHOWN: Mapping[str, str] = {"situacao": N_("Situation"), "valor": N_("Value"), "posicao": N_("Rank")}
"""What a cell shows; what it does not show it tells to screen readers."""
MUNICIPALITY, WORST_FIRST = "municipio", "-critico"
ORDERS = (MUNICIPALITY, *ORDER)
"""What the rows can be ordered by, beside the indicators."""
_KEPT = 2048


class Cell(NamedTuple):
    estado: str
    posicao: int | None
    valor: str
    lugar: str
    """The rank in words."""


MISSING = Cell("sem_dado", None, "–", "–")
Column = Mapping[str, Cell]
_columns: dict[tuple[int, int, str], Column] = {}


def columns_of(indicators: Sequence[pages.Indicator]) -> dict[int, Column]:
    """Cells by IBGE code of each result, by the result's id."""
    language = str(i18n.get_lang() or "")
    keys = {item.resultado: (item.resultado, item.decimals, language) for item in indicators if item.resultado}
    missing = [identifier for identifier, key in keys.items() if key not in _columns]
    if missing:
        if len(_columns) + len(missing) > _KEPT:
            _columns.clear()
        _read(keys, missing)
    return {identifier: _columns.get(key, {}) for identifier, key in keys.items()}


def _read(keys: Mapping[int, tuple[int, int, str]], missing: Sequence[int]) -> None:
    place = tk._("{rank}.")
    made: dict[int, dict[str, Cell]] = {identifier: {} for identifier in missing}
    for identifier, code, state, rank, value in pages.matrix(missing):
        said = place.format(rank=rank) if rank else "–"
        made[identifier][code] = Cell(state, rank, number(value, keys[identifier][1]), said)
    _columns.update({keys[identifier]: column for identifier, column in made.items()})


@dataclass(frozen=True)
class Head:
    """A column's head. ``sort`` is the value of aria-sort, ``href`` sorts by it."""

    label: str
    title: str
    href: str
    sort: str
    name: str = ""
    page: str = ""
    """The indicator's own page."""
    n: int = 0
    """Municipalities with a value."""
    criticos: int = 0


@dataclass(frozen=True)
class Group:
    label: str
    heads: Sequence[Head]


@dataclass(frozen=True)
class Line:
    nome: str
    slug: str
    href: str
    counts: Sequence[int]
    """In the order of `states.ORDER`."""
    cells: Sequence[Cell]


@dataclass(frozen=True)
class Grid:
    """``indicators`` are the columns, grouped by area; ``municipios`` the rows, not yet in order."""

    indicators: Sequence[pages.Indicator]
    municipios: Sequence[Municipio]
    ordem: str
    sorted_by: pages.Indicator | None
    """The indicator that ``ordem`` names, which may be none of the columns."""
    url: links.Address

    @cached_property
    def _columns(self) -> list[Column]:
        wanted = [*self.indicators, *([self.sorted_by] if self.sorted_by else [])]
        found = columns_of(wanted)
        return [found[item.resultado] for item in wanted if item.resultado]

    @cached_property
    def lines(self) -> list[Line]:
        """The rows in order; who is without what they are ordered by comes last either way."""
        lines = [self._line(municipio) for municipio in self.municipios]
        lines.sort(key=lambda line: fold(line.nome))
        name, down = self.ordem.removeprefix("-"), self.ordem.startswith("-")
        if name == MUNICIPALITY:
            return lines[::-1] if down else lines
        if self.sorted_by is None:
            place = ORDER.index(name)
            return sorted(lines, key=lambda line: line.counts[place] * (-1 if down else 1))
        column = self._columns[-1]
        ranks = {m.slug: column.get(m.codigo_ibge, MISSING).posicao for m in self.municipios}
        return sorted(lines, key=lambda line: _or_last(ranks[line.slug], down))

    def _line(self, municipio: Municipio) -> Line:
        code, shown = municipio.codigo_ibge, len(self.indicators)
        cells = [column.get(code, MISSING) for column in self._columns[:shown]]
        states = [cell.estado for cell in cells]
        counts = [states.count(state) for state in ORDER]
        return Line(municipio.nome, municipio.slug, links.municipality(municipio.slug), counts, cells)

    @cached_property
    def totals(self) -> list[tuple[StateLook, int]]:
        """How many cells are in which state."""
        return [(LOOKS[state], sum(line.counts[i] for line in self.lines)) for i, state in enumerate(ORDER)]

    # -- heads -------------------------------------------------------------------------------------------------------
    def _sort(self, name: str, worst: str) -> tuple[str, str]:
        """Address that sorts, and the value of aria-sort; a first click puts the worst on top, a second turns it."""
        sort = {name: "ascending", f"-{name}": "descending"}.get(self.ordem, "none")
        other = name if worst.startswith("-") else f"-{name}"
        return self.url(ordem=other if self.ordem == worst else worst, anchor="quadro"), sort

    @property
    def municipality_head(self) -> Head:
        href, sort = self._sort(MUNICIPALITY, MUNICIPALITY)
        return Head(tk._("Municipality"), "", href, sort)

    @property
    def count_heads(self) -> list[tuple[StateLook, Head]]:
        heads = []
        for state in ORDER:
            href, sort = self._sort(state, f"-{state}")
            heads.append((LOOKS[state], Head(LOOKS[state].label, "", href, sort)))
        return heads

    @cached_property
    def groups(self) -> list[Group]:
        found: dict[str, list[Head]] = {}
        for item in self.indicators:
            found.setdefault(item.area, []).append(self._head(item))
        return [Group(tk._(vocabulary.AREAS.get(area, area)), heads) for area, heads in found.items()]

    def _head(self, item: pages.Indicator) -> Head:
        href, sort = self._sort(item.name, item.name)
        about = ", ".join(str(part) for part in (item.unit, item.ano) if part)
        title = f"{item.title} ({about})"
        return Head(item.title, title, href, sort, item.name, links.indicator(item.name), item.com_valor, item.criticos)


def by_area(indicators: Sequence[pages.Indicator]) -> list[pages.Indicator]:
    """The indicators area after area, in the vocabulary's order; within one by title."""
    areas = list(vocabulary.AREAS)
    return sorted(
        indicators, key=lambda item: (areas.index(item.area) if item.area in areas else len(areas), item.area)
    )


def _or_last(rank: int | None, down: bool) -> tuple[bool, Any]:
    return rank is None, 0 if rank is None else -rank if down else rank


def municipalities(q: str, members: Sequence[str] | None) -> list[Municipio]:
    """Those with ``q`` in their name, of the region with these ``members``; None = of the state."""
    wanted = fold(q)
    return [
        municipio
        for municipio in territory().municipios
        if (members is None or municipio.codigo_ibge in members) and wanted in fold(municipio.nome)
    ]
