"""All indicators by area, each with how many municipalities are in which state."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import ckan.plugins.toolkit as tk

from ckanext.msativo import vocabulary
from ckanext.msativo.logic import pages
from ckanext.msativo.logic.numbers import number
from ckanext.msativo.views import asked, links, states


@dataclass(frozen=True)
class Item:
    name: str
    title: str
    href: str
    ano: int | None
    unit: str
    mediana: str
    criticos: int
    parts: Sequence[states.Part]


@dataclass(frozen=True)
class Area:
    name: str
    label: str
    items: Sequence[Item]

    @property
    def criticos(self) -> int:
        """Pairs of municipality and indicator in a critical situation."""
        return sum(item.criticos for item in self.items)


def item_of(indicator: pages.Indicator) -> Item:
    counts = {
        "critico": indicator.criticos,
        "atencao": indicator.atencao,
        "adequado": indicator.adequados,
        "sem_dado": indicator.sem_dado,
    }
    return Item(
        name=indicator.name,
        title=indicator.title,
        href=links.indicator(indicator.name),
        ano=indicator.ano,
        unit=indicator.unit,
        mediana=number(indicator.mediana, indicator.decimals),
        criticos=indicator.criticos,
        parts=states.parts(counts),
    )


def by_area(found: Sequence[pages.Indicator]) -> list[Area]:
    """Areas in the vocabulary's order, those without indicators left out; in each the indicators by title."""
    areas = []
    for name, label in vocabulary.AREAS.items():
        items = [item_of(indicator) for indicator in found if indicator.area == name]
        if items:
            areas.append(Area(name, tk._(label), items))
    return areas


@dataclass(frozen=True)
class IndicatorList:
    q: str
    areas: Sequence[Area]
    found: int
    total: int
    snapshot: Any


def indicator_list(args: Mapping[str, str]) -> IndicatorList:
    q = asked.search_text(args)
    snapshot = pages.snapshot()
    known = pages.indicators_of(snapshot.id if snapshot else None)
    found = [item for item in known if asked.matches(q, item.title, item.name, item.area)]
    return IndicatorList(q, by_area(found), len(found), len(known), snapshot)
