"""``msativo_analysis_run``: brings the results up to date and records them as a snapshot."""

from __future__ import annotations

import csv
import io
from datetime import datetime, timezone
from typing import Any

import ckan.model as model
import ckan.plugins.toolkit as tk
import sqlalchemy as sa

from ckanext.msativo.analysis.method import IndicatorMethod, canonical_hash
from ckanext.msativo.logic import indicators, observations, results
from ckanext.msativo.logic.method import MethodProblem, method_of
from ckanext.msativo.logic.territory import territory
from ckanext.msativo.model import Resultado, ResultadoAno, Snapshot, SnapshotResultado
from ckanext.msativo.sources import Observations

__all__ = ["msativo_analysis_run"]

LOCK = 7_327_001
"""Advisory lock of PostgreSQL: one run at a time, in all processes."""


def msativo_analysis_run(context: Any, data_dict: dict[str, Any]) -> dict[str, Any]:
    """Analyse all indicators and record a snapshot.

    Only what changed is computed: a result is known by the hash of its data and method. When nothing changed the
    newest snapshot already says so and is returned as it is.

    :returns: ``{"snapshot", "numero", "criado_em", "novo", "computados", "reaproveitados", "indicadores",
        "problemas"}``
    """
    tk.check_access("msativo_analysis_run", context, data_dict)
    try:
        model.Session.execute(sa.text("SELECT pg_advisory_xact_lock(:key)"), {"key": LOCK})
        outcome = _run(context.get("user") or "")
        model.Session.commit()
    except BaseException:
        model.Session.rollback()
        raise
    return outcome


def _run(author: str) -> dict[str, Any]:
    keys: dict[str, str] = {}
    computed: list[str] = []
    problems: list[dict[str, str]] = []
    for name in indicators.active_names():
        try:
            dataset, rows, method = _inputs(name)
        except (_NothingToAnalyse, MethodProblem, ValueError) as error:
            problems.append({"indicador": name, "problema": str(error)})
            continue
        key = results.result_key(rows.content_hash(), method, territory(), dataset["id"])
        keys[dataset["id"]] = key
        if model.Session.get(Resultado, key) is None:
            _store(key, dataset["id"], rows, method)
            computed.append(name)
    snapshot, new = _snapshot(keys, author)
    return {
        "snapshot": snapshot.id,
        "numero": snapshot.numero,
        "criado_em": snapshot.criado_em.isoformat(),
        "novo": new,
        "computados": computed,
        "reaproveitados": len(keys) - len(computed),
        "indicadores": len(keys),
        "problemas": problems,
    }


class _NothingToAnalyse(Exception):
    pass


def _inputs(name: str) -> tuple[dict[str, Any], Observations, IndicatorMethod]:
    dataset = indicators.show(name)
    resource = indicators.resource_of(dataset)
    if resource is None:
        raise _NothingToAnalyse(tk._("No data have been loaded yet."))
    try:
        rows = observations.read(resource["id"])
    except observations.NotATable as error:
        raise _NothingToAnalyse(tk._("The resource has no table with the columns of observations.")) from error
    return dataset, rows, method_of(dataset)


def _store(key: str, indicador: str, rows: Observations, method: IndicatorMethod) -> None:
    data = results.matrix(rows, territory(), method.tolerance)
    evaluation = results.compute(data, method, territory())
    session = model.Session
    session.add(
        Resultado(
            id=key,
            indicador=indicador,
            dados_hash=rows.content_hash(),
            metodo_hash=method.hash(),
            metodo=method.as_dict(),
            ano_padrao=evaluation.reference.year,
            avisos=data.left_out,
        )
    )
    session.flush()
    session.execute(sa.insert(ResultadoAno), results.year_rows(key, evaluation) or [])
    _copy("msativo_criticidade", results.COLUMNS, results.municipality_rows(key, evaluation, data, territory()))


def _copy(table: str, columns: tuple[str, ...], rows: Any) -> None:
    """COPY rows into one of our tables, in the session's own transaction."""
    buffer = io.StringIO()
    csv.writer(buffer, lineterminator="\n").writerows(rows)
    buffer.seek(0)
    cursor = model.Session.connection().connection.cursor()
    cursor.copy_expert(f"COPY {table} ({', '.join(columns)}) FROM STDIN CSV", buffer)


def _snapshot(keys: dict[str, str], author: str) -> tuple[Snapshot, bool]:
    """Record which result each indicator has; an equal snapshot that is the newest is returned instead."""
    session = model.Session
    identity = canonical_hash(keys)
    newest = session.query(Snapshot).order_by(Snapshot.numero.desc()).first()
    if newest is not None and newest.conteudo_hash == identity:
        return newest, False
    snapshot = Snapshot(conteudo_hash=identity, criado_em=datetime.now(timezone.utc), autor=author)
    session.add(snapshot)
    session.flush()
    session.add_all(
        SnapshotResultado(snapshot_id=snapshot.id, indicador=indicador, resultado_id=key)
        for indicador, key in keys.items()
    )
    return snapshot, True
