from __future__ import annotations

import json
from typing import Any

import ckan.model as model
import ckan.plugins.toolkit as tk
import pytest
from ckan.tests import helpers

from ckanext.msativo.logic import observations
from ckanext.msativo.tests import factories
from ckanext.msativo.tests.factories import CODES, load, load_values, tidy

CAMPO_GRANDE, PARAISO = "5002704", "5006275"


def rows_of(dataset: str) -> list[dict[str, Any]]:
    """What an anonymous visitor reads with CKAN's own action."""
    resource = helpers.call_action("package_show", id=dataset)["resources"][0]
    found = tk.get_action("datastore_search")(
        {"user": "", "ignore_auth": False}, {"resource_id": resource["id"], "limit": 1000}
    )
    return found["records"]


def test_a_load_makes_an_open_datastore_table_with_its_dictionary(indicador: dict[str, Any]) -> None:
    report = load_values(indicador, {CAMPO_GRANDE: 12.5, PARAISO: 3})
    assert report["indicadores"][0]["situacao"] == "criado"
    rows = rows_of(indicador["name"])
    assert {(row["codigo_ibge"], row["ano"], row["valor"]) for row in rows} == {
        (CAMPO_GRANDE, 2020, 12.5),
        (PARAISO, 2020, 3.0),
    }
    resource = helpers.call_action("package_show", id=indicador["id"])["resources"][0]
    info = helpers.call_action("datastore_info", id=resource["id"])
    assert {field["id"]: field["type"] for field in info["fields"]}["valor"] == "float8"
    assert all(field["info"]["label"] for field in info["fields"])


def test_provenance_and_coverage_stand_in_the_dataset(indicador: dict[str, Any]) -> None:
    content = tidy([(indicador["name"], CAMPO_GRANDE, 2019, "1.5"), (indicador["name"], PARAISO, 2020, "2.5")])
    load(content, decimal=".", obtido_em="2024-03-02")
    dataset = helpers.call_action("package_show", id=indicador["id"])
    import hashlib

    assert dataset["arquivo_hash"] == hashlib.sha256(content).hexdigest()
    assert (dataset["arquivo_nome"], dataset["obtido_em"]) == ("dados.csv", "2024-03-02")
    assert (dataset["ano_inicial"], dataset["ano_final"]) == ("2019", "2020")
    assert dataset["dados_hash"] == observations.read(dataset["resources"][0]["id"]).content_hash()


def test_the_same_file_again_changes_nothing(indicador: dict[str, Any]) -> None:
    load_values(indicador, {CAMPO_GRANDE: 12.5})
    before = helpers.call_action("package_show", id=indicador["id"])
    report = load_values(indicador, {CAMPO_GRANDE: 12.5})
    assert report["indicadores"][0]["situacao"] == "sem_mudanca"
    assert helpers.call_action("package_show", id=indicador["id"]) == before


def test_a_new_file_replaces_the_table(indicador: dict[str, Any]) -> None:
    load_values(indicador, {CAMPO_GRANDE: 1, PARAISO: 2})
    report = load_values(indicador, {CAMPO_GRANDE: 5}, ano=2021)
    assert report["indicadores"][0]["situacao"] == "atualizado"
    assert [(row["codigo_ibge"], row["ano"]) for row in rows_of(indicador["name"])] == [(CAMPO_GRANDE, 2021)]


def test_a_bad_row_leaves_its_indicator_untouched_and_loads_the_others(coordenacao: dict[str, Any]) -> None:
    good, bad = (factories.Indicador(owner_org=coordenacao["id"]) for _ in range(2))
    load_values(bad, {CAMPO_GRANDE: 7})
    report = load(
        tidy(
            [
                (good["name"], CAMPO_GRANDE, 2020, 1),
                (bad["name"], CAMPO_GRANDE, 2020, 8),
                (bad["name"], 9999999, 2020, 1),
                (bad["name"], PARAISO, 2012, 1),
                (bad["name"], CODES[0], 2020, "abc"),
                (bad["name"], CODES[1], 3000, 1),
                (bad["name"], CAMPO_GRANDE, 2020, 9),
            ]
        )
    )
    assert {row["indicador"]: row["situacao"] for row in report["indicadores"]} == {
        good["name"]: "criado",
        bad["name"]: "recusado",
    }
    places = {(problem["linha"], problem["coluna"]) for problem in report["problemas"]}
    assert {(4, "codigo_ibge"), (5, "ano"), (6, "valor"), (7, "ano")} <= places
    assert len(report["problemas"]) == 5
    assert all(problem["arquivo"] == "dados.csv" and problem["motivo"] for problem in report["problemas"])
    assert [row["valor"] for row in rows_of(bad["name"])] == [7.0]
    assert [row["valor"] for row in rows_of(good["name"])] == [1.0]


