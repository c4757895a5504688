"""Texts of values: exact, the same before and after a database, and told apart when they differ."""

from __future__ import annotations

import json
import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ckanext.msativo.snapshots.cells import cell, csv_text, json_text, says, table, unequal


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, ""),
        (True, "true"),
        (False, "false"),
        (3, "3"),
        (3.0, "3.0"),
        (-0.0, "0.0"),
        (0.1, "0.1"),
        (1e22, "1e+22"),
        ("não", "não"),
        ({"b": -0.0, "a": [None, True]}, '{"a":[null,true],"b":0.0}'),
    ],
)
def test_a_value_has_one_text(value: Any, text: str) -> None:
    assert cell(value) == text


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_a_number_comes_back_exactly(number: float) -> None:
    assert float(cell(number)) == number and says(cell(number), number)


def test_a_database_that_writes_large_numbers_without_exponent_changes_no_text() -> None:
    # PostgreSQL's JSON gives 1e16 back as 10000000000000000, which Python reads as an integer.
    assert json_text([1e16, 1e300]) == json_text([10**16, int(1e300)])


@given(st.floats(-1e12, 1e12), st.sampled_from([1e-8, 1e-6, 1e-3, 1.0]))
def test_a_difference_beyond_the_tolerance_is_seen(number: float, share: float) -> None:
    other = number + share * max(1.0, abs(number))
    assert not says(repr(other), number)
    assert list(unequal({"a": [number]}, {"a": [other]})) == [("a[0]", number, other)]


def test_a_difference_within_the_tolerance_is_none() -> None:
    assert says("0.30000000000000004", 0.3) and says("0.3000000000001", 0.3) and says("3", 3.0)
    assert not says("0.3000001", 0.3)


@pytest.mark.parametrize(
    ("text", "value"),
    [("", 0.0), ("", 0), ("0", None), ("0.0", None), ("nan", 1.0), ("x", 1.0), ("1", True), ("3.0", 3), ("[1", [1])],
)
def test_a_missing_or_other_kind_of_value_is_not_the_same(text: str, value: Any) -> None:
    assert not says(text, value)


@pytest.mark.parametrize(
    ("expected", "found", "where"),
    [
        ({"a": 1}, {}, "a"),
        ({}, {"a": None}, "a"),
        ({"a": {"b": True}}, {"a": {"b": 1}}, "a.b"),
        ({"a": [1, 2]}, {"a": [1]}, "a"),
        ([{"x": "um"}], [{"x": "dois"}], "[0].x"),
    ],
)
def test_a_difference_inside_json_is_named_by_its_path(expected: Any, found: Any, where: str) -> None:
    ((path, _one, _other),) = unequal(expected, found)
    assert path == where


def test_rows_are_in_the_order_of_their_key_and_csv_is_read_back_by_others() -> None:
    pandas = pytest.importorskip("pandas")
    columns = {"ano": [2020, 2019], "valor": [0.1 + 0.2, math.pi], "nota": [None, 'aspas ", vírgula\ne linha']}
    rows = table(("ano", "valor", "nota"), columns, ("ano",))
    assert [row[0] for row in rows] == [2019, 2020]
    import io

    read = pandas.read_csv(
        io.StringIO("i,ano,valor,nota\n" + csv_text([[cell(value) for value in row] for row in rows], "x")),
        float_precision="round_trip",
    )
    assert read["valor"].tolist() == [math.pi, 0.1 + 0.2]
    assert read["nota"][0] == 'aspas ", vírgula\ne linha' and read["nota"].isna()[1]


@given(
    st.recursive(
        st.none()
        | st.booleans()
        | st.floats(allow_nan=False, allow_infinity=False)
        | st.text()
        | st.integers(-(10**15), 10**15),
        lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    )
)
def test_json_text_says_itself(value: Any) -> None:
    assert list(unequal(value, json.loads(json_text(value)))) == []
