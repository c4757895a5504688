"""What the tidy reader accepts, and what it says of each thing that it refuses."""

from __future__ import annotations

import datetime
import hashlib
import math

import pytest

from ckanext.msativo.territory import load_territory
from ckanext.msativo.tests.sources.factories import (
    HEADER,
    SHORT,
    codes,
    read_bytes,
    sheet,
    text,
    values,
    workbook,
)

GOOD = ("taxa", "5002704", "2019", "1,5")
CG19 = ("5002704", 2019)


def test_every_column_of_a_row_is_read() -> None:
    reading = read_bytes(text([("taxa", "500270", "2019", "1,5", "3", "2", "nd")], HEADER))
    rows = reading.series["taxa"]
    assert reading.problems == ()
    assert (rows.codigo_ibge[0], rows.ano[0], rows.valor[0]) == ("5002704", 2019, 1.5)
    assert (rows.numerador[0], rows.denominador[0], rows.nota[0], rows.row[0]) == (3, 2, "nd", 2)


def test_the_reading_says_where_it_came_from() -> None:
    data = text([GOOD])
    reading = read_bytes(data, "taxas.csv")
    assert (reading.reader, reading.file_name, reading.rows_read) == ("tidy", "taxas.csv", 1)
    assert reading.file_hash == hashlib.sha256(data).hexdigest()


def test_columns_come_in_any_order_and_spelling() -> None:
    header = ("VALOR ", "Código IBGE", "Ano", "Indicador")
    assert values(read_bytes(text([("1", "500270", "2019", "taxa")], header))) == {CG19: 1}


def test_columns_that_are_not_given_are_missing() -> None:
    rows = read_bytes(text([GOOD])).series["taxa"]
    assert math.isnan(rows.numerador[0])
    assert math.isnan(rows.denominador[0])
    assert rows.nota[0] is None


def test_unknown_columns_are_left_out_with_a_note() -> None:
    reading = read_bytes(text([(*GOOD, "x")], (*SHORT, "Fonte")))
    assert values(reading) == {CG19: 1.5}
    assert [str(note) for note in reading.notes] == ["Columns that are not known were left out: Fonte."]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "latin-1", "cp1252"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_encodings_and_delimiters_are_found(encoding: str, delimiter: str) -> None:
    row = ("evasão", "5002704", "2019", "1,5")
    data = text([row], ("Indicador", "Código IBGE", "Ano", "Valor"), delimiter, "\r\n", encoding)
    assert values(read_bytes(data), "evasão") == {CG19: 1.5}


def test_a_text_that_is_not_unicode_is_noted() -> None:
    data = text([("evasão", *GOOD[1:])], encoding="cp1252")
    assert [note.code for note in read_bytes(data).notes] == ["encoding_assumed"]


def test_title_lines_blank_rows_and_trailing_delimiters_are_skipped() -> None:
    data = b"sep=;\n\nindicador;codigo_ibge;ano;valor;\n\n;;;;\ntaxa;500270;2019;1,5;\n\n"
    reading = read_bytes(data)
    assert values(reading) == {CG19: 1.5}
    assert reading.series["taxa"].row.tolist() == [6]
    assert reading.rows_read == 1


def test_rows_are_counted_as_a_spreadsheet_shows_them() -> None:
    data = text(
        [("taxa", "5002704", "2019", "1", "duas\nlinhas"), ("taxa", "99", "2019", "1", "")],
        (*SHORT, "obs"),
    )
    assert [(p.code, p.row) for p in read_bytes(data).problems] == [("bad_code", 3)]


def test_a_quoted_decimal_comma_is_read_in_a_comma_file() -> None:
    assert values(read_bytes(text([GOOD], delimiter=","))) == {CG19: 1.5}


