"""The menu of actions: what the State offers, what answers a municipality's situation, and how it is written."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import ckan.plugins.toolkit as tk
from flask import Blueprint, request

from ckanext.msativo.i18n_marker import N_
from ckanext.msativo.logic import pages, people
from ckanext.msativo.logic.menu_schema import TEMPLATE
from ckanext.msativo.logic.territory import Municipio, code_of, territory
from ckanext.msativo.text import fold
from ckanext.msativo.views import andamento, asked, forms, links, looks
from ckanext.msativo.views.planos import Page

acoes = Blueprint("msativo_acoes", __name__)

BLANKS = 3
TEXTS = ("titulo", "resumo", "apoio", "requisitos", "vagas")
LISTS = ("desafios", "indicadores", "contribuem")
STEPS: Mapping[str, tuple[str, str, bool]] = {
    "abrir_comentarios": (N_("Open to comments"), N_("The action is open to comments."), False),
    "aprovar": (N_("Approve"), N_("The action was approved."), False),
    "publicar": (N_("Publish in the menu"), N_("The action is in the menu."), False),
    "revisar": (N_("Write a new version"), N_("A new version was begun; what is published stays."), False),
    "devolver": (N_("Return to draft"), N_("The action is a draft again."), True),
    "retirar": (N_("Withdraw from the menu"), N_("The action was withdrawn."), True),
}
"""Step → its button, what is said when it is done, whether it needs a reason."""
LABELS: Mapping[str, str] = {
    "titulo": N_("What is delivered"),
    "dias": N_("Due after days"),
    "comeca": N_("Begins after days"),
    "quantidade": N_("Quantity"),
    "unidade": N_("Unit"),
    "peso": N_("Weight"),
    "prova": N_("What proves it"),
}
"""Fields of a delivery of the menu."""
DECISIONS: Mapping[str, str] = {
    "adotada": N_("The action was adopted: it can be put into a plan."),
    "recusada": N_("The action was declined."),
    "aberta": N_("The action is open again."),
}


def _call(action: str, **data: Any) -> Any:
    return tk.get_action(f"msativo_acao_{action}")({}, data)


# -- the menu ----------------------------------------------------------------------------------------------------------
@acoes.get("/acoes")
def index() -> str:
    q, desafio, secretaria = (asked.search_text(request.args, name) for name in ("q", "desafio", "secretaria"))
    wanted = {"q": q, "desafio": desafio, "secretaria": secretaria}
    found = _call("list", **{k: v for k, v in wanted.items() if v}, limit=5000)["results"]
    municipio = _municipality()
    rows = [_line(row) for row in found if row["numero"] is not None]
    return tk.render(
        "msativo/acoes/index.html",
        {
            "rows": rows,
            "writing": [_line(row) for row in found if row.get("estado", "publicada") != "publicada"],
            "places": sum(row["left"] is None or row["left"] > 0 for row in rows),
            "asked": wanted,
            "challenges": [(item.name, item.title) for item in pages.challenges_of()],
            "secretariats": pages.secretariats(),
            "municipios": territory().municipios,
            "municipio": municipio,
            "recommended": _recommended(municipio.codigo_ibge) if municipio else [],
            "may_adopt": _may_adopt(municipio),
            "can_write": bool(tk.g.user) and tk.h.check_access("msativo_acao_create"),
        },
    )


def _municipality() -> Municipio | None:
    """The municipality that is asked for, or else the one that the reader writes for."""
    wanted = asked.search_text(request.values, "municipio")
    if not wanted:
        codes = people.municipalities_of(tk.g.user or "")
        return territory().by_code.get(min(codes)) if codes else None
    code = code_of(wanted)
    if code is None:
        asked.refuse(404, tk._("There is no municipality “{name}” in this state.").format(name=wanted[:60]))
    return territory().by_code[code]


def _may_adopt(municipio: Municipio | None) -> bool:
    given = {"municipio": municipio.codigo_ibge} if municipio else None
    return bool(tk.g.user and given) and tk.h.check_access("msativo_acao_adopt", given)


def _recommended(code: str) -> list[dict[str, Any]]:
    return _call("recommend", municipio=code)["results"]


def _line(row: Mapping[str, Any]) -> dict[str, Any]:
    left = None if row["vagas"] is None else max(row["vagas"] - row["adotaram"], 0)
    return {**row, "look": looks.state("acao", row.get("estado", "publicada")), "left": left}


@acoes.post("/acoes/<ref>/adesao")
def adopt(ref: str) -> Page:
    """Adopt, decline, or leave open."""
    decision = asked.choice(request.form, "decisao", DECISIONS, "")

    def do() -> Page:
        given = {"municipio": forms.text("municipio"), "acao": ref, "decisao": decision}
        _call("adopt", **given, motivo=forms.text("motivo"))
        tk.h.flash_success(tk._(DECISIONS[decision]))
        if forms.text("de") == "cardapio":
            return tk.redirect_to("msativo_acoes.index", municipio=given["municipio"], _anchor=f"a-{ref}")
        return tk.redirect_to("msativo_acoes.read", ref=ref, municipio=given["municipio"])

    return forms.attempt(do, lambda errors: _page(ref, errors))


# -- the form ----------------------------------------------------------------------------------------------------------
@acoes.route("/acoes/nova", methods=["GET", "POST"])
def new() -> Page:
    forms.allowed("msativo_acao_create")
    if request.method == "GET":
        return _form(None, {}, {})

    def make() -> Page:
        row = _call("create", secretaria=forms.text("secretaria"), **_typed())
        tk.h.flash_success(tk._("The draft was kept; secretariats and the coordenação see it."))
        return tk.redirect_to("msativo_acoes.read", ref=row["nome"])

    return forms.attempt(make, lambda errors: _form(None, _typed(), errors))


@acoes.route("/acoes/<ref>/editar", methods=["GET", "POST"])
def edit(ref: str) -> Page:
    row = _show(ref)
    if not row.get("editavel"):
        asked.refuse(403, tk._("This action cannot be changed by you now."))
    if request.method == "GET":
        return _form(row, _values(row["rascunho"]), {})

    def keep() -> Page:
        _call("update", id=row["id"], versao=forms.text("versao"), **_typed())
        tk.h.flash_success(tk._("The action was kept."))
        return tk.redirect_to("msativo_acoes.read", ref=row["nome"])

    return forms.attempt(keep, lambda errors: _form({**row, "versao": forms.text("versao")}, _typed(), errors))


def _typed() -> dict[str, Any]:
    return {
        **{name: forms.text(name) for name in TEXTS},
        **{name: request.form.getlist(name) for name in LISTS},
        "entregas": forms.rows("e", TEMPLATE),
    }


def _values(content: Mapping[str, Any]) -> dict[str, Any]:
    """A working copy as the form's fields have it."""
    return {**content, **{name: [one["name"] for one in content[name]] for name in LISTS}}


