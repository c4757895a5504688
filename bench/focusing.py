"""Topic ``focus``: the classes of a challenge with their reasons, beside the classes alone in plain numpy."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from bench.registry import bench
from bench.rows import Row
from bench.timing import COST, Peer, compare
from ckanext.msativo.analysis import CRITICO, FOCAL, MONITORADO, PRIORITARIO, SEM_CLASSE, Anchor, Focus, focus
from ckanext.msativo.analysis.arrays import Bools, Floats, Ints


class Case(NamedTuple):
    need: Floats
    probability: Floats
    anchors: list[Anchor]


def case(units: int) -> Case:
    """Three anchors: one with events, one with a trend, one with neither."""
    rng = np.random.default_rng(5)
    need = np.round(rng.gamma(2.0, 15.0, units), 4)
    need[rng.random(units) < 0.03] = np.nan
    probability = np.clip(np.where(np.isnan(need), 0.0, need) / 80 + rng.normal(0, 0.1, units), 0, 1)
    states = [rng.integers(0, 4, units).astype(np.int8) for _ in range(4)]
    population = rng.lognormal(9.5, 1.0, units).round() + 1
    events = rng.poisson(population * 0.002).astype(float)
    return Case(
        need,
        probability,
        [
            Anchor("a", 2.0, states[0], events=events, population=population),
            Anchor("b", 1.0, states[1], trend=states[3]),
            Anchor("c", 1.0, states[2]),
        ],
    )


def ours(given: Case) -> Focus:
    return focus(given.need, given.probability, given.anchors)


def plain(given: Case) -> Ints:
    """The class codes by the same rule, without saying why."""
    need, anchors = given.need, given.anchors
    critical = np.array([anchor.state == CRITICO for anchor in anchors])
    weights = np.array([anchor.weight for anchor in anchors])
    quartile, decile = np.nanquantile(need, [0.75, 0.9])
    priority = (critical.any(axis=0) | (need >= quartile)) & (given.probability >= 0.5)
    grave = (need >= decile) | (weights @ critical >= 0.5 * weights.sum())
    for anchor in anchors:
        if anchor.trend is not None:
            grave |= anchor.trend == CRITICO
        if anchor.events is not None and anchor.population is not None:
            grave |= _excess(anchor.events, anchor.population)
    return np.select([np.isnan(need), priority & grave, priority], [SEM_CLASSE, FOCAL, PRIORITARIO], MONITORADO)


def _excess(events: Floats, population: Floats) -> Bools:
    excess = np.maximum(0, events - population * (events.sum() / population.sum()))
    most_first = np.argsort(-excess)
    needed = np.searchsorted(np.cumsum(excess[most_first]), 0.5 * excess.sum())
    return excess >= excess[most_first[needed]]


def _agree(found: Focus, codes: Ints) -> bool:
    return np.array_equal(found.classe, codes)


@bench("focus")
def focusing() -> Iterator[Row]:
    for units in (79, 5570):
        peer = Peer("numpy, classes without reasons", plain, _agree, "all classes equal", reading=COST)
        yield from compare("focus", f"{units:,} × 3 anchors", ours, [peer], [case(units)] * 9)
