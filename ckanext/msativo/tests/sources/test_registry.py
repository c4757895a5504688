"""Readers are found by name or by the file's content, and problems speak any language."""

from __future__ import annotations

import pytest

from ckanext.msativo.sources import (
    Problem,
    ReadContext,
    Reading,
    SourceFile,
    base,
    read,
    readers,
    register,
)
from ckanext.msativo.sources.messages import MESSAGES
from ckanext.msativo.tests.sources.factories import codes, context, text

ROW = ("taxa", "5002704", "2019", "1")


class Shouting:
    name = "shouting"

    def recognise(self, source: SourceFile, /) -> float:
        return 2.0 if source.head.isupper() else 0.0

    def read(self, source: SourceFile, context: ReadContext, /) -> Reading:
        return Reading(self.name, source.name, source.sha256)


@pytest.fixture
def shouting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(base, "_readers", readers())
    register(Shouting())


@pytest.mark.usefixtures("shouting")
def test_the_reader_that_is_surest_reads_the_file() -> None:
    assert read(b"LOUD", "a.txt", context()).reader == "shouting"
    assert read(text([ROW]), "a.csv", context()).reader == "tidy"


@pytest.mark.usefixtures("shouting")
def test_a_reader_may_be_named() -> None:
    assert read(text([ROW]), "a.csv", context(), reader="shouting").reader == "shouting"


@pytest.mark.usefixtures("shouting")
def test_a_name_is_taken_once() -> None:
    with pytest.raises(ValueError, match="shouting"):
        register(Shouting())


def test_an_unknown_reader_is_a_problem_that_lists_the_known_ones() -> None:
    reading = read(text([ROW]), "a.csv", context(), reader="sidra9")
    assert codes(reading) == ["unknown_reader"]
    assert "sidra9" in str(reading.problems[0])
    assert "tidy" in str(reading.problems[0])


def test_a_missing_path_is_an_error_of_the_caller(tmp_path) -> None:
    with pytest.raises(OSError):
        read(tmp_path / "none.csv", "none.csv", context())


def test_a_path_and_its_bytes_read_alike(tmp_path) -> None:
    data = text([ROW])
    path = tmp_path / "x"
    path.write_bytes(data)
    from_path, from_bytes = read(path, "a.csv", context()), read(data, "a.csv", context())
    assert from_path.file_hash == from_bytes.file_hash
    assert from_path.series["taxa"].content_hash() == from_bytes.series["taxa"].content_hash()


def test_a_problem_says_where_and_what_and_can_be_translated() -> None:
    problem = Problem("a.xlsx", "not_a_number", 7, "Valor", "5%", "taxa", "dados")
    assert str(problem).startswith("a.xlsx, sheet dados, row 7, column Valor: 5% is not a number.")
    portuguese = {"row {row}": "linha {row}", MESSAGES["not_a_number"]: "{value} não é número."}
    said = problem.text(lambda msgid: portuguese.get(msgid, msgid))
    assert said == "5% não é número."
    assert "linha 7" in problem.where(lambda msgid: portuguese.get(msgid, msgid))


def test_braces_in_a_file_do_not_break_the_message() -> None:
    problem = Problem("{a}.csv", "not_a_number", 7, "{0}", "{value!r}")
    assert "{value!r}" in str(problem)
    assert "{a}.csv" in str(problem)
