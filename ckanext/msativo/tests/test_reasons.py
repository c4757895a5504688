"""The sentences that say why: what each rule says of a row, with numbers as people write them. No portal is needed."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
from flask import Flask
from flask_babel import Babel

from ckanext.msativo.analysis import RULES, STATE_NAMES, FlagResult, IndicatorMethod, Series, flag
from ckanext.msativo.analysis.params import SHARE, Param
from ckanext.msativo.analysis.rules import CutRule, Cuts
from ckanext.msativo.analysis.rules.clauses import clauses, places, texts_by_code
from ckanext.msativo.analysis.states import ADEQUADO, ATENCAO, CRITICO
from ckanext.msativo.i18n_marker import N_
from ckanext.msativo.logic import reasons

NINE = np.arange(1.0, 10.0)  # Q25 = 3, median 5
LIMITS = {"verde": 8.0, "vermelho": 2.0}


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    """A request in English, to an application that has languages and nothing else."""
    app = Flask(__name__)
    Babel(app, default_locale="en")
    with app.test_request_context(environ_base={"CKAN_LANG": "en"}):
        yield


def told(x: Any, rule: str, unit: int, changed: dict[str, Any] | None = None, **given: Any) -> str:
    """The sentence of one unit's row under a rule; ``changed`` columns of the row, ``given`` parameters."""
    group = given.pop("reference_group", None)
    groups = given.pop("groups", None)
    series = given.pop("series", None)
    polarity = given.pop("polarity", 1)
    method = IndicatorMethod(rule, given, polarity=polarity, reference_group=group)
    table = np.asarray(x, dtype=float)[:, None]
    flags = flag(table, rule, polarity=polarity, groups=groups, series=series, **given)
    row = {**row_of(flags, table, unit), **(changed or {})}
    return reasons.reason(row, method.as_dict(), "%", 1)


def row_of(flags: FlagResult, x: Any, unit: int) -> dict[str, Any]:
    """The columns that a run stores."""
    limits = {name: flags.at(flags.limits.get(name, np.array(np.nan)), unit) for name in ("critico", "atencao")}
    known = {name: None if value != value else value for name, value in limits.items()}
    return {
        "ano": 2020,
        "ano_valor": 2020,
        "valor": float(x[unit, 0]),
        "valor_suavizado": None,
        "confianca": None,
        "nota": None,
        "estado": STATE_NAMES[flags.at(flags.state, unit)],
        "limite": known["critico"],
        "limite_atencao": known["atencao"],
        "referencia_n": flags.at(flags.n, unit),
        "recuo": flags.at(flags.fallback, unit),
        "motivo": flags.reason(unit).code,
        "motivos": clauses(flags)[unit],
    }


@pytest.mark.parametrize(
    ("unit", "sentence"),
    [
        (0, "1.0 % in 2020: at or beyond 3.0, the cut of the worst 25 % of 9 municipalities with data."),
        (
            3,
            "4.0 % in 2020: in the worse half of 9 municipalities with data, whose median is 5.0, but short of the "
            "critical cut 3.0.",
        ),
        (8, "9.0 % in 2020: in the better half of 9 municipalities with data, whose median is 5.0."),
    ],
)
def test_the_worst_share(unit: int, sentence: str) -> None:
    assert told(NINE, "quantil", unit) == sentence


def test_declared_limits() -> None:
    assert told(NINE, "limiar", 0, **LIMITS) == "1.0 % in 2020: worse than the red limit 2.0."
    assert told(NINE, "limiar", 4, **LIMITS) == "5.0 % in 2020: between the red limit 2.0 and the green limit 8.0."
    assert told(NINE, "limiar", 8, **LIMITS) == "9.0 % in 2020: meets the green limit 8.0."


