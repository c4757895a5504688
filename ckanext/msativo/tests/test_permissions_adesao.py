"""What is said and decided in a request to join is written by the programme's actions alone, and seen by its own."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import ckan.lib.search as search
import ckan.model as model
import ckan.plugins.toolkit as tk
import pytest
import sqlalchemy as sa
from ckan.tests import helpers

from ckanext.msativo.logic import terms
from ckanext.msativo.tests.adesao_world import (
    JAPORA,
    NEIGHBOUR,
    PREFEITURA,
    SECRETS,
    SETE_QUEDAS,
    add_cycles,
    draft,
    moment,
    on,
    pdf,
    sent,
)
from ckanext.msativo.tests.test_permissions_world import (
    ADMIN,
    ANONYMOUS,
    EDITOR,
    EVERYBODY,
    REFUSALS,
    SYSADMIN,
    Web,
    World,
    portal_state,
    web,  # noqa: F401 - the fixture
    world,  # noqa: F401 - the fixture
)

# ruff: noqa: F811 - tests take the imported fixture by its name

EVERYONE = (*EVERYBODY, SYSADMIN)
OWN = ("prefeitura-editor", "prefeitura-admin")
COORDENACAO = (EDITOR, ADMIN, "outra-editor", SYSADMIN)
READERS = (*OWN, "prefeitura-member", *COORDENACAO, "coordenacao-member")
"""Who sees all of a request of ``prefeitura``."""
OTHERS = tuple(role for role in EVERYONE if role not in READERS)


@pytest.fixture
def cycles(world: World) -> World:
    add_cycles()
    return world


def state(world: World) -> dict[str, Any]:
    """Everything that an attack could change, the programme's tables included."""
    found: dict[str, Any] = portal_state(world)
    for table in ("ciclo", "adesao", "transicao", "contato", "protocolo_ano"):
        query = sa.text(f"SELECT to_jsonb(t)::text AS row FROM msativo_{table} t ORDER BY row")
        found[table] = list(model.Session.execute(query).scalars())
    model.Session.rollback()
    return found


Data = Callable[[World, dict[str, Any]], dict[str, Any]]


def _dataset(world: World, row: dict[str, Any], **changes: Any) -> dict[str, Any]:
    return {**helpers.call_action("package_show", id=row["id"]), **changes}


def _new(world: World, **changes: Any) -> dict[str, Any]:
    return {
        "type": "adesao",
        "name": "forjada",
        "title": "Forjada",
        "owner_org": world.orgs["prefeitura"]["id"],
        "codigo_ibge": JAPORA,
        "ciclo": "2025-2026",
        "private": True,
        **changes,
    }


def _resource(row: dict[str, Any]) -> str:
    return terms.of(row["id"]).id


