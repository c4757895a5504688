"""Reads and writes an indicator's observations in the DataStore, in bulk.

The table is the only truth. Its *data version* is the hash of what it holds, computed from the rows and so never out of
step with them.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

import sqlalchemy as sa
from ckanext.datastore.backend.postgres import get_read_engine, get_write_engine, identifier

from ckanext.msativo.i18n_marker import N_
from ckanext.msativo.sources import Observations
from ckanext.msativo.sources.observations import FIELDS

ROLE = "observacoes"
"""Value of the resource field ``papel`` of the one resource that holds an indicator's observations."""

KEY = ["codigo_ibge", "ano"]
TYPES = {
    "codigo_ibge": "text",
    "ano": "int4",
    "valor": "float8",
    "numerador": "float8",
    "denominador": "float8",
    "nota": "text",
}
LABELS = {
    "codigo_ibge": N_("IBGE code of the municipality (7 digits)"),
    "ano": N_("Year of the observation"),
    "valor": N_("Value of the indicator"),
    "numerador": N_("Numerator"),
    "denominador": N_("Denominator"),
    "nota": N_("Why a value is missing or zero (code)"),
}


class NotATable(LookupError):
    """The resource has no table with the columns of observations."""


@contextmanager
def _cursor(engine: Any) -> Iterator[Any]:
    """One transaction: committed at the end, rolled back by any error."""
    link = engine.raw_connection()
    try:
        with link.cursor() as cursor:
            yield cursor
        link.commit()
    except BaseException:
        link.rollback()
        raise
    finally:
        link.close()


def read(resource_id: str) -> Observations:
    """Read the whole table in its key's order. Raises `NotATable`, and ValueError when a key is there twice."""
    content = read_all([resource_id])[resource_id]
    if content is None:
        raise NotATable(resource_id)
    return parse(content)


TABLES = """
    SELECT relname FROM pg_class JOIN pg_attribute ON attrelid = pg_class.oid
    WHERE relname = ANY(%s) AND relkind IN ('r', 'v') AND pg_table_is_visible(pg_class.oid)
        AND attname = ANY(%s) AND NOT attisdropped
    GROUP BY relname HAVING count(*) = %s
"""


def read_all(resource_ids: Iterable[str]) -> dict[str, bytes | None]:
    """Read many tables as CSV in their key's order, all of one moment; None where there is no such table.

    The bytes are the same whenever the rows are, so their hash is a version of the data that costs no parsing.
    """
    columns = ", ".join(identifier(name) for name in FIELDS)
    found: dict[str, bytes | None] = dict.fromkeys(resource_ids)
    with _cursor(get_read_engine()) as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        cursor.execute(TABLES, [list(found), list(FIELDS), len(FIELDS)])
        for (resource_id,) in cursor.fetchall():
            query = f'SELECT {columns} FROM {identifier(resource_id)} ORDER BY codigo_ibge COLLATE "C", ano'
            buffer = io.BytesIO()
            cursor.copy_expert(f"COPY ({query}) TO STDOUT CSV HEADER", buffer)
            found[resource_id] = buffer.getvalue()
    return found


def parse(content: bytes) -> Observations:
    """The observations of a table read by `read_all`. Raises ValueError when a key is there twice."""
    return Observations.from_csv(content.decode())


def replace(resource_id: str, rows: Observations, fulltext_rows: int) -> None:
    """Put ``rows`` in the place of all that the table holds, in one transaction: all or nothing.

    More than ``fulltext_rows`` rows go in without the full-text column (it is 25 times slower); `backfill_fulltext`
    fills it afterwards.
    """
    table = identifier(resource_id)
    buffer = io.StringIO()
    for piece in rows.canonical_csv():
        buffer.write(piece)
    buffer.seek(0)
    columns = ", ".join(identifier(name) for name in FIELDS)
    large = len(rows) > fulltext_rows
    with _cursor(get_write_engine()) as cursor:
        # Readers go on with the old rows until the commit; a second writer waits here.
        cursor.execute(f"LOCK TABLE {table} IN SHARE ROW EXCLUSIVE MODE")
        cursor.execute(f"DELETE FROM {table}")
        if large:
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER zfulltext")
        cursor.copy_expert(f"COPY {table} ({columns}) FROM STDIN (FORMAT csv, HEADER true)", buffer)
        if large:
            cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER zfulltext")
        cursor.execute("DELETE FROM _table_stats WHERE resource_id = %s", [resource_id])
        cursor.execute("SELECT update_table_stats(%s)", [resource_id])


def backfill_fulltext(resource_id: str, batch: int = 50_000) -> int:
    """Fill the full-text column of rows that a large load left empty; returns how many were filled."""
    table, filled = identifier(resource_id), 0
    query = sa.text(
        # The trigger fills the column on any update of the row.
        f"UPDATE {table} SET ano = ano WHERE _id IN (SELECT _id FROM {table} WHERE _full_text IS NULL LIMIT :batch)"
    )
    while True:
        with get_write_engine().begin() as connection:
            changed = connection.execute(query, {"batch": batch}).rowcount
        filled += changed
        if changed < batch:
            return filled
