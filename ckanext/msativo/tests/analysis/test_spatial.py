from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ckanext.msativo.analysis import AnalysisError, local_moran
from ckanext.msativo.analysis.spatial import QUADRANT_NAMES, _distinct_draws

NAN = float("nan")


def ring(n: int) -> list[list[int]]:
    return [[(unit - 1) % n, (unit + 1) % n] for unit in range(n)]


def grid(rows: int, columns: int) -> list[list[int]]:
    """Queen contiguity of a grid."""
    cells = list(itertools.product(range(rows), range(columns)))
    return [
        [
            other
            for other, (r, c) in enumerate(cells)
            if (r, c) != cell and abs(r - cell[0]) <= 1 and abs(c - cell[1]) <= 1
        ]
        for cell in cells
    ]


def names(result) -> list[str]:
    return [QUADRANT_NAMES[code] for code in result.quadrant]


def test_statistic_by_hand():
    # mean 3, z = −2 −1 0 1 2, Σz² = 10; lags of the ring 0.5 −1 0 1 −0.5
    found = local_moran([1.0, 2.0, 3.0, 4.0, 5.0], ring(5), 99)
    assert found.lag.tolist() == [0.5, -1.0, 0.0, 1.0, -0.5]
    assert found.i == pytest.approx([-0.4, 0.4, 0.0, 0.4, -0.4])
    assert names(found) == ["baixo_alto", "baixo_baixo", "baixo_baixo", "alto_alto", "alto_baixo"]


def test_agrees_with_the_statistic_of_esda():
    # esda 2.9, Moran_Local on a 3 × 3 grid with queen contiguity, row-standardised
    x = [3.0, 1.0, 4.0, 1.0, 5.0, 9.0, 2.0, 6.0, 5.0]
    expected = [
        0.2469135802, -0.1777777778, 0.0, 0.2666666667, -0.0185185185,
        0.1481481481, -0.0, 0.1185185185, 0.3950617284,
    ]  # fmt: skip
    assert local_moran(x, grid(3, 3), 9).i == pytest.approx(expected, abs=1e-8)


def exact_p(x: np.ndarray, neighbours: list[list[int]], unit: int) -> float:
    """2·min(P(≥), P(≤)) over every way to place the other values beside the unit."""
    z = x - x.mean()
    others = np.delete(z, unit)
    sums = [sum(pick) for pick in itertools.permutations(others, len(neighbours[unit]))]
    observed = z[neighbours[unit]].sum()
    sides = (np.array(sums) >= observed - 1e-9).mean(), (np.array(sums) <= observed + 1e-9).mean()
    return min(1.0, 2 * min(sides))


def test_p_agrees_with_the_enumeration_of_all_placements():
    x = np.array([1.0, 2.0, 4.0, 8.0, 9.5, 10.0, 30.0])
    found = local_moran(x, ring(7), 20_000, seed=1)
    for unit in range(7):
        assert found.p[unit] == pytest.approx(exact_p(x, ring(7), unit), abs=0.02)


def test_a_hot_corner_and_a_cold_corner_are_found():
    x = np.random.default_rng(1).normal(0, 0.1, size=100)
    neighbours = grid(10, 10)
    hot = [r * 10 + c for r in range(3) for c in range(3)]
    cold = [r * 10 + c for r in range(7, 10) for c in range(7, 10)]
    x[hot] += 5
    x[cold] -= 5
    found = local_moran(x, neighbours, 3999, seed=2)
    assert found.enough
    assert names(found)[0] == "alto_alto" and found.significant[0]
    assert names(found)[99] == "baixo_baixo" and found.significant[99]
    assert not found.significant[[4 * 10 + 5, 9, 90]].any()


def test_too_few_permutations_are_said():
    assert not local_moran(np.arange(79.0), ring(79), 999).enough
    assert local_moran(np.arange(79.0), ring(79), 3159).enough


def test_units_without_value_or_neighbours_have_no_answer_and_do_not_count():
    x = [1.0, NAN, 3.0, 4.0, 5.0, 9.0]
    neighbours = [[1, 2], [0], [0, 3], [2, 4], [3], []]
    found = local_moran(x, neighbours, 99)
    assert np.isnan(found.i[[1, 5]]).all() and np.isnan(found.p[[1, 5]]).all()
    assert found.n == 5 and not found.significant[[1, 5]].any()
    # unit 0 has unit 2 left: mean 4.4, lag 3 − 4.4
    assert found.lag[0] == pytest.approx(-1.4)


@pytest.mark.parametrize("x", [[2.0, 2.0, 2.0], [NAN, NAN, NAN], [NAN, 1.0, NAN]])
def test_without_variation_there_is_no_statistic(x):
    found = local_moran(x, ring(3), 9)
    assert np.isnan(found.i).all() and np.isnan(found.p).all() and not found.significant.any()


@pytest.mark.parametrize("neighbours", [[[1], [2]], [[1], [-1]], [[0], [0]]])
def test_neighbours_out_of_range_are_an_error(neighbours):
    with pytest.raises(AnalysisError, match="must be other units, from 0 to 1"):
        local_moran([1.0, 2.0], neighbours, 9)


def test_the_stream_depends_on_seed_and_name():
    x = np.random.default_rng(0).normal(size=30)
    first = local_moran(x, ring(30), 199, seed=1, name="a").p
    assert np.array_equal(first, local_moran(x, ring(30), 199, seed=1, name="a").p)
    assert not np.array_equal(first, local_moran(x, ring(30), 199, seed=1, name="b").p)


@pytest.mark.parametrize(("n", "size"), [(40, 3), (5, 3), (3, 3)])
def test_drawn_positions_are_distinct_and_evenly_spread(n, size):
    drawn = _distinct_draws(n, size, 6000, np.random.default_rng(1))
    assert drawn.shape == (6000, size)
    assert all(len(set(row)) == size for row in drawn.tolist())
    for place in range(size):
        share = np.bincount(drawn[:, place], minlength=n) / 6000
        assert share == pytest.approx([1 / n] * n, abs=0.03)


@settings(max_examples=30)
@given(st.lists(st.integers(0, 20), min_size=4, max_size=12), st.integers(-50, 50))
def test_the_statistic_does_not_depend_on_the_unit_of_measure(values, shift):
    x = np.array(values, dtype=float)
    found = local_moran(x, ring(len(x)), 9).i
    moved = local_moran(4 * x + shift, ring(len(x)), 9).i
    assert moved == pytest.approx(found, abs=1e-9, nan_ok=True)
