"""From the fields of an indicator's dataset to the method of the analysis."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from ckanext.msativo.analysis.errors import AnalysisError
from ckanext.msativo.analysis.method import IndicatorMethod
from ckanext.msativo.analysis.rules import RULES
from ckanext.msativo.i18n_marker import N_
from ckanext.msativo.territory import Territory

# Dataset field → parameter of the rule; a rule takes those that it declares.
RULE_FIELDS = {"quantil_p": "p", "corte_verde": "verde", "corte_vermelho": "vermelho", "meta": "meta"}
# Reference group → level of the territory's regions.
GROUP_LEVELS = {"regiao_imediata": "imediata", "regiao_intermediaria": "intermediaria"}


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
    declared = {param.name for param in RULES.get(rule).params}
    params = {
        name: value
        for field, name in RULE_FIELDS.items()
        if name in declared and (value := number_of(dataset, field)) is not None
    }
    group = dataset.get("grupo_referencia") or "estado"
    try:
        return IndicatorMethod(
            rule=rule,
            params=params,
            polarity=-1 if dataset.get("polaridade") == "menor_melhor" else 1,
            min_coverage=number_of(dataset, "cobertura_minima", 0.8),
            tolerance=int(number_of(dataset, "tolerancia", 2)),
            reference_group=None if group == "estado" else group,
            kind=dataset.get("tipo") or "nivel",
            factor=number_of(dataset, "fator", 1.0),
        )
    except AnalysisError as error:
        raise MethodProblem(_field_of(error), error.msgid, error.params) from error


def groups_of(method: IndicatorMethod, territory: Territory) -> list[str] | None:
    """Label each municipality, in the territory's order, with its region of the method's reference group."""
    if method.reference_group is None:
        return None
    level = GROUP_LEVELS[method.reference_group]
    regions = [municipio.region(level) for municipio in territory.municipios]
    return [region.codigo if region else "" for region in regions]


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


def _field_of(error: AnalysisError) -> str:
    """The form's field for a parameter that the analysis refuses."""
    name = str(error.params.get("name", ""))
    fields = {param: field for field, param in RULE_FIELDS.items()}
    fields |= {"min_coverage": "cobertura_minima", "tolerance": "tolerancia", "factor": "fator", "kind": "tipo"}
    first = name.split(", ")[0]
    return fields.get(first, "corte_vermelho" if error.code == "limits_out_of_order" else "regra")
