"""An indicator that is stale (older than its source should be) or thin (low coverage) → a data action."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from ckanext.msativo.i18n_marker import N_
from ckanext.msativo.programme.agenda.base import Rule, register
from ckanext.msativo.programme.agenda.facts import AgendaFacts, IndicadorFact
from ckanext.msativo.programme.agenda.items import OTHER_CLASS, Owner, Priority, Wanted
from ckanext.msativo.programme.messages import Message
from ckanext.msativo.programme.ownership import COORDENACAO
from ckanext.msativo.programme.progress.formulas import ROUNDING


@dataclass(frozen=True)
class IndicadorDesatualizado(Rule):
    """Stale: the newest year is more than ``years`` behind the expected one. Thin: coverage below ``coverage``."""

    severity: float = 1.0
    answer_days: int = 30
    years: int = 2
    coverage: float = 0.8

    name = "indicador_desatualizado"
    label = N_("Stale or thin indicator: data action")
    title = N_("Update the data of “{indicador}”")
    why = N_("{problema} The newest year is {ano}, with values for {cobertura} of the municipalities.")
    basis = ("ano", "cobertura")

    def items(self, facts: AgendaFacts) -> Iterator[Wanted]:
        for one in facts.indicadores:
            problem = self._problem(one)
            if problem:
                yield self.wanted(
                    one.indicador.id,
                    {
                        "indicador": one.indicador.title,
                        "problema": problem,
                        "ano": one.newest,
                        "ano_esperado": one.expected,
                        "cobertura": one.coverage,
                        "cobertura_minima": self.coverage,
                    },
                    Owner(COORDENACAO, facts.coordenacao.id),
                    facts.today + timedelta(days=self.answer_days),
                    Priority(OTHER_CLASS, self.severity),
                )

    def texts(self, facts: Mapping[str, Any]) -> tuple[Message, Message]:
        problem = facts["problema"]
        said = {**facts, "problema": Message(problem, PROBLEMS[problem], facts)}
        why = NO_DATA if facts["ano"] is None else self.why
        return Message(self.name, self.title, facts), Message(f"{self.name}_why", why, said)

    def _problem(self, one: IndicadorFact) -> str | None:
        if one.newest is None:
            return "sem_dado"
        if one.expected - one.newest > self.years:
            return "desatualizado"
        return "incompleto" if one.coverage < self.coverage - ROUNDING else None


NO_DATA = N_("{problema} Find its source or retire the indicator.")
PROBLEMS: Mapping[str, str] = {
    "sem_dado": N_("There are no data."),
    "desatualizado": N_("The data are old: the year {ano_esperado} was to be expected."),
    "incompleto": N_("Too many municipalities have no value: {cobertura_minima} must have one."),
}

register(IndicadorDesatualizado())
