"""Who works where, and how to reach them, is known to those it concerns."""

from __future__ import annotations

from typing import Any

import ckan.model as model
import ckan.plugins.toolkit as tk
import pytest
from ckan.plugins import get_plugin
from ckan.tests import factories as ckan_factories

from ckanext.msativo.plugin import BOUNDS
from ckanext.msativo.tests.test_permissions_world import (
    ANONYMOUS,
    EDITOR,
    EVERYBODY,
    MEMBERSHIPS,
    OUTSIDER,
    REFUSALS,
    SYSADMIN,
    World,
    assert_refused,
    portal_state,
    world,  # noqa: F401 - the fixture
)

# ruff: noqa: F811 - tests take the imported fixture by its name


MEMBER_QUERIES = [
    {},
    {"object_type": "user"},
    {"object_type": None},
    {"object_type": ""},
    {"capacity": "admin"},
    {"object_type": "user", "capacity": "admin"},
    {"object_type": ["user"]},
    {"object_type": "User"},
]


def test_who_works_in_an_organisation_is_known_to_its_members_alone(world: World, subtests: Any) -> None:
    for query in MEMBER_QUERIES:
        with subtests.test(str(query)):
            for key in ("id", "name"):
                for role in EVERYBODY:
                    if MEMBERSHIPS.get(role, ("",))[0] == "prefeitura":
                        continue
                    with pytest.raises(tk.NotAuthorized):
                        world.do(role, "member_list", id=world.orgs["prefeitura"][key], **query)
            if query in ({}, {"object_type": "user"}):
                for role in ("prefeitura-member", "prefeitura-editor", "prefeitura-admin", SYSADMIN):
                    found = world.do(role, "member_list", id=world.orgs["prefeitura"]["id"], **query)
                    assert world.people["prefeitura-editor"]["id"] in {row[0] for row in found}


def test_the_public_datasets_of_an_organisation_are_known_to_all_and_no_private_one_is_counted(world: World) -> None:
    org = world.owner
    for role in (ANONYMOUS, OUTSIDER):
        assert world.do(role, "package_search", fq=f"owner_org:{org}")["count"] == 1
        with pytest.raises(tk.NotAuthorized):
            world.do(role, "member_list", id=org, object_type="package")
    world.do(EDITOR, "package_patch", id=world.target, private=True)
    for role in (ANONYMOUS, OUTSIDER):
        shown = world.do(role, "organization_show", id=org, include_datasets=True)
        assert (shown["package_count"], shown["packages"]) == (0, [])
        (row,) = (row for row in world.do(role, "organization_list", all_fields=True) if row["id"] == org)
        assert row["package_count"] == 0
    found = world.do("coordenacao-member", "member_list", id=org, object_type="package")
    assert [row[0] for row in found] == [world.target]


def test_who_is_in_a_group_of_datasets_is_not_public_either(world: World) -> None:
    group = ckan_factories.Group(users=[{"name": world.people[EDITOR]["name"], "capacity": "admin"}])
    for role in (ANONYMOUS, OUTSIDER, "prefeitura-admin"):
        for query in ({}, {"object_type": "user"}):
            with pytest.raises(tk.NotAuthorized):
                world.do(role, "member_list", id=group["id"], **query)
    assert world.do(EDITOR, "member_list", id=group["id"], object_type="user")


def secrets_of(world: World) -> list[str]:
    """Names and addresses of the people of the prefeitura."""
    people = [world.people[role] for role in ("prefeitura-member", "prefeitura-editor", "prefeitura-admin")]
    return [str(person[key]) for person in people if person for key in ("name", "fullname", "email", "id")]


READS_OF_PEOPLE = [
    ("organization_show", {"include_users": True}),
    ("organization_show", {"include_users": "true"}),
    ("organization_show", {"include_users": 1, "include_datasets": True}),
    ("organization_show", {}),
    ("group_show", {"include_users": True}),
    ("organization_list", {"all_fields": True, "include_users": True}),
    ("organization_list", {"all_fields": True, "include_extras": True}),
    ("user_list", {}),
    ("user_list", {"all_fields": True}),
    ("user_list", {"email": "x@example.org"}),
    ("user_autocomplete", {"q": "test"}),
    ("user_show", {}),
    ("organization_list_for_user", {}),
    ("group_list_authz", {}),
    ("organization_activity_list", {}),
    ("organization_follower_list", {}),
    ("organization_member_list", {}),
]


def test_no_read_tells_an_anonymous_visitor_who_works_in_a_prefeitura(world: World, subtests: Any) -> None:
    for action, data in READS_OF_PEOPLE:
        with subtests.test(f"{action} {data}"):
            person = world.people["prefeitura-editor"]["name"]
            target = person if action in ("user_show", "organization_list_for_user") else world.orgs["prefeitura"]["id"]
            query = {"id": target, **data}
            try:
                answer = str(world.do(ANONYMOUS, action, **query))
            except (*REFUSALS, KeyError):
                return
            assert not [secret for secret in secrets_of(world) if secret in answer]
            if action == "organization_list_for_user":
                assert world.orgs["prefeitura"]["id"] not in answer


