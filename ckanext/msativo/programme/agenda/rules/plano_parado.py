"""A plan without an update for 60 days → reactivate it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

from ckanext.msativo.i18n_marker import N_
from ckanext.msativo.programme.agenda.base import Rule, register
from ckanext.msativo.programme.agenda.facts import AgendaFacts
from ckanext.msativo.programme.agenda.items import Owner, Priority, Wanted, class_weight
from ckanext.msativo.programme.ownership import COORDENACAO


@dataclass(frozen=True)
class PlanoParado(Rule):
    severity: float = 2.0
    days: int = 60

    name = "plano_parado"
    label = N_("Plan without an update: reactivate")
    title = N_("Reactivate the plan “{plano}” with {municipio}")
    why = N_("Nothing has been updated in the plan since {desde}, {dias} days ago.")
    basis = ("desde",)

    def items(self, facts: AgendaFacts) -> Iterator[Wanted]:
        for one in facts.planos:
            idle = (facts.today - one.updated).days
            if idle >= self.days:
                yield self.wanted(
                    one.plano.id,
                    {
                        "plano": one.plano.title,
                        "municipio": one.municipio.title,
                        "desde": one.updated,
                        "dias": idle,
                    },
                    Owner(COORDENACAO, facts.coordenacao.id),
                    one.updated + timedelta(days=self.days + self.answer_days),
                    Priority(class_weight(one.classe), self.severity, idle - self.days),
                )


register(PlanoParado())
