"""The municipal human development index (IDHM) from its parts: goalposts, and arithmetic of geometric means.

Method: *Atlas do Desenvolvimento Humano no Brasil 2013* (PNUD, Ipea, FJP). Longevity (e₀ − 25)/(85 − 25); income
(ln R − ln 8)/(ln 4033 − ln 8) with R in R$ of August 2010; education = schooling^⅓ · flow^⅔; IDHM = geometric mean of
the three. Values of the Atlas for municipalities of Mato Grosso do Sul, to three decimals.
"""

from __future__ import annotations

import numpy as np
import pytest

from ckanext.msativo.analysis import aggregate, normalise

# life expectancy, income per head, schooling, flow; IDHM, education, longevity, income
ATLAS = {
    ("Água Clara", 1991): (67.56, 292.22, 0.119, 0.102, 0.353, 0.107, 0.709, 0.578),
    ("Alcinópolis", 1991): (66.34, 470.09, 0.070, 0.051, 0.295, 0.057, 0.689, 0.655),
    ("Campo Grande", 1991): (68.04, 633.42, 0.410, 0.329, 0.563, 0.354, 0.717, 0.703),
    ("Dourados", 1991): (67.76, 442.68, 0.295, 0.290, 0.512, 0.292, 0.713, 0.645),
    ("Japorã", 1991): (61.76, 120.61, 0.085, 0.094, 0.290, 0.091, 0.613, 0.436),
    ("Campo Grande", 2000): (70.43, 782.39, 0.514, 0.566, 0.673, 0.548, 0.757, 0.736),
    ("Dourados", 2000): (70.49, 615.48, 0.405, 0.534, 0.636, 0.487, 0.758, 0.698),
    ("Japorã", 2000): (65.93, 174.32, 0.113, 0.242, 0.399, 0.188, 0.682, 0.495),
    ("Campo Grande", 2010): (75.62, 1089.37, 0.667, 0.755, 0.784, 0.724, 0.844, 0.790),
    ("Dourados", 2010): (75.59, 866.40, 0.587, 0.695, 0.747, 0.657, 0.843, 0.753),
    ("Japorã", 2010): (72.44, 241.32, 0.220, 0.417, 0.526, 0.337, 0.791, 0.547),
}
PARTS = np.array(list(ATLAS.values()))
HALF = 0.0005 + 1e-9  # of the last published place


def indices() -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Education, longevity and income, 0–100."""
    education = aggregate(100 * PARTS[:, 2:4], [1, 2], "geometric", max_share=1)
    longevity = normalise(PARTS[:, 0], best=85, worst=25).scores
    income = normalise(np.log(PARTS[:, 1]), best=np.log(4033), worst=np.log(8)).scores
    return education, longevity, income


@pytest.mark.parametrize("dimension", [0, 1, 2])
def test_each_dimension_from_its_values(dimension):
    assert indices()[dimension] / 100 == pytest.approx(PARTS[:, 5 + dimension], abs=HALF)


def test_the_index_from_its_published_dimensions():
    found = aggregate(100 * PARTS[:, 5:8], [1, 1, 1], "geometric")
    assert found / 100 == pytest.approx(PARTS[:, 4], abs=HALF)


def test_the_index_from_the_values():
    # schooling and flow are published rounded, which can move the last place by one
    found = aggregate(np.column_stack(indices()), [1, 1, 1], "geometric")
    assert found / 100 == pytest.approx(PARTS[:, 4], abs=0.001)


def test_beyond_a_goalpost_an_index_is_0_or_1():
    assert normalise([20.0, 25.0, 85.0, 90.0], best=85, worst=25).scores.tolist() == [0.0, 0.0, 100.0, 100.0]