def test_a_bare_decimal_comma_in_a_comma_file_is_a_problem() -> None:
    reading = read_bytes(b"indicador,codigo_ibge,ano,valor\ntaxa,5002704,2019,1,5\n")
    assert [(p.code, p.row, p.indicador) for p in reading.problems] == [("extra_cells", 2, "taxa")]
    assert reading.accepted == {}


@pytest.mark.parametrize("code", ["5002704", "500270", "5.002.704", "500.270", "500270.0"])
def test_codes_are_known_in_all_their_forms(code: str) -> None:
    assert values(read_bytes(text([("taxa", code, "2019", "1")]))) == {CG19: 1}


@pytest.mark.parametrize("ano", ["2019", "2.019", "2019.0", " 2019 "])
def test_years_are_known_in_all_their_forms(ano: str) -> None:
    assert values(read_bytes(text([("taxa", "500270", ano, "1")]))) == {CG19: 1}


def test_the_decimal_mark_is_decided_by_each_column_over_all_indicators() -> None:
    rows = [
        ("a", "500270", "2019", "1.234", "1.234", "2", ""),
        ("b", "500270", "2019", "0,5", "1.5", "3", ""),
    ]
    series = read_bytes(text(rows, HEADER)).series
    assert series["a"].valor.tolist() == [1234]
    assert series["a"].numerador.tolist() == [1.234]


def test_a_doubtful_column_asks_for_the_mark_and_names_the_first_row() -> None:
    data = text([("a", "500270", "2019", "7"), ("a", "500270", "2020", "1.234")])
    reading = read_bytes(data)
    (problem,) = reading.problems
    assert (problem.code, problem.row, problem.column) == ("ambiguous_decimal", 3, "valor")
    assert problem.value == "1.234"
    assert "--decimal" in str(problem)
    assert reading.accepted == {}
    assert values(read_bytes(data, decimal=","), "a")["5002704", 2020] == 1234
    assert values(read_bytes(data, decimal="."), "a")["5002704", 2020] == 1.234


def test_mixed_marks_name_the_rows_of_both() -> None:
    years = range(2010, 2016)
    rows = [("a", "500270", str(ano), "1,5" if ano != 2012 else "1.5") for ano in years]
    (problem,) = read_bytes(text(rows)).problems
    assert (problem.code, problem.row, problem.value) == ("mixed_decimal", 4, "1.5")
    assert problem.params == {"comma_rows": "2, 3, 5, 6, 7", "point_rows": "4"}


def test_a_given_mark_lists_every_cell_that_does_not_fit() -> None:
    rows = [("a", "500270", "2018", "1.5"), ("a", "500270", "2019", "1,5")]
    (problem,) = read_bytes(text(rows), decimal=",").problems
    assert (problem.code, problem.row, problem.value) == ("wrong_decimal", 2, "1.5")


def test_an_empty_value_is_kept_as_a_missing_row_with_its_note() -> None:
    rows = read_bytes(text([("a", "500270", "2019", "", "1", "", "em_branco")], HEADER)).series["a"]
    assert math.isnan(rows.valor[0])
    assert (rows.numerador[0], rows.nota[0]) == (1, "em_branco")


def test_an_agency_mark_gives_the_note_unless_the_row_has_one() -> None:
    rows = [
        ("a", "500270", "2019", "X", "", "", ""),
        ("a", "500270", "2020", "..", "", "", "propria"),
        ("a", "500270", "2021", "1", "...", "", ""),
    ]
    reading = read_bytes(text(rows, HEADER))
    assert reading.problems == ()
    assert reading.series["a"].nota.tolist() == ["suprimido", "propria", None]


def test_notes_are_checked_against_the_known_ones() -> None:
    rows = [("a", "500270", "2019", "1", "nd"), ("a", "500270", "2020", "1", "oops")]
    data = text(rows, (*SHORT, "nota"))
    (problem,) = read_bytes(data, known_notes={"nd"}).problems
    assert (problem.code, problem.row, problem.value) == ("unknown_note", 3, "oops")
    assert read_bytes(data).problems == ()


