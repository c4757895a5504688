"""What items are about, who may see them, and which year an indicator should have."""

from __future__ import annotations

from datetime import date

import pytest

from ckanext.msativo.programme.agenda import ABOUT, RULES, about, expected_year, parts, public_rules


def test_every_rule_says_what_its_items_are_about_and_who_sees_them() -> None:
    assert set(ABOUT) == set(RULES)
    assert set(RULES) - set(public_rules()) == {"evidencia_devolvida", "focal_sem_adesao"}


def test_what_no_rule_made_is_not_public_and_names_nothing() -> None:
    assert not about(None).public and not about("extinta").public
    assert parts(None, "") == {} and parts("extinta", "a/b") == {}


def test_the_parts_of_an_object_are_named() -> None:
    assert parts("desenho_acao", "p1/a1") == {"plano": "p1", "acao": "a1"}
    assert parts("pareamento", "a1/5004809") == {"acao": "a1", "municipio": "5004809"}


@pytest.mark.parametrize(
    ("periodicity", "year"),
    [("anual", 2024), ("Anual ", 2024), ("bienal", 2023), ("decenal", 2015), ("", 2024), (None, 2024), ("raro", 2024)],
)
def test_the_expected_year_goes_by_how_often_the_source_comes_out(periodicity: str | None, year: int) -> None:
    assert expected_year(periodicity, date(2025, 3, 1)) == year
