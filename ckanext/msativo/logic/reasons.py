"""The sentence that says why a municipality has its state, made of the stored facts in the reader's language."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import ckan.plugins.toolkit as tk

from ckanext.msativo.i18n_marker import N_
from ckanext.msativo.logic.numbers import number, percent
from ckanext.msativo.sources.notas import NOTAS

# Code of the reason → sentence. {valor} carries its unit, {grupo} names whom the municipality is compared with.
REASONS: Mapping[str, str] = {
    "quantil_critico": N_(
        "{valor} in {ano_valor}: at or beyond {limite}, the cut of the worst {p} of the {n} municipalities {grupo}."
    ),
    "quantil_atencao": N_(
        "{valor} in {ano_valor}: in the worse half of the {n} municipalities {grupo}, whose median is "
        "{limite_atencao}, but short of the critical cut {limite}."
    ),
    "quantil_adequado": N_(
        "{valor} in {ano_valor}: in the better half of the {n} municipalities {grupo}, whose median is "
        "{limite_atencao}."
    ),
    "limiar_vermelho": N_("{valor} in {ano_valor}: worse than the red limit {limite}."),
    "limiar_atencao": N_(
        "{valor} in {ano_valor}: between the red limit {limite} and the green limit {limite_atencao}."
    ),
    "limiar_verde": N_("{valor} in {ano_valor}: meets the green limit {limite_atencao}."),
    "numeros_pequenos": N_(
        "{valor} in {ano_valor}: the observed rate is in the critical range, the smoothed one is not; with so few "
        "cases it may be chance."
    ),
    "sem_variacao": N_(
        "{valor} in {ano_valor}: all {n} municipalities {grupo} have the same value, so none stands out."
    ),
    "nao_aplicavel": N_("{valor} in {ano_valor}: the rule cannot be applied to these values."),
}
NO_VALUE = N_("No value from {primeiro} to {ano}.")
NO_VALUE_BECAUSE = N_("No value from {primeiro} to {ano}: {nota}")
# For a rule without a sentence of its own here.
GENERIC: Mapping[str, str] = {
    "critico": N_("{valor} in {ano_valor}: in the critical range of the declared rule."),
    "atencao": N_("{valor} in {ano_valor}: in the attention range of the declared rule."),
    "adequado": N_("{valor} in {ano_valor}: outside the range that the declared rule watches."),
    "sem_dado": N_("{valor} in {ano_valor}."),
}
SMOOTHED = N_("{suavizado} (smoothed; {valor} observed)")
FEW = N_("{motivo} Few cases: read it with care.")
LAGGED = N_("{motivo} The value is {defasagem} year(s) older than the reference year {ano}.")
GROUPS: Mapping[str | None, str] = {
    None: N_("with data in the state"),
    "regiao_imediata": N_("with data in the immediate region"),
    "regiao_intermediaria": N_("with data in the intermediate region"),
}


def reason(row: Mapping[str, Any], method: Mapping[str, Any], unit: str, decimals: int) -> str:
    """Return the sentence for a row of the criticality list (its stored columns) under a stored method."""
    if row["valor"] is None:
        return _no_value(row, method)
    value = f"{number(row['valor'], decimals)} {unit}".strip()
    if row["valor_suavizado"] is not None and row["motivo"] != "numeros_pequenos":
        value = tk._(SMOOTHED).format(suavizado=number(row["valor_suavizado"], decimals), valor=value)
    shown = {
        "valor": value,
        "ano_valor": row["ano_valor"],
        "limite": number(row["limite"], decimals),
        "limite_atencao": number(row["limite_atencao"], decimals),
        "n": row["referencia_n"],
        "p": percent(method["params"].get("p", 0)),
        "grupo": tk._(GROUPS.get(method["reference_group"], GROUPS[None])),
    }
    sentence = tk._(REASONS.get(row["motivo"], GENERIC[row["estado"]])).format(**shown)
    if row["confianca"] == "media":
        sentence = tk._(FEW).format(motivo=sentence)
    lag = row["ano"] - row["ano_valor"]
    if lag:
        sentence = tk._(LAGGED).format(motivo=sentence, defasagem=lag, ano=row["ano"])
    return sentence


def _no_value(row: Mapping[str, Any], method: Mapping[str, Any]) -> str:
    years = {"ano": row["ano"], "primeiro": row["ano"] - method["tolerance"]}
    note = NOTAS.get(row["nota"] or "")
    return tk._(NO_VALUE_BECAUSE).format(**years, nota=tk._(note)) if note else tk._(NO_VALUE).format(**years)