def test_natural_classes_say_where_the_class_ends() -> None:
    x = [1.0, 1.1, 5.0, 5.1, 9.0, 9.1]
    assert told(x, "jenks", 0, k=3) == (
        "1.0 % in 2020: in the worst of the 3 natural classes of 6 municipalities with data, ending at 1.1."
    )
    assert "in the second worst of the 3 natural classes" in told(x, "jenks", 3, k=3)
    assert told(x, "jenks", 3, k=3).endswith("ending at 5.1.")
    assert "in one of the better of the 3 natural classes" in told(x, "jenks", 5, k=3)
    assert told([1.0, 2.0], "jenks", 0, k=3) == (
        "1.0 % in 2020: there are fewer different values than the 3 natural classes need."
    )


def test_deviations_are_counted_without_their_sign() -> None:
    # mean 5, sample deviation √7.5 = 2.739: one of them below the mean is 2.261, half of one 3.631
    assert told(NINE, "zscore", 1) == (
        "2.0 % in 2020: worse than 2.3, which is 1 standard deviation(s) from the mean of 9 municipalities with data."
    )
    assert "worse than 3.6, which is 0.5 standard deviation(s) from the mean" in told(NINE, "zscore", 2)
    assert "above" not in told(NINE, "zscore", 8) and "near the mean of 9" in told(NINE, "zscore", 8)
    # smaller is better: the same distance on the other side, 7.739
    assert "worse than 7.7, which is 1 standard" in told(NINE, "zscore", 8, polarity=-1)
    # median 5, MAD 2: 1.5 · 1.4826 · 2 = 4.448 below it is 0.552
    assert "worse than 0.6, which is 1.5 robust deviation(s) from the median of 9" in told(
        [0.5, *NINE[1:]], "robust_z", 0
    )
    assert "more than half of the 5 values are equal" in told([1.0, 1.0, 1.0, 1.0, 2.0], "robust_z", 0)


def test_a_trend_says_its_change_with_the_decimals_it_needs() -> None:
    years = list(range(2015, 2021))
    table = np.array(
        [[20.0, 19.0, 18.0, 17.0, 16.0, 15.0], [9.0, 9.5, 9.0, 9.5, 9.0, 9.5], [5 - 0.01 * i for i in range(6)]]
    )
    series = Series.of(years, table)
    assert told(table[:, -1], "tendencia", 0, series=series, min_slope=0.5) == (
        "15.0 % in 2020: getting worse beyond doubt: -1.0 a year in 6 years with a value (between -1.0 and -1.0 with "
        "90 % confidence)."
    )
    assert "not getting worse beyond doubt" in told(table[:, -1], "tendencia", 1, series=series)
    small = told(table[:, -1], "tendencia", 2, series=series, min_slope=0.5)
    assert "less than the 0.5 a year that matters: -0.010 a year in 6 years with a value" in small
    short = Series.of(years[:3], table[:, :3])
    assert "fewer than the 5 years with a value that a trend needs" in told(table[:, 2], "tendencia", 0, series=short)


def test_a_trend_of_a_row_without_its_clause_is_told_from_the_columns() -> None:
    row = {"tendencia_inclinacao": -2.0, "tendencia_inferior": -3.0, "tendencia_superior": -1.0, "tendencia_pontos": 7}
    series = Series.of([2015 + i for i in range(6)], np.array([[6.0, 5, 4, 3, 2, 1]]))
    told_so = told([1.0], "tendencia", 0, {**row, "motivos": None}, series=series)
    assert "-2.0 a year in 7 years with a value (between -3.0 and -1.0 with 90 % confidence)" in told_so
    # the trend is kept for the default year only: without it the sentence stays true and says less
    without = told([1.0], "tendencia", 0, {"motivos": None}, series=series)
    assert without == "1.0 % in 2020: in the critical range of the declared rule."


def test_a_combination_says_which_rules_asked_for_it() -> None:
    both = told(NINE, "combinada", 0, **LIMITS, meta=9.0)
    assert both == (
        "1.0 % in 2020: critical by the combination of rules: at or beyond 3.0, the cut of the worst 25 % of 9 "
        "municipalities with data; worse than the red limit 2.0; the target 9.0 is not met."
    )
    # 3: in the worst quarter, not red; limiar only watches it
    assert told(NINE, "combinada", 2, **LIMITS) == (
        "3.0 % in 2020: critical by the combination of rules: at or beyond 3.0, the cut of the worst 25 % of 9 "
        "municipalities with data."
    )
    # 6: above the median, but not green
    assert told(NINE, "combinada", 5, **LIMITS) == (
        "6.0 % in 2020: not critical by the combination of rules, but to be watched: between the red limit 2.0 and the "
        "green limit 8.0."
    )
    assert told(NINE, "combinada", 8, **LIMITS) == "9.0 % in 2020: none of the combined rules asks for attention."


