"""``Evaluation``: what ``evaluate`` says about one indicator, and its flat form."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ckanext.msativo.analysis.arrays import Array, Bools, Floats, Ints, States
from ckanext.msativo.analysis.coverages import ReferenceYear
from ckanext.msativo.analysis.errors import AnalysisError
from ckanext.msativo.analysis.flagresult import FlagResult, Reason
from ckanext.msativo.analysis.method import IndicatorMethod
from ckanext.msativo.analysis.small_numbers import (
    CONFIDENCE_NAMES,
    LOW,
    SMALL_NUMBERS_TEXT,
    PooledRates,
)
from ckanext.msativo.analysis.states import state_names
from ckanext.msativo.i18n_marker import N_


@dataclass(frozen=True)
class Evaluation:
    """One indicator at every year in which any unit has a value: the evaluated years R, ascending.

    Per unit and R: ``value`` (NaN), ``value_year`` (0 = none), ``lag`` (−1 = none), ``judged`` (the
    value that was judged and ranked: ``value``, or for event rates the smoothed one), ``state``,
    ``rank`` (1 = worst, 0 = none), ``percentile`` (NaN), ``limit_critical`` and ``limit_attention``
    (in the indicator's units; for a target band distances from it), ``critical_since`` (0 = not
    critical), ``confidence`` (code of CONFIDENCE_NAMES; None unless small numbers were handled, and
    so is ``rates``).
    Per R: ``coverage`` (of the values of that year), ``n_year`` (units with a value of that year),
    ``installed``, ``n`` (units with a judged value), ``median`` of the judged values, ``counts``
    (4 × R, row = state code), ``under_coverage``.
    """

    method: IndicatorMethod
    years: Ints
    value: Floats
    value_year: Ints
    lag: Ints
    judged: Floats
    state: States
    rank: Ints
    percentile: Floats
    limit_critical: Floats
    limit_attention: Floats
    critical_since: Ints
    coverage: Floats
    n_year: Ints
    installed: Ints
    n: Ints
    median: Floats
    counts: Ints
    reference: ReferenceYear
    flags: FlagResult
    rates: PooledRates | None = None
    confidence: States | None = None

    @property
    def under_coverage(self) -> Bools:
        return ~(self.coverage >= self.method.min_coverage)

    @property
    def band(self) -> NDArray[np.str_] | None:
        """Names of the bands, units × R; None when the rule has none."""
        if self.flags.band is None:
            return None
        return np.array(self.flags.band_names)[self.flags.band]

    def column_of(self, year: int) -> int:
        """Position of an evaluated year; AnalysisError otherwise."""
        found = np.flatnonzero(self.years == year)
        if not len(found):
            raise AnalysisError(
                "year_not_evaluated",
                N_("No unit has a value in {year}. Years with values: {years}."),
                year=year,
                years=self.years.tolist(),
            )
        return int(found[0])

    def reason(self, unit: int, year: int) -> Reason:
        """Why a unit has its state in an evaluated year, with its value among the facts."""
        column = self.column_of(year)
        reason = self.flags.reason(unit, column)
        seen = {"value": self.value[unit, column].item(), "lag": self.lag[unit, column].item()}
        code, msgid = reason.code, reason.msgid
        if self.rates is not None and self.confidence is not None:
            seen |= self.rates.facts(unit, column)
            if self.confidence[unit, column] == LOW:
                code, msgid = "numeros_pequenos", SMALL_NUMBERS_TEXT
        return Reason(code, msgid, {**reason.params, **seen})

    def table(self) -> dict[str, Array]:
        """Flat columns, one row per unit and R, units within years; ``unit`` = its row."""
        units, years = self.state.shape
        flat = {
            "unit": np.tile(np.arange(units), years),
            "year": np.repeat(self.years, units),
            "value": self.value,
            "value_year": self.value_year,
            "lag": self.lag,
            "judged": self.judged,
            "state": state_names(self.state),
            "rank": self.rank,
            "percentile": self.percentile,
            "limit_critical": self.limit_critical,
            "limit_attention": self.limit_attention,
            "critical_since": self.critical_since,
            "group_fallback": np.broadcast_to(self.flags.fallback, self.state.shape),
        }
        if self.band is not None:
            flat["band"] = self.band
        if self.rates is not None and self.confidence is not None:
            flat |= {
                "raw_rate": self.rates.raw,
                "smoothed_rate": self.rates.smoothed,
                "pooled_events": self.rates.events,
                "unstable": self.rates.instavel,
                "confidence": np.array(CONFIDENCE_NAMES)[self.confidence],
            }
        return {name: array.ravel(order="F") for name, array in flat.items()}
