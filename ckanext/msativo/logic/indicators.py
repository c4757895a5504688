"""The indicators of the portal, as the analysis and the loader need them."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

import ckan.model as model
import ckan.plugins.toolkit as tk
import sqlalchemy as sa

from ckanext.msativo.logic.observations import ROLE

TYPE = "indicador"
EXTRAS = model.package_table.c.extras


def active_names() -> list[str]:
    """Names of all public indicators, in order."""
    query = model.Session.query(model.Package.name).filter_by(type=TYPE, state="active", private=False)
    return [name for (name,) in query.order_by(model.Package.name)]


@dataclass(frozen=True)
class Described:
    """A public dataset as the analysis needs it: its fields as stored, and the resource with the observations."""

    id: str
    name: str
    fields: Mapping[str, Any]
    resource_id: str | None


def described(dataset_type: str = TYPE) -> list[Described]:
    """All public datasets of a type, by name: one query, where a `package_show` of each would take most of a run."""
    query = (
        sa.select(model.Package.id, model.Package.name, EXTRAS, model.Resource.id, model.resource_table.c.extras)
        .outerjoin(
            model.Resource,
            sa.and_(model.Resource.package_id == model.Package.id, model.Resource.state == "active"),
        )
        .where(model.Package.type == dataset_type, model.Package.state == "active", model.Package.private.is_(False))
        .order_by(model.Package.name, model.Resource.position)
    )
    found: dict[str, Described] = {}
    for identifier, name, extras, resource, about in model.Session.execute(query):
        observed = resource if (about or {}).get("papel") == ROLE else None
        if identifier not in found or (observed and not found[identifier].resource_id):
            found[identifier] = Described(identifier, name, extras or {}, observed)
    return list(found.values())


def show(id_or_name: str) -> dict[str, Any]:
    """Return the dataset of an indicator as the portal itself sees it; raises `ObjectNotFound` for other types too."""
    # Not the caller's rights: the caller has been asked already, and the analysis must not depend on who runs it.
    missing = tk._("There is no indicator “{name}”.").format(name=id_or_name)
    try:
        dataset = tk.get_action("package_show")({"ignore_auth": True, "use_cache": False}, {"id": id_or_name})
    except tk.ObjectNotFound:
        raise tk.ObjectNotFound(missing) from None
    if dataset["type"] != TYPE:
        raise tk.ObjectNotFound(missing)
    return dataset


def resource_of(dataset: dict[str, Any]) -> dict[str, Any] | None:
    """Return the resource that holds the observations, None before the first load."""
    return next((resource for resource in dataset["resources"] if resource.get("papel") == ROLE), None)


def is_observations(resource_id: str) -> bool:
    """Tell whether a resource holds an indicator's observations."""
    resource = model.Resource.get(resource_id)
    return bool(resource and resource.state == "active" and (resource.extras or {}).get("papel") == ROLE)


def title(id_or_name: str) -> str:
    """Title of an indicator."""
    package = model.Package.get(id_or_name)
    return (package.title or package.name) if package else id_or_name


def titles(names: Collection[str]) -> dict[str, str]:
    """Title of each dataset, by name."""
    query = model.Session.query(model.Package.name, model.Package.title).filter(model.Package.name.in_(names))
    return {name: title or name for name, title in query}


def withdrawn(names: Collection[str]) -> set[str]:
    """Which of the names are of datasets that not everyone may see any more."""
    query = sa.select(model.Package.name).where(
        model.Package.name.in_(names), sa.or_(model.Package.state != "active", model.Package.private.is_(True))
    )
    return set(model.Session.scalars(query))


def shown_titles(names: Collection[str]) -> tuple[dict[str, str], set[str]]:
    """Title of each dataset by name, and which are withdrawn: those are not named, in old results either."""
    hidden = withdrawn(names)
    told = tk._("an indicator that was withdrawn")
    return {**titles(names), **dict.fromkeys(hidden, told)}, hidden


def names_and_titles(identifiers: Collection[str]) -> dict[str, tuple[str, str]]:
    """Name and title of each dataset, by id."""
    query = model.Session.query(model.Package.id, model.Package.name, model.Package.title)
    return {id: (name, title or name) for id, name, title in query.filter(model.Package.id.in_(identifiers))}


def presentation(id_or_name: str) -> tuple[str, int]:
    """Unit and number of decimals in which an indicator's values are shown."""
    package = model.Package.get(id_or_name)
    return _presentation(package.extras if package else {})


def presentations(identifiers: Collection[str]) -> dict[str, tuple[str, int]]:
    """`presentation` of many indicators, by id, in one query."""
    query = model.Session.query(model.Package).filter(model.Package.id.in_(identifiers))
    return {package.id: _presentation(package.extras) for package in query}


def _presentation(extras: Mapping[str, str]) -> tuple[str, int]:
    # An index has no unit to speak of.
    unit = "" if extras.get("tipo") == "indice" else extras.get("unidade", "")
    return unit, int(extras.get("casas") or 1)
