"""The same numbers as peer libraries.

esda and libpysal (spatial, rates), pymcdm (normalisation, weighted sums), mapclassify (natural classes).
They are installed where the whole agreement is tested; elsewhere these tests are skipped.
"""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from ckanext.msativo.analysis import (
    ChallengeIndicator,
    ChallengeSpec,
    flag,
    local_moran,
    normalise,
    score_challenge,
    smooth_rates,
)
from ckanext.msativo.analysis.natural_breaks import natural_breaks

pytestmark = pytest.mark.filterwarnings("ignore")

columns = st.lists(st.integers(-1000, 1000), min_size=3, max_size=40).filter(lambda values: len(set(values)) > 1)


@pytest.fixture(scope="module")
def sids() -> tuple[np.ndarray, np.ndarray, list[list[int]], object]:
    """Sudden infant deaths and births in the 100 counties of North Carolina, 1974–78, and their contiguity."""
    libpysal = pytest.importorskip("libpysal")
    pytest.importorskip("esda")
    records = libpysal.io.open(libpysal.examples.get_path("sids2.dbf"))
    births, deaths = (np.array(records.by_col(name), dtype=float) for name in ("BIR74", "SID74"))
    weights = libpysal.io.open(libpysal.examples.get_path("sids2.gal")).read()
    weights.transform = "r"
    position = {name: index for index, name in enumerate(weights.id_order)}
    neighbours = [[position[other] for other in weights.neighbors[name]] for name in weights.id_order]
    return deaths, births, neighbours, weights


def test_smoothed_rates_of_north_carolina(sids):
    esda_smoothing = pytest.importorskip("esda.smoothing")
    deaths, births, *_ = sids
    found = smooth_rates(deaths, births)
    # the first five as in esda's own tests
    assert found.smoothed[:5] == pytest.approx([0.0016973, 0.0017054, 0.0017731, 0.0020129, 0.0035349], abs=5e-8)
    peer = esda_smoothing.Empirical_Bayes(deaths, births).r.ravel()
    assert found.smoothed == pytest.approx(peer, rel=1e-12)


@pytest.mark.parametrize("of", ["rate", "births"])
def test_local_moran_of_north_carolina(sids, of):
    esda = pytest.importorskip("esda")
    deaths, births, neighbours, weights = sids
    x = deaths / births if of == "rate" else births
    found = local_moran(x, neighbours, 39_999, seed=1)
    peer = esda.Moran_Local(x, weights, permutations=39_999, seed=1)
    there = np.array([len(units) > 0 for units in neighbours])
    assert found.i[there] == pytest.approx(peer.Is[there], rel=1e-9, abs=1e-12)
    assert found.quadrant[there].tolist() == peer.q[there].tolist()
    # theirs is one-sided and folded, ours twice that, with draws that equal the observed sum on both sides: never
    # smaller, and the same where no draw ties (births); both are drawn, so each is off by some √(p/m)
    theirs = np.minimum(1, 2 * peer.p_sim[there])
    noise = 10 * np.sqrt(theirs / 39_999)
    assert (found.p[there] > theirs - noise).all()
    if of == "births":
        assert (found.p[there] < theirs + noise).all()


@settings(max_examples=20, deadline=None)
@given(st.lists(st.integers(0, 50), min_size=9, max_size=9).filter(lambda values: len(set(values)) > 1))
def test_local_moran_on_a_grid(values):
    libpysal, esda = pytest.importorskip("libpysal"), pytest.importorskip("esda")
    weights = libpysal.weights.lat2W(3, 3, rook=False)
    weights.transform = "r"
    neighbours = [weights.neighbors[unit] for unit in range(9)]
    x = np.array(values, dtype=float)
    found = local_moran(x, neighbours, 9)
    assert found.i == pytest.approx(esda.Moran_Local(x, weights, permutations=0).Is, abs=1e-9)


@settings(deadline=None)
@given(st.lists(st.tuples(st.integers(0, 60), st.integers(1, 20_000)), min_size=2, max_size=40))
def test_smoothed_rates(pairs):
    smoothing = pytest.importorskip("esda.smoothing")
    events, population = np.array(pairs, dtype=float).T
    found = smooth_rates(events, population)
    total = events.sum() / population.sum()
    spread = (population * (events / population - total) ** 2).sum() / population.sum()
    if total == 0 or spread - total / population.mean() <= 1e-18:
        assert found.smoothed == pytest.approx([total] * len(pairs))
    else:
        peer = smoothing.Empirical_Bayes(events, population).r.ravel()
        assert found.smoothed == pytest.approx(peer, rel=1e-9, abs=1e-15)


@settings(deadline=None)
@given(columns, st.sampled_from([1, -1]))
def test_normalisations(values, polarity):
    pymcdm = pytest.importorskip("pymcdm.normalizations")
    x = np.array(values, dtype=float)
    found = normalise(x, "minmax", polarity=polarity).scores
    assert found == pytest.approx(100 * pymcdm.minmax_normalization(x, cost=polarity == -1), abs=1e-9)
    positive = x - x.min() + 1
    ratio = normalise(positive, "ratio_to", polarity=polarity, reference="best").scores
    peer = pymcdm.linear_normalization(positive, cost=polarity == -1)
    assert ratio == pytest.approx(peer, abs=1e-12)


def deviation(x: np.ndarray, classes: np.ndarray) -> float:
    return sum(((x[classes == c] - x[classes == c].mean()) ** 2).sum() for c in np.unique(classes))


@settings(deadline=None)
@given(
    st.lists(st.lists(st.integers(1, 500), min_size=4, max_size=4), min_size=3, max_size=20),
    st.permutations([1, 2, 2, 3]),
    st.lists(st.sampled_from([1, -1]), min_size=4, max_size=4),
)
def test_weighted_sums(rows, weights, signs):
    methods = pytest.importorskip("pymcdm.methods")
    helpers = pytest.importorskip("pymcdm.normalizations")
    x = np.array(rows, dtype=float)
    assume((np.ptp(x, axis=0) > 0).all())
    items = tuple(ChallengeIndicator(str(i), weights[i], signs[i], anchor=i == 0) for i in range(4))
    found = score_challenge(x, ChallengeSpec("x", items, "minmax"))
    peer = methods.WSM(helpers.minmax_normalization)(x, np.array(weights) / 8, np.array(signs))
    assert found.score == pytest.approx(100 * peer, abs=1e-9)


@settings(max_examples=25, deadline=None)
@given(st.lists(st.integers(-300, 300), min_size=6, max_size=30, unique=True), st.integers(3, 5))
def test_natural_classes(values, k):
    mapclassify = pytest.importorskip("mapclassify")
    x = np.array(values, dtype=float)
    breaks, peer = natural_breaks(x, k), mapclassify.FisherJenks(x, k=k)
    assert breaks is not None
    # the partition may differ only where another one is as good
    assert deviation(x, np.searchsorted(breaks, x)) == pytest.approx(deviation(x, peer.yb))
    if np.array_equal(breaks, peer.bins):
        assert np.array_equal(flag(x, "jenks", k=k).state == 3, peer.yb == 0)
