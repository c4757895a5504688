"""What was never published is nowhere: all that strangers find, count, read and download is searched for it."""

from __future__ import annotations

import io
from typing import Any

import ckan.lib.search as search
import ckan.model as model
import ckan.plugins.toolkit as tk
import pytest
import sqlalchemy as sa
from PIL import Image

from ckanext.msativo.tests.adesao_world import JAPORA, NEIGHBOUR, PREFEITURA
from ckanext.msativo.tests.cycle_world import (
    SECRETARIA,
    call,
)
from ckanext.msativo.tests.permissions_cycle_world import (
    ALIEN,
    ARTIST,
    STRANGERS,
    TYPES,
    Cycle,
    cycle,  # noqa: F401 - the fixture
    make_world,
    marks_in,
    web,  # noqa: F401 - the fixture
)
from ckanext.msativo.tests.test_permissions_world import (
    ANONYMOUS,
    Web,
)
from ckanext.msativo.tests.test_permissions_world import world as make_world  # noqa: F401 - the fixture

# ruff: noqa: F811 - tests take the imported fixtures by their names


# -- reading -----------------------------------------------------------------------------------------------------------
QUERIES: tuple[dict[str, Any], ...] = (
    {},
    {"q": "Reservado"},
    {"q": "*:*"},
    {"q": "Sigilosa"},
    {"fq": "type:(plano OR evidencia OR acao OR adesao)"},
    {"fq": "+state:*"},
    {"fq": "+capacity:*"},
    {"fq": "permission_labels:*"},
    {"fq_list": ["type:plano", "state:(draft OR active OR deleted)"]},
    {"facet.field": ["type", "organization", "state", "capacity", "ciclo", "codigo_ibge", "permission_labels"]},
)


@pytest.mark.parametrize("role", STRANGERS)
def test_the_search_finds_and_counts_only_what_is_public(cycle: Cycle, role: str, subtests: Any) -> None:
    world, ids = cycle.world, cycle.hidden
    everything = {"include_private": True, "include_drafts": True, "include_deleted": True, "rows": 1000}
    wanted = {kind: 2 if kind == "acao" else 1 for kind in TYPES}
    for query in QUERIES:
        with subtests.test(str(query)):
            try:
                found = world.do(role, "package_search", **{**everything, **query})
            except tk.ValidationError:
                model.Session.rollback()
                continue
            except search.SearchError:
                continue
            # What is asked for is in the answer.
            assert marks_in(str(found["results"]) + str(found["search_facets"]), *ids) == []
            if query == {}:
                kinds = [row["type"] for row in found["results"]]
                assert {kind: kinds.count(kind) for kind in (*TYPES, "adesao")} == {
                    **wanted,
                    "adesao": int(role == NEIGHBOUR),
                }
    with subtests.test("lists"):
        prefeitura = world.orgs["prefeitura"]["id"]
        answers = [
            world.do(role, "package_list"),
            world.do(role, "current_package_list_with_resources", limit=100),
            world.do(role, "package_autocomplete", q="plan"),
            world.do(role, "package_autocomplete", q="Reservado"),
            world.do(role, "resource_search", query="name:evidencia"),
            world.do(role, "recently_changed_packages_activity_list"),
            world.do(role, "organization_activity_list", id=prefeitura),
            world.do(role, "organization_activity_list", id=world.orgs["secretaria"]["id"]),
            world.do(role, "organization_show", id=prefeitura, include_datasets=True),
        ]
        assert marks_in(str(answers), *ids) == []
        # A plan and an evidence; neither the request nor what is in draft.
        assert answers[-1]["package_count"] == 2
        rows = world.do(role, "organization_list", all_fields=True, include_dataset_count=True)
        counts = {row["id"]: row["package_count"] for row in rows}
        assert counts[prefeitura] == 2