@pytest.mark.parametrize(
    ("row", "code", "column", "value"),
    [
        (("", "500270", "2019", "1"), "missing_indicador", "indicador", ""),
        (("a", "", "2019", "1"), "missing_code", "codigo_ibge", ""),
        (("a", "50", "2019", "1"), "bad_code", "codigo_ibge", "50"),
        (("a", "Campo Grande", "2019", "1"), "bad_code", "codigo_ibge", "Campo Grande"),
        (("a", "3550308", "2019", "1"), "unknown_municipality", "codigo_ibge", "3550308"),
        (("a", "5002705", "2019", "1"), "unknown_municipality", "codigo_ibge", "5002705"),
        (("a", "500270", "", "1"), "missing_year", "ano", ""),
        (("a", "500270", "01/01/2019", "1"), "not_a_year", "ano", "01/01/2019"),
        (("a", "500270", "19", "1"), "not_a_year", "ano", "19"),
        (("a", "500270", "1899", "1"), "impossible_year", "ano", "1899"),
        (("a", "500270", "2027", "1"), "impossible_year", "ano", "2027"),
        (("a", "500627", "2012", "1"), "not_installed", "ano", "2012"),
        (("a", "500270", "2019", "abc"), "not_a_number", "valor", "abc"),
        (("a", "500270", "2019", "5%"), "not_a_number", "valor", "5%"),
        (("a", "500270", "2019", "-"), "ambiguous_dash", "valor", "-"),
    ],
)
@pytest.mark.parametrize("make", [text, sheet])
def test_a_bad_cell_is_reported_at_its_place(make, row, code, column, value) -> None:
    data = make([("b", "500270", "2019", "2"), row])
    (problem,) = read_bytes(data).problems
    assert (problem.code, problem.row, problem.column) == (code, 3, column)
    assert problem.value == value
    assert problem.indicador == (row[0] or None)


def test_all_bad_cells_are_reported_at_once_in_order() -> None:
    rows = [("a", "1", "x", "y"), GOOD, ("b", "500270", "2019", "-")]
    reading = read_bytes(text(rows))
    assert [(p.row, p.code) for p in reading.problems] == [
        (2, "bad_code"),
        (2, "not_a_year"),
        (2, "not_a_number"),
        (4, "ambiguous_dash"),
    ]


def test_a_bad_row_refuses_its_indicator_only() -> None:
    reading = read_bytes(text([GOOD, ("b", "1", "2019", "1"), ("b", "500270", "2019", "1")]))
    assert list(reading.accepted) == ["taxa"]
    assert not reading.refused_whole


def test_a_row_without_indicator_refuses_the_file() -> None:
    reading = read_bytes(text([GOOD, ("", "500270", "2019", "1")]))
    assert reading.accepted == {}
    assert reading.refused_whole


def test_an_empty_row_before_the_installation_is_no_problem() -> None:
    reading = read_bytes(text([("a", "500627", "2012", ""), ("a", "500627", "2013", "1")]))
    assert reading.problems == ()
    assert len(reading.series["a"]) == 2


def test_the_same_row_twice_counts_once_with_a_note() -> None:
    reading = read_bytes(text([GOOD, ("taxa", "500270", "2.019", "1,50")]))
    assert reading.problems == ()
    assert values(reading) == {CG19: 1.5}
    assert [(note.code, note.params["count"]) for note in reading.notes] == [("repeated_rows", 1)]


@pytest.mark.parametrize(
    "other",
    [("1,6", "", ""), ("1,5", "1", ""), ("1,5", "", "nd"), ("", "", "")],
)
def test_the_same_key_with_other_values_is_a_problem(other: tuple[str, str, str]) -> None:
    header = (*SHORT, "numerador", "nota")
    rows = [(*GOOD, "", ""), ("taxa", "500270", "2019", *other)]
    (problem,) = read_bytes(text(rows, header)).problems
    assert (problem.code, problem.row, problem.params["first_row"]) == ("duplicate", 3, 2)
    assert "Campo Grande" in str(problem)


