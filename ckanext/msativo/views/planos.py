"""Plans: the public list, one plan with its deliveries, its form, the State's answer, amendments."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

import ckan.plugins.toolkit as tk
from flask import Blueprint, Response, request

from ckanext.msativo.i18n_marker import N_
from ckanext.msativo.logic.plan_schema import ROW
from ckanext.msativo.logic.territory import code_of, territory
from ckanext.msativo.programme.workflows import ENTREGA
from ckanext.msativo.views import andamento, asked, forms, links, looks

planos = Blueprint("msativo_planos", __name__)

PAGE = 50
BLANKS = 3
"""Empty rows that the form offers."""
Page = str | Response | tuple[str, int]
STEPS: Mapping[str, tuple[str, Mapping[str, Any], str]] = {
    "enviar": ("submit", {}, N_("The plan was sent to the coordenação.")),
    "aprovar": ("decide", {"decisao": "aprovar"}, N_("The plan was approved; it is public now.")),
    "devolver": ("decide", {"decisao": "devolver"}, N_("The plan was returned to the prefeitura.")),
    "aprovar_aditivo": ("decide_amendment", {"decisao": "aprovar"}, N_("The amendment was approved.")),
    "recusar_aditivo": ("decide_amendment", {"decisao": "recusar"}, N_("The amendment was refused.")),
    "retirar_aditivo": ("withdraw_amendment", {}, N_("The amendment was withdrawn.")),
    "concluir": ("complete", {}, N_("The plan was completed.")),
}
"""Button → action, what it fixes, and what is said when it is done."""
NOTED = ("decide", "decide_amendment")
LABELS: Mapping[str, str] = {
    "titulo": N_("What is delivered"),
    "acao": N_("Action"),
    "inicio": N_("Begins on"),
    "prazo": N_("Due on"),
    "meta": N_("Target"),
    "unidade": N_("Unit"),
    "peso": N_("Weight"),
    "prova": N_("What proves it"),
    "responsavel": N_("Who answers for it"),
}
"""Fields of a delivery."""
DAYS = ("inicio", "prazo")


def _call(action: str, **data: Any) -> Any:
    return tk.get_action(f"msativo_plano_{action}")({}, data)


# -- the list ----------------------------------------------------------------------------------------------------------
@planos.get("/planos")
def index() -> str:
    municipio, ciclo = (asked.search_text(request.args, name) for name in ("municipio", "ciclo"))
    estado = asked.choice(request.args, "estado", {"", *looks.STATES["plano"]}, "")
    code = code_of(municipio) if municipio else None
    if municipio and code is None:
        asked.refuse(404, tk._("There is no municipality “{name}” in this state.").format(name=municipio[:60]))
    page = max(tk.h.get_page_number(request.args), 1)
    wanted = {"municipio": code, "ciclo": ciclo, "estado": estado}
    found = _call("list", **{k: v for k, v in wanted.items() if v}, limit=PAGE, offset=(page - 1) * PAGE)
    address = {"municipio": municipio, "ciclo": ciclo, "estado": estado, "page": page}
    url = links.Address(links.prefix("msativo_planos.index"), address, {"page": 1})
    return tk.render(
        "msativo/planos/index.html",
        {
            "rows": [_line(row) for row in found["results"]],
            "count": found["count"],
            "page": page,
            "last": -(-found["count"] // PAGE) or 1,
            "url": url,
            "municipios": territory().municipios,
            "code": code,
            "cycles": tk.get_action("msativo_ciclo_list")({}, {})["results"],
            "ciclo": ciclo,
            "estado": estado,
            "states": looks.STATES["plano"],
        },
    )


def _line(row: dict[str, Any]) -> dict[str, Any]:
    progress = andamento.Progress(row["progresso"]) if row["progresso"] else None
    return {**row, "look": looks.state("plano", row["estado"]), "progress": progress}


# -- the form ----------------------------------------------------------------------------------------------------------
@planos.route("/planos/novo", methods=["GET", "POST"])
def new() -> Page:
    """From the actions that the municipality adopted or chooses here."""
    code = code_of(asked.search_text(request.values, "municipio"))
    if code is None:
        asked.refuse(404, tk._("Say for which municipality the plan is."))
    forms.allowed("msativo_plano_create", municipio=code)
    if request.method == "GET":
        return _choose(code, {})
    chosen = request.form.getlist("acoes")
    title = forms.text("titulo")

    def make() -> Page:
        row = _call(
            "create", municipio=code, **({"acoes": chosen} if chosen else {}), **({"titulo": title} if title else {})
        )
        tk.h.flash_success(tk._("The draft of the plan was made from the menu: look its deliveries through."))
        return tk.redirect_to("msativo_planos.edit", ref=row["id"])

    return forms.attempt(make, lambda errors: _choose(code, errors))


def _choose(code: str, errors: forms.Errors) -> str:
    offered = tk.get_action("msativo_acao_recommend")({}, {"municipio": code})["results"]
    reasons = {row["acao"]["nome"]: row["motivos"] for row in offered}
    adopted = {row["acao"]["nome"] for row in offered if row.get("decisao") == "adotada"}
    menu = tk.get_action("msativo_acao_list")({}, {"limit": 5000})["results"]
    rows = [row for row in menu if row["numero"] is not None]
    chosen = set(request.form.getlist("acoes")) or adopted
    order = list(reasons)
    rows.sort(key=lambda row: order.index(row["nome"]) if row["nome"] in order else len(order))
    return tk.render(
        "msativo/planos/new.html",
        {
            "municipio": territory().by_code[code],
            "rows": [{**row, "motivos": reasons.get(row["nome"], []), "chosen": row["nome"] in chosen} for row in rows],
            "titulo": forms.text("titulo"),
            "errors": forms.shown(errors),
        },
    )


@planos.route("/planos/<ref>/editar", methods=["GET", "POST"])
def edit(ref: str) -> Page:
    """The deliveries: of a draft, which is kept or sent, or of an approved plan, as an amendment."""
    row = _show(ref)
    if not (row.get("editavel") or "abrir_aditivo" in row.get("possiveis", ())):
        asked.refuse(403, tk._("This plan cannot be changed by you now."))
    own = [acao["nome"] for acao in row["acoes"]]
    if request.method == "GET":
        return _form(row, row["entregas"], {}, row["titulo"], own)
    rows = forms.rows("e", ROW, extra={"acao": ""})
    chosen = request.form.getlist("acoes") if row["editavel"] else own
    seen = {"id": row["id"], "versao": forms.text("versao")}

    def again(errors: forms.Errors) -> str:
        # What was kept before the step that failed is what was seen from then on.
        held = {**row, "versao": seen["versao"], "kept": str(seen["versao"]) != forms.text("versao")}
        return _form(held, rows, errors, forms.text("titulo") or row["titulo"], chosen)

    if row["editavel"]:
        return forms.attempt(lambda: _kept(seen, rows, own, chosen), again)
    return forms.attempt(lambda: _amended(seen, rows), again)


def _kept(seen: dict[str, Any], rows: list[dict[str, str]], own: list[str], chosen: list[str]) -> Page:
    """What was typed is kept first; actions then come with the deliveries of their template, or go with theirs."""
    if not chosen:
        raise tk.ValidationError({"acoes": [tk._("Choose at least one action of the menu.")]})
    row = _call("update", **seen, titulo=forms.text("titulo"), entregas=rows)
    seen["versao"] = row["versao"]
    if set(chosen) != set(own):
        row = _call("update", **seen, acoes=chosen)
        seen["versao"] = row["versao"]
        if set(chosen) - set(own):
            tk.h.flash_success(tk._("The deliveries of the new actions were added: look them through."))
            return tk.redirect_to("msativo_planos.edit", ref=row["id"])
    if forms.text("passo") == "enviar":
        _call("submit", **seen)
        tk.h.flash_success(tk._(STEPS["enviar"][2]))
    else:
        tk.h.flash_success(tk._("The draft was kept. Nobody but your prefeitura and the coordenação sees it."))
    return tk.redirect_to("msativo_planos.read", ref=row["id"])


def _amended(seen: Mapping[str, Any], rows: list[dict[str, str]]) -> Page:
    row = _call("amend", **seen, motivo=forms.text("motivo"), entregas=rows)
    tk.h.flash_success(tk._("The amendment waits for the coordenação; until then the plan goes on as it is."))
    return tk.redirect_to("msativo_planos.read", ref=row["id"])


def _form(
    row: Mapping[str, Any], entregas: list[Any], errors: forms.Errors, title: str, chosen: Collection[str]
) -> str:
    # The workflow asks for a note; here it is the field of the reasons.
    told, wrong = forms.with_rows(forms.renamed(errors, "nota", "motivo"), "entregas", tk._("Delivery"), LABELS)
    closed = [one for one in row["entregas"] if one["estado"] in ENTREGA.final]
    shown = [_typed(one) for one in entregas if one.get("estado") not in ENTREGA.final]
    now = errors.get("atual")
    return tk.render(
        "msativo/planos/form.html",
        {
            "row": row,
            "titulo": title,
            "entregas": [*shown, *({} for _ in range(BLANKS))],
            "closed": [{**one, "state": looks.state("entrega", one["estado"])} for one in closed],
            "menu": _offered(row, chosen) if row["editavel"] else [],
            "errors": told,
            "row_errors": wrong,
            "labels": {name: tk._(label) for name, label in LABELS.items()},
            "now": now[0] if now else None,
            "motivo": forms.text("motivo"),
        },
    )


def _typed(row: Mapping[str, Any]) -> dict[str, Any]:
    """A delivery as the form's fields have it, whether it comes from the action or from the form."""
    action = row["acao"]["nome"] if isinstance(row["acao"], Mapping) else row["acao"]
    return {**{name: forms.plain(value) for name, value in row.items()}, "acao": action}


