"""What the resource views show: a page in a frame, or the sentence that says why there is none."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import ckan.plugins.toolkit as tk
from flask import request

from ckanext.msativo.analysis import AnalysisError
from ckanext.msativo.i18n_marker import N_
from ckanext.msativo.logic.observations import ROLE
from ckanext.msativo.logic.territory import territory
from ckanext.msativo.views import framed, indicador
from ckanext.msativo.vistas import columns, judging, options, table
from ckanext.msativo.vistas.table import MAX_ROWS, Unfit

SAMPLE = 60
TOO_MANY = N_("This table has {total} rows; a view reads up to {most}. Publish one table per indicator.")
EMPTY = N_("This table has no rows yet. The view appears when its data have been loaded.")
NO_TABLE = N_("The data of this resource are not in the DataStore, so there is nothing to judge.")
NO_VALUES = N_("No municipality has a value in this table.")
NO_CHALLENGE = N_("This view shows the focus of a challenge: choose one in its form.")
NO_SUCH_CHALLENGE = N_("There is no challenge “{name}”, or it is not public.")
NOT_ANALYSED = N_("This challenge has not been analysed yet")
NO_RESULT = N_("This indicator has no analysed data yet")


def finder() -> columns.Finder:
    found = territory()
    if FINDER not in found.memo:
        found.memo[FINDER] = columns.Finder(found)
    return found.memo[FINDER]


FINDER = "vistas.finder"


@dataclass
class Vista:
    """A view on a resource. ``page`` is None when ``problems`` says why."""

    view: Mapping[str, Any]
    resource: Mapping[str, Any]
    package: Mapping[str, Any]

    @property
    def embedded(self) -> bool:
        """Whether it stands alone in a frame of another page."""
        return bool(request) and (request.endpoint or "").endswith("_resource.view")

    @cached_property
    def frame(self) -> framed.Frame:
        kind = self.package.get("type") or "dataset"
        where = {"id": self.package["name"], "resource_id": self.resource["id"]}
        args = request.args if request else {}
        if not self.embedded:
            base = tk.url_for(f"{kind}_resource.read", **where)
            return framed.Frame(base, {"view_id": str(self.view.get("id") or "")}, args)
        if self.view.get("id"):
            return framed.Frame(tk.url_for(f"{kind}_resource.view", **where, view_id=self.view["id"]), {}, args)
        base = tk.url_for(f"{kind}_resource.view", **where)
        return framed.Frame(base, {"resource_view": str(args.get("resource_view") or "")}, args)

    @property
    def title(self) -> str:
        return str(self.view.get("title") or self.resource.get("name") or self.package.get("title") or "")

    @property
    def source(self) -> tuple[str, str]:
        """Title and address of the dataset."""
        kind = self.package.get("type") or "dataset"
        name = str(self.package.get("title") or self.package["name"])
        return name, tk.url_for(f"{kind}.read", id=self.package["name"])

    @cached_property
    def _made(self) -> tuple[Any, list[str]]:
        try:
            return self.make(), []
        except Unfit as error:
            return None, [tk._(error.msgid).format(**error.params)]
        except AnalysisError as error:
            return None, [tk._(error.msgid).format(**error.params)]

    def make(self) -> Any:
        """The page; raises `Unfit` or `AnalysisError`."""
        raise NotImplementedError

    @property
    def page(self) -> Any:
        return self._made[0]

    @property
    def problems(self) -> list[str]:
        return self._made[1]


@dataclass
class Critica(Vista):
    """ "Situação crítica"."""

    outside: int = 0
    """Rows left out: of no municipality of the state."""

    @property
    def tabs(self) -> list[tuple[str, str, str]]:
        return framed.tabs(self.page)

    @property
    def own(self) -> bool:
        """Whether the resource holds an indicator's own observations: then the analysis speaks, not the view."""
        return self.package.get("type") == "indicador" and self.resource.get("papel") == ROLE

    def make(self) -> indicador.IndicatorPage:
        return self._analysed() if self.own else self._computed()

    def _analysed(self) -> indicador.IndicatorPage:
        page = framed.indicator(self.package, self.frame)
        if page.resultado is None:
            raise Unfit(NO_RESULT)
        return page

    def _computed(self) -> indicador.IndicatorPage:
        told, problems = options.read(self.view)
        if told is None:
            raise Unfit("{problems}", problems=" ".join(options.told_problems(problems)))
        names, sample, total = look(self.resource["id"])
        if total > MAX_ROWS:
            raise Unfit(TOO_MANY, total=total, most=MAX_ROWS)
        if not total:
            raise Unfit(EMPTY)
        chosen = told.chosen(columns.guess(names, sample, finder()), names)
        found = table.read(_rows(self.resource["id"], chosen), chosen, finder())
        made = judging.judge(found.observations, told.method, territory())
        if made.result.ano_padrao is None or not made.years:
            raise Unfit(NO_VALUES)
        self.outside = found.outside
        about = {
            "title": self.title,
            "name": self.package["name"],
            "unidade": told.unit,
            "casas": told.decimals,
            "polaridade": told.polarity,
        }
        return framed.judged(about, made.result, made.years, made.rows, self.frame)


def look(resource_id: str) -> tuple[list[str], list[dict[str, Any]], int]:
    """Names of a table's columns, some of its rows, and how many there are. Raises `Unfit`."""
    answer = _search(resource_id, limit=SAMPLE)
    names = [field["id"] for field in answer["fields"] if field["id"] != "_id"]
    return names, answer["records"], answer["total"]


def _rows(resource_id: str, chosen: columns.Columns) -> list[dict[str, Any]]:
    fields = ["_id", chosen.codigo, chosen.ano, chosen.valor]
    return _search(resource_id, limit=MAX_ROWS, fields=fields, sort="_id", include_total=False)["records"]


def _search(resource_id: str, **asked: Any) -> dict[str, Any]:
    """By CKAN's action, so whoever may not read the table does not read it here."""
    try:
        return tk.get_action("datastore_search")({}, {"resource_id": resource_id, **asked})
    except (tk.ObjectNotFound, tk.NotAuthorized):
        raise Unfit(NO_TABLE) from None


@dataclass
class Foco(Vista):
    """ "Foco do desafio"."""

    @property
    def name(self) -> str:
        own = self.package["name"] if self.package.get("type") == "desafio" else ""
        told = self.view.get("desafio")
        return (told.strip() if isinstance(told, str) else "") or own

    @cached_property
    def challenge(self) -> Mapping[str, Any]:
        try:
            found = tk.get_action("package_show")({}, {"id": self.name})
        except (tk.ObjectNotFound, tk.NotAuthorized):
            found = {}
        if found.get("type") != "desafio":
            raise Unfit(NO_SUCH_CHALLENGE, name=self.name[:60])
        return found

    def make(self) -> framed.FramedChallenge:
        if not self.name:
            raise Unfit(NO_CHALLENGE)
        page = framed.challenge(self.challenge, self.frame)
        if not page.page.shown:
            raise Unfit(NOT_ANALYSED)
        return page

    @property
    def source(self) -> tuple[str, str]:
        if self.page is None:
            return super().source
        return str(self.challenge["title"]), tk.url_for("desafio.read", id=self.challenge["name"])
