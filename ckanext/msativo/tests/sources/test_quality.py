"""The quality report finds planted faults, and is quiet about figures that are sound."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ckanext.msativo.sources import Observations
from ckanext.msativo.sources.quality import FINDINGS, Expectations, QualityReport, quality_report
from ckanext.msativo.sources.quality_statistics import robust_z

PLACES = [f"50000{n:02d}" for n in range(20)]
YEARS = list(range(2015, 2021))
NAN = float("nan")


class Everywhere:
    def installed(self, ano: int, /) -> list[str]:
        return PLACES if ano >= 2016 else PLACES[:-1]


def figure(place: int, ano: int) -> float:
    """Between 50 and 62: a spread across places and years, without a trend."""
    return 50 + (place * 7 % 11) + (ano * place % 5) / 4


def table(planted: dict[tuple[int, int], float] | None = None, times: dict[int, float] | None = None) -> Observations:
    keys = [(place, ano) for place in range(20) for ano in YEARS]
    values = [(planted or {}).get(key, figure(*key) * (times or {}).get(key[1], 1)) for key in keys]
    places, years = [PLACES[place] for place, _ in keys], [ano for _, ano in keys]
    return Observations.of(places, years, values, row=list(range(2, len(keys) + 2)))


def report(rows: Observations, **expected: Any) -> QualityReport:
    return quality_report(rows, Everywhere(), Expectations(**expected))


def found(of: QualityReport) -> dict[str, list[tuple[str | None, int | None]]]:
    codes: dict[str, list[tuple[str | None, int | None]]] = {}
    for finding in of.findings:
        codes.setdefault(finding.code, []).append((finding.codigo_ibge, finding.ano))
        assert finding.text()
    return codes


def test_sound_figures_have_no_finding() -> None:
    sound = report(table(), minimum=0, maximum=100)
    assert sound.findings == ()
    assert [(year.ano, year.instalados, year.com_valor) for year in sound.coverage][:2] == [
        (2015, 19, 19),
        (2016, 20, 20),
    ]


def test_impossible_values_are_errors_with_their_place() -> None:
    checked = report(table({(3, 2017): -1, (4, 2018): 100.5}), minimum=0, maximum=100)
    errors = {(e.code, e.codigo_ibge, e.ano) for e in checked.errors}
    assert errors == {("below_minimum", PLACES[3], 2017), ("above_maximum", PLACES[4], 2018)}
    assert checked.findings[0].severity == "error"
    assert checked.errors[0].row == 2 + 3 * len(YEARS) + 2


def test_the_type_of_the_indicator_says_what_is_impossible() -> None:
    share = Expectations.of_indicator("proporcao", "%")
    assert (share.minimum, share.maximum, share.part_of_base) == (0, 100, True)
    assert Expectations.of_indicator("taxa_eventos", "por 100 mil").maximum is None
    assert Expectations.of_indicator("indice").minimum is None


def test_values_are_checked_against_their_numerator_and_denominator() -> None:
    rows = Observations.of(
        PLACES[:4], [2016] * 4, [5.0, 7.0, 1.0, 1.0], numerador=[10, 10, 30, 1], denominador=[200, 200, 20, 0]
    )
    codes = found(report(rows, factor=100, part_of_base=True, coverage=0))
    assert codes["value_differs"] == [(PLACES[1], 2016), (PLACES[2], 2016)]  # 10/200 is 5 %
    assert codes["more_events_than_base"] == [(PLACES[2], 2016)]
    assert codes["bad_denominator"] == [(PLACES[3], 2016)]


def test_coverage_and_missing_reasons() -> None:
    gaps = {(place, 2018): NAN for place in range(5)} | {(place, 2019): NAN for place in range(20)}
    codes = found(report(table(gaps)))
    assert codes["low_coverage"] == [(None, 2018)]  # 15 of 20 is 75 %
    assert codes["no_figures"] == [(None, 2019)]
    assert codes["missing_without_reason"] == [(None, None)]


def test_sums_are_compared_with_the_states_total() -> None:
    total = sum(figure(place, 2016) for place in range(20))
    assert "sum_differs" not in found(report(table(), totals={2016: total}))
    assert found(report(table(), totals={2016: total * 1.01}))["sum_differs"] == [(None, 2016)]
    assert found(report(table({(0, 2016): NAN}), totals={2016: total}))["sum_incomplete"] == [(None, 2016)]


@pytest.mark.parametrize("value", [200.0, 1.0])
def test_outliers_of_level_and_change(value: float) -> None:
    codes = found(report(table({(6, 2018): value})))
    assert codes["outlying_level"] == [(PLACES[6], 2018)]
    assert codes["outlying_change"] == [(PLACES[6], 2018), (PLACES[6], 2019)]


@pytest.mark.parametrize(("times", "shown"), [(10, "10"), (100, "100"), (1000, "1000"), (0.001, "1/1000")])
def test_a_change_of_unit_in_one_figure_or_in_a_whole_year(times: float, shown: str) -> None:
    single = [f for f in report(table({(6, 2020): figure(6, 2020) * times})).findings if f.code == "unit_jump"]
    assert [(f.codigo_ibge, f.ano, f.params["vezes"]) for f in single] == [(PLACES[6], 2020, shown)]
    whole = [f for f in report(table(times={2020: times})).findings if f.code == "unit_jump_of_all"]
    assert [(f.ano, f.params["vezes"]) for f in whole] == [(2020, shown)]
    assert whole[0].severity == "error"


def test_zeros_that_do_not_fit_are_told() -> None:
    assert found(report(table({(6, 2018): 0})))["suspicious_zero"] == [(PLACES[6], 2018)]
    assert found(report(table({(place, 2018): 0 for place in range(20)})))["year_of_zeros"] == [(None, 2018)]
    # A place that often has no event is no surprise.
    often = {(6, ano): float(ano % 2) for ano in YEARS}
    assert "suspicious_zero" not in found(report(table(often)))


def test_a_long_list_is_cut_and_counted() -> None:
    checked = report(table({(place, 2018): -1 for place in range(20)}), minimum=0, max_findings=5)
    assert len(checked.findings) == 5
    assert checked.unlisted >= 15
    assert checked.as_dict()["nao_listados"] == checked.unlisted


def test_an_empty_series_is_reported_without_fault() -> None:
    empty = Observations.of([], [], [])
    assert report(empty) == QualityReport((), ())


def test_robust_z_by_hand() -> None:
    # Median 5; the deviations 0 0 1 1 2 2 3 3 4 95 have the median 2.
    values = np.array([1, 2, 3, 4, 5, 5, 6, 7, 8, 100.0])
    assert robust_z(values)[-1] == pytest.approx(95 / (1.4826 * 2))
    assert np.isnan(robust_z(np.ones(10))).all()
    assert np.isnan(robust_z(np.arange(7.0))).all()


cells = st.none() | st.floats(-1e12, 1e12) | st.sampled_from([0.0, 1.0, 1e300])


@given(st.dictionaries(st.tuples(st.integers(0, 19), st.sampled_from(YEARS)), cells))
def test_any_figures_give_a_report(planted: dict) -> None:
    rows = table({key: NAN if cell is None else cell for key, cell in planted.items()})
    checked = report(rows, minimum=0, maximum=100, factor=1, totals={2016: 0, 2017: 5})
    assert {finding.code for finding in checked.findings} <= set(FINDINGS)
    assert all(finding.text() for finding in checked.findings)