def _offered(row: Mapping[str, Any], chosen: Collection[str]) -> list[dict[str, Any]]:
    """The plan's own actions, then the others of the menu."""
    own = {acao["nome"]: acao["titulo"] for acao in row["acoes"]}
    menu = tk.get_action("msativo_acao_list")({}, {"limit": 5000})["results"]
    others = {one["nome"]: one["titulo"] for one in menu if one["numero"] is not None and one["nome"] not in own}
    named = [*own.items(), *others.items()]
    return [{"nome": name, "titulo": title, "chosen": name in chosen} for name, title in named]


# -- one plan ----------------------------------------------------------------------------------------------------------
@planos.get("/planos/<ref>")
def read(ref: str) -> str:
    return _page(ref, {})


@planos.post("/planos/<ref>")
def step(ref: str) -> Page:
    """One step of the workflow, by the button that was pressed."""
    action, fixed, done = STEPS[asked.choice(request.form, "passo", STEPS, "")]
    given = {"id": ref, "versao": forms.text("versao"), **fixed}
    if action in NOTED:
        given["nota"] = forms.text("nota")

    def do() -> Page:
        _call(action, **given)
        tk.h.flash_success(tk._(done))
        return tk.redirect_to("msativo_planos.read", ref=ref)

    return forms.attempt(do, lambda errors: _page(ref, errors))


