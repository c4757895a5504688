from __future__ import annotations

import numpy as np
import pytest

from ckanext.msativo.analysis import AnalysisError, IndicatorMethod, evaluate
from ckanext.msativo.analysis.small_numbers import (
    CONFIDENCE_NAMES,
    judge_small_numbers,
    pool,
    pooled_rates,
)

NAN = float("nan")
YEARS = [2015, 2016, 2018, 2019]
COUNTS = np.array([[1.0, 2.0, 4.0, 8.0], [1.0, NAN, NAN, 8.0]])


def test_years_are_pooled_by_summing():
    last = np.array([[2016, 2018, 2019], [2016, 2018, 2019]])
    found = pool(YEARS, COUNTS, last)
    assert found[0].tolist() == [3.0, 6.0, 12.0]
    assert found[1, [0, 2]].tolist() == [1.0, 8.0]
    assert np.isnan(found[1, 1])  # 2016 to 2018 hold no count


def test_without_a_year_there_is_nothing_to_pool():
    found = pool(YEARS, COUNTS, np.array([[0, 2019], [2015, 0]]), pool_years=1)
    assert found[0, 1] == 8.0 and found[1, 0] == 1.0
    assert np.isnan(found[[0, 1], [0, 1]]).all()


def test_a_year_counts_only_with_both_events_and_population():
    population = np.array([[100.0, NAN, 100.0, 100.0], [50.0, 50.0, 50.0, 50.0]])
    found = pooled_rates(YEARS, COUNTS, population, np.array([[2016], [2019]]), factor=100)
    assert found.events[:, 0].tolist() == [1.0, 8.0]
    assert found.raw[:, 0].tolist() == [1.0, 16.0]
    assert found.instavel.all()


def test_under_twenty_pooled_events_a_rate_is_unstable():
    events = np.array([[19.0], [20.0], [0.0], [NAN]])
    found = pooled_rates([2020], events, np.full((4, 1), 1000.0), np.full((4, 1), 2020))
    assert found.instavel[:, 0].tolist() == [True, False, True, False]


@pytest.mark.parametrize(
    ("raw", "smoothed", "unstable", "state", "confidence"),
    [
        (3, 3, False, 3, "alta"),
        (3, 3, True, 3, "media"),
        (3, 2, False, 2, "baixa"),
        (3, 1, True, 2, "baixa"),
        (1, 3, False, 3, "alta"),
        (2, 1, False, 1, "alta"),
        (1, 1, True, 1, "media"),
        (0, 0, True, 0, ""),
    ],
)
def test_the_state_comes_from_the_smoothed_rate_and_the_raw_one_says_how_sure_it_is(
    raw, smoothed, unstable, state, confidence
):
    found, code = judge_small_numbers(np.array([raw], np.int8), np.array([smoothed], np.int8), np.array([unstable]))
    assert found.tolist() == [state]
    assert CONFIDENCE_NAMES[code[0]] == confidence


@pytest.fixture
def found():
    # ten units of 10,000 and one of 100 people; the small one has one event in three years
    events = np.array([[10.0 + unit] * 3 for unit in range(10)] + [[0.0, 0.0, 1.0]])
    population = np.array([[10_000.0] * 3] * 10 + [[100.0] * 3])
    method = IndicatorMethod(polarity=-1, kind="taxa_eventos", factor=10_000)
    return evaluate([2018, 2019, 2020], None, None, method, events=events, population=population)


def test_values_are_made_from_the_counts(found):
    assert found.value[:, 2] == pytest.approx([*range(10, 20), 100.0])
    assert found.rates.raw[:, 2] == pytest.approx([*range(10, 20), 100 / 3])
    assert found.rates.events[:, 2].tolist() == [*range(30, 60, 3), 1.0]


def test_a_small_town_with_one_event_is_under_attention_not_critical(found):
    table = found.table()
    row = {name: column[-1] for name, column in table.items()}
    assert row["state"] == "atencao" and row["confidence"] == "baixa" and row["unstable"]
    assert found.reason(10, 2020).code == "numeros_pequenos"
    assert found.reason(10, 2020).params["events"] == 1.0
    assert found.judged[10, 2] < 20 < found.rates.raw[10, 2]


def test_ranks_and_limits_are_those_of_the_smoothed_rates(found):
    assert found.rank[9, 2] == 1
    assert np.array_equal(found.judged, found.rates.smoothed)
    critical = found.judged[:, 2] >= found.limit_critical[:, 2]
    assert np.array_equal(critical, found.flags.state[:, 2] == 3)


def test_counts_are_for_event_rates_only_and_come_in_pairs():
    for arguments in (
        {"method": IndicatorMethod(), "events": [[1.0]], "population": [[1.0]]},
        {"method": IndicatorMethod(kind="taxa_eventos"), "events": [[1.0]]},
    ):
        with pytest.raises(AnalysisError, match="belong together"):
            evaluate([2020], [[1.0]], None, **arguments)


def test_an_event_rate_without_counts_is_judged_as_it_is():
    found = evaluate([2020], [[1.0], [2.0]], None, IndicatorMethod(kind="taxa_eventos"))
    assert found.rates is None and found.confidence is None
    assert found.state[:, 0].tolist() == [3, 1]
