"""Answers of the IBGE's interfaces: SIDRA values, agregados v3, localidades, meshes."""

from __future__ import annotations

import json
from typing import Any

import pytest

from ckanext.msativo.sources import Reading
from ckanext.msativo.tests.sources.factories import codes, notes, read_bytes, said, values

CAMPO_GRANDE, CORUMBA, FIGUEIRAO, PARAISO = "5002704", "5003207", "5003900", "5006275"


def read_json(document: Any, **changes: Any) -> Reading:
    return read_bytes(json.dumps(document, ensure_ascii=False).encode(), "resposta.json", **changes)


SIDRA_HEADER = {
    "NC": "Nível Territorial (Código)",
    "NN": "Nível Territorial",
    "MC": "Unidade de Medida (Código)",
    "MN": "Unidade de Medida",
    "V": "Valor",
    "D1C": "Município (Código)",
    "D1N": "Município",
    "D2C": "Ano (Código)",
    "D2N": "Ano",
    "D3C": "Variável (Código)",
    "D3N": "Variável",
    "D4C": "Sexo (Código)",
    "D4N": "Sexo",
}


def sidra(value: str, code: str = CAMPO_GRANDE, ano: str = "2022", sexo: str = "Total", level: str = "6") -> dict:
    place = {"NC": level, "NN": "Município", "D1C": code, "D1N": "um nome qualquer"}
    year = {"D2C": ano, "D2N": ano, "D3C": "93", "D3N": "População residente"}
    return {**place, **year, "D4C": "1", "D4N": sexo, "MC": "45", "MN": "Pessoas", "V": value}


def test_sidra_values_with_a_header() -> None:
    reading = read_json(
        [
            SIDRA_HEADER,
            sidra("898100"),
            sidra("450000", sexo="Homens"),
            sidra("-", CORUMBA),
            sidra("1.5", "5300108"),
            sidra("9", "50", level="3"),
        ]
    )
    assert reading.reader == "sidra_json"
    assert codes(reading) == []
    assert values(reading, "populacao_residente") == {(CAMPO_GRANDE, 2022): 898100, (CORUMBA, 2022): 0}
    assert notes(reading, "populacao_residente")[CORUMBA, 2022] == "traco_zero"
    assert values(reading, "populacao_residente__sexo_homens") == {(CAMPO_GRANDE, 2022): 450000}
    origin = reading.provenance["populacao_residente"]
    assert (origin.variavel, origin.unidade, origin.codigo) == ("População residente", "Pessoas", "93")
    assert {"other_states", "larger_areas"} <= set(said(reading))


@pytest.mark.parametrize(
    ("mark", "note"),
    [
        ("..", "nao_aplicavel"),
        ("...", "nao_disponivel"),
        ("X", "suprimido"),
        ("B", "faixa"),
        ("0", "zero_arredondado"),
        ("", "nao_disponivel"),
    ],
)
def test_sidra_marks(mark: str, note: str) -> None:
    assert notes(read_json([SIDRA_HEADER, sidra(mark)]), "populacao_residente") == {(CAMPO_GRANDE, 2022): note}


def test_sidra_values_without_a_header_are_known_by_what_they_hold() -> None:
    row = {"NC": "6", "D1C": CAMPO_GRANDE, "D2C": "2021", "D2N": "2021", "D3C": "37", "D3N": "PIB (Mil Reais)"}
    reading = read_json([{**row, "V": "10.25"}])
    assert values(reading, "pib") == {(CAMPO_GRANDE, 2021): 10.25}
    assert reading.provenance["pib"].unidade == "Mil Reais"


def test_sidra_names_without_codes_need_the_state() -> None:
    row = {"D1N": "Campo Grande (MS)", "D2N": "2021", "V": "1"}
    header = {"D1N": "Município", "D2N": "Ano", "V": "Valor"}
    assert values(read_json([header, row]), "valor") == {(CAMPO_GRANDE, 2021): 1}
    assert codes(read_json([header, {**row, "D1N": "Bonito"}])) == ["name_without_state"]


def test_sidra_periods_within_a_year_are_refused() -> None:
    assert codes(read_json([SIDRA_HEADER, sidra("1", ano="202001")])) == ["not_yearly"]
    header = {**SIDRA_HEADER, "D1C": "Brasil (Código)", "D1N": "Brasil"}
    assert codes(read_json([header, sidra("1", code="1", level="1")])) == ["not_by_municipality"]


def agregado(serie: dict[str, str | None], code: str = CAMPO_GRANDE, level: str = "N6") -> dict[str, Any]:
    place = {"id": code, "nivel": {"id": level, "nome": "Município"}, "nome": "Qualquer - MS"}
    return {"localidade": place, "serie": serie}


def variable(*series: dict[str, Any], sexo: str | None = None) -> list[dict[str, Any]]:
    classes = [{"id": "2", "nome": "Sexo", "categoria": {"4": sexo}}] if sexo else []
    result = {"classificacoes": classes, "series": list(series)}
    return [{"id": "93", "variavel": "População residente", "unidade": "Pessoas", "resultados": [result]}]


def test_agregados_are_joined_by_identifier() -> None:
    reading = read_json(
        variable(
            agregado({"2022": "898100", "2023": "..."}),
            agregado({"2012": "...", "2013": "-"}, PARAISO),
            agregado({"2022": "1"}, "2918001"),
        )
    )
    assert reading.reader == "agregados_v3"
    assert values(reading, "populacao_residente")[CAMPO_GRANDE, 2022] == 898100
    found = notes(reading, "populacao_residente")
    assert found[CAMPO_GRANDE, 2023] == "nao_disponivel"
    assert found[PARAISO, 2012] == "nao_instalado"
    assert found[PARAISO, 2013] == "traco_zero"
    assert reading.provenance["populacao_residente"].unidade == "Pessoas"


