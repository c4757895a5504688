"""Reference groups: against whom each unit is compared.

Groups come as one label per unit (region, population band; None or "" = no group), or as a
units × k array of unit indices (k nearest by profile; a unit always belongs to its own reference).
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np

from ckanext.msativo.analysis.arrays import Array, Ints
from ckanext.msativo.analysis.errors import AnalysisError
from ckanext.msativo.i18n_marker import N_

MIN_GROUP = 8
NO_UNIT = -1  # an empty place among the neighbours of a unit


@dataclass(frozen=True)
class Grouping:
    """``references[k]`` = indices of group k's units; ``own[i]`` = group of unit i, −1 = none."""

    references: tuple[Ints, ...]
    own: Ints
    min_size: int = MIN_GROUP


def read_groups(groups: Any, units: int, min_size: int = MIN_GROUP) -> Grouping | None:
    """Read labels or neighbour indices; None means that everyone is compared with everyone."""
    if groups is None:
        return None
    array = np.asarray(groups)
    if array.ndim not in (1, 2) or len(array) != units:
        raise AnalysisError(
            "bad_groups",
            N_(
                "The groups have shape {shape}; expected one label, or one row of neighbours, "
                "for each of {units} units."
            ),
            shape=array.shape,
            units=units,
        )
    if array.ndim == 1:
        return _from_labels(list(groups), min_size)
    return _from_neighbours(array, min_size)


def _from_labels(labels: list[Any], min_size: int) -> Grouping:
    number: dict[Any, int] = {}
    own = np.array(
        [-1 if _is_blank(label) else number.setdefault(label, len(number)) for label in labels],
        dtype=np.intp,
    )
    return Grouping(tuple(np.flatnonzero(own == k) for k in range(len(number))), own, min_size)


def _from_neighbours(neighbours: Array, min_size: int) -> Grouping:
    units = len(neighbours)
    integers = np.issubdtype(neighbours.dtype, np.integer)
    if not integers or not np.isin(neighbours, np.arange(NO_UNIT, units)).all():
        raise AnalysisError(
            "bad_neighbours",
            N_("A reference group by neighbours needs unit indices between 0 and {last}."),
            last=units - 1,
        )
    references = tuple(
        np.unique(np.append(row[row != NO_UNIT], unit)).astype(np.intp) for unit, row in enumerate(neighbours)
    )
    return Grouping(references, np.arange(units), min_size)


def _is_blank(label: Any) -> bool:
    return label is None or label == "" or (isinstance(label, float) and math.isnan(label))
