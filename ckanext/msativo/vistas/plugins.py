"""The plugins of the two views: what CKAN asks of each. Both are offered, none is made on its own."""

from __future__ import annotations

from typing import Any

import ckan.plugins as p
import ckan.plugins.toolkit as tk

from ckanext.msativo.logic import pages
from ckanext.msativo.vistas import columns, options
from ckanext.msativo.vistas.showing import Critica, Foco, finder, look
from ckanext.msativo.vistas.table import Unfit


class CriticaView(p.SingletonPlugin):
    """ "Situação crítica": any table of municipalities, years and values."""

    p.implements(p.IResourceView, inherit=True)

    def info(self) -> dict[str, Any]:
        return {
            "name": "msativo_critica_view",
            "title": tk._("Critical situation"),
            "default_title": tk._("Critical situation"),
            "default_description": "",
            "icon": "map-location-dot",
            "iframed": False,
            "requires_datastore": True,
            "schema": options.schema(),
        }

    def can_view(self, data_dict: dict[str, Any]) -> bool:
        resource = data_dict["resource"]
        if not resource.get("datastore_active"):
            return False
        try:
            names, sample, _total = look(resource["id"])
        except Unfit:
            return False
        return columns.guess(names, sample, finder()) is not None

    def setup_template_variables(self, context: Any, data_dict: dict[str, Any]) -> dict[str, Any]:
        return {"vista": Critica(*_parts(data_dict)), "columns": _columns(data_dict), "options": options}

    def view_template(self, context: Any, data_dict: dict[str, Any]) -> str:
        return "msativo/vistas/critica.html"

    def form_template(self, context: Any, data_dict: dict[str, Any]) -> str:
        return "msativo/vistas/critica_form.html"


class FocoView(p.SingletonPlugin):
    """ "Foco do desafio": where a challenge is to be focused, on any resource that tells of it."""

    p.implements(p.IResourceView, inherit=True)

    def info(self) -> dict[str, Any]:
        return {
            "name": "msativo_foco_view",
            "title": tk._("Focus of the challenge"),
            "default_title": tk._("Focus of the challenge"),
            "default_description": "",
            "icon": "bullseye",
            "iframed": False,
            "schema": {"desafio": [tk.get_validator("ignore_missing"), tk.get_validator("unicode_safe"), _known]},
        }

    def can_view(self, data_dict: dict[str, Any]) -> bool:
        return bool(pages.challenges_of())

    def setup_template_variables(self, context: Any, data_dict: dict[str, Any]) -> dict[str, Any]:
        return {"vista": Foco(*_parts(data_dict)), "challenges": pages.challenges_of()}

    def view_template(self, context: Any, data_dict: dict[str, Any]) -> str:
        return "msativo/vistas/foco.html"

    def form_template(self, context: Any, data_dict: dict[str, Any]) -> str:
        return "msativo/vistas/foco_form.html"


def _known(value: str) -> str:
    if value not in {item.name for item in pages.challenges_of()}:
        raise tk.Invalid(tk._("There is no challenge “{name}”, or it is not public.").format(name=value[:60]))
    return value


def _parts(data_dict: dict[str, Any]) -> tuple[Any, Any, Any]:
    # A form that is opened the first time has no view yet.
    return data_dict["resource_view"] or {}, data_dict["resource"], data_dict["package"]


def _columns(data_dict: dict[str, Any]) -> list[str]:
    """Columns to choose from in the form."""
    try:
        return look(data_dict["resource"]["id"])[0]
    except Unfit:
        return []
