"""The coordenação's own work on one page, each part with its state; and its indicators with coverage and last load."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import ckan.plugins.toolkit as tk
from flask import Blueprint, request

from ckanext.msativo.i18n_marker import N_
from ckanext.msativo.logic import clock, pages
from ckanext.msativo.logic.territory import code_of, territory
from ckanext.msativo.programme import queue as of
from ckanext.msativo.programme.ownership import COORDENACAO
from ckanext.msativo.views import asked, entrances, links, materias, waiting
from ckanext.msativo.views.classes import LOOKS, ORDER
from ckanext.msativo.views.planos import Page

coordenacao = Blueprint("msativo_coordenacao", __name__)

STALE_RULE = "indicador_desatualizado"
"""The agenda's rule that says which indicators are stale or thin, and why."""
SITUATIONS: Mapping[str, str] = {"todos": N_("All"), "revisar": N_("Stale or thin"), "sem": N_("Never loaded")}
LAST = 5
"""How many of the newest decisions on classes are shown."""


def _guard() -> Page | None:
    """None for the coordenação and the portal's administrator; others are sent on or refused."""
    if not tk.g.user:
        return entrances.to_login()
    if COORDENACAO not in materias.desks_of(tk.g.user):
        asked.refuse(403, tk._("This page is of the programme coordination."))
    return None


def _count(action: str, **data: Any) -> int:
    return tk.get_action(f"msativo_{action}_list")({}, {**data, "limit": 0})["count"]


@coordenacao.get("/coordenacao")
def index() -> Page:
    refused = _guard()
    if refused is not None:
        return refused
    items = waiting.items()
    snapshot = pages.snapshot()
    return tk.render(
        "msativo/coordenacao/index.html",
        {
            "waiting": len(items),
            "late": sum(item.level == of.OVERDUE for item in items),
            "indicators": len(pages.indicators_of(None)),
            "stale": _count("agenda", regra=STALE_RULE, aberta=True),
            "challenges": pages.challenges_of(),
            "snapshot": snapshot,
            "analyses": _count("snapshot"),
            "decisions": [_decision(row) for row in materias.rows("decisao", limit=LAST)],
            "cycle": next((row for row in _cycles() if row["em_curso"]), None),
            "today": clock.today({}),
            "people": _count("pessoa"),
            "agenda": _count("agenda", aberta=True),
            "contests": _count("contestacao", aberta=True),
            "requests": _count("adesao", aberta=True),
            "towns": territory().municipios,
        },
    )


def _cycles() -> list[dict[str, Any]]:
    return tk.get_action("msativo_ciclo_list")({}, {"limit": 1000})["results"]


def _decision(row: Mapping[str, Any]) -> dict[str, Any]:
    place = territory().by_code.get(row["codigo_ibge"])
    look = LOOKS[row["classe"]] if row["classe"] in ORDER else None
    return {**row, "look": look, "href": links.focus(row["desafio"], place.slug) if place else ""}


@coordenacao.get("/coordenacao/foco")
def override() -> Page:
    """To the page on which the class of a municipality in a challenge is decided otherwise."""
    refused = _guard()
    if refused is not None:
        return refused
    name, code = asked.search_text(request.args, "desafio"), code_of(asked.search_text(request.args, "municipio"))
    if code is None or name not in {item.name for item in pages.challenges_of()}:
        asked.refuse(404, tk._("Choose a challenge and a municipality."))
    return tk.redirect_to(links.focus(name, territory().by_code[code].slug))


# -- indicators --------------------------------------------------------------------------------------------------------
@coordenacao.get("/coordenacao/indicadores")
def indicators() -> Page:
    """Which indicators there are, by what rule, how much of the state they cover, when they were loaded."""
    refused = _guard()
    if refused is not None:
        return refused
    situacao, q = (
        asked.choice(request.args, "situacao", SITUATIONS, "todos"),
        asked.search_text(request.args),
    )
    snapshot = pages.snapshot()
    why = _problems()
    rows = [_indicator(item, why) for item in pages.indicators_of(snapshot.id if snapshot else None)]
    kept = [row for row in rows if _wanted(row, situacao) and asked.matches(q, row["title"], row["area"])]
    url = links.Address(
        links.prefix("msativo_coordenacao.indicators"), {"situacao": situacao, "q": q}, {"situacao": "todos"}
    )
    return tk.render(
        "msativo/coordenacao/indicadores.html",
        {
            "rows": kept,
            "total": len(rows),
            "stale": sum(bool(row["why"]) for row in rows),
            "situacao": situacao,
            "q": q,
            "url": url,
            "filters": [(name, tk._(label), url(situacao=name)) for name, label in SITUATIONS.items()],
            "may": bool(tk.h.check_access("msativo_indicador_load")),
            "snapshot": snapshot,
        },
    )


def _problems() -> dict[str, str]:
    """Name of an indicator → why its data are stale or thin, as the agenda says."""
    found = materias.rows("agenda", regra=STALE_RULE, aberta=True)
    return {part["id"]: row["porque"] for row in found for part in row["base"] if part["tipo"] == "indicador"}


def _indicator(item: pages.Indicator, why: Mapping[str, str]) -> dict[str, Any]:
    loaded = str(item.extras.get("obtido_em") or "")
    return {
        "name": item.name,
        "title": item.title,
        "area": tk.h.msativo_label("area", item.area),
        "rule": tk.h.msativo_label("rule", str(item.extras.get("regra") or "")),
        "year": item.ano,
        "with_value": item.com_valor,
        "of": item.com_valor + item.sem_dado,
        "loaded": loaded,
        "why": why.get(item.name) or why.get(item.id) or "",
    }


def _wanted(row: Mapping[str, Any], situacao: str) -> bool:
    return situacao == "todos" or (bool(row["why"]) if situacao == "revisar" else not row["loaded"])
