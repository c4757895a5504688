"""Small multiples: each indicator of a municipality through the years, beside the state's and its peers' median."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import median

import ckan.plugins.toolkit as tk

from ckanext.msativo import vocabulary
from ckanext.msativo.i18n_marker import N_
from ckanext.msativo.logic import pages
from ckanext.msativo.logic.numbers import number
from ckanext.msativo.territory import Municipio
from ckanext.msativo.text import fold
from ckanext.msativo.views import links, semelhantes, strip
from ckanext.msativo.views.looks import Look

WIDTH, HEIGHT, PAD = 240, 72, 7
LEAST_YEARS = 3
LEAST_PEERS = 3
"""Fewer peers with a value in a year make no median of that year."""
NEARLY = 0.02
"""A change of less than this share of the distance between the worst and the best municipality is none to speak of."""
MOST = 60
"""Charts on one page; what changed for the worse goes first."""

Line = Mapping[int, float]
"""Year → value, in the order of the years."""

VERDICTS: Mapping[str, Look] = {
    "worse": Look("✕", "is-critico", N_("got worse")),
    "same": Look("=", "is-sem-dado", N_("nearly the same")),
    "better": Look("✓", "is-adequado", N_("got better")),
}


@dataclass(frozen=True)
class Trend:
    title: str
    href: str
    area: str
    own: str
    """Paths of the lines, as the attribute ``d`` has them."""
    state: str
    peers: str
    end: str
    first_year: int
    last_year: int
    verdict: Look
    text: str
    """First and last value, and the medians beside the last, in a sentence."""
    change: float
    """For the better > 0, as a share of the distance between the worst and the best municipality."""


@dataclass(frozen=True)
class Evolution:
    areas: Sequence[tuple[str, Sequence[Trend]]]
    shown: int
    count: int
    """Of all, before they are cut to the most that a page shows."""
    worse: int
    better: int
    peers: Sequence[Municipio]
    choices: Sequence[tuple[str, str]]
    """(name, label) of the areas that have a trend."""


def evolution(municipio: Municipio, found: Sequence[pages.Indicator], area: str) -> Evolution:
    """What changed in the indicators ``found``, in one ``area`` or ("") in all; those that got worst first."""
    alike = semelhantes.peers_of(municipio)
    made = _trends(municipio, found, alike)
    choices = sorted({trend.area for trend in made}, key=lambda name: fold(_label(name)))
    of_area = sorted((trend for trend in made if area in ("", trend.area)), key=_worst_first)
    kept: dict[str, list[Trend]] = {}
    for trend in of_area[:MOST]:
        kept.setdefault(trend.area, []).append(trend)
    return Evolution(
        areas=[(_label(name), trends) for name, trends in kept.items()],
        shown=min(len(of_area), MOST),
        count=len(of_area),
        worse=sum(trend.verdict is VERDICTS["worse"] for trend in of_area),
        better=sum(trend.verdict is VERDICTS["better"] for trend in of_area),
        peers=alike,
        choices=[(name, _label(name)) for name in choices],
    )


def _label(area: str) -> str:
    label = vocabulary.AREAS.get(area, area)
    return tk._(label)


def _worst_first(trend: Trend) -> tuple[float, str]:
    return (trend.change, fold(trend.title))


def _trends(municipio: Municipio, found: Sequence[pages.Indicator], alike: Sequence[Municipio]) -> list[Trend]:
    medians = pages.medians([item.resultado for item in found if item.resultado])
    wanted = {item.resultado: item for item in found if len(medians.get(item.resultado or 0, ())) >= LEAST_YEARS}
    codes = [one.codigo_ibge for one in (municipio, *alike)]
    own: dict[int, dict[int, float]] = defaultdict(dict)
    others: dict[int, dict[int, list[float]]] = defaultdict(lambda: defaultdict(list))
    for identifier, code, year, value in pages.observed([key for key in wanted if key], codes):
        if code == municipio.codigo_ibge:
            own[identifier][year] = value
        else:
            others[identifier][year].append(value)
    grounds = strip.grounds(wanted.values())
    return [
        trend(item, own[key], medians[key], _medians(others[key]), grounds.get(key))
        for key, item in wanted.items()
        if key and len(own[key]) >= LEAST_YEARS
    ]


def _medians(values: Mapping[int, Sequence[float]]) -> dict[int, float]:
    return {year: median(of) for year, of in values.items() if len(of) >= LEAST_PEERS}


def trend(item: pages.Indicator, own: Line, state: Line, peers: Line, ground: strip.Ground | None) -> Trend:
    """Draw and describe one indicator; ``ground`` says how far apart the worst and the best municipality are."""
    years = sorted(own)
    first, last = own[years[0]], own[years[-1]]
    change = share_of_change(first, last, item.polarity, abs(ground.best - ground.worst) if ground else 0.0)
    verdict = "same" if abs(change) < NEARLY else "better" if change > 0 else "worse"
    lines, end = _drawn((own, state, peers))
    return Trend(
        title=item.title,
        href=links.indicator(item.name),
        area=item.area,
        own=lines[0],
        state=lines[1],
        peers=lines[2],
        end=end,
        first_year=min(min(line) for line in (own, state, peers) if line),
        last_year=max(max(line) for line in (own, state, peers) if line),
        verdict=VERDICTS[verdict],
        text=_sentence(item, own, state, peers),
        change=change,
    )


def share_of_change(first: float, last: float, polarity: int, distance: float) -> float:
    """The change for the better as a share of ``distance``; where all are equal of the first value, else of 1."""
    return (last - first) * polarity / (distance or abs(first) or 1.0)


def _sentence(item: pages.Indicator, own: Line, state: Line, peers: Line) -> str:
    years = sorted(own)
    shown = {year: number(own[year], item.decimals) for year in (years[0], years[-1])}
    said = tk._("From {first} ({year_first}) to {last} ({year_last}).").format(
        first=shown[years[0]], year_first=years[0], last=shown[years[-1]], year_last=years[-1]
    )
    beside = []
    if years[-1] in state:
        beside.append(tk._("state's median {value}").format(value=number(state[years[-1]], item.decimals)))
    if years[-1] in peers:
        beside.append(tk._("of the similar ones {value}").format(value=number(peers[years[-1]], item.decimals)))
    if not beside:
        return said
    joined = "; ".join(beside)
    return said + " " + tk._("In {year}: {medians}.").format(year=years[-1], medians=joined)


def _drawn(lines: Sequence[Line]) -> tuple[list[str], str]:
    """A path per line on one ground, and the end of the first as a dot."""
    years = [year for line in lines for year in line]
    values = [value for line in lines for value in line.values()]
    start, span = min(years), max(years) - min(years) or 1
    top, height = max(values), max(values) - min(values)

    def point(year: int, value: float) -> str:
        x = PAD + (WIDTH - 2 * PAD) * (year - start) / span
        y = PAD + (HEIGHT - 2 * PAD) * ((top - value) / height if height else 0.5)
        return f"{round(x)} {round(y)}"

    paths = ["M" + "L".join(point(year, line[year]) for year in sorted(line)) if line else "" for line in lines]
    last = max(lines[0])
    return paths, f"M{point(last, lines[0][last])}h0"
