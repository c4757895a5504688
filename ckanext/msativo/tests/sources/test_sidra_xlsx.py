"""SIDRA workbooks in the layouts that a download may have, with the marks of the IBGE kept."""

from __future__ import annotations

import math

import pytest

from ckanext.msativo.sources import Reading
from ckanext.msativo.tests.sources.factories import codes, notes, read_bytes, said, values, workbook

CAMPO_GRANDE, CORUMBA, FIGUEIRAO, PARAISO = "5002704", "5003207", "5003900", "5006275"
TITLE = ("Tabela 5938 - Produto interno bruto a preços correntes - Referência 2010",)
VARIABLE = ("Variável - Produto Interno Bruto a preços correntes (Mil Reais)",)
FONTE = ("Fonte: IBGE, em parceria com os Órgãos Estaduais de Estatística",)
PIB = "produto_interno_bruto_a_precos_correntes"
NOTES = [("Notas",), ("1 - Os dados estarão sujeitos a revisão.",), ("Legenda",), ("-", "Zero absoluto")]


def read_sheets(*sheets: list[tuple], **changes) -> Reading:
    return read_bytes(workbook({f"Tabela {at}": rows for at, rows in enumerate(sheets)} | {"Notas": NOTES}), **changes)


def by_name(*rows: tuple) -> list[tuple]:
    header = [("Unidade da Federação e Município", "Ano"), ("", "2012", "2013", "2014")]
    return [TITLE, VARIABLE, *header, *rows, FONTE]


def test_names_with_the_state_are_found_and_the_states_own_row_is_skipped() -> None:
    reading = read_sheets(
        by_name(
            ("Mato Grosso do Sul", 9, 9, 9), ("Campo Grande (MS)", 1.5, 2, 3), ("Campo Grande do Piauí (PI)", 7, 7, 7)
        )
    )
    assert reading.reader == "sidra_xlsx"
    assert codes(reading) == []
    assert values(reading, PIB) == {(CAMPO_GRANDE, 2012): 1.5, (CAMPO_GRANDE, 2013): 2, (CAMPO_GRANDE, 2014): 3}
    assert {"other_states", "larger_areas"} <= set(said(reading))
    origin = reading.provenance[PIB]
    assert (origin.variavel, origin.unidade) == ("Produto Interno Bruto a preços correntes", "Mil Reais")
    assert origin.tabela == TITLE[0]
    assert origin.fonte == "IBGE, em parceria com os Órgãos Estaduais de Estatística"
    assert origin.notas == ("1 - Os dados estarão sujeitos a revisão.",)


def test_every_mark_of_the_ibge_keeps_its_meaning() -> None:
    reading = read_sheets(
        by_name(
            ("5002704", "-", 0, ".."),
            ("5003207", "...", "X", "A"),
            ("5003900", "", "1.234,5", "0,00"),
            ("5006275", "...", 0, 4),
        )
    )
    assert codes(reading) == []
    found = notes(reading, PIB)
    assert found[CAMPO_GRANDE, 2012] == "traco_zero"
    assert found[CAMPO_GRANDE, 2013] == "zero_arredondado"
    assert found[CAMPO_GRANDE, 2014] == "nao_aplicavel"
    assert found[CORUMBA, 2012] == "nao_disponivel"
    assert found[CORUMBA, 2013] == "suprimido"
    assert found[CORUMBA, 2014] == "faixa"
    assert found[FIGUEIRAO, 2012] == "nao_disponivel"
    assert found[FIGUEIRAO, 2014] == "zero_arredondado"
    assert found[PARAISO, 2012] == "nao_instalado"
    number = values(reading, PIB)
    assert number[CAMPO_GRANDE, 2012] == 0
    assert number[FIGUEIRAO, 2013] == 1234.5
    assert math.isnan(number[CORUMBA, 2013])


def test_columns_of_code_and_level_are_understood() -> None:
    reading = read_sheets(
        [
            TITLE,
            VARIABLE,
            ("Nível", "Cód.", "Município", "Ano"),
            ("", "", "", "2020", "2021"),
            ("UF", "50", "Mato Grosso do Sul", 8, 8),
            ("MU", "5002704", "Campo Grande (MS)", 1, 2),
            ("MU", "5003207", "Corumbá (MS)", 3, 4),
            FONTE,
        ]
    )
    assert values(reading, PIB)[CORUMBA, 2021] == 4
    assert len(reading.series[PIB]) == 4


