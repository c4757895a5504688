"""How an agenda item is shown: its state, how urgent its due day is, its steps in words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import ckan.plugins.toolkit as tk

from ckanext.msativo.i18n_marker import N_
from ckanext.msativo.programme.actors import ROLES
from ckanext.msativo.views.adesao_looks import Look

STATES: Mapping[str, Look] = {
    "aberta": Look("○", "is-sem-dado", N_("item open")),
    "em_andamento": Look("●", "is-atencao", N_("item under way")),
    "concluida": Look("✓", "is-adequado", N_("item done")),
    "descartada": Look("✕", "is-sem-dado", N_("item discarded")),
}
DONE: Mapping[str, str] = {
    "criar": N_("Put on the agenda"),
    "editar": N_("Changed"),
    "iniciar": N_("Item started"),
    "concluir": N_("Item done"),
    "descartar": N_("Item discarded"),
    "encerrar": N_("Closed by its rule"),
}
SOON = 7
"""Days before the due day from which it is due soon."""
KINDS: Mapping[str, str] = {
    "entrega": N_("Delivery"),
    "evidencia": N_("Evidence"),
    "plano": N_("Plan"),
    "acao": N_("Action"),
    "desafio": N_("Challenge"),
    "indicador": N_("Indicator"),
    "municipio": N_("Municipality"),
    "adesao": N_("Request to join"),
}


def light(row: Mapping[str, Any]) -> Look | None:
    """How urgent an open item is; None of a closed one."""
    days = row["dias_restantes"]
    if days is None:
        return None
    if days < 0:
        return Look("▲", "is-critico", N_("past its day"))
    return Look("●", "is-atencao", N_("due soon")) if days <= SOON else Look("✓", "is-adequado", N_("in time"))


def left(row: Mapping[str, Any]) -> str:
    days = row["dias_restantes"]
    if days is None:
        return ""
    if days < 0:
        return tk.ungettext("{n} day late", "{n} days late", -days).format(n=-days)
    return tk._("due today") if days == 0 else tk.ungettext("{n} day left", "{n} days left", days).format(n=days)


def line(row: Mapping[str, Any]) -> dict[str, Any]:
    base = [{**one, "nome": tk._(KINDS[one["tipo"]]), "href": tk.url_for(one["url"])} for one in row["base"]]
    return {**row, "look": STATES[row["estado"]], "light": light(row), "left": left(row), "base": base}


def step(row: Mapping[str, Any]) -> dict[str, Any]:
    """A step of the history in words."""
    role = tk._(ROLES[row["papel"]]) if row.get("papel") in ROLES else ""
    if row.get("em_nome_de"):
        role = tk._("{role}, in the name of the prefeitura").format(role=role)
    return {**row, "feito": tk._(DONE.get(row["acao"], row["acao"])), "quem": role}
