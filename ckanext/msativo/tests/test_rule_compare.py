"""Rules beside each other and spatial clusters of an indicator, as the pure package has them."""

from __future__ import annotations

import json
from typing import Any

import ckan.plugins.toolkit as tk
import numpy as np
import pytest
from numpy.testing import assert_allclose

from ckanext.msativo.analysis import (
    compare_rules,
    local_moran,
)
from ckanext.msativo.tests.factories import CODES, TERRITORY, act
from ckanext.msativo.tests.test_challenges import (
    N,
    loaded,
    run,
)


# -- rules and clusters of an indicator --------------------------------------------------------------------------------
def test_rules_are_compared_as_the_pure_package_compares_them(coordenacao: dict[str, Any], subtests: Any) -> None:
    random = np.random.default_rng(3)
    values = random.lognormal(3, 1, N).round(2)
    values[5] = np.nan
    (indicador,) = loaded(coordenacao, [None if np.isnan(v) else float(v) for v in values], quantil_p="0.2")
    run()
    name = indicador["name"]
    asked = {"baixo": {"rule": "quantil", "params": {"p": 0.1}}, "naturais": {"rule": "jenks"}}
    told = act(None, "msativo_rule_compare", indicador=name, regras=asked)
    pure = compare_rules(values, asked, polarity=-1)
    assert told["count"] == 2 and [row["regra"] for row in told["results"]] == ["baixo", "naturais"]
    for i, row in enumerate(told["results"]):
        assert row["municipios"] == [CODES[unit] for unit in np.flatnonzero(pure.critical[i])]
        assert [row[state] for state in ("sem_dado", "adequado", "atencao", "critico")] == pure.counts[i].tolist()
        assert row["acordo"]["baixo"] == round(float(pure.agreement[i, 0]), 4)
        alone = pure.critical[i] & (pure.times_critical == 1)
        assert row["so_desta"] == [CODES[unit] for unit in np.flatnonzero(alone)]
        assert not row["declarada"]
    times = {row["codigo_ibge"]: row["vezes_critico"] for row in told["municipios"]}
    assert times == {CODES[unit]: int(pure.times_critical[unit]) for unit in np.flatnonzero(pure.times_critical)}

    ways: list[Any] = [["quantil", "zscore"], "quantil, zscore", '["quantil", "zscore"]']
    answers = [act(None, "msativo_rule_compare", indicador=name, regras=way)["results"] for way in ways]
    assert answers[0] == answers[1] == answers[2]
    assert [row["declarada"] for row in answers[0]] == [True, False] and answers[0][0]["parametros"] == {"p": 0.2}
    as_text = act(None, "msativo_rule_compare", indicador=name, regras=json.dumps(asked))
    assert as_text == told
    for params, declared in (({}, False), ({"p": 0.2}, True), ({"p": 0.25}, False)):
        rule = {"eu": {"rule": "quantil", "params": params}}
        (row,) = act(None, "msativo_rule_compare", indicador=name, regras=rule)["results"]
        assert row["declarada"] is declared
    default = act(None, "msativo_rule_compare", indicador=name)["results"]
    assert {"quantil", "jenks", "zscore", "robust_z"} <= {row["regra"] for row in default}
    assert [row["regra"] for row in default if row["declarada"]] == ["quantil"]

    nested: Any = {"rule": "jenks"}
    for _ in range(300):
        nested = {"not": nested}
    wrong: list[Any] = [
        "nenhuma",
        ["quantil", "nenhuma"],
        "[",
        "{}",
        "[]",
        5,
        {"a": 5},
        {"a": {"rule": ["quantil"]}},
        {"a": {"rule": "quantil", "outro": 1}},
        {"a": {"rule": "quantil", "params": [1]}},
        {"a": {"rule": "quantil", "params": {"p": "muito"}}},
        {"a": {"rule": "quantil", "params": {"p": 1.5}}},
        {"a": {"rule": "quantil", "params": {"rule": "jenks"}}},
        {"a": {"rule": "quantil", "params": {"polarity": 1}}},
        {"a": {"rule": "limiar"}},
        {"a": {"rule": "combinada", "params": {"expressao": {"xor": []}}}},
        {"a": {"rule": "combinada", "params": {"expressao": {"and": [{"rule": "jenks"}] * 3000}}}},
        ["quantil"] * 31,
        "[" * 100_000,
    ]
    for rules in wrong:
        with subtests.test(f"{rules!r:.60}"), pytest.raises(tk.ValidationError) as caught:
            act(None, "msativo_rule_compare", indicador=name, regras=rules)
        assert list(caught.value.error_dict) == ["regras"]
    for filters in ({"indicador": "nenhum"}, {"indicador": name, "snapshot": "999999999"}):
        with pytest.raises(tk.ObjectNotFound):
            act(None, "msativo_rule_compare", **filters)


def test_clusters_of_an_indicator_are_those_of_the_pure_package(coordenacao: dict[str, Any]) -> None:
    random = np.random.default_rng(5)
    position = {code: i for i, code in enumerate(CODES)}
    near = [sorted(position[other] for other in TERRITORY.neighbours()[code]) for code in CODES]
    # High around the first municipality, noise elsewhere.
    values = random.normal(0, 1, N).round(3)
    values[[0, *near[0], *(i for j in near[0] for i in near[j])]] += 20
    (indicador,) = loaded(coordenacao, [float(v) for v in values])
    run(semente=3)
    told = act(None, "msativo_cluster_list", indicador=indicador["name"], limit=100)
    moran = local_moran(values, near, 9999, 3, name=indicador["name"])
    found = {row["codigo_ibge"]: row for row in told["results"]}
    assert told["count"] == N and {row["ano"] for row in found.values()} == {2020}
    for name, expected in (("moran_i", moran.i), ("moran_vizinhos", moran.lag), ("moran_p", moran.p)):
        assert_allclose([found[code][name] for code in CODES], expected, rtol=1e-12)
    significant = [code for code in CODES if found[code]["significativo"]]
    assert significant == [code for code, yes in zip(CODES, moran.significant, strict=True) if yes]
    assert found[CODES[0]]["significativo"] and found[CODES[0]]["agrupamento"] == "alto_alto"
    only = act(None, "msativo_cluster_list", indicador=indicador["name"], significativo=True, limit=2)
    assert only["count"] == len(significant) and len(only["results"]) == 2
    one = act(None, "msativo_cluster_list", indicador=indicador["name"], municipio=CODES[0])
    assert one["results"] == [found[CODES[0]]]
    with pytest.raises(tk.ValidationError):
        act(None, "msativo_cluster_list", indicador=indicador["name"], desafio="x")
