"""A broken territory is reported whole, each problem with its place."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from ckanext.msativo.territory import TerritoryError, load_territory
from ckanext.msativo.territory.reader import BUNDLED, LIMITES
from ckanext.msativo.territory.schema import TERRITORIO


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return Path(shutil.copytree(BUNDLED / "ms", tmp_path / "uf"))


def _edit(folder: Path, change: Callable[[dict[str, Any]], object]) -> None:
    path = folder / TERRITORIO
    document = yaml.safe_load(path.read_text("utf-8"))
    change(document)
    path.write_text(yaml.safe_dump(document, allow_unicode=True), "utf-8")


def _problems(folder: Path) -> list[tuple[str, str]]:
    with pytest.raises(TerritoryError) as caught:
        load_territory(folder)
    return [(problem.code, str(problem)) for problem in caught.value.problems]


def test_a_copied_folder_reads_like_the_bundled_name(folder: Path) -> None:
    assert load_territory(str(folder)).by_code == load_territory("ms").by_code


def test_a_folder_that_is_not_there_lacks_both_files(tmp_path: Path) -> None:
    problems = _problems(tmp_path / "nowhere")
    assert [code for code, _ in problems] == ["file_missing"] * 2
    assert TERRITORIO in problems[0][1] and LIMITES in problems[1][1]


@pytest.mark.parametrize(
    ("change", "code", "words"),
    [
        (lambda d: d.pop("sigla"), "key_missing", "sigla"),
        (lambda d: d.update(codigo=50), "yaml_shape", "codigo must be two digits"),
        (lambda d: d.update(cor="azul"), "key_unknown", "cor"),
        (lambda d: d["regioes"].update(micro=[]), "key_unknown", "regioes.micro"),
        (lambda d: d["regioes"]["imediata"][0].pop("nome"), "key_missing", "imediata[0].nome"),
        (
            lambda d: d["regioes"]["imediata"].append({"codigo": "500001", "nome": "x"}),
            "region_duplicate",
            "500001",
        ),
        (lambda d: d["municipios"][0].pop("nome"), "municipio_key_missing", "5000203: nome"),
        (lambda d: d["municipios"][0].update(prefeito="x"), "municipio_key_unknown", "prefeito"),
        (lambda d: d["municipios"][0].update(latitude=20.4), "municipio_value", "latitude"),
        (lambda d: d["municipios"][0].update(instalacao="2005"), "municipio_value", "a year"),
        (lambda d: d["municipios"][0].update(imediata="9"), "region_unknown", "region 9"),
        (lambda d: d["municipios"].append(d["municipios"][0]), "code_duplicate", "used 2 times"),
    ],
)
def test_each_fault_of_the_yaml_is_named(
    folder: Path, change: Callable[[dict[str, Any]], object], code: str, words: str
) -> None:
    _edit(folder, change)
    ((found, text),) = _problems(folder)
    assert found == code
    assert words in text


@pytest.mark.parametrize(
    ("bad", "code", "words"),
    [
        ("5000204", "code_check_digit", "expected 3"),
        ("3550308", "code_state", "does not start with the state's code 50"),
        (5000203, "municipio_value", "7 digits in quotes"),
    ],
)
def test_a_bad_code_is_told_with_the_rule_it_breaks(folder: Path, bad: object, code: str, words: str) -> None:
    _edit(folder, lambda d: d["municipios"][0].update(codigo_ibge=bad))
    assert any(found == code and words in text for found, text in _problems(folder))


def test_all_problems_of_both_files_come_at_once(folder: Path) -> None:
    _edit(folder, lambda d: (d.pop("nome"), d["municipios"][0].pop("latitude")))
    (folder / LIMITES).write_text("{}", "utf-8")
    assert [code for code, _ in _problems(folder)] == [
        "topojson_invalid", "key_missing", "municipio_key_missing",
    ]  # fmt: skip


def test_boundaries_and_municipalities_are_compared_both_ways(folder: Path) -> None:
    path = folder / LIMITES
    topology = json.loads(path.read_text("utf-8"))
    geometries = topology["objects"]["municipios"]["geometries"]
    geometries[0]["id"] = "5099999"
    geometries.append(geometries[1])
    path.write_text(json.dumps(topology), "utf-8")
    problems = dict(_problems(folder))
    assert set(problems) == {
        "boundary_duplicate", "boundary_without_municipio", "municipio_without_boundary",
    }  # fmt: skip
    assert "5099999" in problems["boundary_without_municipio"]
    assert "5000203 (Água Clara)" in problems["municipio_without_boundary"]


@pytest.mark.parametrize("text", ["sigla: [", "- 1", ""])
def test_a_file_that_is_not_a_yaml_mapping_is_told(folder: Path, text: str) -> None:
    (folder / TERRITORIO).write_text(text, "utf-8")
    assert [code for code, _ in _problems(folder)] == ["yaml_invalid"]


def test_two_municipalities_of_one_name_are_told_apart_by_code(folder: Path) -> None:
    _edit(folder, lambda d: d["municipios"][1].update(nome="Água Clara"))
    territory = load_territory(folder)
    assert territory.by_slug["agua-clara-5000203"].codigo_ibge == "5000203"
    assert territory.by_slug["agua-clara-5000252"].codigo_ibge == "5000252"
