"""Since when a unit is critical: the first year of the unbroken run of critical years."""

from __future__ import annotations

from typing import Any

import numpy as np

from ckanext.msativo.analysis.arrays import Ints, States
from ckanext.msativo.analysis.coverages import NO_YEAR
from ckanext.msativo.analysis.states import CRITICO


def critical_since(years: Any, states: States) -> Ints:
    """For every unit and evaluated year R: the first year of the run of critical years up to R.

    ``years`` are the evaluated ones, ascending; ``states`` units × years. 0 where the state at R is
    not critical. Any other state breaks the run, ``sem_dado`` too. The last column is the newest R.
    """
    evaluated = np.asarray(years, dtype=np.int32)
    since = np.full(states.shape, NO_YEAR, dtype=np.int32)
    run = np.full(len(states), NO_YEAR, dtype=np.int32)
    for column, year in enumerate(evaluated):
        critical = states[:, column] == CRITICO
        run = np.where(critical, np.where(run == NO_YEAR, year, run), NO_YEAR).astype(np.int32)
        since[:, column] = run
    return since
