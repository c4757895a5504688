"""The form of a request to join: what was typed, and what the municipality should see before it joins."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import ckan.plugins.toolkit as tk
from flask import request

from ckanext.msativo.logic import pages
from ckanext.msativo.views import links
from ckanext.msativo.views.classes import LOOKS

FIELDS = ("nome", "cargo", "email", "telefone")
ROWS = 8
"""Focal points that the form has room for; the API takes more."""
BLANK = dict.fromkeys(FIELDS, "")


def typed() -> dict[str, Any]:
    """The people and the file of the form, as the actions take them."""
    people = [_person(f"ponto-{i}") for i in range(ROWS)]
    data: dict[str, Any] = {
        "coordenador": _person("coordenador"),
        "pontos_focais": [person for person in people if any(person.values())],
    }
    files = [file for file in request.files.getlist("upload") if file.filename]
    return {**data, **({"upload": files} if files else {})}


def _person(prefix: str) -> dict[str, str]:
    return {name: request.form.get(f"{prefix}-{name}", "").strip() for name in FIELDS}


def shown(data: Mapping[str, Any]) -> dict[str, Any]:
    """The values of the form's fields: a request as it is, or as it was typed."""
    focal = list(data.get("pontos_focais") or [])
    blanks = min(2, ROWS - len(focal))
    return {
        "coordenador": data.get("coordenador") or BLANK,
        "pontos": [*focal, *([BLANK] * max(blanks, 0))],
    }


def challenges(code: str) -> list[dict[str, Any]]:
    """The challenges in which the municipality is focal or priority, the focal ones first."""
    rows = tk.get_action("msativo_foco_list")({}, {"municipio": code, "classe": "prioritario", "limit": 1000})[
        "results"
    ]
    titles = {item.name: item.title for item in pages.challenges_of()}
    found = [
        {
            "titulo": titles.get(row["desafio"], row["desafio"]),
            "href": links.challenge(row["desafio"]),
            "look": LOOKS[row["classe"]],
            "classe": row["classe"],
        }
        for row in rows
    ]
    return sorted(found, key=lambda item: (item["classe"] != "focal", item["titulo"]))