def test_meeting_the_target_is_told_where_it_keeps_a_municipality_from_being_critical() -> None:
    kept = told(NINE, "combinada", 2, meta=2.0)
    assert kept == (
        "3.0 % in 2020: not critical by the combination of rules, but to be watched: at or beyond 3.0, the cut of the "
        "worst 25 % of 9 municipalities with data; the target 2.0 is met."
    )
    # 4 is only in the worse half: the target has no say
    assert "target" not in told(NINE, "combinada", 3, meta=2.0)


def test_rules_of_a_combination_within_a_combination_are_named_too() -> None:
    inner = {"rule": "combinada", "params": {"verde": 8.0, "vermelho": 2.0}}
    either = {"or": [inner, {"rule": "jenks", "params": {"k": 3}}]}
    sentence = told(NINE, "combinada", 0, expressao=either)
    assert "the worst 25 % of 9" in sentence and "red limit 2.0" in sentence and "natural classes" in sentence


def test_a_negation_alone_has_nobody_to_name() -> None:
    sentence = told(NINE, "combinada", 8, expressao={"not": {"rule": "quantil", "params": {}}})
    assert sentence == "9.0 % in 2020: critical by the combination of rules."


def test_the_group_compared_with_is_named() -> None:
    groups = ["a"] * 9 + ["b"] * 2
    x = [*NINE, 20.0, 21.0]
    kept: dict[str, Any] = {"groups": groups, "reference_group": "regiao_imediata"}
    assert told(x, "quantil", 0, {"grupo": "Dourados"}, **kept) == (
        "1.0 % in 2020: at or beyond 3.0, the cut of the worst 25 % of 9 municipalities with data. Compared within its "
        "reference group: Municipalities of the same immediate region (Dourados)."
    )
    small = told(x, "quantil", 9, {"grupo": "Amambai"}, **kept)
    assert small.endswith(
        "Compared with the whole state, since its reference group (Amambai) has fewer than 8 with data."
    )
    assert "of 11 municipalities with data" in small
    unknown = told(x, "quantil", 9, **kept)
    assert unknown.endswith("Compared with the whole state, since its reference group is not known or too small.")


def test_a_rule_that_compares_nobody_names_no_group() -> None:
    kept: dict[str, Any] = {"groups": ["a"] * 9, "reference_group": "semelhantes"}
    assert told(NINE, "limiar", 0, {"grupo": "x"}, **kept, **LIMITS) == "1.0 % in 2020: worse than the red limit 2.0."


def test_all_equal_values_few_cases_and_an_older_value() -> None:
    assert told([4.0] * 9, "quantil", 0) == (
        "4.0 % in 2020: all 9 municipalities with data have the same value, so none stands out."
    )
    smoothed = {"valor_suavizado": 2.0, "confianca": "media", "ano": 2021}
    assert told(NINE, "quantil", 0, smoothed) == (
        "2.0 (smoothed; 1.0 % observed) in 2020: at or beyond 3.0, the cut of the worst 25 % of 9 municipalities with "
        "data. Few cases: read it with care. The value is 1 year(s) older than the reference year 2021."
    )
    chance = told(NINE, "quantil", 0, {"motivo": "numeros_pequenos", "valor_suavizado": 4.0, "estado": "atencao"})
    assert chance.startswith("1.0 % in 2020: the observed rate is in the critical range, the smoothed one is not")


def test_a_missing_value_says_from_when_to_when_and_why() -> None:
    gone = {"valor": None, "nota": None}
    assert told(NINE, "quantil", 0, gone) == "No value from 2018 to 2020."
    assert told(NINE, "quantil", 0, {**gone, "nota": "em_branco"}).startswith("No value from 2018 to 2020: ")


