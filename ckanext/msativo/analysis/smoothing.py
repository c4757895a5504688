"""Rates of rare events: empirical-Bayes smoothing towards the overall rate (Marshall 1991, global).

b = ΣO/ΣP, s² = ΣPᵢ(rᵢ − b)²/ΣP, a = max(0, s² − b/P̄), r̂ᵢ = b + a(rᵢ − b)/(a + b/Pᵢ); r̂ = b when
a or b is 0. A small population pulls its rate far towards b, a large one hardly.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from ckanext.msativo.analysis.arrays import Bools, Floats
from ckanext.msativo.analysis.errors import AnalysisError
from ckanext.msativo.analysis.tables import as_table
from ckanext.msativo.i18n_marker import N_


@dataclass(frozen=True)
class SmoothedRates:
    """Rates × factor in the shape of the input, NaN without events or population.

    ``overall`` is b × factor: one for a vector, one per column for a table.
    """

    raw: Floats
    smoothed: Floats
    overall: Floats


def smooth_rates(events: Any, population: Any, *, factor: float = 1.0) -> SmoothedRates:
    """Raw and smoothed rates of units, or of units × columns (each column by itself).

    Raises AnalysisError for negative numbers, for shapes that differ, and for events without
    population.
    """
    o, vector = as_table(events)
    p, _ = as_table(population)
    known = _known(o, p)
    o, p = np.where(known, o, 0.0), np.where(known, p, 0.0)
    total = p.sum(axis=0)
    b = _divide(o.sum(axis=0), total)
    rate = _divide(o, p)
    spread = _divide((p * np.where(known, rate - b, 0.0) ** 2).sum(axis=0), total)
    mean_population = _divide(total, known.sum(axis=0).astype(float))
    a = np.maximum(spread - _divide(b, mean_population), 0.0)
    weight = _divide(np.broadcast_to(a, p.shape), a + _divide(np.broadcast_to(b, p.shape), p))
    flat = (a == 0) | (b == 0)
    smoothed = b + np.where(known, weight * (rate - b), 0.0)
    # the factor first: 7 of 100 by 100 is 7, but 0.07 times 100 is not
    raw = np.where(known, _divide(o * factor, p), np.nan)
    overall = _divide(o.sum(axis=0) * factor, total)
    smoothed = np.where(known, np.where(flat, overall, smoothed * factor), np.nan)
    if vector:
        return SmoothedRates(raw[:, 0], smoothed[:, 0], overall[0])
    return SmoothedRates(raw, smoothed, overall)


def _known(events: Floats, population: Floats) -> Bools:
    """Where a rate exists; raises when the numbers cannot be right."""
    if events.shape != population.shape:
        raise AnalysisError(
            "shapes_differ",
            N_("Events have shape {events} and population {population}; they must be equal."),
            events=events.shape,
            population=population.shape,
        )
    _refuse((events < 0) | (population < 0), "negative_count", N_("negative numbers"))
    _refuse(
        (events > 0) & (population == 0),
        "events_without_population",
        N_("events without population"),
    )
    return ~np.isnan(events) & ~np.isnan(population) & (population > 0)


def _refuse(wrong: Bools, code: str, what: str) -> None:
    if wrong.any():
        row, column = (int(i) for i in np.argwhere(wrong)[0])
        text = N_("Row {row}, column {column}: {what} cannot make a rate; correct the source.")
        raise AnalysisError(code, text, row=row, column=column, what=what)


def _divide(above: Floats, below: Floats) -> Floats:
    """above / below, NaN where below is 0."""
    return np.divide(above, below, out=np.full(np.shape(above), np.nan), where=below != 0)