def _show(ref: str) -> dict[str, Any]:
    return forms.found("msativo_plano_show", tk._("There is no such plan."), id=ref)


def _page(ref: str, errors: forms.Errors) -> str:
    row = _show(ref)
    steps = _call("history", id=ref)["results"]
    approved = row["progresso"] is not None
    lines = [andamento.delivery(one) if approved else one for one in row["entregas"]]
    return tk.render(
        "msativo/planos/read.html",
        {
            "row": {**row, "look": looks.state("plano", row["estado"])},
            "changes": [_change(one) for one in row.get("diferencas", ())],
            "municipio": territory().by_code.get(row["codigo_ibge"]),
            "lines": [{**one, "state": looks.state("entrega", one["estado"])} for one in lines],
            "progress": andamento.Progress(row["progresso"]) if approved else None,
            "steps": [looks.step(one) for one in steps],
            "possible": row.get("possiveis", ()),
            "errors": forms.shown(errors),
            "nota": forms.text("nota"),
        },
    )


def _change(row: Mapping[str, Any]) -> dict[str, Any]:
    """A difference of an amendment, in words: (field, before, after)."""
    fields = [
        (tk._(LABELS[name]), _told(name, change["de"]), _told(name, change["para"]))
        for name, change in row["campos"].items()
    ]
    return {**row, "campos": fields}


def _told(name: str, value: Any) -> str:
    if value in (None, ""):
        return "–"
    return tk.h.msativo_date(value) if name in DAYS else str(forms.plain(value))
