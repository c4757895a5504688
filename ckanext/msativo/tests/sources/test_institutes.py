"""Atlas Brasil, Atlas da Violência, IPEADATA: what institutes compute and publish."""

from __future__ import annotations

import json
from typing import Any

import pytest

from ckanext.msativo.tests.sources.factories import codes, notes, read_bytes, said, text, values, workbook

CAMPO_GRANDE, CORUMBA, FIGUEIRAO = "5002704", "5003207", "5003900"
HEADER = ("ANO", "UF", "Codmun6", "Codmun7", "Município", "ESPVIDA", "T_ANALF18M", "OBS")
ROWS = [
    (2000, 50, 500270, 5002704, "CAMPO GRANDE", 70.1, 8.25, "a"),
    (2010, 50, 500270, 5002704, "CAMPO GRANDE", 75.6, "", "b"),
    (2000, 50, 500390, 5003900, "FIGUEIRÃO", 68.0, 20.5, "c"),
    (2010, 11, 110001, 1100015, "ALTA FLORESTA", 70.0, 1, "d"),
]
SIGLAS = [
    ("Dicionário",),
    ("SIGLA", "NOME CURTO", "NOME LONGO", "DEFINIÇÃO"),
    ("ESPVIDA", "x", "Esperança de vida ao nascer", "y"),
]


def test_atlas_brasil_with_its_dictionary() -> None:
    sheets = {"Capa": [("Atlas",)], "MUN 91-00-10": [HEADER, *ROWS], "UF 91-00-10": [HEADER[:2]], "Siglas": SIGLAS}
    reading = read_bytes(workbook(sheets), "atlas.xlsx")
    assert reading.reader == "atlas_brasil"
    assert codes(reading) == []
    assert sorted(reading.series) == ["espvida", "t_analf18m"]
    assert values(reading, "espvida")[CAMPO_GRANDE, 2010] == 75.6
    assert notes(reading, "t_analf18m")[CAMPO_GRANDE, 2010] == "nao_disponivel"
    # The Atlas computes figures for the municipality's later territory; in 2000 it was not one.
    assert notes(reading, "espvida")[FIGUEIRAO, 2000] == "nao_instalado"
    early = next(note for note in reading.notes if note.code == "before_installation")
    assert early.params == {"count": 2, "places": "Figueirão 2000"}
    assert {"other_states", "ignored_columns"} <= set(said(reading))
    assert reading.provenance["espvida"].variavel == "Esperança de vida ao nascer"
    assert reading.provenance["t_analf18m"].variavel == "T_ANALF18M"


def test_atlas_brasil_as_text() -> None:
    rows = [[str(cell) for cell in row] for row in ROWS]
    reading = read_bytes(text(rows, HEADER, delimiter=","), "atlas.csv")
    assert reading.reader == "atlas_brasil"
    assert values(reading, "espvida")[CAMPO_GRANDE, 2000] == 70.1


def test_atlas_brasil_needs_one_table_and_real_years() -> None:
    assert codes(read_bytes(workbook({"a": [HEADER, *ROWS], "b": [HEADER, *ROWS]}))) == ["several_tables"]
    bad = [("10", *ROWS[0][1:]), ROWS[1]]
    assert codes(read_bytes(workbook({"a": [HEADER, *bad]}))) == ["not_a_year"]
    assert codes(read_bytes(workbook({"a": [(*HEADER, "espvida"), *ROWS]}))) == ["duplicate_column"]


VIOLENCE = ("cod", "nome", "período", "valor")


def test_atlas_da_violencia() -> None:
    rows = [
        ("5002704", "Campo Grande", "2019", "12.61"),
        ("5003900", "Figueirão", "2004", "0"),
        ("5003900", "Figueirão", "2005", "0"),
        ("3154200", "Resende Costa", "2000", "0"),
        ("5003207", "Corumbá", "2019-01-15", ""),
    ]
    reading = read_bytes(text(rows, VIOLENCE), "taxa-homicidios.csv")
    assert reading.reader == "atlas_violencia"
    assert values(reading, "valor")[CAMPO_GRANDE, 2019] == 12.61
    found = notes(reading, "valor")
    assert found[FIGUEIRAO, 2004] == "nao_instalado"  # a 0 that the source fills in
    assert found[FIGUEIRAO, 2005] is None
    assert found[CORUMBA, 2019] == "nao_disponivel"
    assert said(reading) == ["other_states"]
    assert reading.provenance["valor"].variavel == "taxa-homicidios.csv"


def test_atlas_da_violencia_names_bad_rows() -> None:
    rows = [("5002704", "CG", "2019", "1.5"), ("5002704", "CG", "19", "1.5"), ("5002704", "CG", "2018", "1,5")]
    reading = read_bytes(text(rows, VIOLENCE))
    assert codes(reading) == ["not_a_year", "mixed_decimal"]
    assert reading.accepted == {}


def value(code: str = CAMPO_GRANDE, ano: str = "2010", number: Any = 1.5, **changes: Any) -> dict[str, Any]:
    date = f"{ano}-01-01T00:00:00-03:00"
    return {
        "SERCODIGO": "ADH_IDHM",
        "VALDATA": date,
        "VALVALOR": number,
        "NIVNOME": "Municípios",
        "TERCODIGO": code,
    } | (changes)


def test_ipeadata_keeps_the_level_municipality() -> None:
    items = [value(), value(CORUMBA, number=None), value("50", NIVNOME="Estados"), value("3300100")]
    reading = read_bytes(json.dumps({"value": items}).encode(), "valores.json")
    assert reading.reader == "ipeadata"
    assert values(reading, "adh_idhm")[CAMPO_GRANDE, 2010] == 1.5
    assert notes(reading, "adh_idhm")[CORUMBA, 2010] == "nao_disponivel"
    assert set(said(reading)) == {"other_states", "other_levels"}


@pytest.mark.parametrize(
    ("item", "code"),
    [
        (value(VALDATA="2010-03-01T00:00:00-03:00"), "not_yearly"),
        (value(VALDATA=None), "not_yearly"),
        ({"SERCODIGO": "x"}, "wrong_shape"),
        (value(number=[1]), "not_a_number"),
        (value(number=True), "not_a_number"),
        (value(code="5002709"), "unknown_municipality"),
    ],
)
def test_ipeadata_names_what_is_wrong(item: dict[str, Any], code: str) -> None:
    assert codes(read_bytes(json.dumps({"value": [value(CORUMBA), item]}).encode())) == [code]
