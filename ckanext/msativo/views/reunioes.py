"""Meetings of the programme: the list, the page of one, the coordenação's form."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import ckan.plugins.toolkit as tk
from flask import Blueprint, Response, request

from ckanext.msativo.i18n_marker import N_
from ckanext.msativo.logic import meetings
from ckanext.msativo.logic.territory import territory
from ckanext.msativo.views import asked, links

reunioes = Blueprint("msativo_reunioes", __name__)

PAGE = 50
WHEN: Mapping[str, tuple[str, Mapping[str, str]]] = {
    "proximas": (N_("To come"), {"quando": "proximas"}),
    "passadas": (N_("Past"), {"quando": "passadas"}),
    "todas": (N_("All"), {}),
}
TEXTS = ("titulo", "data", "hora", "lugar", "ciclo", "municipio", "regiao", "participantes", "pauta", "decisoes")
FLAGS = ("publica", "cancelada")


def _call(action: str, **data: Any) -> Any:
    return tk.get_action(f"msativo_reuniao_{action}")({}, data)


@reunioes.get("/reunioes")
def index() -> str:
    quando = asked.choice(request.args, "quando", WHEN, "todas")
    page = max(tk.h.get_page_number(request.args), 1)
    found = _call("list", **WHEN[quando][1], limit=PAGE, offset=(page - 1) * PAGE)
    url = links.Address(
        links.prefix("msativo_reunioes.index"), {"quando": quando, "page": page}, {"quando": "todas", "page": 1}
    )
    return tk.render(
        "msativo/reunioes/index.html",
        {
            "rows": found["results"],
            "count": found["count"],
            "page": page,
            "last": -(-found["count"] // PAGE) or 1,
            "url": url,
            "quando": quando,
            "filters": [(name, tk._(label), url(quando=name, page=1)) for name, (label, _) in WHEN.items()],
        },
    )


@reunioes.get("/reunioes/<reuniao>")
def read(reuniao: str) -> str:
    return tk.render("msativo/reunioes/read.html", {"row": _show(reuniao)})


def _show(identifier: str) -> dict[str, Any]:
    try:
        return _call("show", id=identifier)
    except (tk.ObjectNotFound, tk.ValidationError):
        asked.refuse(404, tk._("There is no such meeting."))


# -- the form ----------------------------------------------------------------------------------------------------------
@reunioes.route("/reunioes/nova", methods=["GET", "POST"])
def new() -> str | Response | tuple[str, int]:
    _allowed("create")
    if request.method == "GET":
        return _form(None, {"publica": True}, {})
    typed = _typed()
    try:
        row = _call("create", **typed)
    except tk.ValidationError as error:
        return _form(None, typed, error.error_dict), 400
    tk.h.flash_success(tk._("The meeting was kept."))
    return tk.redirect_to("msativo_reunioes.read", reuniao=row["id"])


@reunioes.route("/reunioes/<reuniao>/editar", methods=["GET", "POST"])
def edit(reuniao: str) -> str | Response | tuple[str, int]:
    _allowed("update")
    row = _show(reuniao)
    if request.method == "GET":
        return _form(row, _values(row), {})
    typed, seen = _typed(), request.form.get("versao", "")
    try:
        _call("update", id=row["id"], versao=seen, **typed)
    except tk.ValidationError as error:
        # The version that was seen stays in the form: what others wrote is not overwritten by sending it again.
        status = 409 if "versao" in error.error_dict else 400
        return _form({**row, "versao": seen}, typed, error.error_dict), status
    tk.h.flash_success(tk._("The meeting was kept."))
    return tk.redirect_to("msativo_reunioes.read", reuniao=row["id"])


def _allowed(step: str) -> None:
    try:
        tk.check_access(f"msativo_reuniao_{step}", {}, {})
    except tk.NotAuthorized as error:
        asked.refuse(403, str(error))


def _typed() -> dict[str, Any]:
    texts = {name: request.form.get(name, "") for name in TEXTS}
    return {**texts, **{name: request.form.get(name) == "sim" for name in FLAGS}}


def _values(row: Mapping[str, Any]) -> dict[str, Any]:
    """A meeting as the form shows it."""
    named = {"municipio": row["codigo_ibge"], "participantes": "\n".join(row["participantes"])}
    return {**{name: row.get(name) for name in (*TEXTS, *FLAGS)}, **named}


def _form(row: Mapping[str, Any] | None, values: Mapping[str, Any], errors: Mapping[str, Any]) -> str:
    return tk.render(
        "msativo/reunioes/form.html",
        {
            "row": row,
            "values": values,
            "errors": errors,
            "cycles": [(row["id"], row["nome"]) for row in tk.get_action("msativo_ciclo_list")({}, {})["results"]],
            "municipios": [(place.codigo_ibge, place.nome) for place in territory().municipios],
            "regions": [(region.codigo, region.nome) for region in meetings.all_regions()],
        },
    )
