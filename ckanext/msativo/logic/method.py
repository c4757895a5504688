"""From the fields of an indicator's dataset to the method of the analysis."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from ckanext.msativo.analysis.errors import AnalysisError
from ckanext.msativo.analysis.method import IndicatorMethod
from ckanext.msativo.analysis.rules import RULES
from ckanext.msativo.i18n_marker import N_
from ckanext.msativo.sources.catalogo_regra import EXPRESSION, RULE_FIELDS, field_of, rule_params
from ckanext.msativo.territory import Territory
from ckanext.msativo.territory.groups import GROUPS, members

STATE = "estado"
"""The name of no reference group at all: a municipality is compared with the whole state."""
# What a method has beside its rule → field of the form.
SETTING_FIELDS = {"min_coverage": "cobertura_minima", "tolerance": "tolerancia", "factor": "fator", "kind": "tipo"}


class MethodProblem(ValueError):
    """A field that makes no method; ``message`` is a msgid with ``params``."""

    def __init__(self, field: str, message: str, params: Mapping[str, Any]) -> None:
        super().__init__(message.format(**params))
        self.field, self.message, self.params = field, message, params


def rule_names() -> list[str]:
    return list(rule_choices())


def rule_choices() -> dict[str, str]:
    """Rules whose every parameter can be said in an indicator's form, with their labels."""
    said = set(RULE_FIELDS.values())
    return {
        name: RULES.get(name).label
        for name in RULES.names()
        if all(not param.required or param.name in said for param in RULES.get(name).params)
    }


def method_of(dataset: Mapping[str, Any]) -> IndicatorMethod:
    """Build the method an indicator's dataset declares; raises `MethodProblem` at the first wrong field."""
    rule = str(dataset.get("regra") or "")
    if rule not in rule_choices():
        raise MethodProblem("regra", N_("“{rule}” is not a rule."), {"rule": rule})
    group = dataset.get("grupo_referencia") or STATE
    if group != STATE and group not in GROUPS:
        raise MethodProblem("grupo_referencia", N_("“{group}” is not a reference group."), {"group": group})
    params: dict[str, Any] = {}
    try:
        params = rule_params(rule, lambda field: _said(dataset, field))
        return IndicatorMethod(
            rule=rule,
            params=params,
            polarity=-1 if dataset.get("polaridade") == "menor_melhor" else 1,
            min_coverage=number_of(dataset, "cobertura_minima", 0.8),
            tolerance=int(number_of(dataset, "tolerancia", 2)),
            reference_group=None if group == STATE else group,
            kind=dataset.get("tipo") or "nivel",
            factor=number_of(dataset, "fator", 1.0),
        )
    except AnalysisError as error:
        field = SETTING_FIELDS.get(str(error.params.get("name", "")), field_of(error, params))
        raise MethodProblem(field, error.msgid, error.params) from error


def groups_of(method: IndicatorMethod, territory: Territory) -> Any:
    """The groups of the method, in the territory's order: labels ("" = none), or municipalities × k positions of those
    that each is compared with (−1 = none); None = everyone is compared with the whole state.
    """
    return None if method.reference_group is None else members(method.reference_group, territory).groups


def group_labels(method: IndicatorMethod, territory: Territory) -> list[str | None] | None:
    """What people call the group that each municipality is compared with, in the territory's order.

    A proper name, or a msgid to translate where it is shown; None for a municipality without a group, and for all when
    the method compares with the whole state or, as with declared limits, with nobody.
    """
    if method.reference_group is None or not RULES.get(method.rule).compares(method.params):
        return None
    return list(members(method.reference_group, territory).names)


def number_of(dataset: Mapping[str, Any], field: str, default: Any = None) -> Any:
    """The number in a field, ``default`` where it is empty; raises `MethodProblem`."""
    value = dataset.get(field)
    if value is None or value == "":
        return default
    try:
        number = float(str(value))
    except ValueError:
        number = math.nan
    if not math.isfinite(number):
        raise MethodProblem(field, N_("“{value}” is not a number."), {"value": value})
    return number


def _said(dataset: Mapping[str, Any], field: str) -> Any:
    """What a field of the rule says: a number, or the text of a combination; None when it is empty."""
    return dataset.get(field) or None if field == EXPRESSION else number_of(dataset, field)
