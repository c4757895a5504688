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
from ckanext.msativo.snapshots import ChallengeMethod


def check(fields: Mapping[str, Any], package: Any) -> None:
    """Raise `MethodProblem` at the first wrong field; ``package`` is what is stored, None for a new challenge."""
    stored = package.extras or {} if package is not None else {}
    if package is not None and _own(fields) == _own(stored):
        # An edit of other fields, or a withdrawal: what has happened to its indicators since is not this edit's fault.
        return
    known = {item.name: item.fields for item in indicators.described()}
    method = challenges.method_of(fields, known, config.analysis_seed())
    chosen = {row.get("indicador") for row in challenges.items(stored, "indicadores")}
    for place, item in enumerate(method.indicadores, 1):
        if item.indicador in chosen:
            continue
        problem = challenges.coverage_problem(known[item.indicador], len(territory().municipios))
        if problem:
            message = N_(
                "Row {row}: “{name}” has values of at most {most} of {of} municipalities in one year; a challenge "
                "needs {least} %."
            )
            raise MethodProblem("indicador", message, {"row": place, "name": item.indicador, **problem})
    if package is not None:
        _check_frozen(fields, package, method)


def _own(fields: Mapping[str, Any]) -> list[Any]:
    """What a challenge says of its method, as it is stored."""
    rows = [
        {name: str(value) for name, value in row.items() if value} for row in challenges.items(fields, "indicadores")
    ]
    return [rows, *("" if (value := fields.get(name)) is None else str(value) for name in METHOD_FIELDS)]


METHOD_FIELDS = ("ciclo", "normalizacao", "agregacao", "peso_minimo", "k_piores")


def _check_frozen(fields: Mapping[str, Any], package: Any, method: ChallengeMethod) -> None:
    cycle = str(fields.get("ciclo") or "")
    frozen = snapshot_reading.frozen_result(package.id, cycle)
    if frozen is None or _comparable(challenges.held_to(frozen.metodo, method, fields)) == _comparable(frozen.metodo):
        return
    # Each change says anew what it corrects; the text of the last one is still in the form.
    erratum, last = (str(said.get("errata") or "").strip() for said in (fields, package.extras or {}))
    if not erratum or erratum == last:
        message = N_(
            "The cycle {cycle} is frozen, so indicators, weights and method stay as they are. For a new method give "
            "the challenge the next cycle; for a correction say in “Erratum” what is corrected and why."
        )
        raise MethodProblem("ciclo", message, {"cycle": cycle})


def _comparable(method: ChallengeMethod | Mapping[str, Any]) -> dict[str, Any]:
    """The method as stored, without the name (the stream of the draws) and the seed (the portal's)."""
    stored = json.loads(canonical_json(method.as_dict())) if isinstance(method, ChallengeMethod) else method
    return {key: value for key, value in stored.items() if key not in ("desafio", "semente")}
