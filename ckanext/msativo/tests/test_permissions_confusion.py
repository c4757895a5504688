"""Who may write one dataset reaches no other through it: one's own is named in one place, the victim in another."""

from __future__ import annotations

from contextlib import suppress
from itertools import product

import ckan.plugins.toolkit as tk
import pytest

from ckanext.msativo.tests.test_permissions_world import (
    ADMIN,
    EDITOR,
    NEW,
    PARAISO,
    RECORD,
    REFUSALS,
    STRANGERS,
    SYSADMIN,
    Route,
    World,
    assert_refused,
    in_groups,
    portal_state,
    world,  # noqa: F401 - the fixture
)

# ruff: noqa: F811 - tests take the imported fixture by its name

CONFUSIONS = [
    Route("update: own id, victim's name", "package_update", lambda w, r: {**w.dado, "name": w.indicador["name"]}),
    Route(
        "update: victim's id, own name",
        "package_update",
        lambda w, r: {**w.dado, "id": w.target, "title": "T"},
    ),
    Route(
        "revise own into the victim's id",
        "package_revise",
        lambda w, r: {"match": {"id": w.dado["id"]}, "update": {**w.shown(), "title": "Tomado"}},
    ),
    Route(
        "revise own with a flat id",
        "package_revise",
        lambda w, r: {"match__id": w.dado["id"], "update__id": w.target, "update__title": "Tomado"},
    ),
    Route(
        "revise: match own id and the victim's name",
        "package_revise",
        lambda w, r: {
            "match__id": w.dado["id"],
            "match": {"id": w.target},
            "update": {"id": w.target, "title": "Tomado"},
        },
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
        lambda w, r: {"subject": w.dado["id"], "object": w.target, "type": "depends_on"},
    ),
    *(
        Route(
            f"{action} naming one's own organisation",
            action,
            lambda w, r: {"datasets": [w.target], "org_id": w.orgs["secretaria"]["id"]},
            silent=True,
        )
        for action in ("bulk_update_private", "bulk_update_public", "bulk_update_delete")
    ),
    *(
        Route(
            f"{action} with no organisation",
            action,
            lambda w, r: {"datasets": [w.target], "org_id": None},
            silent=True,
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
            world.target,
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
    data = {"id": world.target, "user_id": world.people["prefeitura-admin"]["id"], "capacity": "editor"}
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
                    object=world.target,
                    object_type="package",
                    capacity=capacity,
                )
            except REFUSALS:
                continue
    before = portal_state(world)
    assert world.shown()["owner_org"] == world.owner
    for role in ("prefeitura-admin", "secretaria-admin"):
        for action, data in (
            ("package_patch", {"id": world.target, "title": "Tomado"}),
            ("datastore_upsert", {"resource_id": world.resource, "force": True, "records": [RECORD]}),
            ("package_delete", {"id": world.target}),
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
        world.do("prefeitura-admin", "package_patch", id=world.target, title="Tomado")
