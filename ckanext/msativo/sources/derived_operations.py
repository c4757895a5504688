"""The operations by which an indicator is computed from whole series, each a named function.

A result keeps the sums or figures it was divided from as `numerador` and `denominador`, the row of
the numerator, and where it is missing the reason: that of the operand, or one of these notes.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from ckanext.msativo.sources.observations import Observations

_SPAN = 10_000  # years of a municipality lie together in a key

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Operands:
    """What an operation is given: series, factor, and the years of its window."""

    numerator: Observations
    denominator: Observations | None
    factor: float
    years: int


@dataclass(frozen=True)
class Operation:
    """`apply` computes; `denominator` tells whether it needs one."""

    apply: Callable[[Operands], Observations]
    denominator: bool


def ratio(operands: Operands) -> Observations:
    """numerator / denominator × factor of the same municipality and year."""
    top = operands.numerator
    bottom, reason = _values_at(_required(operands), top.codigo_ibge, top.ano, "sem_denominador")
    return _divided(top, top.valor, bottom, operands.factor, _pick(np.isnan(top.valor), top.nota, reason))


def pooled(operands: Operands) -> Observations:
    """Sum of the numerators over sum of the denominators of the year and those before it, × factor.

    Every year of the window must have both; a zero denominator pools like any other.
    """
    top, below = operands.numerator, _required(operands)
    tops, bottoms = np.zeros(len(top)), np.zeros(len(top))
    for back in range(operands.years):
        tops += _values_at(top, top.codigo_ibge, top.ano - back, "anos_incompletos")[0]
        bottoms += _values_at(below, top.codigo_ibge, top.ano - back, "anos_incompletos")[0]
    incomplete = np.isnan(tops) | np.isnan(bottoms)
    tops[incomplete] = np.nan
    bottoms[incomplete] = np.nan
    reason = _pick(incomplete, "anos_incompletos", None)
    return _divided(top, tops, bottoms, operands.factor, reason, keep_zero_notes=operands.years == 1)


def change(operands: Operands) -> Observations:
    """Difference to the figure of so many years before, × factor."""
    top, before, reason = _before(operands)
    return _result(top, (top.valor - before) * operands.factor, top.valor, before, reason)


def change_percent(operands: Operands) -> Observations:
    """Change as a share of the earlier figure's size, × factor (100 for percent)."""
    top, before, reason = _before(operands)
    size = np.abs(before)
    return _divided(top, top.valor - before, size, operands.factor, reason, keep_zero_notes=False)


OPERATIONS: Mapping[str, Operation] = MappingProxyType(
    {
        "razao": Operation(ratio, True),
        "acumulada": Operation(pooled, True),
        "variacao": Operation(change, False),
        "variacao_percentual": Operation(change_percent, False),
    }
)


def _required(operands: Operands) -> Observations:
    if operands.denominator is None:
        raise ValueError("the operation needs a denominator")
    return operands.denominator


def _before(operands: Operands) -> tuple[Observations, Floats, NDArray[np.object_]]:
    top = operands.numerator
    before, reason = _values_at(top, top.codigo_ibge, top.ano - operands.years, "sem_ano_anterior")
    return top, before, _pick(np.isnan(top.valor), top.nota, reason)


def _values_at(
    series: Observations, codes: NDArray[np.object_], years: NDArray[np.int32], absent: str
) -> tuple[Floats, NDArray[np.object_]]:
    """The series' figures at these keys, NaN where there is none, and why: its note, or `absent`."""
    if not len(series):
        return np.full(len(codes), np.nan), np.full(len(codes), absent, object)
    wanted = codes.astype(np.int64) * _SPAN + years
    held = series.codigo_ibge.astype(np.int64) * _SPAN + series.ano
    at = np.minimum(np.searchsorted(held, wanted), len(held) - 1)
    found = held[at] == wanted
    values = np.where(found, series.valor[at], np.nan)
    notes = _pick(found, series.nota[at], absent)
    notes = _pick(_is_none(notes), absent, notes)
    return values, _pick(np.isnan(values), notes, None)


def _divided(
    top: Observations,
    over: Floats,
    under: Floats,
    factor: float,
    reason: NDArray[np.object_],
    *,
    keep_zero_notes: bool = True,
) -> Observations:
    zero = under == 0
    with np.errstate(divide="ignore", invalid="ignore"):
        value = np.where(zero, np.nan, over / under * factor)
    reason = _pick(zero & ~np.isnan(over), "denominador_zero", reason)
    if keep_zero_notes:  # a zero rate is zero for the reason that its numerator is
        reason = _pick((value == 0) & _is_none(reason), top.nota, reason)
    return _result(top, value, over, under, reason)


def _result(top: Observations, value: Floats, over: Floats, under: Floats, reason: NDArray[np.object_]) -> Observations:
    finite = np.isfinite(value)
    kept = _pick(finite & (value != 0), None, reason)
    return Observations(top.codigo_ibge, top.ano, np.where(finite, value, np.nan), over, under, kept, top.row)


def _pick(condition: NDArray[np.bool_], yes: NDArray[np.object_] | str | None, no: object) -> NDArray[np.object_]:
    """As numpy's `where`, for notes: texts and None."""
    picked = np.empty(len(condition), object)
    picked[:] = no
    picked[condition] = yes[condition] if isinstance(yes, np.ndarray) else yes
    return picked


def _is_none(notes: NDArray[np.object_]) -> NDArray[np.bool_]:
    return np.array([note is None for note in notes], np.bool_)
