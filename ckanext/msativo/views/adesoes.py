"""Requests to join: the public list, the prefeitura's form, the page of one with its history, the State's answer."""

from __future__ import annotations

import io
from collections.abc import Mapping
from typing import Any, cast

import ckan.plugins.toolkit as tk
from flask import Blueprint, Response, request, send_file

from ckanext.msativo.i18n_marker import N_
from ckanext.msativo.logic import adesoes as logic
from ckanext.msativo.logic import people, programme_schema, terms
from ckanext.msativo.logic.territory import code_of, territory
from ckanext.msativo.views import adesao_form, adesao_looks, asked, forms, links

adesoes = Blueprint("msativo_adesoes", __name__)

PAGE = 100
Filter = tuple[str, Mapping[str, Any]]
FILTERS: Mapping[str, Filter] = {
    "todas": (N_("All"), {}),
    "abertas": (N_("Open"), {"aberta": True}),
    "atrasadas": (N_("Answer overdue"), {"atrasada": True}),
    "aprovadas": (N_("Approved"), {"estado": "aprovada"}),
}
STEPS: Mapping[str, tuple[str, Mapping[str, Any], str]] = {
    "enviar": ("submit", {}, N_("The request was sent: keep its protocol number.")),
    "retirar": ("withdraw", {}, N_("The request was withdrawn.")),
    "analisar": ("start_analysis", {}, N_("The analysis has begun.")),
    "aprovar": ("decide", {"decisao": "aprovar"}, N_("The request was approved.")),
    "devolver": ("decide", {"decisao": "devolver"}, N_("The request was returned to the prefeitura.")),
    "recusar": ("decide", {"decisao": "recusar"}, N_("The request was refused.")),
}
"""Button → action, what it fixes, and what is said when it is done."""


def _call(action: str, **data: Any) -> Any:
    return tk.get_action(f"msativo_adesao_{action}")({}, data)


