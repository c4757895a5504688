"""Colour of the two worst indicators of a challenge (the dashboard rule of the SDG Index).

Each value is placed on a scale from 0 to 3, piecewise linear: 0 = worst goalpost, 1 = red cut,
1.5 = amarelo/laranja cut, 2 = green cut, 3 = best goalpost; the colour is that of the mean of the
two lowest, with a check on both.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ckanext.msativo.analysis.arrays import Floats, States
from ckanext.msativo.analysis.errors import AnalysisError
from ckanext.msativo.analysis.orientation import DECIMALS, Polarity, midpoint, orient, read_polarity
from ckanext.msativo.i18n_marker import N_

COLOUR_NAMES = ("sem_dado", "verde", "amarelo", "laranja", "vermelho")
NO_COLOUR, GREEN, YELLOW, ORANGE, RED = range(len(COLOUR_NAMES))

RED_AT, ORANGE_AT, GREEN_AT = 1.0, 1.5, 2.0


def band_position(
    x: Any,
    *,
    worst: float,
    red: float,
    green: float,
    best: float,
    orange: float | None = None,
    polarity: Polarity = 1,
) -> Floats:
    """Places of a vector of values on the scale from 0 to 3; NaN stays NaN.

    Cuts and goalposts are in the indicator's units (distances, for a target band). A goalpost that
    lies inside the cuts is moved to the nearest one, so that a band never lies.
    """
    orientation = read_polarity(polarity)
    middle = midpoint(red, green) if orange is None else orange
    cuts = [float(orientation.cut(limit)) for limit in (red, middle, green)]
    if not cuts[0] <= cuts[1] <= cuts[2]:
        raise AnalysisError(
            "limits_out_of_order",
            N_("The limits are out of order for this polarity: red {red}, {orange}, green {green}."),
            red=red,
            orange=middle,
            green=green,
        )
    low = min(float(orientation.cut(worst)), cuts[0])
    high = max(float(orientation.cut(best)), cuts[2])
    return _interpolate(orient(x, polarity), [low, *cuts, high])


def _interpolate(y: Floats, stops: list[float]) -> Floats:
    """Piecewise linear between the stops; at a stop, and where stops coincide, the better side."""
    places = np.array([0.0, RED_AT, ORANGE_AT, GREEN_AT, 3.0])
    at = np.array(stops)
    segment = np.clip(np.searchsorted(at, y, side="right") - 1, 0, len(at) - 2)
    span = at[segment + 1] - at[segment]
    reached = (y >= at[segment]).astype(float)  # all there is to say where stops coincide
    share = np.divide(y - at[segment], span, out=reached, where=span > 0)
    placed = places[segment] + np.clip(share, 0.0, 1.0) * (places[segment + 1] - places[segment])
    return np.where(np.isnan(y), np.nan, placed)


def two_worst_colour(positions: Any) -> States:
    """Codes of COLOUR_NAMES from units × indicators places; with one place only, its own colour."""
    ordered = np.sort(np.atleast_2d(np.asarray(positions, dtype=float)), axis=1)
    first = ordered[:, 0]
    second = ordered[:, 1] if ordered.shape[1] > 1 else first
    second = np.where(np.isnan(second), first, second)
    mean = colour_at(np.round((first + second) / 2, DECIMALS))
    better = colour_at(second)  # of the two
    worse = colour_at(first)
    colour = np.where((mean == GREEN) & (worse != GREEN), YELLOW, mean)
    colour = np.where((colour == RED) & (better != RED), ORANGE, colour)
    return np.where(np.isnan(first), NO_COLOUR, colour).astype(np.int8)


def colour_at(position: Any) -> States:
    """Colour of a place on the scale: < 1 vermelho, < 1.5 laranja, < 2 amarelo, else verde."""
    place = np.asarray(position, dtype=float)
    codes = np.select(
        [np.isnan(place), place < RED_AT, place < ORANGE_AT, place < GREEN_AT],
        [NO_COLOUR, RED, ORANGE, YELLOW],
        GREEN,
    )
    return codes.astype(np.int8)
