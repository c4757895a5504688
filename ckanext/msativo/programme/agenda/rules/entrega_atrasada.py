"""A delivery that is overdue for more than 30 days → replan it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

from ckanext.msativo.i18n_marker import N_
from ckanext.msativo.programme.agenda.base import Rule, register
from ckanext.msativo.programme.agenda.facts import AgendaFacts
from ckanext.msativo.programme.agenda.items import Owner, Priority, Wanted, class_weight
from ckanext.msativo.programme.ownership import MUNICIPIO


@dataclass(frozen=True)
class EntregaAtrasada(Rule):
    """Evidence that waits for the State is not the prefeitura's to replan."""

    severity: float = 2.0
    days: int = 30

    name = "entrega_atrasada"
    label = N_("Delivery overdue: replan")
    title = N_("Replan the delivery “{entrega}”")
    why = N_("{municipio}: the delivery was due on {prazo}, {dias} days ago; {validado} of it is validated.")
    basis = ("prazo", "validado")

    def items(self, facts: AgendaFacts) -> Iterator[Wanted]:
        for one in facts.entregas:
            if one.days_late > self.days and not one.waiting:
                yield self.wanted(
                    one.entrega.id,
                    {
                        "entrega": one.entrega.title,
                        "municipio": one.municipio.title,
                        "acao": one.acao.title,
                        "prazo": one.due,
                        "dias": one.days_late,
                        "validado": one.validated,
                    },
                    Owner(MUNICIPIO, one.municipio.id),
                    facts.today + timedelta(days=self.answer_days),
                    Priority(class_weight(one.classe), self.severity, one.days_late),
                )


register(EntregaAtrasada())
