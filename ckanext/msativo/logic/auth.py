"""Authorisation of our actions, and the bounds we set to CKAN's own."""

from __future__ import annotations

from typing import Any

import ckan.authz as authz
import ckan.model as model
import ckan.plugins.toolkit as tk
from ckan.types import AuthResult

from ckanext.msativo.logic import people, subjects
from ckanext.msativo.logic.action import guard
from ckanext.msativo.logic.told import told
from ckanext.msativo.logic.validators import organization_kind
from ckanext.msativo.model import programme_reading
from ckanext.msativo.programme.access import ACCESS, Access
from ckanext.msativo.programme.ownership import OWNERS, PROGRAMME, may_own

__all__ = [  # pyright: ignore[reportUnsupportedDunderAll]
    *ACCESS,
    "group_update",
    "member_list",
    "organization_list_for_user",
    "package_create",
    "package_delete",
    "package_update",
    "resource_view_update",
]

Auth = AuthResult
YES: Auth = {"success": True}


def _no(message: str) -> Auth:
    return {"success": False, "msg": message}


# -- our actions: the table of access ----------------------------------------------------------------------------------
def _judged(access: Access, context: Any, data_dict: Any) -> Auth:
    user = context.get("user")
    if access.everyone or (user and access.allows(people.roles(user), subjects.of(access, data_dict))):
        return YES
    if not user or access.logged_in:
        return _no(tk._("Log in to do this."))
    who = "; ".join(told(message) for message in access.who)
    return _no(tk._("Only these may do this: {who}.").format(who=who))


def _function(name: str, access: Access) -> Any:
    def judged(context: Any, data_dict: Any) -> Auth:
        return _judged(access, context, data_dict)

    judged.__name__ = name
    return tk.auth_allow_anonymous_access(judged) if access.everyone else judged


globals().update({name: _function(name, access) for name, access in ACCESS.items()})


# -- bounds to CKAN's own ----------------------------------------------------------------------------------------------
@tk.chained_auth_function
@tk.auth_allow_anonymous_access
def package_create(next_auth: Any, context: Any, data_dict: Any) -> Auth:
    """A dataset of a type is created only in an organisation of a kind that may own it."""
    result = next_auth(context, data_dict)
    if not result["success"]:
        return result
    data = data_dict or {}
    dataset_type = data.get("type") or "dataset"
    if dataset_type in PROGRAMME:
        return _by_our_actions_alone()
    if data.get("owner_org"):
        return _owner_is_right(data["owner_org"], dataset_type)
    # "May this user create any at all?" is what pages ask before they show a button.
    kinds = people.kinds_where(context["user"], "create_dataset")
    types = [dataset_type] if data.get("type") else [of for of in OWNERS if of not in PROGRAMME]
    if any(may_own(kind, wanted) for kind in kinds for wanted in types):
        return YES
    return _no(tk._("Your organization cannot create this type of dataset."))


@tk.chained_auth_function
@tk.auth_allow_anonymous_access
def package_update(next_auth: Any, context: Any, data_dict: Any) -> Auth:
    """Update, delete, resources and DataStore all ask here: the owner before and after must be of a right kind."""
    result = next_auth(context, data_dict)
    if not result["success"]:
        return result
    # The very one that CKAN has just judged; a package in the context could be another.
    package = model.Package.get(data_dict["id"])
    if package is None:
        return result
    if package.type in PROGRAMME:
        return _by_our_actions_alone()
    owners = {package.owner_org, data_dict.get("owner_org") or package.owner_org}
    for owner in owners:
        verdict = _owner_is_right(owner, package.type)
        if not verdict.get("success"):
            return verdict
        if owner != package.owner_org and not authz.has_user_permission_for_group_or_org(
            owner, context["user"], "create_dataset"
        ):
            return _no(tk._("You cannot move this dataset to that organization."))
    return YES


def _by_our_actions_alone() -> Auth:
    return _no(tk._(guard.BY_OUR_ACTIONS))


@tk.chained_auth_function
@tk.auth_allow_anonymous_access
def package_delete(next_auth: Any, context: Any, data_dict: Any) -> Auth:
    """A request to join that was never sent is its prefeitura's to delete; CKAN asks for others as for an update."""
    package = model.Package.get((data_dict or {}).get("id"))
    if package is None or package.type not in PROGRAMME:
        return next_auth(context, data_dict)
    row = programme_reading.adesao(package.id)
    if row is None or row.protocolo is not None or not context.get("user"):
        return _by_our_actions_alone()
    return _judged(ACCESS["msativo_adesao_update"], context, {"id": row.id})


def _owner_is_right(owner: str | None, dataset_type: str) -> Auth:
    if owner and may_own(organization_kind(owner), dataset_type):
        return YES
    return _no(tk._("An organization of this kind cannot own this type of dataset."))


@tk.chained_auth_function
def resource_view_update(next_auth: Any, context: Any, data_dict: Any) -> Auth:
    """CKAN asks about the resource that the caller names; it is the one that has the view that must be asked about."""
    view = model.ResourceView.get(data_dict.get("id"))
    if view is None:
        return _no(tk._("There is no such view."))
    for resource_id in {view.resource_id, data_dict.get("resource_id") or view.resource_id}:
        verdict = next_auth(context, {**data_dict, "resource_id": resource_id})
        if not verdict["success"]:
            return verdict
    return YES


@tk.chained_auth_function
def group_update(next_auth: Any, context: Any, data_dict: Any) -> Auth:
    """An organisation's datasets are its own by ``owner_org``; edited as a group it could list those of others."""
    result = next_auth(context, data_dict)
    group = model.Group.get(data_dict.get("id"))
    if result["success"] and group is not None and group.is_organization and "packages" in data_dict:
        return _no(tk._("The datasets of an organization are not changed by editing it."))
    return result


@tk.chained_auth_function
@tk.auth_allow_anonymous_access
def organization_list_for_user(next_auth: Any, context: Any, data_dict: Any) -> Auth:
    """Where somebody works is not told to anonymous visitors; CKAN asks without ``id`` about the visitor himself."""
    if (data_dict or {}).get("id") and authz.auth_is_anon_user(context):
        return _no(tk._("Log in to see the organizations of a person."))
    return next_auth(context, data_dict)


@tk.chained_auth_function
@tk.auth_allow_anonymous_access
def member_list(next_auth: Any, context: Any, data_dict: Any) -> Auth:
    """Who works in an organisation or group is known to itself alone, and so is how many private datasets it has."""
    result = next_auth(context, data_dict)
    group = model.Group.get((data_dict or {}).get("id"))
    if not result["success"] or group is None:
        return result
    if authz.has_user_permission_for_group_or_org(group.id, context.get("user"), "read"):
        return result
    return _no(tk._("Only members of the organization can see who its members are."))
