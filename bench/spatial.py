"""Topic ``local_moran``: local Moran with conditional permutations, beside esda's without numba.

79 units are the municipalities of Mato Grosso do Sul, 5,570 a square board whose neighbours share a side or a corner.
Both draw at random, so p is compared within what chance allows.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

import numpy as np
from esda import Moran_Local
from libpysal.weights import W

from bench.data import lattice
from bench.registry import bench
from bench.rows import Goal, Row
from bench.timing import Peer, compare
from ckanext.msativo.analysis import LocalMoran, local_moran
from ckanext.msativo.analysis.arrays import Floats
from ckanext.msativo.territory import load_territory

PERMUTATIONS = 999
SAME = "I and quadrants equal, p within chance"


class Case(NamedTuple):
    x: Floats
    neighbours: Sequence[Sequence[int]]


def case(units: int) -> Case:
    neighbours = _municipalities() if units == 79 else lattice(units)
    noise = np.random.default_rng(9).gamma(2.0, 10.0, units)
    return Case(noise + np.array([noise[list(near)].mean() if near else 0.0 for near in neighbours]), neighbours)


def _municipalities() -> list[list[int]]:
    territory = load_territory("ms")
    position = {municipio.codigo_ibge: index for index, municipio in enumerate(territory.municipios)}
    near = territory.neighbours()
    return [sorted(position[code] for code in near[municipio.codigo_ibge]) for municipio in territory.municipios]


def ours(given: Case) -> LocalMoran:
    return local_moran(given.x, given.neighbours, PERMUTATIONS, seed=1)


def form(given: Case) -> tuple[Floats, W]:
    return given.x, W({unit: list(near) for unit, near in enumerate(given.neighbours)}, silence_warnings=True)


def peer(given: tuple[Floats, W]) -> Any:
    return Moran_Local(*given, permutations=PERMUTATIONS, seed=1)


def _agree(found: LocalMoran, theirs: Any) -> bool:
    """esda's p is one-sided and folded: ours is twice that."""
    p = np.minimum(1, 2 * theirs.p_sim)
    chance = 10 * np.sqrt(np.maximum(p, 1 / PERMUTATIONS) / PERMUTATIONS)
    return (
        np.allclose(found.i, theirs.Is, rtol=1e-9, atol=1e-12)
        and np.array_equal(found.quadrant, theirs.q)
        and bool((np.abs(found.p - p) <= chance).all())
    )


@bench("local_moran")
def spatial() -> Iterator[Row]:
    for units, rounds in ((79, 9), (5570, 5)):
        peers = [Peer("esda Moran_Local, no numba", peer, _agree, SAME, form, Goal(at_least=1))]
        scale = f"{units:,}, {PERMUTATIONS} permutations"
        yield from compare("local_moran", scale, ours, peers, [case(units)] * rounds)
