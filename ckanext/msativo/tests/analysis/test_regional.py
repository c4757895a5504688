from __future__ import annotations

import numpy as np
import pytest

from ckanext.msativo.analysis import AnalysisError, regional_summary

NAN = float("nan")


def test_figures_by_hand():
    found = regional_summary(
        [3, 1, 0, 3, 2],
        [10.0, 40.0, NAN, 5.0, 8.0],
        ["Bolsão", "Bolsão", "Bolsão", "Pantanal", "Pantanal"],
        [1000, 3000, 500, 200, 800],
    )
    bolsao, pantanal = found
    assert (bolsao.region, bolsao.n_units, bolsao.n_with_data, bolsao.n_critical) == (
        "Bolsão", 3, 2, 1,
    )  # fmt: skip
    assert (bolsao.population_affected, bolsao.median, bolsao.weighted_mean) == (1000, 25, 32.5)
    assert (pantanal.n_critical, pantanal.population_affected) == (1, 200)
    assert pantanal.weighted_mean == pytest.approx(7.4)


def test_units_without_a_region_are_left_out():
    found = regional_summary([3, 3, 3], [1.0, 2.0, 3.0], ["a", None, ""])
    assert [region.region for region in found] == ["a"]
    assert found[0].units.tolist() == [0]


def test_what_cannot_be_known_is_missing():
    (region,) = regional_summary([0, 0], [NAN, NAN], ["a", "a"], [10, 20])
    assert region.population_affected == 0
    assert np.isnan(region.median) and np.isnan(region.weighted_mean)
    (without,) = regional_summary([3, 1], [1.0, 3.0], ["a", "a"])
    assert np.isnan(without.population_affected) and without.median == 2.0
    (partly,) = regional_summary([3, 3], [1.0, 3.0], ["a", "a"], [NAN, 10])
    assert np.isnan(partly.population_affected) and partly.weighted_mean == 3.0


def test_lengths_must_agree():
    with pytest.raises(AnalysisError, match="1 regions for 2 units"):
        regional_summary([1, 1], [1.0, 1.0], ["a"])
