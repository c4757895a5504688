"""Normalisers ``ratio_to`` and ``difference_to``: how far from a reference, more is better.

The reference is the mean, the best, the worst, or a declared target. The ratio is x / reference, or
reference / x when smaller is better, so that 1 is the reference and more is better in both cases.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from ckanext.msativo.analysis.arrays import Bools, Floats
from ckanext.msativo.analysis.errors import AnalysisError, listed
from ckanext.msativo.analysis.normalisers.base import NORMALISERS, Goals, Normaliser, Scored
from ckanext.msativo.analysis.notices import Notice
from ckanext.msativo.analysis.orientation import Orientation
from ckanext.msativo.analysis.params import Param
from ckanext.msativo.analysis.reference import Reference
from ckanext.msativo.i18n_marker import N_

REFERENCES = ("mean", "best", "worst", "target")

_PARAMS = (
    Param(
        "reference",
        str,
        "mean",
        N_("Reference"),
        listed(REFERENCES),
        lambda name: name in REFERENCES,
    ),
    Param("target", float, None, N_("Target, in the indicator's units")),
)
_RELATIVE = Param("relative", bool, False, N_("In shares of the reference"), N_("true or false"))


class RatioTo(Normaliser):
    """x / reference, or reference / x when smaller is better."""

    name = "ratio_to"
    label = N_("Ratio to a reference")
    params = _PARAMS

    def score(self, values: Reference, goals: Goals, params: Mapping[str, Any], orientation: Orientation) -> Scored:
        if orientation.band is not None:
            raise AnalysisError("ratio_of_band", N_("A target band has no ratio; use “difference_to”."))
        x = orientation.limit_columns(values.y)
        reference = np.broadcast_to(orientation.limit(reference_of(values, params, orientation))[:, None], x.shape)
        bigger_is_better = np.broadcast_to(_column(orientation.sign), x.shape) > 0
        above = np.where(bigger_is_better, x, reference)
        below = np.where(bigger_is_better, reference, x)
        scores = np.divide(above, below, out=np.full(x.shape, np.nan), where=below != 0)
        return Scored(scores, notices=_zero_notices((below == 0) & values.present))


class DifferenceTo(Normaliser):
    """y − reference, divided by |reference| when relative."""

    name = "difference_to"
    label = N_("Difference to a reference")
    params = (*_PARAMS, _RELATIVE)

    def score(self, values: Reference, goals: Goals, params: Mapping[str, Any], orientation: Orientation) -> Scored:
        reference = reference_of(values, params, orientation)[:, None]
        scores = values.y - reference
        if not params["relative"]:
            return Scored(scores)
        zero = np.broadcast_to(reference == 0, scores.shape)
        safe = np.where(reference == 0, np.nan, np.abs(reference))
        return Scored(scores / safe, notices=_zero_notices(zero & values.present))


def reference_of(values: Reference, params: Mapping[str, Any], orientation: Orientation) -> Floats:
    """The reference on y, one per column."""
    name, target = params["reference"], params["target"]
    if (name == "target") != (target is not None):
        raise AnalysisError("target_mismatch", N_("Declare a target exactly when the reference is “target”."))
    if name == "target":
        return np.broadcast_to(np.asarray(orientation.cut(target), dtype=float), (len(values.y),)).copy()
    return {"mean": values.mean, "best": values.largest, "worst": values.smallest}[name]


def _column(sign: Any) -> Any:
    return sign[:, None] if isinstance(sign, np.ndarray) else np.array(sign)


def _zero_notices(zero: Bools) -> tuple[Notice, ...]:
    text = N_("{count} values have no score, since they would be divided by zero.")
    return tuple(
        Notice("division_by_zero", text, {"count": int(count)}, column)
        for column, count in enumerate(zero.sum(axis=1))
        if count
    )


for _normaliser in (RatioTo(), DifferenceTo()):
    NORMALISERS.register(_normaliser.name, _normaliser)