def test_every_text_of_every_rule_has_its_facts() -> None:
    columns = {"n", "limite_critico", "limite_atencao", *reasons.TREND, "meta"}
    for code, (rule, text) in texts_by_code().items():
        params = {param.name for param in RULES.get(rule).params}
        assert set(places(text)) <= columns | params, code
        assert text[0].islower() and not text.endswith("."), code
    codes = [code for rule in RULES for code, _text in rule.texts.values()]
    assert len(codes) == len(set(codes))


class _Lowest(CutRule):
    """A rule that somebody adds: one object, with its own sentence."""

    name = "lowest"
    label = "Under a share of the best"
    inclusive = True
    params = (Param("share", float, 0.5, "Share", measure=SHARE),)
    texts = {CRITICO: ("lowest_critical", N_("under {share} of the best, {best}")), ATENCAO: ("lowest_watch", "x")}

    def cuts(self, reference: Any, params: Any, orientation: Any) -> Cuts:
        best = np.nanmax(reference.y, axis=1)
        return Cuts({"critico": best * params["share"], "atencao": best * params["share"]}, extras={"best": best})


@pytest.fixture
def added() -> Iterator[None]:
    RULES.register(_Lowest.name, _Lowest())
    yield
    del RULES._items[_Lowest.name]


@pytest.mark.usefixtures("added")
def test_a_rule_added_has_its_sentence_and_where_it_has_none_a_general_one() -> None:
    assert told(NINE, "lowest", 1) == "2.0 % in 2020: under 50 % of the best, 9.0."
    assert told(NINE, "lowest", 8) == "9.0 % in 2020: outside the range that the declared rule watches."
    within = {"or": [{"rule": "lowest", "params": {"share": 0.25}}, {"rule": "quantil", "params": {"p": 0.1}}]}
    assert told(NINE, "combinada", 1, expressao=within) == (
        "2.0 % in 2020: critical by the combination of rules: under 25 % of the best, 9.0."
    )


def test_a_result_of_a_rule_that_is_gone_still_has_a_sentence() -> None:
    method = {"rule": "gone", "params": {}, "tolerance": 2, "reference_group": "regiao_imediata", "min_group": 8}
    row = {**row_of(flag(NINE[:, None], "quantil"), NINE[:, None], 0), "motivo": "gone_critical", "motivos": None}
    assert reasons.reason(row, method, "", 1) == "1.0 in 2020: in the critical range of the declared rule."


def test_clauses_stand_in_the_order_of_the_rows_and_only_where_needed() -> None:
    table = np.column_stack([NINE, NINE[::-1]])
    found = clauses(flag(table, "combinada", **LIMITS))
    assert len(found) == 18
    assert [part["codigo"] for part in found[0] or ()] == ["quantil_critico", "limiar_vermelho"]
    assert found[0] == [
        {"codigo": "quantil_critico", "fatos": {"limite_critico": 3.0, "p": 0.25, "n": 9}},
        {"codigo": "limiar_vermelho", "fatos": {"vermelho": 2.0}},
    ]
    assert found[8] is None and found[9] is None and found[17] == found[0]
    assert clauses(flag(table, "quantil")) == [None] * 18
    assert clauses(flag(table[:, 0], "combinada"))[0] == [found[0][0]]  # type: ignore[index]


def test_clauses_of_a_table_are_those_of_its_units_one_by_one() -> None:
    rng = np.random.default_rng(5)
    table = rng.normal(50, 10, (40, 3))
    table[rng.random(table.shape) < 0.1] = np.nan
    flags = flag(table, "combinada", verde=55.0, vermelho=40.0, meta=45.0)
    for row, found in enumerate(clauses(flags)):
        unit, column = row % 40, row // 40
        state = flags.at(flags.state, unit, column)
        wanted = [
            operand.reason(unit, column).code
            for operand in flags.operands
            if operand.at(operand.state, unit, column) >= (CRITICO if state == CRITICO else ATENCAO)
        ]
        codes = [part["codigo"] for part in found or ()]
        assert [code for code in codes if not code.startswith("meta")] == (wanted if state > ADEQUADO else [])
