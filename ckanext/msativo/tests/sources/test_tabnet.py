"""TabNet: zeros that are written and zeros that are left out, periods, totals, and cut files."""

from __future__ import annotations

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ckanext.msativo.sources import Reading
from ckanext.msativo.tests.sources.factories import codes, notes, read_bytes, said, values

CAMPO_GRANDE, CORUMBA, FIGUEIRAO, PARAISO = "5002704", "5003207", "5003900", "5006275"
TITLES = (
    "Mortalidade - Mato Grosso do Sul",
    '"Óbitos p/Residênc por Município e Ano do Óbito"',
    "Categoria CID-10: X60",
    "Período:2012-2014",
)
YEARS = '"Município";"2012";"2013";"2014";"Total"'
ROWS = ('"500270 Campo Grande";5;-;7;12', '"500627 Paraíso das Águas";-;1;-;1')
TOTAL = '"Total";5;1;7;13'
FOOTER = (" Fonte: MS/SVS - Sistema de Informações sobre Mortalidade - SIM", "Notas:", 'Uma " aspa; solta')


def tabnet(*lines: str, encoding: str = "latin-1", newline: str = "\r\n") -> bytes:
    return newline.join([*lines, ""]).encode(encoding)


def read_tabnet(*lines: str, **changes) -> Reading:
    return read_bytes(tabnet(*lines), "A101230.csv", **changes)


def test_years_in_columns_become_observations_with_the_meaning_of_each_zero() -> None:
    reading = read_tabnet(*TITLES, YEARS, *ROWS, TOTAL, *FOOTER)
    assert reading.reader == "tabnet"
    assert codes(reading) == []
    name = "obitos_p_residenc"
    assert list(reading.series) == [name]
    assert values(reading, name)[CAMPO_GRANDE, 2012] == 5
    assert values(reading, name)[CAMPO_GRANDE, 2013] == 0
    assert notes(reading, name)[CAMPO_GRANDE, 2013] == "traco_zero"
    assert notes(reading, name)[CAMPO_GRANDE, 2012] is None
    # Left out by TabNet: no death there.
    assert values(reading, name)[CORUMBA, 2014] == 0
    assert notes(reading, name)[CORUMBA, 2014] == "sem_ocorrencia"
    # Not yet a municipality in 2012, whatever the dash says.
    assert math.isnan(values(reading, name)[PARAISO, 2012])
    assert notes(reading, name)[PARAISO, 2012] == "nao_instalado"
    assert values(reading, name)[PARAISO, 2013] == 1
    assert "zero_filled" in said(reading)
    origin = reading.provenance[name]
    assert origin.variavel == "Óbitos p/Residênc"
    assert origin.fonte == "MS/SVS - Sistema de Informações sobre Mortalidade - SIM"
    assert origin.tabela == "Mortalidade - Mato Grosso do Sul"


@pytest.mark.parametrize("encoding", ["latin-1", "utf-8", "utf-8-sig", "utf-16"])
@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_encoding_and_line_ends_do_not_matter(encoding: str, newline: str) -> None:
    reading = read_bytes(tabnet(*TITLES, YEARS, *ROWS, TOTAL, encoding=encoding, newline=newline))
    assert values(reading, "obitos_p_residenc")[CAMPO_GRANDE, 2014] == 7


def test_without_titles_a_table_of_months_needs_its_year() -> None:
    lines = ('"Município";"Janeiro";"Fevereiro";"Total"', '"500270 Campo Grande";1;2;3', '"Total";1;2;3')
    assert codes(read_tabnet(*lines)) == ["no_year"]
    reading = read_tabnet(*lines, ano=2018)
    assert values(reading, "valor")[CAMPO_GRANDE, 2018] == 3
    assert "part_of_year" in said(reading)


