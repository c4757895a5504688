"""What an export reads of a snapshot: its results, hidden ones too, and the stored rows of one of them at a time."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import ckan.model as model
import sqlalchemy as sa

from ckanext.msativo.model.analysis import (
    Dados,
    DesafioResultado,
    Resultado,
    SnapshotDesafio,
    SnapshotResultado,
)


def indicators(snapshot_id: str) -> list[tuple[Resultado, Any]]:
    """(Resultado, its dataset) of a snapshot by the dataset's name; those of datasets that are gone are not there."""
    query = (
        sa.select(Resultado, model.Package)
        .join(SnapshotResultado, SnapshotResultado.resultado_id == Resultado.id)
        .join(model.Package, model.Package.id == Resultado.indicador)
        .where(SnapshotResultado.snapshot_id == snapshot_id)
        .order_by(model.Package.name)
    )
    return [(result, dataset) for result, dataset in model.Session.execute(query)]


def challenges(snapshot_id: str) -> list[tuple[DesafioResultado, Any]]:
    """(DesafioResultado, its dataset) of a snapshot by the dataset's name."""
    query = (
        sa.select(DesafioResultado, model.Package)
        .join(SnapshotDesafio, SnapshotDesafio.resultado_id == DesafioResultado.id)
        .join(model.Package, model.Package.id == DesafioResultado.desafio)
        .where(SnapshotDesafio.snapshot_id == snapshot_id)
        .order_by(model.Package.name)
    )
    return [(result, dataset) for result, dataset in model.Session.execute(query)]


def count(snapshot_id: str) -> int:
    """How many results a snapshot lists, those of datasets that are gone included."""
    tables = (SnapshotResultado, SnapshotDesafio)
    counts = [
        model.Session.scalar(sa.select(sa.func.count()).where(table.snapshot_id == snapshot_id)) for table in tables
    ]
    return sum(number or 0 for number in counts)


def columns_of(table: Any, result: int, names: Sequence[str]) -> dict[str, list[Any]]:
    """The stored rows of one result, as columns."""
    query = sa.select(*(getattr(table, name) for name in names)).where(table.resultado_id == result)
    rows = model.Session.execute(query).all()
    return {name: [row[place] for row in rows] for place, name in enumerate(names)}


def content(data_hash: str) -> bytes:
    """The exact bytes that a result was made of."""
    found = model.Session.scalar(sa.select(Dados.conteudo).where(Dados.hash == data_hash))
    assert found is not None, data_hash
    return bytes(found)
