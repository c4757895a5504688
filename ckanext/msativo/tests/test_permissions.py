"""An indicator is written by its coordenação and by nobody else, whichever of CKAN's ways is tried."""

from __future__ import annotations

import contextlib
from contextlib import suppress
from itertools import count, product
from typing import Any

import ckan.plugins.toolkit as tk
import pytest
from ckan.tests import helpers

from ckanext.msativo.tests.test_permissions_world import (
    ADMIN,
    EDITOR,
    MEMBERSHIPS,
    PARAISO,
    REFUSALS,
    STRANGERS,
    SYSADMIN,
    Route,
    World,
    assert_guarded,
    assert_refused,
    in_groups,
    portal_state,
    world,  # noqa: F401 - the fixture
)

# ruff: noqa: F811 - tests take the imported fixture by its name

RECORD = {"codigo_ibge": PARAISO, "ano": 2020, "valor": 99}
NEW = {
    "type": "indicador",
    "name": "forjado",
    "title": "Forjado",
    "notes": "x",
    "area": "saude",
    "unidade": "%",
    "polaridade": "menor_melhor",
    "tipo": "razao",
    "regra": "quantil",
    "agencia": "A",
    "fonte_nome": "F",
}
ONLY_ADMINS = (*STRANGERS, EDITOR)
NOT_SYSADMINS = (*STRANGERS, EDITOR, ADMIN)


def _id(world: World) -> str:
    return world.indicador["id"]


def _full(world: World, **changes: Any) -> dict[str, Any]:
    return {**world.shown(), "title": _fresh(), **changes}


COUNTER = count(1900)


def _fresh() -> str:
    """A text that is nowhere yet: a call that changes nothing would prove nothing."""
    return f"Tomado {next(COUNTER)}"


def _new() -> dict[str, Any]:
    return {**NEW, "name": f"forjado-{next(COUNTER)}"}


def _url() -> str:
    return f"http://example.org/{next(COUNTER)}"


def _record() -> dict[str, Any]:
    return {**RECORD, "valor": next(COUNTER)}


def _other(world: World) -> str:
    return world.indicador["resources"][1]["id"]


