"""An evidence that came back twice → technical support by the action's secretariat."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

from ckanext.msativo.i18n_marker import N_
from ckanext.msativo.programme.agenda.base import Rule, register
from ckanext.msativo.programme.agenda.facts import AgendaFacts
from ckanext.msativo.programme.agenda.items import Owner, Priority, Wanted, class_weight
from ckanext.msativo.programme.ownership import SECRETARIA


@dataclass(frozen=True)
class EvidenciaDevolvida(Rule):
    severity: float = 2.0
    times: int = 2

    name = "evidencia_devolvida"
    label = N_("Evidence returned twice: technical support")
    title = N_("Give technical support on the evidence of “{entrega}”")
    why = N_("{municipio}: the evidence was returned {vezes} times, the last time on {desde}.")
    basis = ("vezes", "desde")

    def items(self, facts: AgendaFacts) -> Iterator[Wanted]:
        for one in facts.evidencias:
            if one.returned >= self.times:
                yield self.wanted(
                    one.evidencia,
                    {
                        "entrega": one.entrega.title,
                        "municipio": one.municipio.title,
                        "vezes": one.returned,
                        "desde": one.returned_on,
                    },
                    Owner(SECRETARIA, one.secretaria.id),
                    (one.returned_on or facts.today) + timedelta(days=self.answer_days),
                    Priority(class_weight(one.classe), self.severity),
                )


register(EvidenciaDevolvida())
