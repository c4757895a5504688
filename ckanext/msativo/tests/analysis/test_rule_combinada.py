from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ckanext.msativo.analysis import AnalysisError, IndicatorMethod, Series, evaluate, flag
from ckanext.msativo.tests.analysis.strategies import exact, vectors

NAN = float("nan")
NINE = np.arange(1.0, 10.0)  # Q25 = 3, median 5


def rule(name, **params):
    return {"rule": name, "params": params}


def test_without_target_or_limits_it_is_the_quantile_alone():
    alone, combined = flag(NINE, "quantil"), flag(NINE, "combinada")
    assert combined.state.tolist() == alone.state.tolist()
    assert combined.limits["critico"] == 3.0 and combined.limits["atencao"] == 5.0


def test_whoever_meets_the_target_is_not_critical_but_stays_under_attention():
    result = flag(NINE, "combinada", meta=2)
    assert result.state.tolist() == [3, 2, 2, 2, 2, 1, 1, 1, 1]
    assert result.limits["critico"] == 2.0


def test_the_red_limit_makes_critical_whatever_the_quantile_says():
    result = flag(NINE, "combinada", meta=2, verde=8, vermelho=6)
    # red: under 6; green from 8 on
    assert result.state.tolist() == [3, 3, 3, 3, 3, 2, 2, 1, 1]
    assert (result.limits["critico"], result.limits["atencao"]) == (6.0, 8.0)


def test_when_smaller_is_better():
    result = flag(NINE, "combinada", polarity=-1, meta=8, verde=2, vermelho=8.5)
    # Q75 = 7: critical from 7 on unless the target 8 is met; red above 8.5
    assert result.state.tolist() == [1, 1, 2, 2, 2, 2, 2, 2, 3]
    assert result.limits["critico"] == 8.0


def test_the_reason_lists_the_reasons_of_the_parts():
    reason = flag(NINE, "combinada", meta=9, verde=8, vermelho=2).reason(2)
    assert reason.code == "combinada_critica"
    assert [part["code"] for part in reason.params["parts"]] == [
        "quantil_critico",
        "limiar_atencao",
    ]


def test_a_missing_value_is_missing():
    assert flag([NAN, 1.0, 2.0], "combinada", meta=0).state[0] == 0


def test_an_expression_of_ones_own():
    both = {"and": [rule("quantil", p=0.5), rule("limiar", verde=9, vermelho=3)]}
    result = flag(NINE, "combinada", expressao=both)
    assert result.state.tolist() == [3, 3, 2, 2, 2, 2, 2, 2, 1]
    assert result.limits["critico"] == 3.0


def test_a_rule_that_cannot_judge_leaves_the_answer_open_unless_another_decides():
    x = [0.0, 0.0, 0.0, 0.0, 9.0]  # MAD = 0, so robust_z is not applicable
    red = rule("limiar", verde=5, vermelho=1)
    either = flag(x, "combinada", expressao={"or": [rule("robust_z"), red]})
    assert either.state.tolist() == [3, 3, 3, 3, 0]
    assert either.nao_aplicavel.tolist() == [False] * 4 + [True]
    both = flag(x, "combinada", expressao={"and": [rule("robust_z"), red]})
    assert both.state.tolist() == [0, 0, 0, 0, 1]


def test_a_negated_rule_asks_for_no_attention():
    not_red = {"not": rule("limiar", verde=5, vermelho=2)}
    result = flag(NINE, "combinada", expressao={"and": [rule("quantil"), not_red]})
    # 1 is red, so the negation holds it back; 2 and 3 are critical; 4 and 5 under the median
    assert result.state.tolist() == [2, 3, 3, 2, 2, 1, 1, 1, 1]
    assert np.isnan(result.limits["critico"])


def test_without_variation_only_the_limits_speak():
    result = flag([4.0, 4.0], "combinada", verde=6, vermelho=5)
    assert result.state.tolist() == [3, 3]
    assert result.limits["critico"] == 5.0
    quiet = flag([4.0, 4.0], "combinada")
    assert quiet.state.tolist() == [1, 1] and quiet.sem_variacao
    assert np.isnan(quiet.limits["critico"])


