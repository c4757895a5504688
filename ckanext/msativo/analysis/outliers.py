"""Optional treatment of outliers before normalisation, per column, with a log of what was done.

A column needs it when |skewness| > 2 and excess kurtosis > 3.5 (OECD/JRC handbook; sample-corrected
estimates, as in COINr). First up to ``max_points`` extreme values are winsorised: set to the next
one inwards, each time on the side of the tail that is left. If that is not enough it is undone and
a log is taken instead.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from ckanext.msativo.analysis.arrays import Floats
from ckanext.msativo.analysis.errors import AnalysisError
from ckanext.msativo.analysis.notices import Notice
from ckanext.msativo.analysis.registry import Registry
from ckanext.msativo.analysis.tables import as_table
from ckanext.msativo.i18n_marker import N_

LOG_OFFSET = 0.01  # share of the range that keeps the logarithm away from zero


@dataclass(frozen=True)
class Limits:
    """When a column needs treatment, and how many points may be winsorised."""

    skewness: float = 2.0
    kurtosis: float = 3.5
    max_points: int = 5

    def exceeded(self, values: Floats) -> bool:
        """Whether both moments are beyond the limits."""
        skew, kurt = sample_skewness(values), sample_kurtosis(values)
        return bool(abs(skew) > self.skewness and kurt > self.kurtosis)


@dataclass(frozen=True)
class Treated:
    """The values after treatment, in the shape of the input, and what was done to which column."""

    x: Floats
    log: tuple[Notice, ...]


# A treatment returns new values and the facts for the log, or None when it does not help.
Outcome = tuple[Floats, list[Notice]] | None
TREATMENTS: Registry[Callable[[Floats, Limits], Outcome]] = Registry(N_("outlier treatment"))


def treat_outliers(x: Any, limits: Limits | None = None, steps: tuple[str, ...] = ("winsorise", "log")) -> Treated:
    """Treat each column that exceeds the limits with the first of ``steps`` that brings it within.

    The last step is kept even if the column is still outside, and the log then says so.
    """
    within = limits or Limits()
    if within.max_points < 0:
        raise AnalysisError(
            "bad_points",
            N_("The number of points to winsorise is {points}; it must be 0 or more."),
            points=within.max_points,
        )
    table, vector = as_table(x)
    treated, log = table.copy(), []
    for column in range(table.shape[1]):
        present = ~np.isnan(table[:, column])
        values = table[present, column]
        if not within.exceeded(values):
            continue
        after, notices = _treat(values, within, steps)
        treated[present, column] = after
        log += [Notice(note.code, note.msgid, note.params, column) for note in notices]
    return Treated(treated[:, 0] if vector else treated, tuple(log))


def _treat(values: Floats, limits: Limits, steps: tuple[str, ...]) -> tuple[Floats, list[Notice]]:
    after, notices = values, []
    for step in steps:
        outcome = TREATMENTS.get(step)(values, limits)
        if outcome is None:
            continue
        after, notices = outcome
        if not limits.exceeded(after):
            return after, notices
    return after, [*notices, Notice("still_skewed", N_("The column is still beyond the limits."))]


@TREATMENTS.named("winsorise")
def winsorise(values: Floats, limits: Limits) -> Outcome:
    """Pull the fewest points (at most ``max_points``) that bring the column within the limits."""
    after = values
    while len(np.unique(after)) > 1:
        side = tail(after)
        top = np.unique(side * after)
        after = side * np.minimum(side * after, top[-2])
        if np.count_nonzero(after != values) > limits.max_points:
            return None
        if not limits.exceeded(after):
            return after, _winsorised(values, after)
    return None


def tail(values: Floats) -> float:
    """1 when the longer tail is that of large values, else −1."""
    return 1.0 if sample_skewness(values) >= 0 else -1.0


def _winsorised(values: Floats, after: Floats) -> list[Notice]:
    """One notice for each end that was pulled, the upper one first."""
    text = N_("{points} extreme values were set to {bound}.")
    ends = [(after.max(), after < values), (after.min(), after > values)]
    return [
        Notice("winsorised", text, {"points": int(pulled.sum()), "bound": float(bound)})
        for bound, pulled in ends
        if pulled.any()
    ]


@TREATMENTS.named("log")
def log_transform(values: Floats, limits: Limits) -> Outcome:
    """ln(x − min + 1 % of the range); for a tail on the left the mirror image, so order is kept."""
    side = tail(values)
    directed = side * values
    low, span = directed.min(), np.ptp(directed)
    if span == 0:
        return None
    after = side * np.log(directed - low + LOG_OFFSET * span)
    text = N_("Logarithms were taken, since winsorising was not enough.")
    return after, [Notice("log", text, {"shift": float(low), "span": float(span), "side": side})]


def sample_skewness(values: Floats) -> float:
    """Sample-corrected skewness (G1); 0 when it is not defined."""
    n = len(values)
    m2 = _moment(values, 2)
    if n < 3 or m2 == 0:
        return 0.0
    return float(_moment(values, 3) / m2**1.5 * np.sqrt(n * (n - 1)) / (n - 2))


def sample_kurtosis(values: Floats) -> float:
    """Sample-corrected excess kurtosis (G2); 0 when it is not defined."""
    n = len(values)
    m2 = _moment(values, 2)
    if n < 4 or m2 == 0:
        return 0.0
    excess = _moment(values, 4) / m2**2 - 3
    return float((n - 1) / ((n - 2) * (n - 3)) * ((n + 1) * excess + 6))


def _moment(values: Floats, power: int) -> float:
    if not len(values) or values.min() == values.max():
        return 0.0
    # both moments are free of scale, and on the unit range no power underflows
    unit = (values - values.min()) / np.ptp(values)
    return float(((unit - unit.mean()) ** power).mean())
