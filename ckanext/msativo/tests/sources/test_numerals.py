"""Each cell is read with what it proves about the decimal mark; the column decides."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ckanext.msativo.sources.notas import NOTAS
from ckanext.msativo.sources.numerals import (
    AMBIGUOUS_DASH,
    COMMA,
    COMMA_OR_GROUP,
    MARK,
    MARKS,
    MISSING,
    NOT_A_NUMBER,
    PLAIN,
    POINT,
    POINT_OR_GROUP,
    WRONG_DECIMAL,
    UndecidedColumn,
    decide_decimal,
    mark_note,
    number_parser,
    settle,
)


@pytest.mark.parametrize(
    ("cell", "value", "kind"),
    [
        ("1.234,5", 1234.5, COMMA),
        ("1,234.5", 1234.5, POINT),
        ("12.5", 12.5, POINT),
        ("12,5", 12.5, COMMA),
        ("1.234.567", 1234567, COMMA),
        ("1,234,567", 1234567, POINT),
        ("0.123", 0.123, POINT),
        ("0,123", 0.123, COMMA),
        ("-0.123", -0.123, POINT),
        ("1234.567", 1234.567, POINT),
        ("1234,567", 1234.567, COMMA),
        (".5", 0.5, POINT),
        ("1.234", 1.234, POINT_OR_GROUP),
        ("-1.234", -1.234, POINT_OR_GROUP),
        ("1,234", 1.234, COMMA_OR_GROUP),
        ("12", 12, PLAIN),
        ("+12", 12, PLAIN),
        ("-12", -12, PLAIN),
        ("\N{MINUS SIGN}12", -12, PLAIN),
        ("007", 7, PLAIN),
        ("1 234", 1234, PLAIN),
        ("1 234 567,8", 1234567.8, COMMA),
        ("1\N{NO-BREAK SPACE}234.567", 1234.567, POINT),
        ("1\N{NARROW NO-BREAK SPACE}234", 1234, PLAIN),
        ("1e5", 100000, PLAIN),
        ("1.5E-3", 0.0015, POINT),
        ("1,23E+05", 123000, COMMA),
        (" 12,5 ", 12.5, COMMA),
        (2.5, 2.5, PLAIN),
    ],
)
def test_numbers_are_read_with_what_they_prove(cell: str | float, value: float, kind: int) -> None:
    assert number_parser(None)(cell) == (value, kind)


@pytest.mark.parametrize(
    "cell",
    [
        *("1.23.456", "0.123.456", "1.234,56,7", "1.234.56", "12.", "1,2.3", "12 34", "1 2345"),
        *("5%", "R$ 5", "abc", "NaN", "nan", "inf", "-inf", "Infinity", "1_000", "0x10", "1e999"),
        *("--1", "+-1", "(5)", "1/2", "n/a", "NA", "null", "٣", "2019-01-01", "TRUE", "9" * 100),
    ],
)
def test_everything_else_is_not_a_number(cell: str) -> None:
    value, kind = number_parser(None)(cell)
    assert math.isnan(value)
    assert kind == NOT_A_NUMBER


@pytest.mark.parametrize("cell", ["", "  ", "\N{NO-BREAK SPACE}"])
def test_blank_cells_are_missing(cell: str) -> None:
    assert number_parser(None)(cell)[1] == MISSING


@pytest.mark.parametrize(
    ("cell", "note"),
    [
        ("..", "nao_aplicavel"),
        ("...", "nao_disponivel"),
        ("…", "nao_disponivel"),
        ("X", "suprimido"),
        ("nd", "nd"),
        (" ND ", "nd"),
    ],
)
def test_marks_of_the_agencies_are_missing_with_their_reason(cell: str, note: str) -> None:
    assert number_parser(None)(cell)[1] == MARK
    assert mark_note(cell) == note


def test_the_reasons_are_codes_of_notes() -> None:
    assert set(MARKS.values()) <= set(NOTAS)


@pytest.mark.parametrize("cell", ["-", "\N{EN DASH}", "\N{EM DASH}", " - "])
def test_a_dash_means_different_things_and_is_refused(cell: str) -> None:
    assert number_parser(None)(cell)[1] == AMBIGUOUS_DASH


def test_a_given_mark_refuses_what_does_not_fit() -> None:
    comma, point = number_parser(","), number_parser(".")
    assert comma("12.5")[1] == WRONG_DECIMAL
    assert comma("1,234.5")[1] == WRONG_DECIMAL
    assert point("12,5")[1] == WRONG_DECIMAL
    assert point("1.234.567")[1] == WRONG_DECIMAL
    assert comma("1.234,5") == (1234.5, COMMA)
    assert comma("1.234")[1] == POINT_OR_GROUP


def _column(*cells: str) -> tuple[np.ndarray, np.ndarray]:
    read = [number_parser(None)(cell) for cell in cells]
    return np.array([v for v, _ in read]), np.array([k for _, k in read], np.int8)


@pytest.mark.parametrize(
    ("cells", "mark", "expected"),
    [
        (("1.234", "1,5"), ",", [1234, 1.5]),
        (("1.234", "1.5"), ".", [1.234, 1.5]),
        (("1,234", "1.5"), ".", [1234, 1.5]),
        (("1,234", "1,5"), ",", [1.234, 1.5]),
        (("1.234", "1.234.567"), ",", [1234, 1234567]),
        (("-1.234", "0.5"), ".", [-1.234, 0.5]),
        (("-999.999", "0,5"), ",", [-999999, 0.5]),
        (("1.234", "1,234", "0,5"), ",", [1234, 1.234, 0.5]),
        (("1", "22", "333"), None, [1, 22, 333]),
    ],
)
def test_the_column_settles_doubtful_cells(cells: tuple[str, ...], mark: str | None, expected: list[float]) -> None:
    numbers, kinds = _column(*cells)
    decided = decide_decimal(kinds, None)
    settle(numbers, kinds, decided)
    assert decided == mark
    assert numbers.tolist() == expected


@pytest.mark.parametrize("cells", [("1.234",), ("1,234", "7"), ("1.234", "5,678"), ("12.000",)])
def test_nothing_is_decided_without_proof(cells: tuple[str, ...]) -> None:
    with pytest.raises(UndecidedColumn, match="ambiguous_decimal"):
        decide_decimal(_column(*cells)[1], None)


def test_contradicting_proof_is_refused() -> None:
    with pytest.raises(UndecidedColumn, match="mixed_decimal"):
        decide_decimal(_column("1,5", "1.5", "1.234")[1], None)


@settings(deadline=None)
@given(st.integers(1, 999), st.integers(0, 999), st.sampled_from(",."))
def test_a_group_of_thousands_is_exact(high: int, low: int, mark: str) -> None:
    group = "." if mark == "," else ","
    numbers, kinds = _column(f"{high}{group}{low:03d}", f"0{mark}5")
    settle(numbers, kinds, decide_decimal(kinds, None))
    assert numbers[0] == high * 1000 + low


@settings(deadline=None)
@given(st.floats(allow_nan=False, allow_infinity=False))
def test_the_shortest_form_of_a_float_is_read_back_exactly(number: float) -> None:
    value, kind = number_parser(".")(repr(number))
    assert value == number
    assert kind in (PLAIN, POINT, POINT_OR_GROUP)


@settings(deadline=None)
@given(st.text(max_size=80) | st.floats())
def test_no_cell_raises(cell: str | float) -> None:
    value, kind = number_parser(None)(cell)
    assert math.isfinite(value) == (0 <= kind < MISSING)