def test_the_public_lists_have_what_is_public_and_are_not_simply_empty(cycle: Cycle) -> None:
    world = cycle.world
    assert call(world, ANONYMOUS, "plano_list")["count"] == 1 and call(world, PREFEITURA, "plano_list")["count"] == 2
    assert call(world, ANONYMOUS, "evidencia_list")["count"] == 1
    assert call(world, PREFEITURA, "evidencia_list")["count"] == 3
    assert call(world, SECRETARIA, "evidencia_list")["count"] == 2
    assert call(world, ANONYMOUS, "acao_list")["count"] == 2 and call(world, SECRETARIA, "acao_list")["count"] > 2
    assert call(world, ANONYMOUS, "entrega_list")["count"] == 2


LISTS: dict[str, tuple[dict[str, Any], ...]] = {
    "acao_list": ({}, {"q": "Reservado"}, {"estado": "rascunho"}, {"estado": "em_comentarios"}),
    "plano_list": (
        {},
        {"municipio": JAPORA},
        {"estado": "rascunho"},
        {"estado": "enviado"},
        {"acao": "segunda-acao"},
        {"ciclo": "2025-2026"},
    ),
    "entrega_list": ({}, {"municipio": JAPORA}, {"acao": "segunda-acao"}, {"data": "2025-07-30"}),
    "evidencia_list": (
        {},
        {"municipio": JAPORA},
        {"estado": "rascunho"},
        {"estado": "enviada"},
        {"fila": True},
        {"minhas": True},
    ),
    "adesao_list": ({}, {"municipio": JAPORA}),
    "agenda_list": ({}, {"municipio": JAPORA}, {"dono": JAPORA}, {"meus": True}, {"regra": "manual"}),
    "monitoramento_show": ({}, {"grupo": "plano"}, {"grupo": "acao"}, {"pendencias": True, "serie": True}),
    "acao_recommend": ({"municipio": JAPORA},),
    "contato_estado_list": ({},),
    "reuniao_list": ({},),
    "ciclo_list": ({},),
}
EMPTY = {("plano_list", "rascunho"), ("plano_list", "enviado"), ("evidencia_list", "rascunho")}


@pytest.mark.parametrize("role", STRANGERS)
def test_our_lists_and_counts_leave_out_what_is_private(cycle: Cycle, role: str, subtests: Any) -> None:
    ids = cycle.hidden
    # Secretariats write the menu together.
    allowed = {"action in draft"} if role == ALIEN else set()
    secret = [one for name, one in cycle.private.items() if name not in allowed]
    for name, queries in LISTS.items():
        for query in queries:
            with subtests.test(f"{name} {query}"):
                found = call(cycle.world, role, name, "2025-08-05", **query)
                if name == "acao_list" and role == ALIEN:
                    continue
                assert marks_in(str(found), *ids) == []
                if (name, query.get("estado")) in EMPTY:
                    assert found["count"] == 0
    assert secret


@pytest.mark.parametrize("role", STRANGERS)
def test_what_is_public_is_told_without_people_reasons_and_drafts(cycle: Cycle, role: str, subtests: Any) -> None:
    for kind in TYPES:
        for name in (f"{kind}_show", f"{kind}_history"):
            # Secretariats write the menu together, and see each other's steps.
            if (role, name) == (ALIEN, "acao_history"):
                continue
            with subtests.test(name):
                found = call(cycle.world, role, name, id=cycle.public[kind])
                assert marks_in(str(found), *(() if kind == "acao" else cycle.hidden)) == []
    for row in call(cycle.world, role, "entrega_list", plano=cycle.public["plano"])["results"]:
        for name in ("entrega_show", "entrega_history"):
            with subtests.test(f"{name}: {row['titulo']}"):
                assert marks_in(str(call(cycle.world, role, name, id=row["id"])), *cycle.hidden) == []


READS = {
    "action in draft": ("acao_show", "acao_history"),
    "plan in draft": ("plano_show", "plano_history"),
    "its delivery": ("entrega_show", "entrega_history"),
    "evidence in draft": ("evidencia_show", "evidencia_history"),
    "agenda item": ("agenda_show",),
}
CKAN_READS = (
    "package_show",
    "package_activity_list",
    "resource_show",
    "dataset_followee_count",
    "package_collaborator_list",
)


