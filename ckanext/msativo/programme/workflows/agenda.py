"""Workflow of an agenda item: worked on by its owner, discarded with a reason, closed by its rule."""

from __future__ import annotations

from ckanext.msativo.i18n_marker import N_
from ckanext.msativo.programme.actors import SISTEMA
from ckanext.msativo.programme.ownership import COORDENACAO, MUNICIPIO, SECRETARIA
from ckanext.msativo.programme.workflows.base import Step, Workflow
from ckanext.msativo.programme.workflows.needs import note

_OWNERS = (MUNICIPIO, SECRETARIA, COORDENACAO)
_OPEN = ("aberta", "em_andamento")

AGENDA = Workflow(
    name="agenda",
    label=N_("agenda item"),
    initial="aberta",
    states={
        "aberta": N_("Agenda item open"),
        "em_andamento": N_("Agenda item under way"),
        "concluida": N_("Agenda item done"),
        "descartada": N_("Agenda item discarded"),
    },
    steps=(
        Step("iniciar", N_("Start the agenda item"), ("aberta",), "em_andamento", _OWNERS),
        Step("concluir", N_("Mark the agenda item as done"), _OPEN, "concluida", _OWNERS),
        Step(
            "descartar",
            N_("Discard the agenda item"),
            _OPEN,
            "descartada",
            (SECRETARIA, COORDENACAO),
            (note(N_("Say why the agenda item is discarded.")),),
            ("impressao",),
        ),
        Step(
            "encerrar",
            N_("Close the agenda item by its rule"),
            _OPEN,
            "concluida",
            (SISTEMA,),
            (note(N_("Say why the agenda item is closed.")),),
        ),
    ),
)
