"""The tables that the migrations make are the tables that the models describe."""

from __future__ import annotations

from typing import Any

import ckan.model as model
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext


def test_migrations_and_models_agree(portal: None) -> None:
    def ours(_object: Any, name: str | None, kind: str, _reflected: bool, _compare: Any) -> bool:
        return kind != "table" or (str(name).startswith("msativo_") and not str(name).endswith("_alembic_version"))

    options = {"include_object": ours, "compare_type": True}
    context = MigrationContext.configure(model.Session.connection(), opts=options)
    assert compare_metadata(context, model.meta.metadata) == []
