"""An indicator or a challenge in a frame: CKAN's resource views and the pages that other sites embed.

The same facts as on their own pages, made by the same code; only the addresses differ: choosing a year, a colour or a
municipality stays in the frame.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

import ckan.plugins.toolkit as tk

from ckanext.msativo.i18n_marker import N_
from ckanext.msativo.logic import pages
from ckanext.msativo.logic.territory import territory
from ckanext.msativo.text import fold
from ckanext.msativo.views import asked, desafio, indicador, links, mapa, tabela

ASKED = ("ano", "municipio", "cor", "aba", "ordem")
TABS: Mapping[str, str] = {"mapa": N_("Map"), "tabela": N_("Table")}


@dataclass(frozen=True)
class Frame:
    """Where a frame stands: its address without what is asked for, what it must carry along, and what it is asked."""

    base: str
    carried: Mapping[str, str] = field(default_factory=dict)
    args: Mapping[str, str] = field(default_factory=dict)

    def address(self, current: Mapping[str, Any], defaults: Mapping[str, Any]) -> links.Address:
        return links.Address(self.base, {**self.carried, **current}, defaults)

    @property
    def asked(self) -> dict[str, str]:
        return {name: self.args[name] for name in ASKED if self.args.get(name)}


def tabs(page: Any) -> list[tuple[str, str, str]]:
    return [(name, tk._(label), page.url(aba=name, anchor="ms-frame")) for name, label in TABS.items()]


# -- an indicator ------------------------------------------------------------------------------------------------------
def indicator(pkg: Mapping[str, Any], frame: Frame) -> indicador.IndicatorPage:
    """An indicator's page as its own address would show it."""
    if frame.asked:
        asked.choice(frame.asked, "aba", TABS, "mapa")
    page = indicador.indicator_page(pkg, frame.asked)
    return in_frame(page, frame)


def in_frame(page: indicador.IndicatorPage, frame: Frame) -> indicador.IndicatorPage:
    """The page with its addresses in the frame; the worst municipality is chosen without being asked for."""
    current = {"ano": page.ano, "cor": page.cor, "aba": page.aba, "ordem": page.ordem}
    default = page.resultado.ano_padrao if page.resultado else None
    worst = _slug(page.rows[0].codigo_ibge) if page.rows else None
    current["municipio"] = _slug(page.selected.codigo_ibge) if page.selected else None
    page.url = frame.address(current, {**indicador.DEFAULTS, "ano": default, "municipio": worst})
    return page


def judged(
    about: Mapping[str, Any], resultado: Any, years: Any, by_year: Mapping[int, Any], frame: Frame
) -> indicador.IndicatorPage:
    """The page of a result that is in no analysis; ``about`` has what a page takes from an indicator's dataset."""
    given = frame.asked
    page = indicador.IndicatorPage(
        about,
        given,
        resultado=resultado,
        years=years,
        aba=asked.choice(given, "aba", TABS, "mapa"),
        cor=asked.choice(given, "cor", indicador.COLOURINGS, indicador.DEFAULTS["cor"]),
        ordem=asked.choice(given, "ordem", tabela.ORDERS, indicador.DEFAULTS["ordem"]),
    )
    page.ano = _year(given, page)
    page.rows = by_year[page.ano]
    page.selected = _chosen(given, page.rows, lambda row: row.codigo_ibge)
    return in_frame(page, frame)


def _year(given: Mapping[str, str], page: indicador.IndicatorPage) -> int:
    years = {str(year.ano): year.ano for year in page.years}
    text = given.get("ano") or str(page.resultado.ano_padrao)
    if text not in years:
        asked.refuse(
            404,
            tk._("“{title}” has no values of the year {year}. Its years are: {years}.").format(
                title=page.pkg["title"], year=text[:20], years=", ".join(years)
            ),
        )
    return years[text]


def _chosen(given: Mapping[str, str], rows: Any, code: Any) -> Any:
    """The row of the municipality that is asked for, else the first."""
    text = given.get("municipio")
    if not text:
        return rows[0] if rows else None
    found = territory().by_slug.get(fold(text).replace(" ", "-"))
    row = next((row for row in rows if found and code(row) == found.codigo_ibge), None)
    if row is None:
        asked.refuse(404, tk._("There is no municipality “{name}” in this state.").format(name=text[:60]))
    return row


def _slug(code: str) -> str:
    return territory().by_code[code].slug


# -- a challenge -------------------------------------------------------------------------------------------------------
@dataclass
class FramedChallenge:
    """``row``: the chosen municipality's; None before the first analysis."""

    page: desafio.ChallengePage
    frame: Frame
    row: Mapping[str, Any] | None

    @cached_property
    def url(self) -> links.Address:
        return self.page.url

    @cached_property
    def map(self) -> mapa.Map:
        """The page's map, whose shapes choose in the frame."""
        drawn = self.page.map
        chosen = self.row["codigo_ibge"] if self.row else None
        shapes = [
            replace(shape, href=self.url(municipio=shape.slug, anchor="ms-frame-why"), selected=shape.codigo == chosen)
            for shape in drawn.shapes
        ]
        return replace(drawn, shapes=shapes)

    @cached_property
    def chosen(self) -> desafio.Line | None:
        return desafio.line(self.row) if self.row else None

    @property
    def tabs(self) -> list[tuple[str, str, str]]:
        return tabs(self.page)

    def choose(self, line: desafio.Line) -> str:
        """The address in the frame that chooses the municipality of a line."""
        return self.url(municipio=line.href.rsplit("/", 1)[-1], anchor="ms-frame-why")


def challenge(pkg: Mapping[str, Any], frame: Frame) -> FramedChallenge:
    given = frame.asked
    if "ano" in given:
        asked.refuse(400, tk._("A challenge has no years to choose from: take “ano” out of the address."))
    aba = asked.choice(given, "aba", TABS, "mapa")
    page = desafio.challenge_page(pkg, {name: given[name] for name in ("cor", "aba", "ordem") if name in given})
    ranked = sorted(page.rows, key=lambda row: desafio.ORDERS["classe"][1](row))
    row = _chosen(given, ranked, lambda row: row["codigo_ibge"])
    worst = _slug(ranked[0]["codigo_ibge"]) if ranked else None
    chosen = _slug(row["codigo_ibge"]) if row else None
    current = {"aba": aba, "cor": page.cor, "ordem": page.ordem, "municipio": chosen}
    page.url = frame.address(current, {**desafio.DEFAULTS, "municipio": worst})
    return FramedChallenge(page, frame, row)


def snapshot_key() -> str:
    """What pages of results depend on: the newest analysis and how datasets are described."""
    newest = pages.snapshot()
    return f"{newest.id if newest else ''}|{pages.version()}"
