"""The page that puts up to five municipalities side by side."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import ckan.plugins.toolkit as tk
from flask import Blueprint, Response, request

from ckanext.msativo import vocabulary
from ckanext.msativo.logic import pages
from ckanext.msativo.logic.territory import find_municipality, territory
from ckanext.msativo.territory import Municipio
from ckanext.msativo.views import asked, links
from ckanext.msativo.views.comparacao import MOST, Comparison
from ckanext.msativo.views.municipios import near

comparar = Blueprint("msativo_comparar", __name__)

LISTED = 300
"""A territory of more municipalities than these is chosen from by typing the name, not in a list."""
READ = 50
"""Names of an address that are looked at."""


@dataclass
class Choice:
    """The municipalities that an address names, and what is wrong with it in sentences."""

    chosen: list[Municipio] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    near: list[tuple[str, str]] = field(default_factory=list)
    """(name, address) of those that an unknown name may have meant."""
    status: int = 200


def read(names: Sequence[str]) -> Choice:
    """Find the municipalities; those that are unknown, named twice or too many are told of, the others kept."""
    choice, left = Choice(), []
    for name in names[:READ]:
        try:
            found = find_municipality(name)
        except tk.ObjectNotFound as error:
            choice.problems.append(str(error))
            choice.near += near(name, 3)
            choice.status = 404
            continue
        if found in choice.chosen or found in left:
            choice.problems.append(tk._("{name} is named twice; it is shown once.").format(name=found.nome))
        elif len(choice.chosen) == MOST:
            left.append(found)
        else:
            choice.chosen.append(found)
    if left:
        text = tk._("Up to {most} municipalities are shown side by side. Left out: {names}.")
        choice.problems.append(text.format(most=MOST, names=", ".join(one.nome for one in left)))
    if choice.problems and choice.status == 200:
        choice.status = 400
    return choice


@comparar.get("/comparar")
def index() -> str | Response | tuple[str, int]:
    given = request.args.getlist("municipios")
    choice = read([name.strip()[: asked.MAX_TEXT] for text in given for name in text.split(",") if name.strip()])
    page = Comparison(
        chosen=choice.chosen,
        area=asked.choice(request.args, "area", vocabulary.AREAS, "") if request.args.get("area") else "",
        different=asked.choice(request.args, "diferentes", ("0", "1"), "0") == "1",
        snapshot=pages.snapshot(),
    )
    if not choice.problems and given != [",".join(one.slug for one in choice.chosen)] and choice.chosen:
        return tk.redirect_to(page.address())
    rest = [one for one in territory().municipios if one not in choice.chosen]
    shown = tk.render(
        "msativo/comparar/index.html",
        {
            "page": page,
            "problems": choice.problems,
            "near": [(name, _added(page, name)) for name, _href in choice.near],
            "rest": rest if len(territory().municipios) <= LISTED else [],
            "room": MOST - len(choice.chosen),
            "most": MOST,
        },
    )
    return (shown, choice.status) if choice.problems else shown


def _added(page: Comparison, name: str) -> str:
    return page.address([*page.chosen, find_municipality(name)]) if len(page.chosen) < MOST else links.compare([])