# -- the list ----------------------------------------------------------------------------------------------------------
@adesoes.get("/adesoes")
def index() -> str:
    situacao = asked.choice(request.args, "situacao", FILTERS, "todas")
    cycles = tk.get_action("msativo_ciclo_list")({}, {})["results"]
    ciclo = asked.search_text(request.args, "ciclo")
    page = max(tk.h.get_page_number(request.args), 1)
    wanted = {**FILTERS[situacao][1], **({"ciclo": ciclo} if ciclo else {})}
    found = _call("list", **wanted, limit=PAGE, offset=(page - 1) * PAGE)
    url = links.Address(
        links.prefix("msativo_adesoes.index"),
        {"situacao": situacao, "ciclo": ciclo, "page": page},
        {"situacao": "todas", "page": 1},
    )
    return tk.render(
        "msativo/adesoes/index.html",
        {
            "rows": [_line(row) for row in found["results"]],
            "count": found["count"],
            "page": page,
            "last": -(-found["count"] // PAGE) or 1,
            "url": url,
            "situacao": situacao,
            "filters": [(name, tk._(label), url(situacao=name, page=1)) for name, (label, _) in FILTERS.items()],
            "cycles": cycles,
            "ciclo": ciclo,
            "open_cycle": next((cycle for cycle in cycles if cycle["adesao_aberta"]), None),
        },
    )


def _line(row: Mapping[str, Any]) -> dict[str, Any]:
    municipio = territory().by_code.get(row["codigo_ibge"])
    return {
        **row,
        "look": adesao_looks.state(row),
        "light": adesao_looks.light(row),
        "left": adesao_looks.left(row),
        "slug": municipio.slug if municipio else "",
        "ref": row["protocolo"] or row.get("id"),
    }


# -- the form ----------------------------------------------------------------------------------------------------------
@adesoes.route("/adesoes/nova", methods=["GET", "POST"])
def new() -> str | Response | tuple[str, int]:
    """The form of a prefeitura; who may speak for several municipalities chooses one first."""
    if not tk.g.user:
        asked.refuse(403, tk._("Log in with the account of a prefeitura to ask to join."))
    code = _municipality()
    try:
        tk.check_access("msativo_adesao_create", {}, {"municipio": code} if code else {})
    except tk.NotAuthorized as error:
        asked.refuse(403, str(error))
    if code is None:
        return tk.render("msativo/adesoes/choose.html", {"municipios": _speakable()})
    if request.method == "GET":
        running = _call("list", municipio=code, aberta=True)["results"]
        placement, problem = _placement()
        same = [row for row in running if placement and row["ciclo"] == placement["id"]]
        if same:
            return tk.redirect_to("msativo_adesoes.read", ref=same[0]["protocolo"] or same[0]["id"])
        return _form(code, {}, {"ciclo": [problem]} if problem else {}, placement)
    data = adesao_form.typed()
    try:
        made = _call("create", municipio=code, **data)
    except tk.ValidationError as error:
        return _form(code, data, error.error_dict, _placement()[0]), 400
    return _sent_or_kept(made, data)


def _municipality() -> str | None:
    given = asked.search_text(request.values, "municipio")
    if given:
        code = code_of(given)
        if code is None:
            asked.refuse(404, tk._("There is no municipality “{name}” in this state.").format(name=given[:60]))
        return code
    own = _speakable()
    return own[0].codigo_ibge if len(own) == 1 else None


def _speakable() -> list[Any]:
    """The municipalities that the reader may speak for, by name."""
    user = tk.g.user or ""
    if not user:
        return []
    all_of_them = people.in_coordenacao(user)
    own = people.municipalities_of(user)
    return [place for place in territory().municipios if all_of_them or place.codigo_ibge in own]


def _placement() -> tuple[dict[str, Any] | None, str]:
    """The cycle in which a request made now falls, with ``missed`` and ``opens``; or why there is none."""
    try:
        return logic.placement({}), ""
    except tk.ValidationError as error:
        return None, "; ".join(cast(Any, error.error_dict)["ciclo"])


def _sent_or_kept(row: Mapping[str, Any], data: Mapping[str, Any]) -> str | Response | tuple[str, int]:
    """After a draft was kept: send it if that was the button; what is missing is shown on its form."""
    if request.form.get("passo") == "enviar":
        try:
            row = _call("submit", id=row["id"], versao=row["versao"])
        except tk.ValidationError as error:
            return _form(row["codigo_ibge"], data, forms.shown(cast(Any, error.error_dict)), None, row), 400
        tk.h.flash_success(tk._(STEPS["enviar"][2]))
    else:
        tk.h.flash_success(tk._("The draft was kept. Nobody but your prefeitura and the coordenação sees it."))
    return tk.redirect_to("msativo_adesoes.read", ref=row["protocolo"] or row["id"])


@adesoes.route("/adesoes/<ref>/editar", methods=["GET", "POST"])
def edit(ref: str) -> str | Response | tuple[str, int]:
    row = _own(ref)
    try:
        tk.check_access("msativo_adesao_update", {}, {"id": row["id"]})
    except tk.NotAuthorized as error:
        asked.refuse(403, str(error))
    if request.method == "GET":
        if row["estado"] not in logic.EDITABLE:
            return tk.redirect_to("msativo_adesoes.read", ref=ref)
        return _form(row["codigo_ibge"], row, {}, None, row)
    data = adesao_form.typed()
    try:
        kept = _call("update", id=row["id"], versao=request.form.get("versao", ""), **data)
    except tk.ValidationError as error:
        # The version that was seen stays in the form: what others wrote is not overwritten by sending it again.
        seen = {**row, "versao": request.form.get("versao", "")}
        status = 409 if "versao" in error.error_dict else 400
        return _form(row["codigo_ibge"], data, forms.shown(cast(Any, error.error_dict)), None, seen), status
    return _sent_or_kept(kept, data)


def _form(
    code: str,
    values: Mapping[str, Any],
    errors: Mapping[str, Any],
    placement: Mapping[str, Any] | None,
    row: Mapping[str, Any] | None = None,
) -> str:
    return tk.render(
        "msativo/adesoes/form.html",
        {
            "municipio": territory().by_code[code],
            "challenges": adesao_form.challenges(code),
            "form": adesao_form.shown(values),
            "errors": forms.renamed(errors, "termo", "upload"),
            "placement": placement,
            "row": row,
        },
    )


# -- one request -------------------------------------------------------------------------------------------------------
@adesoes.get("/adesoes/<ref>")
def read(ref: str) -> str:
    return _page(ref, {}, {})


@adesoes.post("/adesoes/<ref>")
def step(ref: str) -> str | Response | tuple[str, int]:
    """One step of the workflow, by the button that was pressed."""
    action, fixed, done = STEPS[asked.choice(request.form, "passo", STEPS, "")]
    row = _own(ref)
    typed = {"nota": request.form.get("nota", ""), "passo": request.form["passo"]}
    given = {"id": row["id"], "versao": request.form.get("versao", ""), **fixed}
    if action in ("decide", "withdraw"):
        given["nota"] = typed["nota"]
    try:
        row = _call(action, **given)
    except tk.ValidationError as error:
        return _page(ref, typed, forms.shown(cast(Any, error.error_dict))), 409 if "versao" in error.error_dict else 400
    except tk.NotAuthorized as error:
        asked.refuse(403, str(error))
    tk.h.flash_success(tk._(done))
    if row["estado"] == "retirada" and row["protocolo"] is None:
        return tk.redirect_to("msativo_adesoes.index")
    return tk.redirect_to("msativo_adesoes.read", ref=row["protocolo"] or row["id"])


def _show(ref: str) -> dict[str, Any]:
    try:
        return _call("show", id=ref)
    except (tk.ObjectNotFound, tk.ValidationError) as error:
        asked.refuse(404, str(error) if isinstance(error, tk.ObjectNotFound) else tk._("There is no such request."))


def _own(ref: str) -> dict[str, Any]:
    """A request of which the reader sees everything; for others its forms are not there."""
    row = _show(ref)
    if "id" not in row:
        asked.refuse(403, tk._("Only the prefeitura of the municipality can do this with its request."))
    return row


def _page(ref: str, typed: Mapping[str, str], errors: Mapping[str, Any]) -> str:
    row = _show(ref)
    steps = _call("history", id=ref)["results"]
    return tk.render(
        "msativo/adesoes/read.html",
        {
            "row": _line(row),
            "whole": "id" in row,
            "municipio": territory().by_code.get(row["codigo_ibge"]),
            "steps": [adesao_looks.step(one) for one in steps],
            "possible": row.get("possiveis", ()),
            "answerable": {"analisar", *programme_schema.DECISIONS}.intersection(row.get("possiveis", ())),
            "editable": row["estado"] in logic.EDITABLE and "enviar" in row.get("possiveis", ()),
            "typed": typed,
            "errors": errors,
        },
    )


@adesoes.get("/adesoes/<ref>/termo")
def term(ref: str) -> Response:
    """The signed term, always as a download."""
    content = logic.term_content({"user": tk.g.user}, ref)
    if content is None:
        asked.refuse(404, tk._("There is no such file."))
    answer = send_file(io.BytesIO(content), terms.MEDIA_TYPE, as_attachment=True, download_name=terms.FILE_NAME)
    return forms.private(answer)
