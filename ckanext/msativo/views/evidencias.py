"""Evidences: the form for a phone, the page with the State's answer, the queue of reviews, the files."""

from __future__ import annotations

import io
from collections.abc import Mapping
from typing import Any

import ckan.plugins.toolkit as tk
from flask import Blueprint, Response, request, send_file

from ckanext.msativo import config
from ckanext.msativo.i18n_marker import N_
from ckanext.msativo.logic import evidence_files
from ckanext.msativo.logic import evidencias as logic
from ckanext.msativo.programme.access import ADMIN, EDITOR
from ckanext.msativo.programme.ownership import COORDENACAO
from ckanext.msativo.text import fold
from ckanext.msativo.views import asked, forms, links, looks, waiting
from ckanext.msativo.views.evidence_texts import typed_texts
from ckanext.msativo.views.planos import Page

evidencias = Blueprint("msativo_evidencias", __name__)

PAGE = 50
STEPS: Mapping[str, tuple[str, str]] = {
    "enviar": ("submit", N_("The evidence was sent; the State answers within 15 days.")),
    "analisar": ("start_review", N_("The review has begun.")),
    "apagar": ("delete", N_("The draft was deleted with its files.")),
    "designar": ("assign", N_("The review was given.")),
    "aceitar": ("review", N_("The evidence was accepted.")),
    "aceitar_parcial": ("review", N_("A part of the evidence was accepted.")),
    "devolver": ("review", N_("The evidence was returned to the prefeitura.")),
    "rejeitar": ("review", N_("The evidence was rejected.")),
}
QUEUES: Mapping[str, tuple[str, Mapping[str, Any]]] = {
    "fila": (N_("To be reviewed"), {"fila": True}),
    "minhas": (N_("Given to me"), {"fila": True, "minhas": True}),
    "devolvidas": (N_("To be corrected"), {"estado": "devolvida"}),
    "rascunhos": (N_("In draft"), {"estado": "rascunho"}),
    "todas": (N_("All evidences"), {}),
}
OF_REVIEWERS, OF_PREFEITURAS = ("fila", "minhas"), ("devolvidas", "rascunhos")


def _call(action: str, **data: Any) -> Any:
    return tk.get_action(f"msativo_evidencia_{action}")({}, data)