FORGED = {"estado": "aprovada", "protocolo": "MSA-2025-000009-9", "private": False}
ROUTES: dict[str, tuple[str, Data]] = {
    "create": ("package_create", lambda w, r: _new(w)),
    "create, public and approved": ("package_create", lambda w, r: _new(w, **FORGED)),
    "create for the neighbour": ("package_create", lambda w, r: _new(w, owner_org=w.orgs["vizinha"]["id"])),
    "update": ("package_update", lambda w, r: _dataset(w, r, title="Outra")),
    "update the state": ("package_update", lambda w, r: _dataset(w, r, **FORGED)),
    "update by name": ("package_update", lambda w, r: {**_dataset(w, r, **FORGED), "id": _dataset(w, r)["name"]}),
    "patch": ("package_patch", lambda w, r: {"id": r["id"], **FORGED}),
    "patch the owner": ("package_patch", lambda w, r: {"id": r["id"], "owner_org": w.orgs["vizinha"]["id"]}),
    "patch the cycle": ("package_patch", lambda w, r: {"id": r["id"], "ciclo": "2027-2028"}),
    "patch to deleted": ("package_patch", lambda w, r: {"id": r["id"], "state": "deleted"}),
    "patch extras": ("package_patch", lambda w, r: {"id": r["id"], "extras": [{"key": "estado", "value": "x"}]}),
    "revise": ("package_revise", lambda w, r: {"match": {"id": r["id"]}, "update": FORGED}),
    "revise flat": ("package_revise", lambda w, r: {"match__id": r["id"], "update__private": False}),
    "delete": ("package_delete", lambda w, r: {"id": r["id"]}),
    "delete by name": ("package_delete", lambda w, r: {"id": _dataset(w, r)["name"]}),
    "purge": ("dataset_purge", lambda w, r: {"id": r["id"]}),
    "bulk public": (
        "bulk_update_public",
        lambda w, r: {"datasets": [r["id"]], "org_id": w.orgs["prefeitura"]["id"]},
    ),
    "bulk delete": (
        "bulk_update_delete",
        lambda w, r: {"datasets": [r["id"]], "org_id": w.orgs["prefeitura"]["id"]},
    ),
    "move": (
        "package_owner_org_update",
        lambda w, r: {"id": r["id"], "organization_id": w.orgs["vizinha"]["id"]},
    ),
    "add a resource": ("resource_create", lambda w, r: {"package_id": r["id"], "url": "http://example.org"}),
    "upload a resource": ("resource_create", lambda w, r: {"package_id": r["id"], "upload": pdf()}),
    "change the term": ("resource_update", lambda w, r: {"id": _resource(r), "upload": pdf(b"%PDF-x")}),
    "patch the term": ("resource_patch", lambda w, r: {"id": _resource(r), "name": "X"}),
    "delete the term": ("resource_delete", lambda w, r: {"id": _resource(r)}),
    "datastore": (
        "datastore_create",
        lambda w, r: {"resource_id": _resource(r), "force": True, "fields": [{"id": "a"}], "records": [{"a": "1"}]},
    ),
    "new table": (
        "datastore_create",
        lambda w, r: {"resource": {"package_id": r["id"], "name": "x"}, "fields": [{"id": "a", "type": "text"}]},
    ),
    "collaborator": (
        "package_collaborator_create",
        lambda w, r: {"id": r["id"], "user_id": w.people[NEIGHBOUR]["id"], "capacity": "editor"},  # type: ignore[index]
    ),
}
PEOPLES_ROUTES: dict[str, tuple[str, Data]] = {
    "relationship": (
        "package_relationship_create",
        lambda w, r: {"subject": r["id"], "object": w.target, "type": "depends_on"},
    ),
    "view": (
        "resource_view_create",
        lambda w, r: {"resource_id": _resource(r), "view_type": "text_view", "title": "X"},
    ),
}
"""Ways that an administrator of the portal has, which change nothing of the request itself."""


def attempt(world: World, role: str, action: str, data: dict[str, Any]) -> bool:
    """Whether the call was refused."""
    try:
        world.do(role, action, **data)
    except REFUSALS:
        model.Session.rollback()
        return True
    return False


def test_no_route_of_ckan_writes_a_request(cycles: World, subtests: Any) -> None:
    row = sent(cycles)
    before = state(cycles)
    people = (ANONYMOUS, NEIGHBOUR, *OWN, "prefeitura-member", EDITOR, ADMIN)
    for name, (action, data) in {**ROUTES, **PEOPLES_ROUTES}.items():
        for role in (*people, *([SYSADMIN] if name in ROUTES else [])):
            with subtests.test(f"{name}: {role}"):
                assert attempt(cycles, role, action, data(cycles, row)), f"{role} was not refused {action}"
                after = state(cycles)
                assert {key for key in before if before[key] != after[key]} == set()
    with subtests.test("the portal's own context forges nothing either"):
        for action, data in (("package_create", _new(cycles)), ("package_patch", {"id": row["id"], **FORGED})):
            with pytest.raises(tk.NotAuthorized):
                helpers.call_action(action, **data)
            model.Session.rollback()
        assert state(cycles) == before


def test_a_draft_is_deleted_by_its_prefeitura_through_ckan_and_by_no_other(cycles: World, subtests: Any) -> None:
    row = draft(cycles)
    before = state(cycles)
    for role in (*OTHERS, "prefeitura-member", "coordenacao-member"):
        with subtests.test(role):
            assert attempt(cycles, role, "package_delete", {"id": row["id"]})
            assert state(cycles) == before
    cycles.do("prefeitura-admin", "package_delete", id=row["id"])
    assert on(cycles, "2025-07-02", EDITOR, "show", id=row["id"])["estado"] == "retirada"


STEPS: dict[str, tuple[tuple[str, ...], Callable[[dict[str, Any]], dict[str, Any]]]] = {
    "update": ((*OWN, *COORDENACAO), lambda r: {"pontos_focais": []}),
    "submit": ((*OWN, *COORDENACAO), lambda r: {}),
    "withdraw": ((*OWN, *COORDENACAO), lambda r: {}),
    "start_analysis": (COORDENACAO, lambda r: {}),
    "decide": (COORDENACAO, lambda r: {"decisao": "aprovar"}),
}


