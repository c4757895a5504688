"""Tables of the extension, one module per family."""

from __future__ import annotations

from ckanext.msativo.model.analysis import (
    Criticidade,
    Resultado,
    ResultadoAno,
    Snapshot,
    SnapshotResultado,
)

__all__ = ["Criticidade", "Resultado", "ResultadoAno", "Snapshot", "SnapshotResultado"]
