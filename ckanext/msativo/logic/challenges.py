"""From the fields of a challenge's dataset to the method of the analysis, and back to a person in words."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from ckanext.msativo.analysis.errors import AnalysisError
from ckanext.msativo.i18n_marker import N_
from ckanext.msativo.logic.method import MethodProblem, number_of
from ckanext.msativo.snapshots import ChallengeMethod, Weighted

TYPE = "desafio"
NORMALISERS: Mapping[str, str] = {
    "goalposts": N_("Distance between a worst and a best goal"),
    "minmax": N_("Distance between the worst and the best municipality"),
    "percentile_rank": N_("Position among the municipalities"),
}
MEANS: Mapping[str, str] = {
    "arithmetic": N_("Arithmetic: a good indicator makes up for a bad one"),
    "geometric": N_("Geometric: it makes up for it only in part"),
    "harmonic": N_("Harmonic: the worst indicator weighs most"),
}
YES = ("true", "True", "1", True)


def items(dataset: Mapping[str, Any], field: str) -> list[Mapping[str, Any]]:
    """Rows of a repeating field, as the dataset or as the database has them."""
    value = dataset.get(field) or []
    rows: Sequence[Any] = json.loads(value) if isinstance(value, str) else value
    return [row for row in rows if isinstance(row, Mapping) and not is_blank(row)]


# What validation writes into a row of the form that nobody has filled in.
WRITTEN: Mapping[str, Sequence[Any]] = {"peso": ("1",), "ancora": ("false", False)}


def is_blank(row: Mapping[str, Any]) -> bool:
    """Tell whether a row of a repeating field is one of those that the form offers and nobody has filled in."""
    return all(not value or value in WRITTEN.get(name, ()) for name, value in row.items())


def method_of(dataset: Mapping[str, Any], indicators: Mapping[str, Mapping[str, Any]], seed: int) -> ChallengeMethod:
    """Build the method that a challenge's dataset declares; raises `MethodProblem` at the first wrong field.

    ``indicators``: the fields of each visible indicator, by name.
    """
    rows = items(dataset, "indicadores")
    _check_names(rows, indicators)
    worst = number_of(dataset, "k_piores")
    try:
        return ChallengeMethod(
            desafio=str(dataset.get("name") or ""),
            indicadores=tuple(_weighted(row, indicators[row["indicador"]]) for row in rows),
            normalizacao=dataset.get("normalizacao") or "goalposts",
            agregacao=dataset.get("agregacao") or "arithmetic",
            peso_minimo=number_of(dataset, "peso_minimo", 2 / 3),
            k_piores=None if worst is None else int(worst),
            semente=seed,
        )
    except AnalysisError as error:
        raise MethodProblem(FIELDS_OF.get(error.code, "indicador"), error.msgid, error.params) from error


# What the analysis refuses → the field of the form, or of a row in it, where it stands.
FIELDS_OF = {
    "bad_min_weight": "peso_minimo",
    "bad_weights": "peso",
    "bad_worst_k": "k_piores",
    "no_anchor": "ancora",
    "no_weight": "peso",
    "normaliser_unbounded": "normalizacao",
    "weight_too_large": "peso",
}
ROW_FIELDS = ("indicador", "peso", "ancora", "melhor", "pior")


def _check_names(rows: Sequence[Mapping[str, Any]], indicators: Mapping[str, Any]) -> None:
    names = [str(row.get("indicador") or "") for row in rows]
    if len(names) < 2:
        raise MethodProblem("indicador", N_("A challenge needs two indicators or more."), {})
    for place, name in enumerate(names, 1):
        if name not in indicators:
            raise MethodProblem(
                "indicador", N_("Row {row}: there is no indicator “{name}”."), {"row": place, "name": name}
            )
        if names.index(name) != place - 1:
            raise MethodProblem(
                "indicador", N_("Row {row}: the indicator “{name}” is there twice."), {"row": place, "name": name}
            )


def _weighted(row: Mapping[str, Any], fields: Mapping[str, Any]) -> Weighted:
    target = number_of(fields, "meta")
    best = number_of(row, "melhor")
    trend = number_of(fields, "tendencia_minima")
    return Weighted(
        indicador=row["indicador"],
        peso=number_of(row, "peso", 1.0),
        ancora=row.get("ancora") in YES,
        polaridade=-1 if fields.get("polaridade") == "menor_melhor" else 1,
        melhor=target if best is None else best,
        pior=number_of(row, "pior"),
        cortes=_cuts(fields),
        tendencia_minima=trend,
    )


def _cuts(fields: Mapping[str, Any]) -> tuple[float, float | None, float] | None:
    green, red = number_of(fields, "corte_verde"), number_of(fields, "corte_vermelho")
    if green is None or red is None:
        return None
    return (green, number_of(fields, "corte_laranja"), red)


def held_to(frozen: Mapping[str, Any] | None, method: ChallengeMethod, dataset: Mapping[str, Any]) -> ChallengeMethod:
    """The method by which a challenge is computed: in a frozen cycle the frozen one, unless the challenge was changed.

    What an indicator has said of itself since then (target, direction, cuts) waits for the next cycle. ``frozen``: the
    method as it was frozen, None before that; ``dataset``: the fields that ``method`` was made of.
    """
    if frozen is None:
        return method
    kept = ChallengeMethod.from_dict({**frozen, "desafio": method.desafio, "semente": method.semente})
    own_goals = [number_of(row, "melhor") for row in items(dataset, "indicadores")]
    if _own(kept) != _own(method) or any(
        goal not in (None, item.melhor) for goal, item in zip(own_goals, kept.indicadores, strict=True)
    ):
        return method
    return kept


def _own(method: ChallengeMethod) -> list[Any]:
    """What the challenge itself says; the rest of its method is its indicators'."""
    rows = [(item.indicador, item.peso, item.ancora, item.pior) for item in method.indicadores]
    return [rows, method.normalizacao, method.agregacao, method.peso_minimo, method.k_piores]


def coverage_problem(fields: Mapping[str, Any], municipalities: int) -> dict[str, Any] | None:
    """Why an indicator cannot be used in a challenge: no year has values of enough municipalities; None = it can."""
    counts = json.loads(fields.get("cobertura") or "{}")
    least = number_of(fields, "cobertura_minima", 0.8)
    most = max(counts.values(), default=0)
    if most and most >= least * municipalities - 1e-9:
        return None
    return {"most": most, "of": municipalities, "least": round(100 * least)}
