"""One search box: municipalities and indicators; a single exact hit is opened at once."""

from __future__ import annotations

import ckan.plugins.toolkit as tk
from flask import Blueprint, Response, request

from ckanext.msativo.logic import pages
from ckanext.msativo.logic.territory import territory
from ckanext.msativo.text import fold
from ckanext.msativo.views import asked, indicadores, links
from ckanext.msativo.views.municipios import near
from ckanext.msativo.views.tabela import region

busca = Blueprint("msativo_busca", __name__)


@busca.get("/busca")
def index() -> str | Response:
    q = asked.search_text(request.args)
    snapshot = pages.snapshot()
    known = pages.indicators_of(snapshot.id if snapshot else None) if q else []
    exact = _exact(q, known)
    if exact:
        return tk.redirect_to(exact)
    municipios = [
        (municipio.nome, links.municipality(municipio.slug), region(municipio.codigo_ibge))
        for municipio in territory().municipios
        if q and asked.matches(q, municipio.nome, municipio.codigo_ibge)
    ]
    found = [item for item in known if asked.matches(q, item.title, item.name, item.area)]
    return tk.render(
        "msativo/busca.html",
        {
            "q": q,
            "municipios": municipios,
            "indicadores": [indicadores.item_of(item) for item in found],
            "near": [] if municipios or found or not q else near(q),
        },
    )


def _exact(q: str, known: list[pages.Indicator]) -> str | None:
    """Address of the only municipality or indicator that is written exactly so, or has this code."""
    wanted = fold(q)
    if not wanted:
        return None
    hits = [
        links.municipality(municipio.slug)
        for municipio in territory().municipios
        if wanted in (fold(municipio.nome), municipio.slug, municipio.codigo_ibge, municipio.codigo_ibge[:6])
    ]
    hits += [links.indicator(item.name) for item in known if wanted in (fold(item.title), item.name)]
    return hits[0] if len(hits) == 1 else None
