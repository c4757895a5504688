"""Downloads: ``/dados/<list>.<format>`` with the filters of the list's action in the query string."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from typing import Any

import ckan.plugins.toolkit as tk
from ckan.lib.i18n import get_lang
from flask import Blueprint, Response, request

from ckanext.msativo.logic import clock, monitoring, pages
from ckanext.msativo.text import fold
from ckanext.msativo.views import asked, links
from ckanext.msativo.views.formats import FORMATS, Sheet
from ckanext.msativo.views.listas import LISTS, Lista, about

dados = Blueprint("msativo_dados", __name__)

REQUIRED = {"regras": "indicador"}
"""Lists that are of one thing only → the filter that names it."""
LONG = {"regras": 4000}
"""Filters that may be longer than others: rules with all their numbers."""
SHAPE = "2"
"""Part of each ETag: raise it when what a download holds changes its shape."""


@dados.get("/dados")
def index() -> str:
    """All lists with their formats, filters and actions, and how a program asks for the same."""
    rows = [
        {
            "name": name,
            "title": tk._(lista.title),
            "filters": lista.filters,
            "action": lista.action,
            "api": tk.url_for("api.action", ver=3, logic_function=lista.action),
            "needs": REQUIRED.get(name, ""),
            "files": [(kind.label, links.download(name, extension)) for extension, kind in FORMATS.items()],
        }
        for name, lista in LISTS.items()
    ]
    address = tk.url_for("api.action", ver=3, logic_function="msativo_criticidade_list", qualified=True)
    return tk.render(
        "msativo/dados.html",
        {
            "rows": rows,
            "example": address,
            "count": sum(not row["needs"] for row in rows),
            "snapshot": pages.snapshot(),
        },
    )


@dados.get("/dados/<name>.<extension>")
def download(name: str, extension: str) -> Response:
    lista = LISTS.get(name)
    if lista is None:
        asked.refuse(
            404,
            tk._("There is no list “{name}”. The lists are: {known}.").format(name=name[:60], known=", ".join(LISTS)),
        )
    if extension not in FORMATS:
        asked.refuse(
            404,
            tk._("There is no format “{name}”. The formats are: {known}.").format(
                name=extension[:20], known=", ".join(FORMATS)
            ),
        )
    filters = _filters(lista)
    snapshot = None if lista.dated or lista.programme else _snapshot(filters)
    tag = _etag(name, extension, filters, snapshot)
    known = tag in request.if_none_match
    answer = Response(status=304) if known else _file(name, extension, lista, filters, snapshot)
    answer.set_etag(tag)
    answer.headers["Cache-Control"] = "no-cache"
    answer.headers["Access-Control-Allow-Origin"] = "*"
    answer.vary.add("Accept-Language")
    return answer


def _filters(lista: Lista) -> dict[str, str]:
    """The list's filters that were given; an unknown one is refused rather than passed over."""
    unknown = [key for key in request.args if key not in lista.filters]
    if unknown:
        asked.refuse(
            400,
            tk._("This list has no filter “{name}”. Its filters are: {known}.").format(
                name=unknown[0][:60], known=", ".join(lista.filters)
            ),
        )
    given = {
        key: asked.search_text({key: _value(key)}, key, LONG.get(key, asked.MAX_TEXT))
        for key in lista.filters
        if request.args.get(key)
    }
    # The day stands in the file's name, and tomorrow's copy is another one.
    return {**given, "data": given.get("data") or clock.today({}).isoformat()} if lista.dated else given


def _value(key: str) -> str:
    """What a filter was given; several municipalities may stand in one value or in one each."""
    return ",".join(request.args.getlist(key)) if key == "municipio" else request.args[key]


def _snapshot(filters: Mapping[str, str]) -> Any:
    found = pages.snapshot(filters.get("snapshot"))
    if found is None and filters.get("snapshot"):
        asked.refuse(404, tk._("There is no snapshot “{id}”.").format(id=filters["snapshot"][:60]))
    return found


def _etag(name: str, extension: str, filters: Mapping[str, str], snapshot: Any) -> str:
    parts = (
        SHAPE,
        name,
        extension,
        repr(sorted(filters.items())),
        snapshot.id if snapshot else "",
        *((monitoring.version(), clock.today({}).isoformat()) if LISTS[name].dated or LISTS[name].programme else ()),
        pages.version(),
        str(get_lang()),
    )
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:32]


def _file(name: str, extension: str, lista: Lista, filters: Mapping[str, str], snapshot: Any) -> Response:
    try:
        answer = lista.everything(filters)
    except tk.ValidationError as error:
        asked.refuse(400, _sentence(error))
    except tk.ObjectNotFound as error:
        asked.refuse(404, _not_found(error, filters))
    rows = lista.flat(answer["results"])
    kind = FORMATS[extension]
    lines = about(lista, rows, snapshot, request.url, filters.get("data", "")) if kind.about else []
    sheet = Sheet(name, lista.columns, rows, tk._("Source and method")[:31], lines, answer)
    result = Response(kind.write(sheet), content_type=kind.content_type)
    result.headers["Content-Disposition"] = f'attachment; filename="{_file_name(name, filters, snapshot)}.{extension}"'
    return result


def _sentence(error: tk.ValidationError) -> str:
    """What the filters' validators say, with the name of the filter."""
    errors: dict[str, Any] = error.error_dict
    said = [f"{field}: {' '.join(map(str, messages))}" for field, messages in errors.items()]
    return tk._("A filter cannot be read. {problems}").format(problems="; ".join(said))


def _not_found(error: tk.ObjectNotFound, filters: Mapping[str, str]) -> str:
    said = str(error)
    name = filters.get("indicador", "")
    # CKAN's own "not found" does not say what.
    return tk._("There is no indicator “{name}”.").format(name=name) if name and name not in said else said


def _file_name(name: str, filters: Mapping[str, str], snapshot: Any) -> str:
    parts = [name, *(value for key, value in filters.items() if key != "snapshot")]
    if snapshot is not None:
        parts.append(f"analise-{snapshot.numero}")
    return "-".join(re.sub(r"[^a-z0-9]+", "-", fold(part)).strip("-") for part in parts)[:120]
