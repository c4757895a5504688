"""CKAN's own ways to a dataset that the programme's actions alone may write: closed, to administrators too.

Patches, revisions, resources and bulk changes all end in ``package_update``; what does not is named here as well.
"""

from __future__ import annotations

from typing import Any

import ckan.model as model
import ckan.plugins.toolkit as tk

from ckanext.msativo.i18n_marker import N_
from ckanext.msativo.logic.transactions import OURS
from ckanext.msativo.model import programme_reading as reading
from ckanext.msativo.programme.ownership import PROGRAMME

__all__ = [
    "dataset_purge",
    "datastore_create",
    "group_update",
    "member_create",
    "member_delete",
    "package_create",
    "package_delete",
    "package_owner_org_update",
    "package_update",
]

BY_OUR_ACTIONS = N_("What the programme publishes is written on its own pages, or by the actions msativo_*.")


def _refused() -> tk.NotAuthorized:
    return tk.NotAuthorized(tk._(BY_OUR_ACTIONS))


def _ours(context: Any) -> bool:
    return bool(context.get(OURS))


def _package(data_dict: Any) -> Any:
    """The dataset that the call is about, if it is one of ours to guard."""
    reference = data_dict.get("id") or data_dict.get("name")
    package = model.Package.get(reference) if reference else None  # as CKAN, which takes a list or an object too
    return package if package is not None and package.type in PROGRAMME else None


@tk.chained_action
def package_create(next_action: Any, context: Any, data_dict: Any) -> Any:
    if data_dict.get("type") in PROGRAMME and not _ours(context):
        raise _refused()
    return next_action(context, data_dict)


@tk.chained_action
def package_update(next_action: Any, context: Any, data_dict: Any) -> Any:
    if not _ours(context) and _package(data_dict) is not None:
        raise _refused()
    return next_action(context, data_dict)


@tk.chained_action
def package_delete(next_action: Any, context: Any, data_dict: Any) -> Any:
    """A request that was never sent may be deleted by its prefeitura: that is to withdraw it."""
    package = None if _ours(context) else _package(data_dict)
    if package is None:
        return next_action(context, data_dict)
    tk.check_access("package_delete", context, {**data_dict, "id": package.id})
    row = reading.adesao(package.id)
    if row is None or row.protocolo is not None:
        raise _refused()
    tk.get_action("msativo_adesao_withdraw")(context, {"id": row.id, "versao": row.versao})
    return None


@tk.chained_action
def package_owner_org_update(next_action: Any, context: Any, data_dict: Any) -> Any:
    package = None if _ours(context) else _package(data_dict)
    if package is not None:
        # CKAN calls it with the owner that there is at the end of each write of its own.
        organization = model.Group.get(data_dict.get("organization_id"))
        if organization is None or organization.id != package.owner_org:
            raise _refused()
    return next_action(context, data_dict)


@tk.chained_action
def dataset_purge(next_action: Any, context: Any, data_dict: Any) -> Any:
    if _package(data_dict) is not None:
        raise _refused()
    return next_action(context, data_dict)


@tk.chained_action
def datastore_create(next_action: Any, context: Any, data_dict: Any) -> Any:
    """A term has no table; CKAN would make one before it asks to change the resource."""
    resource = model.Resource.get(str(data_dict.get("resource_id") or ""))
    if resource is not None and _package({"id": resource.package_id}) is not None:
        raise _refused()
    return next_action(context, data_dict)


@tk.chained_action
def member_create(next_action: Any, context: Any, data_dict: Any) -> Any:
    """Organisations and groups hold datasets as members, too."""
    _check_member(data_dict)
    return next_action(context, data_dict)


@tk.chained_action
def member_delete(next_action: Any, context: Any, data_dict: Any) -> Any:
    _check_member(data_dict)
    return next_action(context, data_dict)


def _check_member(data_dict: Any) -> None:
    if data_dict.get("object_type") == "package" and _package({"id": data_dict.get("object")}) is not None:
        raise _refused()


@tk.chained_action
def group_update(next_action: Any, context: Any, data_dict: Any) -> Any:
    """A group that is edited may name its datasets anew."""
    named = data_dict.get("packages") or []
    if any(_package(one) is not None for one in named if isinstance(one, dict)):
        raise _refused()
    return next_action(context, data_dict)
