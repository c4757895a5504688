"""What a run reads of results that are there already."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import ckan.model as model
import sqlalchemy as sa

from ckanext.msativo.model.analysis import Criticidade, DesafioResultado, Resultado, Snapshot, SnapshotDesafio


def frozen(ciclo: str) -> Snapshot | None:
    """The snapshot that holds for a cycle: the newest frozen one, which is the last erratum if there is any."""
    if not ciclo:
        return None
    query = model.Session.query(Snapshot).filter(Snapshot.ciclo == ciclo, Snapshot.congelado_em.is_not(None))
    return query.order_by(Snapshot.numero.desc()).first()


def corrected_by(snapshot_id: str) -> str | None:
    """The snapshot that corrects a frozen one, None when none does."""
    return model.Session.scalar(sa.select(Snapshot.id).where(Snapshot.corrige == snapshot_id))


def frozen_result(desafio: str, ciclo: str) -> DesafioResultado | None:
    """A challenge's result in the frozen snapshot of a cycle."""
    snapshot = frozen(ciclo)
    if snapshot is None:
        return None
    return (
        model.Session.query(DesafioResultado)
        .join(SnapshotDesafio, SnapshotDesafio.resultado_id == DesafioResultado.id)
        .filter(SnapshotDesafio.snapshot_id == snapshot.id, SnapshotDesafio.desafio == desafio)
        .first()
    )


def cycles(snapshot_id: str) -> set[str]:
    """Cycles of the challenges in a snapshot."""
    query = (
        sa.select(DesafioResultado.ciclo)
        .join(SnapshotDesafio, SnapshotDesafio.resultado_id == DesafioResultado.id)
        .where(SnapshotDesafio.snapshot_id == snapshot_id)
    )
    return set(model.Session.scalars(query))


def frozen_ends(result: DesafioResultado | None) -> dict[str, list[float | None]] | None:
    """Ends (best, worst) of each indicator's scale in a `frozen_result`; None before there is one."""
    if result is None or result.metodo["normalizacao"] != "goalposts":
        return None
    return {item["indicador"]: [item["melhor"], item["pior"]] for item in result.fatos["indicadores"]}


FACTS = (
    "valor",
    "valor_suavizado",
    "eventos",
    "populacao",
    "estado",
    "tendencia_inclinacao",
    "tendencia_inferior",
    "tendencia_superior",
)


def rows_at(result: int, ano: int | None, codes: Sequence[str]) -> tuple[int | None, dict[str, list[Any]]]:
    """One result in one year: `FACTS` as columns in the order of ``codes``."""
    columns: dict[str, list[Any]] = {name: [None] * len(codes) for name in FACTS}
    position = {code: i for i, code in enumerate(codes)}
    query = sa.select(Criticidade.codigo_ibge, *(getattr(Criticidade, name) for name in FACTS)).where(
        Criticidade.resultado_id == result, Criticidade.ano == ano
    )
    for code, *values in model.Session.execute(query):
        if code in position:
            for name, value in zip(FACTS, values, strict=True):
                columns[name][position[code]] = value
    return ano, columns


def default_rows(
    results: Sequence[int], codes: Sequence[str]
) -> dict[int, tuple[int | None, bool, dict[str, list[Any]]]]:
    """Per result its default year, whether it is covered enough, and `FACTS` as columns in the order of ``codes``."""
    about = sa.select(Resultado.id, Resultado.ano_padrao, Resultado.suficiente).where(Resultado.id.in_(results))
    empty = {"estado": ["sem_dado"] * len(codes)}
    found = {
        id: (year, enough, {name: list(empty.get(name, [None] * len(codes))) for name in FACTS})
        for id, year, enough in model.Session.execute(about)
    }
    position = {code: i for i, code in enumerate(codes)}
    columns = [getattr(Criticidade, name) for name in FACTS]
    query = (
        sa.select(Criticidade.resultado_id, Criticidade.codigo_ibge, *columns)
        .join(Resultado, sa.and_(Resultado.id == Criticidade.resultado_id, Resultado.ano_padrao == Criticidade.ano))
        .where(Criticidade.resultado_id.in_(results))
    )
    for result, code, *values in model.Session.execute(query):
        if code in position:
            for name, value in zip(FACTS, values, strict=True):
                found[result][2][name][position[code]] = value
    return found