def test_each_step_is_refused_to_all_who_may_not(cycles: World, subtests: Any) -> None:
    rows = {"draft": draft(cycles), "sent": sent(cycles, role=NEIGHBOUR, municipio=SETE_QUEDAS)}
    row = rows["draft"]
    before = state(cycles)
    for step, (allowed, data) in STEPS.items():
        for role in EVERYONE:
            if role in allowed:
                continue
            with subtests.test(f"{step}: {role}"):
                for reference in (row["id"], "nothing", "\x00"):
                    with pytest.raises(tk.NotAuthorized):
                        on(cycles, "2025-07-02", role, step, id=reference, versao=row["versao"], **data(row))
                assert state(cycles) == before
    for role in (*OWN, NEIGHBOUR):
        with subtests.test(f"{role} starts one of another municipality"), pytest.raises(tk.NotAuthorized):
            on(cycles, "2025-07-02", role, "create", municipio="5002704")
    for role in ("prefeitura-member", "secretaria-admin", "coordenacao-member", "outsider", ANONYMOUS):
        with subtests.test(f"{role} starts one"), pytest.raises(tk.NotAuthorized):
            on(cycles, "2025-07-02", role, "create", municipio=JAPORA)
    assert state(cycles) == before


def test_who_sees_a_draft_and_who_the_people(cycles: World, subtests: Any) -> None:
    private, public = draft(cycles), sent(cycles, role=NEIGHBOUR, municipio=SETE_QUEDAS)
    for role in OTHERS:
        if role == NEIGHBOUR:
            continue
        with subtests.test(f"{role} sees what is public"):
            found = on(cycles, "2025-07-02", role, "list")
            assert [row["protocolo"] for row in found["results"]] == [public["protocolo"]] and found["count"] == 1
            assert on(cycles, "2025-07-02", role, "list", estado="rascunho")["count"] == 0
            assert on(cycles, "2025-07-02", role, "list", municipio=JAPORA)["count"] == 0
            shown = on(cycles, "2025-07-02", role, "show", id=public["protocolo"])
            assert set(shown) == {*found["results"][0], "respostas"} and "id" not in shown
            steps = on(cycles, "2025-07-02", role, "history", id=public["protocolo"])["results"]
            assert [set(step) for step in steps] == [{"em", "acao", "de", "para"}]
            for read in ("show", "history"):
                with pytest.raises(tk.ObjectNotFound):
                    on(cycles, "2025-07-02", role, read, id=private["id"])
    for role in READERS:
        with subtests.test(f"{role} sees all of it"):
            assert on(cycles, "2025-07-02", role, "list", municipio=JAPORA)["count"] == 1
            shown = on(cycles, "2025-07-02", role, "show", id=private["id"])
            assert shown["coordenador"]["nome"] == "Maria Sigilosa"
    with subtests.test("what a reader may do is what is offered"):
        assert on(cycles, "2025-07-02", "prefeitura-member", "show", id=private["id"])["possiveis"] == []


def test_ckan_tells_nobody_else_of_a_request(cycles: World, web: Web, subtests: Any) -> None:
    counts = helpers.call_action("package_search", rows=0, include_private=True)["count"]
    row = sent(cycles)
    dataset = helpers.call_action("package_show", id=row["id"])
    resource = dataset["resources"][0]["id"]
    with subtests.test("it is there for its own, so the search is worth something"):
        assert helpers.call_action("package_search", rows=0, include_private=True)["count"] == counts + 1
        assert cycles.do(PREFEITURA, "package_search", q="adesão", include_private=True, fq="type:adesao")["count"] == 1
    for role in (*OTHERS, EDITOR):
        for query in ({}, {"q": row["id"]}, {"q": "Japorã"}, {"fq": "type:adesao"}, {"fq": "ciclo:*"}):
            with subtests.test(f"search by {role}: {query}"):
                found = cycles.do(
                    role,
                    "package_search",
                    include_private=True,
                    include_drafts=True,
                    **query,
                    **{"facet.field": ["type", "organization"], "rows": 100},
                )
                assert row["id"] not in [result["id"] for result in found["results"]]
                assert "adesao" not in found["facets"]["type"]
        for action, data in (
            ("package_show", {"id": row["id"]}),
            ("package_show", {"id": dataset["name"]}),
            ("resource_show", {"id": resource}),
            ("package_activity_list", {"id": row["id"]}),
            ("resource_view_list", {"id": resource}),
        ):
            with subtests.test(f"{action} by {role}"):
                assert attempt(cycles, role, action, data)
        with subtests.test(f"lists by {role}"):
            listed = [
                cycles.do(role, "package_list"),
                cycles.do(role, "current_package_list_with_resources"),
                cycles.do(role, "package_autocomplete", q="ades"),
                cycles.do(role, "resource_search", query="name:termo"),
                cycles.do(role, "recently_changed_packages_activity_list"),
                cycles.do(role, "organization_activity_list", id=cycles.orgs["prefeitura"]["id"]),
                cycles.do(role, "organization_show", id=cycles.orgs["prefeitura"]["id"], include_datasets=True),
            ]
            assert dataset["name"] not in str(listed) and row["id"] not in str(listed)
            organization = cycles.do(role, "organization_list", all_fields=True, include_dataset_count=True)
            assert [
                org["package_count"] for org in organization if org["name"] == cycles.orgs["prefeitura"]["name"]
            ] == [0]
        with subtests.test(f"download by {role}"):
            address = f"/adesao/{row['id']}/resource/{resource}/download/termo-de-adesao.pdf"
            answer = web.get(address, headers=web.token(cycles.user(role)), follow_redirects=False)
            assert answer.status_code in (403, 404) and "PDF-1.7" not in answer.body
    with subtests.test("the prefeitura downloads its term"):
        address = f"/adesao/{row['id']}/resource/{resource}/download/termo-de-adesao.pdf"
        assert web.get(address, headers=web.token(cycles.user(PREFEITURA))).body.startswith("%PDF-1.7")