def test_twelve_months_without_a_total_are_summed() -> None:
    months = [
        "Janeiro",
        "Fevereiro",
        "Março",
        "Abril",
        "Maio",
        "Junho",
        "Julho",
        "Agosto",
        "Setembro",
        "Outubro",
        "Novembro",
        "Dezembro",
    ]
    lines = (";".join(["Município", *months]), "500270;1;2;-;-;-;-;-;-;-;-;4;-", "500320" + ";-" * 12)
    reading = read_tabnet("Período:2018", *lines)
    assert values(reading, "valor") == {(CAMPO_GRANDE, 2018): 7, (CORUMBA, 2018): 0}
    assert notes(reading, "valor")[CORUMBA, 2018] == "traco_zero"
    assert {"months_summed", "no_total_row"} <= set(said(reading))


def year_months(*years: int) -> list[str]:
    names = ["Jan", "Fev", "Mar", "Abr", "Mai", "Jun", "Jul", "Ago", "Set", "Out", "Nov", "Dez"]
    return [f"{year}/{name}" for year in years for name in names]


def test_months_of_several_years_are_summed_where_they_add_up_to_the_total() -> None:
    header = ";".join(["Município", *year_months(2018, 2019)[:23], "Total"])
    cells = ["1"] * 23
    reading = read_tabnet(header, ";".join(["500270 Campo Grande", *cells, "23"]), ";".join(["Total", *cells, "23"]))
    assert values(reading, "valor")[CAMPO_GRANDE, 2018] == 12
    assert {year for _, year in values(reading, "valor")} == {2018}
    assert "incomplete_years" in said(reading)


def test_months_that_do_not_add_up_are_refused() -> None:
    header = ";".join(["Município", *year_months(2018), "Total"])
    reading = read_tabnet(header, ";".join(["500270 Campo Grande", *["2,5"] * 12, "2,5"]))
    assert codes(reading) == ["not_additive"]


def test_figures_of_several_years_together_are_refused() -> None:
    reading = read_tabnet("Período:2015-2018", '"Município";"Óbitos"', '"500270 Campo Grande";4', '"Total";4')
    assert codes(reading) == ["several_years"]
    assert "2015-2018" in str(reading.problems[0])


@pytest.mark.parametrize(
    ("period", "told"), [("2018", False), ("Jan-Dez/2018", False), ("Dez/2018", True), ("Jan-Ago/2018", True)]
)
def test_the_year_is_read_from_the_period(period: str, told: bool) -> None:
    reading = read_tabnet(f"Período:{period}", '"Município";"Óbitos"', '"500270 Campo Grande";4', '"Total";4')
    assert values(reading, "obitos")[CAMPO_GRANDE, 2018] == 4
    assert ("part_of_year" in said(reading)) == told


def test_categories_become_series_of_their_own() -> None:
    reading = read_tabnet(
        "Óbitos por Município segundo Sexo",
        "Período:2018",
        '"Município";"Masc";"Fem";"Total"',
        '"500270 Campo Grande";4;1;5',
        '"Total";4;1;5',
    )
    found = {name: values(reading, name)[CAMPO_GRANDE, 2018] for name in reading.series}
    assert found == {"obitos__masc": 4, "obitos__fem": 1, "obitos": 5}
    assert reading.provenance["obitos__masc"].categorias == {"coluna": "Masc"}


def test_without_the_row_total_nothing_is_taken_for_zero() -> None:
    reading = read_tabnet(*TITLES, YEARS, *ROWS)
    assert {code for code, _ in values(reading, "obitos_p_residenc")} == {CAMPO_GRANDE, PARAISO}
    assert "no_total_row" in said(reading)


def test_a_row_cut_short_is_named() -> None:
    reading = read_tabnet(*TITLES, YEARS, ROWS[0], '"500320 Corumbá";1')
    assert codes(reading) == ["short_row"]
    assert reading.problems[0].row == 7
    assert reading.accepted == {}


def test_rows_that_do_not_add_up_to_the_total_are_told() -> None:
    reading = read_tabnet(*TITLES, YEARS, *ROWS, '"Total";50;1;7;58')
    assert "total_differs" in said(reading)


