"""Creates what the portal starts with. Each function can be run again and then changes nothing."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterable, Mapping
from typing import Any

import ckan.model as model
import ckan.plugins.toolkit as tk

from ckanext.msativo.logic.portal import portal_context
from ckanext.msativo.logic.territory import territory
from ckanext.msativo.logic.validators import GROUP_EXTRAS
from ckanext.msativo.programme.ownership import MUNICIPIO
from ckanext.msativo.sources.catalogo import IndicatorEntry

Progress = Callable[[str], None]
# Keys of a catalogue entry that are not fields of the dataset: the file it comes in, and what the loader writes.
NOT_FIELDS = {"arquivo", "obtido_em"}


def organizations(state_bodies: Mapping[str, Iterable[Mapping[str, str]]], progress: Progress) -> dict[str, int]:
    """Create the prefeitura of each municipality and the State's bodies; returns how many were new and known."""
    known_codes, known_names = _known_organizations()
    wanted = [
        {
            "name": f"prefeitura-{municipio.slug}",
            "title": f"Prefeitura de {municipio.nome}",
            "kind": MUNICIPIO,
            "codigo_ibge": municipio.codigo_ibge,
        }
        for municipio in territory().municipios
    ]
    wanted += [{**body, "kind": kind} for kind, bodies in state_bodies.items() for body in bodies]
    created = 0
    for organization in wanted:
        if organization.get("codigo_ibge") in known_codes or organization["name"] in known_names:
            continue
        tk.get_action("organization_create")(portal_context(), organization)
        created += 1
        progress(f"  {organization['title']}")
    return {"criadas": created, "existentes": len(wanted) - created}


def _known_organizations() -> tuple[set[str], set[str]]:
    groups = model.Session.query(model.Group.name, GROUP_EXTRAS["codigo_ibge"].astext).filter_by(
        is_organization=True, state="active"
    )
    found = groups.all()
    return {code for _name, code in found if code}, {name for name, _code in found}


def indicators(entries: Iterable[IndicatorEntry], owner: str, progress: Progress) -> dict[str, int]:
    """Create or bring up to date the dataset of each catalogue entry; returns how many of which."""
    counts = {"criados": 0, "atualizados": 0, "sem_mudanca": 0}
    owner_id = tk.get_action("organization_show")(portal_context(), {"id": owner})["id"]
    for entry in entries:
        fields = {key: _text(value) for key, value in entry.items() if key not in NOT_FIELDS}
        outcome = _indicator({**fields, "type": "indicador", "owner_org": owner_id})
        counts[outcome] += 1
        if outcome != "sem_mudanca":
            progress(f"  {fields['title']}")
    return counts


def challenges(entries: Iterable[Mapping[str, Any]], owner: str, progress: Progress) -> dict[str, int]:
    """Create the challenges that do not exist; what people made of the others since stays."""
    counts = {"criados": 0, "existentes": 0}
    owner_id = tk.get_action("organization_show")(portal_context(), {"id": owner})["id"]
    for entry in entries:
        if model.Package.get(entry["name"]) is not None:
            counts["existentes"] += 1
            continue
        fields = {**entry, "type": "desafio", "owner_org": owner_id, "ciclo": str(entry["ciclo"])}
        tk.get_action("package_create")(portal_context(), fields)
        counts["criados"] += 1
        progress(f"  {entry['title']}")
    return counts


def _text(value: Any) -> str:
    """A catalogue value as the dataset's form would send it."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)


def _indicator(fields: dict[str, str]) -> str:
    try:
        known = tk.get_action("package_show")(portal_context(), {"id": fields["name"]})
    except tk.ObjectNotFound:
        tk.get_action("package_create")(portal_context(), dict(fields))
        return "criados"
    changed = {key: value for key, value in fields.items() if _text(known.get(key, "")) != value.strip()}
    if not changed:
        return "sem_mudanca"
    tk.get_action("package_patch")(portal_context(), {"id": known["id"], **changed})
    return "atualizados"


def accounts(wanted: Iterable[Mapping[str, Any]], passwords: dict[str, str]) -> list[dict[str, str]]:
    """Create demonstration accounts that do not exist; ``passwords`` keeps the generated ones.

    :param wanted: ``{"name", "fullname", "sysadmin"?, "organization"?, "capacity"?}``
    """
    result = []
    for account in wanted:
        name = account["name"]
        user = model.User.get(name)
        if user is None or name not in passwords:
            passwords[name] = secrets.token_urlsafe(12)
            _account(account, passwords[name], user)
        result.append({"name": name, "fullname": account["fullname"], "password": passwords[name]})
    return result


def _account(account: Mapping[str, Any], password: str, user: Any) -> None:
    name = account["name"]
    fields = {"name": name, "fullname": account["fullname"], "email": f"{name}@example.org", "password": password}
    if user is None:
        tk.get_action("user_create")(portal_context(), fields)
    else:
        tk.get_action("user_update")(portal_context(), {**fields, "id": user.id})
    if account.get("sysadmin"):
        tk.get_action("user_patch")(portal_context(), {"id": name, "sysadmin": True})
    if account.get("organization"):
        tk.get_action("organization_member_create")(
            portal_context(), {"id": account["organization"], "username": name, "role": account["capacity"]}
        )
