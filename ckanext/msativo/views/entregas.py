"""One delivery: where it stands, its evidences, its history."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import ckan.plugins.toolkit as tk
from flask import Blueprint, request

from ckanext.msativo.i18n_marker import N_
from ckanext.msativo.logic.territory import territory
from ckanext.msativo.views import andamento, asked, forms, looks
from ckanext.msativo.views.planos import Page

entregas = Blueprint("msativo_entregas", __name__)

STEPS: Mapping[str, tuple[str, str]] = {
    "iniciar": ("start", N_("The delivery is under way.")),
    "cancelar": ("cancel", N_("The delivery was cancelled.")),
}


@entregas.get("/entregas/<ref>")
def read(ref: str) -> str:
    return _page(ref, {})


@entregas.post("/entregas/<ref>")
def step(ref: str) -> Page:
    action, done = STEPS[asked.choice(request.form, "passo", STEPS, "")]
    given = {"id": ref, "versao": forms.text("versao"), "nota": forms.text("nota")}

    def do() -> Page:
        tk.get_action(f"msativo_entrega_{action}")({}, given)
        tk.h.flash_success(tk._(done))
        return tk.redirect_to("msativo_entregas.read", ref=ref)

    return forms.attempt(do, lambda errors: _page(ref, errors))


def _page(ref: str, errors: forms.Errors) -> str:
    row = forms.found("msativo_entrega_show", tk._("There is no such delivery."), id=ref)
    steps = tk.get_action("msativo_entrega_history")({}, {"id": ref})["results"]
    sent = tk.get_action("msativo_evidencia_list")({}, {"entrega": ref, "limit": 1000})["results"]
    return tk.render(
        "msativo/entregas/read.html",
        {
            "row": {**andamento.delivery(row), "state": looks.state("entrega", row["estado"])},
            "municipio": territory().by_code.get(row["codigo_ibge"]),
            "evidences": [{**one, "look": looks.state("evidencia", one["estado"])} for one in sent],
            "steps": [looks.step(one) for one in steps],
            "possible": row.get("possiveis", ()),
            "can_prove": _can_prove(row),
            "errors": forms.shown(errors),
            "nota": forms.text("nota"),
        },
    )


def _can_prove(row: Mapping[str, Any]) -> bool:
    return row["estado"] in ("planejada", "em_execucao") and tk.h.check_access(
        "msativo_evidencia_create", {"entrega": row["id"]}
    )