ROUTES = [
    # -- the dataset
    Route("create", "package_create", lambda w, r: {**_new(), "owner_org": w.orgs["coordenacao"]["id"]}),
    Route(
        "create, owner by name", "package_create", lambda w, r: {**_new(), "owner_org": w.orgs["coordenacao"]["name"]}
    ),
    Route(
        "create private",
        "package_create",
        lambda w, r: {**_new(), "owner_org": w.orgs["coordenacao"]["id"], "private": True},
    ),
    Route(
        "create as draft",
        "package_create",
        lambda w, r: {**_new(), "owner_org": w.orgs["coordenacao"]["id"], "state": "draft"},
    ),
    Route("update", "package_update", lambda w, r: _full(w)),
    Route("update by name alone", "package_update", lambda w, r: {k: v for k, v in _full(w).items() if k != "id"}),
    Route("update with the name as id", "package_update", lambda w, r: _full(w, id=w.indicador["name"])),
    Route("update to deleted", "package_update", lambda w, r: _full(w, state="deleted"), alone=True),
    Route("update to draft", "package_update", lambda w, r: _full(w, state="draft"), alone=True),
    Route("patch", "package_patch", lambda w, r: {"id": _id(w), "title": _fresh()}),
    Route("patch by name", "package_patch", lambda w, r: {"id": w.indicador["name"], "title": _fresh()}),
    Route("patch to private", "package_patch", lambda w, r: {"id": _id(w), "private": True}, alone=True),
    Route("patch a tag", "package_patch", lambda w, r: {"id": _id(w), "tags": [{"name": _fresh()}]}),
    Route("patch an extra", "package_patch", lambda w, r: {"id": _id(w), "unidade": _fresh()}),
    Route("revise", "package_revise", lambda w, r: {"match": {"id": _id(w)}, "update": {"title": _fresh()}}),
    Route(
        "revise by name",
        "package_revise",
        lambda w, r: {"match": {"name": w.indicador["name"]}, "update": {"title": _fresh()}},
    ),
    Route("revise by flat keys", "package_revise", lambda w, r: {"match__id": _id(w), "update__title": _fresh()}),
    Route(
        "revise a resource",
        "package_revise",
        lambda w, r: {"match__id": _id(w), "update__resources__1": {"description": _fresh()}},
    ),
    Route(
        "revise away the resources",
        "package_revise",
        lambda w, r: {"match__id": _id(w), "filter": ["-resources__1"]},
        alone=True,
    ),
    Route("delete", "package_delete", lambda w, r: {"id": _id(w)}, alone=True),
    Route("purge", "dataset_purge", lambda w, r: {"id": _id(w)}, legit=SYSADMIN, strangers=NOT_SYSADMINS, alone=True),
    Route(
        "move by force",
        "package_owner_org_update",
        lambda w, r: {"id": _id(w), "organization_id": w.orgs["outra"]["id"]},
        legit=SYSADMIN,
        strangers=NOT_SYSADMINS,
        alone=True,
    ),
    # In bulk, naming the owner: the administrators of the organisation have these.
    *(
        Route(
            f"{action} naming the owner",
            action,
            lambda w, r: {"datasets": [_id(w)], "org_id": w.orgs["coordenacao"]["id"]},
            legit=ADMIN,
            strangers=ONLY_ADMINS,
            alone=True,
        )
        for action in ("bulk_update_private", "bulk_update_delete")
    ),
    # -- its resources and views
    Route("add a resource", "resource_create", lambda w, r: {"package_id": _id(w), "url": _url()}),
    Route("update a resource", "resource_update", lambda w, r: {"id": _other(w), "url": _url()}),
    Route("patch a resource", "resource_patch", lambda w, r: {"id": _other(w), "url": _url()}),
    Route(
        "patch a resource of another package_id",
        "resource_patch",
        lambda w, r: {"id": _other(w), "url": _url(), "package_id": w.dado["id"]},
    ),
    Route("delete a resource", "resource_delete", lambda w, r: {"id": w.resource}, alone=True),
    Route(
        "reorder resources",
        "package_resource_reorder",
        lambda w, r: {"id": _id(w), "order": [w.shown()["resources"][-1]["id"]]},
    ),
    Route(
        "add a view",
        "resource_view_create",
        lambda w, r: {"resource_id": w.resource, "view_type": "text_view", "title": _fresh()},
    ),
    Route(
        "update a view",
        "resource_view_update",
        lambda w, r: {"id": w.view_of(w.resource), "resource_id": w.resource, "title": _fresh()},
    ),
    Route(
        "update a view without its resource",
        "resource_view_update",
        lambda w, r: {"id": w.view_of(w.resource), "title": _fresh()},
    ),
    Route(
        "reorder views", "resource_view_reorder", lambda w, r: {"id": w.resource, "order": [w.view_of(w.resource, -1)]}
    ),
    Route("delete a view", "resource_view_delete", lambda w, r: {"id": w.view_of(w.resource)}, alone=True),
    Route("clear views", "resource_view_clear", lambda w, r: {}, legit=SYSADMIN, strangers=NOT_SYSADMINS, alone=True),
    # -- its observations
    Route(
        "append records",
        "datastore_create",
        lambda w, r: {"resource_id": w.resource, "force": True, "records": [{**RECORD, "ano": next(COUNTER)}]},
    ),
    Route(
        "change the table",
        "datastore_create",
        lambda w, r: {
            "resource_id": w.resource,
            "force": True,
            "fields": [{"id": "codigo_ibge"}],
            "delete_fields": True,
        },
        alone=True,
    ),
    Route(
        "give the table an alias",
        "datastore_create",
        lambda w, r: {"resource_id": w.resource, "force": True, "aliases": [_fresh()]},
    ),
    Route(
        "make a table in the dataset",
        "datastore_create",
        lambda w, r: {
            "resource": {"package_id": _id(w), "name": "x"},
            "fields": [{"id": "a"}],
            "records": [{"a": "1"}],
        },
    ),
    Route(
        "make a table by the dataset's name",
        "datastore_create",
        lambda w, r: {
            "resource": {"package_id": w.indicador["name"], "name": "x"},
            "fields": [{"id": "a", "type": "text"}],
        },
    ),
    Route(
        "upsert", "datastore_upsert", lambda w, r: {"resource_id": w.resource, "force": True, "records": [_record()]}
    ),
    Route("upsert by id", "datastore_upsert", lambda w, r: {"id": w.resource, "force": True, "records": [_record()]}),
    Route(
        "delete some records",
        "datastore_delete",
        lambda w, r: {"resource_id": w.resource, "force": True, "filters": {"codigo_ibge": PARAISO}},
    ),
    Route("delete the table", "datastore_delete", lambda w, r: {"resource_id": w.resource, "force": True}, alone=True),
    Route(
        "delete all records",
        "datastore_records_delete",
        lambda w, r: {"resource_id": w.resource, "force": True, "filters": {}},
    ),
    Route(
        "make a function",
        "datastore_function_create",
        lambda w, r: {"name": _fresh(), "rettype": "trigger", "definition": "BEGIN RETURN NEW; END;"},
        legit=SYSADMIN,
        strangers=NOT_SYSADMINS,
    ),
]


