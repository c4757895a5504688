"""The State's review of an evidence is past its deadline → the coordenação escalates it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

from ckanext.msativo.i18n_marker import N_
from ckanext.msativo.programme.agenda.base import Rule, register
from ckanext.msativo.programme.agenda.facts import AgendaFacts
from ckanext.msativo.programme.agenda.items import Owner, Priority, Wanted, class_weight
from ckanext.msativo.programme.deadlines import EVIDENCIA, deadline
from ckanext.msativo.programme.ownership import COORDENACAO


@dataclass(frozen=True)
class AnaliseAtrasada(Rule):
    severity: float = 3.0
    answer_days: int = 5

    name = "analise_atrasada"
    label = N_("State review past its deadline: escalate")
    title = N_("Escalate the review of the evidence of “{entrega}”")
    why = N_("{secretaria} owes {municipio} a review since {prazo}, {dias} days ago.")
    basis = ("prazo",)

    def items(self, facts: AgendaFacts) -> Iterator[Wanted]:
        for one in facts.evidencias:
            if one.submitted is None:
                continue
            limit = deadline(one.submitted, facts.today, EVIDENCIA)
            if limit.overdue:
                yield self.wanted(
                    one.evidencia,
                    {
                        "entrega": one.entrega.title,
                        "municipio": one.municipio.title,
                        "secretaria": one.secretaria.title,
                        "prazo": limit.due,
                        "dias": limit.days_late,
                    },
                    Owner(COORDENACAO, facts.coordenacao.id),
                    limit.due + timedelta(days=self.answer_days),
                    Priority(class_weight(one.classe), self.severity, limit.days_late),
                )


register(AnaliseAtrasada())
