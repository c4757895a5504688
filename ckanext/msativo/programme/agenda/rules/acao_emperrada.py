"""A menu action on which 30 % or more of its municipalities are late → redesign it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

from ckanext.msativo.i18n_marker import N_
from ckanext.msativo.programme.agenda.base import Rule, register
from ckanext.msativo.programme.agenda.facts import AgendaFacts
from ckanext.msativo.programme.agenda.items import OTHER_CLASS, Owner, Priority, Wanted
from ckanext.msativo.programme.ownership import SECRETARIA
from ckanext.msativo.programme.progress.formulas import ROUNDING


@dataclass(frozen=True)
class AcaoEmperrada(Rule):
    """How many are late changes by itself from day to day; that it is another tenth of them makes it a new matter."""

    severity: float = 3.0
    answer_days: int = 30
    share: float = 0.3

    name = "acao_emperrada"
    label = N_("Many municipalities late on an action: redesign")
    title = N_("Redesign the action “{acao}”")
    why = N_("{atrasados} of {participantes} municipalities ({parte}) are late on it.")
    basis = ("decimo",)

    def items(self, facts: AgendaFacts) -> Iterator[Wanted]:
        for one in facts.acoes:
            if one.participants <= 0 or one.late <= 0 or one.late < self.share * one.participants - ROUNDING:
                continue
            yield self.wanted(
                one.acao.id,
                {
                    "acao": one.acao.title,
                    "participantes": one.participants,
                    "atrasados": one.late,
                    "parte": one.late / one.participants,
                    "decimo": 10 * one.late // one.participants,
                },
                Owner(SECRETARIA, one.secretaria.id),
                facts.today + timedelta(days=self.answer_days),
                Priority(OTHER_CLASS, self.severity),
            )


register(AcaoEmperrada())
