"""What an organisation is: said by the portal, not by its own admin."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

import ckan.model as model
import ckan.plugins.toolkit as tk
import pytest

from ckanext.msativo.tests import factories
from ckanext.msativo.tests.test_permissions_world import (
    EVERYBODY,
    REFUSALS,
    SYSADMIN,
    World,
    assert_refused,
    portal_state,
    world,  # noqa: F401 - the fixture
)

# ruff: noqa: F811 - tests take the imported fixture by its name


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


EDITS = ["organization_update", "organization_patch", "group_update", "group_patch"]


def test_what_an_organisation_is_is_not_for_its_own_admin_to_say(world: World, subtests: Any) -> None:
    for action in EDITS:
        with subtests.test(str(action)):
            before = facts(world, "prefeitura")
            for forgery in FORGERIES:
                data = {"id": world.orgs["prefeitura"]["id"], "title": "Prefeitura", **forgery}
                variants = (
                    [data]
                    if action.endswith("patch")
                    else [data, world.org("prefeitura", **forgery), {**data, "name": world.orgs["prefeitura"]["name"]}]
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
    assert (world.org("prefeitura")["description"], facts(world, "prefeitura")) == ("Nossa cidade", before)
    world.do("prefeitura-admin", "organization_update", id=org, name=world.org("prefeitura")["name"], title="Japorã")
    assert (world.org("prefeitura")["title"], facts(world, "prefeitura")) == ("Japorã", before)
    world.do("prefeitura-admin", "organization_update", **world.org("prefeitura", title="Prefeitura"))
    assert (world.org("prefeitura")["title"], facts(world, "prefeitura")) == ("Prefeitura", before)


def test_others_do_not_even_describe_it(world: World) -> None:
    before = portal_state(world)
    for role in EVERYBODY:
        if role != "prefeitura-admin":
            for action in ("organization_patch", "organization_update", "group_update"):
                data = world.org("prefeitura", title="Tomada")
                assert_refused(world, role, action, data, before=before)


def test_a_sysadmin_says_what_an_organisation_is(world: World) -> None:
    org = world.orgs["vizinha"]["id"]
    world.do(SYSADMIN, "organization_patch", id=org, codigo_ibge="5006275")
    assert facts(world, "vizinha")["codigo_ibge"] == "5006275"
    world.do(SYSADMIN, "organization_patch", id=org, kind="secretaria", codigo_ibge="")
    assert facts(world, "vizinha")["kind"] == "secretaria"
    world.do(SYSADMIN, "organization_patch", id=org, state="deleted")
    assert facts(world, "vizinha")["state"] == "deleted"


MISFITS = [
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
]


def test_a_kind_and_its_code_fit_together_also_for_a_sysadmin(world: World, subtests: Any) -> None:
    for data in MISFITS:
        with subtests.test(str(data)):
            before = portal_state(world)
            assert_refused(
                world, SYSADMIN, "organization_create", {"name": "nova", "title": "Nova", **data}, before=before
            )


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
