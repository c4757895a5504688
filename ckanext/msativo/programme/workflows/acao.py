"""Workflow of a menu action: written by secretariats, commented on, approved by the coordenação, published.

The state is of the working copy: what was published stays in the menu while its next version is written.
"""

from __future__ import annotations

from ckanext.msativo.i18n_marker import N_
from ckanext.msativo.programme.ownership import COORDENACAO, SECRETARIA
from ckanext.msativo.programme.workflows.base import Step, Workflow
from ckanext.msativo.programme.workflows.needs import given, need, note

_BOTH = (SECRETARIA, COORDENACAO)
_COMPLETE = (
    given("resumo", N_("Say what the action is.")),
    given("entregas", N_("Describe at least one delivery that the municipality must make.")),
    need(
        "serve",
        "serves_nothing",
        N_("Say which challenges or indicators the action serves."),
        lambda facts: bool(facts.get("desafios") or facts.get("indicadores")),
    ),
)

ACAO = Workflow(
    name="acao",
    label=N_("menu action"),
    initial="rascunho",
    states={
        "rascunho": N_("Action in draft"),
        "em_comentarios": N_("Action open to comments"),
        "aprovada": N_("Action approved"),
        "publicada": N_("Action published"),
        "retirada": N_("Action withdrawn from the menu"),
    },
    steps=(
        Step(
            "abrir_comentarios",
            N_("Open the action to comments"),
            ("rascunho",),
            "em_comentarios",
            _BOTH,
            _COMPLETE,
        ),
        Step(
            "devolver",
            N_("Return the action to its draft"),
            ("em_comentarios", "aprovada"),
            "rascunho",
            _BOTH,
            (note(N_("Say what must change.")),),
        ),
        Step("aprovar", N_("Approve the action"), ("em_comentarios",), "aprovada", (COORDENACAO,), _COMPLETE),
        Step("publicar", N_("Publish the action"), ("aprovada",), "publicada", _BOTH, (), ("numero",)),
        Step("revisar", N_("Write a new version of the action"), ("publicada", "retirada"), "rascunho", _BOTH),
        Step(
            "retirar",
            N_("Withdraw the action from the menu"),
            ("rascunho", "em_comentarios", "aprovada", "publicada"),
            "retirada",
            _BOTH,
            (note(N_("Say why the action is withdrawn.")),),
        ),
    ),
)