@pytest.mark.parametrize("routes", in_groups(ROUTES))
def test_only_its_coordenacao_writes_an_indicator(world: World, routes: list[Route]) -> None:
    for route in routes:
        assert_guarded(world, route)


def test_its_administrators_may_what_its_editors_may(world: World) -> None:
    for route in ROUTES:
        if route.legit == EDITOR and not route.alone:
            before = portal_state(world)
            world.do(ADMIN, route.action, **route.data(world, ADMIN))
            assert portal_state(world) != before, route.name
    world.do(ADMIN, "package_delete", id=_id(world))
    assert world.shown()["state"] == "deleted"


OUTSIDE = [
    role
    for role, (org, capacity) in MEMBERSHIPS.items()
    if org in ("prefeitura", "secretaria", "vizinha") and capacity != "member"
]


@pytest.mark.parametrize(
    "disguise",
    [
        {"type": "indicador"},
        {"type": "indicador", "state": "draft"},
        {"type": "indicador", "private": True},
        {"type": "Indicador"},
        {"type": " indicador"},
        {"type": "indicador", "extras": [{"key": "kind", "value": "coordenacao"}]},
    ],
    ids=str,
)
def test_a_prefeitura_or_secretaria_creates_no_indicator_of_its_own(world: World, disguise: dict[str, Any]) -> None:
    before = portal_state(world)
    for role in OUTSIDE:
        for owner in ({"owner_org": world.org_of(role)}, {}, {"owner_org": ""}, {"owner_org": None}):
            assert_refused(world, role, "package_create", {**NEW, **disguise, **owner}, before=before)
    # Not even by a sysadmin's slip.
    for org in ("prefeitura", "secretaria"):
        data = {**NEW, **disguise, "type": "indicador", "owner_org": world.orgs[org]["id"], "extras": []}
        assert_refused(world, SYSADMIN, "package_create", data, before=before)
    created = world.do(EDITOR, "package_create", **NEW, owner_org=world.orgs["coordenacao"]["id"])
    assert created["type"] == "indicador"


