"""The four states of a municipality in an indicator, as compact codes and as public names.

The order is meaningful: a larger code is a worse state and 0 is the absence of a judgement, so
that ``states >= ATENCAO`` and ``np.maximum`` read as they should.
"""

from __future__ import annotations

import numpy as np

from ckanext.msativo.analysis.arrays import Array, Ints

SEM_DADO = 0
ADEQUADO = 1
ATENCAO = 2
CRITICO = 3

STATE_NAMES: tuple[str, ...] = ("sem_dado", "adequado", "atencao", "critico")
_CODES = {name: code for code, name in enumerate(STATE_NAMES)}


def state_name(code: int) -> str:
    """Return the public name of one code."""
    return STATE_NAMES[code]


def state_code(name: str) -> int:
    """Return the code of a public name; KeyError names the known ones."""
    try:
        return _CODES[name]
    except KeyError:
        raise KeyError(f"unknown state {name!r}; known: {', '.join(STATE_NAMES)}") from None


def state_names(codes: Array) -> Array:
    """Return an array of public names of the same shape as ``codes``."""
    return np.array(STATE_NAMES)[np.asarray(codes)]


def count_states(states: Array) -> Ints:
    """Count states per column: (units × columns) → (4 × columns), row = code."""
    return np.stack([(states == code).sum(axis=0) for code in range(len(STATE_NAMES))])
