"""Keeps the values that a load replaces.

They are written before the table, which is in another database, and hold once the table has been written: a load that
broke off in between left the table as it was, and the next one forgets it.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import ckan.model as model
import sqlalchemy as sa

from ckanext.msativo.logic import clock
from ckanext.msativo.model import Carga, Revisao, load_reading
from ckanext.msativo.sources import Observations, Reading
from ckanext.msativo.sources.changes import Revision, revisions

BATCH = 5000


def settle(indicador: str, current: Observations | None) -> None:
    """End what an interrupted load left: its revisions hold if the table has its data, else they never happened."""
    carga = load_reading.last(indicador)
    if carga is None or carga.feita:
        return
    if current is not None and current.content_hash() == carga.hash_depois:
        carga.feita = True
    else:
        model.Session.delete(carga)
    model.Session.commit()


@contextmanager
def kept(
    context: Any, dataset: dict[str, Any], old: Observations | None, new: Observations, reading: Reading, retrieved: str
) -> Iterator[None]:
    """Keep the old values while the table is written within; they hold once it is, and are dropped when it fails."""
    carga = _begin(context, dataset, old, new, reading, retrieved)
    try:
        yield
    except BaseException:
        model.Session.rollback()
        model.Session.delete(carga)
        model.Session.commit()
        raise
    carga.feita = True
    model.Session.commit()


def _begin(
    context: Any, dataset: dict[str, Any], old: Observations | None, new: Observations, reading: Reading, retrieved: str
) -> Carga:
    user = model.User.get(context.get("user") or "")
    carga = Carga(
        indicador=dataset["id"],
        hash_antes=old.content_hash() if old is not None and len(old) else "",
        hash_depois=new.content_hash(),
        arquivo_antes=dataset.get("arquivo_hash") or "",
        arquivo_nome=reading.file_name,
        arquivo_hash=reading.file_hash,
        obtido_em=retrieved,
        em=clock.now(context),
        por=user.id if user else "",
        feita=False,
    )
    model.Session.add(carga)
    model.Session.flush()
    rows = [_row(carga.id, one) for one in revisions(old, new)]
    for start in range(0, len(rows), BATCH):
        model.Session.execute(sa.insert(Revisao), rows[start : start + BATCH])
    model.Session.commit()
    return carga


def _row(carga: str, one: Revision) -> dict[str, Any]:
    value, numerator, denominator, note = one.old
    return {
        "carga_id": carga,
        "codigo_ibge": one.codigo_ibge,
        "ano": one.ano,
        "valor_antes": value,
        "valor_depois": one.new[0],
        "numerador_antes": numerator,
        "denominador_antes": denominator,
        "nota_antes": note,
        "nota_depois": one.new[3],
    }
