"""Monitoring: from the state down to a delivery, as of any day, and the report for the two-monthly meeting."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

import ckan.plugins.toolkit as tk
from flask import Blueprint, request

from ckanext.msativo.i18n_marker import N_
from ckanext.msativo.logic import clock
from ckanext.msativo.logic.groupings import ESTADO, GROUPINGS
from ckanext.msativo.logic.monitoring_schema import EVERY
from ckanext.msativo.logic.numbers import percent
from ckanext.msativo.logic.territory import Municipio, code_of, territory
from ckanext.msativo.views import asked, curva, links
from ckanext.msativo.views.andamento import Progress, day_of, delivery
from ckanext.msativo.views.formats import FORMATS

monitoramento = Blueprint("msativo_monitoramento", __name__)

ALL = 5000
WITHIN = tuple(name for name in GROUPINGS if name != ESTADO)
LISTED: Mapping[str, str] = {
    "regiao": N_("By region"),
    "municipio": N_("By municipality"),
    "acao": N_("By action"),
    "desafio": N_("By challenge"),
    "secretaria": N_("By secretariat"),
}
"""How the state may be divided; the first is shown unless another is asked for."""


@dataclass
class Page:
    """What is asked for, and what the API says of it."""

    within: Mapping[str, str]
    por: str
    ciclo: str
    dia: date
    cycles: Sequence[Mapping[str, Any]]
    options: Mapping[str, Any]

    @cached_property
    def found(self) -> dict[str, Any]:
        given = {**self.within, "grupo": self.por, "data": self.dia.isoformat(), "limit": ALL, **self.options}
        given["ciclo"] = self.ciclo
        try:
            return tk.get_action("msativo_monitoramento_show")({"user": ""}, given)
        except tk.ObjectNotFound as error:
            asked.refuse(404, str(error))
        except tk.ValidationError as error:
            problems: Any = error.error_dict
            asked.refuse(400, " ".join(str(said) for of in problems.values() for said in of))

    @property
    def total(self) -> Progress:
        return Progress(self.found["total"])

    @cached_property
    def rows(self) -> list[dict[str, Any]]:
        """The latest first."""
        rows = [
            {**row, "href": self.url(por="", **{self.por: row["id"]}), "progress": Progress(row)}
            for row in self.found["results"]
            if row["entregas"] or row["canceladas"]
        ]
        return sorted(rows, key=lambda row: -row["progress"].late)

    @cached_property
    def places(self) -> list[tuple[str, str]]:
        """(name, address) of what the page is within, the widest first."""
        found, inside, within = [], {}, self._placed()
        for name in WITHIN:
            if name in within:
                inside[name] = within[name]
                found.append((self._named(name, within[name]), self._at(inside)))
        return found

    def _placed(self) -> Mapping[str, str]:
        """What the page is within, a municipality's region too where the address leaves it out."""
        town = self.town
        if town is None or town.regiao_imediata is None or "regiao" in self.within:
            return self.within
        return {**self.within, "regiao": town.regiao_imediata.codigo}

    @cached_property
    def town(self) -> Municipio | None:
        """The municipality that the page is within."""
        code = code_of(self.within["municipio"]) if "municipio" in self.within else None
        return territory().by_code[code] if code else None

    @property
    def profile(self) -> str:
        """The address of that municipality's profile, "" without one."""
        return links.municipality(self.town.slug) if self.town else ""

    @property
    def whole(self) -> str:
        """The address of the state's page, on the same day and of the same cycle."""
        return self._at({})

    def _at(self, inside: Mapping[str, str]) -> str:
        return self.url(**{**dict.fromkeys(("por", *WITHIN)), **inside})

    def _named(self, name: str, text: str) -> str:
        """What people call it."""
        key = GROUPINGS[name].find(text)
        return GROUPINGS[name].names([key], [])[key][1]

    @property
    def state(self) -> str:
        return territory().nome

    @property
    def heading(self) -> str:
        return tk._(GROUPINGS[self.por].label)

    @property
    def title(self) -> str:
        return self.places[-1][0] if self.places else ""

    @cached_property
    def url(self) -> links.Address:
        current = {**self.within, "por": self.por, "ciclo": self.ciclo, "data": self.dia.isoformat()}
        return links.Address(links.prefix("msativo_monitoramento.index"), current, self.defaults)

    @property
    def defaults(self) -> dict[str, str]:
        return {
            "por": _default(self.within),
            "ciclo": _running(self.cycles, self.dia),
            "data": clock.today({}).isoformat(),
        }

    @property
    def report(self) -> str:
        base = links.prefix("msativo_monitoramento.report")
        return links.Address(base, {**self.url.current, "por": ""}, self.url.defaults)()

    @property
    def switch(self) -> list[tuple[str, str, str]]:
        """(name, label, address) of the other ways to divide what is shown."""
        return [(name, tk._(label), self.url(por=name)) for name, label in LISTED.items() if name not in self.within]

    @cached_property
    def curve(self) -> curva.Curve | None:
        return curva.curve(self.found["serie"], self.dia)

    @property
    def evolution(self) -> list[dict[str, str]]:
        """The curve as a table."""
        return [
            {name: percent(row[name]) for name in curva.LINES} | {"data": row["data"]} for row in self.found["serie"]
        ]

    @cached_property
    def deliveries(self) -> list[dict[str, Any]]:
        """Of the plan that is shown."""
        given = {"plano": self.within["plano"], "data": self.dia.isoformat(), "limit": ALL}
        return [delivery(row) for row in tk.get_action("msativo_entrega_list")({"user": ""}, given)["results"]]

    @property
    def plan_page(self) -> str:
        return tk.url_for("msativo_planos.read", ref=self.within["plano"])

    def pending(self, which: str) -> list[dict[str, Any]]:
        return [delivery(row) for row in self.found["pendencias"][which]]

    @property
    def cycle_name(self) -> str:
        names = {cycle["id"]: cycle["nome"] for cycle in self.cycles}
        return names.get(self.ciclo, "")

    @property
    def files(self) -> list[tuple[str, str]]:
        return [
            (kind.label, links.download("monitoramento", end, **self._asked(), grupo=self.por))
            for end, kind in FORMATS.items()
        ]

    @property
    def delivery_files(self) -> list[tuple[str, str]]:
        """Deliveries as files: by what their list can be narrowed to."""
        kept = {
            key: value for key, value in self._asked().items() if key in ("municipio", "plano", "acao", "ciclo", "data")
        }
        return [(kind.label, links.download("entregas", end, **kept)) for end, kind in FORMATS.items()]

    def _asked(self) -> dict[str, str]:
        cycle = {} if self.ciclo == EVERY else {"ciclo": self.ciclo}
        return {**self.within, **cycle, "data": self.dia.isoformat()}


