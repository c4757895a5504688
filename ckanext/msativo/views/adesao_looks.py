"""How a request to join is shown: its state, the light of its deadline, its steps in words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import ckan.plugins.toolkit as tk

from ckanext.msativo.i18n_marker import N_
from ckanext.msativo.programme.actors import ROLES
from ckanext.msativo.programme.workflows import ADESAO

STATES: Mapping[str, str] = {
    "rascunho": N_("in draft"),
    "enviada": N_("sent"),
    "em_analise": N_("under analysis"),
    "aprovada": N_("approved"),
    "devolvida": N_("returned for correction"),
    "recusada": N_("refused"),
    "retirada": N_("withdrawn"),
    "encerrada": N_("closed with the cycle"),
}
DONE: Mapping[str, str] = {
    "criar": N_("Draft started"),
    "editar": N_("Changed"),
    "enviar": N_("Sent"),
    "analisar": N_("Analysis started"),
    "aprovar": N_("Approved"),
    "devolver": N_("Returned for correction"),
    "recusar": N_("Refused"),
    "retirar": N_("Withdrawn"),
    "encerrar": N_("Closed with the cycle"),
}
"""What a step of the history did."""


@dataclass(frozen=True)
class Look:
    sign: str
    css: str
    text: str

    @property
    def label(self) -> str:
        return tk._(self.text)


_SIGNS: Mapping[str, tuple[str, str]] = {
    "aprovada": ("✓", "is-adequado"),
    "devolvida": ("↺", "is-atencao"),
    "recusada": ("✕", "is-critico"),
}
_WARNED = 12
"""From this warning day on the light is amber."""


def state(row: Mapping[str, Any]) -> Look:
    sign, css = _SIGNS.get(row["estado"], ("○", "is-sem-dado"))
    return Look(sign, css, STATES[row["estado"]])


def light(row: Mapping[str, Any]) -> Look | None:
    """The deadline of a request that waits for the State; None when none runs."""
    if row["estado"] not in ADESAO.waiting:
        return None
    if row["atrasada"]:
        return Look("▲", "is-critico", N_("overdue"))
    if (row.get("aviso") or 0) >= _WARNED:
        return Look("●", "is-atencao", N_("due soon"))
    return Look("✓", "is-adequado", N_("in time"))


def left(row: Mapping[str, Any]) -> str:
    """How many days the State has, or is late; only for those who see that much."""
    days = row.get("dias_restantes")
    if days is None:
        return ""
    if days < 0:
        return tk.ungettext("{n} day late", "{n} days late", -days).format(n=-days)
    return tk._("due today") if days == 0 else tk.ungettext("{n} day left", "{n} days left", days).format(n=days)


def step(row: Mapping[str, Any]) -> dict[str, Any]:
    """A step of the history in words."""
    role = tk._(ROLES[row["papel"]]) if row.get("papel") else ""
    if row.get("em_nome_de"):
        role = tk._("{role}, in the name of the prefeitura").format(role=role)
    return {**row, "feito": tk._(DONE[row["acao"]]), "quem": role}
