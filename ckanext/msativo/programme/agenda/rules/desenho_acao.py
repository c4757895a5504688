"""A plan that is done by 80 % while an indicator got worse → review the design of the action."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

from ckanext.msativo.i18n_marker import N_
from ckanext.msativo.programme.agenda.base import Rule, register
from ckanext.msativo.programme.agenda.facts import AgendaFacts
from ckanext.msativo.programme.agenda.items import Owner, Priority, Wanted, class_weight
from ckanext.msativo.programme.ownership import SECRETARIA
from ckanext.msativo.programme.progress.formulas import ROUNDING


@dataclass(frozen=True)
class DesenhoDaAcao(Rule):
    severity: float = 2.0
    answer_days: int = 30
    done: float = 0.8

    name = "desenho_acao"
    label = N_("Plan done and indicator worse: review the action's design")
    title = N_("Review the design of the action “{acao}” in {municipio}")
    why = N_("{validado} of the plan is validated, and it got worse since the baseline in: {indicadores}.")
    basis = ("indicadores", "anos")

    def items(self, facts: AgendaFacts) -> Iterator[Wanted]:
        for one in facts.resultados:
            worse = sorted((change for change in one.changes if change.oriented < 0), key=lambda c: c.indicador.id)
            if worse and one.validated >= self.done - ROUNDING:
                yield self.wanted(
                    f"{one.plano.id}/{one.acao.id}",
                    {
                        "plano": one.plano.title,
                        "municipio": one.municipio.title,
                        "acao": one.acao.title,
                        "validado": one.validated,
                        "indicadores": [change.indicador.title for change in worse],
                        "anos": [change.year for change in worse],
                    },
                    Owner(SECRETARIA, one.secretaria.id),
                    facts.today + timedelta(days=self.answer_days),
                    Priority(class_weight(one.classe), self.severity),
                )


register(DesenhoDaAcao())
