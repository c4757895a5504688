"""The demonstration of accounts and people: the notice is read, a contact is named, and the programme has met."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import timedelta
from typing import Any, cast

import ckan.plugins.toolkit as tk
from ckan.types import Context

from ckanext.msativo.logic import clock
from ckanext.msativo.logic.portal import portal_context

Progress = Callable[[str], Any]

CONTACT, MUNICIPALITY = "demo-coordenacao", "Japorã"
"""Demonstration account that answers for the municipality of the others."""
MEETINGS: tuple[tuple[int, dict[str, Any]], ...] = (
    (
        -21,
        {
            "titulo": "Reunião bimestral de monitoramento (demonstração)",
            "hora": "14:00",
            "lugar": "Videochamada",
            "decisoes": "Os planos seguem como aprovados. As prefeituras enviam as evidências pendentes até a próxima.",
        },
    ),
    (
        40,
        {
            "titulo": "Reunião regional (demonstração)",
            "hora": "09:00",
            "lugar": "A confirmar",
            "municipio": MUNICIPALITY,
            "pauta": "Entregas do bimestre e agenda de melhoria.",
            "participantes": "Pessoa de demonstração\nOutra pessoa de demonstração",
        },
    ),
)
"""Days from today, and what they are."""


def people(accounts: Iterable[str], progress: Progress) -> dict[str, int]:
    """Make what is not there yet; returns how many meetings were made."""
    version = tk.get_action("msativo_privacidade_show")(portal_context(), {})["versao"]
    for name in accounts:
        tk.get_action("msativo_privacidade_accept")(cast(Context, {"user": name}), {"versao": version})
    if not tk.get_action("msativo_contato_estado_list")(portal_context(), {"municipio": MUNICIPALITY})["count"]:
        named = {"objeto": f"municipio/{MUNICIPALITY}", "usuario": CONTACT}
        tk.get_action("msativo_contato_estado_set")(portal_context(), named)
    if tk.get_action("msativo_reuniao_list")(portal_context(), {})["count"]:
        return {"reunioes": 0}
    today = clock.today({})
    for days, given in MEETINGS:
        meeting = {**given, "data": (today + timedelta(days=days)).isoformat(), "publica": True}
        tk.get_action("msativo_reuniao_create")(cast(Context, {"user": CONTACT}), meeting)
    progress(tk._("Meetings (demonstration): {n}").format(n=len(MEETINGS)))
    return {"reunioes": len(MEETINGS)}
