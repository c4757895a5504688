"""Wiring only: what each part is lives in its own module."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import ckan.plugins as p
import ckan.plugins.toolkit as tk
import pylibmagic  # noqa: F401  # pyright: ignore[reportUnusedImport] - gives `magic` its library; before CKAN imports it
import yaml
from ckan.lib.plugins import DefaultTranslation

from ckanext.msativo import subscriptions
from ckanext.msativo.logic import indexing

FOLDER = Path(__file__).parent

TYPES = ("indicador", "desafio", "adesao", "acao", "plano", "evidencia")
SCHEMAS = {
    "scheming.dataset_schemas": " ".join(f"ckanext.msativo:schemas/{name}.yaml" for name in TYPES),
    "scheming.organization_schemas": "ckanext.msativo:schemas/organization.yaml",
}
# Defaults that suit a Brazilian state's portal; a site may set others.
DEFAULTS = {
    "ckan.locale_default": "pt_BR",
    "ckan.locale_order": "pt_BR en",
    "ckan.locales_offered": "pt_BR en",
    "ckan.site_title": "MS Ativo",
    "ckan.display_timezone": "America/Campo_Grande",
    # After the login everyone lands at the desk of his or her own organisation.
    "ckan.auth.route_after_login": "msativo_espaco.entrance",
    # A visitor's browser asks nobody but the portal.
    "ckan.gravatar_default": "disabled",
}
# What the programme's rules on roles rest on; no site may open it.
BOUNDS = {
    "ckan.auth.user_create_groups": False,
    "ckan.auth.user_delete_groups": False,
    "ckan.auth.user_create_organizations": False,
    "ckan.auth.user_delete_organizations": False,
    "ckan.auth.anon_create_dataset": False,
    "ckan.auth.create_unowned_dataset": False,
    "ckan.auth.create_dataset_if_not_in_organization": False,
    "ckan.auth.allow_dataset_collaborators": False,
    "ckan.auth.create_user_via_web": False,
    "ckan.auth.create_user_via_api": False,
    "ckan.auth.public_user_details": False,
}


def _declare(declaration: Any) -> None:
    """Our settings, our schemas as the default of scheming's, and defaults of CKAN's own."""
    declaration.load_dict(yaml.safe_load((FOLDER / "config_declaration.yaml").read_text()))
    for name, default in SCHEMAS.items():
        declaration.declare(name, default)
    for name, default in DEFAULTS.items():
        declaration.get(name).set_default(default)


@tk.blanket.actions
@tk.blanket.auth_functions
@tk.blanket.validators
@tk.blanket.helpers
@tk.blanket.cli
@tk.blanket.blueprints
class MsativoPlugin(p.SingletonPlugin, DefaultTranslation):
    p.implements(p.IConfigurer)
    p.implements(p.IConfigDeclaration)
    p.implements(p.ITranslation)
    p.implements(p.ISignal)
    p.implements(p.IPackageController, inherit=True)

    def declare_config_options(self, declaration: Any, key: Any) -> None:
        _declare(declaration)

    def update_config(self, config: Any) -> None:
        tk.add_template_directory(config, "templates")
        tk.add_public_directory(config, "public")
        tk.add_resource("assets", "msativo")
        config.update(BOUNDS)

    def i18n_domain(self) -> str:
        return "ckanext-msativo"

    def get_signal_subscriptions(self) -> Any:
        return subscriptions.SUBSCRIPTIONS

    def before_dataset_index(self, pkg_dict: dict[str, Any]) -> dict[str, Any]:
        return indexing.flat(pkg_dict)
