"""Fixtures of all tests: a clean portal, and the organisations and people of the programme."""

from __future__ import annotations

from typing import Any

import ckan.model as model
import ckan.model.user
import pytest
import sqlalchemy as sa

from ckanext.msativo.tests import factories
from ckanext.msativo.tests.chromium import browser  # noqa: F401 - the fixture
from ckanext.msativo.tests.standing import standing

# Passwords of people who live for one test need no 25 000 rounds of hashing.
ckan.model.user.pbkdf2_sha512 = ckan.model.user.pbkdf2_sha512.using(rounds=1)


def pytest_runtest_setup(item: pytest.Item) -> None:
    if "with_plugins" not in getattr(item, "fixturenames", ()):
        standing.unload()


@pytest.fixture
def with_plugins(ckan_config: Any, request: pytest.FixtureRequest) -> None:
    """The plugins of ``ckan.plugins``, as CKAN's fixture; they stay for the next test that asks for the same."""
    if request.node.get_closest_marker("with_plugins") or request.node.get_closest_marker("provide_plugin"):
        pytest.fail("The fixture with_plugins of ckanext.msativo.tests knows no plugins but those of ckan.plugins.")
    standing.load()


@pytest.fixture
def make_app(make_app: Any) -> Any:
    """CKAN's factory of test apps; an app made from the same configuration serves again, with a client of its own."""
    return lambda: standing.app(make_app)


def truncate_results() -> None:
    """Empty the tables whose rows the database itself keeps from being deleted."""
    # What this very process still reads would keep the tables locked.
    model.Session.remove()
    names = [name for name in sa.inspect(model.meta.engine).get_table_names() if name.startswith("msativo_")]
    tables = [name for name in names if not name.endswith("_alembic_version")]
    if tables:
        with model.meta.engine.begin() as connection:
            connection.execute(sa.text(f"TRUNCATE {', '.join(tables)} RESTART IDENTITY CASCADE"))


PLUGINS_WITH_TABLES = ("activity", "msativo")
_migrated: list[dict[str, list[str]]] = []
"""The revisions that the plugins' tables have when they are migrated."""


def revisions() -> dict[str, list[str]]:
    """What the database says that its plugins' tables are at."""
    tables = {f"{plugin}_alembic_version" for plugin in PLUGINS_WITH_TABLES}
    known = tables & set(sa.inspect(model.meta.engine).get_table_names())
    with model.meta.engine.connect() as connection:
        return {name: sorted(connection.scalars(sa.text(f"SELECT version_num FROM {name}"))) for name in known}


@pytest.fixture
def clean_db(reset_db: Any, migrate_db_for: Any) -> None:
    """An empty database with the tables of all plugins that have some."""
    truncate_results()
    reset_db()
    # Alembic takes a while to find that there is nothing to do.
    if revisions() not in _migrated:
        for plugin in PLUGINS_WITH_TABLES:
            migrate_db_for(plugin)
        _migrated[:] = [revisions()]


@pytest.fixture
def portal(with_plugins: Any, clean_db: Any, clean_index: Any, clean_queues: Any, with_request_context: Any) -> None:
    """An empty portal: plugins, database, index and job queue."""


@pytest.fixture
def coordenacao(portal: None) -> dict[str, Any]:
    return factories.Coordenacao()


@pytest.fixture
def secretaria(portal: None) -> dict[str, Any]:
    return factories.Secretaria()


@pytest.fixture
def prefeitura(portal: None) -> dict[str, Any]:
    """The prefeitura of Japorã."""
    return factories.Prefeitura(codigo_ibge="5004809")


@pytest.fixture
def indicador(coordenacao: dict[str, Any]) -> dict[str, Any]:
    """An indicator without data."""
    return factories.Indicador(owner_org=coordenacao["id"])
