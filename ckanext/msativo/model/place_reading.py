"""Some municipalities in many indicators, each with one query: side by side now, and through the years."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

import ckan.model as model
import sqlalchemy as sa

from ckanext.msativo.model.analysis import Criticidade, Resultado, ResultadoAno, SnapshotResultado
from ckanext.msativo.model.page_reading import JUDGED


def medians(resultados: Collection[int]) -> dict[int, dict[int, float]]:
    """Per result the state's median of each year in which it was observed: result's id → year → median."""
    query = sa.select(ResultadoAno.resultado_id, ResultadoAno.ano, ResultadoAno.mediana).where(
        ResultadoAno.resultado_id.in_(resultados), ResultadoAno.observado.is_(True), ResultadoAno.mediana.is_not(None)
    )
    found: dict[int, dict[int, float]] = {}
    for identifier, ano, median in model.Session.execute(query.order_by(ResultadoAno.ano)):
        found.setdefault(identifier, {})[ano] = median
    return found


def observed(resultados: Collection[int], codigos: Collection[str]) -> list[Any]:
    """``(resultado_id, codigo_ibge, ano, valor)`` of some municipalities, with the value by which each is judged.

    Only values of the very year: one that the tolerance carries on into a later year is no new observation.
    """
    query = sa.select(Criticidade.resultado_id, Criticidade.codigo_ibge, Criticidade.ano, JUDGED.label("valor")).where(
        Criticidade.resultado_id.in_(resultados),
        Criticidade.codigo_ibge.in_(codigos),
        Criticidade.valor.is_not(None),
        Criticidade.ano_valor == Criticidade.ano,
    )
    return list(model.Session.execute(query.order_by(Criticidade.ano)))


def side_by_side(snapshot_id: str, codigos: Collection[str]) -> dict[int, dict[str, Any]]:
    """Some municipalities at the default year of every indicator: result's id → code → what a page shows of the row."""
    columns = ("resultado_id", "codigo_ibge", "valor", "valor_suavizado", "ano_valor", "estado", "posicao", "confianca")
    query = (
        sa.select(*(getattr(Criticidade, name) for name in columns))
        .join(Resultado, sa.and_(Resultado.id == Criticidade.resultado_id, Resultado.ano_padrao == Criticidade.ano))
        .join(SnapshotResultado, SnapshotResultado.resultado_id == Resultado.id)
        .where(SnapshotResultado.snapshot_id == snapshot_id, Criticidade.codigo_ibge.in_(codigos))
    )
    found: dict[int, dict[str, Any]] = {}
    for row in model.Session.execute(query):
        found.setdefault(row.resultado_id, {})[row.codigo_ibge] = row
    return found