def test_the_same_key_of_two_indicators_is_fine() -> None:
    assert read_bytes(text([GOOD, ("b", *GOOD[1:])])).problems == ()


def test_many_problems_are_counted_beyond_those_listed() -> None:
    rows = [("a", "1", "2019", "1")] * 5 + [("b", "1", "2019", "1")] * 3
    reading = read_bytes(text([GOOD, *rows]), max_problems=4)
    assert codes(reading) == ["bad_code"] * 4 + ["more_problems"] * 2
    assert [(p.indicador, p.params["count"]) for p in reading.problems[4:]] == [("a", 1), ("b", 3)]
    assert list(reading.accepted) == ["taxa"]


def test_a_file_with_too_many_indicators_is_refused() -> None:
    reading = read_bytes(text((str(n), "500270", "2019", "1") for n in range(20_001)))
    assert [(p.code, p.row) for p in reading.problems] == [("too_many_distinct", 20_002)]
    assert reading.refused_whole


def test_the_territory_of_the_state_fits() -> None:
    rows = [
        ("a", "5003900", "2004", "1"),
        ("a", "500627", "2013", "1"),
        ("b", "5200050", "2013", "1"),
    ]
    reading = read_bytes(text(rows), territory=load_territory("ms"))
    assert [(p.row, p.code) for p in reading.problems] == [
        (2, "not_installed"),
        (4, "unknown_municipality"),
    ]
    assert "Figueirão" in str(reading.problems[0])
    assert reading.series["a"].codigo_ibge.tolist() == ["5006275"]


# XLSX


def test_typed_cells_are_numbers_as_they_are() -> None:
    rows = [("a", 500270, 2019.0, 1.234), ("a", 5002704.0, 2020, 7), ("a", "500270", "2021", None)]
    found = values(read_bytes(sheet(rows), "dados.xlsx"), "a")
    assert found["5002704", 2019] == 1.234
    assert found["5002704", 2020] == 7
    assert math.isnan(found["5002704", 2021])


def test_text_cells_follow_the_rule_of_the_column() -> None:
    reading = read_bytes(sheet([("a", 500270, 2019, "1.234"), ("a", 500270, 2020, 0.5)]))
    assert codes(reading) == ["ambiguous_decimal"]
    reading = read_bytes(sheet([("a", 500270, 2019, "1.234"), ("a", 500270, 2020, "0,5")]))
    assert values(reading, "a")["5002704", 2019] == 1234


def test_dates_and_logical_cells_are_refused() -> None:
    day = datetime.datetime(2019, 1, 1)
    reading = read_bytes(sheet([("a", 500270, day, True), ("a", 500270, 2020, day)]))
    assert [(p.row, p.code) for p in reading.problems] == [
        (2, "not_a_year"),
        (2, "not_a_number"),
        (3, "not_a_number"),
    ]


def test_the_header_is_found_on_any_sheet_within_twenty_rows() -> None:
    data = workbook(
        {
            "Leia-me": [("Notas",)],
            "dados": [*([()] * 19), ("", *SHORT), ("", "a", 500270, 2019, "abc")],
        }
    )
    (problem,) = read_bytes(data).problems
    assert (problem.sheet, problem.row, problem.column) == ("dados", 21, "valor")


def test_a_header_below_twenty_rows_is_not_found() -> None:
    assert codes(read_bytes(sheet([GOOD], above=20))) == ["no_header"]


def test_observations_on_two_sheets_are_refused() -> None:
    data = workbook({"a": [SHORT, GOOD], "b": [SHORT, GOOD]})
    (problem,) = read_bytes(data).problems
    assert problem.code == "several_sheets"
    assert "a, b" in str(problem)
