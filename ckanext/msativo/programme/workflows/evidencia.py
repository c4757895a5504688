"""Workflow of an evidence: sent by the prefeitura, reviewed by the action's secretariat; acceptance locks it.

Facts: ``quantidade`` is what the evidence declares (None when its delivery has no quantity), ``quantidade_aceita``
what of it is accepted, ``com_quantidade`` whether its delivery has a quantity.
"""

from __future__ import annotations

from datetime import date

from ckanext.msativo.i18n_marker import N_
from ckanext.msativo.programme.ownership import MUNICIPIO
from ckanext.msativo.programme.workflows.base import Facts, Step, Workflow
from ckanext.msativo.programme.workflows.entrega import REVIEWERS
from ckanext.msativo.programme.workflows.needs import TODAY, given, is_amount, is_given, need, note

CREDITED = frozenset({"aceita", "aceita_parcial"})


def _has_quantity(facts: Facts) -> bool:
    return not facts.get("com_quantidade") or is_amount(facts.get("quantidade"))


def _proves(facts: Facts) -> bool:
    return is_given(facts.get("arquivos")) or is_given(facts.get("link"))


def _happened(facts: Facts) -> bool:
    day = facts.get("data")
    return not isinstance(day, date) or day <= facts[TODAY]


def _whole(facts: Facts) -> bool:
    accepted = facts.get("quantidade_aceita")
    return accepted is None or accepted == facts.get("quantidade")


def _part(facts: Facts) -> bool:
    if not facts.get("com_quantidade"):
        return facts.get("quantidade_aceita") is None
    accepted, declared = facts.get("quantidade_aceita"), facts.get("quantidade")
    return is_amount(accepted) and is_amount(declared) and accepted < declared  # type: ignore[operator]


EVIDENCIA = Workflow(
    name="evidencia",
    label=N_("evidence"),
    initial="rascunho",
    states={
        "rascunho": N_("Evidence in draft"),
        "enviada": N_("Evidence sent"),
        "em_analise": N_("Evidence under review"),
        "aceita": N_("Evidence accepted"),
        "aceita_parcial": N_("Evidence accepted in part"),
        "devolvida": N_("Evidence returned for correction"),
        "rejeitada": N_("Evidence rejected"),
    },
    waiting=frozenset({"enviada", "em_analise"}),
    steps=(
        Step(
            "enviar",
            N_("Send the evidence"),
            ("rascunho", "devolvida"),
            "enviada",
            (MUNICIPIO,),
            (
                given("descricao", N_("Describe what the evidence shows.")),
                given("data", N_("Give the date of what the evidence shows.")),
                need("data", "date_in_future", N_("The date of the evidence is in the future: correct it."), _happened),
                need("quantidade", "quantity_missing", N_("Give the quantity delivered, above 0."), _has_quantity),
                need("arquivos", "files_missing", N_("Attach at least one file or the link of a video."), _proves),
            ),
            ("quantidade", "data", "arquivos", "link"),
        ),
        Step("analisar", N_("Start the review of the evidence"), ("enviada",), "em_analise", REVIEWERS),
        Step(
            "aceitar",
            N_("Accept the evidence"),
            ("em_analise",),
            "aceita",
            REVIEWERS,
            (
                need(
                    "quantidade_aceita",
                    "not_whole",
                    N_("Accepting the evidence accepts its whole quantity: to accept less, accept it in part."),
                    _whole,
                ),
            ),
            ("quantidade", "quantidade_aceita", "publicavel"),
        ),
        Step(
            "aceitar_parcial",
            N_("Accept a part of the evidence"),
            ("em_analise",),
            "aceita_parcial",
            REVIEWERS,
            (
                need(
                    "quantidade_aceita",
                    "not_a_part",
                    N_("Give the quantity accepted: above 0 and below what the evidence declares."),
                    _part,
                ),
                note(N_("Say why only a part is accepted.")),
            ),
            ("quantidade", "quantidade_aceita", "publicavel"),
        ),
        Step(
            "devolver",
            N_("Return the evidence"),
            ("em_analise",),
            "devolvida",
            REVIEWERS,
            (note(N_("Say what the prefeitura must correct.")),),
        ),
        Step(
            "rejeitar",
            N_("Reject the evidence"),
            ("em_analise",),
            "rejeitada",
            REVIEWERS,
            (note(N_("Say why the evidence is rejected.")),),
        ),
    ),
)
