"""A focal municipality that has not asked to join → contact it (one item per municipality)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

from ckanext.msativo.i18n_marker import N_
from ckanext.msativo.programme.agenda.base import Rule, register
from ckanext.msativo.programme.agenda.facts import AgendaFacts, Ref
from ckanext.msativo.programme.agenda.items import Owner, Priority, Wanted, class_weight
from ckanext.msativo.programme.ownership import COORDENACAO


@dataclass(frozen=True)
class FocalSemAdesao(Rule):
    severity: float = 3.0

    name = "focal_sem_adesao"
    label = N_("Focal without a request to join: contact")
    title = N_("Contact {municipio} about joining the programme")
    why = N_("{municipio} has no request in this cycle and is focal in: {desafios}.")
    basis = ("desafios",)

    def items(self, facts: AgendaFacts) -> Iterator[Wanted]:
        focal: dict[Ref, list[str]] = {}
        for one in facts.focos:
            if one.classe == "focal" and not one.has_adesao:
                focal.setdefault(one.municipio, []).append(one.desafio.title)
        for municipio, desafios in focal.items():
            yield self.wanted(
                municipio.id,
                {"municipio": municipio.title, "desafios": sorted(desafios)},
                Owner(COORDENACAO, facts.coordenacao.id),
                facts.today + timedelta(days=self.answer_days),
                Priority(class_weight("focal"), self.severity),
            )


register(FocalSemAdesao())
