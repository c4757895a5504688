from __future__ import annotations

import numpy as np
import pytest

from ckanext.msativo.analysis import AnalysisError, IndicatorMethod, ReferenceYear, evaluate

NAN = float("nan")
YEARS = [2018, 2019, 2020, 2021]
# five units; nobody has a value in 2020; the last unit was installed in 2019
VALUES = np.array(
    [
        [1.0, 1.0, NAN, 5.0],
        [2.0, 2.0, NAN, 2.0],
        [3.0, 3.0, NAN, NAN],
        [4.0, NAN, NAN, 4.0],
        [0.0, 5.0, NAN, 1.0],
    ]
)
INSTALLED = np.array([[True] * 4] * 4 + [[False, True, True, True]])


@pytest.fixture
def found():
    return evaluate(YEARS, VALUES, INSTALLED, IndicatorMethod())


def test_years_with_any_value_are_evaluated(found):
    assert found.years.tolist() == [2018, 2019, 2021]
    assert found.value.shape == (5, 3)


def test_value_year_and_lag(found):
    assert found.value[:, 2].tolist() == [5.0, 2.0, 3.0, 4.0, 1.0]
    assert found.value_year.tolist() == [
        [2018, 2019, 2021],
        [2018, 2019, 2021],
        [2018, 2019, 2019],
        [2018, 2018, 2021],
        [0, 2019, 2021],
    ]
    assert found.lag[:, 1:].tolist() == [[0, 0], [0, 0], [0, 2], [1, 0], [0, 0]]
    assert np.isnan(found.value[4, 0])


def test_states_limits_and_ranks_by_hand(found):
    # 2018: 1 2 3 4 → Q25 1.75, median 2.5; 2019 and 2021: 1…5 → Q25 2, median 3
    assert found.state.T.tolist() == [[3, 2, 1, 1, 0], [3, 3, 2, 1, 1], [1, 3, 2, 1, 3]]
    assert found.limit_critical[0].tolist() == [1.75, 2.0, 2.0]
    assert found.limit_attention[0].tolist() == [2.5, 3.0, 3.0]
    assert found.rank.T.tolist() == [[1, 2, 3, 4, 0], [1, 2, 3, 4, 5], [5, 2, 3, 4, 1]]
    assert found.percentile[:4, 0].tolist() == [25.0, 50.0, 75.0, 100.0]


def test_critical_since(found):
    assert found.critical_since.T.tolist() == [
        [2018, 0, 0, 0, 0],
        [2018, 2019, 0, 0, 0],
        [0, 2019, 0, 0, 2021],
    ]


def test_figures_of_the_years(found):
    assert found.coverage.tolist() == [1.0, 0.8, 0.8]
    assert found.n_year.tolist() == [4, 4, 4]
    assert found.installed.tolist() == [4, 5, 5]
    assert found.n.tolist() == [4, 5, 5]
    assert found.median.tolist() == [2.5, 3.0, 3.0]
    assert found.counts[:, 2].tolist() == [0, 2, 1, 2]
    assert found.reference == ReferenceYear(2021, 0.8, False)
    assert not found.under_coverage.any()


def test_the_flat_table_has_one_row_per_unit_and_year(found):
    table = found.table()
    assert {len(column) for column in table.values()} == {15}
    row = {name: column[10 + 1] for name, column in table.items()}
    assert row == {
        "unit": 1, "year": 2021, "value": 2.0, "value_year": 2021, "lag": 0, "judged": 2.0,
        "state": "critico", "rank": 2, "percentile": 40.0,
        "limit_critical": 2.0, "limit_attention": 3.0, "critical_since": 2019,
        "group_fallback": False,
    }  # fmt: skip


def test_the_reason_names_value_and_limit(found):
    reason = found.reason(1, 2021)
    assert reason.code == "quantil_critico"
    assert reason.params["value"] == 2.0 and reason.params["limite_critico"] == 2.0
    assert found.reason(4, 2018).code == "sem_dado"
    with pytest.raises(AnalysisError, match="No unit has a value in 2020"):
        found.reason(0, 2020)


def test_bands_are_named_in_the_table():
    method = IndicatorMethod("limiar", {"verde": 4, "vermelho": 2})
    table = evaluate(YEARS, VALUES, INSTALLED, method).table()
    assert table["band"][-5:].tolist() == ["verde", "laranja", "amarelo", "verde", "vermelho"]


def test_groups_and_method_must_agree():
    grouped = IndicatorMethod(reference_group="regiao", min_group=2)
    found = evaluate(YEARS, VALUES, INSTALLED, grouped, groups=["a", "a", "b", "b", "b"])
    # 2021, a: 5 and 2 → Q25 2.75; b: 3, 4, 1 → Q25 2, median 3
    assert found.state[:, 2].tolist() == [1, 3, 2, 1, 3]
    assert found.limit_critical[:, 2].tolist() == [2.75, 2.75, 2.0, 2.0, 2.0]
    with pytest.raises(AnalysisError, match="reference group"):
        evaluate(YEARS, VALUES, INSTALLED, grouped)
    with pytest.raises(AnalysisError, match="reference group"):
        evaluate(YEARS, VALUES, INSTALLED, IndicatorMethod(), groups=["a"] * 5)


def test_without_any_value_there_is_nothing_to_evaluate():
    found = evaluate(YEARS, np.full((5, 4), NAN), INSTALLED, IndicatorMethod())
    assert found.state.shape == (5, 0)
    assert found.reference.year is None
    assert {len(column) for column in found.table().values()} == {0}


def test_values_written_before_installation_do_not_make_a_year():
    found = evaluate([2018, 2019], [[0.0, 1.0]], [[False, True]], IndicatorMethod())
    assert found.years.tolist() == [2019]
