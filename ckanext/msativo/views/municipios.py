"""The list of municipalities and each one's profile."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import ckan.plugins.toolkit as tk
from flask import Blueprint, Response, request

from ckanext.msativo.i18n_marker import N_
from ckanext.msativo.logic import pages
from ckanext.msativo.logic.territory import territory
from ckanext.msativo.text import fold
from ckanext.msativo.views import asked, home, links, perfil, states, tabela
from ckanext.msativo.views.formats import FORMATS

municipios = Blueprint("msativo_municipios", __name__)

# Name in the address → label of the column, key of the sort (on the row of `msativo_municipio_list`).
ORDERS: Mapping[str, tuple[str, Callable[[Any], Any]]] = {
    "municipio": (N_("Municipality"), lambda row: fold(row["nome"])),
    "regiao": (N_("Immediate region"), lambda row: (fold(_region_name(row)), fold(row["nome"]))),
    "critico": (N_("Critical"), lambda row: row["indicadores"]["critico"]),
    "atencao": (N_("Attention"), lambda row: row["indicadores"]["atencao"]),
    "adequado": (N_("Adequate"), lambda row: row["indicadores"]["adequado"]),
    "sem_dado": (N_("No data"), lambda row: row["indicadores"]["sem_dado"]),
}
DEFAULT_ORDER = "-critico"
ALL = 5000


def _region_name(row: Mapping[str, Any]) -> str:
    return (row["regiao_imediata"] or {}).get("nome", "")


@dataclass(frozen=True)
class Row:
    nome: str
    slug: str
    href: str
    regiao: str
    counts: Mapping[str, int]
    parts: Sequence[states.Part]


def _row(row: Mapping[str, Any]) -> Row:
    counts = row["indicadores"]
    slug = row["slug"]
    return Row(row["nome"], slug, links.municipality(slug), _region_name(row), counts, states.parts(counts))


@municipios.get("/municipios")
def index() -> str:
    q, regiao = asked.search_text(request.args), asked.search_text(request.args, "regiao")
    ordem = asked.choice(request.args, "ordem", ORDERS, DEFAULT_ORDER)
    try:
        found = tk.get_action("msativo_municipio_list")({}, {"q": q, "regiao": regiao, "limit": ALL})["results"]
    except tk.ObjectNotFound as error:
        asked.refuse(404, str(error))
    found.sort(key=lambda row: fold(row["nome"]))
    found.sort(key=ORDERS[ordem.removeprefix("-")][1], reverse=ordem.startswith("-"))
    snapshot = pages.snapshot()
    counts = {row["codigo_ibge"]: row["indicadores"] for row in found}
    url = links.Address(
        links.prefix("msativo_municipios.index"), {"q": q, "regiao": regiao, "ordem": ordem}, {"ordem": DEFAULT_ORDER}
    )
    return tk.render(
        "msativo/municipios/index.html",
        {
            "q": q,
            "regiao": regiao,
            "ordem": ordem,
            "url": url,
            "snapshot": snapshot,
            "rows": [_row(row) for row in found],
            "columns": tabela.columns(ORDERS, ordem, url, set(ORDERS) - {"municipio", "regiao"}),
            "regions": [region.nome for region in territory().regions("imediata")],
            "map": home.critical_map(counts if snapshot else {}, links.municipality),
            "total": len(territory().municipios),
            "files": [
                (kind.label, links.download("municipios", extension, q=q, regiao=regiao))
                for extension, kind in FORMATS.items()
            ],
        },
    )


@municipios.get("/municipios/<path:id>")
def read(id: str) -> str | Response | tuple[str, int]:
    municipio = territory().by_slug.get(id)
    if municipio is None:
        return _elsewhere(id)
    return tk.render("msativo/municipios/read.html", {"page": perfil.profile(municipio, request.args)})


def _elsewhere(text: str) -> Response | tuple[str, int]:
    """Another spelling or a code leads to the municipality; else a page that helps to find it."""
    try:
        found = tk.get_action("msativo_municipio_show")({}, {"id": text})
        return tk.redirect_to("msativo_municipios.read", id=found["slug"])
    except (tk.ObjectNotFound, tk.ValidationError):
        pass
    return tk.render("msativo/municipios/not_found.html", {"text": text[:60], "near": near(text)}), 404


def near(text: str, most: int = 5) -> list[tuple[str, str]]:
    """(name, address) of the municipalities that are written most alike."""
    by_folded = {fold(municipio.nome): municipio for municipio in territory().municipios}
    wanted = fold(text.replace("-", " "))[:80]
    close = difflib.get_close_matches(wanted, by_folded, n=most, cutoff=0.6)
    return [(by_folded[name].nome, links.municipality(by_folded[name].slug)) for name in close]
