"""Topic ``jenks``: natural classes of one indicator, beside mapclassify as it comes (numba is an option of its own)."""

from __future__ import annotations

from collections.abc import Iterator

import mapclassify
import numpy as np

from bench.registry import bench
from bench.rows import Row
from bench.timing import Peer, compare
from ckanext.msativo.analysis.arrays import Floats
from ckanext.msativo.analysis.natural_breaks import natural_breaks

CLASSES = 5


def ours(x: Floats) -> Floats | None:
    return natural_breaks(x, CLASSES)


def peer(x: Floats) -> Floats:
    return mapclassify.FisherJenks(x, k=CLASSES).bins


def _agree(found: Floats | None, bins: Floats) -> bool:
    return found is not None and np.array_equal(found, bins)


@bench("jenks")
def jenks() -> Iterator[Row]:
    for units, rounds in ((79, 9), (5570, 3)):
        x = np.random.default_rng(6).gamma(2.0, 10.0, units)
        peers = [Peer("mapclassify FisherJenks", peer, _agree, "upper bounds equal")]
        scale = f"{units:,}, k = {CLASSES}"
        yield from compare("jenks", scale, ours, peers, [x] * rounds, warm=units < 1000)
