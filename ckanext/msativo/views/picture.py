"""What a preview image says: title, answer in numbers, map with its legend. Two writers draw it, as SVG and as PNG."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

import ckan.plugins.toolkit as tk
from ckan.common import config as portal

from ckanext.msativo.i18n_marker import N_
from ckanext.msativo.logic.numbers import number
from ckanext.msativo.territory import Municipio
from ckanext.msativo.views import classes, desafio, home, indicador, mapa, perfil, states

WIDTH, HEIGHT = 1200, 630
"""What the previews of social networks and messengers are made for."""
NOT_ANALYSED = N_("No analysis yet")
PLACE, OTHERS = "is-critico", "is-line"


@dataclass(frozen=True)
class Picture:
    """``figure`` is the answer, ``answer`` what it counts; ``alt`` says all of it in one sentence."""

    eyebrow: str
    title: str
    figure: str
    answer: str
    map: mapa.Map | None
    legend: Sequence[mapa.LegendItem] = field(default_factory=list)
    note: str = ""
    css: str = "is-critico"
    """Class of the figure's colour."""

    @property
    def foot(self) -> str:
        return str(portal.get("ckan.site_title") or "")

    @property
    def address(self) -> str:
        """Where the portal is, as people write it."""
        return urlsplit(str(portal.get("ckan.site_url") or "")).netloc

    @property
    def alt(self) -> str:
        said = " ".join(part for part in (self.figure, self.answer) if part)
        return f"{self.title}: {said}" if said else self.title


def of_indicator(pkg: Mapping[str, Any], args: Mapping[str, str]) -> Picture:
    page = indicador.indicator_page(pkg, args)
    if page.resultado is None:
        return Picture(page.area, pkg["title"], "", tk._(NOT_ANALYSED), None)
    used = page.year.criticos + page.year.atencao + page.year.adequados
    note = tk._("median of the state") + f": {page.shown(page.year.mediana)} {page.unit}".rstrip()
    return Picture(
        eyebrow=f"{page.area} · {page.ano}",
        title=pkg["title"],
        figure=tk._("{n} of {total}").format(n=page.year.criticos, total=used),
        answer=tk._("municipalities in a critical situation"),
        map=page.map,
        legend=page.map.legend,
        note=note,
    )


def of_challenge(pkg: Mapping[str, Any]) -> Picture:
    page = desafio.challenge_page(pkg, {})
    eyebrow = " · ".join(part for part in (page.area, tk._("Challenge")) if part)
    if not page.shown:
        return Picture(eyebrow, pkg["title"], "", tk._(NOT_ANALYSED), None)
    counts = page.shown["classes"]
    return Picture(
        eyebrow=eyebrow,
        title=pkg["title"],
        figure=str(counts["focal"]),
        answer=tk.ungettext("focal municipality", "focal municipalities", counts["focal"]),
        map=page.map,
        legend=page.map.legend,
        note=_others(counts["prioritario"]),
        css=classes.LOOKS["focal"].css,
    )


def _others(priority: int) -> str:
    if not priority:
        return ""
    said = tk.ungettext("and {n} other priority municipality", "and {n} other priority municipalities", priority)
    return said.format(n=priority)


def of_municipality(municipio: Municipio) -> Picture:
    page = perfil.profile(municipio, {})
    colours = dict.fromkeys(_codes(), OTHERS) | {municipio.codigo_ibge: PLACE}
    drawn = mapa.make(colours, {}, lambda slug: "", [], None)
    region = municipio.regiao_imediata
    eyebrow = tk._("Immediate region of {name}").format(name=region.nome) if region else ""
    if not page.areas:
        return Picture(eyebrow, municipio.nome, "", tk._(NOT_ANALYSED), drawn)
    legend = [
        mapa.LegendItem(states.LOOKS[name].css, states.LOOKS[name].label, page.counts[name], states.LOOKS[name].sign)
        for name in states.ORDER
    ]
    return Picture(
        eyebrow=eyebrow,
        title=municipio.nome,
        figure=tk._("{n} of {total}").format(n=page.counts["critico"], total=page.com_dado),
        answer=tk._("indicators in a critical situation"),
        map=drawn,
        legend=legend,
    )


def _codes() -> list[str]:
    return list(mapa.drawing().shapes)


def of_portal() -> Picture:
    page = home.home()
    title = tk._("Critical situations in {state}").format(state=page.state)
    if page.snapshot is None:
        return Picture("", title, "", tk._(NOT_ANALYSED), page.map)
    return Picture(
        eyebrow=tk._("{n} municipalities · {indicators} indicators").format(
            n=page.municipios, indicators=page.indicadores
        ),
        title=title,
        figure=number(page.pairs, 0),
        answer=tk._("of a municipality in an indicator"),
        map=page.map,
        legend=page.map.legend,
        note=tk._("Critical indicators per municipality"),
    )