def test_plain_datasets_belong_to_coordenacao_and_secretarias_alone(world: World) -> None:
    before = portal_state(world)
    for role in STRANGERS:
        if role.startswith(("secretaria", "outra")):
            continue
        assert_refused(world, role, "package_create", {"name": "dado", "owner_org": world.org_of(role)}, before=before)
        for owner in ({}, {"owner_org": ""}, {"owner_org": world.orgs["secretaria"]["id"]}):
            assert_refused(world, role, "package_create", {"name": "dado", **owner}, before=before)
    for role in ("secretaria-editor", EDITOR):
        assert (
            world.do(role, "package_create", name=f"dado-de-{role}", owner_org=world.org_of(role))["type"] == "dataset"
        )


@pytest.mark.parametrize("action", ["package_update", "package_patch", "package_revise"])
def test_a_plain_dataset_never_becomes_an_indicator(world: World, action: str) -> None:
    changes = {**NEW, "name": world.dado["name"], "title": "Outro título"}
    data = {
        "package_update": {**world.dado, **changes},
        "package_patch": {"id": world.dado["id"], **changes},
        "package_revise": {"match": {"id": world.dado["id"]}, "update": changes},
    }[action]
    # CKAN may ignore the type or refuse it; in either case it stays.
    with contextlib.suppress(*REFUSALS):
        world.do("secretaria-editor", action, **data)
    assert helpers.call_action("package_show", id=world.dado["id"])["type"] == "dataset"
    world.do("secretaria-editor", "package_patch", id=world.dado["id"], title="Outro título")
    assert helpers.call_action("package_show", id=world.dado["id"])["title"] == "Outro título"


@pytest.mark.parametrize("how", ["id", "name"])
@pytest.mark.parametrize("kind", ["prefeitura", "secretaria", "outra"])
def test_an_indicator_is_not_moved_out_of_its_coordenacao(world: World, kind: str, how: str) -> None:
    """By its own editor to a kind that may not own it, or to an organisation that the editor is not in."""
    target, before = world.orgs[kind][how], portal_state(world)
    for role in (*STRANGERS, EDITOR, ADMIN):
        for action, data in (
            ("package_patch", {"id": _id(world), "owner_org": target}),
            ("package_update", _full(world, owner_org=target)),
            ("package_revise", {"match__id": _id(world), "update__owner_org": target}),
        ):
            assert_refused(world, role, action, data, before=before)
    if kind == "outra":
        helpers.call_action(
            "organization_member_create", id=target, username=world.people[EDITOR]["name"], role="editor"
        )
        world.do(EDITOR, "package_patch", id=_id(world), owner_org=target)
        assert world.shown()["owner_org"] == world.orgs["outra"]["id"]
    else:
        assert_refused(world, SYSADMIN, "package_patch", {"id": _id(world), "owner_org": target}, before=before)


def test_a_plain_dataset_is_not_moved_to_a_prefeitura(world: World) -> None:
    target, before = world.orgs["prefeitura"]["id"], portal_state(world)
    for role in ("prefeitura-admin", "secretaria-editor", "secretaria-admin"):
        assert_refused(world, role, "package_patch", {"id": world.dado["id"], "owner_org": target}, before=before)
    # Someone in both still cannot: it is the kind that counts.
    helpers.call_action(
        "organization_member_create", id=target, username=world.people["secretaria-admin"]["name"], role="admin"
    )
    before = portal_state(world)
    assert_refused(
        world, "secretaria-admin", "package_patch", {"id": world.dado["id"], "owner_org": target}, before=before
    )
    helpers.call_action(
        "organization_member_create",
        id=world.orgs["coordenacao"]["id"],
        username=world.people["secretaria-admin"]["name"],
        role="editor",
    )
    world.do("secretaria-admin", "package_patch", id=world.dado["id"], owner_org=world.orgs["coordenacao"]["id"])


