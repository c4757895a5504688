"""``ckan msativo fetch``: from an agency's server to the indicator's table, and what it says on the way."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from ckan.cli.cli import ckan
from ckan.lib.jobs import get_queue
from ckan.tests import helpers

from ckanext.msativo import config, jobs
from ckanext.msativo.logic import fetching, indicators, observations
from ckanext.msativo.sources.catalogo import CatalogueError, read_catalogue
from ckanext.msativo.sources.fetching import Policy
from ckanext.msativo.tests import factories
from ckanext.msativo.tests.sources.agency import Agency, agency, reply

CAMPO_GRANDE, CORUMBA = "5002704", "5003207"
LOCAL = Policy(hosts=frozenset({"127.0.0.1"}), interval_seconds=0, backoff_seconds=0, attempts=2, local=True)


@pytest.fixture
def server() -> Iterator[Agency]:
    with agency() as running:
        yield running


@pytest.fixture
def run(portal: None, cli: Any, ckan_config: Any, monkeypatch: Any, tmp_path: Path) -> Any:
    monkeypatch.setattr(fetching, "policy", lambda: LOCAL)
    monkeypatch.setitem(ckan_config, "msativo.fetch.cache", str(tmp_path / "cache"))

    def command(*arguments: str) -> Any:
        return cli.invoke(ckan, ["msativo", "fetch", *arguments])

    return command


def answer(**variables: dict[str, dict[str, str]]) -> bytes:
    """An answer of the IBGE's agregados: variable → municipality → year → value."""
    places = {CAMPO_GRANDE: "Campo Grande - MS", CORUMBA: "Corumbá - MS", "5300108": "Brasília - DF"}
    document = [
        {
            "id": str(number),
            "variavel": name,
            "unidade": "Pessoas",
            "resultados": [
                {
                    "classificacoes": [],
                    "series": [
                        {"localidade": {"id": code, "nivel": {"id": "N6"}, "nome": places[code]}, "serie": years}
                        for code, years in rows.items()
                    ],
                }
            ],
        }
        for number, (name, rows) in enumerate(variables.items())
    ]
    return json.dumps(document, ensure_ascii=False).encode()


FIRST = answer(
    nascidos={CAMPO_GRANDE: {"2020": "10", "2021": "11.5"}, CORUMBA: {"2020": "..."}, "5300108": {"2020": "9"}}
)
SECOND = answer(nascidos={CAMPO_GRANDE: {"2020": "10", "2021": "12"}, CORUMBA: {"2020": "7", "2022": "3"}})


def declared(coordenacao: dict[str, Any], url: str, **fields: Any) -> str:
    return factories.Indicador(owner_org=coordenacao["id"], busca_url=url, **fields)["name"]


def table(name: str) -> dict[tuple[str, int], float]:
    resource = indicators.resource_of(indicators.show(name))
    if resource is None:
        return {}
    rows = observations.read(resource["id"])
    keys = zip(rows.codigo_ibge.tolist(), rows.ano.tolist(), strict=True)
    return {key: value for key, value in zip(keys, rows.valor.tolist(), strict=True) if value == value}


def outcome(result: Any) -> dict[str, Any]:
    return {row["indicador"]: row for row in json.loads(result.stdout)["indicadores"]}


def year(ano: int, novos: int = 0, alterados: int = 0, retirados: int = 0, detalhes: int = 0) -> dict[str, int]:
    return {"ano": ano, "novos": novos, "alterados": alterados, "retirados": retirados, "detalhes": detalhes}


def test_a_file_becomes_the_indicator_s_table_and_its_source(
    run: Any, server: Agency, coordenacao: dict[str, Any], tmp_path: Path
) -> None:
    name = declared(coordenacao, server.says("/nascidos.json", reply(200, FIRST, ETag='"1"'), reply(304)))
    result = run("--json")
    assert result.exit_code == 0, result.output
    row = outcome(result)[name]
    assert (row["situacao"], row["observacoes"], row["do_cache"]) == ("criado", 3, False)
    assert row["mudancas"] == [year(2020, novos=1, detalhes=1), year(2021, novos=1)]
    assert table(name) == {(CAMPO_GRANDE, 2020): 10, (CAMPO_GRANDE, 2021): 11.5}
    dataset = helpers.call_action("package_show", id=name)
    raw = hashlib.sha256(FIRST).hexdigest()
    assert (dataset["arquivo_nome"], dataset["arquivo_hash"]) == ("nascidos.json", raw)
    assert dataset["obtido_em"] == date.today().isoformat()
    assert (tmp_path / "cache" / "files" / raw[:2] / raw).read_bytes() == FIRST

    again = outcome(run("--json"))[name]
    assert (again["situacao"], again["do_cache"], again["mudancas"]) == ("sem_mudanca", True, [])
    assert helpers.call_action("package_show", id=name)["metadata_modified"] == dataset["metadata_modified"]


