"""What the tests of accounts and people share: calls on a chosen day, letters, and who has which role."""

from __future__ import annotations

from datetime import datetime, timezone
from typing import Any

import ckan.model as model
import ckan.plugins.toolkit as tk
import pytest
from ckan.tests import factories as ckan_factories

from ckanext.msativo.tests.test_permissions_world import World

JAPORA, SETE_QUEDAS = "5004809", "5007703"
"""Municipalities of ``prefeitura`` and ``vizinha`` of the world."""
TODAY = datetime(2026, 11, 24, 12, tzinfo=timezone.utc)


def do(world: World, role: str, action: str, /, **data: Any) -> Any:
    """Call ``msativo_<action>`` as that person on 24 November 2026."""
    person = world.user(role)
    context: Any = {"user": person["name"] if person else "", "ignore_auth": False, "msativo_now": TODAY}
    return tk.get_action(f"msativo_{action}")(context, data)


def name_of(world: World, role: str) -> str:
    person = world.user(role)
    assert person
    return person["name"]


def id_of(world: World, role: str) -> str:
    person = world.user(role)
    assert person
    return person["id"]


def roles_in(organization: dict[str, Any]) -> dict[str, str]:
    """Name of the account → role, without the portal's own account."""
    model.Session.expire_all()
    query = model.Session.query(model.User.name, model.Member.capacity).join(
        model.Member, model.Member.table_id == model.User.id
    )
    rows = query.filter(
        model.Member.group_id == organization["id"], model.Member.state == "active", model.Member.table_name == "user"
    ).filter(model.User.name != tk.config["ckan.site_id"])
    return dict(rows)


def accounts_with(email: str) -> list[Any]:
    model.Session.expire_all()
    return model.Session.query(model.User).filter(model.User.email.ilike(email)).all()


def newcomer(organization: dict[str, Any], role: str = "editor", **fields: Any) -> dict[str, Any]:
    """Somebody new with a role."""
    user = ckan_factories.User(**fields)
    context: Any = {"ignore_auth": True, "user": ""}
    tk.get_action("member_create")(
        context, {"id": organization["id"], "object": user["id"], "object_type": "user", "capacity": role}
    )
    return user


@pytest.fixture
def letters(ckan_config: Any, monkeypatch: pytest.MonkeyPatch, mail_server: Any) -> Any:
    """A portal that sends mail; the letters are in ``get_smtp_messages()``: (from, to, …, text)."""
    monkeypatch.setitem(ckan_config, "smtp.server", "mail.example.org")
    monkeypatch.setitem(ckan_config, "smtp.mail_from", "portal@example.org")
    return mail_server
