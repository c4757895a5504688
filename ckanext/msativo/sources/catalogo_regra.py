"""The fields of an indicator that say its rule's numbers, in forms, API and catalogue alike.

A rule declares its parameters; this table names the field for each. A field serves every rule that has the parameter,
so a new rule needs a row here only for a parameter that no other rule has.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from ckanext.msativo.analysis.errors import AnalysisError
from ckanext.msativo.analysis.params import Param
from ckanext.msativo.analysis.rules import RULES
from ckanext.msativo.analysis.rules.expression_text import read_text

EXPRESSION = "expressao"
TARGET = "meta"
# Field → parameter.
RULE_FIELDS: Mapping[str, str] = {
    "quantil_p": "p",
    "corte_verde": "verde",
    "corte_laranja": "laranja",
    "corte_vermelho": "vermelho",
    "jenks_classes": "k",
    "desvios_critico": "critico",
    "desvios_atencao": "atencao",
    "tendencia_minima": "min_slope",
    "tendencia_confianca": "confidence",
    "tendencia_anos": "min_points",
    "tendencia_janela": "window",
    TARGET: "meta",
    EXPRESSION: "expressao",
}

Read = Callable[[str], Any]
"""The number of a field, or its text for the combination; None when it is empty."""


def rule_params(rule: str, read: Read) -> dict[str, Any]:
    """The parameters that the fields give to a rule; raises AnalysisError where the combination cannot be read.

    A combination's text says which rules there are; target and limits are then the indicator's for these rules.
    """
    declared = {param.name for param in RULES.get(rule).params}
    if RULE_FIELDS[EXPRESSION] in declared and (text := read(EXPRESSION)):
        return {RULE_FIELDS[EXPRESSION]: read_text(text, partial(rule_params, read=read), read(TARGET))}
    return {
        name: value
        for field, name in RULE_FIELDS.items()
        if field != EXPRESSION and name in declared and (value := read(field)) is not None
    }


def params_of_field(field: str) -> list[Param]:
    """The parameter that a field says, as each rule that has it declares it."""
    return [param for rule in RULES for param in rule.params if param.name == RULE_FIELDS[field]]


def field_of(error: AnalysisError, params: Mapping[str, Any]) -> str:
    """The field to mend when a rule refuses its parameters; ``regra`` or the combination when it is no single one."""
    if error.code == "bad_combination":
        return EXPRESSION
    otherwise = EXPRESSION if RULE_FIELDS[EXPRESSION] in params else "regra"
    fields = {param: field for field, param in RULE_FIELDS.items()}
    named = str(error.params.get("name", "")).split(", ")[0]
    # Limits out of order are told at the worst one.
    worst = [name for name in ("vermelho", "critico") if name in error.params]
    return next((fields[name] for name in (named, *worst, *error.params) if name in fields), otherwise)
