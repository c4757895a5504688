"""What a mean is, and the registry of means.

Every mean here is an arithmetic mean of transformed scores: ``before`` on each score, ``after`` on
the mean. That lets many weightings be computed at once as one matrix product.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import ClassVar

import numpy as np

from ckanext.msativo.analysis.arrays import Floats
from ckanext.msativo.analysis.registry import Registry
from ckanext.msativo.i18n_marker import N_

MEANS: Registry[Mean] = Registry(N_("mean"))

# Geometric and harmonic means lift every score to 1 at least: one 0 would decide alone.
LEAST = 1.0


class Mean(ABC):
    """A weighted mean of scores between 0 and 100."""

    name: ClassVar[str]
    label: ClassVar[str]

    @abstractmethod
    def before(self, scores: Floats) -> Floats:
        """What is averaged in place of the scores."""

    @abstractmethod
    def after(self, mean: Floats) -> Floats:
        """The score of the averaged values."""


def lifted(scores: Floats) -> Floats:
    """Scores of 1 at least; NaN stays NaN."""
    return np.maximum(scores, LEAST)
