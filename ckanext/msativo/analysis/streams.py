"""Random streams that depend on a seed and a name only: an incremental run equals a full one."""

from __future__ import annotations

import hashlib

import numpy as np

from ckanext.msativo.analysis.errors import AnalysisError
from ckanext.msativo.i18n_marker import N_


def generator(seed: int, name: str) -> np.random.Generator:
    """The stream of ``name`` (a challenge, an indicator) under ``seed`` (a whole number from 0)."""
    if isinstance(seed, bool) or not isinstance(seed, (int, np.integer)) or seed < 0:
        raise AnalysisError("bad_seed", N_("The seed is {seed}; it must be a whole number from 0."), seed=repr(seed))
    digest = hashlib.sha256(name.encode()).digest()
    return np.random.default_rng([int(seed), int.from_bytes(digest, "big")])
