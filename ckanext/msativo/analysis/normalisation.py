"""``normalise``: values of units in one or many indicators as scores where more is better."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from ckanext.msativo.analysis.arrays import Floats
from ckanext.msativo.analysis.errors import AnalysisError
from ckanext.msativo.analysis.normalisers import NORMALISERS, Goals, Normaliser, Scored
from ckanext.msativo.analysis.notices import Notice
from ckanext.msativo.analysis.orientation import Orientation, Polarity, read_polarity
from ckanext.msativo.analysis.params import resolve
from ckanext.msativo.analysis.reference import Reference
from ckanext.msativo.analysis.tables import as_table, column_blocks, contiguous_columns, per_column
from ckanext.msativo.i18n_marker import N_


@dataclass(frozen=True)
class Normalised:
    """Scores in the shape of the input, the ends of the scale that were used, and notices.

    ``best`` and ``worst`` are in the indicator's units (for a target band: distances), None for a
    method without ends; give them back to ``normalise`` to freeze the scale for a cycle.
    """

    method: str
    params: Mapping[str, Any]
    scores: Floats
    best: Floats | None
    worst: Floats | None
    warnings: tuple[Notice, ...]


def normalise(
    x: Any,
    method: str = "goalposts",
    *,
    polarity: Polarity = 1,
    best: Any = None,
    worst: Any = None,
    **params: Any,
) -> Normalised:
    """Scores of ``x`` (units, or units × columns; NaN = missing) by a named normaliser.

    ``best`` and ``worst`` are declared ends in the indicator's units, one or one per column
    (None or NaN = derived from the values); only ``goalposts`` takes them. Raises AnalysisError.
    """
    found = NORMALISERS.get(method)
    table, vector = as_table(x)
    orientation = read_polarity(polarity)
    orientation.check_columns(table.shape[1])
    resolved = resolve(found.params, params, method)
    if not found.uses_goals and not (best is None and worst is None):
        raise AnalysisError(
            "goals_unused",
            N_("“{method}” derives its scale from the values; it takes no best or worst."),
            method=method,
        )
    goals = Goals(*(_goal(end, orientation, table.shape[1]) for end in (best, worst)))
    scored = _scored(found, table, goals, resolved, orientation)
    scores = scored.scores.T
    return Normalised(
        method,
        resolved,
        scores[:, 0] if vector else scores,
        _end(scored.best, orientation, vector),
        _end(scored.worst, orientation, vector),
        scored.notices,
    )


def _scored(
    method: Normaliser, table: Floats, goals: Goals, params: Mapping[str, Any], orientation: Orientation
) -> Scored:
    """All columns, in blocks: each column is scored by itself, and a notice is about a column of its block."""
    units, columns = table.shape
    scores = np.empty((columns, units))
    ends: list[Scored] = []
    notices: list[Notice] = []
    for block in column_blocks(units, columns):
        own = orientation.block(block)
        values = Reference(own.orient_columns(contiguous_columns(table[:, block])))
        scored = method.score(values, Goals(goals.best[block], goals.worst[block]), params, own)
        scores[block] = scored.scores
        ends.append(Scored(scores[:0], scored.best, scored.worst))
        notices += [replace(notice, column=notice.column + block.start) for notice in scored.notices]
    notices.sort(key=lambda notice: (notice.code, notice.column))
    return Scored(scores, _joined([end.best for end in ends]), _joined([end.worst for end in ends]), tuple(notices))


def _joined(ends: list[Floats | None]) -> Floats | None:
    known = [end for end in ends if end is not None]
    return np.concatenate(known) if known else None


def _goal(end: Any, orientation: Orientation, columns: int) -> Floats:
    given = per_column(np.nan if end is None else end, columns)
    return np.asarray(orientation.cut(given), dtype=float)


def _end(end: Floats | None, orientation: Orientation, vector: bool) -> Floats | None:
    if end is None:
        return None
    own = orientation.limit(end)
    return own[0] if vector else own
