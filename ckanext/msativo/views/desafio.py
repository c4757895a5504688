"""The challenge's page: what its template shows, made from the dataset and the address.

The page is CKAN's dataset page of the type, so it is asked for by the template (`helpers.msativo_challenge_page`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import ckan.plugins.toolkit as tk

from ckanext.msativo import vocabulary
from ckanext.msativo.i18n_marker import N_
from ckanext.msativo.logic import challenges, pages
from ckanext.msativo.logic.numbers import number, percent
from ckanext.msativo.logic.territory import territory
from ckanext.msativo.text import fold
from ckanext.msativo.views import asked, links, mapa, scales, tabela
from ckanext.msativo.views.classes import LOOKS, MEANINGS, ORDER
from ckanext.msativo.views.indicador import Card

TABS: Mapping[str, str] = {
    "mapa": N_("Map"),
    "tabela": N_("Table"),
    "efeito": N_("Effect"),
    "metodo": N_("Method"),
    "baixar": N_("Download data"),
}
COLOURINGS: Mapping[str, str] = {"classe": N_("By class"), "valor": N_("By need")}
DEFAULTS = {"aba": "mapa", "cor": "classe", "ordem": "posicao"}
LISTED = 12
ALL = 5000


def _or_last(value: Any) -> tuple[bool, Any]:
    return (value is None, 0 if value is None else value)


ORDERS: Mapping[str, tuple[str, Any]] = {
    "posicao": (N_("Rank"), lambda row: _or_last(row["posicao"])),
    "municipio": (N_("Municipality"), lambda row: fold(row["municipio"])),
    "necessidade": (N_("Need"), lambda row: _or_last(row["necessidade"])),
    "probabilidade": (N_("Probability"), lambda row: _or_last(row["prob_pior_k"])),
    "classe": (N_("Class"), lambda row: (ORDER.index(row["classe"]), _or_last(row["posicao"]))),
}


@dataclass(frozen=True)
class Interval:
    """Where a rank lies between 1 and n: percentages of the bar's width."""

    start: float
    width: float
    middle: float


@dataclass(frozen=True)
class Line:
    posicao: int | None
    nome: str
    regiao: str
    href: str
    necessidade: str
    intervalo: str
    bar: Interval | None
    probabilidade: str
    look: Any
    calculada: Any
    """Look of the computed class, where the decided one is another."""
    motivos: Sequence[str]
    contestacoes: int


