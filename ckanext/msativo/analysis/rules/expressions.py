"""Compositions of rules: and, or and not over rules and the question whether the target is met.

An expression is plain JSON::

    {"or": [{"and": [{"rule": "quantil", "params": {"p": 0.25}}, {"not": {"target_met": 80}}]},
            {"rule": "limiar", "params": {"verde": 80, "vermelho": 60}}]}

Truth has three values, since a rule may have nothing to say: false, unknown, true (Kleene's logic).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from ckanext.msativo.analysis.arrays import Array, Bools, Floats, States
from ckanext.msativo.analysis.errors import AnalysisError
from ckanext.msativo.analysis.flagresult import FlagResult
from ckanext.msativo.analysis.orientation import Orientation
from ckanext.msativo.analysis.params import Param
from ckanext.msativo.analysis.rules.base import RULES, RuleInput
from ckanext.msativo.analysis.states import ATENCAO, CRITICO, SEM_DADO
from ckanext.msativo.i18n_marker import N_

FALSE, UNKNOWN, TRUE = 0, 1, 2

_TARGET = Param("target_met", float, None, N_("Target, in the indicator's units"))


@dataclass(frozen=True)
class Verdict:
    """What an expression says about units × columns.

    ``watched`` = some rule that counts for it (not one under a ``not``) is critico or atencao.
    ``cut`` = the value of y under which it holds, where that is one cut (else NaN); ``watch_cut``
    the same for ``watched``. ``operands`` = the results of those rules.
    """

    truth: States
    watched: Bools
    cut: Floats
    watch_cut: Floats
    operands: tuple[FlagResult, ...]


def read_expression(expression: Any, orientation: Orientation) -> dict[str, Any]:
    """The expression with every rule's parameters checked and filled in; raises AnalysisError."""
    if not isinstance(expression, dict) or not expression:
        raise _unreadable(expression)
    if "rule" in expression and set(expression) <= {"rule", "params"}:
        rule = RULES.get(expression["rule"])
        params = rule.resolve(expression.get("params") or {}, orientation)
        return {"rule": rule.name, "params": params}
    if len(expression) != 1:
        raise _unreadable(expression)
    ((operator, inner),) = expression.items()
    if operator == "target_met":
        target = _TARGET.read(inner, "combinada")
        if target is not None:
            return {"target_met": target}
    if operator == "not":
        return {"not": read_expression(inner, orientation)}
    if operator in _COMBINE and isinstance(inner, list) and inner:
        return {operator: [read_expression(part, orientation) for part in inner]}
    raise _unreadable(expression)


def needs_series(expression: dict[str, Any]) -> bool:
    """Whether any rule of a read expression looks at the history."""
    return any(RULES.get(part["rule"]).needs_series(part["params"]) for part in _parts(expression) if "rule" in part)


def compares(expression: dict[str, Any]) -> bool:
    """Whether any rule of an expression judges units against others."""
    return any(
        RULES.get(part["rule"]).compares(part.get("params") or {}) for part in _parts(expression) if "rule" in part
    )


def targets(expression: dict[str, Any]) -> set[float]:
    """The targets that an expression asks for."""
    return {part["target_met"] for part in _parts(expression) if "target_met" in part}


def _parts(expression: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """The rules and targets of an expression, without what joins them."""
    if "rule" in expression or "target_met" in expression:
        yield expression
        return
    ((_, inner),) = expression.items()
    for part in inner if isinstance(inner, list) else [inner]:
        yield from _parts(part)


def weigh(expression: dict[str, Any], data: RuleInput) -> Verdict:
    """Evaluate an expression that ``read_expression`` returned."""
    if "rule" in expression:
        return _rule(expression, data)
    ((operator, inner),) = expression.items()
    if operator == "target_met":
        return _target_met(inner, data)
    if operator == "not":
        return _not(inner, data)
    combine = _COMBINE[operator]
    parts = [weigh(part, data) for part in inner]
    return Verdict(
        combine.reduce([part.truth for part in parts]),
        np.logical_or.reduce([part.watched for part in parts]),
        _reduce(combine, [part.cut for part in parts]),
        _reduce(np.fmax, [part.watch_cut for part in parts]),
        tuple(operand for part in parts for operand in part.operands),
    )


_COMBINE: dict[str, np.ufunc] = {"and": np.minimum, "or": np.maximum}


def _rule(expression: dict[str, Any], data: RuleInput) -> Verdict:
    result = RULES.get(expression["rule"]).judge(data, expression["params"])
    truth = np.where(result.state == CRITICO, TRUE, FALSE)
    truth = np.where(result.state == SEM_DADO, UNKNOWN, truth).astype(np.int8)
    cuts = [_cut(result, name, data.orientation) for name in ("critico", "atencao")]
    return Verdict(truth, result.state >= ATENCAO, cuts[0], cuts[1], (result,))


def _cut(result: FlagResult, name: str, orientation: Orientation) -> Floats:
    """A rule's limit on y; −inf where nobody can be under it."""
    limit = result.limits.get(name, np.array(np.nan))
    return np.where(result.sem_variacao, -np.inf, orientation.cut(limit))


def _target_met(target: float, data: RuleInput) -> Verdict:
    y = data.orientation.orient(data.x)
    met = np.where(y >= data.orientation.cut(target), TRUE, FALSE)
    return _silent(np.where(np.isnan(y), UNKNOWN, met).astype(np.int8))


def _not(inner: dict[str, Any], data: RuleInput) -> Verdict:
    truth = (TRUE - weigh(inner, data).truth).astype(np.int8)
    if "target_met" in inner:
        cut = np.asarray(data.orientation.cut(inner["target_met"]), dtype=float)
        return _silent(truth, cut)
    return _silent(truth)


def _silent(truth: States, cut: Floats | None = None) -> Verdict:
    """The verdict of a part that asks for no attention of its own."""
    none = np.array(np.nan)
    return Verdict(truth, np.zeros(truth.shape, bool), none if cut is None else cut, none, ())


def _reduce(combine: Callable[[Array, Array], Array], arrays: list[Array]) -> Array:
    """Fold arrays that broadcast against each other."""
    result = arrays[0]
    for array in arrays[1:]:
        result = combine(result, array)
    return result


def _unreadable(expression: Any) -> AnalysisError:
    return AnalysisError(
        "bad_expression",
        N_(
            "Cannot read {expression} as a combination of rules; use one of "
            '{{"rule": name, "params": …}}, {{"target_met": number}}, {{"not": …}}, '
            '{{"and": [ … ]}}, {{"or": [ … ]}}.'
        ),
        expression=repr(expression),
    )
