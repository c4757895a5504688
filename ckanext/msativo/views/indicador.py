"""The indicator's page: what its template shows, made from the dataset and the address.

The page is CKAN's dataset page of the type, so it is asked for by the template (`helpers.msativo_indicator_page`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import ckan.plugins.toolkit as tk

from ckanext.msativo import vocabulary
from ckanext.msativo.i18n_marker import N_
from ckanext.msativo.logic import pages
from ckanext.msativo.logic.numbers import number, percent
from ckanext.msativo.logic.territory import territory
from ckanext.msativo.text import fold
from ckanext.msativo.views import asked, chart, links, mapa, numbers, scales, tabela
from ckanext.msativo.views.states import LOOKS, ORDER

TABS: Mapping[str, str] = {
    "mapa": N_("Map"),
    "tabela": N_("Table"),
    "evolucao": N_("Evolution"),
    "baixar": N_("Download data"),
}
TABLE = "tabela"
COLOURINGS: Mapping[str, str] = {"estado": N_("By situation"), "valor": N_("By value")}
# Rule → what its limit is.
LIMITS: Mapping[str, str] = {
    "quantil": N_("limit: worst {p}, ties included"),
    "limiar": N_("red limit"),
    "jenks": N_("limit of the worst class"),
    "zscore": N_("limit: deviations from the mean"),
    "robust_z": N_("limit: deviations from the median"),
}
OTHER_LIMIT = N_("limit")
LISTED = 9
"""Municipalities in the ranked list beside the map."""
DEFAULTS = {"aba": "mapa", "cor": "estado", "ordem": "posicao"}


@dataclass(frozen=True)
class Ranked:
    """A line of the ranked list: ``bar`` and ``tick`` (the median) are percentages of the bar's width."""

    place: int
    nome: str
    regiao: str
    valor: str
    bar: float
    tick: float | None
    href: str
    selected: bool


@dataclass(frozen=True)
class Card:
    value: str
    label: str
    small: str = ""


