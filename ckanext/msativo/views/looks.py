"""How states and steps of the programme are shown: sign, class of colour, word. One table for all workflows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import ckan.plugins.toolkit as tk

from ckanext.msativo.i18n_marker import N_
from ckanext.msativo.programme.actors import ROLES

NEUTRAL = ("○", "is-sem-dado")
GOOD, WARN, BAD, WAITS = ("✓", "is-adequado"), ("↺", "is-atencao"), ("✕", "is-critico"), ("◷", "is-estado")


@dataclass(frozen=True)
class Look:
    sign: str
    css: str
    text: str

    @property
    def label(self) -> str:
        return tk._(self.text)


def _table(**states: tuple[tuple[str, str], str]) -> Mapping[str, Look]:
    return {name: Look(*shape, text) for name, (shape, text) in states.items()}


STATES: Mapping[str, Mapping[str, Look]] = {
    "adesao": _table(
        rascunho=(NEUTRAL, N_("in draft")),
        enviada=(NEUTRAL, N_("sent")),
        em_analise=(NEUTRAL, N_("under analysis")),
        aprovada=(GOOD, N_("approved")),
        devolvida=(WARN, N_("returned for correction")),
        recusada=(BAD, N_("refused")),
        retirada=(NEUTRAL, N_("withdrawn")),
        encerrada=(NEUTRAL, N_("closed with the cycle")),
    ),
    "acao": _table(
        rascunho=(NEUTRAL, N_("in draft")),
        em_comentarios=(WAITS, N_("open to comments")),
        aprovada=(WAITS, N_("approved, to be published")),
        publicada=(GOOD, N_("in the menu")),
        retirada=(BAD, N_("withdrawn from the menu")),
    ),
    "plano": _table(
        rascunho=(NEUTRAL, N_("in draft")),
        enviado=(WAITS, N_("waits for the State")),
        aprovado=(GOOD, N_("approved")),
        devolvido=(WARN, N_("returned for correction")),
        em_aditivo=(WAITS, N_("amendment waits for the State")),
        concluido=(GOOD, N_("completed")),
        encerrado=(NEUTRAL, N_("closed with the cycle")),
    ),
    "entrega": _table(
        planejada=(NEUTRAL, N_("planned, not begun")),
        em_execucao=(NEUTRAL, N_("under way")),
        evidencia_enviada=(WAITS, N_("evidence sent")),
        em_analise=(WAITS, N_("under review")),
        aprovada=(GOOD, N_("done")),
        rejeitada=(BAD, N_("rejected")),
        cancelada=(NEUTRAL, N_("cancelled")),
    ),
    "evidencia": _table(
        rascunho=(NEUTRAL, N_("in draft")),
        enviada=(WAITS, N_("waits for review")),
        em_analise=(WAITS, N_("under review")),
        aceita=(GOOD, N_("accepted by the State")),
        aceita_parcial=(GOOD, N_("accepted in part by the State")),
        devolvida=(WARN, N_("evidence returned")),
        rejeitada=(BAD, N_("rejected")),
    ),
}
DONE: Mapping[str, str] = {
    "criar": N_("Started"),
    "editar": N_("Changed"),
    "enviar": N_("Sent"),
    "analisar": N_("Review started"),
    "aprovar": N_("Approved"),
    "devolver": N_("Returned for correction"),
    "abrir_comentarios": N_("Opened to comments"),
    "publicar": N_("Published"),
    "revisar": N_("New version begun"),
    "recusar": N_("Refused"),
    "retirar": N_("Withdrawn"),
    "abrir_aditivo": N_("Amendment asked for"),
    "aprovar_aditivo": N_("Amendment approved"),
    "recusar_aditivo": N_("Amendment refused"),
    "retirar_aditivo": N_("Amendment withdrawn"),
    "concluir": N_("Completed"),
    "encerrar": N_("Closed with the cycle"),
    "iniciar": N_("Begun"),
    "enviar_evidencia": N_("Evidence sent"),
    "aceitar": N_("Accepted"),
    "aceitar_parcial": N_("Accepted in part"),
    "rejeitar": N_("Rejected"),
    "cancelar": N_("Cancelled"),
}
"""What a step of a history did."""


def state(workflow: str, name: str) -> Look:
    return STATES[workflow].get(name) or Look(*NEUTRAL, name)


def step(row: Mapping[str, Any], told: Mapping[str, str] = DONE) -> dict[str, Any]:
    """A step of the history in words; ``told``: what a step did, by its name."""
    role = tk._(ROLES[row["papel"]]) if row.get("papel") else ""
    if row.get("em_nome_de"):
        role = tk._("{role}, in the name of the prefeitura").format(role=role)
    done = told.get(row["acao"], row["acao"])
    return {**row, "feito": tk._(done), "quem": role}


def days_left(days: int | None) -> str:
    """How many days the State has, or is late."""
    if days is None:
        return ""
    if days < 0:
        return tk.ungettext("{n} day late", "{n} days late", -days).format(n=-days)
    return tk._("due today") if days == 0 else tk.ungettext("{n} day left", "{n} days left", days).format(n=days)
