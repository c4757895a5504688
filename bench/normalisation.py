"""Topic ``normalisation``: scores by goalposts, minmax and percentile rank, the years of 20 years one after the other.

A year of 1,000 indicators is a block of 45 MB; the next one is made when the last one is done with, so that memory
does not grow with the years. Each year is one turn: twenty pairs of times in one pass over the whole.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pandas as pd
import polars as pl
from scipy.stats import rankdata

from bench.data import signs, values
from bench.flags import pandas_form, polars_form
from bench.memory import Load, memory
from bench.registry import bench
from bench.rows import Row
from bench.timing import Peer, compare
from ckanext.msativo.analysis import normalise
from ckanext.msativo.analysis.arrays import Floats

UNITS, INDICATORS, YEARS = 5570, 1000, 20
SAME = "scores within 1e-9"
BEST, WORST = 5, 0.025  # the 5 best, the 2.5th percentile


def ours(method: str) -> Callable[[Floats], Floats]:
    return lambda x: normalise(x, method, polarity=signs(x.shape[1])).scores


def numpy_goalposts(x: Floats) -> Floats:
    y = x * signs(x.shape[1])
    worst = np.nanquantile(y, WORST, axis=0)
    best = np.partition(np.where(np.isnan(y), -np.inf, y), -BEST, axis=0)[-BEST:].mean(axis=0)
    return 100 * np.clip((y - worst) / (best - worst), 0, 1)


def numpy_minmax(x: Floats) -> Floats:
    y = x * signs(x.shape[1])
    low, high = np.nanmin(y, axis=0), np.nanmax(y, axis=0)
    return 100 * ((y - low) / (high - low))


def scipy_percentile_rank(x: Floats) -> Floats:
    y = x * signs(x.shape[1])
    return 100 * rankdata(y, method="min", axis=0, nan_policy="omit") / np.count_nonzero(~np.isnan(y), axis=0)


def pandas_goalposts(frame: pd.DataFrame) -> pd.DataFrame:
    y = frame * signs(frame.shape[1])
    worst = y.quantile(WORST)
    best = y.apply(lambda column: column.nlargest(BEST).mean())
    return 100 * ((y - worst) / (best - worst)).clip(0, 1)


def pandas_minmax(frame: pd.DataFrame) -> pd.DataFrame:
    y = frame * signs(frame.shape[1])
    low = y.min()
    return 100 * ((y - low) / (y.max() - low))


def pandas_percentile_rank(frame: pd.DataFrame) -> pd.DataFrame:
    y = frame * signs(frame.shape[1])
    return 100 * y.rank(method="min") / y.count()


def polars_scores(score: Callable[[pl.Expr], pl.Expr]) -> Callable[[pl.DataFrame], pl.DataFrame]:
    """Score the oriented columns of a frame, all in one select."""

    def run(frame: pl.DataFrame) -> pl.DataFrame:
        polarity = zip(frame.columns, signs(frame.width), strict=True)
        return frame.select(score(pl.col(name) if sign > 0 else -pl.col(name)).alias(name) for name, sign in polarity)

    return run


def _polars_goalposts(y: pl.Expr) -> pl.Expr:
    worst = y.quantile(WORST, "linear")
    return 100 * ((y - worst) / (y.top_k(BEST).mean() - worst)).clip(0, 1)


def _polars_minmax(y: pl.Expr) -> pl.Expr:
    return 100 * ((y - y.min()) / (y.max() - y.min()))


def _polars_percentile_rank(y: pl.Expr) -> pl.Expr:
    return 100 * y.rank("min") / y.count()


Runs = tuple[Callable[[Any], Any], Callable[[Any], Any], Callable[[Any], Any]]
METHODS: dict[str, Runs] = {
    "goalposts": (numpy_goalposts, pandas_goalposts, polars_scores(_polars_goalposts)),
    "minmax": (numpy_minmax, pandas_minmax, polars_scores(_polars_minmax)),
    "percentile_rank": (scipy_percentile_rank, pandas_percentile_rank, polars_scores(_polars_percentile_rank)),
}


def _agree(found: Floats, theirs: Any) -> bool:
    """The same scores; a column without values or of equal ones may be without scores, or be whatever 0/0 gives."""
    scores = theirs if isinstance(theirs, np.ndarray) else theirs.to_numpy()
    return bool(np.allclose(found[:, 2:], scores[:, 2:], rtol=0, atol=1e-9, equal_nan=True))


def _year(big: bool) -> Floats:
    return values(UNITS, INDICATORS) if big else values(100, 10)


def _goalposts(x: Floats) -> Floats:
    return ours("goalposts")(x)


@bench("normalisation")
def normalisation() -> Iterator[Row]:
    scale = f"{UNITS:,} × {INDICATORS:,} × {YEARS} years, per year"
    for method, (by_numpy, by_pandas, by_polars) in METHODS.items():
        peers = [
            Peer("scipy rankdata" if method == "percentile_rank" else "numpy", by_numpy, _agree, SAME),
            Peer("pandas", by_pandas, _agree, SAME, pandas_form),
            Peer("polars", by_polars, _agree, SAME, polars_form),
        ]
        years = (values(UNITS, INDICATORS, seed=100 + year) for year in range(YEARS))
        yield from compare(f"normalise: {method}", scale, ours(method), peers, years)
    size = UNITS * INDICATORS * 8
    load = Load("ours", _year, _goalposts, size)
    yield from memory("normalise: goalposts, peak memory", f"{UNITS:,} × {INDICATORS:,}", load, [], None, SAME)
