"""``evaluate``: one indicator at every reference year: value used, state, rank, persistence."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ckanext.msativo.analysis.arrays import Array, Bools, Floats, Ints, States
from ckanext.msativo.analysis.coverage import (
    ReferenceYear,
    coverage,
    latest_within,
    mask_not_installed,
    read_years,
    reference_year,
)
from ckanext.msativo.analysis.errors import AnalysisError
from ckanext.msativo.analysis.flagging import flag
from ckanext.msativo.analysis.flagresult import FlagResult, Reason
from ckanext.msativo.analysis.method import IndicatorMethod
from ckanext.msativo.analysis.persistence import critical_since
from ckanext.msativo.analysis.ranks import percentile_of, rank_worst_first
from ckanext.msativo.analysis.series import Series
from ckanext.msativo.analysis.states import count_states, state_names
from ckanext.msativo.i18n_marker import N_


@dataclass(frozen=True)
class Evaluation:
    """One indicator at every year in which any unit has a value: the evaluated years R, ascending.

    Per unit and R: ``value`` (NaN), ``value_year`` (0 = none), ``lag`` (−1 = none), ``state``,
    ``rank`` (1 = worst, 0 = none), ``percentile`` (NaN), ``limit_critical`` and ``limit_attention``
    (in the indicator's units; for a target band distances from it), ``critical_since`` (0 = not
    critical).
    Per R: ``coverage`` (of the values of that year), ``n_year`` (units with a value of that year),
    ``installed``, ``n`` (units with a used value), ``median`` of the used values, ``counts``
    (4 × R, row = state code), ``under_coverage``.
    """

    method: IndicatorMethod
    years: Ints
    value: Floats
    value_year: Ints
    lag: Ints
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
                N_("No unit has a value in {year}. Ints with values: {years}."),
                year=year,
                years=self.years.tolist(),
            )
        return int(found[0])

    def reason(self, unit: int, year: int) -> Reason:
        """Why a unit has its state in an evaluated year, with its value among the facts."""
        column = self.column_of(year)
        reason = self.flags.reason(unit, column)
        seen = {"value": self.value[unit, column].item(), "lag": self.lag[unit, column].item()}
        return Reason(reason.code, reason.msgid, {**reason.params, **seen})

    def table(self) -> dict[str, Array]:
        """Flat columns, one row per unit and R, units within years; ``unit`` = its row."""
        units, years = self.state.shape
        flat = {
            "unit": np.tile(np.arange(units), years),
            "year": np.repeat(self.years, units),
            "value": self.value,
            "value_year": self.value_year,
            "lag": self.lag,
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
        return {name: array.ravel(order="F") for name, array in flat.items()}


def evaluate(
    years: Any,
    values: Any,
    installed: Any,
    method: IndicatorMethod,
    *,
    groups: Any = None,
    asked: int | None = None,
) -> Evaluation:
    """Judge one indicator at every year in which any unit has a value.

    ``years`` ascending; ``values`` units × years, NaN = missing; ``installed`` bool, same shape, or
    None; ``groups`` labels or neighbours when the method has a reference group; ``asked`` sets
    ``reference`` instead of the coverage rule. Raises AnalysisError.
    """
    all_years, table = read_years(years, values)
    table = mask_not_installed(table, installed)
    _check_groups(method, groups)
    evaluated = ~np.isnan(table).all(axis=0) if len(table) else np.zeros(len(all_years), bool)
    at = all_years[evaluated]
    used = [latest_within(all_years, table, int(r), method.tolerance) for r in at]
    value = _columns([latest.value for latest in used], len(table), np.float64)
    flags = _flags(method, value, groups, Series(all_years, table, at))
    rank = rank_worst_first(value, method.polarity)
    shares = coverage(table, installed)
    exists = np.ones(table.shape, bool) if installed is None else np.asarray(installed, bool)
    present = ~np.isnan(table)
    return Evaluation(
        method=method,
        years=at,
        value=value,
        value_year=_columns([latest.year for latest in used], len(table), np.int32),
        lag=_columns([latest.lag for latest in used], len(table), np.int32),
        state=flags.state,
        rank=rank,
        percentile=percentile_of(rank),
        limit_critical=_limit(flags, "critico"),
        limit_attention=_limit(flags, "atencao"),
        critical_since=critical_since(at, flags.state),
        coverage=shares[evaluated],
        n_year=present.sum(axis=0)[evaluated],
        installed=exists.sum(axis=0)[evaluated],
        n=(~np.isnan(value)).sum(axis=0),
        median=np.nanmedian(value, axis=0) if value.size else np.full(len(at), np.nan),
        counts=count_states(flags.state),
        reference=reference_year(all_years, shares, asked, method.min_coverage),
        flags=flags,
    )


def _flags(method: IndicatorMethod, value: Floats, groups: Any, series: Series) -> FlagResult:
    return flag(
        value,
        method.rule,
        polarity=method.polarity,
        groups=groups,
        min_group=method.min_group,
        series=series,
        **method.params,
    )


def _limit(flags: FlagResult, name: str) -> Floats:
    """A limit per unit and year, without copying what all units share."""
    limit = flags.limits.get(name, np.array(np.nan))
    return np.broadcast_to(limit, flags.state.shape)


def _columns(vectors: list[Array], units: int, dtype: Any) -> Array:
    return np.stack(vectors, axis=1) if vectors else np.empty((units, 0), dtype=dtype)


def _check_groups(method: IndicatorMethod, groups: Any) -> None:
    if (method.reference_group is None) != (groups is None):
        raise AnalysisError(
            "groups_mismatch",
            N_(
                "The method's reference group is {group}; give the groups of the units exactly "
                "when it has one."
            ),
            group=repr(method.reference_group),
        )
