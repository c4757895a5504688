"""What local Moran, smoothed rates, false discovery rate and trend must hold to."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ckanext.msativo.analysis import local_moran, smooth_rates, theil_sen
from ckanext.msativo.analysis.fdr import adjusted_p
from ckanext.msativo.tests.analysis.strategies import exact, gappy

NAN = float("nan")
few = settings(max_examples=40, deadline=None)


def same(one, other) -> None:
    assert np.asarray(one, float) == pytest.approx(np.asarray(other, float), nan_ok=True, rel=1e-9, abs=1e-9)


@st.composite
def maps(draw: st.DrawFn) -> tuple[np.ndarray, list[list[int]]]:
    """Values with gaps, and a symmetric neighbourhood that may leave islands."""
    values = draw(st.lists(gappy, min_size=1, max_size=12))
    n = len(values)
    pairs = [(i, j) for i in range(n) for j in range(i)]
    chosen = draw(st.sets(st.sampled_from(pairs))) if pairs else set()
    near: list[list[int]] = [[] for _ in range(n)]
    for i, j in chosen:
        near[i].append(j)
        near[j].append(i)
    return np.array(values, dtype=float), near


@few
@given(maps(), st.randoms())
def test_the_order_of_units_does_not_matter_to_moran(drawn, random):
    x, near = drawn
    order = list(range(len(x)))
    random.shuffle(order)
    place = {unit: position for position, unit in enumerate(order)}
    moved = [[place[other] for other in near[unit]] for unit in order]
    here, there = local_moran(x, near, 9), local_moran(x[order], moved, 9)
    same(here.i[order], there.i)
    assert here.quadrant[order].tolist() == there.quadrant.tolist()


@few
@given(maps())
def test_a_missing_unit_changes_nothing_in_moran(drawn):
    x, near = drawn
    here = local_moran(x, near, 49, seed=2)
    longer = local_moran(np.append(x, NAN), [*([*units, len(x)] for units in near), list(range(len(x)))], 49, seed=2)
    for name in ("i", "lag", "p", "p_adjusted"):
        same(getattr(longer, name)[:-1], getattr(here, name))
        assert np.isnan(getattr(longer, name)[-1])


@few
@given(maps())
def test_moran_of_the_mirrored_values_is_the_same(drawn):
    x, near = drawn
    here, mirrored = local_moran(x, near, 49, seed=2), local_moran(-x, near, 49, seed=2)
    same(here.i, mirrored.i)
    same(here.p, mirrored.p)


@few
@given(maps())
def test_p_is_a_probability_where_there_is_a_statistic_and_never_0(drawn):
    x, near = drawn
    found = local_moran(x, near, 49, seed=2)
    there = ~np.isnan(found.i)
    assert (np.isnan(found.p) == ~there).all()
    assert ((found.p[there] >= 2 / 50) & (found.p[there] <= 1)).all()
    assert (found.p_adjusted[there] >= found.p[there]).all()
    assert not found.significant[~there].any() and (found.quadrant[~there] == 0).all()


counts = st.lists(
    st.tuples(st.one_of(st.integers(0, 40).map(float), st.just(NAN)), st.sampled_from([50.0, 900.0, 20_000.0, NAN])),
    min_size=1,
    max_size=25,
)


@few
@given(counts, st.randoms())
def test_neither_order_nor_missing_nor_empty_units_matter_to_smoothed_rates(pairs, random):
    events, population = np.array(pairs, dtype=float).T
    order = list(range(len(events)))
    random.shuffle(order)
    here = smooth_rates(events, population, factor=1e5)
    longer = smooth_rates([*events[order], NAN, 3.0, 0.0], [*population[order], 100.0, NAN, 0.0], factor=1e5)
    same(here.smoothed[order], longer.smoothed[:-3])
    assert np.isnan(longer.smoothed[-3:]).all() and np.isnan(longer.raw[-3:]).all()
    assert (np.isnan(here.smoothed) == np.isnan(events + population)).all()


@few
@given(counts)
def test_the_factor_only_scales_and_equal_counts_have_equal_rates(pairs):
    events, population = np.array(pairs, dtype=float).T
    one, many = smooth_rates(events, population), smooth_rates(events, population, factor=1e5)
    same(one.smoothed * 1e5, many.smoothed)
    for pair in set(pairs):
        alike = [unit for unit, other in enumerate(pairs) if other == pair]
        assert len({float(many.smoothed[unit]) for unit in alike} - {NAN}) <= 1 or np.isnan(pair).any()


@few
@given(st.lists(st.integers(0, 40), min_size=2, max_size=20), st.sampled_from([50.0, 900.0, 20_000.0]))
def test_with_equal_populations_smoothing_keeps_the_order_and_the_mean(events, people):
    found = smooth_rates(np.array(events, float), np.full(len(events), people))
    order = np.argsort(found.raw, kind="stable")
    assert (np.diff(found.smoothed[order]) >= -1e-15).all()
    assert found.smoothed.mean() == pytest.approx(found.overall)


@few
@given(st.lists(st.integers(0, 1000).map(lambda i: i / 1000), min_size=1, max_size=30), st.randoms())
def test_adjusted_p_keeps_the_order_and_does_not_depend_on_it(p, random):
    given_p = np.array(p)
    order = list(range(len(p)))
    random.shuffle(order)
    found = adjusted_p(given_p)
    same(found[order], adjusted_p(given_p[order]))
    assert (found >= given_p - 1e-12).all() and (found <= 1).all()
    assert (np.diff(found[np.argsort(given_p, kind="stable")]) >= 0).all()


@few
@given(st.lists(st.lists(gappy, min_size=7, max_size=7), min_size=1, max_size=5), exact, st.integers(-4, 4))
def test_a_trend_scales_with_the_values_and_turns_with_them(rows, shift, power):
    years = [2010, 2011, 2013, 2014, 2015, 2018, 2019]
    table, scale = np.array(rows), 2.0**power
    here, moved, turned = (theil_sen(years, values) for values in (table, (table + shift) * scale, -table))
    for name in ("slope", "low", "high"):
        same(getattr(here, name) * scale, getattr(moved, name))
    same(here.slope, -turned.slope)
    known = ~np.isnan(here.slope)
    assert (here.n >= 2).tolist() == known.tolist()
    assert ((here.low <= here.slope) & (here.slope <= here.high))[known].all()
