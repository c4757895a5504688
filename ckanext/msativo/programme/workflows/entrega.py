"""Workflow of a delivery: done by the prefeitura, proved by evidence, accepted by the action's secretariat.

Facts of a review: ``meta`` the target (None without a quantity), ``quantidade_aceita`` what is accepted in all,
this review included.
"""

from __future__ import annotations

from ckanext.msativo.i18n_marker import N_
from ckanext.msativo.programme.ownership import COORDENACAO, MUNICIPIO, SECRETARIA
from ckanext.msativo.programme.workflows.base import Facts, Step, Workflow
from ckanext.msativo.programme.workflows.needs import is_amount, need, note

REVIEWERS = (SECRETARIA, COORDENACAO)
# Rounding alone does not keep a delivery open.
_ROUNDING = 1e-9


def reaches(accepted: float | None, target: float | None) -> bool:
    """Whether the accepted quantity meets the target; without a target any acceptance does."""
    return target is None or (is_amount(accepted) and (accepted or 0) >= target * (1 - _ROUNDING))


def _complete(facts: Facts) -> bool:
    return reaches(facts.get("quantidade_aceita"), facts.get("meta"))


def _partial(facts: Facts) -> bool:
    return facts.get("meta") is None or not _complete(facts)


_CANCEL_REASON = note(N_("Say why the delivery is cancelled."))

ENTREGA = Workflow(
    name="entrega",
    label=N_("delivery"),
    initial="planejada",
    states={
        "planejada": N_("Delivery planned"),
        "em_execucao": N_("Delivery under way"),
        "evidencia_enviada": N_("Delivery with evidence sent"),
        "em_analise": N_("Delivery under review"),
        "aprovada": N_("Delivery approved"),
        "rejeitada": N_("Delivery rejected"),
        "cancelada": N_("Delivery cancelled"),
    },
    waiting=frozenset({"evidencia_enviada", "em_analise"}),
    steps=(
        Step("iniciar", N_("Start the delivery"), ("planejada",), "em_execucao", (MUNICIPIO,)),
        Step(
            "enviar_evidencia",
            N_("Send evidence of the delivery"),
            ("em_execucao",),
            "evidencia_enviada",
            (MUNICIPIO,),
            (),
            ("evidencia",),
        ),
        Step(
            "analisar",
            N_("Start the review of the delivery"),
            ("evidencia_enviada",),
            "em_analise",
            REVIEWERS,
            (),
            ("evidencia",),
        ),
        Step(
            "aprovar",
            N_("Approve the delivery"),
            ("em_analise",),
            "aprovada",
            REVIEWERS,
            (
                need(
                    "quantidade_aceita",
                    "target_not_reached",
                    N_("The accepted quantity is below the target: accept it in part, and the delivery stays open."),
                    _complete,
                ),
            ),
            ("evidencia", "quantidade_aceita", "meta"),
        ),
        Step(
            "aceitar_parcial",
            N_("Accept a part of the delivery"),
            ("em_analise",),
            "em_execucao",
            REVIEWERS,
            (
                need(
                    "quantidade_aceita",
                    "target_reached",
                    N_("The accepted quantity meets the target: approve the delivery."),
                    _partial,
                ),
            ),
            ("evidencia", "quantidade_aceita", "meta"),
        ),
        Step(
            "devolver",
            N_("Return the delivery"),
            ("em_analise",),
            "em_execucao",
            REVIEWERS,
            (note(N_("Say what the prefeitura must correct.")),),
            ("evidencia",),
        ),
        Step(
            "rejeitar",
            N_("Reject the delivery"),
            ("em_analise",),
            "rejeitada",
            REVIEWERS,
            (note(N_("Say why the delivery is rejected.")),),
            ("evidencia",),
        ),
        Step(
            "cancelar",
            N_("Cancel the delivery"),
            ("planejada", "em_execucao"),
            "cancelada",
            (MUNICIPIO, COORDENACAO),
            (_CANCEL_REASON,),
        ),
        # While evidence waits for the State, only the State's team may cancel: a review is not taken away.
        Step(
            "cancelar",
            N_("Cancel the delivery"),
            ("evidencia_enviada", "em_analise"),
            "cancelada",
            (COORDENACAO,),
            (_CANCEL_REASON,),
        ),
    ),
)
