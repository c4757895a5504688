"""What a person is in the programme: the kinds of organisation and the municipalities he or she works for."""

from __future__ import annotations

from typing import Any, cast

import ckan.authz as authz
import ckan.plugins.toolkit as tk
from ckan.types import Context

from ckanext.msativo.logic.validators import municipality_of, organization_kind
from ckanext.msativo.programme.ownership import COORDENACAO


def _organizations(user: str, permission: str) -> list[dict[str, Any]]:
    context = cast(Context, {"user": user, "ignore_auth": True})
    return tk.get_action("organization_list_for_user")(context, {"permission": permission})


def kinds_where(user: str, permission: str) -> set[str | None]:
    """Kinds of the organisations in which that user has a permission; all of them for a sysadmin."""
    return {organization_kind(org["id"]) for org in _organizations(user, permission)}


def municipalities_of(user: str, permission: str = "update_dataset") -> set[str]:
    """Codes of the municipalities in whose prefeitura that user has a permission (that of an editor)."""
    return {code for org in _organizations(user, permission) if (code := municipality_of(org["id"]))}


def in_coordenacao(user: str, permission: str = "update_dataset") -> bool:
    return COORDENACAO in kinds_where(user, permission)


def is_portal(context: Any) -> bool:
    """Whether the portal itself or its administrator asks, who is of no organisation."""
    return bool(context.get("ignore_auth")) or authz.is_sysadmin(context.get("user") or "")
