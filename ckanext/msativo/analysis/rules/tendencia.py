"""Rule ``tendencia``: the value has been getting worse, beyond doubt and by a relevant amount.

It looks at the oriented history up to the reference year, at the years with a value (at least
``min_points``), and judges a unit only when it has a value for the reference year.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

import numpy as np

from ckanext.msativo.analysis.arrays import Array, Bools, Floats
from ckanext.msativo.analysis.errors import AnalysisError
from ckanext.msativo.analysis.flagresult import FlagResult
from ckanext.msativo.analysis.orientation import Orientation
from ckanext.msativo.analysis.params import SHARE, Param
from ckanext.msativo.analysis.rules.base import RULES, Rule, RuleInput
from ckanext.msativo.analysis.series import Series
from ckanext.msativo.analysis.states import ADEQUADO, ATENCAO, CRITICO, SEM_DADO
from ckanext.msativo.analysis.trend import CONFIDENCE, Trend, theil_sen
from ckanext.msativo.i18n_marker import N_

_SLACK = 1e-9  # a slope that misses the one that matters by rounding only reaches it


def reaches(adverse: Floats, min_slope: float) -> Bools:
    """Where a yearly change for the worse is as large as the smallest one that matters."""
    return adverse >= min_slope * (1 - _SLACK)


class Tendencia(Rule):
    """critico: the interval is wholly adverse and |slope| ≥ min_slope; atencao: smaller."""

    name = "tendencia"
    label = N_("Adverse trend")
    needs = "series"
    params = (
        Param(
            "min_slope",
            float,
            0.0,
            N_("Smallest yearly change that matters, in the indicator's units"),
            N_("a number, 0 or more"),
            lambda slope: slope >= 0,
        ),
        Param(
            "confidence",
            float,
            CONFIDENCE,
            N_("Confidence of the interval"),
            N_("a number greater than 0 and less than 1"),
            lambda share: 0 < share < 1,
            SHARE,
        ),
        Param(
            "min_points",
            int,
            5,
            N_("Years with a value that are needed"),
            N_("a whole number, 3 or more"),
            lambda points: points >= 3,
        ),
        Param(
            "window",
            int,
            None,
            N_("Years looked back; empty = all"),
            N_("a whole number, 3 or more"),
            lambda years: years >= 3,
        ),
    )
    not_applicable = N_("there are fewer than the {min_points} years with a value that a trend needs")
    texts: ClassVar = {
        CRITICO: (
            "tendencia_critica",
            N_(
                "getting worse beyond doubt: {inclinacao} a year in {pontos} years with a value (between {inferior} "
                "and {superior} with {confidence} confidence)"
            ),
        ),
        ATENCAO: (
            "tendencia_atencao",
            N_(
                "getting worse beyond doubt, but less than the {min_slope} a year that matters: {inclinacao} a year "
                "in {pontos} years with a value"
            ),
        ),
        ADEQUADO: (
            "tendencia_adequada",
            N_("not getting worse beyond doubt: {inclinacao} a year in {pontos} years with a value"),
        ),
    }

    def judge(self, data: RuleInput, params: Mapping[str, Any]) -> FlagResult:
        series = _series_of(data)
        trends = [
            _trend(series, data.orientation, int(year), params, data.x[:, column])
            for column, year in enumerate(series.until)
        ]
        slope, low, high, points = (
            _stack([getattr(trend, name) for trend in trends], data.x.shape) for name in ("slope", "low", "high", "n")
        )
        missing = np.isnan(data.x)
        few = points < params["min_points"]
        enough = reaches(-slope, params["min_slope"])
        worse = np.where(high < 0, np.where(enough, CRITICO, ATENCAO), ADEQUADO)
        sign = data.orientation.sign
        return FlagResult(
            rule=self.name,
            params=dict(params),
            state=np.where(missing | few, SEM_DADO, worse).astype(np.int8),
            limits={},
            n=np.count_nonzero(~missing, axis=0),
            sem_variacao=np.zeros(data.x.shape[1], dtype=bool),
            nao_aplicavel=few & ~missing,
            fallback=np.zeros(data.x.shape[1], dtype=bool),
            extras={
                "inclinacao": slope * sign,
                "inferior": np.minimum(low * sign, high * sign),
                "superior": np.maximum(low * sign, high * sign),
                "pontos": points,
            },
            texts=self.texts,
        )


def _series_of(data: RuleInput) -> Series:
    series = data.series
    if series is None or series.values.shape[0] != len(data.x):
        raise AnalysisError(
            "series_needed",
            N_("The rule “{rule}” looks at several years; give it the series of the same units."),
            rule=Tendencia.name,
        )
    if len(series.until) != data.x.shape[1]:
        raise AnalysisError(
            "series_columns",
            N_("The series has {given} reference years for {columns} columns of values."),
            given=len(series.until),
            columns=data.x.shape[1],
        )
    return series


def _trend(series: Series, orientation: Orientation, year: int, params: Mapping[str, Any], used: Floats) -> Trend:
    """Trend of y up to ``year``; no points where no value is used at that year."""
    seen = series.years <= year
    if params["window"] is not None:
        seen &= series.years > year - params["window"]
    y = orientation.orient(series.values[:, seen])
    return theil_sen(series.years[seen], np.where(np.isnan(used)[:, None], np.nan, y), params["confidence"])


def _stack(vectors: list[Array], shape: tuple[int, ...]) -> Array:
    return np.stack(vectors, axis=1) if vectors else np.empty(shape)


RULES.register(Tendencia.name, Tendencia())