@dataclass
class ChallengePage:
    """``shown`` is the answer of ``msativo_desafio_show``, empty before the first analysis."""

    pkg: Mapping[str, Any]
    snapshot: Any = None
    shown: Mapping[str, Any] = field(default_factory=dict)
    rows: Sequence[Mapping[str, Any]] = field(default_factory=list)
    aba: str = "mapa"
    cor: str = "classe"
    ordem: str = "posicao"

    @property
    def area(self) -> str:
        return tk._(vocabulary.AREAS.get(self.pkg.get("area") or "", ""))

    @cached_property
    def secretaria(self) -> str:
        wanted = self.pkg.get("secretaria")
        return dict(pages.secretariats()).get(str(wanted), str(wanted or ""))

    @cached_property
    def url(self) -> links.Address:
        current = {"aba": self.aba, "cor": self.cor, "ordem": self.ordem}
        return links.Address(links.challenge(self.pkg["name"]), current, DEFAULTS)

    @property
    def tabs(self) -> list[tuple[str, str, str]]:
        return [(name, tk._(label), self.url(aba=name)) for name, label in TABS.items()]

    @property
    def colourings(self) -> list[tuple[str, str, str]]:
        return [(name, tk._(label), self.url(cor=name)) for name, label in COLOURINGS.items()]

    def download(self, name: str, extension: str) -> str:
        return links.download(name, extension, desafio=self.pkg["name"])

    @property
    def cards(self) -> list[Card]:
        counts = self.shown["classes"]
        scored = tk._("of {n} with a score").format(n=self.shown["n"])
        return [
            Card(str(counts["focal"]), tk._("focal municipalities"), scored),
            Card(str(counts["prioritario"]), tk._("other priority municipalities")),
            Card(str(counts["monitorado"]), tk._("monitored")),
            Card(str(counts["sem_dado"]), tk._("without enough data")),
        ]

    @cached_property
    def map(self) -> mapa.Map:
        colours, legend = self._by_need() if self.cor == "valor" else self._by_class()
        texts = {row["codigo_ibge"]: self._described(row) for row in self.rows}
        return mapa.make(colours, texts, lambda slug: links.focus(self.pkg["name"], slug), legend)

    def _described(self, row: Mapping[str, Any]) -> str:
        """Need, rank with its interval, class and the first of its reasons."""
        label = LOOKS[row["classe"]].label.lower()
        if row["necessidade"] is None:
            return label
        need = tk._("need {need}, {rank}").format(need=number(row["necessidade"]), rank=interval_text(row))
        why = row["motivos"][0] if row["motivos"] else ""
        return f"{need} · {label}. {why}".rstrip(". ") + "."

    def _by_class(self) -> tuple[dict[str, str], list[mapa.LegendItem]]:
        counts = self.shown["classes"]
        legend = [mapa.LegendItem(LOOKS[name].css, LOOKS[name].label, counts[name], LOOKS[name].sign) for name in ORDER]
        return {row["codigo_ibge"]: LOOKS[row["classe"]].css for row in self.rows}, legend

    def _by_need(self) -> tuple[dict[str, str], list[mapa.LegendItem]]:
        values = {row["codigo_ibge"]: row["necessidade"] for row in self.rows if row["necessidade"] is not None}
        numbers = list(values.values())
        breaks = scales.quantile_breaks(numbers)
        steps = [scales.spread(index, len(breaks) + 1, -1) for index in range(len(breaks) + 1)]
        colours = {code: f"is-v{steps[scales.class_of(value, breaks)]}" for code, value in values.items()}
        bounds = [min(numbers, default=0), *breaks, max(numbers, default=0)]
        legend = [
            mapa.LegendItem(f"is-v{step}", f"{number(bounds[i])} – {number(bounds[i + 1])}", count)
            for i, (step, count) in enumerate(zip(steps, scales.members(numbers, breaks), strict=True))
        ]
        missing = LOOKS["sem_dado"]
        return colours, [*legend, mapa.LegendItem(missing.css, missing.label, len(self.rows) - len(numbers))]

    @property
    def meanings(self) -> list[tuple[Any, str]]:
        return [(LOOKS[name], tk._(text)) for name, text in MEANINGS.items()]

    # -- lines -------------------------------------------------------------------------------------------------------
    @cached_property
    def ranked(self) -> list[Line]:
        """The focal and priority ones, the gravest first."""
        wanted = [row for row in self.rows if row["classe"] in ("focal", "prioritario")]
        wanted.sort(key=ORDERS["classe"][1])
        return [line(row) for row in wanted[:LISTED]]

    @property
    def in_focus(self) -> int:
        return sum(row["classe"] in ("focal", "prioritario") for row in self.rows)

    @cached_property
    def table(self) -> tuple[list[tabela.Column], list[Line]]:
        name = self.ordem.removeprefix("-")
        key = ORDERS[name][1]
        ordered = sorted(self.rows, key=key)
        if self.ordem.startswith("-"):
            missing = [row for row in ordered if row["posicao"] is None]
            ordered = [row for row in reversed(ordered) if row["posicao"] is not None] + missing
        columns = tabela.columns(ORDERS, self.ordem, self.url, {"posicao", "necessidade", "probabilidade"})
        return columns, [line(row) for row in ordered]

    # -- method ------------------------------------------------------------------------------------------------------
    @property
    def indicators(self) -> list[dict[str, Any]]:
        """What each indicator is and does in the challenge."""
        return [
            {
                **item,
                "href": links.indicator(item["indicador"]),
                "peso": percent(item["peso"]),
                "peso_efetivo": percent(item["peso_efetivo"]),
                "pior": number(item["pior"], 2),
                "melhor": number(item["melhor"], 2),
                "correlacao": number(item["correlacao"], 2),
            }
            for item in self.shown["indicadores"]
        ]

    @property
    def rejected(self) -> list[dict[str, Any]]:
        titles = {item.name: item.title for item in pages.indicators_of(None)}
        return [
            {
                "titulo": titles.get(row.get("indicador", ""), row.get("indicador", "")),
                "href": links.indicator(row["indicador"]) if row.get("indicador") in titles else "",
                "motivo": row.get("motivo", ""),
            }
            for row in challenges.items(self.pkg, "rejeitados")
        ]

    @property
    def method(self) -> list[tuple[str, str]]:
        stored = self.shown["metodo"]
        normaliser, mean = challenges.NORMALISERS[stored["normalizacao"]], challenges.MEANS[stored["agregacao"]]
        return [
            (tk._("How an indicator becomes a score"), tk._(normaliser)),
            (tk._("Mean of the scores"), tk._(mean)),
            (tk._("Least weight with data"), percent(stored["peso_minimo"])),
            (tk._("How many are the worst"), str(self.shown["k"])),
            (tk._("Variations of the method"), number(stored["sorteios"], 0)),
            (tk._("Seed"), str(stored["semente"])),
        ]

    @cached_property
    def contests(self) -> list[dict[str, Any]]:
        return tk.get_action("msativo_contestacao_list")({}, {"desafio": self.pkg["name"], "limit": ALL})["results"]