# -- what is one's own named in one place, and the victim in another ---------------------------------------------------
CONFUSIONS = [
    Route("update: own id, victim's name", "package_update", lambda w, r: {**w.dado, "name": w.indicador["name"]}),
    Route("update: victim's id, own name", "package_update", lambda w, r: {**w.dado, "id": _id(w), "title": "T"}),
    Route(
        "revise own into the victim's id",
        "package_revise",
        lambda w, r: {"match": {"id": w.dado["id"]}, "update": {**w.shown(), "title": "Tomado"}},
    ),
    Route(
        "revise own with a flat id",
        "package_revise",
        lambda w, r: {"match__id": w.dado["id"], "update__id": _id(w), "update__title": "Tomado"},
    ),
    Route(
        "revise: match own id and the victim's name",
        "package_revise",
        lambda w, r: {"match__id": w.dado["id"], "match": {"id": _id(w)}, "update": {"id": _id(w), "title": "Tomado"}},
    ),
    Route(
        "take its resource into one's own dataset",
        "package_update",
        lambda w, r: {**w.dado, "resources": w.shown()["resources"]},
    ),
    Route(
        "take its resource by revise",
        "package_revise",
        lambda w, r: {
            "match__id": w.dado["id"],
            "update__resources__extend": [{"id": w.resource, "url": "http://example.org/x"}],
        },
    ),
    Route(
        "take its resource's id",
        "resource_create",
        lambda w, r: {"package_id": w.dado["id"], "id": w.resource, "url": "http://example.org/x"},
    ),
    Route(
        "a new dataset with its resource",
        "package_create",
        lambda w, r: {
            "name": "novo",
            "owner_org": w.org_of(r),
            "resources": [{"id": w.resource, "url": "http://example.org/x"}],
        },
    ),
    Route(
        "its view said to be of one's own resource",
        "resource_view_update",
        lambda w, r: {"id": w.view_of(w.resource), "resource_id": w.own_resource, "title": "Tomada"},
    ),
    Route(
        "one's own view moved onto its resource",
        "resource_view_update",
        lambda w, r: {"id": w.view_of(w.own_resource), "resource_id": w.resource, "title": "Posta"},
    ),
    Route(
        "its view in the order of one's own",
        "resource_view_reorder",
        lambda w, r: {"id": w.own_resource, "order": [w.view_of(w.resource)]},
    ),
    Route(
        "its table with one's own resource beside it",
        "datastore_create",
        lambda w, r: {
            "resource": {"package_id": w.dado["id"]},
            "resource_id": w.resource,
            "force": True,
            "records": [RECORD],
        },
    ),
    Route(
        "its table by id, one's own by resource_id",
        "datastore_create",
        lambda w, r: {"resource_id": w.own_resource, "id": w.resource, "force": True, "records": [RECORD]},
    ),
    *(
        Route(
            f"{action} of two resources",
            action,
            lambda w, r, first=first, second=second, action=action: {
                first: w.resource,
                second: w.own_resource,
                "force": True,
                "filters": {"codigo_ibge": PARAISO},
                **({"records": [{"codigo_ibge": PARAISO}]} if "upsert" in action else {}),
            },
        )
        for action in ("datastore_upsert", "datastore_delete", "datastore_records_delete")
        for first, second in (("id", "resource_id"), ("resource_id", "id"))
    ),
    Route(
        "an alias with the name of its table",
        "datastore_create",
        lambda w, r: {"resource_id": w.own_resource, "force": True, "aliases": [w.resource]},
    ),
    Route(
        "a relationship with it",
        "package_relationship_create",
        lambda w, r: {"subject": w.dado["id"], "object": _id(w), "type": "depends_on"},
    ),
    *(
        Route(
            f"{action} naming one's own organisation",
            action,
            lambda w, r: {"datasets": [_id(w)], "org_id": w.orgs["secretaria"]["id"]},
            silent=True,
        )
        for action in ("bulk_update_private", "bulk_update_public", "bulk_update_delete")
    ),
    *(
        Route(
            f"{action} with no organisation", action, lambda w, r: {"datasets": [_id(w)], "org_id": None}, silent=True
        )
        for action in ("bulk_update_private", "bulk_update_delete")
    ),
]


