"""Authorisation of our actions, and the bounds we set to CKAN's own."""

from __future__ import annotations

from typing import Any

import ckan.authz as authz
import ckan.model as model
import ckan.plugins.toolkit as tk
from ckan.types import AuthResult

from ckanext.msativo.logic import adesoes
from ckanext.msativo.logic.people import in_coordenacao as _is_editor_of_coordenacao
from ckanext.msativo.logic.people import kinds_where as _kinds_where
from ckanext.msativo.logic.people import municipalities_of as _municipalities_of
from ckanext.msativo.logic.territory import code_of
from ckanext.msativo.logic.validators import organization_kind
from ckanext.msativo.model import programme_reading
from ckanext.msativo.programme.ownership import COORDENACAO, OWNERS, may_own
from ckanext.msativo.text import readable

__all__ = [
    "group_update",
    "member_list",
    "msativo_adesao_create",
    "msativo_adesao_decide",
    "msativo_adesao_history",
    "msativo_adesao_list",
    "msativo_adesao_show",
    "msativo_adesao_start_analysis",
    "msativo_adesao_submit",
    "msativo_adesao_update",
    "msativo_adesao_withdraw",
    "msativo_analysis_run",
    "msativo_analysis_status",
    "msativo_ciclo_create",
    "msativo_ciclo_list",
    "msativo_ciclo_update",
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
    "package_delete",
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


msativo_adesao_history = _open
msativo_adesao_list = _open
msativo_adesao_show = _open
msativo_ciclo_list = _open
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


def msativo_adesao_decide(context: Any, data_dict: Any) -> Auth:
    if _is_editor_of_coordenacao(context["user"]):
        return YES
    return _no(tk._("Only the programme coordination can answer a request to join."))


msativo_adesao_start_analysis = msativo_adesao_decide


def msativo_ciclo_create(context: Any, data_dict: Any) -> Auth:
    if COORDENACAO in _kinds_where(context["user"], "admin"):
        return YES
    return _no(tk._("Only an administrator of the programme coordination can set the cycles."))


msativo_ciclo_update = msativo_ciclo_create


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


def msativo_adesao_create(context: Any, data_dict: Any) -> Auth:
    """For one's own municipality, or by the coordenação in its name; without one named: "may this user at all?"."""
    user, asked = context["user"], (data_dict or {}).get("municipio")
    own = _municipalities_of(user)
    if (not asked and own) or (asked and code_of(str(asked)) in own) or _is_editor_of_coordenacao(user):
        return YES
    return _no(tk._("Only the prefeitura of the municipality can ask to join."))


def msativo_adesao_update(context: Any, data_dict: Any) -> Auth:
    """Of a request that is another's as of one that there is not: the same answer."""
    if _is_editor_of_coordenacao(context["user"]):
        return YES
    reference = (data_dict or {}).get("id")
    row = programme_reading.adesao(reference) if isinstance(reference, str) and readable(reference) else None
    if row is not None and row.codigo_ibge in _municipalities_of(context["user"]):
        return YES
    return _no(tk._("Only the prefeitura of the municipality can do this with its request."))


msativo_adesao_submit = msativo_adesao_update
msativo_adesao_withdraw = msativo_adesao_update


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
    if dataset_type == adesoes.TYPE:
        return _by_our_actions_alone()
    if data.get("owner_org"):
        return _owner_is_right(data["owner_org"], dataset_type)
    # "May this user create any at all?" is what pages ask before they show a button.
    kinds = _kinds_where(context["user"], "create_dataset")
    types = [dataset_type] if data.get("type") else [of for of in OWNERS if of != adesoes.TYPE]
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
    if package.type == adesoes.TYPE:
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
    return _no(tk._("A request to join is written on its own pages, or by the actions msativo_adesao_*."))


@tk.chained_auth_function
@tk.auth_allow_anonymous_access
def package_delete(next_auth: Any, context: Any, data_dict: Any) -> Auth:
    """A request to join that was never sent is its prefeitura's to delete; CKAN asks for others as for an update."""
    package = model.Package.get((data_dict or {}).get("id"))
    if package is None or package.type != adesoes.TYPE:
        return next_auth(context, data_dict)
    row = programme_reading.adesao(package.id)
    if row is None or row.protocolo is not None or not context.get("user"):
        return _by_our_actions_alone()
    return msativo_adesao_update(context, {"id": row.id})


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
