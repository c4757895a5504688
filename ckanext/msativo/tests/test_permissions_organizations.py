"""What an organisation is, and who is in it: said by the portal, known to its members."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

import ckan.model as model
import ckan.plugins.toolkit as tk
import pytest
from ckan.plugins import get_plugin
from ckan.tests import factories as ckan_factories
from ckan.tests import helpers

from ckanext.msativo.plugin import BOUNDS
from ckanext.msativo.tests import factories
from ckanext.msativo.tests.test_permissions_world import (
    ADMIN,
    ANONYMOUS,
    EDITOR,
    MEMBERSHIPS,
    OUTSIDER,
    REFUSALS,
    STRANGERS,
    SYSADMIN,
    World,
    assert_refused,
    portal_state,
    world,  # noqa: F401 - the fixture
)

# ruff: noqa: F811 - tests take the imported fixture by its name

EVERYBODY = [*STRANGERS, EDITOR, ADMIN]
"""All but the sysadmin."""
FACTS = ("kind", "codigo_ibge", "state", "is_organization", "type", "approval_status")


def facts(world: World, org: str) -> dict[str, Any]:
    """What only the portal may say of an organisation, from the database."""
    model.Session.rollback()
    model.Session.expire_all()
    group = model.Group.get(world.orgs[org]["id"])
    assert group
    extras = group.extras or {}
    return {
        "kind": extras.get("kind"),
        "codigo_ibge": extras.get("codigo_ibge"),
        "state": group.state,
        "is_organization": group.is_organization,
        "type": group.type,
        "extras": sorted(extras),
    }


def shown(world: World, org: str, **changes: Any) -> dict[str, Any]:
    return {**helpers.call_action("organization_show", id=world.orgs[org]["id"]), **changes}


FORGERIES: list[dict[str, Any]] = [
    {"kind": "coordenacao"},
    {"kind": "coordenacao", "codigo_ibge": ""},
    {"kind": ""},
    {"kind": None},
    {"kind": ["coordenacao"]},
    {"kind": " municipio"},
    {"codigo_ibge": "5007703"},
    {"codigo_ibge": "500480"},
    {"codigo_ibge": ""},
    {"codigo_ibge": None},
    {"state": "deleted"},
    {"state": "draft"},
    {"state": ""},
    {"is_organization": False},
    {"is_organization": ""},
    {"type": "group"},
    {"extras": [{"key": "kind", "value": "coordenacao"}]},
    {"extras": [{"key": "kind", "value": "coordenacao"}, {"key": "kind", "value": "coordenacao"}]},
    {"extras": [{"key": "codigo_ibge", "value": "5007703"}]},
    {"extras": [{"key": "state", "value": "deleted"}]},
    {"kind__": "coordenacao", "__extras": {"kind": "coordenacao"}},
]


@pytest.mark.parametrize("action", ["organization_update", "organization_patch", "group_update", "group_patch"])
def test_what_an_organisation_is_is_not_for_its_own_admin_to_say(world: World, action: str) -> None:
    before = facts(world, "prefeitura")
    for forgery in FORGERIES:
        data = {"id": world.orgs["prefeitura"]["id"], "title": "Prefeitura", **forgery}
        variants = (
            [data]
            if action.endswith("patch")
            else [data, shown(world, "prefeitura", **forgery), {**data, "name": world.orgs["prefeitura"]["name"]}]
        )
        for variant in variants:
            with suppress(*REFUSALS):
                world.do("prefeitura-admin", action, **variant)
            assert facts(world, "prefeitura") == before, forgery
    # A forged field is not silently swallowed, the admin is told.
    if action == "organization_patch":
        with pytest.raises(tk.ValidationError) as refusal:
            world.do("prefeitura-admin", action, id=world.orgs["prefeitura"]["id"], kind="coordenacao")
        assert "kind" in refusal.value.error_dict


def test_its_admin_describes_it_and_leaves_the_rest_as_it_is(world: World) -> None:
    before = facts(world, "prefeitura")
    org = world.orgs["prefeitura"]["id"]
    world.do("prefeitura-admin", "organization_patch", id=org, description="Nossa cidade", title="Prefeitura de Japorã")
    assert (shown(world, "prefeitura")["description"], facts(world, "prefeitura")) == ("Nossa cidade", before)
    world.do("prefeitura-admin", "organization_update", id=org, name=shown(world, "prefeitura")["name"], title="Japorã")
    assert (shown(world, "prefeitura")["title"], facts(world, "prefeitura")) == ("Japorã", before)
    world.do("prefeitura-admin", "organization_update", **shown(world, "prefeitura", title="Prefeitura"))
    assert (shown(world, "prefeitura")["title"], facts(world, "prefeitura")) == ("Prefeitura", before)


def test_others_do_not_even_describe_it(world: World) -> None:
    before = portal_state(world)
    for role in EVERYBODY:
        if role != "prefeitura-admin":
            for action in ("organization_patch", "organization_update", "group_update"):
                data = shown(world, "prefeitura", title="Tomada")
                assert_refused(world, role, action, data, before=before)


def test_a_sysadmin_says_what_an_organisation_is(world: World) -> None:
    org = world.orgs["vizinha"]["id"]
    world.do(SYSADMIN, "organization_patch", id=org, codigo_ibge="5006275")
    assert facts(world, "vizinha")["codigo_ibge"] == "5006275"
    world.do(SYSADMIN, "organization_patch", id=org, kind="secretaria", codigo_ibge="")
    assert facts(world, "vizinha")["kind"] == "secretaria"
    world.do(SYSADMIN, "organization_patch", id=org, state="deleted")
    assert facts(world, "vizinha")["state"] == "deleted"


@pytest.mark.parametrize(
    "data",
    [
        {"kind": "municipio", "codigo_ibge": "5004809"},
        {"kind": "municipio", "codigo_ibge": "500480"},
        {"kind": "municipio", "codigo_ibge": ""},
        {"kind": "municipio"},
        {"kind": "municipio", "codigo_ibge": "3550308"},
        {"kind": "secretaria", "codigo_ibge": "5002704"},
        {"kind": "coordenacao", "codigo_ibge": "5002704"},
        {"kind": "governo"},
        {"kind": ""},
        {},
    ],
    ids=str,
)
def test_a_kind_and_its_code_fit_together_also_for_a_sysadmin(world: World, data: dict[str, Any]) -> None:
    before = portal_state(world)
    assert_refused(world, SYSADMIN, "organization_create", {"name": "nova", "title": "Nova", **data}, before=before)


def test_a_municipality_has_one_active_prefeitura(world: World) -> None:
    before = portal_state(world)
    assert_refused(
        world,
        SYSADMIN,
        "organization_patch",
        {"id": world.orgs["vizinha"]["id"], "codigo_ibge": "5004809"},
        before=before,
    )
    # A deleted one makes room, and does not come back while the room is taken.
    world.do(SYSADMIN, "organization_delete", id=world.orgs["prefeitura"]["id"])
    heir = factories.Prefeitura(codigo_ibge="5004809")
    before = portal_state(world)
    assert_refused(
        world, SYSADMIN, "organization_patch", {"id": world.orgs["prefeitura"]["id"], "state": "active"}, before=before
    )
    world.do(SYSADMIN, "organization_delete", id=heir["id"])
    world.do(SYSADMIN, "organization_patch", id=world.orgs["prefeitura"]["id"], state="active")
    assert facts(world, "prefeitura")["state"] == "active"


@pytest.mark.parametrize(
    ("action", "data"),
    [
        ("organization_create", {"name": "nova", "title": "Nova", "kind": "secretaria"}),
        ("organization_create", {"name": "nova", "title": "Nova", "kind": "municipio", "codigo_ibge": "5002704"}),
        ("group_create", {"name": "nova", "title": "Nova"}),
    ],
)
def test_users_create_no_organisations_and_groups(world: World, action: str, data: dict[str, Any]) -> None:
    before = portal_state(world)
    for role in EVERYBODY:
        assert_refused(world, role, action, dict(data), before=before)
        # Here CKAN fails with a bare exception, for everyone.
        with suppress(Exception):
            world.do(role, "group_create", **{**data, "type": "organization", "is_organization": True})
        assert portal_state(world) == before
    world.do(SYSADMIN, action, **data)
    assert portal_state(world) != before


@pytest.mark.parametrize("action", ["organization_delete", "organization_purge", "group_delete", "group_purge"])
def test_users_delete_no_organisations(world: World, action: str) -> None:
    before = portal_state(world)
    for role in EVERYBODY:
        for key in ("id", "name"):
            assert_refused(world, role, action, {"id": world.orgs["prefeitura"][key]}, before=before)
    if action.startswith("organization"):
        world.do(SYSADMIN, action, id=world.orgs["prefeitura"]["id"])
        assert portal_state(world) != before


# -- memberships -------------------------------------------------------------------------------------------------------
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


@pytest.mark.parametrize("action", JOINING)
def test_nobody_enters_an_organisation_but_by_its_admin(world: World, action: str) -> None:
    before = portal_state(world)
    for org in ("coordenacao", "prefeitura"):
        for role in EVERYBODY:
            if role == f"{org}-admin" or (action == "user_invite" and role == ANONYMOUS):
                continue
            who = role if world.people[role] else OUTSIDER
            data = membership(world, action, world.orgs[org]["id"], who, "admin")
            assert_refused(world, role, action, data, before=before)
    if action in ("organization_member_create", "member_create"):
        world.do(
            "prefeitura-admin", action, **membership(world, action, world.orgs["prefeitura"]["id"], OUTSIDER, "editor")
        )
        assert portal_state(world)["member"] != before["member"]


@pytest.mark.parametrize("action", LEAVING)
def test_nobody_is_put_out_of_an_organisation_but_by_its_admin(world: World, action: str) -> None:
    before = portal_state(world)
    for role in EVERYBODY:
        if role != ADMIN:
            data = membership(world, action, world.orgs["coordenacao"]["id"], EDITOR, "")
            assert_refused(world, role, action, data, before=before)
    world.do(ADMIN, action, **membership(world, action, world.orgs["coordenacao"]["id"], EDITOR, ""))
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
        ("package_patch", {"id": world.indicador["id"], "title": "Tomado"}),
        ("organization_patch", {"id": parent["id"], "title": "Tomada"}),
        ("msativo_analysis_run", {}),
    ):
        assert_refused(world, "prefeitura-admin", action, data, before=before)


@pytest.mark.parametrize("action", ["organization_update", "group_update"])
def test_an_organisation_takes_no_datasets_through_its_own_description(world: World, action: str) -> None:
    before = portal_state(world)
    with suppress(*REFUSALS):
        world.do("prefeitura-admin", action, **shown(world, "prefeitura", packages=[{"id": world.indicador["id"]}]))
    with suppress(*REFUSALS):
        world.do("secretaria-admin", action, **shown(world, "secretaria", packages=[]))
    after = portal_state(world)
    assert (after["member"], after["package"]) == (before["member"], before["package"])


# -- people ------------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    "query",
    [
        {},
        {"object_type": "user"},
        {"object_type": None},
        {"object_type": ""},
        {"capacity": "admin"},
        {"object_type": "user", "capacity": "admin"},
        {"object_type": ["user"]},
        {"object_type": "User"},
    ],
    ids=str,
)
def test_who_works_in_an_organisation_is_known_to_its_members_alone(world: World, query: dict[str, Any]) -> None:
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


def test_the_datasets_of_an_organisation_are_known_to_all(world: World) -> None:
    found = world.do(ANONYMOUS, "member_list", id=world.orgs["coordenacao"]["id"], object_type="package")
    assert [row[0] for row in found] == [world.indicador["id"]]


def test_who_is_in_a_group_of_datasets_is_not_public_either(world: World) -> None:
    group = ckan_factories.Group(users=[{"name": world.people[EDITOR]["name"], "capacity": "admin"}])
    for role in (ANONYMOUS, OUTSIDER, "prefeitura-admin"):
        for query in ({}, {"object_type": "user"}):
            with pytest.raises(tk.NotAuthorized):
                world.do(role, "member_list", id=group["id"], **query)
    assert world.do(EDITOR, "member_list", id=group["id"], object_type="user")
    assert world.do(ANONYMOUS, "member_list", id=group["id"], object_type="package") == []


def secrets_of(world: World) -> list[str]:
    """Names and addresses of the people of the prefeitura."""
    people = [world.people[role] for role in ("prefeitura-member", "prefeitura-editor", "prefeitura-admin")]
    return [str(person[key]) for person in people if person for key in ("name", "fullname", "email", "id")]


@pytest.mark.parametrize(
    ("action", "data"),
    [
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
    ],
    ids=str,
)
def test_no_read_tells_an_anonymous_visitor_who_works_in_a_prefeitura(
    world: World, action: str, data: dict[str, Any]
) -> None:
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
