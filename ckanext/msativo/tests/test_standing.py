"""Plugins and app that stand from test to test are forgotten as soon as they would not be what a test asks for."""

from __future__ import annotations

from typing import Any

import ckan.model as model
import ckan.plugins as plugins
import ckan.plugins.toolkit as tk
import pytest

from ckanext.msativo.tests.standing import standing


def test_the_same_configuration_is_served_by_the_same_app_with_a_client_of_its_own(
    with_plugins: None, make_app: Any
) -> None:
    first = make_app()
    standing.load()  # as for the next test
    second = make_app()
    assert second.flask_app is first.flask_app
    assert second.client is not first.client


def test_another_configuration_has_another_app(
    with_plugins: None, make_app: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = make_app()
    monkeypatch.setitem(tk.config, "ckan.site_title", "Outro")
    assert make_app().flask_app is not first.flask_app


def test_plugins_that_somebody_else_loaded_anew_get_an_app_of_their_own(with_plugins: None, make_app: Any) -> None:
    first = make_app()
    plugins.load_all()
    assert make_app().flask_app is not first.flask_app


def test_what_a_test_set_is_gone_when_the_plugins_stand_for_the_next(
    with_plugins: None, make_app: Any, ckan_config: Any
) -> None:
    make_app()
    asked = dict(ckan_config)
    standing.load()
    before = dict(ckan_config)
    ckan_config["ckan.locale_default"] = "en"
    ckan_config.clear()
    ckan_config.update(asked)  # CKAN does so before each test
    standing.load()
    assert dict(ckan_config) == before


def test_the_portals_own_user_is_there_after_the_database_was_emptied(portal: None) -> None:
    assert model.User.get(tk.config["ckan.site_id"]) is not None


def test_a_test_without_plugins_finds_none() -> None:
    assert not plugins.plugin_loaded("msativo")
