"""Authorisation of our actions, and the bounds we set to CKAN's own."""

from __future__ import annotations

from typing import Any, cast

import ckan.authz as authz
import ckan.model as model
import ckan.plugins.toolkit as tk
from ckan.types import AuthResult, Context

from ckanext.msativo.logic.territory import code_of
from ckanext.msativo.logic.validators import municipality_of, organization_kind
from ckanext.msativo.programme.ownership import COORDENACAO, OWNERS, may_own

__all__ = [
    "group_update",
    "member_list",
    "msativo_analysis_run",
    "msativo_analysis_status",
    "msativo_cluster_list",
    "msativo_contestacao_answer",
    "msativo_contestacao_create",
    "msativo_contestacao_list",
    "msativo_contestacao_show",
    "msativo_criticidade_list",
    "msativo_decisao_list",
    "msativo_desafio_show",
    "msativo_foco_decide",
    "msativo_foco_list",
    "msativo_indicador_coverage",
    "msativo_indicador_load",
    "msativo_municipio_list",
    "msativo_municipio_show",
    "msativo_regiao_list",
    "msativo_rule_compare",
    "msativo_snapshot_freeze",
    "msativo_snapshot_list",
    "msativo_snapshot_show",
    "organization_list_for_user",
    "package_create",
    "package_update",
    "resource_view_update",
]

Auth = AuthResult
YES: Auth = {"success": True}


def _no(message: str) -> Auth:
    return {"success": False, "msg": message}


# -- reads: open to everyone -------------------------------------------------------------------------------------------
@tk.auth_allow_anonymous_access
def _open(context: Any, data_dict: Any) -> Auth:
    return YES


msativo_cluster_list = _open
msativo_contestacao_list = _open
msativo_contestacao_show = _open
msativo_criticidade_list = _open
msativo_decisao_list = _open
msativo_desafio_show = _open
msativo_foco_list = _open
msativo_indicador_coverage = _open
msativo_municipio_list = _open
msativo_municipio_show = _open
msativo_regiao_list = _open
msativo_rule_compare = _open
msativo_snapshot_list = _open
msativo_snapshot_show = _open


# -- writes of the coordenação -----------------------------------------------------------------------------------------
def _kinds_where(user: str, permission: str) -> set[str | None]:
    """Kinds of the organisations in which that user has a permission."""
    context = cast(Context, {"user": user, "ignore_auth": True})
    orgs = tk.get_action("organization_list_for_user")(context, {"permission": permission})
    return {organization_kind(org["id"]) for org in orgs}


def _is_editor_of_coordenacao(user: str) -> bool:
    return COORDENACAO in _kinds_where(user, "update_dataset")


def msativo_analysis_run(context: Any, data_dict: Any) -> Auth:
    if _is_editor_of_coordenacao(context["user"]):
        return YES
    return _no(tk._("Only the programme coordination can run an analysis."))


def msativo_analysis_status(context: Any, data_dict: Any) -> Auth:
    return msativo_analysis_run(context, data_dict)


def msativo_snapshot_freeze(context: Any, data_dict: Any) -> Auth:
    if COORDENACAO in _kinds_where(context["user"], "admin"):
        return YES
    return _no(tk._("Only an administrator of the programme coordination can freeze an analysis."))


def msativo_foco_decide(context: Any, data_dict: Any) -> Auth:
    if _is_editor_of_coordenacao(context["user"]):
        return YES
    return _no(tk._("Only the programme coordination can decide on a class."))


def msativo_contestacao_answer(context: Any, data_dict: Any) -> Auth:
    if _is_editor_of_coordenacao(context["user"]):
        return YES
    return _no(tk._("Only the programme coordination can answer a contest."))


# -- writes of a prefeitura --------------------------------------------------------------------------------------------
def msativo_contestacao_create(context: Any, data_dict: Any) -> Auth:
    """For one's own municipality; without one named: "may this user contest at all?", as pages ask."""
    own = _municipalities_of(context["user"])
    asked = (data_dict or {}).get("municipio")
    if not asked:
        return YES if own else _no(tk._("Only a prefeitura can contest."))
    if code_of(str(asked)) in own:
        return YES
    return _no(tk._("A prefeitura can contest only what is said of its own municipality."))


def _municipalities_of(user: str) -> set[str]:
    """Codes of the municipalities in whose prefeitura that user is an editor."""
    context = cast(Context, {"user": user, "ignore_auth": True})
    orgs = tk.get_action("organization_list_for_user")(context, {"permission": "update_dataset"})
    return {code for org in orgs if (code := municipality_of(org["id"]))}


def msativo_indicador_load(context: Any, data_dict: Any) -> Auth:
    # Each indicator in the file is checked again as an update of its dataset.
    if _is_editor_of_coordenacao(context["user"]):
        return YES
    return _no(tk._("Only the programme coordination can load indicators."))


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
    if data.get("owner_org"):
        return _owner_is_right(data["owner_org"], dataset_type)
    # "May this user create any at all?" is what pages ask before they show a button.
    kinds = _kinds_where(context["user"], "create_dataset")
    types = [dataset_type] if data.get("type") else list(OWNERS)
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