def interval_text(row: Mapping[str, Any]) -> str:
    """The rank in words, with its uncertainty: "between the 3rd and the 9th place"."""
    first, last = row["posicao_p05"], row["posicao_p95"]
    if first is None:
        return ""
    if first == last:
        return tk._("{rank}. place").format(rank=first)
    return tk._("between the {first}. and the {last}. place").format(first=first, last=last)


def line(row: Mapping[str, Any]) -> Line:
    """A row of ``msativo_foco_list`` as tables show it."""
    municipio = territory().by_code[row["codigo_ibge"]]
    overruled = row["classe"] != row["classe_calculada"]
    return Line(
        posicao=row["posicao"],
        nome=municipio.nome,
        regiao=tabela.region(row["codigo_ibge"]),
        href=links.focus(row["desafio"], municipio.slug),
        necessidade=number(row["necessidade"]),
        intervalo=interval_text(row),
        bar=bar(row),
        probabilidade=percent(row["prob_pior_k"]),
        look=LOOKS[row["classe"]],
        calculada=LOOKS[row["classe_calculada"]] if overruled else None,
        motivos=row["motivos"],
        contestacoes=row["contestacoes"],
    )


def bar(row: Mapping[str, Any]) -> Interval | None:
    """The rank's interval on a bar from the first to the last place."""
    if row["posicao_p05"] is None:
        return None
    span = max(row["n"] - 1, 1)

    def place(rank: float) -> float:
        return round(100 * (rank - 1) / span, 1)

    start, end = place(row["posicao_p05"]), place(row["posicao_p95"])
    return Interval(min(start, 98.0), max(round(end - start, 1), 2.0), place(row["posicao_mediana"]))


def challenge_page(pkg: Mapping[str, Any], args: Mapping[str, str]) -> ChallengePage:
    """Read the address and what it asks for."""
    page = ChallengePage(
        pkg,
        pages.snapshot(),
        aba=asked.choice(args, "aba", TABS, DEFAULTS["aba"]),
        cor=asked.choice(args, "cor", COLOURINGS, DEFAULTS["cor"]),
        ordem=asked.choice(args, "ordem", ORDERS, DEFAULTS["ordem"]),
    )
    try:
        page.shown = tk.get_action("msativo_desafio_show")({}, {"id": pkg["id"]})
    except tk.ObjectNotFound:
        return page
    page.rows = tk.get_action("msativo_foco_list")({}, {"desafio": pkg["id"], "limit": ALL})["results"]
    return page


@dataclass(frozen=True)
class Item:
    name: str
    title: str
    href: str
    area: str
    secretaria: str
    ciclo: str
    counts: Mapping[str, int]
    parts: Sequence[tuple[Any, int, float, float]]


def challenge_list() -> list[Item]:
    """All visible challenges by title, with how many municipalities are in which class."""
    counts = pages.challenge_counts()
    bodies = dict(pages.secretariats())
    return [
        Item(
            name=item.name,
            title=item.title,
            href=links.challenge(item.name),
            area=tk._(vocabulary.AREAS.get(item.area, item.area)),
            secretaria=bodies.get(item.secretaria, item.secretaria),
            ciclo=item.ciclo,
            counts=counts.get(item.name, {}),
            parts=parts(counts.get(item.name, {})),
        )
        for item in pages.challenges_of()
    ]


def parts(counts: Mapping[str, int]) -> list[tuple[Any, int, float, float]]:
    """Divide a bar among the classes, the gravest first."""
    total, start = sum(counts.values()), 0.0
    made = []
    for name in ORDER:
        width = 100 * counts.get(name, 0) / total if total else 0.0
        if width:
            made.append((LOOKS[name], counts[name], round(start, 2), round(width, 2)))
        start += width
    return made
