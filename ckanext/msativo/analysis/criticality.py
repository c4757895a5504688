"""``evaluate``: one indicator at every reference year: value used, state, rank, persistence."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from ckanext.msativo.analysis.arrays import Array, Floats, Ints, States
from ckanext.msativo.analysis.coverages import (
    LatestValues,
    coverage,
    latest_within,
    mask_not_installed,
    read_years,
    reference_year,
)
from ckanext.msativo.analysis.errors import AnalysisError
from ckanext.msativo.analysis.evaluation import Evaluation
from ckanext.msativo.analysis.flagging import flag
from ckanext.msativo.analysis.flagresult import FlagResult
from ckanext.msativo.analysis.method import IndicatorMethod
from ckanext.msativo.analysis.persistence import critical_since
from ckanext.msativo.analysis.ranks import percentile_of, rank_worst_first
from ckanext.msativo.analysis.reference import Reference
from ckanext.msativo.analysis.series import Series
from ckanext.msativo.analysis.small_numbers import (
    PooledRates,
    judge_small_numbers,
    pooled_rates,
)
from ckanext.msativo.analysis.smoothing import smooth_rates
from ckanext.msativo.analysis.states import count_states
from ckanext.msativo.i18n_marker import N_


def evaluate(
    years: Any,
    values: Any,
    installed: Any,
    method: IndicatorMethod,
    *,
    groups: Any = None,
    asked: int | None = None,
    at_years: Any = None,
    events: Any = None,
    population: Any = None,
) -> Evaluation:
    """Judge one indicator at every year in which any unit has a value, or at those of ``at_years``.

    ``years`` ascending; ``values`` units × years, NaN = missing; ``installed`` bool, same shape, or
    None; ``groups`` labels or neighbours when the method has a reference group; ``asked`` sets
    ``reference`` instead of the coverage rule. ``events`` and ``population`` (units × years) are
    for the kind ``taxa_eventos``, whose small numbers are then pooled and smoothed; ``values`` may
    then be None and are events / population × factor. Raises AnalysisError.
    """
    counts = _read_counts(years, events, population, installed, method)
    if values is None and counts is not None:
        values = smooth_rates(*counts, factor=method.factor).raw
    all_years, table = read_years(years, values)
    table = mask_not_installed(table, installed)
    _check_groups(method, groups)
    evaluated = ~np.isnan(table).all(axis=0) if len(table) else np.zeros(len(all_years), bool)
    if at_years is not None:
        evaluated = np.isin(all_years, at_years)
    at = all_years[evaluated]
    used = _used(all_years, table, at, method.tolerance)
    rates = None if counts is None else _rates(method, all_years, counts, used.year)
    judged = _judge(method, used.value, rates, groups, Series(all_years, table, at))
    rank = rank_worst_first(judged.values, method.polarity)
    shares = coverage(table, installed)
    exists = np.ones(table.shape, bool) if installed is None else np.asarray(installed, bool)
    return Evaluation(
        method=method,
        years=at,
        value=used.value,
        value_year=used.year,
        lag=used.lag,
        judged=judged.values,
        state=judged.state,
        rank=rank,
        percentile=percentile_of(rank),
        limit_critical=_limit(judged.flags, "critico"),
        limit_attention=_limit(judged.flags, "atencao"),
        critical_since=critical_since(at, judged.state),
        coverage=shares[evaluated],
        n_year=(~np.isnan(table)).sum(axis=0)[evaluated],
        installed=exists.sum(axis=0)[evaluated],
        n=(~np.isnan(judged.values)).sum(axis=0),
        median=Reference(np.ascontiguousarray(judged.values.T)).median,
        counts=count_states(judged.state),
        reference=reference_year(all_years, shares, asked, method.min_coverage),
        flags=judged.flags,
        rates=rates,
        confidence=judged.confidence,
    )


@dataclass(frozen=True)
class _Judged:
    values: Floats
    flags: FlagResult
    state: States
    confidence: States | None = None


def _used(years: Ints, table: Floats, at: Ints, tolerance: int) -> LatestValues:
    """The values used at each evaluated year, units × R."""
    latest = [latest_within(years, table, int(year), tolerance) for year in at]
    return LatestValues(
        _columns([found.value for found in latest], len(table), np.float64),
        _columns([found.year for found in latest], len(table), np.int32),
        _columns([found.lag for found in latest], len(table), np.int32),
    )


def _judge(method: IndicatorMethod, value: Floats, rates: PooledRates | None, groups: Any, series: Series) -> _Judged:
    """States of the values, or of the smoothed rates with the raw ones as a check on them."""
    if rates is None:
        flags = _flags(method, value, groups, series)
        return _Judged(value, flags, flags.state)
    flags = _flags(method, rates.smoothed, groups, series)
    raw = _flags(method, rates.raw, groups, series)
    state, confidence = judge_small_numbers(raw.state, flags.state, rates.instavel)
    return _Judged(rates.smoothed, flags, state, confidence)


def _read_counts(
    years: Any, events: Any, population: Any, installed: Any, method: IndicatorMethod
) -> tuple[Floats, Floats] | None:
    """Events and population of the installed units, or None when there are none to handle."""
    if events is None and population is None:
        return None
    if events is None or population is None or method.kind != "taxa_eventos":
        raise AnalysisError(
            "counts_mismatch",
            N_(
                "Events and population belong together, and to indicators of kind “taxa_eventos”; this one is “{kind}”."
            ),
            kind=method.kind,
        )
    tables = (read_years(years, counts)[1] for counts in (events, population))
    o, p = (mask_not_installed(table, installed) for table in tables)
    return o, p


def _rates(method: IndicatorMethod, years: Ints, counts: tuple[Floats, Floats], last: Ints) -> PooledRates:
    return pooled_rates(
        years,
        *counts,
        last,
        factor=method.factor,
        pool_years=method.pool_years,
        min_events=method.min_events,
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
            N_("The method's reference group is {group}; give the groups of the units exactly when it has one."),
            group=repr(method.reference_group),
        )
