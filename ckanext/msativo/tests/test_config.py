"""Every setting that is read is declared, and the other way round; what the programme rests on is on by itself."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import ckan.plugins.toolkit as tk
import pytest
import yaml

from ckanext.msativo import config, plugin


def test_the_declared_settings_are_those_that_are_read() -> None:
    declared = yaml.safe_load((Path(plugin.FOLDER) / "config_declaration.yaml").read_text())
    keys = {option["key"] for group in declared["groups"] for option in group["options"]}
    read = {value for name, value in vars(config).items() if name.isupper()}
    assert keys == read


@pytest.mark.usefixtures("with_plugins")
def test_portuguese_comes_first_and_nobody_opens_the_bounds(ckan_config: Any) -> None:
    assert tk.config["ckan.locale_default"] == "pt_BR"
    for key, value in plugin.BOUNDS.items():
        assert tk.config[key] == value, key


@pytest.mark.usefixtures("with_plugins")
def test_a_page_speaks_portuguese_by_itself_and_english_when_asked(app: Any) -> None:
    assert '<html lang="pt-BR"' in app.get("/user/login").body
    assert '<html lang="en"' in app.get("/en/user/login").body