def test_no_personal_data_leave_their_table(cycles: World, web: Web, subtests: Any) -> None:
    row = sent(cycles)
    row = on(cycles, "2025-07-03", EDITOR, "start_analysis", id=row["id"], versao=row["versao"])
    data = {"id": row["id"], "versao": row["versao"], "decisao": "devolver", "nota": "Faltou o carimbo."}
    row = on(cycles, "2025-07-04", EDITOR, "decide", **data)
    tables = (
        "SELECT table_name FROM information_schema.tables WHERE table_schema = 'public' AND table_type = 'BASE TABLE'"
    )
    notes = {"msativo_transicao": "Faltou o carimbo"}
    for (table,) in list(model.Session.execute(sa.text(tables))):
        if table == "msativo_contato":
            continue
        with subtests.test(f"table {table}"):
            rows = str(list(model.Session.execute(sa.text(f'SELECT to_jsonb(t)::text FROM "{table}" t'))))
            assert [mark for mark in SECRETS if mark in rows and notes.get(table) != mark] == []
    with subtests.test("search index"):
        documents = str(list(search.make_connection().search("*:*", rows=1000)))
        assert row["id"] in documents and [mark for mark in SECRETS if mark in documents] == []
    for address in (
        "/api/3/action/msativo_adesao_list",
        f"/api/3/action/msativo_adesao_show?id={row['protocolo']}",
        f"/api/3/action/msativo_adesao_history?id={row['protocolo']}",
        f"/api/3/action/msativo_adesao_show?id={row['id']}",
    ):
        with subtests.test(address):
            body = web.get(address).body
            assert row["protocolo"] in body or "devolver" in body
            assert [mark for mark in SECRETS if mark in body] == []
            assert row["id"] not in body.replace(f"id={row['id']}", "")


def test_states_and_moments_from_outside_are_not_taken(cycles: World, web: Web, subtests: Any) -> None:
    row = draft(cycles)
    person = cycles.user(PREFEITURA)
    before = state(cycles)
    with subtests.test("fields of ours in an update"):
        given = {"estado": "aprovada", "protocolo": "X", "prazo": "2099-01-01", "codigo_ibge": SETE_QUEDAS}
        on(cycles, "2025-07-02", PREFEITURA, "update", id=row["id"], versao=row["versao"], **given)
        shown = on(cycles, "2025-07-02", PREFEITURA, "show", id=row["id"])
        assert (shown["estado"], shown["protocolo"], shown["codigo_ibge"]) == ("rascunho", None, JAPORA)
    with subtests.test("a moment in the call is no context"):
        answer = web.api(
            person,
            "msativo_adesao_submit",
            id=row["id"],
            versao=row["versao"] + 1,
            msativo_now=moment("2025-07-02").isoformat(),
            context={"msativo_now": moment("2025-07-02").isoformat()},
        )
        # The window was July 2025, and the clock says later.
        assert answer.status_code == 409 and list(answer.json["error"]) == ["ciclo", "__type"]
    assert state(cycles) != before
