"""Who enters an organisation, and what is in it: by its own admin."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

import ckan.model as model
import pytest

from ckanext.msativo.tests.test_permissions_world import (
    ADMIN,
    ANONYMOUS,
    EDITOR,
    EVERYBODY,
    OUTSIDER,
    REFUSALS,
    World,
    assert_refused,
    portal_state,
    world,  # noqa: F401 - the fixture
)

# ruff: noqa: F811 - tests take the imported fixture by its name


def membership(world: World, action: str, org: str, who: str, role: str) -> dict[str, Any]:
    user = world.people[who]
    assert user
    return {
        "organization_member_create": {"id": org, "username": user["name"], "role": role},
        "group_member_create": {"id": org, "username": user["name"], "role": role},
        "member_create": {"id": org, "object": user["id"], "object_type": "user", "capacity": role},
        "organization_update": {"id": org, "title": "X", "users": [{"name": user["name"], "capacity": role}]},
        "organization_patch": {"id": org, "users": [{"name": user["name"], "capacity": role}]},
        "group_update": {"id": org, "title": "X", "users": [{"name": user["name"], "capacity": role}]},
        "user_invite": {"group_id": org, "email": "novo@example.org", "role": role},
        "organization_member_delete": {"id": org, "username": user["name"]},
        "group_member_delete": {"id": org, "username": user["name"]},
        "member_delete": {"id": org, "object": user["id"], "object_type": "user"},
    }[action]


JOINING = [
    "organization_member_create",
    "group_member_create",
    "member_create",
    "organization_update",
    "organization_patch",
    "group_update",
    "user_invite",
]
LEAVING = ["organization_member_delete", "group_member_delete", "member_delete"]


def test_nobody_enters_an_organisation_but_by_its_admin(world: World, subtests: Any) -> None:
    for action in JOINING:
        with subtests.test(str(action)):
            before = portal_state(world)
            for org in ("coordenacao", "prefeitura"):
                for role in EVERYBODY:
                    if role == f"{org}-admin" or (action == "user_invite" and role == ANONYMOUS):
                        continue
                    who = role if world.people[role] else OUTSIDER
                    data = membership(world, action, world.orgs[org]["id"], who, "admin")
                    assert_refused(world, role, action, data, before=before)
            if action in ("organization_member_create", "member_create"):
                capacity = "editor" if action == "member_create" else "member"
                world.do(
                    "prefeitura-admin",
                    action,
                    **membership(world, action, world.orgs["prefeitura"]["id"], OUTSIDER, capacity),
                )
                assert portal_state(world)["member"] != before["member"]


@pytest.mark.parametrize("action", LEAVING)
def test_nobody_is_put_out_of_an_organisation_but_by_its_admin(world: World, action: str) -> None:
    before = portal_state(world)
    for role in EVERYBODY:
        if role != ADMIN:
            data = membership(world, action, world.owner, EDITOR, "")
            assert_refused(world, role, action, data, before=before)
    world.do(ADMIN, action, **membership(world, action, world.owner, EDITOR, ""))
    assert portal_state(world)["member"] != before["member"]


def test_a_prefeitura_invites_its_people_into_itself_alone(world: World, mail_server: Any) -> None:
    org = world.orgs["prefeitura"]["id"]
    invited = world.do(
        "prefeitura-admin",
        "user_invite",
        group_id=org,
        email="novo@example.org",
        role="editor",
        sysadmin=True,
        state="active",
        name="escolhido",
        id="11111111-1111-1111-1111-111111111111",
    )
    user = model.User.get(invited["id"])
    assert user and not user.sysadmin and user.state == "pending" and user.name != "escolhido"
    memberships = model.Session.query(model.Member).filter_by(table_id=user.id, state="active").all()
    assert [(row.group_id, row.capacity) for row in memberships] == [(org, "editor")]


def test_a_parent_organisation_is_no_ladder(world: World) -> None:
    """CKAN lets the admins of a parent act in its children; the admin of a child gains nothing in the parent."""
    child, parent = world.orgs["prefeitura"], world.orgs["coordenacao"]
    with suppress(*REFUSALS):
        world.do("prefeitura-admin", "organization_patch", id=child["id"], groups=[{"name": parent["name"]}])
    with suppress(*REFUSALS):
        world.do(
            "prefeitura-admin",
            "member_create",
            id=child["id"],
            object=parent["id"],
            object_type="group",
            capacity="parent",
        )
    before = portal_state(world)
    for action, data in (
        ("member_create", {"id": parent["id"], "object": child["id"], "object_type": "group", "capacity": "parent"}),
        ("package_patch", {"id": world.target, "title": "Tomado"}),
        ("organization_patch", {"id": parent["id"], "title": "Tomada"}),
        ("msativo_analysis_run", {}),
    ):
        assert_refused(world, "prefeitura-admin", action, data, before=before)


@pytest.mark.parametrize("action", ["organization_update", "group_update"])
def test_an_organisation_takes_no_datasets_through_its_own_description(world: World, action: str) -> None:
    before = portal_state(world)
    with suppress(*REFUSALS):
        world.do("prefeitura-admin", action, **world.org("prefeitura", packages=[{"id": world.target}]))
    with suppress(*REFUSALS):
        world.do("secretaria-admin", action, **world.org("secretaria", packages=[]))
    after = portal_state(world)
    assert (after["member"], after["package"]) == (before["member"], before["package"])
