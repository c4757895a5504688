"""What a normaliser is, and the registry of normalisers.

A normaliser is one file in this folder that registers one object: it turns oriented values into
scores where more is better.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar

from ckanext.msativo.analysis.arrays import Bools, Floats
from ckanext.msativo.analysis.notices import Notice
from ckanext.msativo.analysis.orientation import Orientation
from ckanext.msativo.analysis.params import Param
from ckanext.msativo.analysis.reference import Reference
from ckanext.msativo.analysis.registry import Registry
from ckanext.msativo.i18n_marker import N_

NORMALISERS: Registry[Normaliser] = Registry(N_("normaliser"))


@dataclass(frozen=True)
class Goals:
    """Declared ends of the scale on y, one per column; NaN = to be derived from the values."""

    best: Floats
    worst: Floats


@dataclass(frozen=True)
class Scored:
    """Scores columns × units, and the ends of the scale on y where there are any."""

    scores: Floats
    best: Floats | None = None
    worst: Floats | None = None
    notices: tuple[Notice, ...] = field(default_factory=tuple)


class Normaliser(ABC):
    """A named way to turn values into scores."""

    name: ClassVar[str]
    label: ClassVar[str]
    params: ClassVar[tuple[Param, ...]] = ()
    # scores lie between 0 and 100, so that challenges may use it
    bounded: ClassVar[bool] = False
    # it reads declared ends of the scale
    uses_goals: ClassVar[bool] = False

    @abstractmethod
    def score(self, values: Reference, goals: Goals, params: Mapping[str, Any], orientation: Orientation) -> Scored:
        """Scores of ``values.y`` (columns × units); missing stays missing."""


def constant_notices(constant: Bools) -> tuple[Notice, ...]:
    """One notice for each column whose values are all equal and therefore have no score."""
    text = N_("All values are equal, so there is no score.")
    return tuple(Notice("constant_column", text, column=column) for column, yes in enumerate(constant) if yes)
