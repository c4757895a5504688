"""Published examples of single methods: trend, false discovery rate, difference in differences, goalposts, colours."""

from __future__ import annotations

import numpy as np
import pytest

from ckanext.msativo.analysis import (
    COLOUR_NAMES,
    EffectMethod,
    band_position,
    estimate_effect,
    flag,
    normalise,
    theil_sen,
)
from ckanext.msativo.analysis.colours import colour_at
from ckanext.msativo.analysis.fdr import adjusted_p


def test_slope_and_interval_of_sen():
    """Sen (1968, JASA 63, 1379–1389), his example; limits 26/7 and 35/8 at 93 %, as scipy and R's deming have them."""
    years = [1, 2, 3, 4, 10, 12, 18]
    found = theil_sen(years, [[9.0, 15.0, 19.0, 20.0, 45.0, 55.0, 78.0]], confidence=0.93)
    assert found.slope[0] == 4.0
    assert (found.low[0], found.high[0]) == pytest.approx((26 / 7, 35 / 8))


def test_no_more_than_four_of_fifteen_are_discoveries():
    """Benjamini and Hochberg (1995, JRSS B 57, 289–300), section 4.1: thrombolysis, m = 15, q = 0.05.

    Their text: p(4) = 0.0095 ≤ 4/15 · 0.05 = 0.013 is the last that passes, whereas Bonferroni rejects three.
    """
    p = np.array([
        0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344, 0.0459, 0.3240, 0.4262, 0.5719, 0.6528, 0.7590,
        1.0000,
    ])  # fmt: skip
    assert np.flatnonzero(adjusted_p(p) <= 0.05).tolist() == [0, 1, 2, 3]
    assert (p <= 0.05 / 15).sum() == 3
    # adjusted by hand: p·15/i, the least of those that follow
    expected = [0.0015, 0.003, 0.0095, 0.035625, 0.0603, 0.0638571, 0.0638571, 0.0645, 0.0765, 0.486, 0.5811818]
    assert adjusted_p(p)[:11] == pytest.approx(expected, abs=5e-8)


def test_difference_in_differences_of_the_minimum_wage():
    """Card and Krueger (1994, AER 84, 772–793), stores with both interviews.

    Full-time equivalents: 23.380 and 20.431 before in Pennsylvania and New Jersey; changes −2.283 and 0.467; their
    difference 2.750. Every store of Pennsylvania is a match when as many are taken as there are.
    """
    before = np.repeat([20.431, 23.380], [20, 10]) + np.tile([-3.0, -1.0, 0.0, 1.0, 3.0], 6)
    change = np.repeat([0.467, -2.283], [20, 10]) + np.tile([-2.0, 0.0, 2.0, 1.0, -1.0], 6)
    method = EffectMethod(comparators=10, permutations=99)
    found = estimate_effect(before, before + change, np.arange(30) < 20, method=method)
    assert found.change_participants == pytest.approx(0.467)
    assert found.change_comparators == pytest.approx(-2.283)
    assert found.did == pytest.approx(2.750)


# Sustainable Development Report 2025, codebook: extreme poverty (below $ 2.15 a day, %): optimum 0, green threshold 2,
# red threshold 13, lower bound 72.6
POVERTY = {"best": 0.0, "green": 2.0, "red": 13.0, "worst": 72.6}


def test_score_of_extreme_poverty_in_the_sdg_index():
    found = normalise([0.0, 36.3, 72.6, 80.0], polarity=-1, best=POVERTY["best"], worst=POVERTY["worst"])
    assert found.scores == pytest.approx([100.0, 50.0, 0.0, 0.0])


def test_colour_of_extreme_poverty_in_the_sdg_dashboards():
    # their scale: 0 at the lower bound, 1 at the red, 1.5 halfway, 2 at the green threshold, 3 at the optimum
    x = [0.0, 1.0, 2.0, 4.75, 7.5, 10.25, 13.0, 42.8, 72.6]
    places = band_position(x, polarity=-1, **POVERTY)
    assert places == pytest.approx([3.0, 2.5, 2.0, 1.75, 1.5, 1.25, 1.0, 0.5, 0.0])
    names = ["verde", "verde", "verde", "amarelo", "amarelo", "laranja", "laranja", "vermelho", "vermelho"]
    assert [COLOUR_NAMES[code] for code in colour_at(places)] == names
    bands = flag(x, "limiar", polarity=-1, verde=POVERTY["green"], vermelho=POVERTY["red"])
    assert bands.band is not None
    assert [bands.band_names[code] for code in bands.band] == names