@dataclass
class IndicatorPage:
    """``resultado`` is None before the first analysis or without data: then only what the dataset says is shown."""

    pkg: Mapping[str, Any]
    args: Mapping[str, str]
    snapshot: Any = None
    resultado: Any = None
    years: Sequence[Any] = field(default_factory=list)
    rows: Sequence[Any] = field(default_factory=list)
    selected: Any = None
    ano: int | None = None
    aba: str = "mapa"
    cor: str = "estado"
    ordem: str = "posicao"
    regiao: str = ""
    """Region that the table is narrowed to, with its ``membros``; only in the table's address."""
    membros: Sequence[str] | None = None

    # -- what it is --------------------------------------------------------------------------------------------------
    @property
    def unit(self) -> str:
        return str(self.pkg.get("unidade") or "")

    @cached_property
    def decimals(self) -> int:
        return int(self.pkg.get("casas") or 1)

    @property
    def polarity(self) -> int:
        return -1 if self.pkg.get("polaridade") == "menor_melhor" else 1

    @property
    def area(self) -> str:
        return tk._(vocabulary.AREAS.get(self.pkg.get("area") or "", ""))

    @property
    def polarity_label(self) -> str:
        return tk._(vocabulary.POLARITIES.get(self.pkg.get("polaridade") or "", ""))

    @property
    def subtitle(self) -> str:
        unit = self.unit[:1].upper() + self.unit[1:]
        parts = [", ".join(str(part) for part in (unit, self.ano) if part), self.polarity_label]
        return " ".join(f"{part}." for part in parts if part)

    @cached_property
    def year(self) -> Any:
        """Summary of the year shown."""
        return next((year for year in self.years if year.ano == self.ano), None)

    @property
    def tabs(self) -> list[tuple[str, str, str]]:
        return [
            (name, tk._(label), self.url(aba=name, regiao=self.regiao if name == TABLE else None))
            for name, label in TABS.items()
        ]

    @property
    def colourings(self) -> list[tuple[str, str, str]]:
        return [(name, tk._(label), self.url(cor=name)) for name, label in COLOURINGS.items()]

    # -- addresses ---------------------------------------------------------------------------------------------------
    @cached_property
    def url(self) -> links.Address:
        # The worst municipality is chosen without being asked for.
        worst = self._slug(self.rows[0]) if self.rows else None
        chosen = self._slug(self.selected) if self.selected else None
        defaults = {**DEFAULTS, "ano": self.resultado.ano_padrao if self.resultado else None, "municipio": worst}
        current = {"ano": self.ano, "cor": self.cor, "municipio": chosen, "aba": self.aba, "ordem": self.ordem}
        current["regiao"] = self.regiao
        return links.Address(links.indicator(self.pkg["name"]), current, defaults)

    def _slug(self, row: Any) -> str:
        return territory().by_code[row.codigo_ibge].slug

    def download(self, extension: str) -> str:
        default = self.resultado and self.ano == self.resultado.ano_padrao
        ano = None if default else self.ano
        return links.download("criticidade", extension, indicador=self.pkg["name"], ano=ano, regiao=self.regiao)

    @property
    def rules(self) -> str:
        """Where its rule is compared with others, in the same year."""
        base = f"{links.indicator(self.pkg['name'])}/regras"
        return links.Address(base, {"ano": self.ano}, {"ano": self.resultado.ano_padrao})()

    # -- numbers -----------------------------------------------------------------------------------------------------
    def shown(self, value: float | None) -> str:
        return number(value, self.decimals)

    @property
    def cards(self) -> list[Card]:
        year, rule = self.year, self.resultado.metodo["rule"]
        used = year.criticos + year.atencao + year.adequados
        sign = "≥" if self.polarity < 0 else "≤"
        limit = tk._(LIMITS.get(rule, OTHER_LIMIT)).format(p=percent(self.resultado.metodo["params"].get("p", 0)))
        without = tk._("set by each reference group")
        return [
            Card(str(year.criticos), tk._("municipalities in a critical situation"), tk._("of {n}").format(n=used)),
            Card(self.shown(year.mediana), tk._("median of the state")),
            Card(f"{used} / {year.instalados}", tk._("municipalities with data")),
            Card(f"{sign} {self.shown(year.limite)}", limit) if year.limite is not None else Card("–", without),
        ]

    @cached_property
    def states(self) -> list[tuple[Any, int]]:
        counts = dict.fromkeys(ORDER, 0)
        for row in self.rows:
            counts[row.estado] += 1
        return [(LOOKS[state], count) for state, count in counts.items()]

    @cached_property
    def smoothed(self) -> bool:
        """Whether the municipalities are judged by smoothed values; the observed ones then stand beside them."""
        return any(row.valor_suavizado is not None for row in self.rows)

    @cached_property
    def with_value(self) -> list[Any]:
        return [row for row in self.rows if row.valor is not None]

    def rank(self, row: Any) -> str:
        if row.posicao is None:
            return ""
        return tk._("{rank}. worst of {n}").format(rank=row.posicao, n=len(self.with_value))

    # -- the ranked list and the reason ------------------------------------------------------------------------------
    @cached_property
    def ranked(self) -> list[Ranked]:
        values = [pages.judged(row) for row in self.with_value]
        low, high = min([0.0, *values]), max([0.0, *values])

        def share(value: float) -> float:
            return round(100 * (value - low) / (high - low), 1) if high > low else 0.0

        median = None if self.year is None or self.year.mediana is None else share(self.year.mediana)
        critical = [row for row in self.rows if row.estado == "critico"][:LISTED]
        return [
            Ranked(
                place=row.posicao,
                nome=territory().by_code[row.codigo_ibge].nome,
                regiao=tabela.region(row.codigo_ibge),
                valor=self.shown(pages.judged(row)),
                bar=share(pages.judged(row)),
                tick=median,
                href=self.url(municipio=self._slug(row), anchor="porque"),
                selected=row is self.selected,
            )
            for row in critical
        ]

    @property
    def selected_name(self) -> str:
        return territory().by_code[self.selected.codigo_ibge].nome

    @property
    def selected_url(self) -> str:
        return links.municipality(self._slug(self.selected))

    @property
    def selected_state(self) -> Any:
        return LOOKS[self.selected.estado]

    def why(self, row: Any) -> str:
        return pages.why(row, self.resultado.metodo, self.unit, self.decimals)

    # -- the tabs ----------------------------------------------------------------------------------------------------
    @cached_property
    def map(self) -> mapa.Map:
        colours, legend = self._by_value() if self.cor == "valor" else self._by_state()
        return mapa.make(
            colours,
            {row.codigo_ibge: self._described(row) for row in self.rows},
            lambda slug: self.url(municipio=slug, anchor="porque"),
            legend,
            self.selected.codigo_ibge if self.selected else None,
        )

    def _described(self, row: Any) -> str:
        """Value, rank, state and the reason in short."""
        state = LOOKS[row.estado].label.lower()
        if row.valor is None:
            return f"{state}. {self.why(row)}"
        return f"{self.shown(pages.judged(row))} · {self.rank(row)} · {state}: {self._clauses.of(row)}"

    @cached_property
    def _clauses(self) -> pages.Clauses:
        return pages.Clauses(self.resultado.metodo, self.decimals)

    def _by_state(self) -> tuple[dict[str, str], list[mapa.LegendItem]]:
        legend = [mapa.LegendItem(look.css, look.label, count, look.sign) for look, count in self.states]
        return {row.codigo_ibge: LOOKS[row.estado].css for row in self.rows}, legend

    def _by_value(self) -> tuple[dict[str, str], list[mapa.LegendItem]]:
        values = [pages.judged(row) for row in self.with_value]
        breaks = scales.quantile_breaks(values)
        steps = [scales.spread(index, len(breaks) + 1, self.polarity) for index in range(len(breaks) + 1)]
        colours = {
            row.codigo_ibge: f"is-v{steps[scales.class_of(pages.judged(row), breaks)]}" for row in self.with_value
        }
        bounds = [min(values, default=0), *breaks, max(values, default=0)]
        legend = [
            mapa.LegendItem(f"is-v{step}", f"{self.shown(bounds[i])} – {self.shown(bounds[i + 1])}", count)
            for i, (step, count) in enumerate(zip(steps, scales.members(values, breaks), strict=True))
        ]
        if self.polarity > 0:
            legend.reverse()
        missing = LOOKS["sem_dado"]
        return colours, [*legend, mapa.LegendItem(missing.css, missing.label, len(self.rows) - len(values))]

    @cached_property
    def table(self) -> tabela.Table:
        rows = [row for row in self.rows if self.membros is None or row.codigo_ibge in self.membros]
        return tabela.make(rows, self.ordem, self.shown, self.why, self.url)

    @property
    def regions(self) -> list[str]:
        return [region.nome for region in territory().regions("imediata")]

    @cached_property
    def chart(self) -> chart.Chart | None:
        return chart.chart(self._quartiles, [(row.ano, pages.judged(row)) for row in self._own], numbers.plain)

    @cached_property
    def _quartiles(self) -> dict[int, tuple[float, float, float]]:
        observed = {year.ano for year in self.years}
        return {ano: three for ano, three in pages.quartiles(self.resultado.id).items() if ano in observed}

    @cached_property
    def _own(self) -> list[Any]:
        """The selected municipality's values in the years in which it has one of that very year."""
        if self.selected is None:
            return []
        rows = pages.history(self.resultado.id, self.selected.codigo_ibge)
        return [row for row in rows if row.ano_valor == row.ano and row.valor is not None]

    @property
    def evolution(self) -> list[dict[str, Any]]:
        """The chart as a table, the newest year first."""
        own = {row.ano: row for row in self._own}
        return [
            {
                "ano": year.ano,
                "quartiles": [self.shown(value) for value in self._quartiles.get(year.ano, (None, None, None))],
                "valor": self.shown(pages.judged(own[year.ano])) if year.ano in own else None,
                "estado": LOOKS[own[year.ano].estado] if year.ano in own else None,
                "criticos": year.criticos,
            }
            for year in reversed(self.years)
        ]


