from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ckanext.msativo.analysis import AnalysisError, flag
from ckanext.msativo.analysis.colours import (
    COLOUR_NAMES,
    band_position,
    colour_at,
    two_worst_colour,
)
from ckanext.msativo.tests.analysis.strategies import exact

NAN = float("nan")
SCALE = {"worst": 40, "red": 60, "green": 80, "best": 100}


def colours(positions) -> list[str]:
    return [COLOUR_NAMES[code] for code in two_worst_colour(positions)]


def test_places_by_hand():
    x = [30, 40, 50, 60, 65, 70, 80, 90, 100, 110, NAN]
    found = band_position(x, **SCALE)
    assert found[:10].tolist() == [0, 0, 0.5, 1, 1.25, 1.5, 2, 2.5, 3, 3]
    assert np.isnan(found[10])


def test_places_when_smaller_is_better_and_for_a_target_band():
    down = band_position([10, 20, 50], worst=60, red=40, green=20, best=0, polarity=-1)
    assert down.tolist() == [2.5, 2.0, 0.5]
    band = band_position([15, 8, 25], worst=10, red=5, green=0, best=0, polarity=(10, 20), orange=2)
    # distances 0, 2 and 5 with cuts at 0, 2 and 5
    assert band.tolist() == [3.0, 1.5, 1.0]


def test_a_goalpost_inside_the_cuts_does_not_change_the_band():
    found = band_position([59, 60, 79, 80], worst=65, red=60, green=80, best=75)
    assert colour_at(found).tolist() == [4, 3, 2, 1]


def test_one_legal_limit_parts_red_from_green():
    found = band_position([24, 25, 26], worst=0, red=25, green=25, best=50)
    assert colour_at(found).tolist() == [4, 1, 1]


def test_limits_on_the_wrong_side_are_an_error():
    with pytest.raises(AnalysisError, match="out of order"):
        band_position([1], worst=0, red=3, green=2, best=9)


def test_colour_of_the_mean_of_the_two_lowest():
    assert colours([[1.2, 1.6, 3.0]]) == ["laranja"]  # mean 1.4
    assert colours([[1.6, 1.6, 0.5]]) == ["laranja"]  # mean 1.05
    assert colours([[1.8, 1.5]]) == ["amarelo"]  # mean 1.65
    assert colours([[2.0, 2.0]]) == ["verde"]


def test_green_only_if_both_are_green_and_red_only_if_both_are_red():
    assert colours([[1.9, 2.5]]) == ["amarelo"]  # mean 2.2
    assert colours([[0.2, 1.6]]) == ["laranja"]  # mean 0.9
    assert colours([[0.2, 0.9]]) == ["vermelho"]


def test_missing_places_are_left_out():
    assert colours([[NAN, 0.5, NAN], [NAN, NAN, NAN], [NAN, 2.0, 2.4]]) == [
        "vermelho",
        "sem_dado",
        "verde",
    ]


@given(st.lists(exact, min_size=1, max_size=20), exact, exact, st.sampled_from([1, -1]))
def test_the_colour_of_a_place_is_the_band_of_the_rule_limiar(x, one, other, polarity):
    red, green = sorted((one, other), key=lambda cut: polarity * cut)
    span = polarity * 100
    found = band_position(x, worst=red - span, red=red, green=green, best=green + span, polarity=polarity)
    bands = flag(x, "limiar", polarity=polarity, verde=green, vermelho=red)
    assert bands.band is not None
    assert [COLOUR_NAMES[code] for code in colour_at(found)] == [bands.band_names[code] for code in bands.band]
