"""The first page: what the programme is and how the state stands."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import ckan.plugins.toolkit as tk

from ckanext.msativo.logic import pages
from ckanext.msativo.logic.territory import territory
from ckanext.msativo.text import fold
from ckanext.msativo.views import indicadores, links, mapa, scales
from ckanext.msativo.views.tabela import region

WORST = 10


@dataclass(frozen=True)
class Worst:
    place: int
    nome: str
    regiao: str
    href: str
    criticos: int
    of: int
    share: float


@dataclass(frozen=True)
class Home:
    state: str
    municipios: int
    indicadores: int
    pairs: int
    """Pairs of municipality and indicator in a critical situation."""
    observed: int
    """Pairs with a state."""
    snapshot: Any
    areas: Sequence[indicadores.Area]
    worst: Sequence[Worst]
    map: mapa.Map


def home() -> Home:
    snapshot = pages.snapshot()
    known = pages.indicators_of(snapshot.id if snapshot else None)
    counts = pages.counts(snapshot.id if snapshot else None)
    areas = sorted(indicadores.by_area(known), key=lambda area: -area.criticos)
    return Home(
        state=territory().nome,
        municipios=len(territory().municipios),
        indicadores=len(known),
        pairs=sum(item.criticos for item in known),
        observed=sum(item.com_valor for item in known),
        snapshot=snapshot,
        areas=areas,
        worst=worst(counts),
        map=critical_map(counts, links.municipality),
    )


def worst(counts: Mapping[str, Mapping[str, int]], most: int = WORST) -> list[Worst]:
    """The municipalities with most critical indicators; equal numbers share a place."""
    known = [(code, states.get("critico", 0), with_state(states)) for code, states in counts.items()]
    by_code = territory().by_code
    known = [entry for entry in known if entry[0] in by_code and entry[1]]
    known.sort(key=lambda entry: (-entry[1], fold(by_code[entry[0]].nome)))
    top = known[0][1] if known else 1
    return [
        Worst(
            place=1 + sum(other[1] > critical for other in known),
            nome=by_code[code].nome,
            regiao=region(code),
            href=links.municipality(by_code[code].slug),
            criticos=critical,
            of=total,
            share=round(100 * critical / top, 1),
        )
        for code, critical, total in known[:most]
    ]


def with_state(states: Mapping[str, int]) -> int:
    """Indicators of a municipality in which it has data."""
    return sum(count for state, count in states.items() if state != "sem_dado")


def critical_map(counts: Mapping[str, Mapping[str, int]], href: Any, selected: str | None = None) -> mapa.Map:
    """The state coloured by how many indicators are critical in each municipality."""
    numbers = {code: states.get("critico", 0) for code, states in counts.items() if with_state(states)}
    values = list(numbers.values())
    breaks = [float(int(bound)) for bound in scales.quantile_breaks(values)]
    breaks = sorted({bound for bound in breaks if bound < max(values, default=0)})
    classes = len(breaks) + 1
    steps = [scales.spread(index, classes, -1) for index in range(classes)]
    colours = {code: f"is-v{steps[scales.class_of(value, breaks)]}" for code, value in numbers.items()}
    texts = {
        code: tk.ungettext("{n} critical indicator", "{n} critical indicators", value).format(n=value)
        for code, value in numbers.items()
    }
    legend = _legend(values, breaks, steps) if values else []
    missing = len(territory().municipios) - len(values)
    if missing:
        legend.append(mapa.LegendItem("is-sem-dado", tk._("No data"), missing))
    return mapa.make(colours, texts, href, legend, selected)


def _legend(values: Sequence[int], breaks: Sequence[float], steps: Sequence[int]) -> list[mapa.LegendItem]:
    """Classes of whole numbers: each starts one above the bound before."""
    lows = [min(values), *(int(bound) + 1 for bound in breaks)]
    highs = [*(int(bound) for bound in breaks), max(values)]
    return [
        mapa.LegendItem(f"is-v{step}", str(low) if low == high else f"{low} – {high}", count)
        for step, low, high, count in zip(steps, lows, highs, scales.members(values, breaks), strict=True)
    ]
