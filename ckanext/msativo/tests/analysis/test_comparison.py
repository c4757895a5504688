from __future__ import annotations

import numpy as np
import pytest

from ckanext.msativo.analysis import RULES, AnalysisError, Series, compare_rules

NAN = float("nan")
X = [1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 30.0, NAN]


def test_who_is_critical_by_which_rule():
    found = compare_rules(
        X,
        {
            "quartil": {"rule": "quantil"},
            "decil": {"rule": "quantil", "params": {"p": 0.1}},
            "lei": {"rule": "limiar", "params": {"verde": 5, "vermelho": 4}},
        },
    )
    # Q25 = 2.75, Q10 = 1.7, red under 4
    assert found.names == ("quartil", "decil", "lei")
    assert [np.flatnonzero(row).tolist() for row in found.critical] == [[0, 1], [0], [0, 1, 2]]
    assert found.counts[:, 3].tolist() == [2, 1, 3]
    assert found.counts[:, 0].tolist() == [1, 1, 1]
    assert found.times_critical.tolist() == [3, 2, 1, 0, 0, 0, 0, 0, 0]
    assert found.agreement[0].tolist() == [1.0, 0.5, pytest.approx(2 / 3)]


def test_rules_by_name_use_their_defaults():
    found = compare_rules(X, ["quantil", "zscore", "robust_z", "jenks"])
    assert found.critical[0].sum() == 2
    assert found.results[0].limits["critico"].tolist() == [2.75]


def test_a_rule_that_cannot_judge_is_marked_and_flags_nobody():
    found = compare_rules([0.0, 0.0, 0.0, 5.0], ["robust_z", "quantil"])
    assert found.not_applicable.tolist() == [True, False]
    assert found.critical.sum(axis=1).tolist() == [0, 3]


def test_two_rules_that_flag_nobody_agree():
    found = compare_rules([1.0, 1.0], ["quantil", "zscore"])
    assert found.agreement.tolist() == [[1.0, 1.0], [1.0, 1.0]]


def test_every_registered_rule_can_be_compared():
    years = list(range(2016, 2021))
    values = np.random.default_rng(0).normal(50, 9, size=(30, 5))
    limits = {"rule": "limiar", "params": {"verde": 60, "vermelho": 40}}
    rules = {name: {"rule": name} for name in RULES.names()} | {"limiar": limits}
    found = compare_rules(values[:, -1], rules, series=Series.of(years, values))
    assert found.critical.shape == (len(RULES), 30)


def test_at_least_one_rule_is_needed():
    for nothing in ([], {}, "quantil"):
        with pytest.raises(AnalysisError, match="at least one rule"):
            compare_rules(X, nothing)
