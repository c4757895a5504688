"""Contests of the prefeituras and the State's answers: list, page, forms, files."""

from __future__ import annotations

import io
from collections.abc import Mapping
from typing import Any

import ckan.plugins.toolkit as tk
from flask import Blueprint, Response, request, send_file

from ckanext.msativo.i18n_marker import N_
from ckanext.msativo.logic import contest_files, pages
from ckanext.msativo.logic.territory import code_of, territory
from ckanext.msativo.views import asked, links
from ckanext.msativo.views.contests import VERDICTS

contestacoes = Blueprint("msativo_contestacoes", __name__)

FILTERS: Mapping[str, str] = {"todas": N_("All"), "abertas": N_("Without an answer"), "respondidas": N_("Answered")}
PAGE = 50


@contestacoes.get("/contestacoes")
def index() -> str:
    situacao = asked.choice(request.args, "situacao", FILTERS, "todas")
    wanted = {} if situacao == "todas" else {"aberta": situacao == "abertas"}
    municipio = asked.search_text(request.args, "municipio")
    if municipio and code_of(municipio) is None:
        asked.refuse(404, tk._("There is no municipality “{name}” in this state.").format(name=municipio[:60]))
    page = max(tk.h.get_page_number(request.args), 1)
    found = tk.get_action("msativo_contestacao_list")(
        {},
        {**wanted, **({"municipio": municipio} if municipio else {}), "limit": PAGE, "offset": (page - 1) * PAGE},
    )
    url = links.Address(
        links.prefix("msativo_contestacoes.index"),
        {"situacao": situacao, "municipio": municipio, "page": page},
        {"situacao": "todas", "page": 1},
    )
    return tk.render(
        "msativo/contestacoes/index.html",
        {
            "rows": found["results"],
            "count": found["count"],
            "page": page,
            "last": -(-found["count"] // PAGE) or 1,
            "url": url,
            "situacao": situacao,
            "filters": [(name, tk._(label), url(situacao=name, page=1)) for name, label in FILTERS.items()],
        },
    )


@contestacoes.route("/contestacoes/nova", methods=["GET", "POST"])
def new() -> str | Response | tuple[str, int]:
    """The form of a prefeitura, about the indicator or challenge and the municipality that the address names."""
    about = {key: asked.search_text(request.values, key) for key in ("indicador", "desafio", "municipio", "ano")}
    about = {key: value for key, value in about.items() if value}
    try:
        tk.check_access("msativo_contestacao_create", {}, {"municipio": about.get("municipio", "")})
    except tk.NotAuthorized as error:
        asked.refuse(403, str(error))
    if request.method == "GET":
        return _form(about, {}, {})
    typed = {"texto": request.form.get("texto", "")}
    try:
        made = tk.get_action("msativo_contestacao_create")(
            {}, {**about, **typed, "upload": request.files.getlist("upload")}
        )
    except tk.ValidationError as error:
        return _form(about, typed, error.error_dict), 400
    except tk.ObjectNotFound as error:
        asked.refuse(404, str(error))
    tk.h.flash_success(tk._("The contest was sent and is public; the State answers here."))
    return tk.redirect_to("msativo_contestacoes.read", numero=made["numero"])


def _form(about: Mapping[str, str], typed: Mapping[str, str], errors: Mapping[str, Any]) -> str:
    name = about.get("indicador") or about.get("desafio") or ""
    code = code_of(about.get("municipio", ""))
    known = {item.name: item.title for item in (*pages.indicators_of(None), *pages.challenges_of())}
    if name not in known or code is None:
        asked.refuse(404, tk._("Choose first what is contested, on the page of the indicator or of the challenge."))
    return tk.render(
        "msativo/contestacoes/new.html",
        {
            "about": about,
            "titulo": known[name],
            "municipio": territory().by_code[code],
            "typed": typed,
            "errors": errors,
        },
    )


@contestacoes.get("/contestacoes/<int:numero>")
def read(numero: int) -> str:
    return _page(numero, {}, {})


@contestacoes.post("/contestacoes/<int:numero>")
def answer(numero: int) -> str | Response | tuple[str, int]:
    typed = {key: request.form.get(key, "") for key in ("decisao", "resposta")}
    try:
        tk.get_action("msativo_contestacao_answer")({}, {"id": str(numero), **typed})
    except tk.ValidationError as error:
        return _page(numero, typed, error.error_dict), 400
    except tk.NotAuthorized as error:
        asked.refuse(403, str(error))
    except tk.ObjectNotFound as error:
        asked.refuse(404, str(error))
    tk.h.flash_success(tk._("The answer is public."))
    return tk.redirect_to("msativo_contestacoes.read", numero=numero)


def _page(numero: int, typed: Mapping[str, str], errors: Mapping[str, Any]) -> str:
    try:
        row = tk.get_action("msativo_contestacao_show")({}, {"id": str(numero)})
    except tk.ObjectNotFound as error:
        asked.refuse(404, str(error))
    href = links.indicator(row["objeto"]) if row["tipo"] == "indicador" else links.challenge(row["objeto"])
    return tk.render(
        "msativo/contestacoes/read.html",
        {
            "row": row,
            "href": href,
            "verdicts": [(name, tk._(label)) for name, label in VERDICTS.items() if name],
            "typed": typed,
            "errors": errors,
        },
    )


@contestacoes.get("/contestacoes/arquivo/<id>")
def arquivo(id: str) -> Response:
    """A file, always as a download: what a stranger sent is never shown as a page of ours."""
    found = contest_files.public(id)
    if found is None:
        asked.refuse(404, tk._("There is no such file."))
    name, media_type, content = found
    response = send_file(io.BytesIO(content), media_type, as_attachment=True, download_name=name)
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Content-Security-Policy"] = "sandbox"
    return response
