"""The worked examples of the OECD/JRC *Handbook on Constructing Composite Indicators* (2008).

Table 14 (p. 83), Table 15 (p. 87) with the raw values of Table A.2 (p. 153), and section 6.11 (pp. 103–104).
"""

from __future__ import annotations

import numpy as np
import pytest

from ckanext.msativo.analysis import aggregate, normalise

# Mean years of schooling (15 and above) of 23 countries, and what Table 15 makes of them: rank (high = top), z-score,
# min-max, ratio to the mean, the best and the worst, relative difference to the mean and to the worst, above or below
# the mean by 20 %, percentile.
TABLE_15 = [
    ("Finland", 10.0, 15, 0.26, 0.59, 1.04, 0.83, 1.41, 0.04, 0.41, 0, 65.2),
    ("United States", 12.0, 23, 1.52, 1.00, 1.25, 1.00, 1.69, 0.25, 0.69, 1, 100.0),
    ("Sweden", 11.4, 19, 1.14, 0.88, 1.19, 0.95, 1.61, 0.19, 0.61, 0, 82.6),
    ("Japan", 9.5, 12, -0.06, 0.49, 0.99, 0.79, 1.34, -0.01, 0.34, 0, 52.2),
    ("Korea", 10.8, 17, 0.76, 0.76, 1.13, 0.90, 1.52, 0.13, 0.52, 0, 73.9),
    ("Netherlands", 9.4, 9, -0.12, 0.47, 0.98, 0.78, 1.32, -0.02, 0.32, 0, 39.1),
    ("United Kingdom", 9.4, 9, -0.12, 0.47, 0.98, 0.78, 1.32, -0.02, 0.32, 0, 39.1),
    ("Canada", 11.6, 20, 1.27, 0.92, 1.21, 0.97, 1.63, 0.21, 0.63, 1, 87.0),
    ("Australia", 10.9, 18, 0.83, 0.78, 1.14, 0.91, 1.54, 0.14, 0.54, 0, 78.3),
    ("Singapore", 7.1, 1, -1.58, 0.00, 0.74, 0.59, 1.00, -0.26, 0.00, -1, 4.3),
    ("Germany", 10.2, 16, 0.38, 0.63, 1.06, 0.85, 1.44, 0.06, 0.44, 0, 69.6),
    ("Norway", 11.9, 22, 1.46, 0.98, 1.24, 0.99, 1.68, 0.24, 0.68, 1, 95.7),
    ("Ireland", 9.4, 9, -0.12, 0.47, 0.98, 0.78, 1.32, -0.02, 0.32, 0, 39.1),
    ("Belgium", 9.3, 8, -0.19, 0.45, 0.97, 0.78, 1.31, -0.03, 0.31, 0, 34.8),
    ("New Zealand", 11.7, 21, 1.33, 0.94, 1.22, 0.98, 1.65, 0.22, 0.65, 1, 91.3),
    ("Austria", 8.4, 6, -0.76, 0.27, 0.88, 0.70, 1.18, -0.12, 0.18, 0, 26.1),
    ("France", 7.9, 5, -1.08, 0.16, 0.82, 0.66, 1.11, -0.18, 0.11, 0, 21.7),
    ("Israel", 9.6, 14, 0.00, 0.51, 1.00, 0.80, 1.35, 0.00, 0.35, 0, 60.9),
    ("Spain", 7.3, 4, -1.46, 0.04, 0.76, 0.61, 1.03, -0.24, 0.03, -1, 17.4),
    ("Italy", 7.2, 3, -1.52, 0.02, 0.75, 0.60, 1.01, -0.25, 0.01, -1, 13.0),
    ("Czech Republic", 9.5, 12, -0.06, 0.49, 0.99, 0.79, 1.34, -0.01, 0.34, 0, 52.2),
    ("Hungary", 9.1, 7, -0.31, 0.41, 0.95, 0.76, 1.28, -0.05, 0.28, 0, 30.4),
    ("Slovenia", 7.1, 1, -1.58, 0.00, 0.74, 0.59, 1.00, -0.26, 0.00, -1, 4.3),
]
YEARS = np.array([row[1] for row in TABLE_15])


def published(column: int) -> np.ndarray:
    return np.array([row[column] for row in TABLE_15], dtype=float)


@pytest.mark.parametrize(
    ("column", "method", "arguments", "unit", "decimals"),
    [
        (2, "rank", {}, 1, 0),
        (3, "zscore", {}, 1, 2),
        (4, "minmax", {}, 100, 2),
        (5, "ratio_to", {"reference": "mean"}, 1, 2),
        (6, "ratio_to", {"reference": "best"}, 1, 2),
        (7, "ratio_to", {"reference": "worst"}, 1, 2),
        (8, "difference_to", {"reference": "mean", "relative": True}, 1, 2),
        (9, "difference_to", {"reference": "worst", "relative": True}, 1, 2),
        (11, "percentile_rank", {}, 1, 1),
    ],
)
def test_normalisations_of_mean_years_of_school(column, method, arguments, unit, decimals):
    found = normalise(YEARS, method, **arguments).scores / unit
    assert found == pytest.approx(published(column), abs=0.5 * 10.0**-decimals + 1e-9)


def test_above_or_below_the_mean_by_a_fifth():
    ratio = normalise(YEARS, "ratio_to").scores
    marks = np.where(ratio > 1.2, 1, np.where(ratio < 0.8, -1, 0))
    assert marks.tolist() == published(10).tolist()


def test_distance_to_the_leader_depends_on_the_zero_of_the_scale():
    # temperature and humidity of A and B, each by the leader's value, equal weights
    tables = {
        "celsius": ([[35, 75], [39, 50]], [[35.9, 70], [40, 45]]),
        "fahrenheit": ([[95, 75], [102.2, 50]], [[96.62, 70], [104, 45]]),
    }
    composites = {
        (unit, year): aggregate(normalise(np.array(x, float), "ratio_to", reference="best").scores, [1, 1])
        for unit, years in tables.items()
        for year, x in zip((2003, 2004), years, strict=True)
    }
    assert composites["celsius", 2003] == pytest.approx([0.949, 0.833], abs=5e-4)
    assert composites["celsius", 2004] == pytest.approx([0.949, 0.821], abs=5e-4)
    assert composites["fahrenheit", 2003] == pytest.approx([0.965, 0.833], abs=5e-4)
    assert composites["fahrenheit", 2004] == pytest.approx([0.965, 0.821], abs=5e-4)
    # "using Celsius the level of A has increased, using Fahrenheit it decreases"
    assert composites["celsius", 2004][0] > composites["celsius", 2003][0]
    assert composites["fahrenheit", 2004][0] < composites["fahrenheit", 2003][0]


def test_geometric_aggregation_does_not_let_one_strength_make_up_for_three_weaknesses():
    scores = [[21, 1, 1, 1], [6, 6, 6, 6], [21, 2, 1, 1], [6, 7, 6, 6]]
    assert aggregate(scores, [1] * 4)[:2].tolist() == [6.0, 6.0]
    # the handbook cuts off after two decimals: 2.1406, 2.5457, 6.2357
    found = aggregate(scores, [1] * 4, "geometric")
    assert (np.floor(found * 100) / 100).tolist() == [2.14, 6.0, 2.54, 6.23]
