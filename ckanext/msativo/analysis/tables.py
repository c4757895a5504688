"""Reads what callers give as values: a vector of units, or a table of units × columns."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from ckanext.msativo.analysis.arrays import Floats
from ckanext.msativo.analysis.errors import AnalysisError
from ckanext.msativo.i18n_marker import N_

BLOCK_VALUES = 2**17  # 1 MB of float64, which stays in the processor's cache


def as_table(x: Any) -> tuple[Floats, bool]:
    """``x`` as units × columns of floats, and whether it was a vector. Raises AnalysisError."""
    table = np.asarray(x, dtype=float)
    if table.ndim not in (1, 2):
        raise AnalysisError(
            "bad_shape",
            N_("Values must be units or units × columns; they have {dimensions} dimensions."),
            dimensions=table.ndim,
        )
    return (table[:, None], True) if table.ndim == 1 else (table, False)


def column_blocks(units: int, columns: int, values: int = BLOCK_VALUES) -> Iterator[slice]:
    """Blocks of columns that hold some ``values`` each; one empty block when there are no columns."""
    width = max(1, values // max(units, 1))
    for start in range(0, max(columns, 1), width):
        yield slice(start, min(start + width, columns))


def contiguous_columns(x: Floats) -> Floats:
    """units × columns → columns × units, contiguous. Two small copies beat a strided one."""
    return np.ascontiguousarray(x.T if x.flags.f_contiguous else np.ascontiguousarray(x).T)


def per_column(value: Any, columns: int) -> Floats:
    """A number, or one number per column, as one per column."""
    array = np.asarray(value, dtype=float)
    if array.shape not in ((), (columns,)):
        raise AnalysisError(
            "bad_length",
            N_("Give one number, or {columns}: one per column; got {shape}."),
            columns=columns,
            shape=array.shape,
        )
    return np.broadcast_to(array, (columns,)).copy()


def per_unit(values: Any, units: int, name: str) -> Floats:
    """One number per unit; the error names what it is."""
    array = np.asarray(values, dtype=float)
    if array.shape != (units,):
        raise AnalysisError(
            "bad_units",
            N_("“{name}” must have one value for each of {units} units; its shape is {shape}."),
            name=name,
            units=units,
            shape=array.shape,
        )
    return array