def test_what_changes_is_shown_before_anything_is_written(
    run: Any, server: Agency, coordenacao: dict[str, Any]
) -> None:
    name = declared(coordenacao, server.says("/a.json", reply(200, FIRST), reply(200, SECOND)))
    run()
    before, dataset = table(name), helpers.call_action("package_show", id=name)
    result = run("--dry-run", "--json")
    row = outcome(result)[name]
    assert result.exit_code == 0
    assert row["situacao"] == "atualizado"
    assert row["mudancas"] == [year(2020, novos=1), year(2021, alterados=1), year(2022, novos=1)]
    assert (table(name), helpers.call_action("package_show", id=name)) == (before, dataset)

    shown = run()
    assert shown.exit_code == 0 and "2021" in shown.output and "1/1" in shown.output
    assert table(name) == {
        (CAMPO_GRANDE, 2020): 10,
        (CAMPO_GRANDE, 2021): 12,
        (CORUMBA, 2020): 7,
        (CORUMBA, 2022): 3,
    }
    assert helpers.call_action("package_show", id=name)["arquivo_hash"] == hashlib.sha256(SECOND).hexdigest()


def test_a_first_dry_run_leaves_the_indicator_without_a_table(
    run: Any, server: Agency, coordenacao: dict[str, Any]
) -> None:
    name = declared(coordenacao, server.says("/a.json", reply(200, FIRST)))
    assert outcome(run("--dry-run", "--json"))[name]["situacao"] == "criado"
    assert helpers.call_action("package_show", id=name)["resources"] == []


def test_a_file_of_several_indicators_is_fetched_once(run: Any, server: Agency, coordenacao: dict[str, Any]) -> None:
    both = answer(nascidos={CAMPO_GRANDE: {"2020": "10"}}, mortos={CAMPO_GRANDE: {"2020": "4"}})
    url = server.says("/a.json", reply(200, both))
    births = declared(coordenacao, url, busca_serie="nascidos")
    deaths = declared(coordenacao, url, busca_serie="mortos")
    undecided = declared(coordenacao, url)
    absent = declared(coordenacao, url, busca_serie="casados")
    result = run("--json")
    rows = outcome(result)
    assert result.exit_code == 1 and server.paths() == ["/a.json"]
    assert (table(births), table(deaths)) == ({(CAMPO_GRANDE, 2020): 10}, {(CAMPO_GRANDE, 2020): 4})
    for name in (undecided, absent):
        assert rows[name]["situacao"] == "recusado"
        assert "mortos, nascidos" in rows[name]["problemas"][0]


def test_one_that_fails_is_named_and_the_others_go_on(run: Any, server: Agency, coordenacao: dict[str, Any]) -> None:
    good = declared(coordenacao, server.says("/good.json", reply(200, FIRST)))
    page = reply(200, b"<!DOCTYPE html><html>Fora do ar</html>")
    bad = {
        declared(coordenacao, server.says("/gone.json", reply(404))): "/gone.json",
        declared(coordenacao, server.says("/down.json", reply(500))): "/down.json",
        declared(coordenacao, server.says("/page.csv", page)): "page.csv",
        declared(coordenacao, server.says("/cut.json", reply(200, FIRST[:-9]))): "cut.json",
        declared(coordenacao, server.says("/empty.json", reply(200))): "empty.json",
        declared(coordenacao, server.says("/moved.json", reply(302, Location="http://10.0.0.1/"))): "http://10.0.0.1/",
        declared(coordenacao, "https://outra.example/a.json"): "outra.example",
        declared(coordenacao, ""): "",
        "nenhum": "nenhum",
    }
    result = run(good, *bad, "--json")
    rows = outcome(result)
    assert result.exit_code == 1 and "Traceback" not in result.output
    assert rows[good]["situacao"] == "criado" and table(good)
    for name, said in bad.items():
        assert rows[name]["situacao"] == "recusado", name
        assert said in rows[name]["problemas"][0], name
    shown = run(*bad)
    assert shown.exit_code == 1 and shown.output.count("✗") == len(bad)


def test_what_is_there_outlives_an_outage(run: Any, server: Agency, coordenacao: dict[str, Any]) -> None:
    name = declared(coordenacao, server.says("/a.json", reply(200, FIRST), reply(200, b"<html>"), reply(503)))
    run()
    before, dataset = table(name), helpers.call_action("package_show", id=name)
    for _ in range(2):
        assert run().exit_code == 1
        assert (table(name), helpers.call_action("package_show", id=name)) == (before, dataset)


