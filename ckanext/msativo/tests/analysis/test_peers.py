from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.spatial.distance import cdist

from ckanext.msativo.analysis import AnalysisError, flag, peers

NAN = float("nan")


def test_nearest_by_one_feature_by_hand():
    found = peers([[0.0], [1.0], [3.0], [7.0]], k=2)
    assert found.unit.tolist() == [[1, 2], [0, 2], [1, 0], [2, 1]]
    sd = np.std([0, 1, 3, 7], ddof=1)
    assert found.distance[0] == pytest.approx([1 / sd, 3 / sd])


def test_features_weigh_alike_whatever_their_unit():
    profile = np.array([[0.0, 0], [1000, 0], [0, 1], [5000, 5], [4000, 4]])
    scaled = profile * [0.001, 100]
    assert peers(profile, 2).unit.tolist() == peers(scaled, 2).unit.tolist()


def test_a_unit_with_a_gap_has_no_peers_and_is_nobodys():
    found = peers([[0.0, 1], [1, NAN], [2, 1], [9, 1]], k=2)
    assert found.unit.tolist() == [[2, 3], [-1, -1], [0, 3], [2, 0]]
    assert np.isnan(found.distance[1]).all()


def test_fewer_units_than_peers_leave_places_empty():
    assert peers([[1.0], [2.0]], k=3).unit.tolist() == [[1, -1, -1], [0, -1, -1]]
    assert peers([[1.0]], k=2).unit.tolist() == [[-1, -1]]
    assert peers(np.empty((0, 2)), k=2).unit.shape == (0, 2)


def test_k_must_be_positive():
    with pytest.raises(AnalysisError, match="at least 1"):
        peers([[1.0], [2.0]], k=0)


def test_peers_can_be_the_reference_group_of_a_rule():
    profile = np.arange(20.0)[:, None]
    value = np.arange(20.0) % 5
    result = flag(value, "quantil", groups=peers(profile, 8).unit)
    assert (result.n == 9).all() and not result.fallback.any()
    profile[3] = NAN  # without a profile a unit is compared with everyone
    result = flag(value, "quantil", groups=peers(profile, 8).unit)
    assert np.flatnonzero(result.fallback).tolist() == [3]
    assert result.n[3] == 20


def test_blocks_change_nothing(monkeypatch):
    profile = np.random.default_rng(0).normal(size=(40, 3))
    whole = peers(profile, 4).unit
    monkeypatch.setattr("ckanext.msativo.analysis.peer_groups.BLOCK_VALUES", 100)
    assert np.array_equal(whole, peers(profile, 4).unit)


@given(st.integers(0, 1000), st.integers(1, 5))
def test_agrees_with_scipy_distances(seed, k):
    profile = np.random.default_rng(seed).normal(size=(12, 3))
    standard = (profile - profile.mean(axis=0)) / profile.std(axis=0, ddof=1)
    between = cdist(standard, standard)
    np.fill_diagonal(between, np.inf)
    expected = np.sort(between, axis=1)[:, :k]
    assert peers(profile, k).distance == pytest.approx(expected)
