"""Workflow of an action plan: built by the prefeitura, approved by the coordenação, changed by amendments."""

from __future__ import annotations

from ckanext.msativo.i18n_marker import N_
from ckanext.msativo.programme.actors import SISTEMA
from ckanext.msativo.programme.ownership import COORDENACAO, MUNICIPIO
from ckanext.msativo.programme.workflows.base import Step, Workflow
from ckanext.msativo.programme.workflows.needs import CYCLE_OVER, CYCLE_RUNS, amount, need, note

_WITH_DELIVERIES = amount("entregas", N_("A plan needs at least one delivery."))

PLANO = Workflow(
    name="plano",
    label=N_("action plan"),
    initial="rascunho",
    states={
        "rascunho": N_("Plan in draft"),
        "enviado": N_("Plan sent"),
        "aprovado": N_("Plan approved"),
        "devolvido": N_("Plan returned for correction"),
        "em_aditivo": N_("Plan under amendment"),
        "concluido": N_("Plan completed"),
        "encerrado": N_("Plan closed with the cycle"),
    },
    waiting=frozenset({"enviado"}),
    steps=(
        Step(
            "enviar",
            N_("Send the plan"),
            ("rascunho", "devolvido"),
            "enviado",
            (MUNICIPIO,),
            (CYCLE_RUNS, _WITH_DELIVERIES),
            ("entregas", "versao"),
        ),
        Step("aprovar", N_("Approve the plan"), ("enviado",), "aprovado", (COORDENACAO,), (), ("versao",)),
        Step(
            "devolver",
            N_("Return the plan"),
            ("enviado",),
            "devolvido",
            (COORDENACAO,),
            (note(N_("Say what the prefeitura must correct.")),),
        ),
        Step(
            "abrir_aditivo",
            N_("Open an amendment"),
            ("aprovado",),
            "em_aditivo",
            (MUNICIPIO, COORDENACAO),
            (CYCLE_RUNS, note(N_("Say why the approved plan must change."))),
            ("versao",),
        ),
        Step(
            "aprovar_aditivo",
            N_("Approve the amendment"),
            ("em_aditivo",),
            "aprovado",
            (COORDENACAO,),
            (_WITH_DELIVERIES,),
            ("entregas", "versao"),
        ),
        # The version that was approved before stays in force.
        Step(
            "recusar_aditivo",
            N_("Refuse the amendment"),
            ("em_aditivo",),
            "aprovado",
            (COORDENACAO,),
            (note(N_("Say why the amendment is refused.")),),
            ("versao",),
        ),
        Step(
            "retirar_aditivo", N_("Withdraw the amendment"), ("em_aditivo",), "aprovado", (MUNICIPIO,), (), ("versao",)
        ),
        Step(
            "concluir",
            N_("Complete the plan"),
            ("aprovado",),
            "concluido",
            (COORDENACAO, SISTEMA),
            (
                need(
                    "entregas_abertas",
                    "deliveries_open",
                    N_("A plan is completed when all its deliveries are approved, rejected or cancelled."),
                    lambda facts: facts.get("entregas_abertas") == 0,
                ),
            ),
        ),
        Step(
            "encerrar",
            N_("Close the plan at the cycle's end"),
            ("rascunho", "enviado", "devolvido", "aprovado", "em_aditivo"),
            "encerrado",
            (COORDENACAO, SISTEMA),
            (CYCLE_OVER,),
        ),
    ),
)