def test_whole_years_are_not_lost_unless_that_is_meant(run: Any, server: Agency, coordenacao: dict[str, Any]) -> None:
    newest = answer(nascidos={CAMPO_GRANDE: {"2021": "11.5"}})
    name = declared(coordenacao, server.says("/a.json", reply(200, FIRST), reply(200, newest)))
    run()
    result = run("--json")
    row = outcome(result)[name]
    assert result.exit_code == 1 and row["situacao"] == "recusado" and "2020" in row["problemas"][0]
    assert row["mudancas"] == [year(2020, retirados=1, detalhes=1)]
    assert (CAMPO_GRANDE, 2020) in table(name)
    assert run("--allow-removals").exit_code == 0
    assert table(name) == {(CAMPO_GRANDE, 2021): 11.5}


def test_without_an_address_there_is_nothing_to_do(run: Any, server: Agency, coordenacao: dict[str, Any]) -> None:
    declared(coordenacao, "")
    result = run("--json")
    assert (result.exit_code, json.loads(result.stdout)["indicadores"], server.asked) == (0, [], [])


def test_the_tables_keep_every_digit(run: Any, server: Agency, coordenacao: dict[str, Any]) -> None:
    values = {"2018": "0.1", "2019": "123456789.123456", "2020": "0.000000123", "2021": "-3.25", "2022": "34731000"}
    name = declared(coordenacao, server.says("/a.json", reply(200, answer(pib={CAMPO_GRANDE: values}))))
    assert run().exit_code == 0
    assert table(name) == {(CAMPO_GRANDE, int(ano)): float(value) for ano, value in values.items()}


def test_the_worker_can_do_it(run: Any, server: Agency, coordenacao: dict[str, Any], monkeypatch: Any) -> None:
    name = declared(coordenacao, server.says("/a.json", reply(200, FIRST)))
    gone = declared(coordenacao, server.says("/gone.json", reply(404)))
    assert run("--background").exit_code == 0
    assert run("--background", "--dry-run").exit_code == 2
    (job,) = [job for job in get_queue().jobs if job.meta["title"] == fetching.TITLE]
    assert (job.func_name, server.asked) == ("ckanext.msativo.jobs.fetch_all", [])
    logged: list[str] = []
    # A command's start silences the loggers that were there before.
    monkeypatch.setattr(jobs.log, "error", lambda _text, name, _problem: logged.append(name))
    result = jobs.fetch_all(*job.args)
    assert result["falhou"] and table(name) and logged == [gone]


@pytest.mark.usefixtures("with_plugins")
def test_by_itself_only_the_agencies_hosts_are_fetched_and_files_kept_with_the_portal_s(
    ckan_config: Any, monkeypatch: Any
) -> None:
    policy = fetching.policy()
    assert not policy.local and policy.max_bytes == 200 * 1024 * 1024
    assert {"servicodados.ibge.gov.br", "tabnet.datasus.gov.br", "download.inep.gov.br"} <= policy.hosts
    assert all(host.endswith((".gov.br", ".org.br")) for host in policy.hosts)
    assert fetching.cache_folder() == Path(ckan_config["ckan.storage_path"]) / "msativo" / "fetch"
    monkeypatch.setitem(ckan_config, config.FETCH_HOSTS, ["Dados.EXAMPLE"])
    assert fetching.policy().hosts == {"dados.example"}


@pytest.mark.parametrize(("url", "fine"), [("https://dados.example/a", True), ("http://dados.example/a", False)])
def test_a_catalogue_declares_https_addresses(tmp_path: Path, url: str, fine: bool) -> None:
    text = (
        "name: taxa, title: Taxa, notes: Mede algo., area: saude, unidade: '%', casas: 1, polaridade: menor_melhor,"
        " tipo: proporcao, regra: quantil, grupo_referencia: estado, regra_justificativa: Sem patamar., agencia: IBGE,"
        " fonte_nome: Tabela, fonte_url: 'https://dados.example', verificado: false, obtido_em: 2026-01-02,"
        f" license_id: other-at, periodicidade: anual, busca_url: '{url}', busca_serie: nascidos"
    )
    path = tmp_path / "catalogo.yaml"
    path.write_text(f"indicadores:\n  - {{{text}}}\n", encoding="utf-8")
    if fine:
        assert read_catalogue(path)[0]["busca_url"] == url
    else:
        with pytest.raises(CatalogueError, match="busca_url"):
            read_catalogue(path)