def indicator_page(pkg: Mapping[str, Any], args: Mapping[str, str]) -> IndicatorPage:
    """Read the address and what it asks for; a year without analysis or an unknown municipality is refused."""
    page = IndicatorPage(
        pkg,
        args,
        pages.snapshot(),
        aba=asked.choice(args, "aba", TABS, DEFAULTS["aba"]),
        cor=asked.choice(args, "cor", COLOURINGS, DEFAULTS["cor"]),
        ordem=asked.choice(args, "ordem", tabela.ORDERS, DEFAULTS["ordem"]),
    )
    if page.snapshot is None:
        return page
    resultado = pages.result(page.snapshot.id, pkg["id"])
    if resultado is None or resultado.ano_padrao is None:
        return page
    page.resultado, page.years = resultado, pages.years(resultado.id)
    page.regiao, page.membros = asked.region(args) if page.aba == TABLE else ("", None)
    page.ano = _year(args, page)
    page.rows = pages.rows(resultado.id, page.ano)
    page.selected = _municipality(args, page)
    return page


def _year(args: Mapping[str, str], page: IndicatorPage) -> int:
    text = args.get("ano")
    if not text:
        return page.resultado.ano_padrao
    years = {str(year.ano): year.ano for year in page.years}
    if text not in years:
        asked.refuse(
            404,
            tk._("“{title}” has no analysis of the year {year}. Its years are: {years}.").format(
                title=page.pkg["title"], year=text[:20], years=", ".join(years)
            ),
        )
    return years[text]


def _municipality(args: Mapping[str, str], page: IndicatorPage) -> Any:
    text = args.get("municipio")
    if not text:
        return page.rows[0] if page.rows else None
    found = territory().by_slug.get(fold(text).replace(" ", "-"))
    row = next((row for row in page.rows if found and row.codigo_ibge == found.codigo_ibge), None)
    if row is None:
        asked.refuse(404, tk._("There is no municipality “{name}” in this state.").format(name=text[:60]))
    return row
