"""IDEB workbooks: the row of machine names is found by content, networks are series."""

from __future__ import annotations

import pytest

from ckanext.msativo.sources import Reading
from ckanext.msativo.tests.sources.factories import codes, notes, read_bytes, said, values, workbook

CAMPO_GRANDE, CORUMBA, FIGUEIRAO = "5002704", "5003207", "5003900"
ABOVE = [
    ("Sigla da UF", "Código do Município", "Nome do Município", "Rede", "Taxa de Aprovação - 2005", "", "Metas", ""),
    ("", "", "", "", "6º a 9º ano", "Nota", "2007", "2009"),
]
HEADER = ("SG_UF", "CO_MUNICIPIO", "NO_MUNICIPIO", "REDE", "VL_APROVACAO_2005_SI_4", "VL_OBSERVADO_2023")
HEADER = (*HEADER, "VL_PROJECAO_2007", "VL_PROJECAO_2009")
FOOTER = [(), ("Fonte: MEC/Inep",), ("(1) Média SAEB",)]


def ideb(*rows: tuple, title: int = 0) -> dict[str, list[tuple]]:
    return {"IDEB_AF_MUNICÍPIOS": [*[("Ministério da Educação",)] * title, *ABOVE, HEADER, *rows, *FOOTER]}


def row(code: object, rede: str, *figures: object) -> tuple:
    return ("MS", code, "Campo Grande", rede, *figures)


def read_ideb(*rows: tuple, title: int = 0) -> Reading:
    return read_bytes(workbook(ideb(*rows, title=title)), "ideb.xlsx")


@pytest.mark.parametrize("title", [0, 3, 9])
def test_measures_networks_and_years(title: int) -> None:
    reading = read_ideb(
        row(5002704, "Pública", 77.4, 4.9, 3.5, 3.7), row("5002704", "Municipal", "81,2", "ND", "-", ""), title=title
    )
    assert reading.reader == "ideb"
    assert codes(reading) == []
    assert values(reading, "vl_observado__publica") == {(CAMPO_GRANDE, 2023): 4.9}
    assert values(reading, "vl_aprovacao_si_4__municipal") == {(CAMPO_GRANDE, 2005): 81.2}
    assert values(reading, "vl_projecao__publica") == {(CAMPO_GRANDE, 2007): 3.5, (CAMPO_GRANDE, 2009): 3.7}
    assert notes(reading, "vl_observado__municipal") == {(CAMPO_GRANDE, 2023): "nd"}
    assert notes(reading, "vl_projecao__municipal") == {
        (CAMPO_GRANDE, 2007): "traco",
        (CAMPO_GRANDE, 2009): "em_branco",
    }
    origin = reading.provenance["vl_aprovacao_si_4__publica"]
    assert origin.variavel == "Taxa de Aprovação — 6º a 9º ano"
    assert origin.categorias == {"rede": "Pública", "etapa": "anos finais"}


def test_the_year_of_installation_counts_as_installed() -> None:
    reading = read_ideb(row(5003900, "Pública", "-", 5.0, 3.5, 3.6))
    assert notes(reading, "vl_aprovacao_si_4__publica") == {(FIGUEIRAO, 2005): "traco"}


def test_other_states_are_skipped_and_unknown_codes_named() -> None:
    reading = read_ideb(row(5002704, "Pública", 1, 1, 1, 1), row(1100015, "Pública", 1, 1, 1, 1))
    assert said(reading) == ["other_states"]
    assert codes(read_ideb(row(5002709, "Pública", 1, 1, 1, 1))) == ["unknown_municipality"]


def test_a_word_in_place_of_a_figure_is_a_problem_of_that_series_only() -> None:
    reading = read_ideb(row(5002704, "Pública", "alta", 4.9, 1, 1))
    assert codes(reading) == ["not_a_number"]
    assert reading.problems[0].column == "VL_APROVACAO_2005_SI_4"
    assert sorted(reading.accepted) == ["vl_observado__publica", "vl_projecao__publica"]


def test_tables_of_schools_or_several_stages_are_refused() -> None:
    schools = {"s": [(*HEADER[:4], "ID_ESCOLA", "VL_OBSERVADO_2023"), ("MS", 5002704, "x", "Pública", 1, 2)]}
    assert read_bytes(workbook(schools)).reader == "tidy"
    two = ideb(row(5002704, "Pública", 1, 1, 1, 1)) | {"AI": ideb(row(5002704, "Pública", 1, 1, 1, 1)).popitem()[1]}
    assert codes(read_bytes(workbook(two))) == ["several_tables"]
