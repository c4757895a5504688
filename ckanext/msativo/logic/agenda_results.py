"""What the agenda's rules ask of the newest analysis: how old indicators are, what changed, who is alike."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from datetime import date
from typing import Any

import numpy as np

from ckanext.msativo.analysis import peers
from ckanext.msativo.analysis.orientation import read_polarity
from ckanext.msativo.logic import pages
from ckanext.msativo.model import agenda_reading, reading
from ckanext.msativo.programme.agenda import Change, IndicadorFact, Ref, expected_year
from ckanext.msativo.territory import Territory
from ckanext.msativo.territory.groups import profile_table

LEAST_COVERAGE = 0.8


def indicators(day: date) -> Iterator[IndicadorFact]:
    """The public indicators with the newest year in which they were observed; nothing before the first analysis."""
    snapshot = reading.snapshot()
    found = pages.indicators_of(snapshot.id) if snapshot else []
    years = reading.years_of([one.resultado for one in found if one.resultado is not None])
    for one in found:
        observed = [year for year in years.get(one.resultado or 0, ()) if year.observado]
        yield IndicadorFact(
            indicador=Ref(one.id, one.title),
            newest=observed[-1].ano if observed else None,
            expected=expected_year(one.extras.get("periodicidade"), day),
            coverage=observed[-1].cobertura if observed else 0.0,
        )


class Changes:
    """What became of some public indicators in some municipalities, in a few queries.

    Baseline and newer year are those by which effects are judged (`logic.effects`): the last year up to the cycle's
    first one, and the last one after it, in which enough municipalities were observed.
    """

    def __init__(self, indicadores: Collection[str], codes: Collection[str]) -> None:
        snapshot = reading.snapshot() if indicadores and codes else None
        visible = set(reading.visible()).intersection(indicadores) if snapshot else set()
        found = reading.results_of(snapshot.id, visible) if snapshot else []
        self.results = {result.indicador: result for result, _name in found}
        ids = [result.id for result in self.results.values()]
        self.years = reading.years_of(ids) if ids else {}
        self.values = agenda_reading.observed(ids, codes) if ids else {}
        self.titles = {one.id: one.title for one in pages.indicators_of(None)} if ids else {}

    def of(self, indicador: str, code: str, begins: int) -> Change | None:
        """The change since the baseline of a cycle that begins in that year; None when it cannot be said."""
        result = self.results.get(indicador)
        if result is None:
            return None
        values = self.values.get((result.id, code), {})
        least = result.metodo.get("min_coverage", LEAST_COVERAGE)
        observed = [year.ano for year in self.years.get(result.id, ()) if year.observado and year.cobertura >= least]
        base = max((year for year in observed if year <= begins), default=None)
        newest = max((year for year in observed if year > begins), default=None)
        if base is None or newest is None or base not in values or newest not in values:
            return None
        oriented = _oriented(result.metodo, values[base], values[newest])
        return Change(Ref(indicador, self.titles[indicador]), base, newest, oriented)


def _oriented(metodo: Mapping[str, Any], baseline: float, newest: float) -> float:
    """Above 0 is better, by the indicator's polarity or distance from its band."""
    polarity = metodo.get("polarity", 1)
    orientation = read_polarity(tuple(polarity) if isinstance(polarity, list) else polarity)
    before, after = orientation.orient(np.array([baseline, newest]))
    return float(after - before)


def peers_of(territory: Territory) -> dict[str, tuple[str, ...]]:
    """Codes of the municipalities of most similar profile, the nearest first."""
    units = territory.municipios
    found = peers(profile_table(territory)).unit
    return {
        unit.codigo_ibge: tuple(units[other].codigo_ibge for other in found[position] if other >= 0)
        for position, unit in enumerate(units)
    }
