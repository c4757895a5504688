"""Workflow of an adesão: a prefeitura asks to join a cycle, the coordenação answers within 14 days."""

from __future__ import annotations

from ckanext.msativo.i18n_marker import N_
from ckanext.msativo.programme.actors import SISTEMA
from ckanext.msativo.programme.ownership import COORDENACAO, MUNICIPIO
from ckanext.msativo.programme.workflows.base import Step, Workflow
from ckanext.msativo.programme.workflows.needs import CYCLE_OVER, CYCLE_RUNS, IN_WINDOW, given, note

_COMPLETE = (
    given("coordenador", N_("Name the municipality's coordinator.")),
    given("pontos_focais", N_("Name at least one focal point.")),
    given("termo", N_("Attach the signed term in PDF.")),
)
_SENT = ("ciclo_nome", "coordenador", "pontos_focais", "termo", "protocolo")

ADESAO = Workflow(
    name="adesao",
    label=N_("request to join"),
    initial="rascunho",
    states={
        "rascunho": N_("Request in draft"),
        "enviada": N_("Request sent"),
        "em_analise": N_("Request under analysis"),
        "aprovada": N_("Request approved"),
        "devolvida": N_("Request returned for correction"),
        "recusada": N_("Request refused"),
        "retirada": N_("Request withdrawn"),
        "encerrada": N_("Request closed with the cycle"),
    },
    waiting=frozenset({"enviada", "em_analise"}),
    steps=(
        Step(
            "enviar",
            N_("Send the request"),
            ("rascunho",),
            "enviada",
            (MUNICIPIO,),
            (IN_WINDOW, *_COMPLETE),
            _SENT,
        ),
        # What was returned may come back after the window, which it met when it was first sent.
        Step(
            "enviar",
            N_("Send the corrected request"),
            ("devolvida",),
            "enviada",
            (MUNICIPIO,),
            (CYCLE_RUNS, *_COMPLETE),
            _SENT,
        ),
        Step("analisar", N_("Start the analysis of the request"), ("enviada",), "em_analise", (COORDENACAO,)),
        Step("aprovar", N_("Approve the request"), ("em_analise",), "aprovada", (COORDENACAO,), (CYCLE_RUNS,)),
        Step(
            "devolver",
            N_("Return the request"),
            ("em_analise",),
            "devolvida",
            (COORDENACAO,),
            (note(N_("Say what the prefeitura must correct.")),),
        ),
        Step(
            "recusar",
            N_("Refuse the request"),
            ("em_analise",),
            "recusada",
            (COORDENACAO,),
            (note(N_("Say why the request is refused.")),),
        ),
        Step(
            "retirar",
            N_("Withdraw the request"),
            ("rascunho", "enviada", "em_analise", "devolvida"),
            "retirada",
            (MUNICIPIO,),
        ),
        Step(
            "encerrar",
            N_("Close the request at the cycle's end"),
            ("rascunho", "enviada", "em_analise", "devolvida", "aprovada"),
            "encerrada",
            (COORDENACAO, SISTEMA),
            (CYCLE_OVER,),
        ),
    ),
)
