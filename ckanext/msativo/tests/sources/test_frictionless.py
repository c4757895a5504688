"""Data packages in a zip, in a folder, or with their data inside the description."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from ckanext.msativo.sources import Reading, read
from ckanext.msativo.tests.sources.factories import codes, context, notes, read_bytes, said, values, zipped

CAMPO_GRANDE, CORUMBA = "5002704", "5003207"
FIELDS = [
    {"name": "cod_ibge", "type": "string"},
    {"name": "ano", "type": "year"},
    {"name": "nome", "type": "string"},
    {"name": "leitos", "type": "number", "title": "Leitos SUS", "unit": "leitos", "decimalChar": ","},
]
CSV = "cod_ibge;ano;nome;leitos\n500270;2020;CG;1.234,5\n500320;2020;Corumbá;n/d\n110001;2020;x;1\n"
RESOURCE: dict[str, Any] = {
    "name": "leitos",
    "path": "dados/leitos.csv",
    "dialect": {"delimiter": ";"},
    "schema": {"fields": FIELDS, "missingValues": ["", "n/d"]},
}
PACKAGE = {"name": "saude", "sources": [{"title": "CNES"}], "resources": [RESOURCE]}


def packed(package: dict[str, Any], folder: str = "") -> bytes:
    parts = {"datapackage.json": json.dumps(package).encode(), "dados/leitos.csv": CSV.encode()}
    return zipped({folder + name: content for name, content in parts.items()})


def check(reading: Reading) -> None:
    assert reading.reader == "frictionless"
    assert codes(reading) == []
    assert values(reading, "leitos")[CAMPO_GRANDE, 2020] == 1234.5
    assert notes(reading, "leitos")[CORUMBA, 2020] == "nao_disponivel"
    assert said(reading) == ["other_states"]
    origin = reading.provenance["leitos"]
    assert (origin.variavel, origin.unidade, origin.fonte) == ("Leitos SUS", "leitos", "CNES")


@pytest.mark.parametrize("folder", ["", "pacote-main/"])
def test_a_package_in_a_zip(folder: str) -> None:
    check(read_bytes(packed(PACKAGE, folder), "pacote.zip"))


def test_a_package_in_a_folder(tmp_path: Path) -> None:
    (tmp_path / "dados").mkdir()
    (tmp_path / "dados" / "leitos.csv").write_text(CSV, encoding="utf-8")
    (tmp_path / "datapackage.json").write_text(json.dumps(PACKAGE), encoding="utf-8")
    check(read(tmp_path / "datapackage.json", "datapackage.json", context()))


def test_data_inside_the_description_and_tidy_columns() -> None:
    row = {"indicador": "leitos", "codigo_ibge": "5002704", "ano": 2020, "valor": 3}
    reading = read_bytes(json.dumps({"resources": [{"name": "a", "data": [row]}]}).encode())
    assert values(reading, "leitos") == {(CAMPO_GRANDE, 2020): 3}


@pytest.mark.parametrize("path", ["../fora.csv", "/etc/passwd", "https://exemplo.org/a.csv", "a\\b.csv", 5, ["a", "b"]])
def test_nothing_outside_the_package_is_opened(path: Any) -> None:
    assert codes(read_bytes(packed({**PACKAGE, "resources": [{**RESOURCE, "path": path}]}))) == ["wrong_shape"]


def test_a_link_that_leads_out_of_the_folder_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "fora.csv").write_text(CSV, encoding="utf-8")
    inside = tmp_path / "pacote"
    inside.mkdir()
    (inside / "leitos.csv").symlink_to(tmp_path / "fora.csv")
    package = {**PACKAGE, "resources": [{**RESOURCE, "path": "leitos.csv"}]}
    (inside / "datapackage.json").write_text(json.dumps(package), encoding="utf-8")
    assert codes(read(inside / "datapackage.json", "datapackage.json", context())) == ["package_file"]


def test_a_file_that_is_not_there_is_named() -> None:
    reading = read_bytes(json.dumps(PACKAGE).encode(), "datapackage.json")
    assert codes(reading) == ["package_file"]
    assert "dados/leitos.csv" in str(reading.problems[0])


def test_resources_without_municipality_and_year_are_told() -> None:
    other = {"name": "dicionario", "data": [{"sigla": "x", "nome": "y"}]}
    reading = read_bytes(packed({**PACKAGE, "resources": [RESOURCE, other]}))
    assert "package_resources" in said(reading)
    assert codes(read_bytes(json.dumps({"resources": [other]}).encode())) == ["no_table"]
