"""Archives of one file are opened; series are given the names of indicators as the caller says."""

from __future__ import annotations

import gzip

import pytest

from ckanext.msativo.sources import read
from ckanext.msativo.tests.sources.factories import codes, context, read_bytes, said, text, values, zipped

ROWS = [("5002704", "Campo Grande", "2019", "12.61"), ("5003207", "Corumbá", "2019", "3")]
VIOLENCE = text(ROWS, ("cod", "nome", "período", "valor"))


@pytest.mark.parametrize("wrapped", [gzip.compress(VIOLENCE), zipped({"pasta/dados.csv": VIOLENCE, "leia.md": b"x"})])
def test_one_file_in_an_archive_is_read_under_the_archives_identity(wrapped: bytes) -> None:
    reading = read_bytes(wrapped, "dados.zip")
    assert values(reading, "valor")["5002704", 2019] == 12.61
    assert reading.file_hash != read_bytes(VIOLENCE).file_hash


def test_several_files_are_named() -> None:
    reading = read_bytes(zipped({"a.csv": VIOLENCE, "b.csv": VIOLENCE}))
    assert codes(reading) == ["several_files"]
    assert "a.csv, b.csv" in str(reading.problems[0])


def test_a_cut_archive_and_one_that_grows_too_large_are_refused() -> None:
    long = VIOLENCE + b"5003207;x;2018;1\n" * 50_000
    assert codes(read_bytes(gzip.compress(long)[:-200])) == ["broken_archive"]
    assert codes(read_bytes(gzip.compress(long), max_unpacked_bytes=10_000)) == ["too_large_text"]
    assert codes(read_bytes(zipped({"a.csv": long}), max_unpacked_bytes=10_000)) == ["too_large_text"]


def test_mapped_series_get_the_indicators_names() -> None:
    reading = read(VIOLENCE, "a.csv", context(), mapping={"valor": "homicidios"})
    assert list(reading.series) == list(reading.provenance) == ["homicidios"]


def test_a_series_that_the_file_lacks_is_a_problem_of_its_indicator() -> None:
    reading = read(VIOLENCE, "a.csv", context(), mapping={"taxa": "homicidios"})
    assert codes(reading) == ["series_missing"]
    assert reading.problems[0].indicador == "homicidios"
    assert "valor" in str(reading.problems[0])
    assert "unmapped_series" in said(reading)


def test_problems_follow_their_series_and_unmapped_ones_go() -> None:
    bad = text([*ROWS, ("5003207", "Corumbá", "2019", "4")], ("cod", "nome", "período", "valor"))
    mapped = read(bad, "a.csv", context(), mapping={"valor": "homicidios"})
    assert [problem.indicador for problem in mapped.problems] == ["homicidios"]
    assert mapped.accepted == {}


def test_two_series_cannot_be_one_indicator() -> None:
    with pytest.raises(ValueError, match="one indicator"):
        read(VIOLENCE, "a.csv", context(), mapping={"a": "x", "b": "x"})