@pytest.mark.parametrize("role", STRANGERS)
def test_what_is_private_and_what_is_not_there_are_answered_alike(
    cycle: Cycle, web: Web, role: str, subtests: Any
) -> None:
    private = {**cycle.private, "evidence that was sent": cycle.files[0]}
    for what, identifier in private.items():
        for name in (*(f"msativo_{one}" for one in READS.get(what, READS["evidence in draft"])), *CKAN_READS):
            if role == ALIEN and what == "action in draft" and name.startswith("msativo_"):
                continue
            with subtests.test(f"{name}: {what}"):
                told = _told(web, cycle, role, name, identifier)
                assert told == _told(web, cycle, role, name, "0" * 8 + identifier[8:])
                assert told[0] in (403, 404, 400, 409)


def _told(web: Web, cycle: Cycle, role: str, name: str, identifier: str) -> tuple[int, str]:
    answer = web.post(f"/api/3/action/{name}", json={"id": identifier}, headers=cycle.tokens[role])
    return answer.status_code, answer.body.replace(identifier, "ID")


PAGES = (
    "/acoes",
    "/planos",
    "/evidencias",
    "/adesoes",
    "/agenda",
    "/monitoramento",
    "/monitoramento/relatorio",
    "/reunioes",
    "/ciclos",
    "/municipios/japora",
    "/busca?q=Reservado",
    "/busca?q=Sigilosa",
    "/dataset/",
    "/dataset/?q=Reservado",
    "/plano/",
    "/evidencia/",
    "/acao/",
    "/feeds/dataset.atom",
    "/feeds/custom.atom?q=Reservado",
    "/sitemap.xml",
    "/",
    "/dados/adesoes.csv",
    "/dados/planos.csv",
    "/dados/planos.json",
    "/dados/entregas.csv",
    "/dados/entregas.json?municipio=5004809",
    "/dados/monitoramento.json",
    "/api/3/action/package_list",
    "/api/3/search/dataset?q=Reservado",
)


@pytest.mark.parametrize("role", [ANONYMOUS, NEIGHBOUR, ALIEN])
def test_no_page_tells_a_stranger_what_is_private(cycle: Cycle, web: Web, role: str, subtests: Any) -> None:
    ids = cycle.hidden
    web.log_in(cycle.world.people[role])
    own = ("Pessoa Sigilosa",)
    orgs = cycle.world.orgs
    public = [
        f"/acoes/{cycle.public['acao']}",
        f"/planos/{cycle.public['plano']}",
        f"/evidencias/{cycle.public['evidencia']}",
        *(f"/{kind}/{cycle.public[kind]}" for kind in TYPES),
        *(f"/dataset/{cycle.public[kind]}" for kind in TYPES),
        *(f"/{kind}/activity/{cycle.public[kind]}" for kind in TYPES),
        *(f"/dataset/activity/{cycle.public[kind]}" for kind in TYPES),
        *(f"/organization/{orgs[org]['name']}" for org in ("prefeitura", "secretaria", "coordenacao")),
        *(f"/organization/activity/{orgs[org]['id']}" for org in ("prefeitura", "secretaria", "coordenacao")),
        f"/feeds/organization/{orgs['prefeitura']['name']}.atom",
    ]
    for address in (*PAGES, *public):
        if role == ALIEN and address.startswith("/acoes"):
            continue
        with subtests.test(address):
            answer = web.get(address, follow_redirects=True)
            assert answer.status_code in (200, 403, 404)
            body = answer.body
            for name in own:
                # The visitor's own, in the page's header.
                body = body.replace(name, "", 0 if role == ANONYMOUS else 2)
            # What was asked for is said again.
            if "?q=" in address:
                body = body.replace(address.partition("?q=")[2], "")
            assert marks_in(body, *ids) == []


