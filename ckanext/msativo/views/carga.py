"""Loading a file of indicators: send it, look at what it would change, confirm. A large one is read by the worker."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

import ckan.plugins.toolkit as tk
from flask import Blueprint, Response, request

from ckanext.msativo.logic import kept_uploads, pages
from ckanext.msativo.logic.quality import JUDGED
from ckanext.msativo.views import asked, forms, links

carga = Blueprint("msativo_carga", __name__)

AT_ONCE = 3_000_000
"""Bytes up to which a file is read while the page waits."""
TYPED = ("decimal", "obtido_em", "ano")
Page = str | Response | tuple[str, int]


@carga.get("/carregar")
def index() -> str:
    forms.allowed("msativo_indicador_load")
    return _form({}, {})


def _form(typed: Mapping[str, str], errors: forms.Errors) -> str:
    return tk.render("msativo/carga/index.html", {"typed": typed, "errors": forms.shown(errors)})


@carga.post("/carregar")
def send() -> Page:
    """Keep the file, then show what it holds."""
    forms.allowed("msativo_indicador_load")
    typed = {name: forms.text(name) for name in TYPED}
    upload = request.files.get("upload")
    try:
        if upload is None or not upload.filename:
            raise tk.ValidationError({"upload": [tk._("Choose a file.")]})
        digest = kept_uploads.keep(upload)
    except tk.ValidationError as error:
        return _form(typed, cast(Any, error.error_dict)), 400
    return tk.redirect_to(_address(digest, typed))


def _address(digest: str, typed: Mapping[str, str]) -> str:
    return links.Address(links.prefix("msativo_carga.index") + f"/{digest}", typed, {})()


@carga.get("/carregar/<digest>")
def preview(digest: str) -> Page:
    """What the file holds and would change; nothing is written."""
    forms.allowed("msativo_indicador_load")
    return _read(digest, _wanted(request.args), dry_run=True)


@carga.post("/carregar/<digest>")
def confirm(digest: str) -> Page:
    forms.allowed("msativo_indicador_load")
    return _read(digest, _wanted(request.form), dry_run=False)


def _wanted(given: Any) -> dict[str, Any]:
    """How the file is to be read, from the address or from the form that confirms."""
    pairs = zip(given.getlist("serie"), given.getlist("indicador"), strict=False)
    series = {serie: indicador for serie, indicador in pairs if serie and indicador}
    wanted: dict[str, Any] = {name: asked.search_text(given, name) for name in TYPED}
    wanted |= {"series": series, "aceitar": [code for code in given.getlist("aceitar") if code in JUDGED]}
    return {name: value for name, value in wanted.items() if value}


def _read(digest: str, wanted: dict[str, Any], dry_run: bool) -> Page:
    path = _found(digest)
    data = {**wanted, "arquivo": digest, "dry_run": dry_run}
    try:
        if path.stat().st_size > AT_ONCE:
            started = tk.get_action("msativo_indicador_load")({}, {**data, "background": True})
            return tk.redirect_to(
                "msativo_carga.progress", digest=digest, job=started["job"], **_query(wanted, dry_run)
            )
        report = tk.get_action("msativo_indicador_load")({}, data)
    except tk.ValidationError as error:
        return _form({}, cast(Any, error.error_dict)), 400
    return _report(digest, path.name, wanted, report, dry_run)


def _found(digest: str) -> Any:
    try:
        return kept_uploads.find(digest)
    except tk.ObjectNotFound as error:
        asked.refuse(404, str(error))


def _query(wanted: Mapping[str, Any], dry_run: bool) -> dict[str, Any]:
    pairs = wanted.get("series", {})
    query = {name: wanted[name] for name in (*TYPED, "aceitar") if name in wanted}
    query |= {"serie": list(pairs), "indicador": list(pairs.values())} if pairs else {}
    return query if dry_run else {**query, "gravado": "1"}


@carga.get("/carregar/<digest>/andamento/<job>")
def progress(digest: str, job: str) -> Page:
    """How far the worker is; the page asks again by itself, and ends in the report."""
    forms.allowed("msativo_indicador_load")
    try:
        state = tk.get_action("msativo_indicador_load_status")({}, {"job": job})
    except tk.ObjectNotFound as error:
        asked.refuse(404, str(error))
    if state["estado"] != "concluida":
        return tk.render("msativo/carga/progress.html", {"state": state, "back": _address(digest, {})})
    dry_run = request.args.get("gravado") != "1"
    name = state["resultado"]["arquivo"]
    return _report(digest, name, _wanted(request.args), state["resultado"], dry_run)


def _report(digest: str, name: str, wanted: Mapping[str, Any], report: dict[str, Any], dry_run: bool) -> Page:
    rows = report["indicadores"]
    ready = [row for row in rows if row["situacao"] in ("criado", "atualizado")]
    refused = [row for row in rows if row["situacao"] == "recusado"]
    indicators = pages.indicators_of(None)
    known = {item.name: item.title for item in indicators}
    asking = wanted.get("series") is not None or any(row["serie"] not in known for row in report["series"])
    page = tk.render(
        "msativo/carga/report.html",
        {
            "digest": digest,
            "name": name,
            "wanted": wanted,
            "report": report,
            "dry_run": dry_run,
            "ready": ready,
            # A series that is no indicator's name is asked about, not refused.
            "refused": [row for row in refused if not asking or row["indicador"] in known],
            "titles": known,
            "asking": asking,
            "declared": {item.extras.get("busca_serie") or "": item.name for item in indicators},
            "acceptable": _acceptable(rows),
        },
    )
    return page if dry_run or ready or not rows else (page, 400)


def _acceptable(rows: list[dict[str, Any]]) -> list[str]:
    """Codes of the errors that alone keep an indicator from being loaded, and that a person may accept."""
    found: set[str] = set()
    for row in rows:
        errors = {one["codigo"] for one in row.get("qualidade", {}).get("achados", ()) if one["gravidade"] == "erro"}
        found |= errors if errors <= set(JUDGED) else set()
    return sorted(found)