def test_dimensions_in_merged_header_rows_name_the_series() -> None:
    reading = read_sheets(
        [
            ("Tabela 9514 - População residente, por sexo e idade",),
            ("Variável - População residente (Pessoas)",),
            ("Município", "Ano x Sexo x Idade"),
            ("", "2022", "", "", ""),
            ("", "Total", "", "Homens", ""),
            ("", "Total", "0 a 4 anos", "Total", "0 a 4 anos"),
            ("Campo Grande (MS)", 100, 10, 49, 5),
            FONTE,
        ]
    )
    found = {name: values(reading, name)[CAMPO_GRANDE, 2022] for name in reading.series}
    assert found == {
        "populacao_residente": 100,
        "populacao_residente__idade_0_a_4_anos": 10,
        "populacao_residente__sexo_homens": 49,
        "populacao_residente__sexo_homens__idade_0_a_4_anos": 5,
    }
    assert reading.provenance["populacao_residente__sexo_homens"].categorias == {"Sexo": "Homens", "Idade": "Total"}


def test_variables_in_columns_and_years_in_rows() -> None:
    reading = read_sheets(
        [
            TITLE,
            ("Município", "Ano", "Variável"),
            ("", "", "Área plantada (Hectares)", "Valor (Mil Reais)"),
            ("Campo Grande (MS)", "2019", 10, "-"),
            ("", "2020", 11, 5),
            ("Corumbá (MS)", "2019", 7, 6),
            FONTE,
        ]
    )
    assert values(reading, "area_plantada") == {
        (CAMPO_GRANDE, 2019): 10,
        (CAMPO_GRANDE, 2020): 11,
        (CORUMBA, 2019): 7,
    }
    assert reading.provenance["valor"].unidade == "Mil Reais"
    assert notes(reading, "valor")[CAMPO_GRANDE, 2019] == "traco_zero"


def test_one_sheet_for_each_variable() -> None:
    other = [TITLE, ("Variável - Impostos (Mil Reais)",), *by_name(("Campo Grande (MS)", 1, 2, 3))[2:]]
    reading = read_sheets(by_name(("Campo Grande (MS)", 1, 2, 3)), other)
    assert sorted(reading.series) == ["impostos", PIB]


def test_the_year_may_stand_above_the_table_or_be_given() -> None:
    rows = [("Município", "Sexo"), ("", "Total"), ("Campo Grande (MS)", 4), FONTE]
    assert values(read_sheets([TITLE, VARIABLE, ("Ano - 2022",), *rows]), PIB) == {(CAMPO_GRANDE, 2022): 4}
    assert codes(read_sheets([TITLE, VARIABLE, *rows])) == ["no_year"]
    assert values(read_sheets([TITLE, VARIABLE, *rows], ano=2010), PIB) == {(CAMPO_GRANDE, 2010): 4}


@pytest.mark.parametrize(
    ("header", "code"),
    [
        ([("Município", "Mês"), ("", "janeiro 2020")], "not_yearly"),
        ([("Unidade da Federação", "Ano"), ("", "2020")], "not_by_municipality"),
    ],
)
def test_what_cannot_be_loaded_is_refused(header: list[tuple], code: str) -> None:
    assert codes(read_sheets([TITLE, VARIABLE, *header, ("Campo Grande (MS)", 1), FONTE])) == [code]


@pytest.mark.parametrize(
    ("name", "code"),
    [("Campo Grande", "name_without_state"), ("Campo Novo (MS)", "unknown_name"), ("5002705", "unknown_municipality")],
)
def test_a_place_that_is_not_certain_is_a_problem(name: str, code: str) -> None:
    reading = read_sheets(by_name(("Corumbá (MS)", 1, 2, 3), (name, 1, 2, 3)))
    assert codes(reading) == [code]
    assert reading.problems[0].row == 6
    assert reading.problems[0].sheet == "Tabela 0"
    assert reading.accepted == {}


def test_a_figure_that_is_none_and_a_row_twice_are_problems_of_their_series() -> None:
    reading = read_sheets(by_name(("Corumbá (MS)", "1;2", 2, 3), ("Corumbá (MS)", 1, 2, 4)))
    assert sorted(codes(reading)) == ["duplicate", "not_a_number"]
    assert {problem.indicador for problem in reading.problems} == {PIB}