def test_a_trend_inside_an_expression_needs_the_series():
    either = {"or": [rule("tendencia"), rule("limiar", verde=5, vermelho=1)]}
    with pytest.raises(AnalysisError, match="looks at several years"):
        flag([1.0], "combinada", expressao=either)
    years = list(range(2015, 2021))
    falling, steady = [20.0, 19.0, 18.0, 17.0, 16.0, 15.0], [9.0, 9.5, 9.0, 9.5, 9.0, 9.5]
    table = np.array([falling, steady])
    result = flag(table[:, -1:], "combinada", expressao=either, series=Series.of(years, table))
    assert result.state[:, 0].tolist() == [3, 1]


def test_it_works_inside_an_evaluation_and_its_description_is_stable():
    either = {"or": [rule("quantil"), rule("limiar", verde=8, vermelho=2)]}
    method = IndicatorMethod("combinada", {"expressao": either})
    assert method.as_dict()["params"]["expressao"]["or"][0]["params"] == {"p": 0.25}
    assert IndicatorMethod.from_dict(method.as_dict()).hash() == method.hash()
    found = evaluate([2020], NINE[:, None], None, method)
    assert found.state[:, 0].tolist() == flag(NINE, "combinada", expressao=either).state.tolist()


@pytest.mark.parametrize(
    ("params", "code"),
    [
        ({"expressao": {}}, "bad_expression"),
        ({"expressao": {"xor": []}}, "bad_expression"),
        ({"expressao": {"and": []}}, "bad_expression"),
        ({"expressao": {"and": [1]}}, "bad_expression"),
        ({"expressao": {"target_met": None}}, "bad_expression"),
        ({"expressao": {"target_met": "x"}}, "bad_parameter"),
        ({"expressao": {"rule": "nenhuma"}}, "unknown_name"),
        ({"expressao": {"rule": "quantil", "params": {"q": 1}}}, "unknown_parameter"),
        ({"expressao": {"rule": "quantil", "weight": 1}}, "bad_expression"),
        ({"expressao": "quantil"}, "bad_parameter"),
        ({"expressao": {"rule": "quantil"}, "meta": 1}, "expression_and_parts"),
        ({"verde": 1}, "missing_parameter"),
        ({"verde": 1, "vermelho": 2}, "limits_out_of_order"),
    ],
)
def test_what_cannot_be_read_is_an_error(params, code):
    with pytest.raises(AnalysisError) as caught:
        flag([1.0, 2.0], "combinada", **params)
    assert caught.value.code == code
    assert str(caught.value)


@given(vectors(), exact, exact, exact, st.sampled_from([1, -1]))
def test_the_default_is_the_composition_of_its_parts(x, target, one, other, polarity):
    red, green = sorted((one, other), key=lambda cut: polarity * cut)
    limits = {"verde": green, "vermelho": red}
    found = flag(x, "combinada", polarity=polarity, meta=target, **limits)
    worst = flag(x, "quantil", polarity=polarity).state
    band = flag(x, "limiar", polarity=polarity, **limits).state
    critical = ((worst == 3) & (polarity * x < polarity * target)) | (band == 3)
    watched = np.maximum(worst, band) >= 2
    expected = np.where(np.isnan(x), 0, np.where(critical, 3, np.where(watched, 2, 1)))
    assert found.state.tolist() == expected.tolist()


@given(vectors(), exact, st.sampled_from([1, -1]))
def test_the_reported_limit_parts_critical_from_the_rest(x, target, polarity):
    found = flag(x, "combinada", polarity=polarity, meta=target)
    y, cut = polarity * x, polarity * found.limits["critico"]
    critical = found.state == 3
    if not np.isnan(cut):
        assert (y[critical] <= cut).all()
        assert not critical[y > cut].any()
