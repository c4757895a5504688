"""Comparison of rules on one indicator: how many and which units each one flags.

It is shown before a method is frozen, so that the choice of a rule is seen in its effect.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from ckanext.msativo.analysis.arrays import Bools, Floats, Ints
from ckanext.msativo.analysis.errors import AnalysisError
from ckanext.msativo.analysis.flagging import flag
from ckanext.msativo.analysis.flagresult import FlagResult
from ckanext.msativo.analysis.grouping import MIN_GROUP
from ckanext.msativo.analysis.orientation import Polarity
from ckanext.msativo.analysis.series import Series
from ckanext.msativo.analysis.states import CRITICO, count_states
from ckanext.msativo.analysis.tables import per_unit
from ckanext.msativo.i18n_marker import N_


@dataclass(frozen=True)
class RuleComparison:
    """Rules × units and rules × rules, in the order of ``names``.

    ``critical`` who is critical by which rule; ``counts`` rules × 4 (column = state code);
    ``not_applicable`` rules that cannot judge any unit that has a value; ``agreement`` = critical
    by both / critical by either, 1 when neither flags anyone; ``results`` the full answers.
    """

    names: tuple[str, ...]
    critical: Bools
    counts: Ints
    not_applicable: Bools
    agreement: Floats
    results: tuple[FlagResult, ...]

    @property
    def times_critical(self) -> Ints:
        """By how many rules each unit is critical."""
        return self.critical.sum(axis=0)


def compare_rules(
    x: Any,
    rules: Sequence[str] | Mapping[str, Mapping[str, Any]],
    *,
    polarity: Polarity = 1,
    groups: Any = None,
    min_group: int = MIN_GROUP,
    series: Series | None = None,
) -> RuleComparison:
    """Judge a vector of units by several rules.

    ``rules``: names of rules with their defaults, or label → {"rule": name, "params": {…}}.
    """
    wanted = _wanted(rules)
    values = np.asarray(x, dtype=float)
    values = per_unit(values, len(values), "x")
    results = tuple(
        flag(
            values[:, None],
            choice["rule"],
            polarity=polarity,
            groups=groups,
            min_group=min_group,
            series=series,
            **(choice.get("params") or {}),
        )
        for choice in wanted.values()
    )
    states = np.stack([result.state[:, 0] for result in results])
    critical = states == CRITICO
    there = ~np.isnan(values)
    silent = [bool(there.any() and _spread(result.nao_aplicavel, result)[there].all()) for result in results]
    return RuleComparison(
        tuple(wanted),
        critical,
        count_states(states.T).T,
        np.array(silent),
        _agreement(critical),
        results,
    )


def _wanted(
    rules: Sequence[str] | Mapping[str, Mapping[str, Any]],
) -> dict[str, Mapping[str, Any]]:
    if not rules or isinstance(rules, str):
        raise AnalysisError("no_rules", N_("Give at least one rule to compare."))
    if isinstance(rules, Mapping):
        return dict(rules)
    return {name: {"rule": name} for name in rules}


def _spread(array: Any, result: FlagResult) -> Bools:
    return np.broadcast_to(array, result.state.shape)[:, 0]


def _agreement(critical: Bools) -> Floats:
    """Jaccard index of each pair of rules."""
    flagged = critical.astype(float)
    both = flagged @ flagged.T
    alone = flagged.sum(axis=1)
    either = alone[:, None] + alone[None, :] - both
    return np.divide(both, either, out=np.ones_like(both), where=either > 0)