def test_an_indicator_that_nobody_described_is_refused_with_what_to_do(coordenacao: dict[str, Any]) -> None:
    report = load(tidy([("nunca-descrito", CAMPO_GRANDE, 2020, 1)]))
    assert report["indicadores"][0]["situacao"] == "recusado"
    assert "nunca-descrito" in report["indicadores"][0]["problema"]


def test_a_dry_run_writes_nothing(indicador: dict[str, Any]) -> None:
    content = tidy([(indicador["name"], CAMPO_GRANDE, 2020, 1)])
    assert load(content, dry_run=True)["indicadores"][0]["situacao"] == "criado"
    assert helpers.call_action("package_show", id=indicador["id"])["resources"] == []


def test_a_failure_in_the_middle_leaves_the_old_table(
    indicador: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    load_values(indicador, {CAMPO_GRANDE: 1})
    resource = helpers.call_action("package_show", id=indicador["id"])["resources"][0]["id"]
    rows = observations.read(resource)

    def broken() -> Any:
        yield "codigo_ibge,ano,valor,numerador,denominador,nota\n"
        yield "5002704,2020,not a number,,,\n"

    monkeypatch.setattr(type(rows), "canonical_csv", lambda self: broken())
    with pytest.raises(Exception, match="double precision"):
        observations.replace(resource, rows, 10)
    monkeypatch.undo()
    assert [row["valor"] for row in rows_of(indicador["name"])] == [1.0]


def test_a_large_load_leaves_the_full_text_to_a_job(
    indicador: dict[str, Any], ckan_config: Any, monkeypatch: Any
) -> None:
    monkeypatch.setitem(ckan_config, "msativo.load.fulltext_rows", 1)
    load_values(indicador, dict.fromkeys(CODES, 1))
    resource = helpers.call_action("package_show", id=indicador["id"])["resources"][0]["id"]

    def hits() -> int:
        return helpers.call_action("datastore_search", resource_id=resource, q=CAMPO_GRANDE)["total"]

    assert hits() == 0
    assert observations.backfill_fulltext(resource, batch=50) == len(CODES)
    assert hits() == 1
    # And the trigger is on again.
    helpers.call_action(
        "datastore_upsert",
        resource_id=resource,
        force=True,
        records=[{"codigo_ibge": CAMPO_GRANDE, "ano": 2021, "valor": 2}],
    )
    assert hits() == 2


def test_metadata_left_behind_by_a_crash_are_repaired(indicador: dict[str, Any]) -> None:
    from ckanext.msativo.logic.check import check
    from ckanext.msativo.sources import Observations

    load_values(indicador, {CAMPO_GRANDE: 1})
    resource = helpers.call_action("package_show", id=indicador["id"])["resources"][0]["id"]
    observations.replace(resource, Observations.of([PARAISO], [2021], [4.0]), 1000)
    assert not all(finding["reparado"] for finding in check(repair=False))
    check(repair=True)
    assert helpers.call_action("package_show", id=indicador["id"])["ano_final"] == "2021"


def test_a_change_by_ckans_own_tools_queues_one_analysis(indicador: dict[str, Any]) -> None:
    from ckan.lib.jobs import get_queue

    load_values(indicador, {CAMPO_GRANDE: 1})
    resource = helpers.call_action("package_show", id=indicador["id"])["resources"][0]["id"]

    def waiting() -> int:
        return sum(job.meta.get("title") == "msativo: analyse" for job in get_queue().jobs)

    assert waiting() == 1
    get_queue().empty()
    record = {"codigo_ibge": PARAISO, "ano": 2020, "valor": 2}
    helpers.call_action("datastore_upsert", resource_id=resource, force=True, records=[record])
    assert waiting() == 1
    helpers.call_action("datastore_delete", resource_id=resource, force=True, filters={"codigo_ibge": PARAISO})
    assert waiting() == 1
    get_queue().empty()
    helpers.call_action("datastore_create", resource_id=resource, force=True, records=[record])
    assert waiting() == 1
    model.Session.rollback()


def test_a_series_is_loaded_as_the_indicator_that_it_is_said_to_be(indicador: dict[str, Any]) -> None:
    rows = [("vl_a", code, 2020, i) for i, code in enumerate(CODES)] + [("vl_b", code, 2020, 1) for code in CODES]
    report = load(tidy(rows), series={"vl_a": indicador["name"]})
    assert [row["situacao"] for row in report["indicadores"]] == ["criado"]
    absent = load(tidy(rows), series=json.dumps({"vl_c": indicador["name"]}))
    assert absent["problemas"][0]["codigo"] == "series_missing" and "vl_a" in absent["problemas"][0]["motivo"]
    for wrong in ("[1]", {"vl_a": 1}, {"vl_a": "x", "vl_b": "x"}, "{"):
        with pytest.raises(tk.ValidationError, match="series"):
            load(tidy(rows), series=wrong)
