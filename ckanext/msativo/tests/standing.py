"""Plugins and test app that stand from one test to the next, while nothing they were made from has changed.

CKAN's fixtures load the plugins, make an app and unload the plugins again for every test: most of what a test of the
portal costs. Loaded plugins are kept here for the next test that asks for the same configuration. Whoever loads or
unloads plugins otherwise, as CKAN's command line does, replaces the database engine: then what was kept is forgotten.
"""

from __future__ import annotations

import copy
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import ckan.plugins as plugins
from ckan import authz, logic, model
from ckan.common import config
from ckan.lib import app_globals
from ckan.plugins.core import _PLUGINS
from ckan.tests.helpers import CKANTestApp


@dataclass
class Made:
    """What was made from the configuration ``asked`` and left the configuration ``result`` behind."""

    asked: dict[str, Any]
    result: dict[str, Any]
    value: Any = None


class Standing:
    """The plugins that are loaded now, and the app that was made of them."""

    def __init__(self) -> None:
        self._plugins: Made | None = None
        self._app: Made | None = None
        self._engine: Any = None
        self._names: list[str] = []

    def load(self) -> None:
        """Load the plugins that the configuration names, as ``ckan.plugins.load_all`` does."""
        asked = copy.deepcopy(dict(config))
        if self._is_untouched() and self._plugins and self._plugins.asked == asked:
            return _renew(self._plugins)
        self._app = None
        plugins.load_all()
        self._plugins = self._made(asked)
        return None

    def app(self, make: Callable[[], Any]) -> Any:
        """An app with a client of its own; ``make`` makes one when the one that stands does not fit."""
        asked = copy.deepcopy(dict(config))
        if self._is_untouched() and self._app and self._app.asked == asked:
            _renew(self._app)
            return CKANTestApp(self._app.value)
        fits = self._is_untouched()
        made = make()
        self._app = self._made(asked, made.app)
        if not fits:
            self._plugins = None
        return made

    def unload(self) -> None:
        """Unload what stands: the next test wants no plugins."""
        if self._plugins or self._app:
            self._plugins = self._app = None
            plugins.unload_all()

    def _made(self, asked: dict[str, Any], value: Any = None) -> Made:
        self._engine, self._names = model.meta.engine, list(_PLUGINS)
        return Made(asked, copy.deepcopy(dict(config)), value)

    def _is_untouched(self) -> bool:
        return self._engine is model.meta.engine and self._names == list(_PLUGINS)


def _renew(made: Made) -> None:
    """Do again the part of CKAN's ``update_config`` that depends on the database or on what a test may have patched."""
    config.clear()
    config.update(copy.deepcopy(made.result))
    logic.clear_actions_cache()
    logic.clear_validators_cache()
    authz.clear_auth_functions_cache()
    app_globals.app_globals._init()
    logic.get_action("get_site_user")({"ignore_auth": True}, {})
    model.Session.remove()
    app_globals.reset()
    model.Session.remove()


standing = Standing()
