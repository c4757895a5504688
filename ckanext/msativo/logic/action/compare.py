"""``msativo_rule_compare``: what other rules would say of an indicator, before a method is frozen."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import ckan.model as model
import ckan.plugins.toolkit as tk
import numpy as np

from ckanext.msativo.analysis import RULES, STATE_NAMES, AnalysisError, IndicatorMethod, Series, compare_rules
from ckanext.msativo.analysis.comparison import RuleComparison
from ckanext.msativo.analysis.orientation import read_polarity
from ckanext.msativo.logic import observations, schema
from ckanext.msativo.logic.action.get import indicators_of, snapshot_of
from ckanext.msativo.logic.territory import territory
from ckanext.msativo.model import Dados, Resultado, reading, snapshot_reading
from ckanext.msativo.snapshots import IndicatorFacts, Units
from ckanext.msativo.snapshots.challenge import values_of
from ckanext.msativo.snapshots.indicator import matrix

__all__ = ["msativo_rule_compare"]

Rules = Mapping[str, Mapping[str, Any]]


@tk.side_effect_free
def msativo_rule_compare(context: Any, data_dict: dict[str, Any]) -> dict[str, Any]:
    """Return how many and which municipalities each rule flags in an indicator.

    :param indicador: name or id
    :param ano: reference year (default: its newest with enough coverage)
    :param regras: names of rules (list or comma-separated), or ``{label: {"rule": name, "params": {…}}}``
        (default: the declared rule and all others that need no further numbers)
    :param snapshot: id or number (default: the newest)

    :returns: ``{"count", "results": [{"regra", "rotulo", "parametros", "declarada", "aplicavel", "critico", "atencao",
        "adequado", "sem_dado", "municipios", "so_desta", "acordo"}], "indicador", "ano", "municipios":
        [{"codigo_ibge", "municipio", "valor", "vezes_critico", "regras"}], "snapshot"}``. ``municipios`` of a rule are
        the codes it flags, ``so_desta`` those that no other flags, ``acordo`` by rule the flagged by both as a share
        of the flagged by either
    """
    tk.check_access("msativo_rule_compare", context, data_dict)
    data = schema.validated(data_dict, schema.rule_compare(), context)
    snapshot = snapshot_of(data.get("snapshot"))
    (identifier,) = indicators_of(data["indicador"])
    found = reading.results_of(snapshot.id, [identifier]) if snapshot else []
    if snapshot is None or not found:
        raise tk.ObjectNotFound(tk._("This indicator has not been analysed yet."))
    result, name = found[0]
    method = IndicatorMethod.from_dict(result.metodo)
    units = Units.of(territory())
    year = data.get("ano") or result.ano_padrao
    _year, columns = snapshot_reading.rows_at(result.id, year, units.codigos)
    values = values_of(IndicatorFacts(year, True, columns), len(units))
    rules = _rules(data.get("regras"), method)
    try:
        for asked in rules.values():
            _resolved(asked, method)
        compared = compare_rules(
            values,
            rules,
            polarity=method.polarity,
            groups=None if result.grupos is None else _groups(result.grupos),
            min_group=method.min_group,
            series=_series(result, method, units, year, values),
        )
    except AnalysisError as error:
        raise tk.ValidationError({"regras": [tk._(error.msgid).format(**error.params)]}) from error
    rows = [_rule(i, compared, rules, method, units) for i in range(len(rules))]
    return {
        "count": len(rows),
        "results": rows,
        "indicador": name,
        "ano": year,
        "municipios": _municipalities(compared, units, values),
        "snapshot": snapshot.id,
    }


def _rules(asked: Any, method: IndicatorMethod) -> Rules:
    """Label → rule with its parameters; the declared rule with the declared ones."""
    declared = {"rule": method.rule, "params": dict(method.params)}
    if isinstance(asked, Mapping):
        return asked
    names: Sequence[str] = asked or [
        name for name in RULES.names() if name == method.rule or not any(p.required for p in RULES.get(name).params)
    ]
    shared = {name: value for name, value in method.params.items() if value is not None}
    return {name: declared if name == method.rule else {"rule": name, "params": _known(name, shared)} for name in names}


def _known(rule: str, params: Mapping[str, Any]) -> dict[str, Any]:
    """Of the indicator's numbers those that this rule has too, such as its cuts."""
    if rule not in RULES.names():
        return {}
    return {param.name: params[param.name] for param in RULES.get(rule).params if param.name in params}


def _groups(stored: Sequence[Any]) -> Any:
    return np.array(stored, np.intp) if stored and isinstance(stored[0], list) else list(stored)


def _series(result: Resultado, method: IndicatorMethod, units: Units, year: int | None, values: Any) -> Series | None:
    """The history up to the year, from the observations the result was made of."""
    stored = model.Session.get(Dados, result.dados_hash)
    if stored is None or year is None:
        return None
    table = matrix(observations.parse(stored.conteudo), units, method.tolerance)
    return Series(table.years, table.values, np.array([year]))


def _rule(i: int, compared: RuleComparison, rules: Rules, method: IndicatorMethod, units: Units) -> dict[str, Any]:
    label = compared.names[i]
    rule = RULES.get(rules[label]["rule"])
    flagged = compared.critical[i]
    alone = flagged & (compared.times_critical == 1)
    return {
        "regra": label,
        "rotulo": tk._(rule.label),
        "parametros": {key: value for key, value in compared.results[i].params.items() if value is not None},
        "declarada": _is_declared(rules[label], method),
        "aplicavel": not bool(compared.not_applicable[i]),
        **{name: int(compared.counts[i, code]) for code, name in enumerate(STATE_NAMES)},
        "municipios": [units.codigos[unit] for unit in np.flatnonzero(flagged)],
        "so_desta": [units.codigos[unit] for unit in np.flatnonzero(alone)],
        "acordo": {other: round(float(compared.agreement[i, j]), 4) for j, other in enumerate(compared.names)},
    }


def _is_declared(asked: Mapping[str, Any], method: IndicatorMethod) -> bool:
    """Whether that is the indicator's own rule, its numbers said or left to their defaults."""
    return asked["rule"] == method.rule and _resolved(asked, method) == _resolved(
        {"rule": method.rule, "params": method.params}, method
    )


def _resolved(asked: Mapping[str, Any], method: IndicatorMethod) -> dict[str, Any]:
    """All parameters of a rule that is asked for. Raises AnalysisError."""
    return RULES.get(asked["rule"]).resolve(asked.get("params") or {}, read_polarity(method.polarity))


def _municipalities(compared: RuleComparison, units: Units, values: Any) -> list[dict[str, Any]]:
    """The municipalities that any rule flags, those that most rules flag first."""
    times = compared.times_critical
    order = sorted(np.flatnonzero(times), key=lambda unit: (-times[unit], units.nomes[unit]))
    return [
        {
            "codigo_ibge": units.codigos[unit],
            "municipio": units.nomes[unit],
            "valor": float(values[unit]),
            "vezes_critico": int(times[unit]),
            "regras": [name for i, name in enumerate(compared.names) if compared.critical[i, unit]],
        }
        for unit in order
    ]
