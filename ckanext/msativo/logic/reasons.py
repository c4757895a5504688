"""The sentence that says why a municipality has its state, made of the stored facts in the reader's language.

What a rule has to say stands with the rule (its ``texts``); here it is put after the value, its numbers written as
people write them, and what holds for any rule added: few cases, the group compared with, an older value.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import ckan.plugins.toolkit as tk

from ckanext.msativo.analysis.params import SHARE, SIZE, VALUE
from ckanext.msativo.analysis.rules import RULES
from ckanext.msativo.analysis.rules.clauses import places, texts_by_code
from ckanext.msativo.i18n_marker import N_
from ckanext.msativo.logic.numbers import number, percent
from ckanext.msativo.sources.notas import NOTAS
from ckanext.msativo.vocabulary import REFERENCE_GROUPS

Facts = Mapping[str, Any]

NO_VALUE = N_("No value from {primeiro} to {ano}.")
NO_VALUE_BECAUSE = N_("No value from {primeiro} to {ano}: {nota}")
VALUE_AND_REASON = N_("{valor} in {ano_valor}: {motivo}.")
SMOOTHED = N_("{suavizado} (smoothed; {valor} observed)")
BECAUSE_OF = N_("{motivo}: {partes}")
# Reasons that are no rule's own.
COMMON: Mapping[str, str] = {
    "numeros_pequenos": N_(
        "the observed rate is in the critical range, the smoothed one is not; with so few cases it may be chance"
    ),
    "sem_variacao": N_("all {n} municipalities with data have the same value, so none stands out"),
}
NOT_APPLICABLE = N_("the declared rule cannot be applied to these values")
# For a rule without a text for the state, or a row without a number that the text names.
GENERIC: Mapping[str, str] = {
    "critico": N_("in the critical range of the declared rule"),
    "atencao": N_("in the attention range of the declared rule"),
    "adequado": N_("outside the range that the declared rule watches"),
    "sem_dado": N_("the declared rule says nothing of it"),
}
FEW = N_("{motivo} Few cases: read it with care.")
LAGGED = N_("{motivo} The value is {defasagem} year(s) older than the reference year {ano}.")
WITHIN_GROUP = N_("{motivo} Compared within its reference group: {tipo} ({grupo}).")
FELL_BACK = N_(
    "{motivo} Compared with the whole state, since its reference group ({grupo}) has fewer than {minimo} with data."
)
WITHOUT_GROUP = N_("{motivo} Compared with the whole state, since its reference group is not known or too small.")

# Facts of a trend, which rows have in columns of their own.
TREND = ("inclinacao", "inferior", "superior", "pontos")
MOST_DECIMALS = 8


def reason(row: Facts, method: Facts, unit: str, decimals: int) -> str:
    """Return the sentence for a row of the criticality list (its stored columns) under a stored method."""
    if row["valor"] is None:
        return _no_value(row, method)
    clause = _clause(row, method, decimals)
    sentence = tk._(VALUE_AND_REASON).format(
        valor=_value(row, unit, decimals), ano_valor=row["ano_valor"], motivo=clause
    )
    if row["confianca"] == "media":
        sentence = tk._(FEW).format(motivo=sentence)
    sentence = _compared_with(sentence, row, method)
    lag = row["ano"] - row["ano_valor"]
    return tk._(LAGGED).format(motivo=sentence, defasagem=lag, ano=row["ano"]) if lag else sentence


def clause(row: Facts, method: Facts, decimals: int) -> str:
    """Only why a row with a value has its state, without the value: "at or beyond 24.3, the cut of the worst 25 %"."""
    return _clause(row, method, decimals)


def _no_value(row: Facts, method: Facts) -> str:
    years = {"ano": row["ano"], "primeiro": row["ano"] - method["tolerance"]}
    note = NOTAS.get(row["nota"] or "")
    return tk._(NO_VALUE_BECAUSE).format(**years, nota=tk._(note)) if note else tk._(NO_VALUE).format(**years)


def _value(row: Facts, unit: str, decimals: int) -> str:
    value = f"{number(row['valor'], decimals)} {unit}".strip()
    if row["valor_suavizado"] is None or row["motivo"] == "numeros_pequenos":
        return value
    return tk._(SMOOTHED).format(suavizado=number(row["valor_suavizado"], decimals), valor=value)


def _clause(row: Facts, method: Facts, decimals: int) -> str:
    """Why, as the rule says it; for a combination with the rules that asked for it."""
    texts = texts_by_code()
    own, others = {}, []
    for part in row.get("motivos") or ():
        if part["codigo"] == row["motivo"]:
            own = part["fatos"]
        elif part["codigo"] in texts:
            others.append(part)
    rule, text = texts.get(row["motivo"], (method["rule"], ""))
    facts = {**_facts(row, method), **own}
    if row["motivo"] == "nao_aplicavel":
        return _told(_not_applicable(rule), facts, rule, decimals)
    generic = GENERIC[row["estado"]]
    told = _told(COMMON.get(row["motivo"], text), facts, rule, decimals) or tk._(generic)
    parts = [_told(texts[part["codigo"]][1], part["fatos"], texts[part["codigo"]][0], decimals) for part in others]
    listed = "; ".join(part for part in parts if part)
    if listed and row["motivo"] not in COMMON:
        return tk._(BECAUSE_OF).format(motivo=told, partes=listed)
    return told


def _not_applicable(rule: str) -> str:
    return (RULES.get(rule).not_applicable if rule in RULES else "") or NOT_APPLICABLE


def _facts(row: Facts, method: Facts) -> dict[str, Any]:
    """What the row and its method have of the facts that texts of rules name (`FlagResult.facts`)."""
    return {
        **method["params"],
        **{name: row.get(f"tendencia_{name}") for name in TREND},
        "n": row["referencia_n"],
        "limite_critico": row["limite"],
        "limite_atencao": row["limite_atencao"],
    }


def _told(text: str, facts: Facts, rule: str, decimals: int) -> str:
    """The text with its numbers; "" when there is none, or a number is missing."""
    named = places(text)
    if not text or any(facts.get(name) is None for name in named):
        return ""
    return tk._(text).format(**{name: _shown(facts[name], _measure(rule, name), decimals) for name in named})


def _measure(rule: str, name: str) -> str:
    params = RULES.get(rule).params if rule in RULES else ()
    return next((param.measure for param in params if param.name == name), VALUE)


def _shown(value: Any, measure: str, decimals: int) -> str:
    """A fact in the reader's language."""
    if isinstance(value, int):
        return number(value, 0)
    if measure == SHARE:
        return percent(value)
    if measure == SIZE:
        return number(abs(value), next((d for d in range(MOST_DECIMALS) if round(value, d) == value), MOST_DECIMALS))
    return number(value, _decimals(value, decimals))


def _decimals(value: float, usual: int) -> int:
    """The usual decimals; for what would round to nothing as many as show two of its digits."""
    enough = next((d for d in range(usual, MOST_DECIMALS) if round(value, d)), usual)
    return enough if enough == usual else enough + 1


def _compared_with(sentence: str, row: Facts, method: Facts) -> str:
    """Add which reference group the limits are of, where it is not the state or could not be the declared one."""
    group, rule = method["reference_group"], method["rule"]
    if group is None or rule not in RULES or not RULES.get(rule).compares(method["params"]):
        return sentence
    name = row.get("grupo")
    if name is None:
        return tk._(WITHOUT_GROUP).format(motivo=sentence) if row["recuo"] else sentence
    if row["recuo"]:
        return tk._(FELL_BACK).format(motivo=sentence, grupo=tk._(name), minimo=method["min_group"])
    kind = tk._(REFERENCE_GROUPS.get(group, group))
    return tk._(WITHIN_GROUP).format(motivo=sentence, tipo=kind, grupo=tk._(name))