def _form(row: Mapping[str, Any] | None, values: Mapping[str, Any], errors: forms.Errors) -> str:
    now = errors.get("atual")
    own = people.secretariats_of(tk.g.user or "")
    everyone = people.in_coordenacao(tk.g.user or "") or people.is_portal({"user": tk.g.user})
    secretariats = pages.secretariats()
    told, rows = forms.with_rows(errors, "entregas", tk._("Delivery"), LABELS)
    return tk.render(
        "msativo/acoes/form.html",
        {
            "row": row,
            "values": values,
            "entregas": [
                *({name: forms.plain(value) for name, value in one.items()} for one in values.get("entregas", ())),
                *({} for _ in range(BLANKS)),
            ],
            "errors": told,
            "row_errors": rows,
            "labels": {name: tk._(label) for name, label in LABELS.items()},
            "now": now[0] if now else None,
            "challenges": [(item.name, item.title) for item in pages.challenges_of()],
            "indicators": [(item.name, item.title) for item in pages.indicators_of(None)],
            "secretariats": secretariats,
            "leaders": [one for one in secretariats if everyone or people.organization_id(one[0]) in own],
            "secretaria": forms.text("secretaria"),
        },
    )


# -- one action --------------------------------------------------------------------------------------------------------
@acoes.get("/acoes/<ref>")
def read(ref: str) -> str:
    return _page(ref, {})


@acoes.post("/acoes/<ref>")
def step(ref: str) -> Page:
    """A step of the workflow or a comment, by the button that was pressed."""
    name = asked.choice(request.form, "passo", {*STEPS, "comentar"}, "")

    def do() -> Page:
        row = _show(ref)
        if name == "comentar":
            _call("comment", id=row["id"], texto=forms.text("texto"))
            done = N_("The comment was kept.")
        else:
            given = {"id": row["id"], "versao": forms.text("versao"), "passo": name, "nota": forms.text("nota")}
            _call("step", **given)
            done = STEPS[name][1]
        tk.h.flash_success(tk._(done))
        return tk.redirect_to("msativo_acoes.read", ref=row["nome"])

    return forms.attempt(do, lambda errors: _page(ref, errors))


def _show(ref: str) -> dict[str, Any]:
    return forms.found("msativo_acao_show", tk._("There is no such action."), id=ref)


def _plans(plans: Sequence[Mapping[str, Any]], action: str) -> list[dict[str, Any]]:
    """The plans that have the action, with how its deliveries in each go; the most overdue first."""
    asked_for = {"grupo": "plano", "acao": action, "limit": 5000}
    found = tk.get_action("msativo_monitoramento_show")({"user": ""}, asked_for)["results"] if plans else []
    progress = {one["id"]: andamento.Progress(one) for one in found}
    rows = [
        {
            **one,
            "look": looks.state("plano", one["estado"]),
            "href": links.municipality(territory().by_code[one["codigo_ibge"]].slug),
            "progress": progress.get(one["id"]),
        }
        for one in plans
    ]
    return sorted(rows, key=lambda one: (-one["progress"].late if one["progress"] else 1, fold(one["municipio"])))


def _page(ref: str, errors: forms.Errors) -> str:
    row = _show(ref)
    history = _call("history", id=ref)
    plans = tk.get_action("msativo_plano_list")({"user": ""}, {"acao": row["id"], "limit": 5000})["results"]
    municipio = _municipality()
    offered = _recommended(municipio.codigo_ibge) if municipio else []
    return tk.render(
        "msativo/acoes/read.html",
        {
            "row": _line(row),
            "inside": "possiveis" in row,
            "differs": "rascunho" in row and row["estado"] != "publicada" and row["numero"] is not None,
            "versions": history["results"],
            "steps": [looks.step(one) for one in history["passos"]],
            "buttons": [
                (name, tk._(label), noted)
                for name, (label, _, noted) in STEPS.items()
                if name in row.get("possiveis", ())
            ],
            "plans": _plans(plans, row["id"]),
            "without_plan": max(row["adotaram"] - len({one["codigo_ibge"] for one in plans}), 0),
            "municipio": municipio,
            "chosen": next((one for one in offered if one["acao"]["id"] == row["id"]), None),
            "may_adopt": row["numero"] is not None and _may_adopt(municipio),
            "errors": forms.shown(errors),
            "typed": {name: forms.text(name) for name in ("nota", "texto", "motivo")},
        },
    )
