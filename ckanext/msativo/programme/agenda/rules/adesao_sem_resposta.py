"""A request to join that has waited 7, 12 or 14 days → answer it; the severity rises with each mark."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from ckanext.msativo.i18n_marker import N_
from ckanext.msativo.programme.agenda.base import Rule, register
from ckanext.msativo.programme.agenda.facts import AgendaFacts
from ckanext.msativo.programme.agenda.items import Owner, Priority, Wanted, class_weight
from ckanext.msativo.programme.deadlines import ADESAO, deadline
from ckanext.msativo.programme.ownership import COORDENACAO


@dataclass(frozen=True)
class AdesaoSemResposta(Rule):
    """An item from day 7 on; days 12 and 14, and being overdue, make it a new matter."""

    severity: float = 1.0

    name = "adesao_sem_resposta"
    label = N_("Request to join on day 7, 12, 14: answer")
    title = N_("Answer the request of {municipio} ({protocolo})")
    why = N_("It was sent on {desde}; the answer is due on {prazo}, the 14th day.")
    basis = ("desde", "marco", "vencido")

    def items(self, facts: AgendaFacts) -> Iterator[Wanted]:
        for one in facts.adesoes:
            limit = deadline(one.submitted, facts.today, ADESAO, zone=facts.zone)
            if limit.warning is None:
                continue
            mark = ADESAO.warnings.index(limit.warning) + 1
            yield self.wanted(
                one.adesao,
                {
                    "municipio": one.municipio.title,
                    "protocolo": one.protocolo,
                    "desde": limit.start,
                    "prazo": limit.due,
                    "marco": limit.warning,
                    "vencido": limit.overdue,
                },
                Owner(COORDENACAO, facts.coordenacao.id),
                limit.due,
                Priority(class_weight(one.classe), self.severity * mark, limit.days_late),
            )


register(AdesaoSemResposta())
