"""A dataset is made in, and moved to, the organisations alone whose kind may own its type."""

from __future__ import annotations

import contextlib
from typing import Any

import pytest
from ckan.tests import helpers

from ckanext.msativo.tests.test_permissions_world import (
    ADMIN,
    EDITOR,
    MEMBERSHIPS,
    NEW,
    REFUSALS,
    STRANGERS,
    SYSADMIN,
    World,
    assert_refused,
    fresh,
    new_indicator,
    portal_state,
    world,  # noqa: F401 - the fixture
)

# ruff: noqa: F811 - tests take the imported fixture by its name


def _full(world: World, **changes: Any) -> dict[str, Any]:
    return {**world.shown(), "title": fresh(), **changes}


OUTSIDE = [
    role
    for role, (org, capacity) in MEMBERSHIPS.items()
    if org in ("prefeitura", "secretaria", "vizinha") and capacity != "member"
]


DISGUISES = [
    {"type": "indicador"},
    {"type": "indicador", "state": "draft"},
    {"type": "indicador", "private": True},
    {"type": "Indicador"},
    {"type": " indicador"},
    {"type": "indicador", "extras": [{"key": "kind", "value": "coordenacao"}]},
]


def test_a_prefeitura_or_secretaria_creates_no_indicator_of_its_own(world: World, subtests: Any) -> None:
    for disguise in DISGUISES:
        with subtests.test(str(disguise)):
            before = portal_state(world)
            for role in OUTSIDE:
                for owner in ({"owner_org": world.org_of(role)}, {}, {"owner_org": ""}, {"owner_org": None}):
                    assert_refused(
                        world, role, "package_create", {**new_indicator(), **disguise, **owner}, before=before
                    )
            # Not even by a sysadmin's slip.
            for org in ("prefeitura", "secretaria"):
                data = {**new_indicator(), "type": "indicador", "owner_org": world.orgs[org]["id"]}
                assert_refused(world, SYSADMIN, "package_create", data, before=before)
            created = world.do(EDITOR, "package_create", **new_indicator(), owner_org=world.owner)
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


EDITS = ["package_update", "package_patch", "package_revise"]


def test_a_plain_dataset_never_becomes_an_indicator(world: World, subtests: Any) -> None:
    for action in EDITS:
        with subtests.test(str(action)):
            title = fresh()
            changes = {**NEW, "name": world.dado["name"], "title": fresh()}
            data = {
                "package_update": {**world.dado, **changes},
                "package_patch": {"id": world.dado["id"], **changes},
                "package_revise": {"match": {"id": world.dado["id"]}, "update": changes},
            }[action]
            # CKAN may ignore the type or refuse it; in either case it stays.
            with contextlib.suppress(*REFUSALS):
                world.do("secretaria-editor", action, **data)
            assert helpers.call_action("package_show", id=world.dado["id"])["type"] == "dataset"
            world.do("secretaria-editor", "package_patch", id=world.dado["id"], title=title)
            assert helpers.call_action("package_show", id=world.dado["id"])["title"] == title


@pytest.mark.parametrize("how", ["id", "name"])
@pytest.mark.parametrize("kind", ["prefeitura", "secretaria", "outra"])
def test_an_indicator_is_not_moved_out_of_its_coordenacao(world: World, kind: str, how: str) -> None:
    """By its own editor to a kind that may not own it, or to an organisation that the editor is not in."""
    target, before = world.orgs[kind][how], portal_state(world)
    for role in (*STRANGERS, EDITOR, ADMIN):
        for action, data in (
            ("package_patch", {"id": world.target, "owner_org": target}),
            ("package_update", _full(world, owner_org=target)),
            ("package_revise", {"match__id": world.target, "update__owner_org": target}),
        ):
            assert_refused(world, role, action, data, before=before)
    if kind == "outra":
        helpers.call_action(
            "organization_member_create", id=target, username=world.people[EDITOR]["name"], role="editor"
        )
        world.do(EDITOR, "package_patch", id=world.target, owner_org=target)
        assert world.shown()["owner_org"] == world.orgs["outra"]["id"]
    else:
        assert_refused(world, SYSADMIN, "package_patch", {"id": world.target, "owner_org": target}, before=before)


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
        id=world.owner,
        username=world.people["secretaria-admin"]["name"],
        role="editor",
    )
    world.do("secretaria-admin", "package_patch", id=world.dado["id"], owner_org=world.owner)