def _default(within: Mapping[str, str]) -> str:
    """What a page lists unless it is asked for something else."""
    if "municipio" in within or "plano" in within:
        return "plano"
    return "municipio" if within else "regiao"


def _running(cycles: Sequence[Mapping[str, Any]], day: date) -> str:
    """The newest cycle that has begun by then; all of them before any."""
    begun = [cycle for cycle in cycles if cycle["inicio"] <= day.isoformat()]
    return max(begun, key=lambda cycle: cycle["inicio"])["id"] if begun else EVERY


def _page(**options: Any) -> Page:
    """Read the address; what cannot be read ends in a page that says so."""
    today = clock.today({})
    text = asked.search_text(request.args, "data")
    day = day_of(text) if text else today
    if day is None:
        asked.refuse(400, tk._("“{value}” is not a date: YYYY-MM-DD.").format(value=text[:40]))
    texts = {name: asked.search_text(request.args, name) for name in WITHIN}
    within = {name: text for name, text in texts.items() if text}
    cycles = tk.get_action("msativo_ciclo_list")({"user": ""}, {})["results"]
    ciclo = asked.choice(request.args, "ciclo", [EVERY, *(cycle["id"] for cycle in cycles)], _running(cycles, day))
    por = asked.choice(request.args, "por", [*LISTED, "plano"], _default(within))
    return Page(within, por, ciclo, day, cycles, options)


@monitoramento.get("/monitoramento")
def index() -> str:
    page = _page(serie=True)
    page.found  # noqa: B018 - what is not there is refused before anything is drawn
    return tk.render("msativo/monitoramento/index.html", {"page": page})


@monitoramento.get("/monitoramento/relatorio")
def report() -> str:
    """A4: for the meeting, and for the browser's print to PDF."""
    page = _page(serie=True, pendencias=True)
    page.por = "plano" if "municipio" in page.within else "municipio"
    page.found  # noqa: B018
    return tk.render("msativo/monitoramento/relatorio.html", {"page": page, "today": clock.today({})})
