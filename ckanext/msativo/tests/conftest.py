"""Fixtures of all tests: a clean portal, and the organisations and people of the programme."""

from __future__ import annotations

from typing import Any

import ckan.model as model
import pytest
import sqlalchemy as sa

from ckanext.msativo.tests import factories


def truncate_results() -> None:
    """Empty the tables whose rows the database itself keeps from being deleted."""
    # What this very process still reads would keep the tables locked.
    model.Session.remove()
    names = [name for name in sa.inspect(model.meta.engine).get_table_names() if name.startswith("msativo_")]
    tables = [name for name in names if not name.endswith("_alembic_version")]
    if tables:
        with model.meta.engine.begin() as connection:
            connection.execute(sa.text(f"TRUNCATE {', '.join(tables)} RESTART IDENTITY CASCADE"))


@pytest.fixture
def clean_db(reset_db: Any, migrate_db_for: Any) -> None:
    """An empty database with the tables of all plugins that have some."""
    truncate_results()
    reset_db()
    for plugin in ("activity", "msativo"):
        migrate_db_for(plugin)


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
