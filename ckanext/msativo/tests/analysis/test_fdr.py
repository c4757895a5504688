from __future__ import annotations

import numpy as np
import pytest
import scipy.stats
from hypothesis import given
from hypothesis import strategies as st

from ckanext.msativo.analysis.fdr import adjusted_p


def test_the_example_of_benjamini_and_hochberg():
    # their table of 15 p values (1995, section 4.1): at 5 % the four smallest are rejected
    p = [
        0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344,
        0.0459, 0.3240, 0.4262, 0.5719, 0.6528, 0.7590, 1.0000,
    ]  # fmt: skip
    assert (adjusted_p(p) <= 0.05).sum() == 4
    assert adjusted_p(p)[3] == pytest.approx(0.0095 * 15 / 4)


@given(st.lists(st.floats(0, 1), min_size=1, max_size=30))
def test_agrees_with_scipy(values):
    assert adjusted_p(values) == pytest.approx(scipy.stats.false_discovery_control(values))


def test_missing_values_do_not_count():
    found = adjusted_p([0.01, float("nan"), 0.5])
    assert found[[0, 2]].tolist() == [0.02, 0.5] and np.isnan(found[1])
    assert adjusted_p([]).shape == (0,)
