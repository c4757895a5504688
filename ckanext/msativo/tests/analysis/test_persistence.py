from __future__ import annotations

import numpy as np

from ckanext.msativo.analysis import critical_since

YEARS = [2015, 2017, 2018, 2020]


def since(*states: int) -> list[int]:
    return critical_since(YEARS, np.array([states], dtype=np.int8))[0].tolist()


def test_the_run_starts_at_its_first_critical_year():
    assert since(1, 3, 3, 3) == [0, 2017, 2017, 2017]


def test_evaluated_years_need_not_be_consecutive():
    assert since(3, 3, 3, 3) == [2015] * 4


def test_a_better_year_breaks_the_run():
    assert since(3, 2, 3, 3) == [2015, 0, 2018, 2018]


def test_a_year_without_data_breaks_the_run():
    assert since(3, 3, 0, 3) == [2015, 2015, 0, 2020]


def test_not_critical_at_the_end_is_no_run():
    assert since(3, 3, 3, 1)[-1] == 0
