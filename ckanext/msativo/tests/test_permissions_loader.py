"""What follows from a load is written by the loader alone, and the loader is the coordenação's."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import ckan.model as model
import ckan.plugins.toolkit as tk
import pytest
from ckan.tests import helpers

from ckanext.msativo.tests import factories
from ckanext.msativo.tests.factories import tidy
from ckanext.msativo.tests.test_permissions_world import (
    ADMIN,
    CAMPO_GRANDE,
    EDITOR,
    STRANGERS,
    SYSADMIN,
    Web,
    World,
    assert_refused,
    portal_state,
    web,  # noqa: F401 - the fixture
    world,  # noqa: F401 - the fixture
)

# ruff: noqa: F811 - tests take the imported fixture by its name

LOADED = ("obtido_em", "arquivo_nome", "arquivo_hash", "dados_hash", "ano_inicial", "ano_final", "cobertura")


def loaded(world: World) -> dict[str, str]:
    dataset = world.shown()
    return {field: dataset[field] for field in LOADED}


def test_what_the_loader_writes_is_not_typed_in(world: World, subtests: Any) -> None:
    for field in LOADED:
        with subtests.test(str(field)):
            before, forged = portal_state(world), "2099"
            dataset = world.shown()
            without = {key: value for key, value in dataset.items() if key != field}
            for role in (EDITOR, ADMIN, SYSADMIN):
                for action, data in (
                    ("package_patch", {"id": dataset["id"], field: forged}),
                    ("package_update", {**dataset, field: forged}),
                    ("package_revise", {"match__id": dataset["id"], f"update__{field}": forged}),
                    (
                        "package_revise",
                        {"match": {"id": dataset["id"]}, "filter": [f"-{field}"], "update": {field: forged}},
                    ),
                    ("package_patch", {"id": dataset["id"], "extras": [{"key": field, "value": forged}]}),
                    ("package_update", {**without, "extras": [{"key": field, "value": forged}]}),
                    ("package_update", {**dataset, "title": "X", "extras": [{"key": field, "value": forged}]}),
                    ("package_patch", {"id": dataset["id"], field: [forged]}),
                    (
                        "package_patch",
                        {"id": dataset["id"], field: forged, "msativo_loader": True, "ignore_auth": True},
                    ),
                    (
                        "package_create",
                        {
                            **{
                                k: dataset[k]
                                for k in (
                                    "type",
                                    "notes",
                                    "area",
                                    "unidade",
                                    "polaridade",
                                    "tipo",
                                    "regra",
                                    "agencia",
                                    "fonte_nome",
                                    "owner_org",
                                )
                            },
                            "name": "novo",
                            "title": "Novo",
                            field: forged,
                        },
                    ),
                ):
                    assert_refused(world, role, action, data, before=before)


@pytest.mark.parametrize("erased", ["", None, "missing"])
def test_what_the_loader_wrote_is_not_erased(world: World, erased: Any) -> None:
    before = loaded(world)
    assert all(before.values())
    dataset = world.shown()
    emptied = {key: value for key, value in dataset.items() if key not in LOADED}
    if erased != "missing":
        emptied |= dict.fromkeys(LOADED, erased)
    world.do(EDITOR, "package_update", **{**emptied, "title": "Outro"})
    assert (world.shown()["title"], loaded(world)) == ("Outro", before)
    world.do(
        EDITOR,
        "package_revise",
        match__id=dataset["id"],
        filter=[
            "+name,+title,+notes,+owner_org,+area,+unidade,"
            "+polaridade,+tipo,+regra,+agencia,+fonte_nome,+type,+resources,+license_id,+cobertura_minima,+tolerancia,"
            "+grupo_referencia,+casas,-*"
        ],
        update={"title": "Mais um"},
    )
    assert (world.shown()["title"], loaded(world)) == ("Mais um", before)


@pytest.mark.parametrize("role", [EDITOR, ADMIN, SYSADMIN])
def test_an_ordinary_edit_works_and_keeps_what_was_loaded(world: World, role: str) -> None:
    before = loaded(world)
    world.do(role, "package_patch", id=world.target, title="Primeiro")
    assert (world.shown()["title"], loaded(world)) == ("Primeiro", before)
    world.do(role, "package_update", **{**world.shown(), "title": "Segundo"})
    assert (world.shown()["title"], loaded(world)) == ("Segundo", before)
    world.do(role, "package_revise", match__id=world.target, update__title="Terceiro")
    assert (world.shown()["title"], loaded(world)) == ("Terceiro", before)


# -- who loads and analyses --------------------------------------------------------------------------------------------
def test_only_the_coordenacao_runs_an_analysis(world: World) -> None:
    before = portal_state(world)
    for role in STRANGERS:
        if role != "outra-editor":
            assert_refused(world, role, "msativo_analysis_run", {}, before=before)
            with pytest.raises(tk.NotAuthorized):
                world.do(role, "msativo_analysis_run")
    for role in (EDITOR, ADMIN, "outra-editor", SYSADMIN):
        assert world.do(role, "msativo_analysis_run")["indicadores"] == 1


def test_only_the_coordenacao_loads(world: World) -> None:
    before = portal_state(world)
    content = tidy([(world.indicador["name"], CAMPO_GRANDE, 2020, 77)])
    for role in STRANGERS:
        if role != "outra-editor":
            for dry_run in (False, True):
                data = {"upload": content, "file_name": "dados.csv", "dry_run": dry_run}
                assert_refused(world, role, "msativo_indicador_load", data, before=before)
    for value, role in enumerate((EDITOR, ADMIN, SYSADMIN)):
        content = tidy([(world.indicador["name"], CAMPO_GRANDE, 2020, value)])
        report = world.do(role, "msativo_indicador_load", upload=content, file_name="dados.csv")
        assert report["indicadores"][0]["situacao"] == "atualizado"


def test_a_load_never_writes_into_another_coordenacao(world: World) -> None:
    before = portal_state(world)
    for named in (world.indicador["name"], world.target):
        content = tidy([(named, CAMPO_GRANDE, 2020, 77)])
        for dry_run in (False, True):
            try:
                report = world.do(
                    "outra-editor", "msativo_indicador_load", upload=content, file_name="x.csv", dry_run=dry_run
                )
            except tk.NotAuthorized:
                pass
            else:
                assert {row["situacao"] for row in report["indicadores"]} == {"recusado"}
            assert portal_state(world) == before


def test_a_foreign_indicator_in_a_file_is_refused_and_ones_own_are_loaded(world: World) -> None:
    own = factories.Indicador(owner_org=world.orgs["outra"]["id"], name="zzz-proprio")
    first = factories.Indicador(owner_org=world.orgs["outra"]["id"], name="aaa-proprio")
    content = tidy([(name, CAMPO_GRANDE, 2020, 77) for name in (first["name"], world.indicador["name"], own["name"])])
    report = world.do("outra-editor", "msativo_indicador_load", upload=content, file_name="x.csv")
    assert {row["indicador"]: row["situacao"] for row in report["indicadores"]} == {
        own["name"]: "criado",
        first["name"]: "criado",
        world.indicador["name"]: "recusado",
    }


def test_a_plain_dataset_is_not_loaded_as_an_indicator(world: World) -> None:
    before = portal_state(world)
    for role in (EDITOR, SYSADMIN):
        report = world.do(role, "msativo_indicador_load", upload=tidy([(world.dado["name"], CAMPO_GRANDE, 2020, 1)]))
        assert report["indicadores"][0]["situacao"] == "recusado"
        assert portal_state(world) == before


# -- over HTTP ---------------------------------------------------------------------------------------------------------
def values(world: World) -> list[float]:
    records = helpers.call_action("datastore_search", resource_id=world.resource)["records"]
    return sorted(row["valor"] for row in records)


def test_a_file_is_uploaded_over_http_with_a_token(world: World, web: Web) -> None:
    content = tidy([(world.indicador["name"], CAMPO_GRANDE, 2020, 41)])

    def upload(role: str) -> Any:
        headers = web.token(world.people[role])
        return web.post(
            "/api/3/action/msativo_indicador_load",
            headers=headers,
            content_type="multipart/form-data",
            data={"upload": (io.BytesIO(content), "dados.csv")},
        )

    for role in (role for role in STRANGERS if role != "outra-editor"):
        assert upload(role).status_code == 403
    assert values(world) == [3.0, 12.5]
    answer = upload(EDITOR)
    assert (answer.status_code, answer.json["result"]["indicadores"][0]["situacao"]) == (200, "atualizado")
    assert answer.json["result"]["arquivo"] == "dados.csv"
    assert values(world) == [41.0]


@pytest.mark.parametrize("form", ["json", "form", "text part"])
def test_a_path_or_address_over_http_is_never_opened(world: World, web: Web, tmp_path: Path, form: str) -> None:
    secret = tmp_path / "dados.csv"
    secret.write_bytes(tidy([(world.indicador["name"], CAMPO_GRANDE, 2020, 41)]))
    before = portal_state(world)
    headers = web.token(world.people[SYSADMIN])
    model.Session.commit()
    for text in (str(secret), secret.as_uri(), f"@{secret}", "http://127.0.0.1:1/dados.csv", "", "x\x00y"):
        url = "/api/3/action/msativo_indicador_load"
        if form == "json":
            answers = [
                web.post(url, headers=headers, json={"upload": upload, "file_name": str(secret)})
                for upload in (text, [text], {"path": text}, {"read": text}, None, 1)
            ]
        else:
            kind = "multipart/form-data" if form == "text part" else "application/x-www-form-urlencoded"
            answers = [
                web.post(url, headers=headers, content_type=kind, data={"upload": text, "file_name": str(secret)})
            ]
        for answer in answers:
            assert answer.status_code == 409, answer.body
            assert "upload" in answer.json["error"]
    after = portal_state(world)
    assert {**after, "api_token": None} == {**before, "api_token": None}


FLAGS = [
    {"ignore_auth": True},
    {"msativo_loader": True},
    {"context": {"ignore_auth": True, "msativo_loader": True}},
    {"user": "sysadmin", "auth_user_obj": {"sysadmin": True}},
    {"__ignore_auth": True},
    {"sysadmin": True},
    {"today": "2099-01-01"},
    {"schema": {}},
]


def test_a_flag_in_the_request_gives_no_right(world: World, web: Web, subtests: Any) -> None:
    for flag in FLAGS:
        with subtests.test(str(flag)):
            dataset, before = world.target, loaded(world)
            for role in ("anonymous", "prefeitura-admin", "secretaria-admin"):
                for action, data in (
                    ("package_patch", {"id": dataset, "title": "Tomado"}),
                    ("msativo_analysis_run", {}),
                    (
                        "member_list",
                        {"id": world.orgs["prefeitura"]["id"]}
                        if role != "prefeitura-admin"
                        else {"id": world.orgs["vizinha"]["id"]},
                    ),
                    ("organization_patch", {"id": world.owner, "kind": "secretaria"}),
                ):
                    assert web.api(world.people[role], action, **data, **flag).status_code == 403
            answer = web.api(world.people[EDITOR], "package_patch", id=dataset, dados_hash="0" * 64, **flag)
            assert answer.status_code == 409 and "dados_hash" in answer.json["error"]
            assert (world.shown()["title"], loaded(world)) == (world.indicador["title"], before)


def test_an_unknown_reader_or_decimal_is_a_clean_error(world: World, web: Web) -> None:
    content = tidy([(world.indicador["name"], CAMPO_GRANDE, 2020, 41)])
    headers = web.token(world.people[EDITOR])
    for field in (
        {"source": "../../x"},
        {"source": "x\x00"},
        {"decimal": "x"},
        {"obtido_em": "ontem"},
        {"dry_run": "x"},
    ):
        answer = web.post(
            "/api/3/action/msativo_indicador_load",
            headers=headers,
            content_type="multipart/form-data",
            data={"upload": (io.BytesIO(content), "dados.csv"), **field},
        )
        assert answer.status_code in (200, 409), (field, answer.body)
        if "dry_run" not in field:
            assert values(world) == [3.0, 12.5], field
