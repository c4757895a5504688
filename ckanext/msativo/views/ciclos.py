"""Cycles: their days and windows, and the end of one, for the coordenação's administrators."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import ckan.plugins.toolkit as tk
from flask import Blueprint, request

from ckanext.msativo.views import forms
from ckanext.msativo.views.planos import Page

ciclos = Blueprint("msativo_ciclos", __name__)

FIELDS = ("id", "nome", "inicio", "fim", "adesao_inicio", "adesao_fim")


def _call(action: str, **data: Any) -> Any:
    return tk.get_action(f"msativo_ciclo_{action}")({}, data)


@ciclos.get("/ciclos")
def index() -> str:
    return _page({}, {})


@ciclos.post("/ciclos")
def save() -> Page:
    """A new cycle, or other days of one that is there."""
    typed = {name: forms.text(name) for name in FIELDS}
    known = {row["id"] for row in _call("list")["results"]}

    def do() -> Page:
        _call("update" if typed["id"] in known and forms.text("passo") == "mudar" else "create", **typed)
        tk.h.flash_success(tk._("The cycle was kept."))
        return tk.redirect_to("msativo_ciclos.index")

    return forms.attempt(do, lambda errors: _page(typed, errors))


def _page(typed: Mapping[str, str], errors: forms.Errors) -> str:
    rows = _call("list", limit=1000)["results"]
    chosen = next((row for row in rows if row["id"] == request.args.get("ciclo")), {})
    may = bool(tk.g.user) and tk.h.check_access("msativo_ciclo_create")
    context = {"rows": rows, "may": may, "values": typed or chosen, "chosen": chosen, "errors": forms.shown(errors)}
    return tk.render("msativo/ciclos/index.html", context)


@ciclos.route("/ciclos/<ref>/encerrar", methods=["GET", "POST"])
def close(ref: str) -> Page:
    """What would be closed, and which plans go on into which cycle."""
    forms.allowed("msativo_ciclo_close")
    if request.method == "GET":
        return _closing(ref, {})

    def do() -> Page:
        done = _call("close", id=ref, levar=request.form.getlist("levar"), para=forms.text("para"))
        text = tk._("Closed: {adesoes} requests and {planos} plans; {n} plans go on as drafts.")
        tk.h.flash_success(text.format(adesoes=done["adesoes"], planos=done["planos"], n=len(done["levados"])))
        return tk.redirect_to("msativo_ciclos.index")

    return forms.attempt(do, lambda errors: _closing(ref, errors))


def _closing(ref: str, errors: forms.Errors) -> str:
    would = forms.found("msativo_ciclo_close", tk._("There is no such cycle."), id=ref, simular=True)
    rows = _call("list", limit=1000)["results"]
    cycle = next(row for row in rows if row["id"] == ref)
    later = [row for row in rows if row["inicio"] > cycle["fim"]]
    chosen = set(request.form.getlist("levar"))
    context = {"cycle": cycle, "would": would, "later": later, "chosen": chosen, "errors": forms.shown(errors)}
    return tk.render("msativo/ciclos/close.html", context)
