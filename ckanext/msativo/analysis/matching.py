"""Matching: each participant beside the units most like it that do not take part, as weights of a contrast.

A contrast has one weight per unit: 1/participants for who takes part, minus its share among the comparators for who
is one (so they sum to 0), and 0 for everyone else. Contrast · change is the matched difference in differences.
A unit may be a comparator more than once (matching with replacement), and units equally far share a place: nothing
depends on the order in which units come.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ckanext.msativo.analysis.arrays import Bools, Floats, Ints
from ckanext.msativo.analysis.peer_groups import distances

DECIMALS = 10  # distances that differ after these are ties
BLOCK_VALUES = 2**17  # draws × participants × neighbours worked on at once


@dataclass(frozen=True)
class Neighbourhood:
    """Units × w: the other units, nearest first, and the ``tie`` each is in (0, 1, … by distance)."""

    nearest: Ints
    tie: Ints

    @property
    def untied(self) -> bool:
        return bool((np.diff(self.tie, axis=1) > 0).all())


def neighbourhood(points: Floats, least: int) -> Neighbourhood:
    """The nearest others of each unit by Euclidean distance: at least ``least``, and whoever ties with the last.

    ``points`` units × features without gaps. Takes units² of memory.
    """
    between = np.round(distances(points, points), DECIMALS)
    np.fill_diagonal(between, np.inf)  # last, and cut off: nobody is like oneself
    order = np.argsort(between, axis=1, kind="stable")[:, :-1]
    further = np.diff(np.take_along_axis(between, order, axis=1), axis=1, prepend=0.0) > 0
    tie = np.cumsum(further, axis=1, dtype=np.int32)
    width = min(least, order.shape[1])
    reach = int((tie <= tie[:, width - 1 : width]).sum(axis=1).max())
    return Neighbourhood(order[:, :reach].copy(), tie[:, :reach].copy())


def contrasts(near: Neighbourhood, takes_part: Bools, k: int) -> Floats:
    """The contrast of each draw, draws × units. ``takes_part`` draws × units, as many participants in each.

    ``near`` must reach k + participants − 1 units, among which k do not take part whatever the draw.
    """
    draws, units = takes_part.shape
    participants = int(takes_part[0].sum())
    result = np.empty((draws, units))
    step = max(1, BLOCK_VALUES // (participants * near.nearest.shape[1]))
    for start in range(0, draws, step):
        rows = takes_part[start : start + step]
        result[start : start + step] = rows / participants - _matched(near, rows, participants, k)
    return result


def _matched(near: Neighbourhood, takes_part: Bools, participants: int, k: int) -> Floats:
    """Share of each unit among the comparators, draws × units."""
    draws, units = takes_part.shape
    own = np.nonzero(takes_part)[1].reshape(draws, participants)
    places = near.nearest[own]  # draws × participants × w, as positions in the flat draws × units
    places += units * np.arange(draws)[:, None, None]
    free = ~takes_part.ravel()[places]
    count = np.cumsum(free, axis=2, dtype=np.int32)
    if near.untied:
        share = np.bincount(places[free & (count <= k)], minlength=draws * units)
    else:
        weight = _tied_weights(near.tie[own], free, count, k)
        share = np.bincount(places.ravel(), weight.ravel(), minlength=draws * units)
    return share.reshape(draws, units) / (k * participants)


def _tied_weights(tie: Ints, free: Bools, count: Ints, k: int) -> Floats:
    """1 for who is nearer than the k-th, a part of what is left of k for who ties with it, else 0."""
    last = np.take_along_axis(tie, np.argmax(count == k, axis=2, keepdims=True), axis=2)
    closer = free & (tie < last)
    tied = free & (tie == last)
    left = k - closer.sum(axis=2, keepdims=True)
    return closer + tied * (left / tied.sum(axis=2, keepdims=True))
