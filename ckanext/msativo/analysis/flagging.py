"""``flag``: the states of units in one or many indicators by a named rule."""

from __future__ import annotations

from typing import Any

from ckanext.msativo.analysis.errors import AnalysisError
from ckanext.msativo.analysis.flagresult import FlagResult
from ckanext.msativo.analysis.grouping import MIN_GROUP, read_groups
from ckanext.msativo.analysis.orientation import Polarity, read_polarity
from ckanext.msativo.analysis.rules import RULES, RuleInput
from ckanext.msativo.analysis.series import Series
from ckanext.msativo.analysis.tables import as_table
from ckanext.msativo.i18n_marker import N_


def flag(
    x: Any,
    rule: str,
    *,
    polarity: Polarity = 1,
    groups: Any = None,
    min_group: int = MIN_GROUP,
    series: Series | None = None,
    **params: Any,
) -> FlagResult:
    """Judge ``x`` (units, or units × columns; NaN = missing) by ``rule``.

    ``polarity``  1, −1, a target band ``(lo, hi)``, or a numpy array of ±1 with one per column
    ``groups``    one label per unit, or units × k indices of nearest units; with fewer than
                  ``min_group`` values in a group, all units are the reference
    ``series``    the history, for rules that look at several years
    ``params``    the rule's own parameters

    Raises AnalysisError for an unknown rule or parameter, a parameter out of range, or a bad shape.
    """
    found = RULES.get(rule)
    table, vector = as_table(x)
    orientation = read_polarity(polarity)
    orientation.check_columns(table.shape[1])
    resolved = found.resolve(params, orientation)
    if series is None and found.needs_series(resolved):
        raise AnalysisError(
            "series_needed",
            N_("The rule “{rule}” looks at several years; give it the series."),
            rule=rule,
        )
    grouping = read_groups(groups, len(table), min_group)
    result = found.judge(RuleInput(table, orientation, grouping, series), resolved)
    return result.column() if vector else result
