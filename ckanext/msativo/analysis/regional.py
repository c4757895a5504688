"""Summary of an indicator by region: how many are critical, who lives there, median and mean."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from ckanext.msativo.analysis.arrays import Floats, Ints
from ckanext.msativo.analysis.errors import AnalysisError
from ckanext.msativo.analysis.states import CRITICO, SEM_DADO
from ckanext.msativo.analysis.tables import per_unit
from ckanext.msativo.i18n_marker import N_


@dataclass(frozen=True)
class RegionSummary:
    """One region. ``population_affected`` = people in its critical units; NaN where a figure cannot
    be known. ``weighted_mean`` is weighted by population, over the units that have both."""

    region: Hashable
    units: Ints
    n_units: int
    n_with_data: int
    n_critical: int
    population_affected: float
    median: float
    weighted_mean: float


def regional_summary(states: Any, values: Any, regions: Sequence[Any], population: Any = None) -> list[RegionSummary]:
    """Summaries in the order in which regions first appear; units without a region are left out.

    ``states`` (codes), ``values`` (NaN = missing) and ``population`` have one entry per unit.
    """
    state = np.asarray(states)
    value = per_unit(values, len(state), "values")
    people = np.full(len(state), np.nan)
    if population is not None:
        people = per_unit(population, len(state), "population")
    if len(regions) != len(state):
        raise AnalysisError(
            "bad_regions",
            N_("There are {given} regions for {units} units."),
            given=len(regions),
            units=len(state),
        )
    members: dict[Hashable, list[int]] = {}
    for unit, region in enumerate(regions):
        if region not in (None, ""):
            members.setdefault(region, []).append(unit)
    return [_summary(region, np.array(units), state, value, people) for region, units in members.items()]


def _summary(region: Hashable, units: Ints, states: Ints, values: Floats, people: Floats) -> RegionSummary:
    state, value, population = states[units], values[units], people[units]
    critical = state == CRITICO
    known = value[~np.isnan(value)]
    return RegionSummary(
        region=region,
        units=units,
        n_units=len(units),
        n_with_data=int((state != SEM_DADO).sum()),
        n_critical=int(critical.sum()),
        population_affected=float(population[critical].sum()),
        median=float(np.median(known)) if len(known) else float("nan"),
        weighted_mean=_weighted_mean(value, population),
    )


def _weighted_mean(values: Floats, weights: Floats) -> float:
    both = ~np.isnan(values) & ~np.isnan(weights)
    total = weights[both].sum()
    return float(values[both] @ weights[both] / total) if total > 0 else float("nan")
