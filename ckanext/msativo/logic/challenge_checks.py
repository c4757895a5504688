"""What a challenge must be to be kept: its method can be computed, its indicators have data, a frozen cycle stays."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from ckanext.msativo import config
from ckanext.msativo.analysis.method import canonical_json
from ckanext.msativo.i18n_marker import N_
from ckanext.msativo.logic import challenges, indicators
from ckanext.msativo.logic.method import MethodProblem
from ckanext.msativo.logic.territory import territory
from ckanext.msativo.model import snapshot_reading


def check(fields: Mapping[str, Any], package: Any) -> None:
    """Raise `MethodProblem` at the first wrong field; ``package`` is what is stored, None for a new challenge."""
    known = {item.name: item.fields for item in indicators.described()}
    method = challenges.method_of(fields, known, config.analysis_seed())
    for place, item in enumerate(method.indicadores, 1):
        problem = challenges.coverage_problem(known[item.indicador], len(territory().municipios))
        if problem:
            message = N_(
                "Row {row}: “{name}” has values of at most {most} of {of} municipalities in one year; a challenge "
                "needs {least} %."
            )
            raise MethodProblem("indicadores", message, {"row": place, "name": item.indicador, **problem})
    if package is not None:
        _check_frozen(fields, package, method.as_dict())


def _check_frozen(fields: Mapping[str, Any], package: Any, method: Mapping[str, Any]) -> None:
    cycle = str(fields.get("ciclo") or "")
    frozen = snapshot_reading.frozen_result(package.id, cycle)
    if frozen is None or fields.get("errata"):
        return
    # The name is the stream of the draws and the seed the portal's: neither is this form's to change.
    now = json.loads(canonical_json(method))
    kept = ("desafio", "semente")
    if {key: value for key, value in now.items() if key not in kept} != {
        key: value for key, value in frozen.metodo.items() if key not in kept
    }:
        message = N_(
            "The cycle {cycle} is frozen, so indicators, weights and method stay as they are. For a new method give "
            "the challenge the next cycle; for a correction say in “Erratum” what is corrected and why."
        )
        raise MethodProblem("ciclo", message, {"cycle": cycle})
