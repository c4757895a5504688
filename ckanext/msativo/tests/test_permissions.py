"""An indicator is written by its coordenação and by nobody else, whichever of CKAN's ways is tried."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest

from ckanext.msativo.tests.test_permissions_world import (
    ADMIN,
    EDITOR,
    PARAISO,
    RECORD,
    STRANGERS,
    SYSADMIN,
    Route,
    World,
    assert_guarded,
    assert_refused,
    fresh,
    in_groups,
    new_indicator,
    new_url,
    next_number,
    portal_state,
    record,
    world,  # noqa: F401 - the fixture
)

# ruff: noqa: F811 - tests take the imported fixture by its name

ONLY_ADMINS = (*STRANGERS, EDITOR)
NOT_SYSADMINS = (*STRANGERS, EDITOR, ADMIN)


def _full(world: World, **changes: Any) -> dict[str, Any]:
    return {**world.shown(), "title": fresh(), **changes}


def name_in_the_datastore() -> str:
    """A name that no earlier run has left in the DataStore, which is not emptied between tests."""
    return f"n_{uuid4().hex}"


def _other(world: World) -> str:
    return world.indicador["resources"][1]["id"]


ROUTES = [
    # -- the dataset
    Route("create", "package_create", lambda w, r: {**new_indicator(), "owner_org": w.owner}),
    Route(
        "create, owner by name",
        "package_create",
        lambda w, r: {**new_indicator(), "owner_org": w.orgs["coordenacao"]["name"]},
    ),
    Route(
        "create private",
        "package_create",
        lambda w, r: {**new_indicator(), "owner_org": w.owner, "private": True},
    ),
    Route(
        "create as draft",
        "package_create",
        lambda w, r: {**new_indicator(), "owner_org": w.owner, "state": "draft"},
    ),
    Route("update", "package_update", lambda w, r: _full(w)),
    Route("update by name alone", "package_update", lambda w, r: {k: v for k, v in _full(w).items() if k != "id"}),
    Route("update with the name as id", "package_update", lambda w, r: _full(w, id=w.indicador["name"])),
    Route("update to deleted", "package_update", lambda w, r: _full(w, state="deleted"), alone=True),
    Route("update to draft", "package_update", lambda w, r: _full(w, state="draft"), alone=True),
    Route("patch", "package_patch", lambda w, r: {"id": w.target, "title": fresh()}),
    Route("patch by name", "package_patch", lambda w, r: {"id": w.indicador["name"], "title": fresh()}),
    Route("patch to private", "package_patch", lambda w, r: {"id": w.target, "private": True}, alone=True),
    Route("patch a tag", "package_patch", lambda w, r: {"id": w.target, "tags": [{"name": fresh()}]}),
    Route("patch an extra", "package_patch", lambda w, r: {"id": w.target, "unidade": fresh()}),
    Route("revise", "package_revise", lambda w, r: {"match": {"id": w.target}, "update": {"title": fresh()}}),
    Route(
        "revise by name",
        "package_revise",
        lambda w, r: {"match": {"name": w.indicador["name"]}, "update": {"title": fresh()}},
    ),
    Route("revise by flat keys", "package_revise", lambda w, r: {"match__id": w.target, "update__title": fresh()}),
    Route(
        "revise a resource",
        "package_revise",
        lambda w, r: {"match__id": w.target, "update__resources__1": {"description": fresh()}},
    ),
    Route(
        "revise away the resources",
        "package_revise",
        lambda w, r: {"match__id": w.target, "filter": ["-resources__1"]},
        alone=True,
    ),
    Route("delete", "package_delete", lambda w, r: {"id": w.target}, alone=True),
    Route(
        "purge",
        "dataset_purge",
        lambda w, r: {"id": w.target},
        legit=SYSADMIN,
        strangers=NOT_SYSADMINS,
        alone=True,
    ),
    Route(
        "move by force",
        "package_owner_org_update",
        lambda w, r: {"id": w.target, "organization_id": w.orgs["outra"]["id"]},
        legit=SYSADMIN,
        strangers=NOT_SYSADMINS,
        alone=True,
    ),
    # In bulk, naming the owner: the administrators of the organisation have these.
    *(
        Route(
            f"{action} naming the owner",
            action,
            lambda w, r: {"datasets": [w.target], "org_id": w.owner},
            legit=ADMIN,
            strangers=ONLY_ADMINS,
            alone=True,
        )
        for action in ("bulk_update_private", "bulk_update_delete")
    ),
    # -- its resources and views
    Route("add a resource", "resource_create", lambda w, r: {"package_id": w.target, "url": new_url()}),
    Route("update a resource", "resource_update", lambda w, r: {"id": _other(w), "url": new_url()}),
    Route("patch a resource", "resource_patch", lambda w, r: {"id": _other(w), "url": new_url()}),
    Route(
        "patch a resource of another package_id",
        "resource_patch",
        lambda w, r: {"id": _other(w), "url": new_url(), "package_id": w.dado["id"]},
    ),
    Route("delete a resource", "resource_delete", lambda w, r: {"id": w.resource}, alone=True),
    Route(
        "reorder resources",
        "package_resource_reorder",
        lambda w, r: {"id": w.target, "order": [w.shown()["resources"][-1]["id"]]},
    ),
    Route(
        "add a view",
        "resource_view_create",
        lambda w, r: {"resource_id": w.resource, "view_type": "text_view", "title": fresh()},
    ),
    Route(
        "update a view",
        "resource_view_update",
        lambda w, r: {"id": w.view_of(w.resource), "resource_id": w.resource, "title": fresh()},
    ),
    Route(
        "update a view without its resource",
        "resource_view_update",
        lambda w, r: {"id": w.view_of(w.resource), "title": fresh()},
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
        lambda w, r: {"resource_id": w.resource, "force": True, "records": [{**RECORD, "ano": next_number()}]},
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
        lambda w, r: {"resource_id": w.resource, "force": True, "aliases": [name_in_the_datastore()]},
    ),
    Route(
        "make a table in the dataset",
        "datastore_create",
        lambda w, r: {
            "resource": {"package_id": w.target, "name": "x"},
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
    Route("upsert", "datastore_upsert", lambda w, r: {"resource_id": w.resource, "force": True, "records": [record()]}),
    Route("upsert by id", "datastore_upsert", lambda w, r: {"id": w.resource, "force": True, "records": [record()]}),
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
        lambda w, r: {"name": f"f_{w.target}", "rettype": "trigger", "definition": "BEGIN RETURN NEW; END;"},
        legit=SYSADMIN,
        strangers=NOT_SYSADMINS,
    ),
    Route(
        "drop a function",
        "datastore_function_delete",
        lambda w, r: {"name": f"f_{w.target}"},
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
    world.do(ADMIN, "package_delete", id=world.target)
    assert world.shown()["state"] == "deleted"


def test_triggers_are_run_by_a_sysadmin_alone(world: World) -> None:
    before = portal_state(world)
    for role in NOT_SYSADMINS:
        assert_refused(world, role, "datastore_run_triggers", {"resource_id": world.resource}, before=before)
    assert world.do(SYSADMIN, "datastore_run_triggers", resource_id=world.resource) == 2
