"""A municipality is behind on an action that a similar one does well on → bring them together."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

from ckanext.msativo.i18n_marker import N_
from ckanext.msativo.programme.agenda.base import Rule, register
from ckanext.msativo.programme.agenda.facts import AgendaFacts, PaceFact
from ckanext.msativo.programme.agenda.items import Owner, Priority, Wanted, class_weight
from ckanext.msativo.programme.ownership import COORDENACAO
from ckanext.msativo.programme.progress.formulas import ROUNDING, SPI_RED, SPI_YELLOW


@dataclass(frozen=True)
class Pareamento(Rule):
    """Behind: SPI below ``behind``. Doing well: SPI of ``well`` or more and at least ``done`` validated."""

    severity: float = 1.0
    answer_days: int = 30
    behind: float = SPI_RED
    well: float = SPI_YELLOW
    done: float = 0.5

    name = "pareamento"
    label = N_("Similar municipality doing well: pairing")
    title = N_("Bring {municipio} together with {par} on “{acao}”")
    why = N_(
        "{municipio} is behind (SPI {spi}); {par}, of similar profile, has validated {validado_par} (SPI {spi_par})."
    )
    basis = ("par",)

    def items(self, facts: AgendaFacts) -> Iterator[Wanted]:
        paces = {(one.acao.id, one.municipio.id): one for one in facts.ritmos}
        for one in facts.ritmos:
            if one.spi is None or one.spi >= self.behind - ROUNDING:
                continue
            near = (paces.get((one.acao.id, code)) for code in facts.peers.get(one.municipio.id, ()))
            peer = next((pace for pace in near if pace is not None and self._well(pace)), None)
            if peer is not None:
                yield self.wanted(
                    f"{one.acao.id}/{one.municipio.id}",
                    {
                        "municipio": one.municipio.title,
                        "acao": one.acao.title,
                        "spi": one.spi,
                        "par": peer.municipio.title,
                        "spi_par": peer.spi,
                        "validado_par": peer.validated,
                    },
                    Owner(COORDENACAO, facts.coordenacao.id),
                    facts.today + timedelta(days=self.answer_days),
                    Priority(class_weight(one.classe), self.severity),
                )

    def _well(self, pace: PaceFact) -> bool:
        return pace.spi is not None and pace.spi >= self.well - ROUNDING and pace.validated >= self.done - ROUNDING


register(Pareamento())