@pytest.mark.parametrize("role", STRANGERS)
def test_pages_of_what_is_private_are_not_there(cycle: Cycle, web: Web, role: str, subtests: Any) -> None:
    web.log_in(cycle.world.people[role])
    folders = {
        "action in draft": "acoes",
        "plan in draft": "planos",
        "its delivery": "entregas",
        "evidence in draft": "evidencias",
    }
    addresses = [f"/{folder}/{cycle.private[what]}{end}" for what, folder in folders.items() for end in ("", "/editar")]
    sent_one, file = cycle.files
    addresses += [
        f"/evidencias/{sent_one}",
        f"/evidencias/{sent_one}/arquivos/{file}",
        f"/evidencias/{sent_one}/fotos/{file}",
    ]
    # Another evidence's address gives no file of this one.
    addresses += [f"/evidencias/{cycle.public['evidencia']}/arquivos/{file}"]
    addresses += [f"/dataset/{one}" for one in cycle.hidden]
    addresses += [f"/dataset/{cycle.public['evidencia']}/resource/{file}/download/x.jpg"]
    for address in addresses:
        if role == ALIEN and address == f"/acoes/{cycle.private['action in draft']}":
            continue
        if role == ANONYMOUS and address.endswith("/editar"):
            continue
        with subtests.test(address):
            answer = web.get(address, follow_redirects=False)
            assert answer.status_code in (403, 404)
            assert b"Exif" not in answer.data and marks_in(answer.body.replace("Pessoa Sigilosa", "")) == []


def test_no_personal_data_and_no_private_word_leave_the_programmes_tables(cycle: Cycle, subtests: Any) -> None:
    tables = (
        "SELECT table_name FROM information_schema.tables WHERE table_schema = 'public' AND table_type = 'BASE TABLE'"
    )
    for (table,) in list(model.Session.execute(sa.text(tables))):
        if table.startswith("msativo_") or table == "user":
            continue
        with subtests.test(table):
            rows = str(list(model.Session.execute(sa.text(f'SELECT to_jsonb(t)::text FROM "{table}" t'))))
            assert marks_in(rows, *cycle.hidden) == []
    with subtests.test("search index"):
        documents = str(list(search.make_connection().search("*:*", rows=1000)))
        assert all(cycle.public[kind] in documents for kind in TYPES)
        assert marks_in(documents, *cycle.hidden) == []


def test_published_copies_have_neither_names_nor_the_cameras_data(cycle: Cycle, web: Web) -> None:
    shown = web.get(f"/api/3/action/package_show?id={cycle.public['evidencia']}").json["result"]
    # Two photos; the PDF was not chosen to be published as it was sent.
    assert [one["format"] for one in shown["resources"]] == ["JPEG", "JPEG"]
    for resource in shown["resources"]:
        answer = web.get(resource["url"])
        assert answer.status_code == 200 and ARTIST not in answer.data and b"Exif" not in answer.data
        assert marks_in(str(answer.headers)) == []
        assert dict(Image.open(io.BytesIO(answer.data)).getexif()) == {}


def test_nobody_outside_learns_who_decided(cycle: Cycle, web: Web, subtests: Any) -> None:
    """Of datasets CKAN tells who made them; of the programme's that would be who approved, published or decided."""
    people = [str(person["id"]) for person in cycle.world.people.values() if person]
    names = [str(person["name"]) for person in cycle.world.people.values() if person]
    for kind in TYPES:
        for address in (
            f"/api/3/action/package_show?id={cycle.public[kind]}",
            f"/api/3/action/package_activity_list?id={cycle.public[kind]}",
            f"/api/3/action/msativo_{kind}_show?id={cycle.public[kind]}",
            f"/api/3/action/msativo_{kind}_history?id={cycle.public[kind]}",
            f"/{kind}/{cycle.public[kind]}",
            f"/dataset/activity/{cycle.public[kind]}",
        ):
            with subtests.test(address.replace(cycle.public[kind], kind)):
                body = web.get(address, follow_redirects=True).body
                assert [one for one in (*people, *names) if one in body] == []
