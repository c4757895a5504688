"""``/indicador/<name>/regras``: which municipalities each rule would flag in an indicator, and how far rules agree."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import combinations
from typing import Any

import ckan.plugins.toolkit as tk
from flask import Blueprint, request

from ckanext.msativo.logic import pages
from ckanext.msativo.logic.numbers import number, percent
from ckanext.msativo.logic.territory import territory
from ckanext.msativo.views import asked, links
from ckanext.msativo.views.formats import FORMATS
from ckanext.msativo.views.indicador import Card
from ckanext.msativo.views.regras_form import Choice, choices, chosen, not_applicable, said

regras = Blueprint("msativo_regras", __name__)
STEPS = 4
"""Shades of the agreement beside none."""


@dataclass(frozen=True)
class Judge:
    """A rule of the comparison."""

    name: str
    label: str
    params: str
    declared: bool
    applies: bool
    why_not: str
    counts: Sequence[int]
    """Critical, attention, adequate, no data."""
    alone: int
    """How many it alone flags."""


@dataclass(frozen=True)
class Line:
    nome: str
    href: str
    valor: str
    times: int
    flagged: Sequence[bool]


@dataclass
class Comparison:
    """``found`` is the answer of ``msativo_rule_compare``, empty when the rules asked for make no comparison."""

    pkg: Mapping[str, Any]
    resultado: Any
    snapshot: Any
    ano: int
    choices: Sequence[Choice]
    reference: str
    found: Mapping[str, Any] = field(default_factory=dict)
    errors: Sequence[str] = ()
    rules: Mapping[str, Any] = field(default_factory=dict)

    @property
    def declared(self) -> str:
        return said(self.resultado.metodo["rule"], self.resultado.metodo["params"])

    @cached_property
    def judges(self) -> list[Judge]:
        return [_judge(row, self.rules[row["regra"]]["rule"]) for row in self.found["results"]]

    @cached_property
    def applying(self) -> list[Judge]:
        return [judge for judge in self.judges if judge.applies]

    @cached_property
    def lines(self) -> list[Line]:
        """Those that any rule flags: first those on which the rules are most divided."""
        decimals = int(self.pkg.get("casas") or 1)
        rules = len(self.applying)
        rows = sorted(
            self.found["municipios"], key=lambda row: -min(row["vezes_critico"], rules - row["vezes_critico"])
        )
        return [self._line(row, decimals) for row in rows]

    def _line(self, row: Mapping[str, Any], decimals: int) -> Line:
        href = links.Address(
            links.indicator(self.pkg["name"]),
            {"ano": self.ano, "municipio": territory().by_code[row["codigo_ibge"]].slug},
            {"ano": self.resultado.ano_padrao},
        )
        return Line(
            row["municipio"],
            href(anchor="porque"),
            number(row["valor"], decimals),
            row["vezes_critico"],
            [judge.name in row["regras"] for judge in self.applying],
        )

    # -- in short ----------------------------------------------------------------------------------------------------
    @property
    def cards(self) -> list[Card]:
        rules = len(self.applying)
        by_all = sum(line.times == rules for line in self.lines)
        known = max((sum(judge.counts[:3]) for judge in self.applying), default=0)
        own = next(judge for judge in self.judges if judge.declared)
        return [
            Card(
                str(by_all),
                tk.ungettext("critical by the only rule", "critical by all {k} rules", rules).format(k=rules),
            ),
            Card(str(len(self.lines) - by_all), tk._("critical by some of the rules, by others not")),
            Card(str(known - len(self.lines)), tk._("critical by none"), tk._("of {n}").format(n=known)),
            Card(str(own.counts[0]), tk._("critical by the indicator's own rule")),
        ]

    @cached_property
    def _pairs(self) -> list[tuple[float, Judge, Judge]]:
        share = {row["regra"]: row["acordo"] for row in self.found["results"]}
        pairs = [(share[one.name][other.name], one, other) for one, other in combinations(self.applying, 2)]
        return sorted(pairs, key=lambda pair: pair[0])

    @property
    def extremes(self) -> list[str]:
        """The two rules that agree least and the two that agree most, in words."""
        if not self._pairs:
            return []
        texts = (
            tk._("Least alike: “{one}” and “{other}” ({share} of those that either flags are flagged by both)."),
            tk._("Most alike: “{one}” and “{other}” ({share})."),
        )
        pairs = (self._pairs[0], self._pairs[-1])[: len(self._pairs)]
        return [
            text.format(share=percent(share), one=one.label, other=other.label)
            for text, (share, one, other) in zip(texts, pairs, strict=False)
        ]

    @property
    def agreement(self) -> list[tuple[Judge, list[tuple[str, int]]]]:
        """Per rule its agreement with each, in percent and as a shade."""
        share = {row["regra"]: row["acordo"] for row in self.found["results"]}
        return [
            (
                one,
                [
                    (percent(value), round(value * STEPS))
                    for value in (share[one.name][other.name] for other in self.applying)
                ],
            )
            for one in self.applying
        ]

    # -- addresses ---------------------------------------------------------------------------------------------------
    @property
    def files(self) -> list[tuple[str, str]]:
        rules = json.dumps(self.rules, separators=(",", ":"), ensure_ascii=False)
        of = {"indicador": self.pkg["name"], "ano": self.ano, "regras": rules, "snapshot": self.reference}
        return [(kind.label, links.download("regras", extension, **of)) for extension, kind in FORMATS.items()]


def _judge(row: Mapping[str, Any], rule: str) -> Judge:
    return Judge(
        name=row["regra"],
        label=row["rotulo"],
        params=said(rule, row["parametros"]),
        declared=row["declarada"],
        applies=row["aplicavel"],
        why_not="" if row["aplicavel"] else not_applicable(rule, row["parametros"]),
        counts=[row[state] for state in ("critico", "atencao", "adequado", "sem_dado")],
        alone=len(row["so_desta"]),
    )


@regras.get("/indicador/<name>/regras")
def read(name: str) -> str | tuple[str, int]:
    pkg = _indicator(name)
    snapshot = asked.analysis(request.args)
    resultado = pages.result(snapshot.id, pkg["id"]) if snapshot else None
    if resultado is None or resultado.ano_padrao is None:
        return tk.render("msativo/indicador/regras.html", {"pkg": pkg, "page": None, "snapshot": snapshot})
    years = [year.ano for year in pages.years(resultado.id)]
    page = _comparison(pkg, snapshot, resultado, _year(pkg, resultado, years))
    html = tk.render("msativo/indicador/regras.html", {"pkg": pkg, "page": page, "snapshot": snapshot, "years": years})
    return (html, 400) if page.errors else html


def _indicator(name: str) -> Mapping[str, Any]:
    try:
        pkg = tk.get_action("package_show")({}, {"id": name})
    except (tk.ObjectNotFound, tk.NotAuthorized):
        pkg = {}
    if pkg.get("type") != "indicador":
        asked.refuse(404, tk._("There is no indicator “{name}”.").format(name=name[:60]))
    return pkg


def _year(pkg: Mapping[str, Any], resultado: Any, years: Sequence[int]) -> int:
    text = request.args.get("ano")
    known = {str(year): year for year in years}
    if text and text not in known:
        message = tk._("“{title}” has no analysis of the year {year}. Its years are: {years}.")
        asked.refuse(404, message.format(title=pkg["title"], year=text[:20], years=", ".join(known)))
    return known[text] if text else resultado.ano_padrao


def _comparison(pkg: Mapping[str, Any], snapshot: Any, resultado: Any, ano: int) -> Comparison:
    offered = choices(resultado.metodo, request.args)
    reference = asked.search_text(request.args, "analise")
    page = Comparison(pkg, resultado, snapshot, ano, offered, reference)
    try:
        page.rules = chosen(resultado.metodo, offered)
        wanted = {"indicador": pkg["id"], "ano": ano, "regras": page.rules, "snapshot": snapshot.id}
        page.found = tk.get_action("msativo_rule_compare")({}, wanted)
    except tk.ValidationError as error:
        told: dict[str, Any] = error.error_dict
        page.errors = [str(message) for messages in told.values() for message in messages]
    except tk.ObjectNotFound as error:
        asked.refuse(404, str(error))
    return page
