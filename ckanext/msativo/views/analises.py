"""The analyses made so far; for the coordenação the buttons to make and to freeze one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import ckan.plugins.toolkit as tk
from flask import Blueprint, Response, request

from ckanext.msativo.views import asked

analises = Blueprint("msativo_analises", __name__)
PAGE = 30


@analises.get("/analises")
def index() -> str:
    return _index({}, {})


def _index(typed: Mapping[str, str], errors: Mapping[str, Any]) -> str:
    page = max(tk.h.get_page_number(request.args), 1)
    found = tk.get_action("msativo_snapshot_list")({}, {"limit": PAGE, "offset": (page - 1) * PAGE})
    numbers = {row["id"]: row["numero"] for row in found["results"]}
    frozen = [row for row in found["results"] if row["congelado_em"] and not row["corrigido_por"]]
    return tk.render(
        "msativo/analises/index.html",
        {
            "rows": found["results"],
            "count": found["count"],
            "numbers": numbers,
            "frozen": frozen,
            "page": page,
            "last": -(-found["count"] // PAGE) or 1,
            "typed": typed,
            "errors": errors,
        },
    )


@analises.get("/analises/<int:numero>")
def read(numero: int) -> str:
    try:
        shown = tk.get_action("msativo_snapshot_show")({}, {"id": str(numero)})
    except tk.ObjectNotFound as error:
        asked.refuse(404, str(error))
    may = bool(tk.h.check_access("msativo_snapshot_freeze")) and not shown["ciclo"]
    cycles = tk.get_action("msativo_ciclo_list")({}, {"limit": 1000})["results"] if may else []
    return tk.render("msativo/analises/read.html", {"shown": shown, "may_freeze": may, "cycles": cycles})


@analises.post("/analises/nova")
def run() -> Response:
    try:
        started = tk.get_action("msativo_analysis_run")({}, {"background": True})
    except tk.NotAuthorized as error:
        asked.refuse(403, str(error))
    return tk.redirect_to("msativo_analises.progress", job=started["job"])


@analises.get("/analises/andamento/<job>")
def progress(job: str) -> str:
    """How far it is; the page asks again by itself until it is done."""
    try:
        state = tk.get_action("msativo_analysis_status")({}, {"job": job})
    except tk.NotAuthorized as error:
        asked.refuse(403, str(error))
    except tk.ObjectNotFound as error:
        asked.refuse(404, str(error))
    return tk.render("msativo/analises/progress.html", {"state": state})


@analises.post("/analises/congelar")
def freeze() -> str | Response | tuple[str, int]:
    typed = {key: request.form.get(key, "").strip() for key in ("id", "ciclo", "corrige", "errata")}
    if "pergunta" in request.form and not request.form.get("confirmo"):
        problem = tk._("Confirm that this analysis becomes the result of the cycle for good.")
        return _index(typed, {"ciclo": [problem]}), 400
    try:
        row = tk.get_action("msativo_snapshot_freeze")({}, {key: value for key, value in typed.items() if value})
    except tk.ValidationError as error:
        return _index(typed, error.error_dict), 400
    except tk.NotAuthorized as error:
        asked.refuse(403, str(error))
    except tk.ObjectNotFound as error:
        asked.refuse(404, str(error))
    said = tk._("Analysis no. {n} is frozen for the cycle {ciclo}.")
    tk.h.flash_success(said.format(n=row["numero"], ciclo=row["ciclo"]))
    return tk.redirect_to("msativo_analises.index")