def test_agregados_by_category() -> None:
    reading = read_json(variable(agregado({"2022": "5"}), sexo="Homens"))
    assert list(reading.series) == ["populacao_residente__sexo_homens"]
    assert reading.provenance["populacao_residente__sexo_homens"].categorias == {"Sexo": "Homens"}


def test_agregados_of_other_periods_and_shapes_are_refused() -> None:
    assert codes(read_json(variable(agregado({"202201": "1"})))) == ["not_yearly"]
    assert codes(read_json([{"variavel": "x", "resultados": [{"series": [{}]}]}])) == ["wrong_shape"]
    assert codes(read_json([{"variavel": "x", "resultados": [1]}])) == ["wrong_shape"]


def nested(code: int, nome: str) -> dict[str, Any]:
    uf = {"id": 50, "sigla": "MS", "nome": "Mato Grosso do Sul"}
    imediata = {"id": 500001, "nome": "Campo Grande", "regiao-intermediaria": {"id": 5001, "nome": "CG", "UF": uf}}
    return {"id": code, "nome": nome, "microrregiao": None, "regiao-imediata": imediata}


def flat(code: int, nome: str) -> dict[str, Any]:
    regions = {"regiao-imediata-id": 500001, "regiao-imediata-nome": "Campo Grande"}
    other = {"regiao-intermediaria-id": 5001, "regiao-intermediaria-nome": "CG", "microrregiao-id": None}
    return {"municipio-id": code, "municipio-nome": nome, "UF-sigla": "MS", **regions, **other}


@pytest.mark.parametrize("form", [nested, flat])
def test_localidades_give_units_and_compare_them_with_the_territory(form: Any) -> None:
    reading = read_json([form(5002704, "Campo Grande"), form(5003207, "Corumba do Sul"), form(3300100, "Angra")])
    assert reading.reader == "ibge_localidades"
    assert [unit.codigo_ibge for unit in reading.units] == [CAMPO_GRANDE, CORUMBA]
    unit = reading.units[0]
    assert (unit.nome, unit.uf) == ("Campo Grande", "MS")
    assert unit.regioes == {"imediata": ("500001", "Campo Grande"), "intermediaria": ("5001", "CG")}
    assert said(reading) == ["other_states", "territory_differs", "territory_lacking"]
    assert reading.series == {}


SQUARE = [[-54.5, -20.5], [-54.0, -20.5], [-54.0, -20.0], [-54.5, -20.5]]


def test_a_mesh_as_geojson() -> None:
    geometry = {"type": "Polygon", "coordinates": [SQUARE]}
    features = [
        {"type": "Feature", "properties": {"codarea": code}, "geometry": geometry} for code in (CORUMBA, "3300100")
    ]
    reading = read_json({"type": "FeatureCollection", "features": features})
    assert reading.reader == "ibge_malhas"
    assert reading.boundaries == {CORUMBA: geometry}
    assert said(reading) == ["other_states", "territory_lacking"]


def test_a_mesh_as_topojson_is_unquantised() -> None:
    # Steps of a grid of 0.5 degrees from (-54.5, -20.5): the same three corners; the second arc is used backwards.
    topology = {
        "type": "Topology",
        "transform": {"scale": [0.5, 0.5], "translate": [-54.5, -20.5]},
        "arcs": [[[0, 0], [1, 0]], [[0, 0], [1, 1], [0, -1]]],
        "objects": {
            "BR50": {
                "type": "GeometryCollection",
                "geometries": [{"type": "Polygon", "arcs": [[0, -2]], "properties": {"codarea": CORUMBA}}],
            }
        },
    }
    assert read_json(topology).boundaries == {CORUMBA: {"type": "Polygon", "coordinates": [SQUARE]}}


@pytest.mark.parametrize(
    "ring", [SQUARE[:3], [[0, 0], [1, 0], [1, 1], [0, 1]], [[0, 0], [500, 0], [1, 1], [0, 0]], ["a", "b", "c", "a"]]
)
def test_a_damaged_mesh_is_refused_by_its_code(ring: list[Any]) -> None:
    feature = {"properties": {"codarea": CORUMBA}, "geometry": {"type": "Polygon", "coordinates": [ring]}}
    reading = read_json({"type": "FeatureCollection", "features": [feature]})
    assert codes(reading) == ["wrong_shape"]
    assert reading.problems[0].params["value"] == CORUMBA


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("[]", "empty_answer"),
        ('{"items": []}', "empty_answer"),
        ('{"value": []}', "empty_answer"),
        ('[{"V": "1", "D1C": "500', "bad_json"),
        ('{"a": NaN}', "bad_json"),
        ("[" * 100_000, "bad_json"),
        ('{"a": 1, "a": 2}', "repeated_json_key"),
        ('{"message": "Erro"}', "unknown_json"),
        ("[1, 2]", "unknown_json"),
    ],
)
def test_json_that_is_no_answer_is_refused(text: str, code: str) -> None:
    assert codes(read_bytes(text.encode())) == [code]


def test_a_cut_answer_names_the_place() -> None:
    problem = read_bytes(b'[\n{"V": "1",\n "D1C": "500').problems[0]
    assert (problem.code, problem.row) == ("bad_json", 3)
