"""``/quadro``: the heat table of all municipalities in all indicators."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import ckan.plugins.toolkit as tk
from flask import Blueprint, request

from ckanext.msativo import vocabulary
from ckanext.msativo.logic import pages
from ckanext.msativo.logic.territory import territory
from ckanext.msativo.views import asked, grade, links
from ckanext.msativo.views.formats import FORMATS
from ckanext.msativo.views.states import LOOKS

quadro = Blueprint("msativo_quadro", __name__)
DEFAULTS = {"mostrar": "situacao", "ordem": grade.WORST_FIRST}


@quadro.get("/quadro")
def index() -> str:
    args = request.args
    snapshot = asked.analysis(args)
    known = [item for item in pages.indicators_of(snapshot.id if snapshot else None) if item.ano]
    area = asked.choice(args, "area", list(vocabulary.AREAS), "") if args.get("area") else ""
    q, (regiao, members) = asked.search_text(args), asked.region(args)
    ordem = asked.choice(args, "ordem", [*grade.ORDERS, *(item.name for item in known)], DEFAULTS["ordem"])
    state = {
        "q": q,
        "regiao": regiao,
        "area": area,
        "ordem": ordem,
        "mostrar": asked.choice(args, "mostrar", grade.SHOWN, DEFAULTS["mostrar"]),
        "analise": asked.search_text(args, "analise"),
    }
    url = links.Address(links.prefix("msativo_quadro.index"), state, DEFAULTS)
    grid = grade.Grid(
        indicators=grade.by_area([item for item in known if area in ("", item.area)]),
        municipios=grade.municipalities(q, members),
        ordem=ordem,
        sorted_by=next((item for item in known if item.name == ordem.removeprefix("-")), None)
        if ordem.removeprefix("-") not in grade.ORDERS
        else None,
        url=url,
    )
    return tk.render("msativo/quadro/index.html", {**state, **_shown(grid, snapshot, known, state), "url": url})


def _shown(grid: grade.Grid, snapshot: Any, known: Sequence[pages.Indicator], state: Mapping[str, Any]) -> Any:
    of = {key: state[key] for key in ("area", "regiao", "q")}
    return {
        "grid": grid,
        "snapshot": snapshot,
        "words": {name: look.label.lower() for name, look in LOOKS.items()},
        "switch": [(name, tk._(label), grid.url(mostrar=name)) for name, label in grade.SHOWN.items()],
        "areas": [(name, tk._(label)) for name, label in vocabulary.AREAS.items() if name in {i.area for i in known}],
        "regions": [region.nome for region in territory().regions("imediata")],
        "files": [
            (kind.label, links.download("criticidade", extension, **of, snapshot=state["analise"]))
            for extension, kind in FORMATS.items()
        ],
    }
