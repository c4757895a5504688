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
    known = {item.name: item.fields for item in indicators.described()}
    method = challenges.method_of(fields, known, config.analysis_seed())
    stored = package.extras or {} if package is not None else {}
    # What has lost its data since it was chosen is shown and not used; it must not stand in the way of an edit.
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
        _check_frozen(fields, package, method, known)


def _check_frozen(fields: Mapping[str, Any], package: Any, method: ChallengeMethod, known: Mapping[str, Any]) -> None:
    cycle = str(fields.get("ciclo") or "")
    frozen = snapshot_reading.frozen_result(package.id, cycle)
    if frozen is None or _comparable(challenges.held_to(frozen.metodo, method, fields)) == _comparable(frozen.metodo):
        return
    stored = package.extras or {}
    # Each change says anew what it corrects; the text of the last one is still in the form.
    erratum = str(fields.get("errata") or "").strip()
    corrected = bool(erratum) and erratum != str(stored.get("errata") or "").strip()
    if not corrected and not _is_stored(method, cycle, package, known):
        message = N_(
            "The cycle {cycle} is frozen, so indicators, weights and method stay as they are. For a new method give "
            "the challenge the next cycle; for a correction say in “Erratum” what is corrected and why."
        )
        raise MethodProblem("ciclo", message, {"cycle": cycle})


def _is_stored(method: ChallengeMethod, cycle: str, package: Any, known: Mapping[str, Any]) -> bool:
    """Whether this edit leaves the method as it is: that of an erratum which is not frozen yet."""
    stored = package.extras or {}
    try:
        before = challenges.method_of({**stored, "name": package.name}, known, config.analysis_seed())
    except MethodProblem:
        return False
    return cycle == stored.get("ciclo") and _comparable(before) == _comparable(method)


def _comparable(method: ChallengeMethod | Mapping[str, Any]) -> dict[str, Any]:
    """The method as stored, without the name (the stream of the draws) and the seed (the portal's)."""
    stored = json.loads(canonical_json(method.as_dict())) if isinstance(method, ChallengeMethod) else method
    return {key: value for key, value in stored.items() if key not in ("desafio", "semente")}
