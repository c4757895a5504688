"""A municipality in a challenge: why it has its class, decisions and contests; and the forms to add to them."""

from __future__ import annotations

from typing import Any

import ckan.plugins.toolkit as tk
from flask import Blueprint, Response, request

from ckanext.msativo.logic import pages
from ckanext.msativo.logic.numbers import number
from ckanext.msativo.logic.territory import territory
from ckanext.msativo.views import asked, desafio, links
from ckanext.msativo.views.classes import COLOURS, LOOKS, ORDER

foco = Blueprint("msativo_foco", __name__)
DECIDABLE = ("focal", "prioritario", "monitorado")


@foco.get("/foco")
def index() -> Response:
    """The foot of the addresses; the challenges are where they are chosen."""
    return tk.redirect_to("desafio.search")


@foco.get("/foco/<desafio_name>/<slug>")
def read(desafio_name: str, slug: str) -> str:
    return _page(desafio_name, slug)


@foco.post("/foco/<desafio_name>/<slug>")
def decide(desafio_name: str, slug: str) -> str | Response | tuple[str, int]:
    """Keep the coordenação's decision; what is wrong is shown beside what was typed."""
    asked_for = {key: request.form.get(key, "") for key in ("classe", "motivo")}
    try:
        given = {"desafio": desafio_name, "municipio": _municipality(slug).codigo_ibge, **asked_for}
        tk.get_action("msativo_foco_decide")({}, given)
    except tk.ValidationError as error:
        return _page(desafio_name, slug, asked_for, error.error_dict), 400
    except tk.NotAuthorized as error:
        asked.refuse(403, str(error))
    tk.h.flash_success(tk._("The decision is kept; the computed class stays beside it."))
    return tk.redirect_to("msativo_foco.read", desafio_name=desafio_name, slug=slug)


def _municipality(slug: str) -> Any:
    found = territory().by_slug.get(slug)
    if found is None:
        asked.refuse(404, tk._("There is no municipality “{name}” in this state.").format(name=slug[:60]))
    return found


def _page(name: str, slug: str, typed: Any = None, errors: Any = None) -> str:
    municipio = _municipality(slug)
    try:
        shown = tk.get_action("msativo_desafio_show")({}, {"id": name})
        rows = tk.get_action("msativo_foco_list")({}, {"desafio": name, "municipio": municipio.codigo_ibge})["results"]
    except tk.ObjectNotFound as error:
        asked.refuse(404, str(error))
    row = rows[0]
    colour = COLOURS.get(row["cor"] or "", "")
    about = {"desafio": name, "municipio": municipio.codigo_ibge, "limit": 1000}
    return tk.render(
        "msativo/foco/read.html",
        {
            "municipio": municipio,
            "shown": shown,
            "row": row,
            "line": desafio.line(row),
            "cor": tk._(colour) if colour else "",
            "marks": _marks(shown, row, municipio.codigo_ibge),
            "decisions": [_decision(item) for item in tk.get_action("msativo_decisao_list")({}, about)["results"]],
            "contests": tk.get_action("msativo_contestacao_list")({}, about)["results"],
            "snapshot": pages.snapshot(),
            "classes": [LOOKS[name] for name in DECIDABLE],
            "typed": typed or {},
            "errors": errors or {},
        },
    )


def _marks(shown: Any, row: Any, code: str) -> list[dict[str, Any]]:
    """The score in each indicator, the worst first; those without one last."""
    made = [
        {
            "titulo": item["titulo"],
            "href": links.Address(
                links.indicator(item["indicador"]), {"municipio": territory().by_code[code].slug}, {}
            )(),
            "ancora": item["ancora"],
            "nota": row["notas"].get(item["indicador"]),
            "peso": item["peso"],
        }
        for item in shown["indicadores"]
    ]
    made.sort(key=lambda mark: (mark["nota"] is None, mark["nota"] or 0.0))
    return [{**mark, "texto": number(mark["nota"], 0)} for mark in made]


def _decision(row: Any) -> dict[str, Any]:
    return {
        **row,
        "look": LOOKS[row["classe"]] if row["classe"] in ORDER else None,
        "calculada": LOOKS[row["classe_calculada"]] if row["classe_calculada"] in ORDER else None,
    }
