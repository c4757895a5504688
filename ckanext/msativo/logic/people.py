"""What a person is in the programme: the kinds of organisation and the municipalities he or she works for."""

from __future__ import annotations

from typing import Any, cast

import ckan.authz as authz
import ckan.model as model
import ckan.plugins.toolkit as tk
from ckan.types import Context

from ckanext.msativo.logic.validators import municipality_of, organization_kind
from ckanext.msativo.programme.access import CAPACITIES, Role
from ckanext.msativo.programme.ownership import COORDENACAO, MUNICIPIO, SECRETARIA


def _organizations(user: str, permission: str) -> list[dict[str, Any]]:
    context = cast(Context, {"user": user, "ignore_auth": True})
    return tk.get_action("organization_list_for_user")(context, {"permission": permission})


def roles(user: str) -> list[Role]:
    """What that user is in the programme: one role per organisation."""
    found = []
    for org in _organizations(user, "read"):
        kind = organization_kind(org["id"])
        owner = municipality_of(org["id"]) if kind == MUNICIPIO else org["id"]
        if kind and owner and org["capacity"] in CAPACITIES:
            found.append(Role(kind, org["capacity"], owner))
    return found


def organization_id(reference: str) -> str | None:
    """Id of an active organisation by its id or name."""
    group = model.Group.get(reference)
    return group.id if group is not None and group.is_organization and group.state == "active" else None


def organization_title(reference: str) -> str:
    group = model.Group.get(reference)
    return (group.title or group.name) if group is not None else ""


def kinds_where(user: str, permission: str) -> set[str | None]:
    """Kinds of the organisations in which that user has a permission; all of them for a sysadmin."""
    return {organization_kind(org["id"]) for org in _organizations(user, permission)}


def municipalities_of(user: str, permission: str = "update_dataset") -> set[str]:
    """Codes of the municipalities in whose prefeitura that user has a permission (that of an editor)."""
    found = _organizations(user, permission) if user else []
    return {code for org in found if (code := municipality_of(org["id"]))}


def secretariats_of(user: str, permission: str = "update_dataset") -> set[str]:
    """Ids of the secretariats in which that user has a permission (that of an editor)."""
    found = _organizations(user, permission) if user else []
    return {org["id"] for org in found if organization_kind(org["id"]) == SECRETARIA}


def in_coordenacao(user: str, permission: str = "update_dataset") -> bool:
    return bool(user) and COORDENACAO in kinds_where(user, permission)


def is_portal(context: Any) -> bool:
    """Whether the portal itself or its administrator asks, who is of no organisation."""
    return bool(context.get("ignore_auth")) or authz.is_sysadmin(context.get("user") or "")
