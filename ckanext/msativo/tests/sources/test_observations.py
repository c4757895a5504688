"""Observations have one order, one row per key, and a hash of their content alone."""

from __future__ import annotations

import hashlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ckanext.msativo.sources import Observations

NAN = float("nan")


def test_rows_are_sorted_by_code_then_year() -> None:
    rows = Observations.of(["5003207", "5002704", "5002704"], [2019, 2020, 2019], [1, 2, 3])
    assert rows.codigo_ibge.tolist() == ["5002704", "5002704", "5003207"]
    assert rows.ano.tolist() == [2019, 2020, 2019]
    assert rows.valor.tolist() == [3, 2, 1]
    assert rows.nota.tolist() == [None] * 3


def test_a_double_key_is_refused() -> None:
    with pytest.raises(ValueError, match="5002704, 2019"):
        Observations.of(["5002704", "5002704"], [2019, 2019], [1, 1])


def test_columns_of_different_length_are_refused() -> None:
    rows = Observations.of(["5002704"], [2019], [1])
    with pytest.raises(ValueError, match="length"):
        Observations(**{**vars(rows), "row": rows.row[:0]})


def test_the_canonical_csv_is_written_out_by_hand_here() -> None:
    rows = Observations.of(
        ["5003207", "5002704"],
        [2019, 2020],
        [-0.0, 0.1],
        numerador=[NAN, 1e16],
        denominador=[3, NAN],
        nota=['com "aspas", e vírgula', None],
    )
    expected = (
        "codigo_ibge,ano,valor,numerador,denominador,nota\n"
        "5002704,2020,0.1,1e+16,,\n"
        '5003207,2019,0,,3,"com ""aspas"", e vírgula"\n'
    )
    assert "".join(rows.canonical_csv()) == expected
    assert rows.content_hash() == hashlib.sha256(expected.encode()).hexdigest()


keys = st.lists(st.tuples(st.integers(5_000_000, 5_000_050), st.integers(2000, 2020)), unique=True, max_size=30)


@settings(deadline=None)
@given(keys, st.randoms())
def test_the_hash_does_not_depend_on_the_order(rows: list[tuple[int, int]], random) -> None:
    def digest(chosen: list[tuple[int, int]]) -> str:
        return Observations.of(
            [str(code) for code, _ in chosen],
            [ano for _, ano in chosen],
            [code / ano for code, ano in chosen],
        ).content_hash()

    mixed = list(rows)
    random.shuffle(mixed)
    assert digest(mixed) == digest(rows)


def test_the_hash_depends_on_every_field() -> None:
    base = {"codigo_ibge": ["5002704"], "ano": [2019], "valor": [1.0]}
    variants = [
        {},
        {"codigo_ibge": ["5003207"]},
        {"ano": [2020]},
        {"valor": [1.0000000000000002]},
        {"numerador": [1.0]},
        {"denominador": [1.0]},
        {"nota": ["nd"]},
    ]
    hashes = {Observations.of(**{**base, **change}).content_hash() for change in variants}
    assert len(hashes) == len(variants)
    moved = Observations.of(**base, row=[9])
    assert moved.content_hash() in hashes