# -- the list ----------------------------------------------------------------------------------------------------------
@evidencias.get("/evidencias")
def index() -> str:
    names = _queues()
    situacao = asked.choice(request.args, "situacao", QUEUES, names[0] if "fila" in names else "todas")
    page = max(tk.h.get_page_number(request.args), 1)
    found = _call("list", **QUEUES[situacao][1], limit=PAGE, offset=(page - 1) * PAGE)
    url = links.Address(links.prefix("msativo_evidencias.index"), {"situacao": situacao, "page": page}, {"page": 1})
    return tk.render(
        "msativo/evidencias/index.html",
        {
            "rows": [_line(row) for row in found["results"]],
            "count": found["count"],
            "page": page,
            "last": -(-found["count"] // PAGE) or 1,
            "url": url,
            "situacao": situacao,
            "filters": [(name, tk._(QUEUES[name][0]), url(situacao=name, page=1)) for name in names],
        },
    )


def _queues() -> list[str]:
    """The lists that the reader has a part in."""
    if not tk.g.user:
        return ["todas"]
    reviews = tk.h.check_access("msativo_evidencia_review")
    proves = tk.h.check_access("msativo_evidencia_create")
    return [*(OF_REVIEWERS if reviews else ()), *(OF_PREFEITURAS if proves else ()), "todas"]


def _line(row: Mapping[str, Any]) -> dict[str, Any]:
    late = looks.Look("▲", "is-critico", N_("overdue")) if row.get("atrasada") else None
    look = looks.state("evidencia", row["estado"])
    return {**row, "look": look, "late": late, "left": looks.days_left(row.get("dias_restantes"))}


# -- the form ----------------------------------------------------------------------------------------------------------
@evidencias.route("/evidencias/nova", methods=["GET", "POST"])
def new() -> Page:
    delivery = _delivery(asked.search_text(request.values, "entrega"))
    forms.allowed("msativo_evidencia_create", entrega=delivery["id"])
    if request.method == "GET":
        return _form(None, delivery, {}, {})

    def make() -> Page:
        return _sent_or_kept(_call("create", entrega=delivery["id"], **_typed()), delivery)

    def again(errors: forms.Errors) -> str:
        kept = _keep_files("create", errors, entrega=delivery["id"])
        return _form(kept, delivery, typed_texts(), errors, kept is not None)

    return forms.attempt(make, again)


@evidencias.route("/evidencias/<ref>/editar", methods=["GET", "POST"])
def edit(ref: str) -> Page:
    row = _show(ref)
    delivery = _delivery(row["entrega"]["id"])
    if not row.get("editavel"):
        asked.refuse(403, tk._("This evidence cannot be changed by you now."))
    if request.method == "GET":
        return _form(row, delivery, row, {})
    seen = {"id": row["id"], "versao": forms.text("versao")}

    def keep() -> Page:
        kept = _call("update", **seen, **_typed(), remover=request.form.getlist("remover"))
        return _sent_or_kept(kept, delivery)

    def again(errors: forms.Errors) -> str:
        kept = _keep_files("update", errors, **seen)
        return _form(kept or {**row, **seen}, delivery, typed_texts(), errors, kept is not None)

    return forms.attempt(keep, again)


def _keep_files(action: str, errors: forms.Errors, **of: Any) -> dict[str, Any] | None:
    """Of a form that was wrong, the draft with its photos: a browser cannot be given them back to send them again."""
    typed = _typed()
    if "upload" not in typed or {"upload", forms.CONFLICT}.intersection(errors):
        return None
    for file in typed["upload"]:
        file.stream.seek(0)
    try:
        return _call(action, **of, **{name: value for name, value in typed.items() if name not in errors})
    except (tk.ValidationError, tk.NotAuthorized, tk.ObjectNotFound):
        return None


def _sent_or_kept(row: Mapping[str, Any], delivery: Mapping[str, Any]) -> Page:
    """After it was kept: send it if that was the button; what is missing is shown on its form."""
    if forms.text("passo") != "enviar":
        tk.h.flash_success(tk._("The draft was kept. Nobody but your prefeitura and the coordenação sees it."))
        return tk.redirect_to("msativo_evidencias.read", ref=row["id"])

    def send() -> Page:
        _call("submit", id=row["id"], versao=row["versao"])
        tk.h.flash_success(tk._(STEPS["enviar"][1]))
        return tk.redirect_to("msativo_evidencias.read", ref=row["id"])

    return forms.attempt(send, lambda errors: _form(row, delivery, row, errors, True))


def _typed() -> dict[str, Any]:
    files = [file for file in request.files.getlist("upload") if file.filename]
    texts = {name: value for name, value in typed_texts().items() if name != "publicavel"}
    return {**texts, "publicavel": bool(forms.text("publicavel")), **({"upload": files} if files else {})}


def _delivery(ref: str) -> dict[str, Any]:
    return forms.found("msativo_entrega_show", tk._("Say for which delivery the evidence is."), id=ref)


def _form(
    row: Mapping[str, Any] | None,
    delivery: Mapping[str, Any],
    values: Mapping[str, Any],
    errors: forms.Errors,
    kept: bool = False,
) -> str:
    now = errors.get("atual")
    return tk.render(
        "msativo/evidencias/form.html",
        {
            "row": row,
            "delivery": delivery,
            "values": {name: forms.plain(value) for name, value in values.items()},
            "errors": forms.shown(errors),
            "kept": kept,
            "lost": not kept and any(file.filename for file in request.files.getlist("upload")),
            "now": now[0] if now else None,
            "max_bytes": config.evidence_max_bytes(),
            "max_mb": config.evidence_max_bytes() // 1_000_000,
            "max_files": config.evidence_max_files(),
        },
    )


# -- one evidence ------------------------------------------------------------------------------------------------------
@evidencias.get("/evidencias/<ref>")
def read(ref: str) -> str:
    return _page(ref, {})


@evidencias.post("/evidencias/<ref>")
def step(ref: str) -> Page:
    """One step, by the button that was pressed."""
    name = asked.choice(request.form, "passo", STEPS, "")
    action, done = STEPS[name]
    given: dict[str, Any] = {"id": ref, "versao": forms.text("versao")}
    if action == "review":
        given |= _answer(name)
    elif action == "assign":
        given["revisor"] = forms.text("revisor")
    place = waiting.place(ref)

    def do() -> Page:
        row = _show(ref)
        _call(action, **given)
        tk.h.flash_success(tk._(done))
        if action == "delete":
            return tk.redirect_to("msativo_entregas.read", ref=row["entrega"]["id"])
        if action == "review" and place is not None:
            return tk.redirect_to(place.next_after_answer)
        return tk.redirect_to(place.here if place else tk.url_for("msativo_evidencias.read", ref=ref))

    return forms.attempt(do, lambda errors: _page(ref, errors))


def _answer(decision: str) -> dict[str, Any]:
    given: dict[str, Any] = {"decisao": decision, "nota": forms.text("nota")}
    if decision == "aceitar_parcial":
        given["quantidade_aceita"] = forms.text("quantidade_aceita")
    if decision.startswith("aceitar"):
        given["publicar"] = bool(forms.text("publicar"))
        given["publicar_arquivos"] = request.form.getlist("publicar_arquivos")
    return given


def _show(ref: str) -> dict[str, Any]:
    return forms.found("msativo_evidencia_show", tk._("There is no such evidence."), id=ref)


def _page(ref: str, errors: forms.Errors) -> str:
    row = _show(ref)
    steps = _call("history", id=ref)["results"]
    possible = row.get("possiveis", ())
    return tk.render(
        "msativo/evidencias/read.html",
        {
            "row": _line(row),
            "queue": waiting.place(row["id"]),
            "whole": "arquivos" in row,
            "steps": [looks.step(one) for one in steps],
            "possible": possible,
            "reviewable": bool({"analisar", "aceitar"}.intersection(possible)),
            "reviewers": _reviewers(row) if {"analisar", "aceitar"}.intersection(possible) else [],
            "published": _published(row["id"]) if row["publicada"] else [],
            "ticked": {*request.form.getlist("publicar_arquivos"), *(["publicar"] if forms.text("publicar") else [])},
            "images": evidence_files.IMAGES,
            "errors": forms.shown(errors),
            "typed": {name: forms.text(name) for name in ("nota", "quantidade_aceita", "revisor")},
        },
    )


def _reviewers(row: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Who can be given the review: user name and name of those of the action's secretariat and of the coordenação."""
    leader = tk.get_action("msativo_acao_show")({}, {"id": row["acao"]})["secretaria"]["name"]
    people = tk.get_action("msativo_pessoa_list")({}, {"limit": 5000})["results"]
    found = {
        one["usuario"]: one["nome"]
        for one in people
        if (one["organizacao_nome"] == leader or one["tipo"] == COORDENACAO)
        and one["papel"] in (EDITOR, ADMIN)
        and one["estado"] == "active"
    }
    return sorted(found.items(), key=lambda one: fold(one[1]))


def _published(ref: str) -> list[dict[str, Any]]:
    """The copies that everyone can have, of the public dataset."""
    try:
        return tk.get_action("package_show")({}, {"id": ref})["resources"]
    except (tk.ObjectNotFound, tk.NotAuthorized):
        return []


# -- files -------------------------------------------------------------------------------------------------------------
@evidencias.get("/evidencias/<ref>/arquivos/<file>")
def download(ref: str, file: str) -> Response:
    """A file as it was sent, for those who see the evidence whole."""
    found = logic.file_content({"user": tk.g.user}, ref, file)
    if found is None:
        asked.refuse(404, tk._("There is no such file."))
    kept, content = found
    answer = send_file(io.BytesIO(content), kept.tipo, as_attachment=True, download_name=kept.nome)
    return forms.private(answer)


@evidencias.get("/evidencias/<ref>/fotos/<file>")
def photo(ref: str, file: str) -> Response:
    """A photo to be looked at in the page: the copy without camera data, as it would be published."""
    found = logic.file_content({"user": tk.g.user}, ref, file)
    if found is None or found[0].formato not in evidence_files.IMAGES:
        asked.refuse(404, tk._("There is no such file."))
    kept, _content = found
    try:
        content = evidence_files.clean_copy(kept)
    except evidence_files.FileError as error:
        asked.refuse(404, error.message.text(tk._))
    return forms.private(send_file(io.BytesIO(content), kept.tipo))
