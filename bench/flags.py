"""Topic ``flags``: the four states of municipalities by the rule ``quantil``, many indicators at once.

The peers do all of it: oriented values, linear quantiles, ties at a cut included, missing values, and nobody critical
in a column of equal values. Each gets the table in the form that suits it (not timed) and the fastest of several ways
to put it: polars by wide columns without a negated copy (by long rows and windows it took longer), duckdb by long rows
grouped and joined (wide and by windows it took longer), pandas by wide columns in their own memory order.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import duckdb
import numpy as np
import pandas as pd
import polars as pl

from bench.data import signs, values
from bench.memory import Load, memory
from bench.registry import bench
from bench.rows import Goal, Row
from bench.timing import Peer, compare
from ckanext.msativo.analysis import flag
from ckanext.msativo.analysis.arrays import Floats, States

UNITS, COLUMNS = 5570, 2000
YEARS, INDICATORS = 20, 1000
SAME = "all states equal"


def ours(x: Floats) -> States:
    return flag(x, "quantil", polarity=signs(x.shape[1])).state


def numpy_states(x: Floats) -> States:
    y = x * signs(x.shape[1])
    critical, attention = np.nanquantile(y, [0.25, 0.5], axis=0)
    varied = np.nanmin(y, axis=0) != np.nanmax(y, axis=0)
    code = 1 + ((y <= critical).astype(np.int8) + (y <= attention)) * varied
    return np.where(np.isnan(y), 0, code).astype(np.int8)


def pandas_form(x: Floats) -> pd.DataFrame:
    return pd.DataFrame(np.asfortranarray(x))


def pandas_states(frame: pd.DataFrame) -> States:
    y = frame * signs(frame.shape[1])
    cuts = y.quantile([0.25, 0.5])
    varied = (y.min() != y.max()).to_numpy().astype(np.int8)
    critical, attention = (y.le(cuts.loc[p]).to_numpy().astype(np.int8) for p in (0.25, 0.5))
    return (1 + (critical + attention) * varied) * y.notna().to_numpy()


def polars_form(x: Floats) -> pl.DataFrame:
    return pl.DataFrame({str(column): x[:, column] for column in range(x.shape[1])}, nan_to_null=True)


def polars_states(frame: pl.DataFrame) -> pl.DataFrame:
    return frame.select(_polars_state(name, sign) for name, sign in zip(frame.columns, signs(frame.width), strict=True))


def _polars_state(name: str, sign: int) -> pl.Expr:
    x = pl.col(name)
    critical, attention = x.quantile(0.25 if sign > 0 else 0.75, "linear"), x.quantile(0.5, "linear")
    under = (x <= critical, x <= attention) if sign > 0 else (x >= critical, x >= attention)
    varied = x.min() != x.max()
    state = pl.when(x.is_null()).then(0).when(under[0] & varied).then(3).when(under[1] & varied).then(2).otherwise(1)
    return state.cast(pl.Int8).alias(name)


def duckdb_form(x: Floats) -> duckdb.DuckDBPyConnection:
    units, columns = x.shape
    unit, column = np.arange(units, dtype=np.int16), np.arange(columns, dtype=np.int16)
    rows = pd.DataFrame({"i": np.repeat(column, units), "u": np.tile(unit, columns), "v": x.T.ravel()})
    polarity = pd.DataFrame({"i": column, "s": signs(columns)})
    connection = duckdb.connect()
    connection.execute("SET enable_progress_bar = false")
    connection.register("rows", rows).register("polarity", polarity)
    connection.execute("CREATE TABLE obs AS SELECT i, u, CASE WHEN isnan(v) THEN NULL ELSE v END AS v FROM rows")
    connection.execute("CREATE TABLE sign AS SELECT * FROM polarity")
    connection.unregister("rows").unregister("polarity")
    return connection


DUCKDB_STATES = """
CREATE OR REPLACE TABLE states AS
WITH oriented AS (SELECT i, u, v * s AS y FROM obs JOIN sign USING (i)),
cuts AS (SELECT i, quantile_cont(y, [0.25, 0.5]) AS cut, min(y) <> max(y) AS varied FROM oriented GROUP BY i)
SELECT i, u, (CASE WHEN y IS NULL THEN 0 WHEN varied AND y <= cut[1] THEN 3 WHEN varied AND y <= cut[2] THEN 2
              ELSE 1 END)::TINYINT AS state
FROM oriented JOIN cuts USING (i)
"""


def duckdb_states(connection: duckdb.DuckDBPyConnection) -> duckdb.DuckDBPyConnection:
    return connection.execute(DUCKDB_STATES)


def _agree_duckdb(found: States, connection: Any) -> bool:
    rows = connection.execute("SELECT i, u, state FROM states").fetchnumpy()
    theirs = np.zeros(found.shape, dtype=np.int8)
    theirs[rows["u"], rows["i"]] = rows["state"]
    return np.array_equal(found, theirs)


def _agree_polars(found: States, frame: Any) -> bool:
    return np.array_equal(found, frame.to_numpy())


def _big(big: bool) -> Floats:
    return values(UNITS, COLUMNS) if big else values(100, 10)


def _pandas_big(big: bool) -> pd.DataFrame:
    return pandas_form(_big(big))


def _polars_big(big: bool) -> pl.DataFrame:
    return polars_form(_big(big))


def _duckdb_big(big: bool) -> duckdb.DuckDBPyConnection:
    return duckdb_form(_big(big))


BY_POLARS = Peer("polars", polars_states, _agree_polars, SAME, polars_form, Goal(at_least=2))
BY_DUCKDB = Peer("duckdb", duckdb_states, _agree_duckdb, SAME, duckdb_form, Goal(at_least=3))
BY_PANDAS = Peer("pandas", pandas_states, np.array_equal, SAME, pandas_form, Goal(at_least=3))
BY_NUMPY = Peer("numpy nanquantile", numpy_states, np.array_equal, SAME)


@bench("flags")
def flags() -> Iterator[Row]:
    x = values(UNITS, COLUMNS)
    scale = f"{UNITS:,} × {COLUMNS:,}"
    yield from compare("flags by quantile", scale, ours, [BY_POLARS, BY_DUCKDB, BY_PANDAS, BY_NUMPY], [x] * 9)
    size = x.nbytes
    del x
    peers = [
        Load("polars", _polars_big, polars_states, size),
        Load("duckdb", _duckdb_big, duckdb_states, size),
        Load("pandas", _pandas_big, pandas_states, size),
    ]
    mine = Load("ours", _big, ours, size)
    yield from memory("flags by quantile: peak memory", scale, mine, peers, Goal(at_most=2), SAME)
    years = (values(UNITS, INDICATORS, seed=100 + year) for year in range(YEARS))
    scale = f"{UNITS:,} × {INDICATORS:,} × {YEARS} years, per year"
    yield from compare("flags by quantile", scale, ours, [BY_POLARS, BY_PANDAS], years)
