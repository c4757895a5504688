"""What is known of an indicator's figures: the quality report of those there are, and the values that were revised."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import ckan.plugins.toolkit as tk
from flask import Blueprint, request

from ckanext.msativo.logic import pages
from ckanext.msativo.logic.numbers import number
from ckanext.msativo.views import asked, links

qualidade = Blueprint("msativo_qualidade", __name__)
PAGE = 100


@qualidade.get("/indicador/<name>/qualidade")
def read(name: str) -> str:
    page = max(tk.h.get_page_number(request.args), 1)
    municipio, ano = asked.search_text(request.args, "municipio"), asked.search_text(request.args, "ano")
    asks = {"municipio": municipio, "ano": ano}
    try:
        report = tk.get_action("msativo_indicador_quality")({}, {"indicador": name})
        wanted = {key: value for key, value in asks.items() if value}
        found = tk.get_action("msativo_indicador_revisions")(
            {}, {"indicador": name, **wanted, "limit": PAGE, "offset": (page - 1) * PAGE}
        )
    except tk.ObjectNotFound as error:
        asked.refuse(404, str(error))
    except tk.ValidationError as error:
        problems: Any = error.error_dict
        asked.refuse(400, " ".join(str(said) for of in problems.values() for said in of))
    about = next(item for item in pages.indicators_of(None) if item.name == report["indicador"])
    base = f"{links.indicator(about.name)}/qualidade"
    return tk.render(
        "msativo/qualidade/read.html",
        {
            "about": about,
            "href": links.indicator(about.name),
            "report": report,
            "rows": [_shown(row, about.decimals) for row in found["results"]],
            "count": found["count"],
            "page": page,
            "last": -(-found["count"] // PAGE) or 1,
            "asks": asks,
            "url": links.Address(base, {**asks, "page": page}, {"page": 1}),
        },
    )


def _shown(row: Mapping[str, Any], decimals: int) -> dict[str, Any]:
    """The two values as people write them; with more decimals when they would look alike."""
    before, after = row["valor_antes"], row["valor_depois"]
    places = next((n for n in range(decimals, decimals + 6) if number(before, n) != number(after, n)), decimals)
    return {**row, "antes": number(before, places), "depois": number(after, places)}