def test_rates_are_not_filled_with_zero() -> None:
    reading = read_tabnet(
        "Taxa mortalidade por Município e Ano atendimento",
        '"Município";"2018";"2019"',
        '"500270 Campo Grande";12,5;1.234,5',
        '"Total";12,5;13',
    )
    name = "taxa_mortalidade"
    assert values(reading, name) == {(CAMPO_GRANDE, 2018): 12.5, (CAMPO_GRANDE, 2019): 1234.5}
    assert "rate_not_filled" in said(reading)


def test_other_states_and_ignored_municipalities_are_counted_not_guessed() -> None:
    others = ('"500000 Município ignorado - MS";1;1;1;3', '"230010 Abaiara";9;9;9;27', '"000000 Ignorado";1;-;-;1')
    reading = read_tabnet(*TITLES, YEARS, *ROWS, *others, TOTAL)
    counted = {note.code: note.params["count"] for note in reading.notes if "count" in note.params}
    assert counted["other_states"] == 1
    assert counted["unidentified"] == 2


def test_a_table_of_another_state_is_refused() -> None:
    reading = read_tabnet(*TITLES, YEARS, '"230010 Abaiara";9;9;9;27', '"Total";9;9;9;27')
    assert codes(reading) == ["no_row_of_state"]


def test_an_unknown_municipality_and_a_wrong_figure_are_named() -> None:
    reading = read_tabnet(*TITLES, YEARS, '"500271 Campo Novo";1;1;1;3', '"500270 Campo Grande";x1;1;1;3', TOTAL)
    assert codes(reading) == ["unknown_municipality", "not_a_number"]
    assert reading.problems[1].column == "2012"
    assert reading.problems[1].value == "x1"


def test_a_row_of_ignored_municipalities_without_a_code_is_skipped() -> None:
    ignored = '" MUNICIPIO IGNORADO - MS";1;1;1;3'
    reading = read_tabnet(*TITLES, YEARS, ignored, *ROWS, TOTAL)
    assert reading.reader == "tabnet"
    assert codes(reading) == []
    assert "unidentified" in said(reading)


def test_several_contents_are_series_by_their_own_names() -> None:
    reading = read_tabnet(
        "Indicadores Municipais",
        "InternaçõesValor total por Município",
        "Período:2023",
        '"Município";"Internações";"Valor_total"',
        '"500270 Campo Grande";7;1791,39',
        '"Total";7;1791,39',
    )
    found = {name: values(reading, name)[CAMPO_GRANDE, 2023] for name in reading.series}
    assert found == {"internacoes": 7, "valor_total": 1791.39}
    assert reading.provenance["valor_total"].variavel == "Valor_total"


def test_people_are_not_zero_where_a_municipality_is_left_out() -> None:
    reading = read_tabnet("Período:2023", '"Munic-BR";"População"', '"500270 Campo Grande";7', '"Total";7')
    assert values(reading, "populacao") == {(CAMPO_GRANDE, 2023): 7}
    assert "rate_not_filled" in said(reading)


def test_the_block_of_the_prn_page_is_read() -> None:
    page = f"<html><body><PRE>\r\n{YEARS}\r\n{ROWS[0]}\r\n{TOTAL}\r\n</PRE></body></html>".encode("latin-1")
    assert values(read_bytes(page), "valor")[CAMPO_GRANDE, 2012] == 5


def test_other_pages_stay_refused() -> None:
    assert codes(read_bytes(b"<html><pre>Erro: municipio</pre></html>")) == ["html_page"]


@settings(deadline=None, max_examples=60)
@given(st.binary(max_size=60), st.integers(0, 400))
def test_no_damage_ends_in_a_traceback(junk: bytes, at: int) -> None:
    data = tabnet(*TITLES, YEARS, *ROWS, TOTAL, *FOOTER)
    read_bytes(data[:at] + junk + data[at:])
    read_bytes(data[:at])
