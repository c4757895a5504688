"""Rule ``combinada``: rules composed with and, or and not.

The programme's default is (quantil and not target met) or limiar vermelho; without a target or
without limits that part is left out. Any other composition is given as ``expressao``.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

import numpy as np

from ckanext.msativo.analysis.arrays import Array
from ckanext.msativo.analysis.errors import AnalysisError
from ckanext.msativo.analysis.flagresult import FlagResult
from ckanext.msativo.analysis.orientation import Orientation
from ckanext.msativo.analysis.params import Param
from ckanext.msativo.analysis.rules.base import RULES, Rule, RuleInput
from ckanext.msativo.analysis.rules.expressions import (
    TRUE,
    UNKNOWN,
    compares,
    needs_series,
    read_expression,
    targets,
    weigh,
)
from ckanext.msativo.analysis.rules.limiar import Limiar
from ckanext.msativo.analysis.rules.quantil import Quantil
from ckanext.msativo.analysis.states import ADEQUADO, ATENCAO, CRITICO, SEM_DADO
from ckanext.msativo.i18n_marker import N_

MEETS, MISSES = "meta_cumprida", "meta_nao_cumprida"
_DEFAULT_PARTS = ("meta", "verde", "vermelho", "laranja")


class Combinada(Rule):
    """critico: the expression holds; atencao: it does not, but one of its rules is not content."""

    name = "combinada"
    label = N_("Combination of rules")
    params = (
        *Quantil.params,
        Param("meta", float, None, N_("Target, in the indicator's units")),
        *(Param(param.name, param.kind, None, param.label) for param in Limiar.params),
        Param(
            "expressao",
            dict,
            None,
            N_("Another combination than the programme's"),
            N_("a combination of rules"),
        ),
    )
    texts: ClassVar = {
        CRITICO: ("combinada_critica", N_("critical by the combination of rules")),
        ATENCAO: (
            "combinada_atencao",
            N_("not critical by the combination of rules, but to be watched"),
        ),
        ADEQUADO: ("combinada_adequada", N_("none of the combined rules asks for attention")),
    }
    further_texts: ClassVar = {
        MEETS: N_("the target {meta} is met"),
        MISSES: N_("the target {meta} is not met"),
    }

    def check(self, params: dict[str, Any], orientation: Orientation) -> dict[str, Any]:
        given = [name for name in _DEFAULT_PARTS if params[name] is not None]
        if params["expressao"] is not None and given:
            raise AnalysisError(
                "expression_and_parts",
                N_("With an expression of your own, “{name}” belongs inside it."),
                name=given[0],
            )
        read = read_expression(_expression(params), orientation)
        if params["expressao"] is not None:
            params["expressao"] = read
        return params

    def needs_series(self, params: Mapping[str, Any]) -> bool:
        return needs_series(_expression(params))

    def compares(self, params: Mapping[str, Any]) -> bool:
        return compares(_expression(params))

    def judge(self, data: RuleInput, params: Mapping[str, Any]) -> FlagResult:
        expression = read_expression(_expression(params), data.orientation)
        verdict = weigh(expression, data)
        missing = np.isnan(data.x)
        state = np.where(verdict.watched, ATENCAO, ADEQUADO)
        state = np.where(verdict.truth == TRUE, CRITICO, state)
        state = np.where(missing | (verdict.truth == UNKNOWN), SEM_DADO, state).astype(np.int8)
        columns = np.zeros(data.x.shape[1], dtype=bool)
        operands = verdict.operands
        return FlagResult(
            rule=self.name,
            params=dict(params),
            state=state,
            limits={
                "critico": _limit(verdict.cut, data),
                "atencao": _limit(verdict.watch_cut, data),
            },
            n=operands[0].n if operands else np.count_nonzero(~missing, axis=0),
            sem_variacao=_all([operand.sem_variacao for operand in operands], columns),
            nao_aplicavel=(state == SEM_DADO) & ~missing,
            fallback=_any([operand.fallback for operand in operands], columns),
            extras=_target_facts(expression, data),
            operands=operands,
            texts=self.texts,
        )


def _expression(params: Mapping[str, Any]) -> dict[str, Any]:
    """The given expression, or the programme's default with the parts that have their numbers."""
    if params["expressao"] is not None:
        return params["expressao"]
    worst = {"rule": "quantil", "params": {"p": params["p"]}}
    if params["meta"] is not None:
        worst = {"and": [worst, {"not": {"target_met": params["meta"]}}]}
    limits = {name: params[name] for name in ("verde", "vermelho", "laranja") if params[name] is not None}
    return {"or": [worst, {"rule": "limiar", "params": limits}]} if limits else worst


def _target_facts(expression: dict[str, Any], data: RuleInput) -> dict[str, Array]:
    """Whether the target is met, when the expression asks for one; several would need a fact each."""
    found = targets(expression)
    if len(found) != 1:
        return {}
    (target,) = found
    met = weigh({"target_met": target}, data).truth == TRUE
    return {"meta": np.full(data.x.shape[1], target), "meta_cumprida": met}


def _limit(cut: Array, data: RuleInput) -> Array:
    """A cut in the indicator's units, per column at least; NaN where nobody can be under it."""
    bounded = np.where(np.isneginf(cut), np.nan, cut)
    spread = np.broadcast_to(bounded, np.broadcast_shapes(bounded.shape, (data.x.shape[1],)))
    return data.orientation.limit(spread)


def _all(arrays: list[Array], default: Array) -> Array:
    result = np.ones_like(default) if arrays else default
    for array in arrays:
        result = result & array
    return result


def _any(arrays: list[Array], default: Array) -> Array:
    result = default
    for array in arrays:
        result = result | array
    return result


RULES.register(Combinada.name, Combinada())