@pytest.mark.parametrize("action", ["organization_show", "organization_list"])
def test_neither_do_strangers_with_an_account_learn_it_from_the_organisation(world: World, action: str) -> None:
    data = {"id": world.orgs["prefeitura"]["id"], "all_fields": True, "include_users": True}
    for role in (OUTSIDER, "vizinha-admin", "secretaria-admin"):
        try:
            answer = str(world.do(role, action, **data))
        except REFUSALS:
            continue
        assert not [secret for secret in secrets_of(world) if secret in answer]
    assert world.people["prefeitura-editor"]["name"] in str(
        world.do("prefeitura-member", "organization_show", id=world.orgs["prefeitura"]["id"], include_users=True)
    )


def test_addresses_of_people_are_shown_to_themselves_and_a_sysadmin(world: World) -> None:
    person = world.people["prefeitura-editor"]
    assert person
    for role in EVERYBODY:
        if role in (ANONYMOUS, "prefeitura-editor"):
            continue
        for action, data in (
            ("user_show", {"id": person["id"]}),
            ("user_list", {}),
            ("user_autocomplete", {"q": "test"}),
        ):
            assert person["email"] not in str(world.do(role, action, **data))
        with pytest.raises(tk.NotAuthorized):
            world.do(role, "user_list", email=person["email"])
    for role in ("prefeitura-editor", SYSADMIN):
        assert world.do(role, "user_show", id=person["id"])["email"] == person["email"]


def test_accounts_are_made_by_invitation_and_changed_by_their_owners(world: World) -> None:
    before = portal_state(world)
    for role in EVERYBODY:
        new = {"name": "novo", "email": "novo@example.org", "password": "uma-senha-longa", "sysadmin": True}
        assert_refused(world, role, "user_create", new, before=before)
        for action in ("user_update", "user_patch"):
            if role != "prefeitura-editor":
                data = {
                    "id": world.people["prefeitura-editor"]["id"],
                    "email": "x@example.org",
                    "password": "outra-senha",
                }
                assert_refused(world, role, action, data, before=before)
        if world.people[role]:
            assert_refused(world, role, "user_delete", {"id": world.people[OUTSIDER]["id"]}, before=before)
    world.do(
        "prefeitura-editor",
        "user_patch",
        id=world.people["prefeitura-editor"]["id"],
        fullname="Novo nome",
        sysadmin=True,
    )
    user = model.User.get(world.people["prefeitura-editor"]["id"])
    assert user and (user.fullname, user.sysadmin) == ("Novo nome", False)


def test_a_token_is_made_for_oneself_alone(world: World) -> None:
    before = portal_state(world)
    for role in EVERYBODY:
        if role not in (ANONYMOUS, SYSADMIN):
            data = {"user": world.people[SYSADMIN]["name"], "name": "x"}
            assert_refused(world, role, "api_token_create", data, before=before)
    assert world.do("prefeitura-editor", "api_token_create", user=world.people["prefeitura-editor"]["name"], name="x")


def test_settings_that_the_roles_rest_on_cannot_be_opened_by_a_site(world: World, ckan_config: Any) -> None:
    for key, value in BOUNDS.items():
        assert ckan_config[key] == value
        opened = {**ckan_config, key: not value}
        get_plugin("msativo").update_config(opened)
        assert opened[key] == value
    before = portal_state(world)
    for role in EVERYBODY:
        assert_refused(world, role, "config_option_update", {"ckan.site_title": "Tomado"}, before=before)
    assert_refused(
        world, SYSADMIN, "config_option_update", {"ckan.auth.user_create_organizations": True}, before=before
    )


WRITES_OF_VOCABULARIES = [
    ("vocabulary_create", {"name": "novo", "tags": [{"name": "tomado"}]}),
    ("tag_create", {"name": "tomado", "vocabulary_id": "novo"}),
]


def test_vocabularies_are_the_portals(world: World, subtests: Any) -> None:
    for action, data in WRITES_OF_VOCABULARIES:
        with subtests.test(f"{action} {data}"):
            before = portal_state(world)
            for role in EVERYBODY:
                assert_refused(world, role, action, dict(data), before=before)


def test_what_is_private_cannot_be_followed(world: World) -> None:
    world.do(EDITOR, "package_patch", id=world.target, private=True)
    for role in (ANONYMOUS, OUTSIDER, "prefeitura-admin"):
        with pytest.raises(tk.NotAuthorized):
            world.do(role, "follow_dataset", id=world.target)
    assert world.do("coordenacao-member", "follow_dataset", id=world.target)