@pytest.mark.parametrize("routes", in_groups(CONFUSIONS))
def test_who_may_write_one_dataset_reaches_no_other_through_it(world: World, routes: list[Route]) -> None:
    for route, role in product(routes, ("secretaria-editor", "secretaria-admin")):
        before = portal_state(world)
        with suppress(*REFUSALS):
            world.do(role, route.action, **route.data(world, role))
        after = portal_state(world)
        victims = {
            world.indicador["id"],
            *(resource["id"] for resource in world.indicador["resources"]),
            world.view_of(world.resource),
            world.indicador["name"],
            world.indicador["title"],
        }
        for table in before:
            mine = [
                [row for row in rows if any(victim in str(row) for victim in victims)]
                for rows in (before[table], after[table])
            ]
            assert mine[0] == mine[1], f"“{route.name}” by {role} changed {table}"
        assert after[world.resource] == before[world.resource]
        assert after["datastore"] == before["datastore"]


@pytest.mark.parametrize("action", ["resource_view_update", "resource_patch", "datastore_upsert", "package_patch"])
def test_a_secretaria_does_write_its_own_dataset(world: World, action: str) -> None:
    """So that the refusals above are not for want of any right at all."""
    data = {
        "resource_view_update": {"id": world.view_of(world.own_resource), "title": "Nova"},
        "resource_patch": {"id": world.own_resource, "description": "Nova"},
        "datastore_upsert": {"resource_id": world.own_resource, "force": True, "records": [{"codigo_ibge": "5000203"}]},
        "package_patch": {"id": world.dado["id"], "title": "Novo"},
    }[action]
    before = portal_state(world)
    for role in ("prefeitura-admin", "vizinha-admin", EDITOR, ADMIN):
        assert_refused(world, role, action, data, before=before)
    world.do("secretaria-editor", action, **data)
    assert portal_state(world) != before


def test_nobody_becomes_a_collaborator_of_an_indicator(world: World) -> None:
    before = portal_state(world)
    data = {"id": _id(world), "user_id": world.people["prefeitura-admin"]["id"], "capacity": "editor"}
    for role in (*STRANGERS[1:], EDITOR, ADMIN, SYSADMIN):
        assert_refused(world, role, "package_collaborator_create", data, before=before)


def test_an_organisation_that_claims_an_indicator_as_member_gets_no_right(world: World) -> None:
    for capacity in ("organization", "public", "editor"):
        for role in ("prefeitura-admin", "secretaria-admin"):
            try:
                world.do(
                    role,
                    "member_create",
                    id=world.org_of(role),
                    object=_id(world),
                    object_type="package",
                    capacity=capacity,
                )
            except REFUSALS:
                continue
    before = portal_state(world)
    assert world.shown()["owner_org"] == world.orgs["coordenacao"]["id"]
    for role in ("prefeitura-admin", "secretaria-admin"):
        for action, data in (
            ("package_patch", {"id": _id(world), "title": "Tomado"}),
            ("datastore_upsert", {"resource_id": world.resource, "force": True, "records": [RECORD]}),
            ("package_delete", {"id": _id(world)}),
        ):
            assert_refused(world, role, action, data, before=before)
        assert (
            world.do("anonymous", "package_search", fq=f"owner_org:{world.org_of(role)} type:indicador")["count"] == 0
        )


def test_an_administrator_of_the_coordenacao_reaches_no_other_coordenacao(world: World) -> None:
    foreign = world.do("outra-editor", "package_create", **NEW, owner_org=world.orgs["outra"]["id"])
    before = portal_state(world)
    for role in (EDITOR, ADMIN):
        assert_refused(world, role, "package_patch", {"id": foreign["id"], "title": "Tomado"}, before=before)
    world.do("outra-editor", "package_patch", id=foreign["id"], title="Novo")


def test_a_person_is_refused_by_name_not_by_accident(world: World) -> None:
    with pytest.raises(tk.NotAuthorized):
        world.do("prefeitura-admin", "package_patch", id=_id(world), title="Tomado")
