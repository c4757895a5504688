"""Alembic's environment for the tables of this extension only."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from alembic import context
from ckan.model.meta import metadata
from sqlalchemy import engine_from_config, pool

NAME = Path(__file__).parent.name
OPTIONS: dict[str, Any] = {
    "target_metadata": metadata,
    "version_table": f"{NAME}_alembic_version",
    # CKAN's and other extensions' tables are not ours to compare or drop.
    "include_object": lambda _object, name, kind, _reflected, _compare: kind != "table" or str(name).startswith(NAME),
}


def run_migrations() -> None:
    config = context.config
    if context.is_offline_mode():
        context.configure(url=config.get_main_option("sqlalchemy.url"), literal_binds=True, **OPTIONS)
        with context.begin_transaction():
            context.run_migrations()
        return
    engine = engine_from_config(
        config.get_section(config.config_ini_section) or {}, prefix="sqlalchemy.", poolclass=pool.NullPool
    )
    with engine.connect() as connection:
        context.configure(connection=connection, **OPTIONS)
        with context.begin_transaction():
            context.run_migrations()


run_migrations()
