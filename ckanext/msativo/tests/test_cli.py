"""The commands, run as a person runs them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from ckan.cli.cli import ckan
from ckan.tests import helpers

from ckanext.msativo.tests import factories
from ckanext.msativo.tests.factories import CODES, tidy


@pytest.fixture
def run(portal: None, cli: Any) -> Any:
    def command(*arguments: str) -> Any:
        return cli.invoke(ckan, ["msativo", *arguments])

    return command


def test_setup_makes_all_organisations_once(run: Any) -> None:
    outcome = json.loads(run("setup", "--json").stdout)
    assert outcome == {"criadas": 86, "existentes": 0}
    kinds = [
        helpers.call_action("organization_show", id=name)["kind"]
        for name in ("prefeitura-japora", "ses", "coordenacao-ms-ativo")
    ]
    assert kinds == ["municipio", "secretaria", "coordenacao"]
    assert len(helpers.call_action("organization_list")) == 86
    assert json.loads(run("setup", "--json").stdout) == {"criadas": 0, "existentes": 86}


def test_setup_knows_a_prefeitura_that_was_renamed(run: Any) -> None:
    factories.Prefeitura(name="japora-ms", codigo_ibge="5004809")
    assert json.loads(run("setup", "--json").stdout)["criadas"] == 85


def test_load_from_a_catalogue_and_analyse(run: Any, tmp_path: Path) -> None:
    factories.Coordenacao(name="coordenacao-ms-ativo")
    (tmp_path / "cat.yaml").write_text(
        "fontes:\n"
        "  exemplo: {agencia: IBGE, fonte_nome: Tabela 1, fonte_url: 'https://sidra.ibge.gov.br/tabela/1',"
        " verificado: false, obtido_em: 2024-05-06, license_id: other-at, periodicidade: anual, arquivo: dados.csv}\n"
        "indicadores:\n"
        "  - {name: taxa-nova, title: Taxa nova, notes: Mede algo., area: saude, fonte: exemplo, unidade: '%',"
        " casas: 1, polaridade: menor_melhor, tipo: proporcao, regra: quantil, grupo_referencia: estado,"
        " regra_justificativa: Sem patamar oficial.}\n",
        encoding="utf-8",
    )
    data = tmp_path / "dados.csv"
    data.write_bytes(tidy([("taxa-nova", code, 2020, i) for i, code in enumerate(CODES)]))
    outcome = run("load", str(data), "--catalogo", str(tmp_path / "cat.yaml"))
    assert outcome.exit_code == 0, outcome.output
    dataset = helpers.call_action("package_show", id="taxa-nova")
    assert (dataset["agencia"], dataset["obtido_em"]) == ("IBGE", "2024-05-06")
    assert json.loads(run("analyse", "--json").stdout)["computados"] == ["taxa-nova"]
    assert run("check").exit_code == 0
    again = json.loads(run("load", str(data), "--catalogo", str(tmp_path / "cat.yaml"), "--json").stdout)
    assert again["catalogo"] == {"criados": 0, "atualizados": 0, "sem_mudanca": 1}
    assert again["arquivos"][0]["indicadores"][0]["situacao"] == "sem_mudanca"


def test_a_bad_file_fails_and_names_every_bad_row_in_portuguese(
    run: Any, coordenacao: dict[str, Any], tmp_path: Path
) -> None:
    indicador = factories.Indicador(owner_org=coordenacao["id"])
    data = tmp_path / "ruim.csv"
    data.write_bytes(tidy([(indicador["name"], "1234567", 2020, 1), (indicador["name"], CODES[0], 2020, "abc")]))
    outcome = run("load", str(data))
    assert outcome.exit_code == 1
    assert "ruim.csv, linha 2, coluna codigo_ibge" in outcome.output
    assert "ruim.csv, linha 3, coluna valor" in outcome.output
    assert "Traceback" not in outcome.output


def test_a_broken_catalogue_fails_with_file_line_and_key(run: Any, coordenacao: dict[str, Any], tmp_path: Path) -> None:
    (tmp_path / "cat.yaml").write_text("indicadores:\n  - {name: x, area: magia}\n", encoding="utf-8")
    outcome = run("load", "--catalogo", str(tmp_path / "cat.yaml"))
    assert outcome.exit_code == 1 and "cat.yaml:2" in outcome.output


def test_a_broken_territory_fails_in_one_line(run: Any, ckan_config: Any, monkeypatch: Any, tmp_path: Path) -> None:
    monkeypatch.setitem(ckan_config, "msativo.territory", str(tmp_path))
    outcome = run("setup")
    assert outcome.exit_code == 1
    assert "territorio.yaml" in outcome.output and "Traceback" not in outcome.output
