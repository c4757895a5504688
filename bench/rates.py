"""Topic ``rates``: empirical-Bayes smoothing of the rates of one year, beside esda's."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
from esda.smoothing import Empirical_Bayes

from bench.registry import bench
from bench.rows import Row
from bench.timing import Peer, compare
from ckanext.msativo.analysis import SmoothedRates, smooth_rates
from ckanext.msativo.analysis.arrays import Floats


class Counts(NamedTuple):
    events: Floats
    population: Floats


def counts(units: int) -> Counts:
    rng = np.random.default_rng(8)
    population = np.round(rng.lognormal(9.5, 1.0, units)) + 1
    return Counts(rng.poisson(population * rng.gamma(4.0, 0.0005, units)).astype(float), population)


def ours(given: Counts) -> SmoothedRates:
    return smooth_rates(given.events, given.population)


def peer(given: Counts) -> Floats:
    return Empirical_Bayes(given.events, given.population).r


def _agree(found: SmoothedRates, theirs: Floats) -> bool:
    return np.allclose(found.smoothed, theirs.ravel(), rtol=1e-9, atol=0)


@bench("rates")
def rates() -> Iterator[Row]:
    for units in (79, 5570):
        peers = [Peer("esda Empirical_Bayes", peer, _agree, "smoothed rates within 1e-9")]
        yield from compare("smooth_rates", f"{units:,}", ours, peers, [counts(units)] * 15)
