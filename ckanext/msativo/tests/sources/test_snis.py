"""SNIS: UTF-16 without a mark, dotted years and codes, delimiters at the end of rows."""

from __future__ import annotations

import pytest

from ckanext.msativo.sources import Reading
from ckanext.msativo.tests.sources.factories import codes, notes, read_bytes, said, values

CAMPO_GRANDE, PARAISO = "5002704", "5006275"
HEADER = (
    '"Ano de Refererência";"Código do Município";"Código IBGE";"Nome do Município";"UF";"População Total";'
    '"Descrição Faixa";"Latitude";"Área [km^2]";"Setor Responsável";"IN001 - Participação do Pessoal Próprio";'
    '"IN009 - Despesa Média";"Modo de gestão"'
)
ROW = (
    "2.022;500.270;5.002.704;Campo Grande;MS;897.938;3 - De 250.001;-20.448.055.267;8.082,98;"
    "Secretaria; obras;71,40;;próprio;"
)
ROW = ROW.replace("Secretaria; obras", '"Secretaria; obras"')
DOTTED = "2.022;500.627;5.006.275;Paraíso das Águas;MS;5.510;1 - De 1;-19;5.061,43;Sem;100,00;1.009;próprio;"


def read_snis(*rows: str, encoding: str = "utf-16-le", header: str = HEADER, **changes) -> Reading:
    return read_bytes("\n".join([header, *rows, ""]).encode(encoding), "snis.csv", **changes)


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16", "utf-8", "latin-1"])
def test_figures_are_read_and_words_left_out(encoding: str) -> None:
    reading = read_snis(ROW, DOTTED, encoding=encoding)
    assert reading.reader == "snis"
    assert codes(reading) == []
    assert sorted(reading.series) == ["area", "in001", "in009", "populacao_total"]
    assert values(reading, "populacao_total") == {(CAMPO_GRANDE, 2022): 897938, (PARAISO, 2022): 5510}
    assert values(reading, "area")[CAMPO_GRANDE, 2022] == 8082.98
    assert values(reading, "in001")[CAMPO_GRANDE, 2022] == 71.4
    assert values(reading, "in009")[PARAISO, 2022] == 1009
    assert notes(reading, "in009")[CAMPO_GRANDE, 2022] == "em_branco"
    assert reading.provenance["in001"].variavel == "Participação do Pessoal Próprio"
    assert reading.provenance["in001"].codigo == "IN001"
    assert reading.provenance["area"].unidade == "km^2"
    assert "ignored_columns" in said(reading)


def test_a_file_without_a_year_needs_one() -> None:
    header, row = HEADER.split(";", 1)[1], ROW.split(";", 1)[1]
    assert codes(read_snis(row, header=header)) == ["no_year"]
    assert values(read_snis(row, header=header, ano=2021), "in001") == {(CAMPO_GRANDE, 2021): 71.4}


def test_cut_and_doubled_rows_are_named() -> None:
    assert codes(read_snis(DOTTED, ROW[:60])) == ["short_row"]
    doubled = read_snis(ROW, ROW.replace("71,40", "72,40"))
    assert codes(doubled) == ["duplicate"]
    assert doubled.problems[0].indicador == "in001"
    assert codes(read_snis(ROW, header=HEADER + ';"UF"')) == ["duplicate_column"]


def test_rows_of_totals_and_of_other_states_are_no_municipalities() -> None:
    reading = read_snis(ROW, ROW.replace("5.002.704", "1.100.015"), "Total;")
    assert codes(reading) == []
    assert reading.rows_read == 2
