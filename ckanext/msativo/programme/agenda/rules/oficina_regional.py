"""Three or more focal neighbours in a cluster of a challenge → a regional workshop."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta

from ckanext.msativo.i18n_marker import N_
from ckanext.msativo.programme.agenda.base import Rule, register
from ckanext.msativo.programme.agenda.facts import AgendaFacts
from ckanext.msativo.programme.agenda.items import Owner, Priority, Wanted, class_weight
from ckanext.msativo.programme.ownership import COORDENACAO


@dataclass(frozen=True)
class OficinaRegional(Rule):
    """The item is of a challenge and the first municipality (by code) of the neighbouring group."""

    severity: float = 2.0
    answer_days: int = 45
    neighbours: int = 3

    name = "oficina_regional"
    label = N_("Focal neighbours: regional workshop")
    title = N_("Hold a regional workshop on “{desafio}”")
    why = N_("{quantos} focal municipalities are neighbours in a cluster: {municipios}.")
    basis = ("municipios",)

    def items(self, facts: AgendaFacts) -> Iterator[Wanted]:
        for cluster in facts.clusters:
            names = {ref.id: ref.title for ref in cluster.focal}
            for group in groups(names, facts.neighbours):
                if len(group) >= self.neighbours:
                    yield self.wanted(
                        f"{cluster.desafio.id}/{group[0]}",
                        {
                            "desafio": cluster.desafio.title,
                            "municipios": [names[code] for code in group],
                            "quantos": len(group),
                        },
                        Owner(COORDENACAO, facts.coordenacao.id),
                        facts.today + timedelta(days=self.answer_days),
                        Priority(class_weight("focal"), self.severity),
                    )


def groups(codes: Iterable[str], neighbours: Mapping[str, frozenset[str]]) -> list[list[str]]:
    """The codes in groups that hang together by neighbourhood (named by either side), each sorted."""
    left = set(codes)
    found = []
    while left:
        reached, frontier = set(), {min(left)}
        while frontier:
            reached |= frontier
            frontier = {code for code in left - reached if any(_touch(code, other, neighbours) for other in frontier)}
        left -= reached
        found.append(sorted(reached))
    return found


def _touch(one: str, other: str, neighbours: Mapping[str, frozenset[str]]) -> bool:
    return other in neighbours.get(one, frozenset()) or one in neighbours.get(other, frozenset())


register(OficinaRegional())
